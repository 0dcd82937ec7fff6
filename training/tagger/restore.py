"""Turns shipped int8 weights back into weights that training can go on from.

    python -m training.tagger.restore --weights qa/neural/weights/tagger.onnx --out RUN

Writes RUN/model.pt. What rounding to 8 bits took away stays away.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from qa.neural.windows import SHAPES
from training.tagger.model import TaggerModel
from training.trunk import TRUNK

Weights = dict[str, torch.Tensor]


def restored(path: Path, like: Weights) -> Weights:
    """The state of a model as ``like``, from the quantised graph at ``path``. Raises KeyError where a weight lacks."""
    graph = onnx.load(str(path)).graph
    stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    found: dict[str, NDArray[np.float32]] = {name: stored[name] for name in like if name in stored}
    for node in graph.node:
        for name in node.input:
            if name.endswith("_quantized") and name in stored and stored[name].ndim > 1:
                base = name.removesuffix("_quantized")
                value = (stored[name].astype(np.float32) - stored[f"{base}_zero_point"]) * stored[f"{base}_scale"]
                linear = node.name.strip("/").removesuffix("/MatMul_quant").replace("/", ".") + ".weight"
                found[base if base in like else linear] = value if base in like else value.T
    return {name: torch.from_numpy(found[name].copy()).reshape(old.shape) for name, old in like.items()}


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--weights", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    model = TaggerModel(str(TRUNK), SHAPES)
    state = restored(o.weights, model.state_dict())
    o.out.mkdir(parents=True, exist_ok=True)
    torch.save({"model": state, "averaged": state}, o.out / "model.pt")


if __name__ == "__main__":
    main()
