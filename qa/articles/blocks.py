"""A text's blocks: headline, standfirst, headings and paragraphs, told apart by their looks and their place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from qa.articles.lines import CLOSERS, MARKDOWN_HEADING, Line, is_item, lines_of, paragraphs_of, terminated
from qa.domain import Block, BlockKind, Span

_FURNITURE = re.compile(
    r"(?:by|from|posted|published|updated|reporting|editing|written|photo(?:graph)?s?|image|picture|credit|source|"
    r"copyright|filed|share|advertisement|listen|reading time|read more|related|contributed)\b|[©►▶@]|https?:|www\.",
    re.IGNORECASE,
)
_LEADING_MARKS = re.compile(r"(?:(?:#{1,6}|[-+*•>])[ \t]+)+")
_EMPHASIS = re.compile(r"(\*{1,3}|__|`)(?=\S)([^*`]+?)(?<=\S)\1")
_INNER_STOP = re.compile(r"[^\W\d_]{4,}[.!?] ")
_HEADLINE_WORDS, _HEADLINE_CHARS = 30, 200
_STOPPED_HEADLINE_WORDS = 20
_HEADING_WORDS, _HEADING_CHARS = 14, 110
_QUESTION_WORDS = 10
_STANDFIRST_WORDS = 70
_FRONT = 5
"""How many paragraphs after the headline may belong to the head of the article."""
_REPEAT = 40
"""Code points from which the beginning of a paragraph counts as a copy of the standfirst."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A paragraph of the text before it is known what it is."""

    span: Span
    words: str
    lines: int
    opens: bool
    """Whether a blank line stands before it."""


def split_blocks(text: str, known: Mapping[int, BlockKind] | None = None) -> tuple[Block, ...]:
    """The blocks of ``text`` in order, none overlapping, each trimmed of white space.

    Every character that is not white space lies in exactly one block, but for drawn rules ("* * *") and front matter.
    ``known`` holds the kind of blocks that a document's own markup tells, by the offset at which they start.
    """
    units = [_unit(text, paragraph) for paragraph in paragraphs_of(lines_of(text))]
    kinds = [(known or {}).get(unit.span.start) or _marked(unit) for unit in units]
    body = _mark_front(units, kinds)
    _mark_headings(units, kinds, body)
    return tuple(Block(kind or BlockKind.PARAGRAPH, unit.span) for unit, kind in zip(units, kinds, strict=True))


def canonical(words: str) -> str:
    """What two copies of a paragraph share: letter case, white space and the marks at either end do not count."""
    return " ".join(words.casefold().split()).strip(CLOSERS + " .!?…:;,")


def plain(words: str) -> str:
    """A line without its Markdown marks, on one line: how a heading reads as a title."""
    bare = _LEADING_MARKS.sub("", " ".join(words.split()), count=1)
    return _EMPHASIS.sub(r"\2", re.sub(r"[ \t]+#+$", "", bare))


def _unit(text: str, paragraph: list[Line]) -> _Unit:
    span = Span(paragraph[0].span.start, paragraph[-1].span.end)
    return _Unit(span, span.of(text), len(paragraph), paragraph[0].opens)


def _marked(unit: _Unit) -> BlockKind | None:
    return BlockKind.HEADING if unit.lines == 1 and MARKDOWN_HEADING.match(unit.words) else None


def _mark_front(units: list[_Unit], kinds: list[BlockKind | None]) -> int:
    """Marks headline and standfirst in ``kinds``; returns the index of the first block of the body."""
    if len(units) < 2 or not _is_headline(units, kinds[0]):
        return 0
    kinds[0] = BlockKind.HEADLINE
    index = 1
    while index < min(len(units) - 1, 1 + _FRONT) and kinds[index] in (None, BlockKind.STANDFIRST):
        if kinds[index] is None and not _is_furniture(units[index]):
            if not _is_standfirst(units, index):
                break
            kinds[index] = BlockKind.STANDFIRST
        index += 1
    return index


def _is_headline(units: list[_Unit], kind: BlockKind | None) -> bool:
    first, second = units[0], units[1]
    if kind in (BlockKind.HEADING, BlockKind.HEADLINE):
        return True
    words = first.words.split()
    if kind or len(words) > _HEADLINE_WORDS or len(first.words) > _HEADLINE_CHARS or is_item(first.words):
        return False
    bare = first.words.rstrip(CLOSERS + " ")
    if not bare or bare[-1] in ",:—–":
        return False
    # Some archives put a full stop after every headline: then it must stand alone above longer paragraphs.
    stopped = bare[-1] in ".。" and not bare.endswith("..")
    alone = second.opens and first.lines == 1 and len(words) <= _STOPPED_HEADLINE_WORDS
    longer = any(len(unit.words) > len(first.words) for unit in units[1:4])
    return not stopped or (alone and longer and not _INNER_STOP.search(bare))


def _is_furniture(unit: _Unit) -> bool:
    """Bylines, datelines of an agency, dates and the like, which are neither headings nor summaries."""
    if _FURNITURE.match(unit.words) or " | " in unit.words or unit.words[-1] in "—–":
        return True
    return len(unit.words.split()) < 5 and not terminated(unit.words) and not is_item(unit.words)


def _is_standfirst(units: list[_Unit], index: int) -> bool:
    unit = units[index]
    if not unit.opens or len(unit.words.split()) > _STANDFIRST_WORDS or is_item(unit.words):
        return False
    own = canonical(unit.words)
    later = [canonical(u.words) for u in units[index + 1 : index + 1 + _FRONT]]
    if own in later or (len(own) >= _REPEAT and any(other.startswith(own) for other in later)):
        return True
    bare = unit.words.rstrip(CLOSERS + " ")
    return len(unit.words.split()) >= 5 and bare[-1:] not in tuple(".!?…。:;,") and units[index + 1].opens


def _mark_headings(units: list[_Unit], kinds: list[BlockKind | None], body: int) -> None:
    """Marks in ``kinds`` the headings of the body: short lines that stand above a paragraph, one or two together.

    More short lines in a row are a list, a table or an address, and at the end of the text there is nothing to head.
    """
    likely = [
        index >= body and kind is None and _looks_like_heading(unit)
        for index, (unit, kind) in enumerate(zip(units, kinds, strict=True))
    ]
    index = body
    while index < len(units):
        end = index
        while end < len(units) and likely[end]:
            end += 1
        if index < end < len(units) and (end - index <= 2 or units[end - 1].opens):
            first = index if end - index <= 2 else end - 1
            kinds[first:end] = [BlockKind.HEADING] * (end - first)
        index = end + 1


def _looks_like_heading(unit: _Unit) -> bool:
    words = unit.words.split()
    if unit.lines > 1 or len(words) > _HEADING_WORDS or len(unit.words) > _HEADING_CHARS:
        return False
    if is_item(unit.words) or _FURNITURE.match(unit.words) or " | " in unit.words:
        return False
    core = unit.words.strip(CLOSERS + "¿¡„`( ")
    if not any(c.isalpha() for c in core) or core[0].islower() or core[0] in "-–—+#&/.,":
        return False
    if core[-1] in "?？":
        return len(words) <= _QUESTION_WORDS and (len(words) >= 3 or core[0] == unit.words[0])
    if core[-1] in ".。":
        return core.isupper() and len(words) <= 6 and unit.words[0].isalnum() and "." not in core[:-1]
    return core[-1] not in "!…:;,—–-！"
