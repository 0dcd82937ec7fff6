"""Who speaks: everybody, or those of the sort and on the topic that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.forms import PEOPLE, any_of
from qa.answering.naming import described_by, likened, name_tokens
from qa.answering.phrasing import credited, identified
from qa.answering.types import Candidate, Understood
from qa.answering.wording import SPEECH_STEMS, content_stems
from qa.domain import Speaker, SpeakerKind

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
_NUMBERS = ("two", "three", "four", "five")
_SEATED = re.compile(
    r"\b(?:(?:house|senate|congress) )?members of (?:congress|parliament|the (?:house|senate))\b", re.I
)
_WHOSE_SORT = re.compile(
    r"^\W*(?:which|what) [\w’' -]{2,60}?(?= (?:is|are|was|were|gets?) (?:\w+ )?(?:quoted|cited|interviewed)\b)", re.I
)
_QUOTED = re.compile(r"\b(?:quoted|cited|interviewed)\b", re.I)
_BY_NAME = re.compile(r"\bby name\b|\bnamed (?:people|persons?|individuals?|as|\w+s\b)", re.I)
_SO_MANY = re.compile(rf"^\W*(?:which|what|who are the|name the|the) ({'|'.join(_NUMBERS)})\b", re.I)


def asked_for(understood: Understood) -> list[str]:
    """The stems of the topic of a list: what is left without the form of the question and the sort of people."""
    rest = re.sub(rf"\b{PEOPLE}\b", " ", _WHOSE_SORT.sub(" ", understood.topic), flags=re.I)
    return [s for s in content_stems(rest) if s not in _FORM and s not in SPEECH_STEMS]


def listed(understood: Understood, candidates: Sequence[Candidate], share: float, most: int) -> list[Candidate]:
    """For each speaker the candidate that fits best, the likeliest first.

    With a topic, only those whose score is at least ``share`` of the best, but as many as the question says there are,
    and not more than one beyond; at most ``most``.
    """
    spoken = [(c, s) for c in candidates if c.statement and (s := credited(c.statement))]
    names = {s.name for _, s in spoken if identified(s)}
    if len(names) > 1:
        spoken = [(c, s) for c, s in spoken if identified(s)]
    spoken = _of_sort(understood, spoken)
    least = share * spoken[0][0].score if spoken and asked_for(understood) else 0.0
    said = _SO_MANY.search(understood.topic)
    sure = _NUMBERS.index(said.group(1).lower()) + 2 if said else 0
    kept: dict[str, Candidate] = {}
    for candidate, speaker in spoken:
        if candidate.score >= least or len(kept) < sure:
            kept.setdefault(
                next((name for name in kept if _part_of_other(speaker.name, name)), speaker.name), candidate
            )
    return list(kept.values())[: min(most, sure + 1) if sure else most]


def _part_of_other(one: str, other: str) -> bool:
    """Whether one of two names is the other's last word: "Teller", "Bram Teller"."""
    short, long = sorted((name_tokens(one), name_tokens(other)), key=len)
    return len(short) == 1 and short == long[-1:]


def _sort(understood: Understood) -> str | None:
    """The sort of people asked for, None for just anybody."""
    found = re.search(rf"\b{PEOPLE}\b", _SEATED.sub("lawmakers", understood.topic), re.I)
    return None if not found or set(content_stems(found.group())) <= _ANYBODY else found.group()


def _bears(sort: str, candidate: Candidate, speaker: Speaker) -> bool:
    """Whether the speaker, as known or as the statement's source words it, is of the ``sort``."""
    source = candidate.statement.source if candidate.statement else None
    described = described_by(speaker, source.text if source else "")
    return not likened(content_stems(sort)).isdisjoint(described)


def quoted_anyway(understood: Understood, candidates: Sequence[Candidate]) -> bool:
    """Whether a list is one of who is quoted, of anybody or of a sort that several of those who speak bear."""
    if not _QUOTED.search(understood.text):
        return False
    sort = _sort(understood)
    names = {
        s.name for c in candidates if c.statement and (s := credited(c.statement)) and (not sort or _bears(sort, c, s))
    }
    return len(names) > 1


def _of_sort(understood: Understood, spoken: list[tuple[Candidate, Speaker]]) -> list[tuple[Candidate, Speaker]]:
    """Those of the sort asked for ("which newspapers", "which officials"), or all where none can be told to be."""
    if _BY_NAME.search(understood.text):
        spoken = [(c, s) for c, s in spoken if s.kind is SpeakerKind.PERSON] or spoken
    sort = _sort(understood)
    if not sort:
        return spoken
    if _BODIES.fullmatch(sort):
        bodies = [(c, s) for c, s in spoken if s.kind is SpeakerKind.ORGANISATION]
        return bodies or spoken
    bear = {s.name for c, s in spoken if _bears(sort, c, s)}
    bearing = [(c, s) for c, s in spoken if s.name in bear]
    persons = [(c, s) for c, s in spoken if s.kind in (SpeakerKind.PERSON, SpeakerKind.ROLE)]
    return bearing if len(bear) > 1 else (persons or spoken)
