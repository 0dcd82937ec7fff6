"""A trunk of another depth: taken from the ONNX file that it is published in."""

from __future__ import annotations

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from training.reader.model import ReaderModel, blank, loaded
from training.reader.trunk import torch_names


def test_an_onnx_files_products_are_the_linear_layers_turned_round() -> None:
    table = np.arange(6, dtype=np.float32).reshape(2, 3)
    bias = np.ones(3, dtype=np.float32)
    nodes = [
        helper.make_node("MatMul", ["hidden", "onnx::MatMul_7"], ["a"], name="/encoder/layer.1/output/dense/MatMul"),
        helper.make_node("MatMul", ["a", "hidden"], ["b"], name="/encoder/layer.1/attention/self/MatMul"),
        helper.make_node("Add", ["b", "encoder.layer.1.output.dense.bias"], ["out"]),
    ]
    hidden = helper.make_tensor_value_info("hidden", TensorProto.FLOAT, ["rows", 2])
    stored = {"onnx::MatMul_7": table, "encoder.layer.1.output.dense.bias": bias, "other": bias}
    graph = helper.make_graph(nodes, "g", [hidden], [], [numpy_helper.from_array(v, k) for k, v in stored.items()])
    found = torch_names(onnx.ModelProto(graph=graph).graph)
    assert set(found) == {"encoder.layer.1.output.dense.weight", "encoder.layer.1.output.dense.bias"}
    assert np.array_equal(found["encoder.layer.1.output.dense.weight"], table.T)


def test_a_trained_reader_is_opened_with_as_many_layers_as_it_has() -> None:
    torch.manual_seed(2)
    reader = ReaderModel(blank(2)).eval()
    again = loaded(reader.state_dict()).eval()
    ids = torch.randint(1000, 2000, (2, 8))
    mask, types = torch.ones_like(ids), (torch.arange(8) > 3).long().expand(2, 8)
    with torch.inference_mode():
        for one, other in zip(reader(ids, mask, types), again(ids, mask, types), strict=True):
            assert torch.equal(one, other)
