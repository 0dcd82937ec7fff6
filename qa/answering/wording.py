"""Words as the answerer compares them: tokens, stems, what is left when the form words are taken away."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from qa.domain import Statement

WORD = re.compile(r"[^\W_]+(?:[.’'&][^\W_]+)*(?:[-–][^\W_]+)*", re.UNICODE)
"""A word: letters and digits, held together by apostrophes, points and hyphens inside it."""

FUNCTION_WORDS = frozenset(
    """a an the this that these those there here some any each every all both either neither no not nor none such own
    same other another else more most much many few less least very too so just only even also still yet ever never
    again then than as if or and but because while when where why how what which who whom whose whether until till
    since of at by for with about against between into through during before after above below to from up down in out
    on off over under upon within without toward towards per via re i me my mine myself we us our ours ourselves you
    your yours yourself he him his himself she her hers herself it its itself they them their theirs themselves one
    ones am is are was were be been being have has had having do does did doing done can could will would shall should
    may might must ought need dare let lets s t d ll m re ve don didn doesn isn aren wasn weren won wouldn couldn
    shouldn hasn haven hadn cannot yes ok well quite rather really actually""".split()
)


class _Unaccented(dict[int, int]):
    """For ``str.translate``: letters without accents, marks made plain, character for character."""

    def __missing__(self, code: int) -> int:
        apart = unicodedata.normalize("NFD", chr(code))
        accented = len(apart) > 1 and unicodedata.combining(apart[1]) > 0
        self[code] = ord(apart[0]) if accented else code
        return self[code]


_PLAIN = _Unaccented()
_ACCENTED = re.compile(r"[^\x00-\x7f“”—…]")
"""What is neither plain nor one of the marks that most texts have and that stay as they are."""


def fold(text: str) -> str:
    """Lower case, letters without accents, typographic apostrophes made plain."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    folded = folded.replace("’", "'").replace("‘", "'").replace("–", "-")
    # Going through a text letter by letter takes ten times as long, and few need it.
    return folded.translate(_PLAIN) if _ACCENTED.search(folded) else folded


def tokens(text: str) -> list[str]:
    """The folded words of ``text``, a possessive ending taken off."""
    return [bare(word) for word in WORD.findall(fold(text))]


def bare(word: str) -> str:
    """A folded word without its possessive ending."""
    return word[:-2] if word.endswith("'s") else word.rstrip("'")


_ENDINGS = (
    ("ically", "ic"), ("ations", "at"), ("ation", "at"), ("ating", "at"), ("ated", "at"), ("ates", "at"), ("ate", "at"),
    ("iveness", "ive"), ("fulness", "ful"), ("ousness", "ous"), ("ities", "it"), ("ity", "it"), ("ments", ""),
    ("ment", ""), ("ness", ""), ("ingly", ""), ("edly", ""), ("ings", ""), ("ing", ""), ("ions", ""), ("ion", ""),
    ("ies", "y"), ("ied", "y"), ("ers", ""), ("er", ""), ("ors", ""), ("or", ""), ("ances", ""), ("ance", ""),
    ("ences", ""), ("ence", ""), ("ised", "iz"), ("ized", "iz"), ("ise", "iz"), ("ize", "iz"), ("ed", ""), ("es", ""),
    ("ly", ""), ("al", ""), ("s", ""), ("e", ""), ("y", "i"),
)  # fmt: skip
_BY_LAST_LETTER = {
    letter: tuple(pair for pair in _ENDINGS if pair[0].endswith(letter)) for letter in {e[-1] for e, _ in _ENDINGS}
}


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """What several forms of one English word share: rough, but the same for question and article."""
    if len(word) < 4 or word[0].isdigit():
        return word[:-1] if len(word) > 3 and word.endswith("s") else word
    for ending, rest in _BY_LAST_LETTER.get(word[-1], ()):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: len(word) - len(ending)] + rest
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


SPEECH_STEMS = frozenset(
    stem(word)
    for word in """say says said saying tell told tells telling claim claims claimed state stated states speak spoke
    speaks spoken talk talked comment commented comments remark remarked remarks note noted notes
    add added adds mention mentioned quote quoted quotes answer answered reply replied respond
    responded response reaction react reacted think thought thinks feel felt feels believe believed
    believes argue argued argues insist insisted maintain maintained admit admitted concede conceded
    acknowledge acknowledged accept deny denied warn warned warning caution cautioned predict
    predicted forecast expect expected describe described describes description call called
    characterise characterize portray portrayed explain explained explanation express expressed
    voice voiced announce announced report reported reports reveal revealed write wrote written
    writes tweet tweeted post posted ask asked declare declared allege alleged accuse accused urge
    urged recommend suggest suggested propose proposed promise promised vow vowed pledge pledged
    complain complained criticise criticize criticised criticized praise praised recall recalled
    recount recounted joke joked estimate estimated conclude concluded find found blame blamed view
    views opinion take stance position words statement account telling according contend contended
    reckon reckoned assessment verdict""".split()
)
"""What verbs and nouns of saying and thinking come down to."""


def content_stems(text: str) -> list[str]:
    """The stems of the words of ``text`` that carry meaning; hyphenated words also give their parts."""
    return [found for word in WORD.findall(fold(text)) for found in _stems_of(word)]


def with_cue(statement: Statement) -> str:
    """The words of ``statement`` behind its cue, as far as it has one: that, too, says what was said."""
    return f"{statement.cue.text if statement.cue else ''} {statement.words}"


@lru_cache(maxsize=1 << 16)
def _stems_of(word: str) -> tuple[str, ...]:
    word = bare(word)
    parts = [word, *word.split("-")] if "-" in word else [word]
    return tuple(stem(part) for part in parts if part and part not in FUNCTION_WORDS and "'" not in part[:2])


@dataclass(frozen=True, slots=True)
class Rarity:
    """How much a stem tells: the rarer in the texts it was counted in, the more."""

    texts: int
    counts: Mapping[str, int]

    @classmethod
    def of(cls, texts: Iterable[Sequence[str]]) -> Rarity:
        """Counted over ``texts``, each as its stems."""
        counts: Counter[str] = Counter()
        number = 0
        for stems in texts:
            counts.update(set(stems))
            number += 1
        return cls(number, counts)

    @classmethod
    def over(cls, parts: Iterable[Rarity]) -> Rarity:
        """As counted over the texts of all ``parts`` together."""
        counts: Counter[str] = Counter()
        number = 0
        for part in parts:
            counts.update(part.counts)
            number += part.texts
        return cls(number, counts)

    def wanted(self, asked: Iterable[str]) -> Wanted:
        """The ``asked`` stems, each once, with how much they tell."""
        return Wanted({s: math.log(1.0 + (self.texts + 0.5) / (self.counts.get(s, 0) + 0.5)) for s in asked})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Stems that are asked for, with their weights."""

    weights: Mapping[str, float]

    def covered(self, offered: Iterable[str]) -> float:
        """The share, by weight, that ``offered`` has, in 0…1; 0 where nothing is asked."""
        held = self.weights.keys() & offered
        return sum(self.weights[s] for s in held) / sum(self.weights.values()) if held else 0.0
