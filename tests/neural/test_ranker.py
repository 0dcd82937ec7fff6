"""The ranker reads a question, a title and a passage, and says what to add to the passage's log-odds."""

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

from qa.errors import ModelError
from qa.neural.embedder import open_tokenizer, package_folder
from qa.neural.ranker import LONGEST, TITLE, OnnxRanker, inputs, open_ranker
from qa.neural.reading import QUESTION

ASKED = "Which animals did the keeper see?"
TOKENIZER = open_tokenizer(package_folder() / "tokenizer.json", longest=None)


def _counting(wanted: int) -> onnx.ModelProto:
    """Stands in for the trained one: relevance is how often the token ``wanted`` stands behind the question."""
    given_ = [helper.make_tensor_value_info(n, TensorProto.INT32, ["b", "t"]) for n in ("ids", "mask", "types")]
    relevance = helper.make_tensor_value_info("relevance", TensorProto.FLOAT, ["b"])
    constants = [
        helper.make_tensor("wanted", TensorProto.INT32, [], [wanted]),
        helper.make_tensor("one", TensorProto.INT64, [1], [1]),
    ]
    nodes = [
        helper.make_node("Equal", ["ids", "wanted"], ["hit"]),
        helper.make_node("Cast", ["hit"], ["hits"], to=TensorProto.INT32),
        helper.make_node("Mul", ["hits", "types"], ["there"]),
        helper.make_node("Mul", ["there", "mask"], ["read"]),
        helper.make_node("Cast", ["read"], ["counted"], to=TensorProto.FLOAT),
        helper.make_node("ReduceSum", ["counted", "one"], ["relevance"], keepdims=0),
    ]
    graph = helper.make_graph(nodes, "counting", given_, [relevance], constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    (wanted,) = TOKENIZER.encode("lion", add_special_tokens=False).ids
    path = tmp_path / "ranker.onnx"
    path.write_bytes(_counting(wanted).SerializeToString())
    _write_card(path)
    return path


def _write_card(path: Path, **changes: object) -> None:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    path.with_suffix(".json").write_text(json.dumps({"sha256": sha256, "longest": LONGEST, "weight": 0.5} | changes))


@pytest.fixture(scope="module")
def real() -> OnnxRanker:
    return open_ranker(threads=2)


def test_each_passage_gets_its_score_times_the_cards_weight_in_order(weights: Path) -> None:
    ranker = open_ranker(threads=2, weights=weights)
    passages = [("Zoo", "A lion."), ("Lion", "A lion and a lion."), ("Zoo", "")]
    assert ranker.rank("Where is the lion?", passages) == [0.5, 1.5, 0.0]
    assert ranker.rank("Where is the lion?", []) == []


def test_an_input_is_question_title_and_passage_cut_where_each_is_too_long() -> None:
    (pair,) = inputs(TOKENIZER, "what " * 99, [("zoo " * 99, "keeper " * 999)])
    what, zoo, keeper = (TOKENIZER.encode(w, add_special_tokens=False).ids for w in ("what", "zoo", "keeper"))
    begin, sep = [TOKENIZER.token_to_id("[CLS]")], [TOKENIZER.token_to_id("[SEP]")]
    head = begin + QUESTION * what + sep
    assert len(pair.ids) == LONGEST
    assert list(pair.ids[:-1]) == (head + TITLE * zoo + sep + 999 * keeper)[: LONGEST - 1]
    assert pair.ids[-1] == sep[0]
    assert pair.first == len(head)


def test_what_ships_tells_what_answers_from_what_does_not(real: OnnxRanker) -> None:
    title = "Visitors flock to the new zoo"
    passages = [
        (title, "The keeper said that tickets cost four pounds and that the car park was full by noon."),
        (title, "On her first round the keeper saw two giraffes and a herd of zebras near the pond."),
        ("Council votes on budget", "The council met on Monday and put off the vote until the autumn."),
    ]
    scores = real.rank(ASKED, passages)
    assert scores[1] > scores[0] > scores[2]


def test_what_a_passage_gets_does_not_depend_on_the_others(real: OnnxRanker) -> None:
    passages = [("Zoo", f"The keeper saw {n} giraffes. " * n) for n in range(1, 9)]
    together = real.rank(ASKED, passages)
    assert together == [real.rank(ASKED, [passage])[0] for passage in passages]


@given(question=st.text(max_size=60), title=st.text(max_size=60), text=st.text(max_size=200))
def test_any_text_can_be_ranked(real: OnnxRanker, question: str, title: str, text: str) -> None:
    (score,) = real.rank(question, [(title, text)])
    assert abs(score) < 100


def test_the_weights_that_ship_need_no_slower_product_without_vnni() -> None:
    shipped = onnx.load(str(files("qa.neural") / "weights" / "ranker.onnx")).graph.initializer
    held = [numpy_helper.to_array(tensor) for tensor in shipped if tensor.data_type == TensorProto.INT8 and tensor.dims]
    assert len(held) > 30
    assert max(int(abs(weights.astype(int)).max()) for weights in held) == 64


def test_damaged_weights_are_refused(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes() + b"\x00")
    with pytest.raises(ModelError, match="damaged or of another version"):
        open_ranker(threads=1, weights=weights)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"sha256": "0"}', "\x00"])
def test_a_card_that_cannot_be_read_is_refused_in_one_line(weights: Path, content: str) -> None:
    weights.with_suffix(".json").write_text(content)
    with pytest.raises(ModelError, match=r"card cannot be read: .*ranker\.json") as caught:
        open_ranker(threads=1, weights=weights)
    assert "\n" not in str(caught.value)


def test_a_card_of_another_version_is_refused(weights: Path) -> None:
    _write_card(weights, longest=512)
    with pytest.raises(ModelError, match="of another version"):
        open_ranker(threads=1, weights=weights)
