"""Quotation marks of every style, paired within a paragraph: which characters of a text are quoted."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from qa.domain import Mode, Span

_PAIRS = {"“": "”", "„": "“”", "«": "»", "‘": "’", "‹": "›", "「": "」"}
_DOUBLE = re.compile(r"''|``|\"")
_LETTER = re.compile(r"\w")


def quotations(text: str, blocks: Sequence[Span]) -> tuple[Span, ...]:
    """The quoted runs of ``text``, marks included, in order; a quotation left open runs to the end of its block.

    A mark that opens and never closes counts only where the next block goes on with another opening mark, as printers
    do for a quotation of several paragraphs, or where nothing but the quotation follows in its block.
    """
    found: list[Span] = []
    for block in blocks:
        found += _in_block(text, block.start, block.end)
    return tuple(found)


def _in_block(text: str, start: int, end: int) -> Iterator[Span]:
    at = start
    unclosed: set[str] = set()  # single marks that nothing further on closes, to look for but once
    while at < end:
        closing, width = _opening(text, at, start, end)
        if not closing or closing in unclosed:
            at += 1
            continue
        close = _closing(text, at + width, end, closing)
        if close is None:
            if closing in ("'", "’"):
                unclosed.add(closing)
                at += 1
                continue
            yield Span(at, end)
            return
        yield Span(at, close)
        at = close


def _opening(text: str, at: int, start: int, end: int) -> tuple[str, int]:
    """The closing marks that the mark at ``at`` waits for and its own width; no marks where it opens nothing."""
    char = text[at]
    if match := _DOUBLE.match(text, at, end):
        if char == '"' and text[max(start, at - 1)].isdigit() and not _LETTER.match(text, at + 1, end):
            return "", 1  # inches: 6'2" tall
        return match.group().replace("``", "''"), len(match.group())
    before = text[at - 1] if at > start else " "
    after = text[at + 1] if at + 1 < end else " "
    if char in _PAIRS:
        if char == "‘" and (_LETTER.match(before) or after.isspace()):
            return "", 1
        return _PAIRS[char], 1
    if char == "'" and not _LETTER.match(before) and not after.isspace() and (after.isupper() or after == "["):
        return "'", 1
    return "", 1


def _closing(text: str, at: int, end: int, closing: str) -> int | None:
    """Just behind the mark that closes a quotation, or None."""
    if closing == "''":
        found = text.find("''", at, end)
        return None if found < 0 else found + 2
    single = closing in ("'", "’")
    for place in range(at, end):
        if text[place] not in closing:
            continue
        after = text[place + 1] if place + 1 < end else " "
        before = text[place - 1]
        if single and (_LETTER.match(after) or (before.isspace() and not after.isspace())):
            continue
        if single and _LETTER.match(before) and after == " " and _possessive(text, place, end, closing):
            continue
        return place + 1
    return None


def _possessive(text: str, place: int, end: int, closing: str) -> bool:
    """Whether a single mark behind a letter is a plural's apostrophe ("the voters’ choice"): another closes later."""
    if text[place - 1] != "s":
        return False
    later = text.find(closing, place + 1, end)
    return later > 0 and not _LETTER.match(text[later + 1] if later + 1 < end else " ")


class Quoted:
    """The quotations of one text, for asking how much of a span is quoted."""

    def __init__(self, text: str, spans: Sequence[Span]) -> None:
        self._text = text
        self.spans = tuple(spans)
        self._starts = [span.start for span in spans]

    def at(self, offset: int) -> Span | None:
        """The quotation around ``offset``."""
        index = bisect_right(self._starts, offset) - 1
        return self.spans[index] if index >= 0 and offset < self.spans[index].end else None

    def mode(self, content: Sequence[Span]) -> Mode:
        """Direct where every letter and digit of ``content`` is quoted, indirect where none is, else mixed."""
        inside = outside = 0
        for span in content:
            for offset in range(span.start, span.end):
                if self._text[offset].isalnum():
                    if self.at(offset):
                        inside += 1
                    else:
                        outside += 1
        if not inside:
            return Mode.INDIRECT
        return Mode.MIXED if outside else Mode.DIRECT
