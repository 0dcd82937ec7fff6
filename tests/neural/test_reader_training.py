"""What the reader's figures and its training rest on: SQuAD's scores, the losses, contexts that map back exactly."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from qa.neural.embedder import open_tokenizer, package_folder
from qa.neural.reading import PairEncoder
from training.reader.data import Data
from training.reader.evaluate import exact_and_f1
from training.reader.judge import claimed, judging_loss
from training.reader.model import ALONE, agreement_loss, copying_loss, relevance_loss, span_loss
from training.reader.news import Question
from training.reader.pairs import Claim
from training.reader.rows import Batch, Row, batch
from training.reader.scenes import Said, Scene, sentences_of
from training.reader.spans import Asked, split, squad_groups

TEXT = "The mayor spoke. “We will rebuild the bridge,” said Ana Ruiz. She thanked the crews."


@pytest.fixture(scope="module")
def encoder() -> PairEncoder:
    return PairEncoder(open_tokenizer(package_folder() / "tokenizer.json", longest=None))


@pytest.mark.parametrize(
    ("said", "wordings", "em", "f1"),
    [
        ("", (), 1.0, 1.0),
        ("the Amazon", (), 0.0, 0.0),
        ("", ("Amazonia",), 0.0, 0.0),
        ("the Amazonia!", ("Amazonia",), 1.0, 1.0),
        ("in 1332", ("1332", "the year 1332"), 0.0, 2 / 3),
    ],
)
def test_answers_are_scored_as_squad_does(said: str, wordings: tuple[str, ...], em: float, f1: float) -> None:
    assert exact_and_f1(said, wordings) == pytest.approx((em, f1))


def _batch(group: list[int], relevant: list[bool]) -> Batch:
    blank = torch.zeros(len(group), 4, dtype=torch.long)
    unknown = torch.full((len(group),), -1)
    return Batch(
        blank, blank, blank, blank.bool(), blank.bool(), torch.tensor(group), torch.tensor(relevant), unknown
    )  # fmt: skip


class TestLosses:
    def test_a_context_alone_is_binary_cross_entropy(self) -> None:
        scores = torch.tensor([0.7, -1.3])
        meant = torch.nn.functional.binary_cross_entropy_with_logits(scores, torch.tensor([1.0, 0.0]))
        found = relevance_loss(scores, _batch([0, 1], [True, False])).item()
        assert found == pytest.approx(meant.item() * ALONE, abs=1e-5)

    def test_contexts_of_one_question_compete(self) -> None:
        loss = relevance_loss(torch.tensor([2.0, 1.0, 0.0]), _batch([0, 0, 0], [True, False, False]))
        assert loss.item() == pytest.approx(-math.log(math.e**2 / (1 + math.e**2 + math.e + 1)), abs=1e-5)

    def test_right_contexts_do_not_compete_with_each_other(self) -> None:
        loss = relevance_loss(torch.tensor([2.0, 2.0]), _batch([0, 0], [True, True]))
        assert loss.item() == pytest.approx(-math.log(math.e**2 / (1 + math.e**2)), abs=1e-5)

    def test_without_a_right_context_none_is_right(self) -> None:
        loss = relevance_loss(torch.tensor([1.0, 0.0]), _batch([0, 0], [False, False]))
        assert loss.item() == pytest.approx(math.log(1 + math.e + 1), abs=1e-5)

    def test_marked_tokens_and_only_they_lower_the_span_loss(self, encoder: PairEncoder) -> None:
        row = Row("Who?", TEXT, ((TEXT.index("Ana"), TEXT.index("Ana") + 8),), True)
        rows = batch([(row,)], encoder)
        right = torch.stack([rows.first, rows.last], dim=-1).float() * 9
        good, bad = span_loss(right, rows), span_loss(torch.zeros_like(right), rows)
        assert good < 0.1 < bad

    def test_unmarked_rows_do_not_train_spans(self, encoder: PairEncoder) -> None:
        rows = batch([(Row("Who?", TEXT, None, True),)], encoder)
        assert span_loss(torch.zeros(*rows.ids.shape, 2), rows).item() == 0.0

    def test_agreement_is_learnt_where_it_is_known(self, encoder: PairEncoder) -> None:
        row = Row("Did Ruiz say so?", TEXT, None, True)
        rows = batch([(replace(row, agrees=True),), (replace(row, agrees=False),), (row,)], encoder)
        right, wrong = torch.tensor([4.0, -4.0, 0.0]), torch.tensor([-4.0, 4.0, 0.0])
        assert agreement_loss(right, rows) < 0.1 < agreement_loss(wrong, rows)
        assert agreement_loss(wrong, batch([(row,)] * 3, encoder)).item() == 0.0

    def test_claims_about_one_sentence_are_told_apart(self, encoder: PairEncoder) -> None:
        row = Row("Did Ruiz say so?", TEXT, None, True)
        true, false = replace(row, agrees=True), replace(row, agrees=False)
        together, apart = batch([(true, false)], encoder), batch([(true,), (false,)], encoder)
        level, right = torch.tensor([1.0, 1.0]), torch.tensor([4.0, -4.0])
        assert judging_loss(level, apart) == agreement_loss(level, apart)
        assert judging_loss(level, together) > judging_loss(level, apart) + 0.3
        assert judging_loss(right, together) < 0.1

    def test_a_copy_of_the_teachers_mean_is_nearest_to_it(self, encoder: PairEncoder) -> None:
        rows = batch([(Row("Who?", TEXT, None, True),), (Row("Who?", TEXT, None, False),)], encoder)
        spans = torch.randn(*rows.ids.shape, 2, generator=torch.Generator().manual_seed(1))
        teacher = (spans, torch.tensor([2.0, -1.0]), torch.zeros(2))
        same = copying_loss(teacher, [teacher, teacher], rows)
        for off in (
            (spans + torch.arange(spans.shape[1])[None, :, None], *teacher[1:]),
            (spans, torch.tensor([0.0, -1.0]), teacher[2]),
        ):
            assert copying_loss(off, [teacher, teacher], rows) > same


def test_contexts_map_places_to_their_own_words() -> None:
    sentences = sentences_of(TEXT)
    content = (TEXT.index("We"), TEXT.index(",”"))
    scene = Scene("x", TEXT, sentences, (None, "Ana Ruiz", "Ana Ruiz"), (Said((content,), "Ana Ruiz", None),))
    assert scene.touched([content]) == [1]
    context = scene.context(0, 1, named=True)
    assert context.words.startswith("Ana Ruiz: The mayor spoke. “We")
    ((start, end),) = context.places([content])
    assert context.words[start:end] == "We will rebuild the bridge"
    assert scene.context(0, 0, named=True).speaker is None


@given(seed=st.integers(0, 10_000), whole=st.floats(0, 1))
def test_cropped_contexts_keep_their_answers(seed: int, whole: float) -> None:
    context = "Ana was born in 1950. Her town lies in the north. It has 4,000 people. The river floods it each spring."
    start = context.index("4,000")
    asked = [Asked("t", context, "How many people?", ((start, start + 5),), ("4,000",))]
    ((row,),) = squad_groups(asked, whole, random.Random(seed))
    assert row.relevant
    assert row.answers
    assert [row.context[a:b] for a, b in row.answers] == ["4,000"]


def test_articles_are_never_split_between_parts() -> None:
    asked = [Asked(f"title {n % 9}", "c", "q", (), ()) for n in range(90)]
    parts = split(asked, 3, 1, seed=4)
    titles = [{item.title for item in part} for part in parts]
    assert [len(t) for t in titles] == [5, 1, 3]
    assert not titles[0] & titles[1]
    assert not (titles[0] | titles[1]) & titles[2]


def test_the_judge_learns_nothing_of_articles_kept_out() -> None:
    scene = Scene("x", TEXT, sentences_of(TEXT), (None, "Ana Ruiz", "Ana Ruiz"), ())
    asked = Question("x-1", "verify", "Did Ruiz thank the crews?", scene, ((2, 2),), ("Ana Ruiz",), (), agrees=True)
    told = Claim("Ana Ruiz: She thanked the crews.", "Did Ruiz thank anybody?", "Did Ruiz thank the cooks?")
    data = Data([], [], [], [], [asked], [], {}, [], [told, replace(told, false="Did Ruiz blame the crews?")])
    verdict, about = claimed(data, frozenset(), 1, random.Random(1))
    assert [row.agrees for row in verdict] == [True]
    assert [row.agrees for row in about] == [True, False, False]
    assert {row.context for row in (*verdict, *about)} == {"Ana Ruiz: She thanked the crews."}
    assert claimed(data, frozenset({"x"}), 1, random.Random(1)) == []
    assert [len(group) for group in claimed(data, frozenset(), 3, random.Random(1))] == [1, 1, 1, 3]
