"""What of the evidence may not answer a question, however near it is."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from qa.answering.naming import name_tokens
from qa.answering.nations import nations, nations_in, of_another_nation
from qa.answering.phrasing import credited
from qa.answering.ranking import THEIRS
from qa.answering.types import Candidate, Evidence, Mention
from qa.answering.wording import content_stems, fold, tokens
from qa.domain import BlockKind, SpeakerKind

MEANT = 0.7
"""How well a speaker must fit the one asked about to be named where no line names anybody."""
_BORNE = 0.85
"""How well a role must fit for its bearer to be as good as named."""
_SURELY = 0.95
"""From how sure a speaker is on, a sentence of theirs is not given for another's."""
_TOLD = 0.7
"""The share of a sentence's words in an earlier answer from which that has told it."""


def may_be_theirs(mention: Mention | None, evidence: Evidence, least: float) -> list[Candidate]:
    """The candidates that the one asked about may have said, best first; all of them where nobody is asked about.

    A statement's speaker must fit by ``least``, unless somebody is only described in words that nobody surely bears.
    Nobody of another nation is meant; where nobody who fits speaks, and no line names the nation, nothing is theirs.
    """
    if mention is None:
        return list(evidence.candidates)
    loosely = mention.role and not (mention.speakers and mention.weights[0] >= _BORNE)
    fitting = [c for c in evidence.candidates if loosely or c.statement is None or c.fit >= least]
    if mention.role:
        foreign = [c for c in fitting if _foreign(c, mention.words)]
        left = [c for c in fitting if c not in foreign]
        if not loosely:
            left = [c for c in left if c.statement or not _of_another(c, set(tokens(mention.words)), evidence)]
        return [] if foreign and not evidence.speaks and not _of_nation(left, mention.words, evidence) else left
    if mention.speakers and mention.weights[0] >= MEANT and mention.speakers[0].kind is SpeakerKind.PERSON:
        names = set(name_tokens(mention.words))
        return [c for c in fitting if c.statement or not _of_another(c, names, evidence)]
    return fitting


def heads(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether a candidate stands in a headline, standfirst or sub-heading."""
    blocks = evidence.articles[candidate.article_id].blocks
    return any(b.kind is not BlockKind.PARAGRAPH and b.span.holds(candidate.span) for b in blocks)


def not_said(said: Sequence[str], evidence: Evidence, *, others: bool) -> Evidence:
    """``evidence`` without what an earlier answer told and, of ``others``, without those whom the last one names."""
    told = [set(content_stems(answer)) for answer in said]
    last = fold(said[-1]) if said else ""

    def is_new(candidate: Candidate) -> bool:
        stems = set(content_stems(candidate.span.of(evidence.articles[candidate.article_id].text)))
        speaker = credited(candidate.statement) if candidate.statement else None
        if others and speaker and name_tokens(speaker.name)[-1] in last:
            return False
        return all(len(stems & answer) < _TOLD * len(stems) for answer in told)

    return replace(evidence, candidates=tuple(c for c in evidence.candidates if is_new(c)))


def _of_another(candidate: Candidate, names: AbstractSet[str], evidence: Evidence) -> bool:
    """Whether a sentence holds what others say, who are surely known, and names nobody of the ``names`` asked about."""
    text = candidate.span.of(evidence.articles[candidate.article_id].text)
    inside = [
        (c.fit, c.statement.certainty)
        for c in evidence.candidates
        if c.statement and c.article_id == candidate.article_id and c.span.overlaps(candidate.span)
    ]
    others = all(fit < THEIRS and certainty >= _SURELY for fit, certainty in inside)
    return bool(inside) and others and names.isdisjoint(tokens(text))


def _of_nation(candidates: Sequence[Candidate], described: str, evidence: Evidence) -> bool:
    texts = (c.span.of(evidence.articles[c.article_id].text) for c in candidates if c.statement)
    return any(nations(described) & nations_in(text) for text in texts)


def _foreign(candidate: Candidate, described: str) -> bool:
    speaker = candidate.statement.speaker if candidate.statement else None
    return speaker is not None and of_another_nation(described, speaker)
