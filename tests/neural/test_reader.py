"""The readers keep the contract of ``ports.Reader``; what the model scores comes back as spans and probabilities."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import Path

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from qa.domain import Reading, Span
from qa.errors import ModelError
from qa.neural.embedder import open_tokenizer, package_folder
from qa.neural.fakes import ScriptedReader
from qa.neural.reader import OnnxReader, open_reader
from qa.neural.reading import LONGEST
from qa.ports import Reader

QUESTION = "Who spoke?"
CONTEXTS = ("It rained.", "The ambassadors spoke to the press for a long time on Monday.", "", "Nobody did.")
ANSWER = "ambassadors"


def _small_model(wanted: int, first: int) -> onnx.ModelProto:
    """Stands in for the trained one: spans are the tokens ``wanted``, relevance the number of the context's tokens.

    At position 0 the token ``first`` stands for "not answered here" and scores half as much.
    """
    given_ = [helper.make_tensor_value_info(n, TensorProto.INT32, ["b", "t"]) for n in ("ids", "mask", "types")]
    spans = helper.make_tensor_value_info("spans", TensorProto.FLOAT, ["b", "t", 2])
    relevance, agreement = (
        helper.make_tensor_value_info(n, TensorProto.FLOAT, ["b"]) for n in ("relevance", "agreement")
    )
    constants = [
        helper.make_tensor("wanted", TensorProto.INT32, [], [wanted]),
        helper.make_tensor("first", TensorProto.INT32, [], [first]),
        helper.make_tensor("half", TensorProto.FLOAT, [], [0.5]),
        helper.make_tensor("one", TensorProto.INT64, [1], [1]),
        helper.make_tensor("two", TensorProto.INT64, [1], [2]),
    ]
    nodes = [
        helper.make_node("Equal", ["ids", "wanted"], ["hit"]),
        helper.make_node("Cast", ["hit"], ["hits"], to=TensorProto.FLOAT),
        helper.make_node("Equal", ["ids", "first"], ["null"]),
        helper.make_node("Cast", ["null"], ["nulls"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["nulls", "half"], ["halves"]),
        helper.make_node("Add", ["hits", "halves"], ["flat"]),
        helper.make_node("Unsqueeze", ["flat", "two"], ["column"]),
        helper.make_node("Concat", ["column", "column"], ["spans"], axis=2),
        helper.make_node("Cast", ["types"], ["context"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["context", "hits"], ["there"]),
        helper.make_node("ReduceSum", ["there", "one"], ["relevance"], keepdims=0),
        helper.make_node("Neg", ["relevance"], ["agreement"]),
    ]
    graph = helper.make_graph(nodes, "small", given_, [spans, relevance, agreement], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model that looks for ANSWER, with its card."""
    tokenizer = open_tokenizer(package_folder() / "tokenizer.json", longest=None)
    (wanted,) = tokenizer.encode(ANSWER, add_special_tokens=False).ids
    path = tmp_path_factory.mktemp("weights") / "reader.onnx"
    first = tokenizer.token_to_id("[CLS]")
    assert first is not None
    path.write_bytes(_small_model(wanted, first).SerializeToString())
    _write_card(path)
    return path


def _write_card(path: Path, **changes: object) -> None:
    card: dict[str, object] = {
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "longest": LONGEST,
        "answered": [2.0, 1.0, 0.0],
        "threshold": 0.5,
        "relevance": [4.0, -2.0],
        "agreement": [2.0, 1.0],
    }
    path.with_suffix(".json").write_text(json.dumps(card | changes))


@pytest.fixture(scope="module")
def real(weights: Path) -> OnnxReader:
    return open_reader(threads=1, weights=weights)


@pytest.fixture(params=["fake", "real"])
def reader(request: pytest.FixtureRequest) -> Reader:
    if request.param == "fake":
        return ScriptedReader({(QUESTION, CONTEXTS[1]): Reading(Span(4, 15), 0.9, 0.8)})
    found: Reader = request.getfixturevalue("real")
    return found


class TestContract:
    def test_every_context_has_a_reading_in_order(self, reader: Reader) -> None:
        readings = reader.read(QUESTION, CONTEXTS)
        assert len(readings) == len(CONTEXTS)
        assert max(range(len(CONTEXTS)), key=lambda at: readings[at].relevance) == 1

    def test_no_contexts_have_no_readings(self, reader: Reader) -> None:
        assert reader.read(QUESTION, []) == []

    def test_the_answer_is_a_span_of_its_context(self, reader: Reader) -> None:
        reading = reader.read(QUESTION, CONTEXTS)[1]
        assert reading.span is not None
        assert reading.span.of(CONTEXTS[1]) == ANSWER

    def test_a_context_without_words_is_irrelevant(self, reader: Reader) -> None:
        assert reader.read(QUESTION, [""]) == [Reading(None, 0.0, 0.0)]


