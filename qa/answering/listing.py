"""Who speaks: everybody, or those of the sort and on the topic that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.calibration import Calibration, log_odds, probability
from qa.answering.forms import BESIDES, PEOPLE, TAKING_SIDES, any_of
from qa.answering.naming import described_by, likened, name_tokens
from qa.answering.phrasing import credited
from qa.answering.sections import without
from qa.answering.types import UNREAD, Candidate, Understood
from qa.answering.wording import SPEECH_STEMS, content_stems
from qa.domain import Mode, Speaker, SpeakerKind, Statement

_BODIES = re.compile(
    any_of(
        """newspapers papers outlets organisations organizations companies firms agencies bodies groups banks unions
        parties magazines sites networks broadcasters"""
    ),
    re.I,
)
_ANYBODY = frozenset(content_stems("people persons speakers sources voices names individuals figures men women"))
_FORM = frozenset(
    content_stems(
        "quote quoted quotes cited cites cite speaks spoke speak heard list name named story article piece report "
        "text interview directly words reported hear interviewed everyone everybody comments talk talks view views "
        "relies rely statements two three four five given give opinion opinions"
    )
)
_ABOUT = 0.5
"""The share of the best score that an article's best statement has, if the article is about what a list asks for."""
_ON_A_SIDE = 0.0
"""The reader's log-odds of relevance that a line has at least by itself in a list of those who criticise, welcome or
reject something: others, who speak of it too, are nearer to the best than to an answer."""
_AS_SURE = 0.5
"""The share of a speaker's surest statement's probability from which a quotation of theirs is shown in its place."""
NUMBERS = ("two", "three", "four", "five")
_SEATED = re.compile(
    r"\b(?:(?:house|senate|congress) )?members of (?:congress|parliament|the (?:house|senate))\b", re.I
)
_WHOSE_SORT = re.compile(
    r"^\W*(?:which|what) [\w’' -]{2,60}?(?= (?:is|are|was|were|gets?) (?:\w+ )?(?:quoted|cited|interviewed)\b)", re.I
)
_QUOTED = re.compile(r"\b(?:quoted|cited|interviewed)\b", re.I)
_PRINTED = re.compile(
    r"\b(?:is|are|was|were|gets?|got) (?:printed|published|featured|carried|included|shown|posted|reproduced)\b", re.I
)
_BY_NAME = re.compile(r"\bby name\b|\bnamed (?:people|persons?|individuals?|as|\w+s\b)", re.I)
_BESIDES = re.compile(rf"{BESIDES}([^?,]{{2,60}})", re.I)
_SO_MANY = re.compile(rf"^\W*(?:which|what|who are the|name the|the) ({'|'.join(NUMBERS)})\b", re.I)


def asked_for(understood: Understood, section: str = "") -> list[str]:
    """The stems of the topic of a list: what is left without the form of the question and the sort of people.

    The heading of the ``section`` that is asked about is no topic either.
    """
    topic = _PRINTED.sub(" ", _WHOSE_SORT.sub(" ", understood.topic))
    stems = content_stems(re.sub(rf"\b{PEOPLE}\b", " ", topic, flags=re.I))
    rest = without(section, stems) if section else stems
    return [s for s in rest if s not in _FORM and s not in SPEECH_STEMS]


def weighed(
    understood: Understood, candidates: Sequence[Candidate]
) -> list[tuple[Candidate, Speaker, tuple[float, ...]]]:
    """The candidates that a speaker may be credited with, and what tells whether each belongs in the list.

    The signs are in the order of ``calibration.LISTING``: how far the score and the reader's log-odds are behind the
    best, whether it was read, whether a person says it, in quotation marks, whether it is a body where bodies are asked
    for, and whether the question itself names who says it.
    """
    spoken = _spoken(candidates)
    if aside := set(content_stems(" ".join(_BESIDES.findall(understood.text)))):
        spoken = [one for one in spoken if not _named_in(one[2], aside)]
    if _BY_NAME.search(understood.text):
        spoken = [one for one in spoken if one[2].kind is SpeakerKind.PERSON] or spoken
    best = max((log_odds(c.score) for c, _, _ in spoken), default=0.0)
    nearest = max((c.odds for c, _, _ in spoken if c.odds != UNREAD), default=UNREAD)
    sort, named = _sort(understood), set(content_stems(understood.text))
    bodies = bool(sort and _BODIES.fullmatch(sort))
    out: list[tuple[Candidate, Speaker, tuple[float, ...]]] = []
    for candidate, statement, speaker in spoken:
        read = candidate.odds != UNREAD
        signs = (
            1.0,
            log_odds(candidate.score) - best,
            candidate.odds - nearest if read else 0.0,
            float(read),
            float(speaker.kind is SpeakerKind.PERSON),
            float(statement.mode is Mode.DIRECT),
            float(bodies and speaker.kind is SpeakerKind.ORGANISATION),
            float(_named_in(speaker, named)),
        )
        out.append((candidate, speaker, signs))
    return out


