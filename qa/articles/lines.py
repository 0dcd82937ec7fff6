"""The lines of a text and the paragraphs they form: hard-wrapped lines joined, whole-paragraph lines left apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from qa.domain import Span

CLOSERS = "\"'”’»“‘«›‹)]}*_」』）》\u200b\ufeff"
"""What may stand between a final full stop and the end of a line."""

MARKDOWN_HEADING = re.compile(r"#{1,6}[ \t]+\S")
_FRONT_MATTER_LINES = 60
_ITEM = re.compile(r"(?:[-*+•‣◦▪●►–—]|\(?[0-9]{1,3}[.)]|\(?[A-Za-z]\)|[|>])[ \t]")
_RULE = re.compile(r"[-=*_~#•·.+ \t|:]{3,}")
_NARROWEST, _WIDEST = 40, 100
"""Columns between which a text counts as hard-wrapped."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line with something to read: its trimmed span and words, and whether it opens a new group of lines."""

    span: Span
    words: str
    opens: bool


def trimmed(text: str, start: int, end: int) -> Span | None:
    """``start`` to ``end`` without the white space at either end; None where nothing else is there."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return Span(start + left, start + right) if left < right else None


def front_matter(text: str) -> int:
    """Where the text proper begins: after a leading block of metadata between lines of three hyphens, else 0."""
    if not text.startswith("---"):
        return 0
    offset = 0
    for number, line in enumerate(text.splitlines(keepends=True)[:_FRONT_MATTER_LINES]):
        offset += len(line)
        mark = line.rstrip()
        if number == 0 and mark != "---":
            return 0
        if number > 0 and mark in ("---", "..."):
            return offset if text[offset:].strip() else 0
        if number > 0 and mark and not re.match(r"[\w.-]+[ \t]*:|[ \t#-]", mark):
            return 0
    return 0


def lines_of(text: str) -> list[Line]:
    """Every line with something to read, in order; drawn rules and front matter are passed over and part groups."""
    found: list[Line] = []
    offset, opens = front_matter(text), True
    for raw in text[offset:].splitlines(keepends=True):
        span = trimmed(text, offset, offset + len(raw))
        offset += len(raw)
        if span is None or _RULE.fullmatch(span.of(text)):
            opens = True
            continue
        found.append(Line(span, span.of(text), opens))
        opens = False
    return found


def paragraphs_of(lines: list[Line]) -> list[list[Line]]:
    """The lines grouped into paragraphs, each a run of lines that belong to one another."""
    width = wrap_width(lines)
    paragraphs: list[list[Line]] = []
    for line in lines:
        if paragraphs and not line.opens and _continues(paragraphs[-1][-1], line, width):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def wrap_width(lines: list[Line]) -> int | None:
    """The column at which the text was wrapped, None where its lines are whole paragraphs.

    A wrapped text shows in three ways: no line is long, most lines that are followed by another end in the middle of
    a sentence, and the next line's first word would not have fitted on them.
    """
    pairs = [(a, b) for a, b in pairwise(lines) if not b.opens]
    if not pairs:
        return None
    width = _high([len(a.words) for a, _ in pairs])
    if not _NARROWEST <= width <= _WIDEST or _high([len(line.words) for line in lines]) > _WIDEST:
        return None
    full = sum(_full(a, b, width) for a, b in pairs)
    loose = sum(not terminated(a.words) for a, _ in pairs)
    return width if full >= 2 and 2 * full >= len(pairs) and 2 * loose >= len(pairs) else None


def terminated(words: str) -> bool:
    """Whether the words end as a sentence does."""
    return words.rstrip(CLOSERS + " ")[-1:] in tuple(".!?…。！？؟۔।")


def is_item(words: str) -> bool:
    """Whether a line begins as a list item, table row or quoted line of Markdown does."""
    return bool(_ITEM.match(words))


def _high(lengths: list[int]) -> int:
    """The length that all but one in twenty stay within."""
    return sorted(lengths)[(len(lengths) * 19 - 1) // 20]


def _full(line: Line, following: Line, width: int) -> bool:
    word = following.words.split(maxsplit=1)[0]
    return len(line.words) + 1 + len(word) > width - 1


def _continues(line: Line, following: Line, width: int | None) -> bool:
    if MARKDOWN_HEADING.match(line.words) or MARKDOWN_HEADING.match(following.words) or is_item(following.words):
        return False
    if width is not None and _full(line, following, width):
        return True
    return len(line.words) >= _NARROWEST and not terminated(line.words) and following.words[0].islower()
