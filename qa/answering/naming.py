"""Whom words mean: a speaker by full name, surname, misspelt name, acronym or role."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from rapidfuzz import fuzz, process

from qa.answering.nations import country, of_another_nation
from qa.answering.wording import FUNCTION_WORDS, WORD, bare, content_stems, fold, tokens
from qa.domain import Speaker, SpeakerKind

TITLES = frozenset(
    """mr mrs ms miss dr prof professor sir dame lord lady sen senator rep representative gov governor president
    vice prime minister gen general col colonel lt capt captain sgt judge justice rabbi rev reverend father pope king
    queen prince princess mayor secretary chief jr sr ii iii the of and for de von van der den la le al bin
    former ex""".split()
)
_COMMON = frozenset("will may mark rich young long price rose grant page bush rice king hill case love day".split())
"""Names that are also everyday words: in lower case they count as names only where a speaker is expected."""
_CROWD = 60
"""Of more speakers than these some bear a name like any word: it must be plain that the question names one."""
_PLAINLY = 0.9
"""How well a run of words must fit a name to name it plainly, whatever stands beside it or however it is written."""
_MOSTLY = 0.8
"""How well a part of a body's name must fit: by rather more than half of its words."""
_BEHIND_HEAD = re.compile(r"\s(?:of|from|for|at|in|who|that|with)\s")
_LEAST_FUZZY = 83.0
_LEAST_FIT, _MOST = 0.3, 8
"""How well a run of words must fit those whom it may mean, and how many it may mean."""
_KEPT = 64
"""So many questions a roster remembers whom they name."""
BY_SURNAME = 0.95
"""How well a surname alone names a person."""
BY_INITIAL = 0.6
"""How well another first name fits that may be short for theirs, or spelt otherwise."""
_SHORT_FOR = {
    "bill": "william", "bob": "robert", "dick": "richard", "ted": "edward", "ned": "edward", "jack": "john",
    "liz": "elizabeth", "beth": "elizabeth", "betty": "elizabeth", "tony": "anthony", "peggy": "margaret",
    "sandy": "alexander", "gene": "eugene", "drew": "andrew", "tina": "christina", "molly": "mary",
}  # fmt: skip
"""First names that do not begin as those do that they stand for."""
_PARTIES = frozenset("republican democrat democratic conservative labour liberal green".split())
_MEMBER = 0.9
"""How well the name of one names several who speak together."""
_LIKE = tuple(
    frozenset(content_stems(group))
    for group in (
        "boss chief head director president chair chairman chairwoman chairperson ceo executive leader manager founder",
        "lawyer attorney counsel solicitor barrister advocate",
        "spokesman spokeswoman spokesperson representative",
        "lawmaker senator congressman congresswoman representative mp legislator deputy politician",
        "doctor physician surgeon",
        "researcher scientist academic scholar professor author",
        "officer sergeant detective inspector deputy policeman",
        "writer journalist reporter columnist correspondent editor author",
        "player striker midfielder goalkeeper captain forward defender",
        "coach manager trainer",
        "adviser aide assistant strategist",
        "envoy ambassador diplomat",
    )
)
"""Words for people that stand for each other in questions."""
_LONG = {"da": "district attorney", "premier": "prime minister", "pm": "prime minister", "mp": "member of parliament"}
_SHORT = {
    "gov": "governor", "sen": "senator", "rep": "representative", "gen": "general", "prof": "professor",
    "dr": "doctor", "sgt": "sergeant", "capt": "captain", "lt": "lieutenant", "col": "colonel", "det": "detective",
    "pres": "president", "atty": "attorney", "amb": "ambassador", "cmdr": "commander", "ceo": "chief executive",
    "supt": "superintendent", "insp": "inspector",
}  # fmt: skip
"""Titles as they are printed before names, and in full."""
_FULL = _LONG | _SHORT
_PROSECUTES = re.compile(r"\b(?:(?:state|county|district|city|crown)(?:['’]s)?|u\.?\s?s\.?) attorney\b", re.I)
_CAPITALS = re.compile(r"\b(?!The\b)[A-Z][a-z]+(?: (?:of |and |for )?[A-Z][a-z]+)+")
_FORMER = frozenset("ex former then unnamed current new".split())
"""What says nothing of who bears a role."""
_ALSO = 0.6
"""What a like word counts for, where the word itself would count 1."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the question with its place in it."""

    word: str
    start: int
    end: int
    capital: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A run of the question's words that names speakers, with how well it fits each, best first."""

    start: int
    end: int
    speakers: tuple[Speaker, ...]
    weights: tuple[float, ...]


