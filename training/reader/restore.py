"""Turns the reader's shipped int8 weights back into weights that training can go on from.

    python -m training.reader.restore --weights qa/neural/weights/reader.onnx --out RUN

Writes RUN/model.pt. What rounding to 8 bits took away stays away.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from training.fused import Arrays, depth

HEADS = ("spans", "pooled", "relevance", "agreement")


def dequantised(path: Path) -> Arrays:
    """Every weight of the graph at ``path``, by its name before it was rounded."""
    stored = {i.name: numpy_helper.to_array(i) for i in onnx.load(str(path)).graph.initializer}
    out: Arrays = {name: value for name, value in stored.items() if value.dtype == np.float32}
    for name, value in stored.items():
        if name.endswith("_quantized"):
            base = name.removesuffix("_quantized")
            out[base] = (value.astype(np.float32) - stored[f"{base}_zero_point"]) * stored[f"{base}_scale"]
    return out


def restored(weights: Arrays) -> dict[str, torch.Tensor]:
    """The state of the reader whose graph has these ``weights``: ``graph_weights`` turned round.

    Raises KeyError where a weight lacks.
    """
    return {name: torch.from_numpy(np.array(value, dtype=np.float32)) for name, value in _named(weights)}


def _named(weights: Arrays) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The graph's weights under the names that torch has for them."""
    embeddings = "trunk.embeddings."
    yield f"{embeddings}word_embeddings.weight", weights["words"]
    yield f"{embeddings}position_embeddings.weight", weights["positions"]
    yield f"{embeddings}token_type_embeddings.weight", weights["kinds"]
    for part in ("weight", "bias"):
        yield f"{embeddings}LayerNorm.{part}", weights[f"norm.{part}"]
    for number in range(depth(weights)):
        theirs, ours = f"trunk.encoder.layer.{number}.layer.", f"layer.{number}."
        columns, biases = np.split(weights[f"{ours}qkv.weight"], 3, axis=1), np.split(weights[f"{ours}qkv.bias"], 3)
        for part, column, bias in zip(("query", "key", "value"), columns, biases, strict=True):
            yield f"{theirs}attention.self.{part}.weight", column.T
            yield f"{theirs}attention.self.{part}.bias", bias
        for name, part in (("inner", "intermediate."), ("mixed", "attention.output."), ("outer", "output.")):
            yield f"{theirs}{part}dense.weight", weights[f"{ours}{name}.weight"].T
            yield f"{theirs}{part}dense.bias", weights[f"{ours}{name}.bias"]
        for name, part in (("mixed", "attention.output."), ("outer", "output.")):
            yield f"{theirs}{part}LayerNorm.weight", weights[f"{ours}{name}.norm.weight"]
            yield f"{theirs}{part}LayerNorm.bias", weights[f"{ours}{name}.norm.bias"]
    for name in HEADS:
        yield f"{name}.weight", weights[f"{name}.weight"].T
        yield f"{name}.bias", weights[f"{name}.bias"]
    yield "nearness", weights["nearness"].reshape(())


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--weights", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    torch.save(restored(dequantised(o.weights)), o.out / "model.pt")


if __name__ == "__main__":
    main()
