"""PDF documents, by pypdf: lines joined into paragraphs, words mended that a line end parted."""

from __future__ import annotations

import io
import logging
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from qa.articles.extraction import Extract, Piece, assembled
from qa.articles.limits import Limits, refusal
from qa.articles.lines import is_item, terminated

if TYPE_CHECKING:
    from pypdf import Configuration, PdfReader

_PAGES = 2_000
_MARGIN = 2
"""Lines at the top and bottom of a page that may be a running head or foot."""

_SHORT = 0.85
"""A line shorter than this share of the page's width ends its paragraph, if its sentence ends too."""

_DAMAGE = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError, RuntimeError)
"""What pypdf lets through where a document's parts do not fit together."""

_SPLIT_WORD = re.compile(r"([^\W\d_]{2,64})[-\u2010\u00ad]$")
_BEFORE_NUMBER = re.compile(r"\w[-\u2010]$")
"""The end of a line that a number continues: "COVID-" before "19", "2019-" before "20"."""

_SECOND_OF_TWO = re.compile(r"(?:and|or|to)\b")
"""What leaves the hyphen before it as it is: "pre- and post-war"."""

_WORD_END = 66
"""Code points from the end of a text in which such a part of a word is looked for."""
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]++-[^\W\d_]+")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})

logging.getLogger("pypdf").addHandler(logging.NullHandler())


def extract_pdf(data: bytes, source: str, limits: Limits) -> Extract:
    """The text of all pages, without running heads and page numbers.

    Raises:
        SourceError: encrypted, damaged, without text (scanned), or too large to be read in time.
    """
    from pypdf import PdfReader, apply_configuration
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

    try:
        with apply_configuration(_bounded()):
            reader = PdfReader(io.BytesIO(data), strict=False)
            if reader.is_encrypted:
                raise refusal(source, "the PDF is encrypted", "encrypted")
            pages = list(_pages(reader, source, limits))
            title, published = _metadata(reader)
    except DependencyError as error:
        # What pypdf takes to look into a document that is encrypted with AES, or packed oddly, is not installed.
        if b"/Encrypt" in data:
            raise refusal(source, "the PDF is encrypted", "encrypted") from error
        raise refusal(source, "the PDF is packed in a way that cannot be read", "unsupported") from error
    except LimitReachedError as error:
        raise refusal(source, "the PDF unpacks to more than can be read", "too_large") from error
    except (PyPdfError, OSError, EOFError, *_DAMAGE) as error:
        raise refusal(source, "the PDF is damaged", "malformed") from error
    text = assembled((Piece(words) for words in paragraphs(pages)), title=title, published=published)
    if not text.text:
        raise refusal(source, "the PDF holds no text; were its pages scanned?", "empty")
    return text


def _bounded() -> Configuration:
    """What pypdf may spend on one stream: a dense page takes some 20,000 steps and unpacks to less than a megabyte."""
    from pypdf import Configuration

    return Configuration(
        zlib_maximum_output_length=20_000_000,
        lzw_maximum_output_length=20_000_000,
        run_length_maximum_output_length=20_000_000,
        array_based_stream_maximum_output_length=20_000_000,
        stream_parsing_work_maximum_count=300_000,
        xform_maximum_invocations_per_extraction=200,
    )


def _pages(reader: PdfReader, source: str, limits: Limits) -> Iterator[list[str]]:
    """The lines of each page, as long as there are time and room left."""
    deadline = time.monotonic() + limits.timeout

    def on_time(*_: object) -> None:
        if time.monotonic() > deadline:
            raise refusal(source, f"the PDF takes longer than {limits.timeout:g} seconds to read", "too_large")

    if len(reader.pages) > _PAGES:
        raise refusal(source, f"the PDF has more than {_PAGES:,} pages", "too_large")
    room = limits.max_chars
    for page in reader.pages:
        on_time()
        # The visitor is called at every drawing operator: a page cannot outlast the time by itself.
        text = page.extract_text(visitor_operand_before=on_time).translate(_LIGATURES)
        room -= len(text)
        if room < 0:
            raise refusal(source, f"its text is longer than {limits.max_chars:,} characters", "too_large")
        yield [" ".join(line.split()) for line in text.splitlines()]


def _metadata(reader: PdfReader) -> tuple[str | None, date | None]:
    """Title and day of creation, where the document tells them in a form that can be read."""
    information = reader.metadata
    if information is None:
        return None, None
    try:
        created = information.creation_date
    except ValueError:
        created = None
    title = information.title
    return (str(title) if title else None), (created.date() if created else None)


def paragraphs(pages: list[list[str]]) -> Iterator[str]:
    """The paragraphs that the lines of the pages form."""
    lines = list(_without_margins(pages))
    widths = sorted(len(line) for line in lines if line)
    width = widths[len(widths) * 9 // 10] if widths else 0
    compounds = frozenset(w for line in lines for w in _COMPOUND.findall(line.lower()))
    paragraph, previous = "", ""
    for line in lines:
        parted = not _continues(previous, line, width) if line else _ends(paragraph)
        if paragraph and parted:
            yield paragraph
            paragraph = ""
        if line:
            paragraph = _joined(paragraph, line, compounds)
            previous = line
    if paragraph:
        yield paragraph


def _split_word(text: str) -> re.Match[str] | None:
    """The part of a word with which ``text`` ends at a hyphen, in group 1."""
    return _SPLIT_WORD.search(text[-_WORD_END:])


def _ends(paragraph: str) -> bool:
    """Whether an empty line may end the paragraph; one inside a sentence is a page's end or a figure's place."""
    return not _split_word(paragraph) and not paragraph.endswith(",")


def _continues(line: str, following: str, width: int) -> bool:
    """Whether a line goes on in the next: it was full, or stopped inside a sentence that goes on there."""
    if is_item(following):
        return False
    if _split_word(line) or (following[0].islower() and not terminated(line)):
        return True
    full = len(line) + 1 + len(following.split(" ", 1)[0]) > _SHORT * width
    return full and len(line) >= 30


def _joined(paragraph: str, line: str, compounds: frozenset[str]) -> str:
    parted = _split_word(paragraph)
    if line[0].isdigit() and _BEFORE_NUMBER.search(paragraph[-2:]):
        return paragraph + line
    if not parted or not line[0].isalpha() or _SECOND_OF_TWO.match(line):
        return f"{paragraph} {line}" if paragraph else line
    rest = re.match(r"[^\W\d_]+", line)
    compound = f"{parted.group(1)}-{rest.group() if rest else ''}".lower()
    if line[0].isupper() or compound in compounds:
        return paragraph + line
    return paragraph[:-1] + line


def _without_margins(pages: list[list[str]]) -> Iterator[str]:
    """All lines but page numbers and what stands at the edge of most pages."""
    shapes = Counter(shape for page in pages for shape in {_shape(line) for line in _edges(page)})
    common = {shape for shape, count in shapes.items() if count >= 3 and 2 * count > len(pages)}
    for page in pages:
        edges = set(_edges(page))
        for line in page:
            if line not in edges or (_shape(line) not in common and not re.fullmatch(r"\W*\d{1,4}\W*", line)):
                yield line


def _edges(page: list[str]) -> list[str]:
    lines = [line for line in page if line]
    return lines if len(lines) <= _MARGIN else lines[:_MARGIN] + lines[-_MARGIN:]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line.lower())
