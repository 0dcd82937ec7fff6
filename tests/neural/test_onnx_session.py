"""Sessions come only from files that are what they should be."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from qa.errors import ModelError
from qa.neural.onnx_session import open_session


@pytest.fixture
def doubling(tmp_path: Path) -> Path:
    """A model that doubles its input, plus a bias that is given at load."""
    from onnx import TensorProto, helper

    bias = TensorProto(name="bias", data_type=TensorProto.FLOAT, dims=[2], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", "given"), ("offset", "0"), ("length", "8")):
        bias.external_data.add(key=key, value=value)
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 2]) for name in ("x", "y")]
    nodes = [helper.make_node("Add", ["x", "x"], ["z"]), helper.make_node("Add", ["z", "bias"], ["y"])]
    graph = helper.make_graph(nodes, "doubling", values[:1], values[1:], [bias])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = tmp_path / "doubling.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def test_a_model_with_the_right_hash_runs(doubling: Path) -> None:
    sha256 = hashlib.sha256(doubling.read_bytes()).hexdigest()
    session = open_session(doubling, sha256=sha256, threads=1, weights={"bias": np.array([1, -1], dtype=np.float32)})
    found = session.run(None, {"x": np.array([[1, 2]], dtype=np.float32)})[0]
    np.testing.assert_array_equal(found, [[3, 3]])


def test_sums_in_8_bits_are_exact_on_every_processor(tmp_path: Path) -> None:
    from onnx import TensorProto, helper, numpy_helper

    weights = numpy_helper.from_array(np.full((64, 8), 127, dtype=np.int8), "weights")
    ends = [
        helper.make_tensor_value_info("x", TensorProto.UINT8, ["n", 64]),
        helper.make_tensor_value_info("y", TensorProto.INT32, ["n", 8]),
    ]
    product = helper.make_node("MatMulInteger", ["x", "weights"], ["y"])
    graph = helper.make_graph([product], "product", ends[:1], ends[1:], [weights])
    path = tmp_path / "product.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    session = open_session(path, sha256=None, threads=1)
    found = session.run(None, {"x": np.full((4, 64), 255, dtype=np.uint8)})[0]
    np.testing.assert_array_equal(found, 64 * 127 * 255)


def test_another_hash_is_refused(doubling: Path) -> None:
    with pytest.raises(ModelError, match=r"doubling\.onnx is damaged or of another version"):
        open_session(doubling, sha256="0" * 64, threads=1)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.onnx is missing"):
        open_session(tmp_path / "gone.onnx", sha256=None, threads=1)


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        open_session(tmp_path, sha256=None, threads=1)


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x08\x12\x00"])
def test_what_is_no_model_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"broken\.onnx cannot be run") as caught:
        open_session(path, sha256=None, threads=1)
    assert "\n" not in str(caught.value)


def test_a_model_without_its_weights_is_refused(doubling: Path) -> None:
    with pytest.raises(ModelError, match="cannot be run"):
        open_session(doubling, sha256=None, threads=1)
