"""Exports a trained reader to int8 ONNX, with a card that turns its scores into probabilities.

    python -m training.reader.export --run RUN --out qa/neural/weights/reader.onnx [--float] (and the data, as groups)

The graph is put together from ONNX Runtime's fused operators, as the embedder's is, and must score as the torch model
does before it is quantised. The card's line of relevance is fitted with the exported model itself, on the
news articles kept out of training. ``--float`` keeps 32-bit weights, to measure what int8 costs.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch

from qa.neural.embedder import open_tokenizer
from qa.neural.onnx_session import open_session
from qa.neural.reader import Card, OnnxReader
from qa.neural.reading import LONGEST, PairEncoder, padded
from training.embedder.graph import WIDTH, Sheet, embedded, layer, model
from training.fused import Arrays, depth, filled, quantise, trunk_weights
from training.reader import evaluate as scoring
from training.reader.data import Data, load, options
from training.reader.model import ReaderModel
from training.reader.train import opened
from training.trunk import TRUNK

UNQUANTISED = [
    *("spans.product", "pooled.product", "relevance.column", "agreement.column"),
    *("question.total.row", "context.total.row"),
]
"""The heads: tiny, and what they weigh is what is read."""

UNCALIBRATED = {"answered": (1.0, 0.0, 0.0), "threshold": 0.5, "relevance": (1.0, 0.0), "agreement": (1.0, 0.0)}


def heads(sheet: Sheet, hidden: str) -> None:
    """Span scores of every token; from the first token and the two texts' means relevance, with their cosine, and
    agreement."""
    spans = sheet.node("MatMul", [hidden, sheet.weight("spans.weight", WIDTH, 2)], "spans.product")
    sheet.node("Add", [spans, sheet.weight("spans.bias", 2)], "spans")
    zero, one = sheet.constant("zero", [0]), sheet.constant("one", [1])
    first = sheet.node("Squeeze", [sheet.node("Slice", [hidden, zero, one, one], "cls.row"), one], "cls")
    question = mean(sheet, hidden, sheet.node("Sub", ["mask", "types"], "asked"), "question")
    context = mean(sheet, hidden, "types", "context")
    both = sheet.node("Concat", [first, question, context], "both", axis=1)
    pooled = [both, sheet.weight("pooled.weight", 3 * WIDTH, WIDTH), sheet.weight("pooled.bias", WIDTH)]
    bent = sheet.node("Tanh", [sheet.node("Gemm", pooled, "pooled.product")], "pooled")
    for name, output in (("relevance", "learnt"), ("agreement", "agreement")):
        scored = [bent, sheet.weight(f"{name}.weight", WIDTH, 1), sheet.weight(f"{name}.bias", 1)]
        sheet.node("Squeeze", [sheet.node("Gemm", scored, f"{name}.column"), one], output)
    sides = [sheet.node("LpNormalization", [side], f"{side}.unit", axis=1, p=2) for side in (question, context)]
    cosine = sheet.node("ReduceSum", [sheet.node("Mul", sides, "cosine.parts"), one], "cosine", keepdims=0)
    near = sheet.node("Mul", [cosine, sheet.weight("nearness", 1)], "near")
    sheet.node("Add", ["learnt", near], "relevance")


def mean(sheet: Sheet, hidden: str, chosen: str, name: str) -> str:
    """The mean of ``hidden`` over the tokens where ``chosen`` is 1: (texts, width)."""
    flat = sheet.node("Cast", [chosen], f"{name}.flat", to=onnx.TensorProto.FLOAT)
    row = sheet.node("Unsqueeze", [flat, "one"], f"{name}.row")
    total = sheet.node("Squeeze", [sheet.node("MatMul", [row, hidden], f"{name}.total.row"), "one"], f"{name}.total")
    return sheet.node("Div", [total, sheet.node("ReduceSum", [flat, "one"], f"{name}.count", keepdims=1)], name)


def graph(weights: Arrays) -> onnx.ModelProto:
    """The whole reader in 32 bits: ids, mask and types (texts, tokens) to spans, relevance and agreement."""
    sheet = Sheet()
    hidden = embedded(sheet, types=2)
    for number in range(depth(weights)):
        hidden = layer(sheet, number, hidden)
    heads(sheet, hidden)
    shapes: dict[str, list[str | int]] = {"spans": ["texts", "tokens", 2]}
    shapes |= {"relevance": ["texts"], "agreement": ["texts"]}
    return filled(model(sheet, ["ids", "mask", "types"], shapes), weights)


def graph_weights(reader: ReaderModel) -> Arrays:
    """The torch model's weights under the graph's names."""
    state = reader.state_dict()
    out = trunk_weights(state)
    for name in ("spans", "pooled", "relevance", "agreement"):
        out[f"{name}.weight"], out[f"{name}.bias"] = state[f"{name}.weight"].numpy().T, state[f"{name}.bias"].numpy()
    out["nearness"] = state["nearness"].numpy().reshape(1)
    return out


def check(reader: ReaderModel, path: Path, data: Data, encoder: PairEncoder) -> None:
    """Raises ValueError where the graph does not score some inputs as the torch model does."""
    pairs = [p for item in data.tuned[:8] for p in encoder.pairs(item.question, [item.context])]
    arrays = padded(pairs)
    session = open_session(path, sha256=None, threads=2)
    found = session.run(["spans", "relevance", "agreement"], dict(zip(("ids", "mask", "types"), arrays, strict=True)))
    with torch.inference_mode():
        meant = reader(*(torch.from_numpy(array).long() for array in arrays))
    kept = arrays[1].astype(bool)
    off = [np.abs(f - m.numpy()) for f, m in zip(found, meant, strict=True)]
    worst = max(float(off[0][kept].max()), float(off[1].max()), float(off[2].max()))
    if worst > 1e-3:
        raise ValueError(f"the exported graph is off by {worst:.4f}")


def calibrated(data: Data, encoder: PairEncoder, scorer: scoring.Scorer, *, named: bool) -> dict[str, object]:
    """The card's probabilities: relevance from what was kept out of training; the span's margin is its log-odds.

    A line over margin and relevance, fitted on the one SQuAD article kept for it, did worse on the five others.
    """
    relevance = scoring.relevance_line(scoring.rank(data.held, data.order, encoder, scorer, named=named))
    agreed, truth = scoring.agreements(data.held, encoder, scorer)
    lines = {"relevance": relevance, "agreement": scoring.fitted(agreed[:, None], truth)}
    return UNCALIBRATED | {name: tuple(round(x, 5) for x in (*line.weights, line.bias)) for name, line in lines.items()}


def main() -> None:
    p = options()
    p.description = __doc__
    p.add_argument("--run", type=Path, required=True)
    p.add_argument("--float", action="store_true")
    o = p.parse_args()
    target, o.out = o.out, o.run
    data = load(o)
    encoder = PairEncoder(open_tokenizer(TRUNK / "tokenizer.json", longest=None))
    reader = opened(o.run, torch.device("cpu"))
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "float.onnx"
        plain.write_bytes(graph(graph_weights(reader)).SerializeToString(deterministic=True))
        check(reader, plain, data, encoder)
        if o.float:
            target.write_bytes(plain.read_bytes())
        else:
            quantise(plain, target, UNQUANTISED, in_7_bits=True)
    sha256 = hashlib.sha256(target.read_bytes()).hexdigest()
    plain_card = Card.model_validate({"sha256": sha256, "longest": LONGEST, **UNCALIBRATED})
    exported = OnnxReader(open_session(target, sha256=sha256, threads=1), encoder, plain_card, o.threads)
    lines = calibrated(data, encoder, exported.score, named=bool(o.statements))
    card = Card.model_validate({"sha256": sha256, "longest": LONGEST, **lines})
    target.with_suffix(".json").write_text(card.model_dump_json(indent=1) + "\n")
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, {card}")


if __name__ == "__main__":
    main()