class TestReading:
    def test_below_the_threshold_no_span_is_reported_but_its_probability_is(self, real: OnnxReader) -> None:
        rained = real.read(QUESTION, CONTEXTS)[0]
        assert rained.span is None
        assert rained.confidence == pytest.approx(1 / (1 + 2.718281828**2), abs=1e-4)

    def test_relevance_is_the_cards_logistic_line(self, real: OnnxReader) -> None:
        assert real.read(QUESTION, CONTEXTS)[1].relevance == pytest.approx(1 / (1 + 2.718281828**-2), abs=1e-4)

    def test_agreement_is_the_cards_logistic_line(self, real: OnnxReader) -> None:
        assert real.read(QUESTION, CONTEXTS)[1].agreement == pytest.approx(1 / (1 + 2.718281828), abs=1e-4)

    def test_an_answer_deep_in_a_long_context_is_found(self, real: OnnxReader) -> None:
        context = "The council met on Monday. " * 200 + CONTEXTS[1] + " It rained." * 200
        (reading,) = real.read(QUESTION, [context])
        assert reading.span is not None
        assert reading.span.of(context) == ANSWER

    def test_many_contexts_of_all_lengths_keep_their_order(self, real: OnnxReader) -> None:
        contexts = ["It rained. " * (1 + 37 * n % 90) + (f"{ANSWER}." if n % 3 == 0 else "") for n in range(40)]
        readings = real.read(QUESTION, contexts)
        assert [at for at, reading in enumerate(readings) if reading.span] == list(range(0, 40, 3))

    def test_what_a_context_gives_does_not_depend_on_the_others_nor_on_the_threads(self) -> None:
        contexts = [f"{c} {'It rained. ' * (7 * n % 5)}" for n, c in enumerate(CONTEXTS * 3)]
        together = open_reader(threads=3).read(QUESTION, contexts)
        alone = open_reader(threads=1)
        assert together == [alone.read(QUESTION, [context])[0] for context in contexts]

    @given(question=st.text(max_size=80), contexts=st.lists(st.text(max_size=120), max_size=4))
    def test_any_text_can_be_read(self, real: OnnxReader, question: str, contexts: list[str]) -> None:
        readings = real.read(question, contexts)
        assert len(readings) == len(contexts)
        for context, reading in zip(contexts, readings, strict=True):
            assert 0.0 <= reading.confidence <= 1.0
            assert 0.0 <= reading.relevance <= 1.0
            assert reading.span is None or reading.span.end <= len(context)


def test_the_weights_that_ship_need_no_slower_product_without_vnni() -> None:
    shipped = onnx.load(str(files("qa.neural") / "weights" / "reader.onnx")).graph.initializer
    held = [numpy_helper.to_array(tensor) for tensor in shipped if tensor.data_type == TensorProto.INT8 and tensor.dims]
    assert len(held) > 30
    assert max(int(abs(weights.astype(int)).max()) for weights in held) == 64


class TestFiles:
    @pytest.fixture
    def copy(self, weights: Path, tmp_path: Path) -> Path:
        (tmp_path / "reader.onnx").write_bytes(weights.read_bytes())
        _write_card(tmp_path / "reader.onnx")
        return tmp_path / "reader.onnx"

    def test_damaged_weights_are_refused(self, copy: Path) -> None:
        copy.write_bytes(copy.read_bytes() + b"\x00")
        with pytest.raises(ModelError, match="damaged or of another version"):
            open_reader(threads=1, weights=copy)

    @pytest.mark.parametrize("content", ["", "{", "[]", '{"sha256": "0"}', "\x00"])
    def test_a_card_that_cannot_be_read_is_refused_in_one_line(self, copy: Path, content: str) -> None:
        copy.with_suffix(".json").write_text(content)
        with pytest.raises(ModelError, match=r"card cannot be read: .*reader\.json") as caught:
            open_reader(threads=1, weights=copy)
        assert "\n" not in str(caught.value)

    def test_a_card_of_another_version_is_refused(self, copy: Path) -> None:
        _write_card(copy, longest=512)
        with pytest.raises(ModelError, match="of another version"):
            open_reader(threads=1, weights=copy)

    def test_a_missing_reader_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=r"reader\.json"):
            open_reader(threads=1, weights=tmp_path / "reader.onnx")
