"""From trained weights to a graph of ONNX Runtime's fused operators, in 8 bits: shared by the tagger and the reader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from qa.neural.embedder import arranged

Arrays = dict[str, NDArray[np.float32]]


def trunk_weights(state: Mapping[str, torch.Tensor]) -> Arrays:
    """The trunk's weights, of a model that keeps it as ``trunk``, under the names that ``training.embedder`` uses."""
    trunk = {
        re.sub(r"(encoder\.layer\.\d+)\.layer\.", r"\1.", name.removeprefix("trunk.")): tensor.numpy()
        for name, tensor in state.items()
    }
    out = arranged(trunk)
    out["positions"] = trunk["embeddings.position_embeddings.weight"]
    out["kinds"] = trunk["embeddings.token_type_embeddings.weight"]
    return out


def depth(weights: Arrays) -> int:
    """How many layers the trunk has whose ``weights`` these are."""
    return sum(name.endswith("qkv.weight") for name in weights)


def filled(graph: onnx.ModelProto, weights: Arrays) -> onnx.ModelProto:
    """``graph`` with its weights inside."""
    for tensor in graph.graph.initializer:
        if tensor.name in weights:
            tensor.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(weights[tensor.name]), tensor.name))
    return graph


def quantise(plain: Path, target: Path, unquantised: Sequence[str], *, in_7_bits: bool = False) -> None:
    """Writes ``plain`` to ``target`` with int8 weights, but for the nodes named.

    With ``in_7_bits`` they lie in -64…64: the fast product of processors without VNNI is exact with these.
    """
    quantize_dynamic(
        str(plain),
        str(target),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=in_7_bits,
        nodes_to_exclude=list(unquantised),
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
