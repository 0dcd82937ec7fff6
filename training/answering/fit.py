"""Fits qa/answering/calibration.json: how the signs of an answer are weighed, and when to abstain.

    python -m training.answering.fit --index DIR --gold train.jsonl --out calibration.json [--articles FILE]

The index holds the training articles, published as users publish them (``qa --index DIR add …``); the gold questions
have the benchmark's format. ``--articles`` names the articles to fit on, one a line: with a reader, those that it was
not trained on. The same index, gold and models give the same file.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.calibration import DECISION, FEATURES, GROUPS, Calibration, parse
from qa.answering.ranking import GROUP, answerable
from qa.evaluation.cases import Case, Kind, read_cases
from qa.ports import Embedder, Reader, Snapshot
from qa.wiring import open_parts, read_settings
from training.answering.gathering import Gathered, gathered
from training.answering.logistic import fit_choice, fit_logistic
from training.answering.tuning import tuned

_BY_HAND: Mapping[str, float] = {
    "bias": -3.0, "dense": 2.0, "sentence": 4.0, "lexical": 1.0, "around": 0.3, "fit": 1.5, "statement": 0.3,
    "typed": 0.3, "passage": 0.5, "said": -0.5, "relevance": 4.0, "known": 0.1, "own": 1.0, "bearing": 1.0,
}  # fmt: skip
START: Mapping[str, Any] = {
    "features": list(FEATURES),
    "decision": list(DECISION),
    "rank": {group: [_BY_HAND.get(name, 0.0) for name in FEATURES] for group in GROUPS},
    "decide": {group: [3.0 * (name == "top") for name in DECISION] for group in GROUPS},
    "threshold": 0.5,
    "verdict": {
        "negation": 0.5, "denial": 1.0, "opposite": 0.5, "number": 0.5, "fit": 0.4, "foreign": 0.3, "margin": 0.1,
        "least_other": 0.2, "least_own": 0.1, "everything": 0.1, "close": 0.75, "least": 0.35, "listed": 0.35,
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
    """Weights by group of whether a question has an answer here at all."""
    rows: dict[str, list[tuple[tuple[float, ...], bool]]] = defaultdict(list)
    for one in some:
        if one.evidence.candidates:
            _, features = answerable(
                one.understood, one.evidence.candidates, one.evidence.named, one.evidence.speaks, calibration
            )
            rows[GROUP[one.understood.kind]].append((features, one.case.kind is not Kind.ABSTAIN))
    everything = [row for group_rows in rows.values() for row in group_rows]
    fitted = {}
    for group in GROUPS:
        chosen = rows[group] if sum(not answers for _, answers in rows[group]) >= 30 else everything
        x, y = np.array([features for features, _ in chosen]), np.array([answers for _, answers in chosen])
        fitted[group] = [round(float(w), 5) for w in fit_logistic(x, y, decay=5e-4)]
    return fitted


def fit(
    cases: Sequence[Case],
    ids: Mapping[str, str],
    snapshot: Snapshot,
    embedder: Embedder,
    reader: Reader | None = None,
) -> dict[str, Any]:
    """The calibration fitted on ``cases``, as JSON data; ``ids`` maps the articles' names to their ids."""
    data: dict[str, Any] = dict(START)
    some = gathered(cases, ids, snapshot, embedder, reader, parse(data))
    data["rank"] = fit_rank(some)
    # Which candidates are read depends on the weights, and the order is new: once more with these.
    some = gathered(cases, ids, snapshot, embedder, reader, parse(data))
    if reader is not None:
        data["rank"] = fit_rank(some)
        some = gathered(cases, ids, snapshot, embedder, reader, parse(data))
    data["decide"] = fit_decision(some, parse(data))
    texts = {article_id: snapshot.article(article_id).text for article_id in ids.values()}
    best = tuned(some, texts, parse(data))
    return {**data, "threshold": best.threshold, "verdict": dict(best.verdict)}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--index", type=Path, required=True)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--articles", type=Path, help="names of the articles to fit on, one a line (default: all)")
    o = p.parse_args()
    with open_parts(read_settings(index=o.index)) as parts, parts.lake.snapshot() as snapshot:
        ids = {Path(entry.source).stem: entry.id for entry in snapshot.entries()}
        wanted = set(o.articles.read_text("utf-8").split()) if o.articles else set(ids)
        cases = [case for case in read_cases(o.gold) if case.article in wanted & set(ids)]
        data = fit(cases, ids, snapshot, parts.embedder, parts.asker.reader)
    o.out.write_text(json.dumps(data, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
