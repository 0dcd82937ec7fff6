"""Exports a trained tagger to int8 ONNX beside its card.

    python -m training.tagger.export --run RUN --out qa/neural/weights/tagger.onnx [--float]

Uses the averaged weights of RUN/model.pt. The graph is put together from ONNX Runtime's fused operators, as the
embedder's is, and must score as the torch model does before it is quantised. ``--float`` keeps 32-bit weights, for
measuring what int8 costs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch

from qa.neural.decoding import ATTRIBUTION, NAMES
from qa.neural.onnx_session import open_session
from qa.neural.windows import SHAPES, WINDOW
from training.embedder.graph import LAYERS, WIDTH, Sheet, embedded, layer, model
from training.fused import Arrays, filled, quantise, trunk_weights
from training.tagger.model import ARC, TaggerModel
from training.trunk import TRUNK

LABELS = {"attribution": len(ATTRIBUTION), "names": len(NAMES)}
ARCS = ("links", "antecedents")


def linear(sheet: Sheet, name: str, hidden: str, width: int, size: int, output: str) -> str:
    product = sheet.node("MatMul", [hidden, sheet.weight(f"{name}.weight", width, size)], f"{name}.product")
    return sheet.node("Add", [product, sheet.weight(f"{name}.bias", size)], output)


def arcs(sheet: Sheet, name: str, hidden: str) -> None:
    """Row the dependent, column the head: see ``model.Arcs``."""
    ends = [
        sheet.node("Tanh", [linear(sheet, f"{name}.{end}", hidden, WIDTH, ARC, f"{name}.{end}.line")], f"{name}.{end}")
        for end in ("dependent", "head")
    ]
    turned = sheet.node("MatMul", [ends[0], sheet.weight(f"{name}.weight", ARC, ARC)], f"{name}.turned")
    across = sheet.node("Transpose", [ends[1]], f"{name}.across", perm=[0, 2, 1])
    scores = sheet.node("MatMul", [turned, across], f"{name}.scores")
    prior = linear(sheet, f"{name}.prior", ends[1], ARC, 1, f"{name}.prior.column")
    sheet.node("Add", [scores, sheet.node("Transpose", [prior], f"{name}.prior", perm=[0, 2, 1])], name)


def graph(weights: Arrays) -> onnx.ModelProto:
    """The whole tagger in 32 bits: ids, mask and shapes (texts, tokens) to the four scores."""
    sheet = Sheet()
    sheet.node("Identity", ["shapes"], "types")
    hidden = embedded(sheet, types=SHAPES)
    for number in range(LAYERS):
        hidden = layer(sheet, number, hidden)
    for name, size in LABELS.items():
        linear(sheet, name, hidden, WIDTH, size, name)
    for name in ARCS:
        arcs(sheet, name, hidden)
    shapes: dict[str, list[str | int]] = {name: ["texts", "tokens", size] for name, size in LABELS.items()}
    shapes |= {name: ["texts", "tokens", "tokens"] for name in ARCS}
    return filled(model(sheet, ["ids", "mask", "shapes"], shapes), weights)


def graph_weights(tagger: TaggerModel) -> Arrays:
    """The torch model's weights under the graph's names."""
    state = tagger.state_dict()
    lines = [*LABELS, *(f"{name}.{part}" for name in ARCS for part in ("dependent", "head", "prior"))]
    out = trunk_weights(state)
    out |= {f"{name}.weight": state[f"{name}.weight"].numpy().T for name in lines}
    out |= {f"{name}.bias": state[f"{name}.bias"].numpy() for name in lines}
    return out | {f"{name}.weight": state[f"{name}.weight"].numpy() for name in ARCS}


def check(tagger: TaggerModel, path: Path) -> None:
    """Raises ValueError where the graph does not score some tokens as the torch model does."""
    chance = np.random.default_rng(0)
    ids, mask, shapes = (chance.integers(0, most, (3, 40)).astype(np.int32) for most in (30522, 2, SHAPES))
    mask[:] = np.arange(40) < np.array([[40], [25], [7]])
    named = {"ids": ids, "mask": mask, "shapes": shapes}
    found = open_session(path, sha256=None, threads=2).run([*LABELS, *ARCS], named)
    with torch.inference_mode():
        meant = tagger(*(torch.from_numpy(array).long() for array in named.values()))
    seen = mask.astype(bool)
    kept = [seen, seen, *(2 * [seen[:, :, None] & seen[:, None, :]])]
    worst = max(float(np.abs(f - m.numpy())[k].max()) for f, m, k in zip(found, meant, kept, strict=True))
    if worst > 1e-3:
        raise ValueError(f"the exported graph is off by {worst:.4f}")


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--run", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--float", action="store_true")
    o = p.parse_args()
    tagger = TaggerModel(str(TRUNK), SHAPES)
    tagger.load_state_dict(torch.load(o.run / "model.pt", weights_only=True)["averaged"])
    tagger.eval()
    o.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "float.onnx"
        plain.write_bytes(graph(graph_weights(tagger)).SerializeToString(deterministic=True))
        check(tagger, plain)
        if o.float:
            o.out.write_bytes(plain.read_bytes())
        else:
            quantise(plain, o.out, [f"{name}.scores" for name in ARCS])
    card = {
        "sha256": hashlib.sha256(o.out.read_bytes()).hexdigest(),
        "attribution": ATTRIBUTION,
        "names": NAMES,
        "window": WINDOW,
    }
    o.out.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n")
    print(f"{o.out}: {o.out.stat().st_size / 1e6:.1f} MB, {card['sha256']}")


if __name__ == "__main__":
    main()
