"""Whose ambassador is asked about."""

from __future__ import annotations

import pytest

from qa.answering.naming import Roster
from qa.answering.nations import nations, of_another_nation
from qa.domain import Speaker, SpeakerKind

ENVOY = Speaker("Odd Lunde", "the Ambassador of the Kingdom of Norway to Japan")


@pytest.mark.parametrize(
    ("described", "found"),
    [
        ("the US ambassador", {"america"}),
        ("tell us", set()),
        ("a U.S. envoy", {"america"}),
        ("the ambassador of Norway to Japan", {"norway"}),
        ("the Dutch premier", {"netherlands"}),
        ("the Saudi ambassador", {"saudi"}),
        ("South Korean officials", {"korea"}),
        ("the New Zealand prime minister", {"zealand"}),
        ("the mayor", set()),
    ],
)
def test_nations_are_found_by_country_and_adjective(described: str, found: set[str]) -> None:
    assert nations(described) == found


def test_only_what_is_expressly_of_another_nation_is_another_s() -> None:
    assert of_another_nation("the Japanese ambassador", ENVOY)
    assert not of_another_nation("the Norwegian ambassador", ENVOY)
    assert not of_another_nation("the ambassador", ENVOY)
    assert not of_another_nation("the Norwegian coach", Speaker("Michael Jordan", "coach"))
    assert of_another_nation("the Norwegian ministry", Speaker("Ministry of Japan", None, (), SpeakerKind.ORGANISATION))


def test_a_compatriot_is_found_behind_a_crowd_of_other_nations() -> None:
    others = [Speaker(f"Ken Mori {number}", "the ambassador of Japan") for number in range(20)]
    speakers, _ = Roster([*others, ENVOY]).by_role("the Norwegian ambassador")
    assert speakers == (ENVOY,)
