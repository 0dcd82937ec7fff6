"""Letters to the editor and posts by readers: whoever signs one says all that stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.domain import Article, Block, BlockKind, Excerpt, Mode, Span, Speaker, Statement

_SECTION = re.compile(
    r"\W*(?:letters?(?: to (?:the|our) editors?)?|facebook|twitter|"
    r"(?:readers?['’]?s?|your) (?:letters|comments|views|mail))\W*",
    re.IGNORECASE,
)
"""A line that stands over letters or posts."""
_TITLED = re.compile(r"\bletters? to (?:the|our) editors?\b|^\W*(?:readers?['’]?s? )?letters\b", re.IGNORECASE)
_LINE = 60
"""The most characters of a signature or a place."""
_SIGNATURE = re.compile(
    r"\W*(@\w{2,30}|[A-Z][\w'’-]+(?: (?:[A-Z]\.|[A-Z][\w'’-]+|d[eu]|v[ao]n|la|bin|al)){1,4})(?:, [A-Z][\w .'’-]+)?\W*"
)
"""A name or handle, and where they write from: "Michael Pravica.", "— Herb Strentz, Urbandale"."""
_PLACE = re.compile(r"[A-Z][\w'’-]+\.?(?: [A-Z][\w'’-]+\.?){0,3}(?:, [A-Z][\w .'’-]{1,20})?\.?")
"""Where somebody writes from, on a line below the name: "Henderson, Nev."."""
_SURE = 0.9


def letters(article: Article) -> tuple[Statement, ...]:
    """Every sentence of every signed letter or post, as a statement of whoever signs."""
    return tuple(
        Statement(
            article.id,
            Mode.DIRECT,
            confidence=_SURE,
            content=(Excerpt.cut(sentence, article.text),),
            speaker=Speaker(name),
            certainty=_SURE,
        )
        for name, body in _signed(article)
        for sentence in article.sentences
        if body.holds(sentence)
    )


def _signed(article: Article) -> Iterator[tuple[str, Span]]:
    """Each name below a letter, with where the letter stands, on a page of letters."""
    body: list[Block] = []
    page = _TITLED.search(article.title) is not None
    for block in article.blocks:
        words = block.span.of(article.text).strip()
        short = len(words) <= _LINE
        page = page or _SECTION.fullmatch(words) is not None
        name = _SIGNATURE.fullmatch(words) if short and not words.isupper() else None
        if page and name and body:
            yield name[1].removeprefix("@"), Span(body[0].span.start, body[-1].span.end)
        heads = block.kind in (BlockKind.HEADLINE, BlockKind.HEADING)
        placed = not body and short and _PLACE.fullmatch(words)
        body = [] if name or heads or placed else [*body, block]
