"""What the ranker learns from: groups drawn by the search's scores, and a loss that goes down where it should."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
import torch

from training.ranker import train
from training.ranker.train import HELD, Listed, Ranking, chosen, group, kept_out, loss_of
from training.reader.model import ReaderModel, blank
from training.trunk import TRUNK, tokenizer_of


def _row(article: str, windows: list[tuple[str, float, bool]], answer: str = "giraffes") -> dict[str, Any]:
    found = [
        {"article": a, "title": a, "text": f"{a} {n}", "score": score, "answers": answers}
        for n, (a, score, answers) in enumerate(windows)
    ]
    return {"question": f"What of {article}?", "answer": answer, "article": article, "windows": found}


@pytest.fixture
def row() -> dict[str, Any]:
    """A question whose own article answers, and another by chance."""
    return _row("own", [("own", 3.0, True), ("other", 2.0, True), ("third", 1.0, False)])


def test_a_quiz_question_is_learnt_without_its_own_article(
    row: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "HELD", 0)
    first, second = chosen([row], [], 0, 0)
    assert first == second
    assert [title for title, _ in first.passages] == ["other", "third"]
    assert first.answers == (True, False)


def test_some_articles_questions_are_kept_out() -> None:
    rows = [_row(f"{n}", [("x", 1.0, True), ("y", 0.0, False)]) for n in range(3 * HELD)]
    learnt = {one.question.removesuffix("?").split()[-1] for one in chosen(rows, [], 0, 0)}
    assert len(learnt) == 2 * HELD
    assert learnt.isdisjoint(kept_out(rows))


@pytest.mark.parametrize("answer", ["$1", "five", "12", "2.5"])
def test_answers_that_stand_anywhere_teach_nothing(
    row: dict[str, Any], answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train, "HELD", 0)
    assert chosen([row | {"answer": answer}], [], 9, 9) == []


def test_of_questions_on_what_is_said_only_their_article_answers(row: dict[str, Any]) -> None:
    (one,) = chosen([], [row], 0, 1)
    assert one.answers == (True, False, False)


def test_a_group_has_what_answers_first_and_mostly_what_search_puts_high() -> None:
    scores = (0.0, 9.0, 2.0, 1.0, 0.0, -9.0)
    one = Listed("?", tuple((str(n), "") for n in range(6)), scores, (True, False, False, False, False, False))
    chance, seen = random.Random(1), Counter[str]()
    for _ in range(200):
        passages, answers = group(one, 3, chance)
        assert answers == [True, False, False]
        assert passages[0] == ("0", "")
        seen.update(title for title, _ in passages[1:])
    assert seen["1"] == 200
    assert seen["2"] > seen["3"] > seen["4"] > seen["5"]


def test_the_loss_goes_down_as_the_model_learns_and_the_lowest_layers_stay() -> None:
    torch.manual_seed(3)
    model = Ranking(ReaderModel(blank(2), 0.0), 1)
    frozen = [weight.clone() for weight in model.trunk.encoder.layer[0].parameters()]
    one = Listed(
        "Which animals?", (("Zoo", "Two giraffes."), ("Budget", "The council met.")), (0.0, 0.0), (True, False)
    )
    learnt = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(learnt, lr=1e-3)
    losses = []
    for _ in range(12):
        loss = loss_of(model, tokenizer_of(TRUNK), [one, one], 2, random.Random(1))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2
    kept = model.trunk.encoder.layer[0].parameters()
    assert all(torch.equal(old, new) for old, new in zip(frozen, kept, strict=True))
