"""Opinion pieces: whoever the last paragraph introduces has written all that stands above it."""

from __future__ import annotations

import re

from qa.answering.forms import any_of
from qa.domain import Article, Block, BlockKind, Span, Speaker

_TITLE = r"(?:(?:Rep|Sen|Gov|Dr|Mr|Mrs|Ms|Prof|Gen|Lt|Col|Sir|Dame|Lord|Former|U\.S)\.? )*"
FURTHER_NAMES = r"(?: (?:[A-Z]\.|[A-Z][\w'’-]+|d[eu]|v[ao]n|la|bin|al)){1,4}"
"""What follows the first of somebody's names."""
_NAME = rf"(?P<name>[A-Z][\w'’.-]+{FURTHER_NAMES})"
_POST = any_of(
    """director president editor author co-author coauthor founder co-founder cofounder chair chairman chairwoman fellow
    host co-host columnist writer member professor lecturer historian economist governor senator executive chief partner
    counsel attorney editor-in-chief publisher dean adviser advisor strategist associate scholar contributor delegate
    coordinator emeritus student teacher analyst ambassador secretary"""
)
_BIO = re.compile(
    rf"(?!(?:The|And|But|As|If|While|Although|Even|Both|In|At|On) )(?P<title>{_TITLE}){_NAME}"
    r"(?:, (?P<beside>[^;“”\"]{2,160}?),)? (?:"
    rf"(?:is|was) (?P<role>(?:[\w’'.-]+ ){{0,8}}?{_POST}\b[^;]*)"
    r"|(?:served|serves|works|worked) as (?P<as>[^;]*)|chairs the [^;]*|(?:is|was) (?P<other>an? [^;]*))",
)
"""Who somebody is, as it stands below what they wrote: "Aaron Kall is director of debate at …"."""
_REPORTS = re.compile(
    r"\b(?:reporter|correspondent|covers|covering|producer|contributed|bureau|newsroom|freelance|entertainment|consumer)\b",
    re.I,
)
"""What marks who reported the news, which is not said by them."""
_BODIES = frozenset(
    "News Times Press Post Journal Institute Center Centre University Network Council Association".split()
)
"""What the name of no person ends with."""
_STAFF = re.compile(
    r"\b(?:reach|contact|e-?mail|journalist)\b"
    r"|\b(?:politics|news|media|managing|business|sports|features|travel) editor\b",
    re.I,
)
"""What does so too, unless it says that these are opinions."""
_OPINES = re.compile(r"\b(?:columnist|contributors|opinions?|editorial)\b", re.I)
_NO_ROLE = re.compile(r"[A-Z]-[A-Z]|(?:[A-Z][A-Za-z.]{0,3}[A-Z]\.?(?:, )?)+$")
"""A party and a state, or degrees: "D-Ariz.", "MA, MPA"."""
_LONGEST = 600
"""The most characters of such a paragraph."""


def opinion(article: Article) -> tuple[Speaker, Span] | None:
    """Who wrote an opinion piece, and where it stands; None for another article."""
    told = [b for b in article.blocks if b.kind is not BlockKind.HEADLINE]
    if len(told) < 3:
        return None
    last = told[-1].span
    words = last.of(article.text)
    match = _BIO.match(words) if len(words) <= _LONGEST else None
    if match is None or _BIO.search(words, match.end("name")) or _REPORTS.search(words):
        return None
    if (_STAFF.search(words) and not _OPINES.search(words)) or (match["other"] and not match["title"]):
        return None
    name = match["name"]
    if name.split()[-1] in _BODIES:
        return None
    body = [b for b in told[:-1] if b.kind is BlockKind.PARAGRAPH and not _byline(b, article, name)]
    surname = re.compile(rf"\b{re.escape(name.split()[-1])}\b")
    if not body or surname.search(article.title) or any(surname.search(b.span.of(article.text)) for b in body):
        return None
    beside = match["beside"] if match["beside"] and not _NO_ROLE.match(match["beside"]) else None
    told_as = beside or match["role"] or match["as"] or match["other"]
    writer = Speaker(
        name, re.split(r"\.(?= [A-Z]|$)|,| and | where ", told_as)[0].strip() if told_as else None, ("author",)
    )
    return writer, Span(body[0].span.start, body[-1].span.end)


def _byline(block: Block, article: Article, name: str) -> bool:
    """Whether a line only names whoever wrote it."""
    words = block.span.of(article.text)
    return name in words and len(words) < len(name) + 40
