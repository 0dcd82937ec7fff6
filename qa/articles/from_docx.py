"""Word documents, by python-docx: paragraphs, headings by their style, the cells of tables.

The day on which a file was made is not the day on which its text was published, so none is read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from qa.articles.extraction import Extract, Piece, assembled
from qa.articles.limits import Limits, refusal
from qa.domain import BlockKind

if TYPE_CHECKING:
    from docx.document import Document

_PARTS = 2_000
_XML_BYTES_PER_CHAR = 24
_HEADING = re.compile(r"heading\s*\d|title$", re.IGNORECASE)
_DAMAGE = (KeyError, ValueError, AttributeError, IndexError, TypeError)
"""What python-docx lets through where a document's parts do not fit together."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_AROUND = frozenset(f"{_W}{name}" for name in ("tbl", "tr", "sdt", "sdtContent", "customXml", "ins", "moveTo"))
"""What may stand around paragraphs and parts of tables."""

_RUNS = (
    ".//w:r[not(ancestor::w:del or ancestor::w:moveFrom or ancestor::w:drawing or ancestor::w:pict or ancestor::w:rt "
    "or ancestor::*[local-name() = 'Fallback'])]"
)
_STANDFIRST = re.compile(r"subtitle$", re.IGNORECASE)


def extract_docx(data: bytes, source: str, limits: Limits) -> Extract:
    """The text of the document's body in order.

    Raises:
        SourceError: malformed, encrypted or, unpacked, too large.
    """
    _check_archive(data, source, limits)
    import docx
    from lxml.etree import LxmlError

    try:
        document = docx.Document(io.BytesIO(data))
        pieces = list(_pieces(document))
        title = document.core_properties.title
    except (LxmlError, zipfile.BadZipFile, OSError, RecursionError, *_DAMAGE) as error:
        raise refusal(source, "the Word document is damaged", "malformed") from error
    return assembled(pieces, title=title)


def _check_archive(data: bytes, source: str, limits: Limits) -> None:
    """Refuses an archive that would unpack to more than a document of the longest text can be, before unpacking it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels"))]
            if any(part.flag_bits & 1 for part in parts):
                raise refusal(source, "the document is encrypted", "encrypted")
            unpacked = sum(part.file_size for part in parts)
            if (
                len(parts) > _PARTS
                or sum(part.file_size for part in xml) > max(_XML_BYTES_PER_CHAR * limits.max_chars, 1_000_000)
                or unpacked > 4 * max(limits.max_bytes, 1_000_000)
            ):
                raise refusal(source, "the document unpacks to more than can be read", "too_large")
            # Without NULs, which UTF-16 would hide the word behind.
            if any(b"<!DOCTYPE" in archive.read(part).replace(b"\0", b"") for part in xml):
                raise refusal(source, "the document declares entities, which no Word document does", "malformed")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise refusal(source, "the Word document is damaged", "malformed") from error


def _pieces(document: Document) -> Iterator[Piece]:
    kinds = {style.style_id: _kind(style.name) for style in document.styles}
    yield from _within(document.element.body, kinds)


def _within(parent: Any, kinds: Mapping[str, BlockKind | None], inside: BlockKind | None = None) -> Iterator[Piece]:
    """The paragraphs below an element of the document's XML, in order, those of tables and content controls too."""
    for element in parent:
        if element.tag == f"{_W}p":
            kind = kinds.get(element.style) or inside
            yield from (Piece(line, kind) for line in _words(element).split("\n"))
        elif element.tag == f"{_W}tc" and element.vMerge != "continue":
            # A cell that a merged one covers is not seen.
            yield from _within(element, kinds, BlockKind.PARAGRAPH)
        elif element.tag in _AROUND:
            yield from _within(element, kinds, inside)


def _words(paragraph: Any) -> str:
    """What a paragraph reads as with all changes accepted: its runs, in whatever they stand, but those in a drawing."""
    return "".join(run.text for run in paragraph.xpath(_RUNS))


def _kind(style: str | None) -> BlockKind | None:
    if not style:
        return None
    if _STANDFIRST.match(style):
        return BlockKind.STANDFIRST
    return BlockKind.HEADING if _HEADING.match(style) else None
