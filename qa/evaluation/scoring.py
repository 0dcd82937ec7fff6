"""Scores one answer against its gold case, with the reason where it fails; pure.

A case is passed when, in this order: an unanswerable question was abstained from; an answerable one was not; nobody
else was credited in the speaker's place; the speaker is named, or the verdict is right; a citation lies on the
evidence; and the answer holds one of the words that any right answer must hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa.domain import Answer, Citation, Span
from qa.evaluation.cases import Case, Kind

SPEAKER_KINDS = frozenset({Kind.WHO, Kind.WHAT, Kind.FOLLOWUP})
"""Kinds whose answer credits somebody; whom it credits wrongly is counted apart."""

LIST_SHARE = 0.75
"""How many of its speakers a list must name."""

OVERLAP = 0.5
"""The share of the shorter span that a citation and the evidence must have in common."""


@dataclass(frozen=True, slots=True)
class Score:
    """What one answer got. ``exact`` and ``supported`` count citations; ``why`` is empty where the case was passed."""

    ok: bool
    why: str
    abstained: bool
    wrong_speaker: bool
    citations: int
    exact: int
    supported: int


def score(case: Case, answer: Answer | None, article_id: str, texts: Mapping[str, str]) -> Score:
    """Scores ``answer`` (none: the question was refused) to ``case``, which is about ``article_id``.

    ``texts`` holds the canonical text of every article that a citation may name, by article id.
    """
    citations = answer.citations if answer else ()
    found = (locate(piece, texts[article_id]) for piece in case.evidence)
    evidence = [span for span in found if span]
    supported = sum(_on_evidence(citation, article_id, evidence) for citation in citations)
    wrong = _wrong_speaker(case, answer)
    why = f"wrong speaker: {_credited(answer)}" if wrong else _failing(case, answer, evidence, supported)
    return Score(
        ok=not why,
        why=why,
        abstained=bool(answer and answer.abstained),
        wrong_speaker=wrong,
        citations=len(citations),
        exact=sum(_exact(citation, texts) for citation in citations),
        supported=supported,
    )


def names_any(aliases: Iterable[str], text: str) -> bool:
    """Whether one of ``aliases`` stands in ``text`` as whole words, in any case."""
    return any(re.search(rf"(?<!\w){re.escape(alias)}(?!\w)", text, re.IGNORECASE) for alias in aliases)


def locate(needle: str, text: str) -> Span | None:
    """Where ``needle`` first stands in ``text``, any run of white space matching any other."""
    words = [re.escape(word) for word in needle.split()]
    match = re.search(r"\s+".join(words), text) if words else None
    return Span(*match.span()) if match else None


def shared(one: Span, other: Span) -> float:
    """The characters that two spans have in common, as a share of the shorter one."""
    common = min(one.end, other.end) - max(one.start, other.start)
    return max(0, common) / min(one.end - one.start, other.end - other.start)


def _exact(citation: Citation, texts: Mapping[str, str]) -> bool:
    return citation.span.of(texts.get(citation.article_id, "")) == citation.quote


def _on_evidence(citation: Citation, article_id: str, evidence: Iterable[Span]) -> bool:
    return citation.article_id == article_id and any(shared(citation.span, span) >= OVERLAP for span in evidence)


def _credited(answer: Answer | None) -> list[str]:
    return [speaker.name for speaker in answer.speakers] if answer else []


def _wrong_speaker(case: Case, answer: Answer | None) -> bool:
    """Somebody is credited, but not who said it; a "who" answer must credit that one first."""
    credited = _credited(answer)
    if answer is None or answer.abstained or not credited or not case.speakers or case.kind not in SPEAKER_KINDS:
        return False
    asked = credited[:1] if case.kind is Kind.WHO else credited
    return not any(names_any(case.names, name) for name in asked)


def _failing(case: Case, answer: Answer | None, evidence: list[Span], supported: int) -> str:
    """Why the case is not passed, "" where it is; the wrong speaker is ruled out."""
    abstained = bool(answer and answer.abstained)
    if case.kind is Kind.ABSTAIN:
        return "" if abstained else "answered what the article does not say"
    if abstained:
        return "abstained"
    said = answer.answer if answer else ""
    if case.kind is Kind.VERIFY:
        verdict = answer.verdict if answer else None
        if verdict != case.verdict:
            return f"verdict {verdict}, not {case.verdict}"
    elif case.speakers and not _named(case, "\n".join([said, *_credited(answer)])):
        return f"speaker not named: {', '.join(case.speakers)}"
    if evidence and not supported:
        return "no citation on the evidence"
    free = case.kind in {Kind.WHO, Kind.VERIFY, Kind.LIST} or not case.answer_any
    if free or any(words in said.lower() for words in case.answer_any):
        return ""
    return f"answer lacks {' or '.join(case.answer_any)}"


def _named(case: Case, text: str) -> bool:
    named = sum(names_any([*group, name], text) for group, name in zip(case.aliases, case.speakers, strict=True))
    return named >= (LIST_SHARE * len(case.speakers) if case.kind is Kind.LIST else 1)
