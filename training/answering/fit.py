"""Fits qa/answering/calibration.json: how the signs of an answer are weighed, and when to abstain.

    python -m training.answering.fit --index DIR --gold train.jsonl --out calibration.json [--fresh FILE]

The index holds the training articles, published as users publish them (``qa --index DIR add …``); the gold questions
have the benchmark's format. ``--fresh`` names the articles that the reader was not trained on, one a line: what the
reader says is weighed on these. The same index, gold and models give the same file.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.calibration import (
    AGAINST,
    DECISION,
    FEATURES,
    GROUPS,
    LISTING,
    TEMPTING,
    TRUSTED,
    Calibration,
    log_odds,
    parse,
    probability,
)
from qa.answering.listing import weighed
from qa.answering.ranking import GROUP, answerable, tempting
from qa.answering.types import Kind as Asked
from qa.answering.verdicts import signs_of, theirs
from qa.evaluation.cases import Case, Kind, read_cases
from qa.evaluation.scoring import names_any
from qa.ports import Embedder, Reader, Snapshot
from qa.wiring import open_parts, read_settings
from training.answering.gathering import Gathered, astray, gathered
from training.answering.logistic import fit_choice, fit_logistic
from training.answering.tuning import SCORED, Result, results, tuned

_BY_HAND: Mapping[str, float] = {
    "bias": -3.0, "dense": 2.0, "closeness": 4.0, "lexical": 1.0, "around": 0.3, "fit": 1.5, "statement": 0.3,
    "typed": 0.3, "passage": 0.5, "said": -0.5, "relevance": 4.0, "known": 0.1, "own": 1.0, "bearing": 1.0,
}  # fmt: skip
READER = [FEATURES.index(name) for name in ("relevance", "confidence", "read", "odds")]
_FOLLOWUP = DECISION.index("followup")
ASTRAY = 3
"""One in so many questions is also asked of an article that it is not about."""
FOLLOWUP = 1.0
"""What being a follow-up may count at most: all those in the gold questions have an answer, those of users need not."""
COSTS = (0.015, 0.02)
"""The share of questions with an answer that either decision may give up: that nothing, that nothing quite answers."""
START: Mapping[str, Any] = {
    "features": list(FEATURES),
    "decision": list(DECISION),
    "temptation": list(TEMPTING),
    "contradiction": list(AGAINST),
    "listing": list(LISTING),
    "rank": {group: [_BY_HAND.get(name, 0.0) for name in FEATURES] for group in GROUPS},
    "decide": {group: [3.0 * (name == "top") for name in DECISION] for group in GROUPS},
    "tempting": [30.0 * (name == "bias") for name in TEMPTING],
    "threshold": 0.5,
    "against": [-1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0],
    "listed": [-1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0],
    "trust": {kind: [1.0, 0.0] for kind in TRUSTED},
    "verdict": {
        "fit": 0.4, "foreign": 0.3, "margin": 0.1, "least_other": 0.2, "least_own": 0.1, "everything": 0.1,
        "close": 0.75, "least": 0.35, "listed": 0.35,
    },
}  # fmt: skip
"""Where fitting starts, by judgement."""


def fit_rank(some: Sequence[Gathered]) -> dict[str, list[float]]:
    """Weights of the candidates' features by group; the scores are probabilities of being right."""
    by_group: dict[str, list[tuple[NDArray[np.float64], NDArray[np.bool_]]]] = defaultdict(list)
    for one in some:
        if one.right.any():
            features = np.array([c.features for c in one.evidence.candidates], dtype=float)
            by_group[GROUP[one.understood.kind]].append((features, one.right))
    everything = [pair for pairs in by_group.values() for pair in pairs]
    fitted = {}
    for group in GROUPS:
        pairs = by_group[group] if len(by_group[group]) >= 30 else everything
        weights = fit_choice(pairs)
        # The order of the candidates stays; slope and bias make the score a probability.
        scores = np.concatenate([x @ weights - weights[0] for x, _ in pairs])
        right = np.concatenate([r for _, r in pairs])
        bias, slope = fit_logistic(np.stack([np.ones(len(scores)), scores], axis=1), right, decay=0.0)
        scaled = weights * slope
        scaled[0] = bias
        fitted[group] = [round(float(w), 5) for w in scaled]
    return fitted


