"""A cited sentence with a line or two of its article around it, for a source that opens where it is cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.domain import Article, Span, Statement
from qa.service.page.escaping import escape
from qa.service.page.original import open_original
from qa.service.page.source import CHANGED, Cited, has_changed, parts_of, runs
from qa.service.page.wording import long_date

AROUND = 80
"""Characters of the article before the sentence, and after it: about two lines in a frame of 400 pixels."""


def render_excerpt(article: Article, cited: Cited, statements: Sequence[Statement], sha256: str | None) -> str:
    """The sentence of ``cited``, marked, with what stands around it, and the way to the whole article.

    ``sha256`` is of the text that it was cited from; where the article is another by now, only that is said.
    """
    if has_changed(article, sha256) or cited.span.end > len(article.text):
        return CHANGED
    parts = parts_of(statements, [cited])
    lines = "".join(_line(article, piece, cited, parts) for piece in _pieces(article, cited.span))
    return f'<div class="text">{lines}</div>{_way(article, cited)}'


def _pieces(article: Article, sentence: Span) -> Iterator[Span]:
    """The window around ``sentence``, block by block."""
    window = Span(_back(article.text, sentence.start), _on(article.text, sentence.end))
    for block in [block.span for block in article.blocks] or [Span(0, len(article.text))]:
        if block.overlaps(window):
            yield Span(max(block.start, window.start), min(block.end, window.end))


def _line(article: Article, piece: Span, cited: Cited, parts: Sequence[tuple[Span, str]]) -> str:
    inner = "".join(runs(article.text, piece, [cited], parts, lit=True))
    before = "" if _begins(article, piece.start) else "…\N{NO-BREAK SPACE}"
    after = "" if _ends(article, piece.end) else "\N{NO-BREAK SPACE}…"
    return f'<p dir="auto">{before}{inner}{after}</p>'


def _begins(article: Article, at: int) -> bool:
    return at == 0 or any(block.span.start == at for block in article.blocks)


def _ends(article: Article, at: int) -> bool:
    return at == len(article.text) or any(block.span.end == at for block in article.blocks)


def _back(text: str, start: int) -> int:
    """Where the context before ``start`` begins: at a word."""
    at = start - AROUND
    if at <= 0:
        return 0
    while at < start and not text[at - 1].isspace():
        at += 1
    return at


def _on(text: str, end: int) -> int:
    """Where the context after ``end`` ends: after a word."""
    at = end + AROUND
    if at >= len(text):
        return len(text)
    while at > end and not text[at].isspace():
        at -= 1
    return at


def _way(article: Article, cited: Cited) -> str:
    published = article.published
    day = f' · <time datetime="{published.isoformat()}">{long_date(published)}</time>' if published else ""
    whole = f'<button type="button" class="whole" data-marker="{cited.marker}">whole article</button>'
    title = f"<bdi>{escape(article.title)}</bdi>{day}"
    return f'<p class="facts">{title}</p><p class="ways">{whole}{open_original(article, cited.span)}</p>'
