"""What speaks against a claim."""

from __future__ import annotations

import pytest

from qa.answering.verdicts import negated, negations, numbers, opposed
from qa.answering.wording import stem


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("This is not directed against any third party", 1),
        ("He denied that it wasn’t safe", 2),
        ("The ferry runs every ten minutes", 0),
        ("She ruled out a delay", 1),
        ("A notable northern knot", 0),
    ],
)
def test_negations(text: str, count: int) -> None:
    assert negations(text) == count


def test_numbers_are_read_in_digits_and_words() -> None:
    assert numbers("nine weeks and 4.2 million, 1,200 people") == {"9", "4.2", "1200"}


@pytest.mark.parametrize(
    ("claim", "said", "pairs"),
    [
        ("Did she support the plan", "she opposed the plan", 1),
        ("Did prices rise", "prices fell and fell and will decrease", 1),
        ("Did she support the plan", "she supports the plan", 0),
        ("Did they meet", "they met", 0),
    ],
)
def test_opposites(claim: str, said: str, pairs: int) -> None:
    assert opposed(claim, said) == pairs


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("This isn’t a new normal, Allen said", True),
        ("It is a new normal, and nobody doubts that summers will be hotter still", False),
        ("It is not that not normal", False),
        ("a new normal", False),
    ],
)
def test_a_negation_bears_on_what_follows_it_closely(text: str, answer: bool) -> None:
    assert negated(text, {stem("normal")}) is answer
