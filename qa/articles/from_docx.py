"""Word documents, by python-docx: paragraphs, headings by their style, the cells of tables.

The day on which a file was made is not the day on which its text was published, so none is read.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.articles.extraction import Extract, Piece, assembled
from qa.articles.limits import Limits, refusal
from qa.domain import BlockKind

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_PARTS = 2_000
_XML_BYTES_PER_CHAR = 24
_HEADING = re.compile(r"heading\s*\d|title$", re.IGNORECASE)
_DAMAGE = (KeyError, ValueError, AttributeError, IndexError, TypeError)
"""What python-docx lets through where a document's parts do not fit together."""

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
    for block in document.iter_inner_content():
        yield from _of_block(block)


def _of_block(block: Paragraph | Table, inside: BlockKind | None = None) -> Iterator[Piece]:
    from docx.table import Table

    if not isinstance(block, Table):
        kind = _kind(block) or inside
        for line in block.text.split("\n"):
            yield Piece(line, kind)
        return
    seen = set()
    for row in block.rows:
        for cell in row.cells:
            # A merged cell is met once for every place it covers.
            if cell._tc not in seen:
                seen.add(cell._tc)
                yield from (
                    piece for inner in cell.iter_inner_content() for piece in _of_block(inner, BlockKind.PARAGRAPH)
                )


def _kind(paragraph: Paragraph) -> BlockKind | None:
    style = paragraph.style.name if paragraph.style is not None else None
    if not style:
        return None
    if _STANDFIRST.match(style):
        return BlockKind.STANDFIRST
    return BlockKind.HEADING if _HEADING.match(style) else None
