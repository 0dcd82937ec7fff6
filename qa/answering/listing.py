"""Who speaks: everybody, or those of the sort and on the topic that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.forms import PEOPLE, any_of
from qa.answering.phrasing import credited, identified
from qa.answering.types import Candidate, Understood
from qa.answering.wording import content_stems
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
_SO_MANY = re.compile(rf"^\W*(?:which|what|who are the|name the|the) ({'|'.join(_NUMBERS)})\b", re.I)


def asked_for(understood: Understood) -> list[str]:
    """The stems of the topic of a list: what is left without the form of the question and the sort of people."""
    rest = re.sub(rf"\b{PEOPLE}\b", " ", understood.topic, flags=re.I)
    return [s for s in content_stems(rest) if s not in _FORM]


def listed(understood: Understood, candidates: Sequence[Candidate], share: float, most: int) -> list[Candidate]:
    """For each speaker the candidate that fits best, the likeliest first.

    With a topic, only those whose score is at least ``share`` of the best, but as many as the question says there are;
    at most ``most``.
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
            kept.setdefault(speaker.name, candidate)
    return list(kept.values())[:most]


def _of_sort(understood: Understood, spoken: list[tuple[Candidate, Speaker]]) -> list[tuple[Candidate, Speaker]]:
    """Those of the sort asked for ("which newspapers", "which officials"), or all where none can be told to be."""
    sort = re.search(rf"\b{PEOPLE}\b", understood.topic, re.I)
    if not sort or set(content_stems(sort.group())) <= _ANYBODY:
        return spoken
    if _BODIES.fullmatch(sort.group()):
        bodies = [(c, s) for c, s in spoken if s.kind is SpeakerKind.ORGANISATION]
        return bodies or spoken
    wanted = set(content_stems(sort.group()))
    bearing = [(c, s) for c, s in spoken if wanted & set(content_stems(f"{s.role or ''} {s.name}"))]
    persons = [(c, s) for c, s in spoken if s.kind in (SpeakerKind.PERSON, SpeakerKind.ROLE)]
    return bearing if len({s.name for _, s in bearing}) > 1 else (persons or spoken)
