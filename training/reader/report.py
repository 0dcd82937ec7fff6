"""What an exported reader is worth: the figures of its card, on what was kept out of training.

    python -m training.reader.report --run RUN --out qa/neural/weights/reader.onnx (and the data, as groups)

Spans on the five held-out SQuAD articles beside two baselines that need no model (always "none", and the sentence
with most of the question's words); ranking and abstaining on the held-out news articles; milliseconds a question.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from qa.neural.embedder import open_tokenizer
from qa.neural.reader import OnnxReader, open_reader
from qa.neural.reading import PairEncoder
from training.reader import evaluate as scoring
from training.reader.data import load, options
from training.reader.news import Question
from training.reader.spans import Asked
from training.trunk import TRUNK


def baselines(asked: Sequence[Asked]) -> dict[str, dict[str, float]]:
    """EM and F1 in percent of saying nothing, and of saying the likeliest sentence."""
    out = {}
    for name, said in (("none", [""] * len(asked)), ("sentence", [scoring.overlap_baseline(item) for item in asked])):
        found = np.array([scoring.exact_and_f1(words, a.wordings) for words, a in zip(said, asked, strict=True)])
        em, f1 = 100 * found.mean(axis=0)
        out[name] = {"em": round(float(em), 2), "f1": round(float(f1), 2)}
    return out


def calibration(ranked: scoring.Ranked, line: scoring.Line) -> list[tuple[float, float, int]]:
    """For each tenth of relevance: its mean, the share of contexts that answer, and their number."""
    said = np.array([line((score,)) for scores in ranked.relevance for score in scores])
    true = np.concatenate(ranked.right)
    parts = [(said >= low) & (said < low + 0.1) for low in np.arange(0, 1, 0.1)]
    return [(round(float(said[p].mean()), 3), round(float(true[p].mean()), 3), int(p.sum())) for p in parts if p.any()]


def milliseconds(reader: OnnxReader, items: Sequence[Question], contexts: int) -> dict[str, float]:
    """The time of one question with so many contexts of about 60 tokens."""
    took = []
    for item in items[:60]:
        lines = [item.scene.words(n) for n in range(len(item.scene.sentences))]
        some = [(line + " " + " ".join(lines))[:260] for line in lines[:contexts]]
        began = time.perf_counter()
        reader.read(item.question, some)
        took.append(1000 * (time.perf_counter() - began))
    return {"p50": round(statistics.median(took), 1), "p95": round(sorted(took)[int(0.95 * len(took))], 1)}


def main() -> None:
    p = options()
    p.description = __doc__
    p.add_argument("--run", type=Path, required=True)
    o = p.parse_args()
    weights, o.out = o.out, o.run
    data = load(o)
    reader = open_reader(threads=o.threads, weights=weights)
    encoder = PairEncoder(open_tokenizer(TRUNK / "tokenizer.json", longest=None))
    card = reader.card
    answered = scoring.Line(card.answered[:2], card.answered[2])
    reads = scoring.read_all(data.reported, encoder, reader.score)
    ranked = scoring.rank(data.held, data.order, encoder, reader.score, named=bool(o.statements))
    agreed, truth = scoring.agreements(data.held, encoder, reader.score)
    figures = {
        "agreement": {
            "claims": len(truth),
            "auc": round(float(roc_auc_score(truth, agreed)), 4),
            "right": round(float(np.mean((card.agreement[0] * agreed + card.agreement[1] > 0) == truth)), 4),
        },
        "articles": sorted({item.title for item in data.reported}),
        "questions": len(data.reported),
        "spans": scoring.span_scores(data.reported, reads, answered, card.threshold),
        "baselines": baselines(data.reported),
        "ranking": scoring.ranking_scores(ranked),
        "reliability": calibration(ranked, scoring.Line(card.relevance[:1], card.relevance[1])),
        "ms, 16 contexts": milliseconds(reader, data.held, 16),
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
