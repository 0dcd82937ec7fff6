"""The section of an article that a question asks about: what stands beneath one of its headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.forms import SITES
from qa.answering.wording import content_stems
from qa.domain import Article, BlockKind, Span

_NOUN = r"(?:section|part|column|heading|sub-?heading|headline|chapter|pages?)"
_ASKED = re.compile(
    rf"\b(?:in|under|beneath|below|from) the {_NOUN} (?:(?:on|about|called|headed|titled|entitled|named) )?"
    r"[\"“‘']?(?P<behind>[^?,\"“”]{2,60})"
    rf"|\b(?:in|under|beneath|below|from|of|on) (?:the )?[\"“‘']?(?P<before>[^?,\"“”]{{2,60}}?)[\"”’']? {_NOUN}\b",
    re.I,
)
"""Where a question names a section: "in the Facebook section", "under the heading Wages"."""
_LETTERS = re.compile(r"\W*letters\b", re.I)
_OF_LETTERS = re.compile(
    r"\bletters? (?:writers?|to the editor|(?:is|are|was|were|get) \w+ed|printed|published)\b"
    r"|\b(?:whose|which|what|who (?:all )?(?:wrote|writes|sent|sent in|signed)(?: the| these)?) letters?\b",
    re.I,
)
_SITE = re.compile(rf"\W*({SITES})\W*", re.I)
_ON_SITE = (
    r"\b(?:on|via|from) {0}\b|\b{0} (?:users?|comment\w*|posts?|posters?|readers?|followers?|account|reactions?)\b"
)
_NAMING = """section part column heading headline chapter page letter letters writer writers wrote write writes sent
    signed print printed publish published user users follower followers reader readers poster posters commenter
    commenters comment comments post posts posted tweet tweets tweeted twitter facebook account"""
"""Words with which a question names a section and what stands in it."""
_TWEETED = re.compile(r"\btweet(?:s|ed|ers?)?\b", re.I)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and all that stands beneath it."""

    heading: str
    span: Span


def sections(article: Article) -> tuple[Section, ...]:
    """The sections of ``article`` that hold anything, each to the next heading."""
    heads = [b.span for b in article.blocks if b.kind is BlockKind.HEADING]
    ends = [head.start for head in heads[1:]] + [len(article.text)] * bool(heads)
    pairs = zip(heads, ends, strict=True)
    return tuple(Section(head.of(article.text).strip(), Span(head.end, end)) for head, end in pairs if head.end < end)


def section_asked(question: str, article: Article) -> Section | None:
    """The one section of ``article`` that ``question`` asks about; None where it names none, or several alike."""
    named = [set(content_stems(match["before"] or match["behind"])) for match in _ASKED.finditer(question)]
    found = [section for section in sections(article) if _is_asked(section.heading, question, named)]
    return found[0] if len(found) == 1 else None


def _is_asked(heading: str, question: str, named: Sequence[set[str]]) -> bool:
    """Whether ``question`` asks about what stands beneath ``heading``; ``named`` are the stems of sections it names."""
    if site := _SITE.fullmatch(heading):
        name = site[1].lower()
        if re.search(_ON_SITE.format(name), question, re.I) or (name == "twitter" and _TWEETED.search(question)):
            return True
    if _LETTERS.match(heading) and _OF_LETTERS.search(question):
        return True
    if not named:
        return False
    theirs = set(content_stems(heading))
    return any(theirs and asked and (theirs <= asked or asked <= theirs) for asked in named)


def without(section: str, stems: Sequence[str]) -> list[str]:
    """``stems`` without those that name the section of that heading."""
    named = {*content_stems(section), *content_stems(_NAMING)}
    return [stem for stem in stems if stem not in named]
