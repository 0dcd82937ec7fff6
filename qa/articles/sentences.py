"""Sentences with exact offsets: a scanner over sentence-final marks that decides each from its neighbours.

Time is linear in the text: every mark is looked at once, with a bounded view to either side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.articles import abbreviations as known
from qa.articles.abbreviations import STARTERS
from qa.articles.lines import trimmed
from qa.articles.reporting import reporting_clause
from qa.domain import Block, BlockKind, Span

_QUOTES = "\"'”’»“‘«›‹„`"
_OPENERS = frozenset("\"'“‘«„‹›»‚`([{¿¡*_")
_UNSEEN = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
"""Marks that take no room, which pages leave at the ends of sentences: no white space, yet nothing to read."""

_SPACED = ("« ", "«\u00a0", "«\u202f")
_WIDE = frozenset("。！？｡।॥")
"""Final marks of scripts that put no space between sentences."""

_MARKS = re.compile(
    r"[.!?…‽؟۔。！？｡।॥]++"
    # What closes with them: quotation marks, brackets, emphasis, a footnote's number; an opening mark only where it
    # opens nothing („…“), a spaced one only where it stands apart (« … »). Not a possessive group: Python 3.11.2 goes
    # on behind what such a group's last, failing round has read.
    r"(?:[\"'”’»›`)\]}*_」』）》]|[“‘«‹](?![^\W_])|\[\d{1,3}\])*"
    r"(?:[ \u00a0\u202f]»(?=[\s.,;:!?)]|$))?"
)
_WORD_BEFORE = re.compile(r"[^\s\"“”‘«»„‹›()\[\]{}<>—–/]+$")
_WORD_AFTER = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_MARKER = re.compile(r"\W*(?:[0-9]{1,3}|[A-Za-z]|[ivxlcIVXLC]{1,5})\W*")
_LONGEST_MARKER = 64
_NICKNAME = re.compile(r"[\"“«„][^\W\d_]+(?: [^\W\d_]+)?[\"”»“],? [^\W\d_]")
_INITIALS = re.compile(r"(?:[^\W\d_]{1,3}[.&]+)+[^\W\d_]{1,3}")
_ORDINAL = re.compile(r"[0-9]{1,2}")
_BRACKET = 200
"""How far back a bracket is looked for: what stands in a longer one is a sentence of its own."""

_BACK = 48
_LONGEST = 2_000
"""Code points from which something without sentence ends (a table, a list of names) is cut at white space."""


def split_sentences(text: str, blocks: Sequence[Block]) -> tuple[Span, ...]:
    """The sentences of each block, in order, trimmed of white space.

    Every sentence lies inside one block, and every character of a block that is not white space lies in exactly one
    sentence. A headline or heading is one sentence. A quotation splits at its own sentence ends, its closing mark and
    the clause that says who spoke stay with the sentence they follow.
    """
    return tuple(sentence for block in blocks for sentence in _of_block(text, block))


def _of_block(text: str, block: Block) -> Iterator[Span]:
    if block.kind in (BlockKind.HEADLINE, BlockKind.HEADING):
        yield from _pieces(text, block.span.start, block.span.end)
        return
    start = block.span.start
    for end in _ends(text, block.span):
        yield from _pieces(text, start, end)
        start = end
    yield from _pieces(text, start, block.span.end)


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """The span itself, or where it is longer than a sentence can be, pieces of it cut at white space."""
    while end - start > _LONGEST:
        window = text[start : start + _LONGEST]
        cut = max((m.end() for m in re.finditer(r"[;,]\s|\s", window[_LONGEST // 2 :])), default=_LONGEST // 2)
        piece = trimmed(text, start, start + _LONGEST // 2 + cut)
        if piece:
            yield piece
        start += _LONGEST // 2 + cut
    last = trimmed(text, start, end)
    if last:
        yield last


def _ends(text: str, span: Span) -> Iterator[int]:
    """Where sentences end inside ``span``, its own end not counted."""
    start = span.start
    for match in _MARKS.finditer(text, span.start, span.end):
        end = match.end()
        if end < span.end and _is_end(text, start, match.start(), end, span.end):
            while end < span.end and text[end] in _UNSEEN:
                end += 1
            yield end
            start = end


def _is_end(text: str, start: int, mark: int, end: int, limit: int) -> bool:
    """Whether the sentence that began at ``start`` ends with the marks from ``mark`` to ``end``."""
    marks = text[mark:end]
    if marks[0] in _WIDE:
        return True
    following = _skip_space(text, end, limit)
    if following == limit or not any(map(str.isspace, text[end:following])) or not _may_begin(text, following, limit):
        return False
    numbers = mark - start <= _LONGEST_MARKER and _MARKER.fullmatch(text, start, mark)
    if numbers or not any(c.isalnum() for c in text[max(start, mark - 200) : mark]):
        # "1." and "A." number what follows; marks with no word before them ("… The") begin it.
        return False
    core = marks.rstrip(_QUOTES + ")]}*_ \u00a0\u202f0123456789[」』）》")
    if any(quote in marks for quote in _QUOTES) and reporting_clause(text, following, limit, stopped=core == "."):
        return False
    if core in ("...", "…", "..", "…."):
        return _ellipsis_ends(text, start, mark, following, limit)
    if core == ".":
        if text[mark - 1 : mark].isspace() and text[max(start, mark - _BACK) : mark].rstrip()[-1:] == ".":
            return _ellipsis_ends(text, start, mark, following, limit)
        return _full_stop_ends(text, start, mark, following, limit, _closed(text, start, mark, marks))
    return True


def _skip_space(text: str, position: int, limit: int) -> int:
    while position < limit and (text[position].isspace() or text[position] in _UNSEEN):
        position += 1
    return position


def _may_begin(text: str, position: int, limit: int) -> bool:
    """Whether what stands at ``position`` can begin a sentence: not a small letter, nor a mark that goes on."""
    probe = position
    while probe < min(limit, position + 8) and (text[probe] in _OPENERS or text[probe - 1 : probe + 1] in _SPACED):
        probe += 1
    if probe >= limit:
        return True
    first = text[probe]
    if first.islower():
        # iPhone, eBay; a small letter goes on otherwise.
        return probe + 1 < limit and text[probe + 1].isupper() and text[probe + 2 : probe + 3].islower()
    return first.isalnum() or first in "$£€¥₽#@•‣◦▪●►"


def _word_after(text: str, position: int, limit: int) -> str:
    match = _WORD_AFTER.search(text, position, min(limit, position + _BACK))
    return match.group() if match else ""


def _closed(text: str, start: int, mark: int, marks: str) -> bool:
    """Whether the full stop is followed by a mark that closes a whole sentence: a quotation's, or a bracket's own."""
    if marks[1:2] not in tuple(")]}"):
        return len(marks) > 1
    opening = text.rfind("(", max(start, mark - _BRACKET), mark)
    return opening <= start + 1


def _ellipsis_ends(text: str, start: int, mark: int, following: int, limit: int) -> bool:
    """Dots behind a word end a sentence before a word that begins one; dots that stand alone are a pause or a cut."""
    word = _word_after(text, following, limit)
    if not text[mark - 1 : mark].isspace():
        return word[:1].isupper() and not word.startswith("I")
    behind = text[max(start, mark - _BACK) : mark]
    cut = behind.rstrip(". \u00a0")
    if cut[-1:] in ('"', "'"):
        return cut[-2:-1] in tuple(".!?,")
    return cut[-1:] in tuple("!?”’") or (behind[len(cut) : len(cut) + 1] == "." and bool(cut))


def _full_stop_ends(text: str, start: int, mark: int, following: int, limit: int, closed: bool) -> bool:
    match = _WORD_BEFORE.search(text[max(start, mark - _BACK) : mark])
    word = match.group().strip("'’*_`-" + _UNSEEN) if match else ""
    after = _word_after(text, following, limit)
    if not word or closed:
        return True
    if len(word) == 1 and word.isalpha() and word.isupper():
        return _letter_ends(text, start, mark - len(word), word, after)
    if _is_title(word, after):
        return after in known.PLAIN_STARTERS
    if word in known.JOINING or (word in known.NUMBERED and after[:1].isdigit()):
        return False
    if word in known.MERIDIEM:
        return after not in known.AFTER_TIME and not after[:1].isdigit()
    if _ORDINAL.fullmatch(word):
        return after not in known.MONTHS_AFTER_ORDINAL
    if word in known.EITHER or _INITIALS.fullmatch(word):
        return _abbreviation_ends(text, word, following, after)
    return word not in known.NUMBERED or word in known.ORDINARY or after in STARTERS


def _is_title(word: str, after: str) -> bool:
    """Whether the word is a title before a name, alone ("Sen."), joined ("then-Sen.") or in capitals ("ST. LOUIS")."""
    bare = word.rsplit("-", 1)[-1]
    return bare in known.TITLES or (bare.isupper() and after.isupper() and bare.capitalize() in known.TITLES | {"St"})


def _letter_ends(text: str, start: int, position: int, letter: str, after: str) -> bool:
    """Whether a sentence ends with a single capital: an initial goes on, "Plan B." and "than I." do not."""
    before = re.search(r"(\w+)\W{1,3}$", text[max(start, position - _BACK) : position])
    previous = before.group(1) if before else ""
    if previous.lower() in known.LONE_LETTERS:
        return True
    if letter == "I":
        return previous.islower()
    return after in STARTERS and after not in ("A", "I") and len(previous) > 1


def _abbreviation_ends(text: str, word: str, following: int, after: str) -> bool:
    if word in known.ENDING:
        return True
    if text[following] in '"“«„':
        return after[:1].isupper() and not _NICKNAME.match(text, following)
    return after in STARTERS
