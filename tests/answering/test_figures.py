"""A number as an answer, with what it counts."""

from __future__ import annotations

import pytest

from qa.answering.figures import unrounded, with_unit
from qa.domain import Span


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("The outage lasted almost nine hours.", "nine", "almost nine hours"),
        ("The outage lasted nine.", "nine", "nine"),
        ("It cost 4.2 million crowns in all.", "4.2", "4.2 million crowns"),
        ("It cost £48 for adults.", "£48", "£48"),
        ("More than 38 of them fell ill.", "38", "More than 38"),
        ("Nobody would pay more than 38 crowns.", "38", "38 crowns"),
        ("Karin Voss said so.", "Voss", "Voss"),
        ("38", "38", "38"),
    ],
)
def test_a_bare_number_takes_its_unit_along(text: str, number: str, shown: str) -> None:
    start = text.index(number)
    assert with_unit(text, Span(start, start + len(number))) == shown


@pytest.mark.parametrize(
    ("claim", "exact"),
    [
        ("hire about 300 people", "hire about 298 people"),
        ("hire 300 people", "hire 300 people"),
        ("hire about 400 people", "hire about 400 people"),
        ("hire about 299 people", "hire about 299 people"),
        ("hire around 12 people", "hire around 12 people"),
    ],
)
def test_a_round_number_stands_for_the_one_it_rounds(claim: str, exact: str) -> None:
    assert unrounded(claim, {"12", "298"}) == exact