def split(text: str) -> list[Token]:
    """The words of ``text`` in order; hyphenated names stay whole."""
    found = []
    for match in WORD.finditer(text):
        word = bare(fold(match.group()))
        end = match.start() + len(bare(match.group().replace("’", "'")))
        found.append(Token(word, match.start(), end, match.group()[0].isupper()))
    return found


@lru_cache(maxsize=8192)
def name_tokens(name: str) -> tuple[str, ...]:
    """The words of a name that tell it from others, never none: titles and particles left out where some remain."""
    words = tuple(w.rstrip(".") for w in tokens(name))
    kept = tuple(w for w in words if w not in TITLES and len(w) > 1)
    return kept or words or (fold(name),)


def same_name(one: Speaker, other: Speaker) -> bool:
    """Whether two speakers may be one, by the last word of any of their names."""
    last = [{name_tokens(name)[-1] for name in (s.name, *s.aliases)} for s in (one, other)]
    return not last[0].isdisjoint(last[1])


def says_what(words: str) -> bool:
    """Whether ``words`` may say what somebody is ("Bartow mayor"): not where all are names ("Tim Scott")."""
    return any(word[0].islower() or _names_post(bare(fold(word))) for word in words.split())


def _names_post(word: str) -> bool:
    stems = content_stems(word)
    return word.rstrip(".") in TITLES | _PARTIES or any(group.intersection(stems) for group in _LIKE)


def namesake(before: str, speaker: Speaker) -> bool:
    """Whether the word ``before`` a surname is a first name that ``speaker`` has not: Tim Scott is no Allison Scott."""
    word = bare(fold(before)).rstrip(".")
    if speaker.kind is not SpeakerKind.PERSON or before.isupper() or word in FUNCTION_WORDS or _names_post(word):
        return False
    if word in named_by(speaker) or country(word) != word:
        return False
    return len(name_tokens(speaker.name)) > 1 and name_fit([word, name_tokens(speaker.name)[-1]], speaker) < BY_INITIAL


def acronym(name: str) -> str:
    """The initials of a name's capitalised words, lower case; empty for a single word."""
    initials = [w[0] for w in re.findall(r"\b[A-Z][\w’'-]*", name)]
    return "".join(initials).casefold() if len(initials) > 1 else ""


def name_fit(words: Sequence[str], speaker: Speaker) -> float:
    """How well a run of folded question words names ``speaker``, 0…1; one of several who speak together, less."""
    least = _MEMBER if speaker.kind is SpeakerKind.GROUP else 1.0
    members = (least * _one_name_fit(words, name, speaker.kind) for name in speaker.aliases)
    return max(_one_name_fit(words, speaker.name, speaker.kind), max(members, default=0.0))


def _one_name_fit(words: Sequence[str], name: str, kind: SpeakerKind) -> float:
    theirs = name_tokens(name)
    asked = [w for w in words if w not in TITLES] or list(words)
    if not theirs or not asked:
        return 0.0
    if tuple(asked) == theirs:
        return 1.0
    initials = "" if kind is SpeakerKind.PERSON and len(asked[0]) < 3 else acronym(name)
    if len(asked) == 1 and (asked[0] == initials or asked[0] in re.findall(r"\(([^)]+)\)", fold(name))):
        return 0.95
    shared = [w for w in asked if w in theirs]
    if len(shared) == len(asked):
        if kind is SpeakerKind.PERSON:
            return BY_SURNAME if asked[-1] == theirs[-1] else 0.7
        return 0.6 + 0.35 * len(set(shared)) / len(set(theirs))
    if kind is SpeakerKind.PERSON and asked[-1] == theirs[-1] and len(theirs) > 1:
        # Another first name with the surname: someone else, unless only spelt otherwise or short for it.
        short = theirs[0] == _SHORT_FOR.get(asked[0]) or asked[0] == _SHORT_FOR.get(theirs[0])
        same = short or fuzz.ratio(asked[0], theirs[0]) >= _LEAST_FUZZY or asked[0][0] == theirs[0][0]
        return BY_INITIAL if same else 0.1
    return 0.0


@lru_cache(maxsize=1 << 17)
def _handles(name: str) -> frozenset[str]:
    """The folded words by which a question may pick out ``name``: those with a capital or digit, and its acronym."""
    proper = {bare(fold(m.group())).rstrip(".") for m in WORD.finditer(name) if not m.group().islower()}
    kept = {w for w in name_tokens(name) if w in proper and (w not in FUNCTION_WORDS or w in _COMMON)}
    return frozenset(kept | ({acronym(name)} - {""}) | set(re.findall(r"\(([^)\s]+)\)", fold(name))))


