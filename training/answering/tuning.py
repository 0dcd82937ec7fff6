"""The few thresholds of the answerer, set by trying: one after the other, whichever value answers best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qa.answering.calibration import Calibration
from qa.answering.extractive import compose
from qa.answering.ranking import answerable, bounded
from qa.answering.types import Kind as Asked
from qa.evaluation.cases import Kind
from qa.evaluation.scoring import SPEAKER_KINDS, Score, score
from training.answering.gathering import Gathered

SPEAKING = (Asked.WHO, Asked.WHAT, Asked.FACT)
Grid = tuple[tuple[str, tuple[float, ...], tuple[Asked, ...]], ...]
GRID: Grid = (
    ("threshold", tuple(round(0.30 + 0.04 * step, 2) for step in range(17)), SPEAKING),
    ("least_own", (0.02, 0.05, 0.1, 0.15, 0.2, 0.3), (Asked.VERIFY,)),
    ("least_other", (0.05, 0.1, 0.2, 0.3, 0.4), (Asked.VERIFY,)),
    ("margin", (0.0, 0.05, 0.1, 0.2, 0.3), (Asked.VERIFY,)),
    ("foreign", (0.1, 0.2, 0.3, 0.4), (Asked.VERIFY,)),
    ("fit", (0.2, 0.3, 0.4, 0.5), (Asked.WHAT, Asked.VERIFY)),
    ("close", (0.3, 0.45, 0.6, 0.75, 0.9), (Asked.WHAT,)),
    ("least", (0.1, 0.2, 0.35, 0.5, 0.7), (Asked.WHAT,)),
    ("listed", (0.06, 0.08, 0.1, 0.12, 0.15, 0.2), (Asked.LIST,)),
)
"""Each threshold with the values tried and the kinds of question that it bears on."""


_SCORED = ("threshold", "least_own", "least_other", "margin", "close", "listed")
SCORED = tuple(row for row in GRID if row[0] in _SCORED)
"""Those that a reader changes: what is compared with scores."""


@dataclass(frozen=True, slots=True)
class Result:
    """What one gathered question got: an answer as what it was understood, with how sure it was."""

    kind: Kind
    score: Score
    evidence: bool
    understood: str
    confidence: float


def results(some: Sequence[Gathered], texts: Mapping[str, str], calibration: Calibration) -> list[Result]:
    """The scores of the answers that ``calibration`` gives."""
    out = []
    for one in some:
        ranked = one.evidence.candidates
        likely = 0.0
        if ranked:
            likely, _ = answerable(one.understood, ranked, one.evidence.named, one.evidence.speaks, calibration)
            likely = bounded(one.understood, ranked, texts, likely, calibration.threshold)
        answer = compose(one.understood, replace(one.evidence, answerable=likely), calibration)
        kind = "abstain" if answer.abstained else one.understood.kind.value
        scored = score(one.case, answer, one.article_id, texts)
        out.append(Result(one.case.kind, scored, bool(one.case.evidence), kind, answer.confidence))
    return out


def worth(found: Sequence[Result]) -> float:
    """Accuracy, with what else counts: abstaining when due and only then, no wrong speaker, citations that support."""
    abstain = [r.score.ok for r in found if r.kind is Kind.ABSTAIN]
    asked = [r for r in found if r.kind is not Kind.ABSTAIN]
    spoken = [r.score.wrong_speaker for r in asked if r.kind in SPEAKER_KINDS and not r.score.abstained]
    cited = sum(r.score.citations for r in asked if r.evidence)
    supported = sum(r.score.supported for r in asked)
    value = sum(r.score.ok for r in found) / max(1, len(found))
    value -= 0.3 * max(0.0, 0.82 - sum(abstain) / len(abstain)) if abstain else 0.0
    value -= 0.6 * max(0.0, sum(r.score.abstained for r in asked) / max(1, len(asked)) - 0.10)
    value -= 0.5 * sum(spoken) / max(1, len(spoken))
    return value + 0.2 * supported / max(1, cited)


def tuned(
    some: Sequence[Gathered], texts: Mapping[str, str], calibration: Calibration, grid: Grid = GRID, rounds: int = 2
) -> Calibration:
    """``calibration`` with each threshold of ``grid`` at its best value, the others as they are, ``rounds`` times."""
    found = results(some, texts, calibration)
    for _ in range(rounds):
        for name, values, kinds in grid:
            places = [at for at, one in enumerate(some) if one.understood.kind in kinds]
            best, kept, chosen = worth(found), found, calibration
            for value in values:
                trial = _with(calibration, name, value)
                other = list(found)
                fresh = results([some[at] for at in places], texts, trial)
                for at, result in zip(places, fresh, strict=True):
                    other[at] = result
                if worth(other) > best + 1e-9:
                    best, kept, chosen = worth(other), other, trial
            found, calibration = kept, chosen
    return calibration


def _with(calibration: Calibration, name: str, value: float) -> Calibration:
    if name == "threshold":
        return replace(calibration, threshold=value)
    return replace(calibration, verdict={**calibration.verdict, name: value})
