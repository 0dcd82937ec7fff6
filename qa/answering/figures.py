"""Whether the numbers of a sentence are those of its evidence, and count the same things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise

from qa.answering.wording import FUNCTION_WORDS, fold, stem
from qa.domain import Span

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
VALUES = {word: str(n) for n, word in enumerate(_UNITS.split())} | {
    word: str(10 * n) for n, word in enumerate(_TENS.split(), start=2)
}
"""Numbers written as words, in digits."""
PRONOUN = "one"
"""Counts as a number in the evidence, but a sentence may use it as a pronoun."""
_SIZES = frozenset(
    """hundred hundreds thousand thousands million millions billion billions trillion trillions dozen dozens half
    halves third thirds quarter quarters fifth twice double doubled triple tripled single m bn tn k first second fourth
    majority minority""".split()
)
_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_HEDGED = re.compile(
    r"\b(?:about|around|roughly|almost|nearly|some|over|under|up to|at least|at most|(?:more|less|fewer) than)\s+$",
    re.I,
)
_ABOUT = re.compile(
    r"\b(?P<hedge>about|around|roughly|nearly|almost|some|approximately|close to) [£$€]?(?P<number>\d[\d,.]*\d|\d)",
    re.I,
)
_COMPOUND = rf"(?:{_TENS.replace(' ', '|')})-(?:{_UNITS.replace(' ', '|')})"
_COUNT = rf"{_COMPOUND}|{'|'.join(VALUES)}|\d{{1,2}}"
_PARTS = {"halves": 2, "quarters": 4, "fifths": 5, "tenths": 10}
_SHARE = re.compile(
    rf"\b(?P<part>{_COUNT})(?:[ -](?P<of>{'|'.join(_PARTS)})| (?:in|out of) (?:every )?(?P<whole>{_COUNT}))\b", re.I
)
_LARGE = re.compile(
    rf"\b(?P<count>{_COMPOUND}|{'|'.join(VALUES)}) (?P<size>hundred|thousand)\b|\b(?P<whole>{_COMPOUND})\b", re.I
)
_ROUNDED_BY = 0.05
"""By what share of it a number may be rounded."""
_DENIED = re.compile(r"\b(?:no|not|nobody|none|never|neither|nor|without|n[’']t)\b[^.;:!?]*$", re.I)
_CLAUSE = 60
"""Characters before a hedge in which a negation bears on it."""
_MEASURE = re.compile(r"\s?%|(?:\s+(?:hundred|thousand|million|billion|trillion))*(?:\s+per\s?cent)?\b", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNTED = re.compile(r"\s+[^\W\d_][\w’'-]*")
_MANY = frozenset("people men women children feet fish police sheep".split())
_FARTHEST = 4
"""Of so many words behind a number the first in the plural is what it counts: "284 unfair labor practice cases"."""
_NEAR = 2
"""Words on either side of a number that say what it counts."""


def number_faults(words: str, texts: Sequence[str], names: str) -> Iterable[str]:
    """A reason for every number of ``words`` that none of ``texts`` (nor ``names``) has, or has of something else."""
    ours = _tokens(re.sub(rf"\b{PRONOUN}\b", " ", fold(words)))
    theirs = [_tokens(text) for text in texts]
    held = {token for tokens in [*theirs, _tokens(names)] for token in tokens if _is_number(token)}
    counted = [(at, token) for at, token in enumerate(ours) if _is_number(token)]
    for _, token in counted:
        if token not in held:
            yield f"the number {token} does not occur in the cited sentence"
    single = len({token for _, token in counted}) < 2
    for at, token in counted:
        if single and not _is_anothers(ours[at + 1 : at + 2], token, theirs):
            continue
        thing = next((t for t in ours[at + 1 : at + 1 + _NEAR] if _is_telling(t)), None)
        if token not in held or thing is None:
            continue
        near = {stem(t) for tokens in theirs for t in _around(tokens, token)}
        everywhere = {stem(t) for tokens in theirs for t in tokens}
        if near and stem(thing) in everywhere - near:
            yield f"the number {token} counts something else in the cited sentence"


def in_digits(text: str) -> str:
    """``text`` with "five hundred" as 500, and a share such as "two in five" or "four fifths" in per cent."""

    def share(match: re.Match[str]) -> str:
        part, whole = _value(match["part"]), _PARTS.get(match["of"].lower()) if match["of"] else _value(match["whole"])
        return f"{100 * part / whole:.0f}%" if whole and part <= whole and not 100 * part % whole else match.group()

    def product(match: re.Match[str]) -> str:
        size = 1 if match["whole"] else 100 if match["size"].lower() == "hundred" else 1000
        return str(_value(match["whole"] or match["count"]) * size)

    return _LARGE.sub(product, _SHARE.sub(share, text))


def _value(word: str) -> int:
    """What a number of ``_COUNT`` comes to."""
    return sum(int(VALUES.get(part, part)) for part in word.lower().split("-"))


def unrounded(claim: str, given: AbstractSet[str]) -> str:
    """``claim`` with the number of ``given`` in the place of one that it rounds ("about 300": 298)."""

    def exact(match: re.Match[str]) -> str:
        number = match["number"].replace(",", "")
        if number in given or not number.isdigit() or int(number) % 10:
            return match.group()
        plain = [g for g in given if re.fullmatch(r"\d+(?:\.\d+)?", g)]
        near = [g for g in plain if abs(int(number) - float(g)) <= _ROUNDED_BY * float(g)]
        return f"{match['hedge']} {near[0]}" if len(near) == 1 else match.group()

    return _ABOUT.sub(exact, claim)


def with_unit(text: str, number: Span) -> str:
    """The words at ``number``; of a bare number also what hedges it before and what it counts behind."""
    words = number.of(text)
    if not re.fullmatch(r"[£$€]?\d[\d.,]*|[^\W\d_]+", words) or not (words[-1].isdigit() or fold(words) in VALUES):
        return words
    start = number.start - (number.start > 0 and text[number.start - 1] in "£$€")
    measure = _MEASURE.match(text, number.end)
    end = measure.end() if measure else number.end
    if text[start] not in "£$€" and not text.endswith(("%", "cent"), start, end) and not _YEAR.fullmatch(words):
        end = _counted_until(text, end, fold(words) in ("1", "one"))
    before = _HEDGED.search(text, max(0, start - 12), start)
    if before and _DENIED.search(text, max(0, before.start() - _CLAUSE), before.start()):
        before = None  # of "nobody would pay more than 5 crowns" the number alone is an answer
    return text[before.start() if before else start : end]


def _counted_until(text: str, end: int, single: bool) -> int:
    """Where what a number counts ends, which is written up to ``end``: nowhere behind it where that cannot be told."""
    at, first = end, end
    for place in range(_FARTHEST):
        word = _COUNTED.match(text, at)
        if word is None or (plain := fold(word.group().strip())) in FUNCTION_WORDS:
            break
        at = word.end()
        first = first if place else at
        if plain in _MANY or (plain.endswith("s") and not plain.endswith("ss")):
            return at
    return first if single and at == first else end


def without_numbers(text: str) -> str:
    """``text`` without the numbers that are written as words."""
    return " ".join(word for word in text.split() if fold(word).strip(" .,;:") not in VALUES)


def _tokens(text: str) -> list[str]:
    """Words, folded, and numbers, in digits without separators of thousands."""
    found = []
    for match in _TOKEN.finditer(fold(text)):
        token = match.group()
        if token[0].isdigit():
            token = re.sub(r"[,](?=\d{3}(?:\D|$))", "", token)
        found.append(VALUES.get(token, token))
    return found


def _is_number(token: str) -> bool:
    return token[0].isdigit() or token in _SIZES


def _is_anothers(follower: Sequence[str], number: str, theirs: Sequence[Sequence[str]]) -> bool:
    """Whether the word behind a ``number`` stands right behind another one in ``theirs``, and behind that one a third.

    Of a number alone less tells than of two, which may have changed places.
    """
    behind = [(a, b) for tokens in theirs for a, b in pairwise(tokens) if _is_number(a) and _is_telling(b)]
    same = {stem(b) for a, b in behind if a == number}
    others = {stem(b) for a, b in behind if a != number}
    return bool(same) and any(stem(word) in others - same for word in follower)


def _is_telling(token: str) -> bool:
    return not _is_number(token) and token not in FUNCTION_WORDS


def _around(tokens: Sequence[str], number: str) -> list[str]:
    return [
        t
        for at, token in enumerate(tokens)
        if token == number
        for t in [*tokens[max(0, at - _NEAR) : at], *tokens[at + 1 : at + 1 + _NEAR]]
    ]