@lru_cache(maxsize=1 << 17)
def _spellings(name: str) -> frozenset[str]:
    """The words of ``name`` that a slip of the pen may be meant for."""
    return frozenset(w for w in name_tokens(name) if len(w) >= 4 and w not in FUNCTION_WORDS)


@lru_cache(maxsize=1 << 17)
def _described_by(words: str) -> frozenset[str]:
    full = (_SHORT.get(word.rstrip("."), country(word)) for word in tokens(words))
    initials = (acronym(run) for run in _CAPITALS.findall(words))
    office = "prosecutor" if _PROSECUTES.search(words) else ""
    return frozenset(content_stems(" ".join((words, *full, *initials, office))))


def described_by(speaker: Speaker, source: str = "") -> frozenset[str]:
    """The stems of a speaker's role and names, and of a ``source``; short titles, nations and initials in full."""
    return _described_by(_known_as(speaker, source))


def named_by(speaker: Speaker, source: str = "") -> frozenset[str]:
    """The folded words of a speaker's role and names, and of a ``source``."""
    return frozenset(tokens(_known_as(speaker, source)))


def _known_as(speaker: Speaker, source: str) -> str:
    return " ".join((speaker.role or "", speaker.name, *speaker.aliases, source))


def likened(stems: Iterable[str]) -> frozenset[str]:
    """``stems`` with those that stand for the same people in questions."""
    asked = frozenset(stems)
    return asked.union(*(group for group in _LIKE if group & asked))


def head(words: str) -> frozenset[str]:
    """The stems of the word that says what somebody is ("director" in "the clinic's director of care"), and alike."""
    return likened(content_stems(" ".join(_BEHIND_HEAD.split(words)[0].split()[-1:])))


