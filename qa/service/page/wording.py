"""The page's own words for modes, dates and counts."""

from __future__ import annotations

from datetime import date

from qa.domain import Article, BlockKind, Mode, Span

_LABELS = {
    Mode.DIRECT: "quoted",
    Mode.INDIRECT: "reported in the article’s words",
    Mode.MIXED: "partly quoted, partly in the article’s words",
}
_MARKS = '"“”„«»‘'


def label(mode: Mode | None) -> str:
    """How a cited sentence came into the article."""
    return _LABELS[mode] if mode else "the article’s own words"


def worded(quote: str, mode: Mode | None) -> str:
    """A verbatim piece as it is shown: direct speech in quotation marks, whatever is not direct never in added ones."""
    bare = mode is Mode.DIRECT and not any(mark in quote for mark in _MARKS)
    return f"“{quote}”" if bare else quote


def long_date(day: date) -> str:
    """Such as 18 April 2024."""
    return f"{day.day} {day:%B} {day.year}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Such as 1 article, 1,200 articles."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def paragraph_number(article: Article, span: Span) -> int | None:
    """Which paragraph of the article ``span`` begins in, counted from 1; None in a headline, standfirst or heading."""
    paragraphs = (block.span for block in article.blocks if block.kind is BlockKind.PARAGRAPH)
    return next((n for n, paragraph in enumerate(paragraphs, 1) if paragraph.start <= span.start < paragraph.end), None)