def _named_in(speaker: Speaker, stems: set[str]) -> bool:
    """Whether the last word of the speaker's name is among ``stems``."""
    return not stems.isdisjoint(content_stems(speaker.name.split()[-1]))


def _spoken(candidates: Sequence[Candidate]) -> list[tuple[Candidate, Statement, Speaker]]:
    """The candidates that a speaker may be credited with."""
    return [(c, c.statement, s) for c in candidates if c.statement and (s := credited(c.statement))]


def listed(
    understood: Understood, candidates: Sequence[Candidate], calibration: Calibration, most: int, section: str = ""
) -> list[Candidate]:
    """For each speaker the candidate that belongs most surely, the surest first; at most ``most``.

    Where it is asked who is quoted, words in quotation marks are preferred. Of many speakers, those that are likely
    enough; of as many as the question says there are, that many.
    """
    about = _about(candidates) if asked_for(understood, section) else candidates
    sure = [(probability(calibration.listed, signs), c, s) for c, s, signs in weighed(understood, about)]
    said_by: dict[str, list[tuple[float, Candidate]]] = {}
    for likely, candidate, speaker in sorted(sure, key=lambda one: -one[0]):
        name = next((name for name in said_by if _part_of_other(speaker.name, name)), speaker.name)
        said_by.setdefault(name, []).append((likely, candidate))
    quoted = bool(_QUOTED.search(understood.text))
    if TAKING_SIDES.search(understood.text):
        said_by = {name: theirs for name, theirs in said_by.items() if theirs[0][1].odds >= _ON_A_SIDE}
    kept = [(theirs[0][0], _quotation(theirs) if quoted else theirs[0][1]) for theirs in said_by.values()]
    if said := _SO_MANY.search(understood.topic):
        most, least = NUMBERS.index(said.group(1).lower()) + 2, 0.0
    else:
        least = calibration.verdict["listed"]
    return [c for place, (likely, c) in enumerate(kept) if likely >= least or place == 0][:most]


def _quotation(theirs: Sequence[tuple[float, Candidate]]) -> Candidate:
    """Of what one speaker says, the surest first, the first in quotation marks that is near it; else the surest."""
    least = _AS_SURE * theirs[0][0]
    quoted = (c for likely, c in theirs if likely >= least and c.statement and c.statement.mode is not Mode.INDIRECT)
    return next(quoted, theirs[0][1])


def _about(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Those of the articles that are about what is asked: whoever else speaks of something near it does not belong."""
    best: dict[str, float] = {}
    for candidate in candidates:
        best[candidate.article_id] = max(best.get(candidate.article_id, 0.0), candidate.score)
    least = _ABOUT * max(best.values(), default=0.0)
    return [c for c in candidates if best[c.article_id] >= least]


def _part_of_other(one: str, other: str) -> bool:
    """Whether one of two names is the other's last word: "Teller", "Bram Teller"."""
    short, long = sorted((name_tokens(one), name_tokens(other)), key=len)
    return len(short) == 1 and short == long[-1:]


def _sort(understood: Understood) -> str | None:
    """The sort of people asked for, None for just anybody."""
    found = re.search(rf"\b{PEOPLE}\b", _SEATED.sub("lawmakers", understood.topic), re.I)
    return None if not found or set(content_stems(found.group())) <= _ANYBODY else found.group()


def _bears(sort: str, statement: Statement, speaker: Speaker) -> bool:
    """Whether the speaker, as known or as the statement's source words it, is of the ``sort``."""
    described = described_by(speaker, statement.source.text if statement.source else "")
    return not likened(content_stems(sort)).isdisjoint(described)


def quoted_anyway(understood: Understood, candidates: Sequence[Candidate]) -> bool:
    """Whether a list is one of who is quoted, of anybody or of a sort that several of those who speak bear."""
    if not _QUOTED.search(understood.text):
        return False
    sort = _sort(understood)
    return len({s.name for _, statement, s in _spoken(candidates) if not sort or _bears(sort, statement, s)}) > 1