class Roster:
    """The speakers of the articles asked, findable by any word of their names; made once for many questions."""

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        self.speakers = tuple(speakers)
        self._found: dict[str, tuple[Found, ...]] = {}

    @property
    def _crowd(self) -> bool:
        return len(self.speakers) > _CROWD

    @cached_property
    def _by_word(self) -> Mapping[str, Sequence[int]]:
        return _index({w for name in (s.name, *s.aliases) for w in _handles(name)} for s in self.speakers)

    @cached_property
    def _by_spelling(self) -> Mapping[str, Sequence[int]]:
        return _index({w for name in (s.name, *s.aliases) for w in _spellings(name)} for s in self.speakers)

    @cached_property
    def _stems(self) -> Sequence[frozenset[str]]:
        """By what each is described: the stems of role and names."""
        return [described_by(speaker) for speaker in self.speakers]

    @cached_property
    def _by_stem(self) -> Mapping[str, Sequence[int]]:
        return _index(self._stems)

    def find(self, text: str) -> tuple[Found, ...]:
        """The runs of ``text`` that name speakers, in text order; misspelt names only where nothing is spelt right.

        Kept for a while: one question is looked through several times.
        """
        found = self._found.get(text)
        if found is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            found = self._found[text] = self._runs(text)
        return found

    def _runs(self, text: str) -> tuple[Found, ...]:
        question = split(text)
        found, place = [], 0
        while place < len(question):
            run = self._run(question, place)
            if run is None or (self._crowd and not _plain(question, place, *run)):
                place += 1
                continue
            found.append(run[0])
            place = run[1]
        return tuple(found or self._misspelt(question))

    def _known(self, token: Token) -> Sequence[int]:
        if token.word in FUNCTION_WORDS | _COMMON and not token.capital:
            return ()
        return self._by_word.get(token.word, ())

    def _run(self, question: Sequence[Token], place: int) -> tuple[Found, int] | None:
        end = place
        while end < len(question) and (self._known(question[end]) or (end > place and self._inside(question, end))):
            end += 1
        while end > place:
            words = [t.word for t in question[place:end]]
            numbers = {n for t in question[place:end] for n in self._known(t)}
            fits = self._ranked([(name_fit(words, self.speakers[n]), n) for n in numbers])
            if fits:
                found = Found(question[place].start, question[end - 1].end, *fits)
                return found, end
            end -= 1
        return None

    def _inside(self, question: Sequence[Token], end: int) -> bool:
        """Whether a particle or initial stands between two words of a name."""
        small = question[end].word in TITLES or len(question[end].word) == 1
        return small and end + 1 < len(question) and bool(self._known(question[end + 1]))

    def _ranked(
        self, fits: list[tuple[float, int]], keep: Callable[[Speaker], bool] = lambda _: True
    ) -> tuple[tuple[Speaker, ...], tuple[float, ...]] | None:
        best = sorted((f for f in fits if f[0] >= _LEAST_FIT), key=lambda f: (-f[0], f[1]))
        good = list(islice((f for f in best if keep(self.speakers[f[1]])), _MOST))
        if not good:
            return None
        return tuple(self.speakers[n] for _, n in good), tuple(weight for weight, _ in good)

    def _misspelt(self, question: Sequence[Token]) -> list[Found]:
        found = []
        for place, token in enumerate(question):
            if token.word in FUNCTION_WORDS or len(token.word) < 5:
                continue
            # Among many, a word is near some name, and one that is spelt right was not plain enough.
            if self._crowd and (place == 0 or not token.capital or token.word in self._by_spelling):
                continue
            fits = self._ranked(self._near(token.word))
            if fits:
                found.append(Found(token.start, token.end, *fits))
        return found

    def bears(self, phrase: str, speaker: Speaker) -> bool:
        """Whether ``phrase`` says what ``speaker`` is, not only what else stands in a role; of few, any word does."""
        return not self._crowd or not head(phrase).isdisjoint(head(speaker.role or speaker.name))

    def _near(self, word: str) -> list[tuple[float, int]]:
        """How well a misspelt ``word`` names whom it may be meant for, 0.5…0.9, and their numbers."""
        if len(word) < 5:
            return []
        close = process.extract(
            word, self._by_spelling.keys(), scorer=fuzz.ratio, score_cutoff=_LEAST_FUZZY, limit=None
        )
        # A possessive without its apostrophe ("christies") counts as spelt right.
        scores = {theirs: 100.0 if word == theirs + "s" else score for theirs, score, _ in close}
        best: dict[int, float] = defaultdict(float)
        for theirs, score in scores.items():
            for number in self._by_spelling[theirs]:
                best[number] = max(best[number], score / 100 * 0.9)
        return [(score, number) for number, score in best.items()]

    def loosely(self, words: str) -> tuple[tuple[Speaker, ...], tuple[float, ...]] | None:
        """Whom lower-case ``words`` name where a speaker is expected: everyday words and slips are allowed."""
        asked = tokens(words)
        numbers = {n for word in asked for n in self._by_word.get(word, [])}
        exact = self._ranked([(name_fit(asked, self.speakers[n]), n) for n in numbers])
        if exact or len(asked) != 1:
            return exact
        return self._ranked(self._near(asked[0]))

    def by_role(self, phrase: str) -> tuple[tuple[Speaker, ...], tuple[float, ...]]:
        """The speakers whose role or name shares the telling words of ``phrase`` ("the attaché"), best first."""
        words = [w.removeprefix("ex-") for w in tokens(phrase) if w not in _FORMER]
        asked = set(content_stems(" ".join(_FULL.get(word, country(word)) for word in words)))
        if not asked:
            return (), ()
        alike = {word: [group for group in _LIKE if word in group] for word in asked}
        fits = []
        for number in {number for stem_ in likened(asked) for number in self._by_stem.get(stem_, ())}:
            theirs = self._stems[number]
            like = sum(any(not group.isdisjoint(theirs) for group in alike[word]) for word in asked - theirs)
            share = (len(asked & theirs) + _ALSO * like) / len(asked)
            fits.append((0.9 * share, number))
        return self._ranked(fits, lambda speaker: not of_another_nation(phrase, speaker)) or ((), ())


def _plain(question: Sequence[Token], place: int, found: Found, end: int) -> bool:
    """Whether the words from ``place`` to ``end`` are a name to whoever reads them, not part of another name.

    The first word of a question has a capital anyway; where no other has one, names have none either.
    """
    whole = found.weights[0] >= _PLAINLY
    if any(token.capital for token in question[max(place, 1) : end]):
        around = (*(question[place - 1 : place] if place > 1 else ()), *question[end : end + 1])
        beside = [t for t in around if t.end >= found.start - 1 and t.start <= found.end + 1]
        most = found.speakers[0].kind is SpeakerKind.PERSON or found.weights[0] >= _MOSTLY
        return whole or (most and not any(t.capital and t.word not in TITLES | FUNCTION_WORDS for t in beside))
    opening = place == 0 and question[place].word not in FUNCTION_WORDS
    return whole and (opening or not any(t.capital for t in question[1:]))


def _index(words: Iterable[Iterable[str]]) -> Mapping[str, Sequence[int]]:
    """For each word the places of the sets in ``words`` that hold it."""
    found: dict[str, list[int]] = {}
    for number, some in enumerate(words):
        for word in some:
            found.setdefault(word, []).append(number)
    return found
