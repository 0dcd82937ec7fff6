"""An article as the source panel shows it: its own blocks, the cited sentences marked, nothing of it able to run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.domain import Article, Block, BlockKind, Span, Statement
from qa.service.page.escaping import escape, site
from qa.service.page.original import open_original
from qa.service.page.wording import long_date

_TAGS = {
    BlockKind.HEADLINE: ("p", "headline"),
    BlockKind.STANDFIRST: ("p", "standfirst"),
    BlockKind.HEADING: ("h3", "heading"),
    BlockKind.PARAGRAPH: ("p", "para"),
}


CHANGED = (
    '<p class="notice" role="note">This article has changed since the answer was given, '
    "so its sentences are not marked. Ask again.</p>"
)
"""In the place of the marks where they would no longer fit."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A span to mark, and the number of its chip."""

    marker: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters of one block that are marked alike; ``part`` is source, cue, content or empty."""

    span: Span
    markers: tuple[int, ...]
    part: str


def render_source(article: Article, cited: Sequence[Cited], statements: Sequence[Statement], sha256: str | None) -> str:
    """The panel's content for ``article`` with ``cited`` marked; ``sha256`` is the text that they were cited from."""
    changed = has_changed(article, sha256)
    marks = [] if changed else [c for c in cited if c.span.end <= len(article.text)]
    parts = parts_of(statements, marks)
    number, blocks = 0, []
    for block in article.blocks:
        number += block.kind is BlockKind.PARAGRAPH
        blocks.append(_block(article, block, marks, parts, number))
    notice = CHANGED if changed else ""
    body = "".join(blocks) or f'<p class="para" dir="auto">{escape(article.text)}</p>'
    return f'{_head(article)}{notice}<div class="text">{body}</div>'


def has_changed(article: Article, sha256: str | None) -> bool:
    """Whether ``article`` is another than the one whose text has this hash; None fits any."""
    return sha256 is not None and sha256 != article.sha256


def runs(
    text: str, piece: Span, marks: Sequence[Cited], parts: Sequence[tuple[Span, str]], *, lit: bool = False
) -> Iterator[str]:
    """``piece`` of ``text`` as HTML, what ``marks`` hold marked, by ``parts``; ``lit`` as the source that is open."""
    for run in _runs(piece, marks, parts):
        yield _run(text, run, lit)


def parts_of(statements: Sequence[Statement], marks: Sequence[Cited]) -> list[tuple[Span, str]]:
    """Who, by which words, and what, of every statement that a mark holds or touches; the shorter first."""
    found: list[tuple[Span, str]] = []
    for statement in statements:
        if not any(mark.span.overlaps(piece.span) for mark in marks for piece in statement.content):
            continue
        found += [(piece.span, "content") for piece in statement.content]
        found += [(piece.span, name) for piece, name in ((statement.source, "who"), (statement.cue, "cue")) if piece]
    return sorted(found, key=lambda item: (item[0].end - item[0].start, item[0]))


def _head(article: Article) -> str:
    facts = [f'<span class="site" dir="auto" title="{escape(article.source)}">{escape(site(article.source))}</span>']
    if article.published:
        facts.append(f'<time datetime="{article.published.isoformat()}">{long_date(article.published)}</time>')
    if link := open_original(article):
        facts.append(link)
    title = f'<h2 class="title" dir="auto">{escape(article.title)}</h2>'
    return f'<header class="source-head">{title}<p class="facts">{" · ".join(facts)}</p></header>'


def _block(
    article: Article, block: Block, marks: Sequence[Cited], parts: Sequence[tuple[Span, str]], number: int
) -> str:
    tag, name = _TAGS[block.kind]
    touched = any(mark.span.overlaps(block.span) for mark in marks)
    same = block.span.of(article.text).strip() == article.title.strip()
    if block.kind is BlockKind.HEADLINE and same and not touched:
        return ""  # the title above already says it
    inner = "".join(runs(article.text, block.span, marks, parts))
    margin = f'<span class="number" aria-hidden="true">{number}</span>' if block.kind is BlockKind.PARAGRAPH else ""
    return f'<{tag} class="{name}" dir="auto">{margin}{inner}</{tag}>'


def _runs(block: Span, marks: Sequence[Cited], parts: Sequence[tuple[Span, str]]) -> Iterator[_Run]:
    """``block`` cut wherever what is marked changes; the runs join to the block again, without gap or overlap."""
    edges = {block.start, block.end}
    for span in [*(mark.span for mark in marks), *(span for span, _ in parts)]:
        edges.update(edge for edge in (span.start, span.end) if block.start < edge < block.end)
    ordered = sorted(edges)
    for start, end in pairwise(ordered):
        span = Span(start, end)
        markers = tuple(mark.marker for mark in marks if mark.span.holds(span))
        part = next((name for place, name in parts if place.holds(span)), "") if markers else ""
        yield _Run(span, markers, part)


def _run(text: str, run: _Run, lit: bool) -> str:
    words = escape(run.span.of(text))
    if not run.markers:
        return words
    name = " ".join(["cited", *(["on"] if lit else []), *([run.part] if run.part else [])])
    return f'<mark class="{name}" data-markers="{" ".join(map(str, run.markers))}">{words}</mark>'