def fit_decision(some: Sequence[Gathered], calibration: Calibration) -> dict[str, list[float]]:
    """Weights of whether a question has an answer here at all, the same for all groups."""
    rows, answers = [], []
    for one in some:
        if one.evidence.candidates:
            evidence = one.evidence
            _, features = answerable(one.understood, evidence.candidates, evidence.named, evidence.speaks, calibration)
            rows.append(features)
            answers.append(one.case.kind is not Kind.ABSTAIN)
    weights = fit_logistic(np.array(rows), np.array(answers), decay=1e-3)
    weights[_FOLLOWUP] = min(weights[_FOLLOWUP], FOLLOWUP)
    return {group: [round(float(w), 5) for w in weights] for group in GROUPS}


def fit_tempting(some: Sequence[Gathered], calibration: Calibration) -> dict[str, Any]:
    """Weights of whether what seems to answer does, learnt from the gold questions without an answer; ``decide`` moved.

    Both models are moved so that at the threshold each costs few of the questions with an answer (``COSTS``).
    """
    decided, rows, answers = [], [], []
    for one in some:
        evidence, ranked = one.evidence, one.evidence.candidates
        if not ranked:
            continue
        _, features = answerable(one.understood, ranked, evidence.named, evidence.speaks, calibration)
        likely = probability(calibration.decide[GROUP[one.understood.kind]], features)
        if doubts := tempting(one.understood, ranked, likely):
            decided.append(log_odds(likely))
            rows.append(doubts)
            answers.append(one.case.kind is not Kind.ABSTAIN)
    x, answered = np.array(rows), np.array(answers)
    weights = fit_logistic(x, answered, decay=1e-3)
    weights[-1] = min(weights[-1], FOLLOWUP)
    threshold = log_odds(calibration.threshold)
    first, second = (
        threshold - np.quantile(z[answered], c) for z, c in zip((np.array(decided), x @ weights), COSTS, strict=True)
    )
    # The second goes by the odds of the first as they are after it was moved.
    weights[0] += second - weights[TEMPTING.index("likely")] * first
    moved = {group: [round(w[0] + float(first), 5), *w[1:]] for group, w in calibration.decide.items()}
    return {"decide": moved, "tempting": [round(float(w), 5) for w in weights]}


def fit_against(some: Sequence[Gathered], calibration: Calibration) -> list[float]:
    """Weights of what tells that a statement contradicts a claim, on those that are about what was asked."""
    rows, denied = [], []
    for one in some:
        own = theirs(one.understood, one.evidence, calibration.verdict["fit"])
        about = [c for c, right in zip(one.evidence.candidates, one.right, strict=True) if right]
        if one.understood.kind is Asked.VERIFY and one.case.verdict and own in about:
            rows.append(signs_of(own, one.understood, one.evidence))
            denied.append(one.case.verdict == "no")
    return [round(float(w), 5) for w in fit_logistic(np.array(rows), np.array(denied), decay=1e-3)]


def fit_listed(some: Sequence[Gathered]) -> list[float]:
    """Weights of what tells that a statement belongs in a list: it is on the evidence, of one of the gold speakers."""
    rows, belongs = [], []
    for one in some:
        if one.understood.kind is not Asked.LIST or one.case.kind is not Kind.LIST:
            continue
        right = {id(c) for c, r in zip(one.evidence.candidates, one.right, strict=True) if r}
        for candidate, speaker, signs in weighed(one.understood, one.evidence.candidates):
            rows.append(signs)
            belongs.append(id(candidate) in right and names_any(one.case.names, speaker.name))
    return [round(float(w), 5) for w in fit_logistic(np.array(rows), np.array(belongs), decay=1e-3)]


def fit_with_reader(some: Sequence[Gathered], calibration: Calibration) -> dict[str, list[float]]:
    """``calibration``'s weights of the candidates with the reader's signs weighed in, on questions new to the reader.

    These are few: all groups share five weights, of what the other signs say together and of the reader's four.
    """
    pairs = []
    for one in some:
        if one.right.any():
            features = np.array([c.features for c in one.evidence.candidates], dtype=float)
            others = features @ np.array(calibration.rank[GROUP[one.understood.kind]])
            pairs.append((np.column_stack([others, features[:, READER]]), one.right))
    share, *signs = fit_choice(pairs, decay=0.0)
    scores = np.concatenate([x @ np.array([share, *signs]) for x, _ in pairs])
    right = np.concatenate([r for _, r in pairs])
    bias, slope = fit_logistic(np.stack([np.ones(len(scores)), scores], axis=1), right, decay=0.0)
    fitted = {}
    for group in GROUPS:
        weights = np.array(calibration.rank[group]) * share * slope
        weights[0] += bias
        weights[READER] = np.array(signs) * slope
        fitted[group] = [round(float(w), 5) for w in weights]
    return fitted


