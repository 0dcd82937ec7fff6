"""Statements inside others: an official says that the minister said it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.types import Candidate, Evidence
from qa.answering.wording import content_stems, with_cue
from qa.domain import Statement

_LEAST = 0.1
"""The share of its sentence's score that a statement has at least to stand for it."""


def passes_on(outer: Statement, inner: Statement) -> bool:
    """Whether ``inner`` stands in the words of ``outer``: somebody says that somebody else said it."""
    cue = inner.cue
    inside = cue is not None and any(piece.span.holds(cue.span) for piece in outer.content)
    return inside and inner.article_id == outer.article_id and inner is not outer


def passed_on(one: Statement, other: Statement, evidence: Evidence) -> bool:
    """Whether one of two statements stands in the other, or in what else its speaker says."""

    def tells(outer: Statement, inner: Statement) -> bool:
        name = outer.speaker.name if outer.speaker else None
        more = (s for s in evidence.statements if name and s.speaker and s.speaker.name == name)
        return any(passes_on(statement, inner) for statement in (outer, *more))

    return tells(one, other) or tells(other, one)


def spoken(candidates: Sequence[Candidate]) -> Candidate:
    """The best candidate; of a sentence, or a statement of nobody's, and somebody's statement in it, that.

    "Asked why, he said …" holds a statement of whoever asked, who is not named.
    """
    best = candidates[0]
    nobodys = best.statement is not None and best.statement.source is None and best.statement.speaker is None
    if best.statement is not None and not nobodys:
        return best
    beside = (c for c in candidates if c.article_id == best.article_id and c.span.overlaps(best.span))
    inside = [c for c in beside if c.statement and (c.statement.speaker or not nobodys)]
    return inside[0] if inside and inside[0].score >= _LEAST * best.score else best


_REPORTED = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:who|which [\w-]+) (?:\w+ly |else )?"
    r"(?:report(?:s|ed)|relay(?:s|ed)|quot(?:es|ed)|cit(?:es|ed)|pass(?:es|ed) on|wrote about)\b",
    re.I,
)
"""Asks for whoever tells what others said."""


def meant(best: Candidate, question: str, topic: str, evidence: Evidence) -> Candidate:
    """Of a statement, those that it passes on and those that pass it on, the one that ``question`` is after."""
    inner = best.statement
    if inner is None or not _REPORTED.search(question):
        return innermost(best, topic, evidence)
    outer = (c for c in evidence.candidates if c.statement and passes_on(c.statement, inner))
    return next(outer, best)


def innermost(best: Candidate, topic: str, evidence: Evidence) -> Candidate:
    """Of a statement and those that it passes on, the one whose own words hold the ``topic``: the inner of equals."""
    outer = best.statement
    if outer is None:
        return best
    asked = set(content_stems(topic))

    def held(statement: Statement) -> int:
        return len(asked & set(content_stems(with_cue(statement))))

    for candidate in evidence.candidates:
        inner = candidate.statement
        if inner is None or not passes_on(outer, inner) or held(inner) < held(outer):
            continue
        # Where none of the words asked stands in either, most of what is said has to be the other's.
        if held(outer) or 2 * len(inner.words) >= len(outer.words):
            return candidate
    return best
