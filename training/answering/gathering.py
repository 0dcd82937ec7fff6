"""Gold questions with the evidence gathered for each, and which of it is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.answering.calibration import Calibration
from qa.answering.evidence import gather, speakers_in
from qa.answering.question import understand
from qa.answering.types import Candidate, Evidence, Understood
from qa.answering.types import Kind as Asked
from qa.domain import Question, Span, Turn
from qa.evaluation.cases import Case, Kind
from qa.evaluation.scoring import OVERLAP, SPEAKER_KINDS, locate, names_any, shared
from qa.ports import Embedder, Reader, Snapshot


@dataclass(frozen=True, slots=True)
class Gathered:
    """A gold question as understood, its evidence, and which candidates are right, in their order."""

    case: Case
    article_id: str
    understood: Understood
    evidence: Evidence
    right: NDArray[np.bool_]


def question_of(case: Case, article_id: str) -> Question:
    """The question of a gold case, asked of its article."""
    turns = tuple(Turn(turn.question, turn.answer) for turn in case.history)
    return Question(case.question, turns, (article_id,))


def is_right(candidate: Candidate, case: Case, spans: Sequence[Span]) -> bool:
    """Whether a candidate lies on the gold evidence and credits no other speaker than the gold ones."""
    on = any(shared(candidate.span, span) >= OVERLAP for span in spans)
    speaker = candidate.statement.speaker if candidate.statement else None
    if not on or speaker is None or case.kind not in (*SPEAKER_KINDS, Kind.VERIFY):
        return on
    return not case.names or names_any(case.names, speaker.name)


def gathered(
    cases: Sequence[Case],
    ids: Mapping[str, str],
    snapshot: Snapshot,
    embedder: Embedder,
    reader: Reader | None,
    calibration: Calibration,
) -> list[Gathered]:
    """Every case that is understood as a question, with its evidence; ``ids`` maps article names to ids."""
    out = []
    for case in cases:
        article_id = ids[case.article]
        question = question_of(case, article_id)
        understood = understand(question, speakers_in(snapshot, question))
        if understood.kind is Asked.CHAT:
            continue
        evidence = gather(understood, snapshot, embedder, reader, calibration)
        text = snapshot.article(article_id).text
        spans = [span for piece in case.evidence if (span := locate(piece, text))]
        right = np.array([is_right(c, case, spans) for c in evidence.candidates], dtype=bool)
        if understood.kind in (Asked.WHO, Asked.LIST):
            right = _with_speaker(evidence.candidates, right)
        out.append(Gathered(case, article_id, understood, evidence, right))
    return out


def astray(cases: Sequence[Case], every: int) -> list[Case]:
    """One in ``every`` question, follow-ups apart, asked of another article: its own answer does not stand there.

    The gold questions without an answer are tempting ones; people also ask what has nothing to do with an article.
    """
    alone = [case for case in cases if case.kind not in (Kind.FOLLOWUP, Kind.ABSTAIN)]
    articles = sorted({case.article for case in cases})
    nothing = {"kind": Kind.ABSTAIN, "speakers": (), "aliases": (), "evidence": (), "answer_any": (), "verdict": None}
    out = []
    for case in alone[::every]:
        other = articles[(articles.index(case.article) + 1) % len(articles)]
        out.append(case.model_copy(update={**nothing, "article": other}))
    return out


def _with_speaker(candidates: Sequence[Candidate], right: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """``right`` where it is asked who: of what lies on the same sentences only the statements that name the speaker."""
    named = [c.statement is not None and c.statement.speaker is not None for c in candidates]
    best = [c for c, r, n in zip(candidates, right, named, strict=True) if r and n]
    doubled = [
        any(c.article_id == b.article_id and c.span.overlaps(b.span) for b in best) and not n
        for c, n in zip(candidates, named, strict=True)
    ]
    return right & ~np.array(doubled, dtype=bool)
