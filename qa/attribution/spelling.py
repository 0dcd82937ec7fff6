"""How names are written: their bare words, and whether two spellings are one person's or one organisation's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from qa.attribution.lexicon import TITLES
from qa.attribution.scoring import given_names

POSSESSIVE = re.compile(r"(?:['’]s|s['’])$")
SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_ARTICLE = re.compile(r"^[ae]l-(?=\w{3})")
_LOOSE = re.compile(r"^[\W_]+|[^\w.)]+$")


def bare(name: str) -> tuple[str, ...]:
    """The name's words in lower case, without titles, possessives and marks."""
    words = [_LOOSE.sub("", POSSESSIVE.sub("", word)).casefold() for word in name.split()]
    words = [word.rstrip(".") for word in words if word.rstrip(".")]
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    return tuple(word for word in words if word)


def same_word(one: str, other: str) -> bool:
    """Whether two words of a name are one in different spellings, or with and without its article ("al-Darwish")."""
    if one == other or _ARTICLE.sub("", one) == _ARTICLE.sub("", other):
        return True
    return min(len(one), len(other)) >= 5 and one[0] == other[0] and fuzz.ratio(one, other) >= 86


def same_person(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two full names (lower-case words) may be one person's: surname alike, given names compatible."""
    if (set(one) & SUFFIXES) != (set(other) & SUFFIXES):
        return False
    left, right = ([w for w in name if w not in SUFFIXES] for name in (one, other))
    if not left or not right or not same_word(left[-1], right[-1]):
        return False
    if len(left) == 1 or len(right) == 1:
        return True
    short, long = sorted((left, right), key=len)
    first, second = left[0], right[0]
    if set(short) <= set(long):
        return True
    if _hers_and_his(first, second):
        return False
    if all(any(same_word(word, w) for w in long) for word in short):
        return True
    return first[0] == second[0] if len(first) == 1 or len(second) == 1 else first == second


def _hers_and_his(one: str, other: str) -> bool:
    """Whether two given names that are spelt alike are a woman's and a man's: Roberta and Robert."""
    genders = {given_names().get(one), given_names().get(other)}
    return genders == {"f", "m"} or f"{one}a" == other or f"{other}a" == one


_COUNTRIES = frozenset(("us", "uk", "eu", "un"))
"""Words that are initials already: the US Postal Service is USPS, and not UPS."""


def stands_for(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one name of an organisation is short for the other: its initials."""
    short, long = sorted((one, other), key=len)
    if len(short) != 1 or len(long) < 2:
        return False
    initials = [w.replace(".", "") if w.replace(".", "") in _COUNTRIES else w[0] for w in long]
    letters = "".join(
        i for i, w in zip(initials, long, strict=True) if w not in ("of", "the", "and", "for", "to", "in")
    )
    every = "".join(initials)
    return len(letters) > 1 and short[0].replace(".", "") in (letters, every)
