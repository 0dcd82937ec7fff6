"""Turns the reader's shipped int8 weights back into weights that training can go on from.

    python -m training.reader.restore --weights qa/neural/weights/reader.onnx --out RUN

Writes RUN/model.pt. What rounding to 8 bits took away stays away; the word vectors, which are never trained, are the
trunk's own.
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

from training.embedder.graph import LAYERS
from training.fused import Arrays
from training.reader.model import ReaderModel
from training.trunk import TRUNK

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


def restored(weights: Arrays, like: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The state of a reader as ``like``, with what the graph's ``weights`` say of it: ``graph_weights`` turned round.

    Raises KeyError where a weight lacks.
    """
    found = dict(_trained(weights))
    return {
        name: torch.from_numpy(np.array(found[name], dtype=np.float32)).reshape(old.shape) if name in found else old
        for name, old in like.items()
    }


def _trained(weights: Arrays) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """What training moves, under the names that torch has for it."""
    embeddings = "trunk.embeddings."
    yield f"{embeddings}position_embeddings.weight", weights["positions"]
    yield f"{embeddings}token_type_embeddings.weight", weights["kinds"]
    for part in ("weight", "bias"):
        yield f"{embeddings}LayerNorm.{part}", weights[f"norm.{part}"]
    for number in range(LAYERS):
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
    yield "nearness", weights["nearness"]


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--weights", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    torch.save(restored(dequantised(o.weights), ReaderModel(str(TRUNK)).state_dict()), o.out / "model.pt")


if __name__ == "__main__":
    main()
