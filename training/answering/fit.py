"""Fits qa/answering/calibration.json: how the signs of an answer are weighed, and when to abstain.

    python -m training.answering.fit --index DIR --gold train.jsonl --out qa/answering/calibration.json

The index holds the training articles, published as users would publish them (``qa --index DIR add …``). Gold
questions are those of the benchmark's format. Deterministic: the same index and gold give the same file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.calibration import DECISION, FEATURES, GROUPS, Calibration, parse, probability
from qa.answering.evidence import gather, speakers_in
from qa.answering.question import understand
from qa.answering.ranking import GROUP, answerable
from qa.answering.types import Candidate, Evidence, Kind, Understood
from qa.domain import Question, Turn
from qa.ports import Embedder, Reader, Snapshot
from training.answering.logistic import fit_choice, fit_logistic

START: dict[str, Any] = {
    "features": list(FEATURES),
    "decision": list(DECISION),
    "rank": {g: [-3.0, 5.0, 0, 1.0, 0.3, 1.5, 0.3, 0.3, 0.5, -0.5, 0, 0, 0, 0.1, 1.0] for g in GROUPS},
    "decide": {g: [0.0, 3.0, 0, 0, 0, 0, 0, 0, 0, 0, 0] for g in GROUPS},
    "threshold": 0.3,
    "verdict": {
        "negation": 0.5, "denial": 1.0, "opposite": 0.5, "number": 0.6, "fit": 0.4, "foreign": 0.3, "margin": 0.1,
        "least_other": 0.3,
        "least_own": 0.2, "everything": 0.2, "close": 0.6, "least": 0.35, "listed": 0.5,
    },
}  # fmt: skip
"""Where fitting starts, by judgement; the verdict's thresholds are kept as they are unless measured otherwise."""


@dataclass(frozen=True, slots=True)
class Case:
    """A gold question as gathered: its evidence, and which candidates are right."""

    gold: Mapping[str, Any]
    understood: Understood
    evidence: Evidence
    right: NDArray[np.bool_]


def question_of(gold: Mapping[str, Any], article_id: str) -> Question:
    """The question of a gold item, asked of its article."""
    turns = tuple(Turn(turn["question"], turn["answer"]) for turn in gold["history"])
    return Question(gold["question"], turns, (article_id,))


def locate(needle: str, text: str) -> tuple[int, int] | None:
    """Where ``needle`` stands in ``text``, any run of white space matching any other."""
    found = re.search(r"\s+".join(re.escape(word) for word in needle.split()), text)
    return found.span() if found else None


def is_right(candidate: Candidate, gold: Mapping[str, Any], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a candidate lies on the gold evidence and credits no other speaker than the gold ones."""
    start, end = candidate.span.start, candidate.span.end
    on = any(min(end, b) - max(start, a) >= 0.5 * min(end - start, b - a) for a, b in spans)
    speaker = candidate.statement.speaker if candidate.statement else None
    if not on or speaker is None or gold["kind"] not in ("who", "what", "followup", "verify"):
        return on
    names = [alias for group in gold["aliases"] for alias in group] + gold["speakers"]
    return not names or any(re.search(rf"(?<!\w){re.escape(n)}(?!\w)", speaker.name, re.I) for n in names)


def collect(
    golds: Sequence[Mapping[str, Any]],
    ids: Mapping[str, str],
    snapshot: Snapshot,
    embedder: Embedder,
    reader: Reader | None,
    calibration: Calibration,
) -> list[Case]:
    """Every gold question gathered, with the right candidates marked."""
    cases = []
    for gold in golds:
        question = question_of(gold, ids[gold["article"]])
        understood = understand(question, speakers_in(snapshot, question))
        if understood.kind is Kind.CHAT:
            continue
        evidence = gather(understood, snapshot, embedder, reader, calibration)
        text = snapshot.article(ids[gold["article"]]).text
        spans = [span for e in gold["evidence"] if (span := locate(e, text))]
        right = np.array([is_right(c, gold, spans) for c in evidence.candidates], dtype=bool)
        cases.append(Case(gold, understood, evidence, right))
    return cases


def fit_rank(cases: Sequence[Case]) -> dict[str, list[float]]:
    """Weights of the candidates' features by group; the scores are probabilities of being right."""
    by_group: dict[str, list[tuple[NDArray[np.float64], NDArray[np.bool_]]]] = defaultdict(list)
    for case in cases:
        if case.right.any():
            features = np.array([c.features for c in case.evidence.candidates], dtype=float)
            by_group[GROUP[case.understood.kind]].append((features, case.right))
    fitted = {}
    for group in GROUPS:
        some = by_group[group] if len(by_group[group]) >= 30 else [g for groups in by_group.values() for g in groups]
        weights = fit_choice(some)
        # The order of the candidates stays; slope and bias make the score a probability.
        scores = np.concatenate([x @ weights - weights[0] for x, _ in some])
        right = np.concatenate([r for _, r in some])
        bias, slope = fit_logistic(np.stack([np.ones(len(scores)), scores], axis=1), right, decay=0.0)
        scaled = weights * slope
        scaled[0] = bias
        fitted[group] = [round(float(w), 5) for w in scaled]
    return fitted


def fit_decision(cases: Sequence[Case], calibration: Calibration) -> tuple[dict[str, list[float]], float]:
    """Weights of the decision to answer by group, and the threshold that balances right answers and abstentions."""
    rows: dict[str, list[tuple[tuple[float, ...], bool, bool]]] = defaultdict(list)
    for case in cases:
        if not case.evidence.candidates:
            continue
        _, features = answerable(
            case.understood, case.evidence.candidates, case.evidence.named, case.evidence.speaks, calibration
        )
        abstain = bool(case.gold["abstain"])
        rows[GROUP[case.understood.kind]].append((features, bool(case.right[0]) and not abstain, abstain))
    fitted, scored = {}, []
    for group in GROUPS:
        some = rows[group] if len(rows[group]) >= 60 else [r for group_rows in rows.values() for r in group_rows]
        x, y = np.array([r[0] for r in some]), np.array([not r[2] for r in some])
        # Abstentions are a sixth of the questions; they weigh as much as the others together here.
        balance = np.where(y, 1.0, max(1.0, y.sum() / max(1, (~y).sum())) ** 0.5)
        weights = fit_logistic(x, y, balance)
        fitted[group] = [round(float(w), 5) for w in weights]
        scored += [(probability([float(w) for w in weights], f), right, abstain) for f, right, abstain in rows[group]]
    return fitted, _threshold(scored)


def _threshold(scored: Sequence[tuple[float, bool, bool]]) -> float:
    """The probability below which abstaining gives the most right: answers that are right, abstentions that are due."""
    best = max((sum(a if p < t else ok for p, ok, a in scored), t) for t in np.arange(0.05, 0.95, 0.01))
    return round(float(best[1]), 2)


def fit(
    golds: Sequence[Mapping[str, Any]],
    ids: Mapping[str, str],
    snapshot: Snapshot,
    embedder: Embedder,
    reader: Reader | None = None,
) -> dict[str, Any]:
    """The calibration fitted on ``golds``, as JSON data."""
    data = dict(START)
    for _ in range(2 if reader else 1):
        cases = collect(golds, ids, snapshot, embedder, reader, parse(data))
        data = {**data, "rank": fit_rank(cases)}
    cases = collect(golds, ids, snapshot, embedder, reader, parse(data))
    decide, threshold = fit_decision(cases, parse(data))
    return {**data, "decide": decide, "threshold": threshold}
