"""Writes the embedder's graph for ONNX Runtime: the layers of all-MiniLM-L6-v2, pooling and normalisation, no weights.

    python -m training.embedder.graph --out qa/neural/weights/embedder.onnx

Nothing is trained: the weights stay in their own package, and ``qa.neural.embedder`` hands them to the session when
it loads. The graph uses ONNX Runtime's fused operators (attention, biased GELU) directly, so that no optimiser has to
find them. The same file comes out each time, to the byte.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDTH, INNER, LAYERS, HEADS = 384, 1536, 6, 12
VOCABULARY, POSITIONS = 30522, 512
EPSILON = 1e-12
FUSED = "com.microsoft"


class Sheet:
    """A graph under construction: its nodes and the names and shapes of the weights that it asks for."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[TensorProto] = []

    def weight(self, name: str, *shape: int) -> str:
        """A weight that the session gets when it is opened."""
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
        size = 4 * int(np.prod(shape))
        for key, value in (("location", "given-at-load"), ("offset", "0"), ("length", str(size))):
            tensor.external_data.add(key=key, value=value)
        self.weights.append(tensor)
        return name

    def constant(self, name: str, values: Sequence[int]) -> str:
        self.weights.append(numpy_helper.from_array(np.array(values, dtype=np.int64), name))
        return name

    def node(self, operator: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, domain=domain, **attributes))
        return output


def embedded(sheet: Sheet, *, types: int = 0) -> str:
    """Word and position vectors of ids, and of so many ``types``, normalised: (texts, tokens, width)."""
    words = sheet.node("Gather", [sheet.weight("words", VOCABULARY, WIDTH), "ids"], "words.at")
    length = sheet.node("Shape", ["ids"], "length", start=1, end=2)
    places = [sheet.weight("positions", POSITIONS, WIDTH), sheet.constant("first", [0]), length]
    total = sheet.node("Add", [words, sheet.node("Slice", places, "positions.at")], "embedded")
    if types:
        kinds = sheet.node("Gather", [sheet.weight("kinds", types, WIDTH), "types"], "kinds.at")
        total = sheet.node("Add", [total, kinds], "typed")
    norm = [sheet.weight("norm.weight", WIDTH), sheet.weight("norm.bias", WIDTH)]
    return sheet.node("LayerNormalization", [total, *norm], "normed", epsilon=EPSILON)


def layer(sheet: Sheet, number: int, hidden: str) -> str:
    """One transformer layer over ``hidden``; ``mask`` hides the padding."""
    at = f"layer.{number}."

    def joined(part: str, inputs: list[str], skip: str) -> str:
        norm = [sheet.weight(f"{at}{part}.norm.weight", WIDTH), sheet.weight(f"{at}{part}.norm.bias", WIDTH)]
        product = sheet.node("MatMul", inputs, f"{at}{part}.product")
        # Not "Add", which would be fused with the norm into an operator that takes three times as long.
        total = sheet.node("Sum", [product, skip, sheet.weight(f"{at}{part}.bias", WIDTH)], f"{at}{part}.total")
        return sheet.node("LayerNormalization", [total, *norm], f"{at}{part}", epsilon=EPSILON)

    projection = [sheet.weight(f"{at}qkv.weight", WIDTH, 3 * WIDTH), sheet.weight(f"{at}qkv.bias", 3 * WIDTH)]
    attended = sheet.node("Attention", [hidden, *projection, "mask"], f"{at}attended", FUSED, num_heads=HEADS)
    mixed = joined("mixed", [attended, sheet.weight(f"{at}mixed.weight", WIDTH, WIDTH)], hidden)
    wide = sheet.node("MatMul", [mixed, sheet.weight(f"{at}inner.weight", WIDTH, INNER)], f"{at}inner.product")
    wide = sheet.node("BiasGelu", [wide, sheet.weight(f"{at}inner.bias", INNER)], f"{at}inner", FUSED)
    return joined("outer", [wide, sheet.weight(f"{at}outer.weight", INNER, WIDTH)], mixed)


def pooled(sheet: Sheet, hidden: str) -> None:
    """The mean over each text's tokens at length 1: a sum does, as its direction is the mean's."""
    axis = sheet.constant("axis", [1])
    kept = sheet.node("Unsqueeze", [sheet.node("Cast", ["mask"], "kept.flat", to=TensorProto.FLOAT), axis], "kept")
    total = sheet.node("Squeeze", [sheet.node("MatMul", [kept, hidden], "total.row"), axis], "total")
    sheet.node("LpNormalization", [total], "vectors", axis=1, p=2)


def model(sheet: Sheet, inputs: Sequence[str], outputs: Mapping[str, Sequence[str | int]]) -> onnx.ModelProto:
    """The sheet as a model: ``inputs`` are (texts, tokens) whole numbers, ``outputs`` float arrays of these shapes."""
    given = [helper.make_tensor_value_info(name, TensorProto.INT32, ["texts", "tokens"]) for name in inputs]
    made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()]
    body = helper.make_graph(sheet.nodes, "whosaid", given, made, sheet.weights)
    versions = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    return helper.make_model(body, opset_imports=versions, ir_version=8, producer_name="whosaid")


def embedder() -> onnx.ModelProto:
    """Token ids and mask (texts, tokens) to vectors (texts, width) of length 1."""
    sheet = Sheet()
    hidden = embedded(sheet)
    for number in range(LAYERS):
        hidden = layer(sheet, number, hidden)
    pooled(sheet, hidden)
    return model(sheet, ["ids", "mask"], {"vectors": ["texts", WIDTH]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.parse_args().out.write_bytes(embedder().SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
