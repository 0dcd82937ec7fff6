"""Which names are one person's and which several people's, in small articles with hand-made markup."""

from __future__ import annotations

import pytest

from qa.attribution import find_statements
from tests.attribution.marking import marked


def speakers(source: str) -> list[str | None]:
    return [s.speaker.name if s.speaker else None for s in find_statements(*marked(source))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna de Vries", "Karel de Vries"),
        ("Juan Ortega Lara", "Pedro Ortega Lara"),
        ("Robert Hansen", "Roberta Hansen"),
        ("Daniel Roth", "Daniela Roth"),
        ("Martin Kolb", "Martina Kolb"),
    ],
)
def test_relatives_stay_two_people(one: str, other: str) -> None:
    names = speakers(f"[s1 {{P {one}}}] [q1 said] [c1 yes]. [s2 {{P {other}}}] [q2 said] [c2 no].")
    assert names == [one, other]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ursula van der Berg", "van der Berg"),
        ("Elisabet Novak", "Elisabeth Novak"),
        ("María José Lara", "José Lara"),
    ],
)
def test_a_shorter_or_other_spelling_is_the_same_person(one: str, other: str) -> None:
    names = speakers(f"[s1 {{P {one}}}] [q1 said] [c1 yes]. [s2 {{P {other}}}] [q2 said] [c2 no].")
    assert len(set(names)) == 1
