"""Web pages: the article's own paragraphs and headings, by trafilatura."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qa.articles.blocks import canonical
from qa.articles.dates import date_in_metadata
from qa.articles.encoding import decoded
from qa.articles.extraction import Extract, Piece, assembled
from qa.articles.limits import refusal
from qa.articles.lines import terminated
from qa.domain import BlockKind

if TYPE_CHECKING:
    from trafilatura.settings import Document

_TAGS = 100_000
"""Tags of the largest page: real ones have a few thousand, and the time to read one grows with them."""

_WHOLE_LINE = 40
"""Code points from which a line that a small letter follows on the next one is no entry of a list."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.I)
_QUOTATION = re.compile(r"([“„«‘\"']?)<q(?:\s[^<>]*+)?>|</q\s*+>([”“»’\"']?)", re.I)
"""Where a browser shows a quotation mark, and one that is written out too."""

_SPOKEN = ("sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text")
"""The classes by which pages hide what only a screen reader is to say, as "opens in a new window"."""

_UNSEEN = [
    *("//body//*[@hidden and not(@hidden = 'until-found')]", "//template", "//del", "//s", "//strike"),
    *(f"//body//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]" for name in _SPOKEN),
]
"""What a page does not show, and what it has struck out."""

_BLOCK_TAGS = frozenset({"p", "head", "item", "cell", "quote", "code", "list", "table", "row", "div", "ab", "fw"})
_KINDS = {"head": BlockKind.HEADING} | dict.fromkeys(("item", "cell", "quote", "code"), BlockKind.PARAGRAPH)

logging.getLogger("trafilatura").addHandler(logging.NullHandler())
logging.getLogger("htmldate").addHandler(logging.NullHandler())


def extract_html(data: bytes, source: str, media_type: str | None) -> Extract:
    """The article on the page, its headline first.

    Raises:
        SourceError: the page holds no article, is too large, or no encoding fits it.
    """
    if data.count(b"<") > _TAGS:
        raise refusal(source, f"the page has more than {_TAGS:,} tags", "too_large")
    document = _document(_page(data, source, media_type), source)
    if document is None or document.body is None:
        raise refusal(source, "the page holds no article text", "empty")
    pieces = list(_pieces(document.body))
    title = document.title
    if title and not any(canonical(piece.text) == canonical(title) for piece in pieces[:3]):
        pieces.insert(0, Piece(title, BlockKind.HEADLINE))
    return assembled(pieces, title=title, published=date_in_metadata(document.date))


def _page(data: bytes, source: str, media_type: str | None) -> str:
    header = _HEADER_CHARSET.search(media_type or "")
    meta = _META_CHARSET.search(data[:4_096])
    declared = header.group(1) if header else meta.group(1).decode("ascii") if meta else None
    try:
        return decoded(data, declared)
    except ValueError as error:
        raise refusal(source, "not a text in any known encoding", "malformed") from error


def _document(page: str, source: str) -> Document | None:
    from trafilatura import bare_extraction

    try:
        found = bare_extraction(
            # The declaration of an encoding no longer holds for decoded text, and lxml would refuse it.
            _with_quotation_marks(re.sub(r"^\s*<\?xml[^>]*\?>", "", page)),
            include_comments=False,
            include_formatting=False,
            with_metadata=True,
            prune_xpath=_UNSEEN,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except (ValueError, TypeError, AttributeError, RecursionError, AssertionError) as error:
        raise refusal(source, "the page is malformed", "malformed") from error
    return None if found is None or isinstance(found, dict) else found


def _with_quotation_marks(page: str) -> str:
    """The page with marks in the place of ``<q>`` and ``</q>``, which trafilatura takes for a block of its own."""
    written: list[str] = []  # of each <q> that is open, the mark before it

    def marked(tag: re.Match[str]) -> str:
        before, after = tag.groups()
        if before is not None:
            written.append(before)
            return before or "“"
        # What stands behind </q> closes it only where it was opened so: else it is an apostrophe, or closes another.
        return after or "”" if written and written.pop() else f"”{after}"

    return _QUOTATION.sub(marked, page)


def _pieces(body: Any) -> Iterator[Piece]:
    """The text of an lxml tree, a piece for each element that stands on lines of its own."""
    lines: list[list[str]] = [[]]
    kind: BlockKind | None = None

    def flush() -> Iterator[Piece]:
        yield from (Piece(words, kind) for words in _joined(lines, kind))
        lines[:] = [[]]

    # Iterative: pages nest as deeply as their authors like.
    stack: list[tuple[Any, bool]] = [(body, False)]
    while stack:
        element, left = stack.pop()
        block = element.tag in _BLOCK_TAGS and not (element.tag == "code" and element.getparent().tag == "p")
        if block:
            yield from flush()
            kind = None if left else _KINDS.get(element.tag)
        elif element.tag == "lb" and not left:
            lines.append([])
        if left:
            lines[-1].append(element.tail or "")
            continue
        lines[-1].append(element.text or "")
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))
    yield from flush()


def _joined(lines: list[list[str]], kind: BlockKind | None) -> Iterator[str]:
    """The lines of one element, two of them as one where the break between them is only for the looks."""
    parts: list[str] = []
    for line in ("".join(words).strip() for words in lines):
        if parts and not (line and (kind is BlockKind.HEADING or _goes_on(parts[-1], line))):
            yield " ".join(parts)
            parts = []
        if line:
            parts.append(line)
    if parts:
        yield " ".join(parts)


def _goes_on(line: str, following: str) -> bool:
    return len(line) >= _WHOLE_LINE and following[0].islower() and not terminated(line)