def fit(
    cases: Sequence[Case],
    ids: Mapping[str, str],
    snapshot: Snapshot,
    embedder: Embedder,
    reader: Reader | None = None,
    fresh: Collection[str] = (),
) -> dict[str, Any]:
    """The calibration fitted on ``cases``, as JSON data; ``ids`` maps the articles' names to their ids.

    ``fresh`` names the articles that ``reader`` was not trained on: what it says is weighed on these alone.
    """
    data: dict[str, Any] = dict(START)
    some = gathered(cases, ids, snapshot, embedder, None, parse(data))
    data["rank"] = fit_rank(some)
    # Which candidates the decision sees depends on the order, which is new: once more with these weights.
    some = gathered(cases, ids, snapshot, embedder, None, parse(data))
    away = gathered(astray(cases, ASTRAY), ids, snapshot, embedder, None, parse(data))
    data["decide"] = fit_decision([*some, *away], parse(data))
    data["against"] = fit_against(some, parse(data))
    data["listed"] = fit_listed(some)
    texts = {article_id: snapshot.article(article_id).text for article_id in ids.values()}
    data = _with_thresholds(data, tuned(some, texts, parse(data)))
    if reader is not None:
        cases = [case for case in cases if case.article in fresh]
        some = gathered(cases, ids, snapshot, embedder, reader, parse(data))
        data["rank"] = fit_with_reader(some, parse(data))
        some = gathered(cases, ids, snapshot, embedder, reader, parse(data))
        away = gathered(astray(cases, ASTRAY), ids, snapshot, embedder, reader, parse(data))
        data["decide"] = fit_decision([*some, *away], parse(data))
        data["against"] = fit_against(some, parse(data))
        data["listed"] = fit_listed(some)
        some = gathered(cases, ids, snapshot, embedder, reader, parse(data))
        data = _with_thresholds(data, tuned(some, texts, parse(data), SCORED))
        data |= fit_tempting(some, parse(data))
    return {**data, "trust": fit_trust(results(some, texts, parse(data)))}


def fit_trust(found: Sequence[Result]) -> dict[str, list[float]]:
    """For each kind of answer the line that turns the log-odds of what it goes by into those of being right.

    A kind with few answers leans on the line of all: the others count as if 100 of them were its own.
    """
    odds = np.array([np.log(v / (1 - v)) for v in (min(max(r.confidence, 1e-4), 1 - 1e-4) for r in found)])
    right = np.array([r.score.ok for r in found])
    kinds = np.array([r.understood for r in found])
    x = np.column_stack([np.ones(len(odds)), odds])
    fitted = {}
    for kind in TRUSTED:
        weights = np.where(kinds == kind, 1.0, 100 / len(found))
        offset, slope = fit_logistic(x, right, weights, decay=1e-3)
        fitted[kind] = [round(float(max(slope, 0.0)), 5), round(float(offset), 5)]
    return fitted


def _with_thresholds(data: Mapping[str, Any], best: Calibration) -> dict[str, Any]:
    return {**data, "threshold": best.threshold, "verdict": dict(best.verdict)}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--index", type=Path, required=True)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--fresh", type=Path, help="names of the articles that the reader was not trained on, one a line")
    o = p.parse_args()
    with open_parts(read_settings(index=o.index)) as parts, parts.lake.snapshot() as snapshot:
        ids = {Path(entry.source).stem: entry.id for entry in snapshot.entries()}
        cases = [case for case in read_cases(o.gold) if case.article in ids]
        fresh = set(o.fresh.read_text("utf-8").split()) if o.fresh else set(ids)
        data = fit(cases, ids, snapshot, parts.embedder, parts.asker.reader, fresh)
    o.out.write_text(json.dumps(data, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
