"""A number as an answer, with what it counts."""

from __future__ import annotations

import pytest

from qa.answering.figures import in_digits, unrounded, with_unit
from qa.domain import Span


@pytest.mark.parametrize(
    ("text", "number", "shown"),
    [
        ("The outage lasted almost nine hours.", "nine", "almost nine hours"),
        ("The outage lasted nine.", "nine", "nine"),
        ("It cost 4.2 million crowns in all.", "4.2", "4.2 million crowns"),
        ("It cost £48 for adults.", "£48", "£48"),
        ("It cost $25 million in all.", "25", "$25 million"),
        ("Adverts are 90% of what it earns.", "90", "90%"),
        ("Nearly 54 percent of voters agree.", "54", "Nearly 54 percent"),
        ("It is processing 284 unfair labor practice cases.", "284", "284 unfair labor practice cases"),
        ("About 3,500 small fish died.", "3,500", "About 3,500 small fish"),
        ("It has 12 mostly idle.", "12", "12"),
        ("It began in 2019 after protests.", "2019", "2019"),
        ("There was one quiet survivor.", "one", "one"),
        ("There was one survivor.", "one", "one survivor"),
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


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Two in five people agree.", "40% people agree."),
        ("four fifths of it, one out of every ten", "80% of it, 10%"),
        ("some five hundred shelters", "some 500 shelters"),
        ("twenty-five thousand of thirty-two", "25000 of 32"),
        ("one in three", "one in three"),
        ("five in the morning", "five in the morning"),
    ],
)
def test_numbers_written_as_words_and_shares(text: str, digits: str) -> None:
    assert in_digits(text) == digits
