"""What counts as somebody's role, and what only stands beside a name."""

from __future__ import annotations

import pytest

from qa.attribution import find_statements
from tests.attribution.marking import marked


def role(source: str) -> str | None:
    (one,) = find_statements(*marked(f"[s1 {source}] [q1 said] [c1 the harbour would close]."))
    assert one.speaker is not None
    return one.speaker.role


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{P Ilse Maarten}, who serves as port adviser and has led its clinic,", "serves as port adviser"),
        ("{P Ilse Maarten}, who was the U.S. envoy to Oslo,", "was the U.S. envoy to Oslo"),
        ("three-time champion {P Ilse Maarten}", "three-time champion"),
        ("retired captain {P Ilse Maarten}", "retired captain"),
        ("the clinic's medical director Dr {P Ilse Maarten}", "clinic's medical director"),
        ("Its president, {P Ilse Maarten},", "president"),
        ("Norland’s foreign minister, {P Ilse Maarten},", "Norland’s foreign minister"),
        ("West Norland's governor, {P Ilse Maarten},", "West Norland's governor"),
        ("At Norland's port, {P Ilse Maarten}", None),
        ("{P Ilse Maarten}, Foreign Minister {P Odd Lunde} and a general", None),
        ("{P Ilse Maarten}, Sen. {P Odd Lunde}, and others", None),
        ("{P Ilse Maarten}, {P Lunde} campaign director,", "Lunde campaign director"),
        ("{P Ilse Maarten}, lawyer for {P Odd Lunde},", "lawyer for Odd Lunde"),
        ("{P Ilse Maarten}, who is the minister's cousin,", "the minister's cousin"),
        ("{P Ilse Maarten}, the member for Oslo, who was warned by the Speaker", "the member for Oslo"),
        ("{P Ilse Maarten}, who is the minister's cousin and sits for Dunmarsh,", "the minister's cousin"),
        ("Prime Minister {P Ilse Maarten}", "Prime Minister"),
        ("Bank of Norland governor {P Ilse Maarten}", "Bank of Norland governor"),
        ("Norway's Attorney General {P Ilse Maarten}", "Norway's Attorney General"),
        ("port spokesman Sgt. {P Ilse Maarten}", "port spokesman"),
        ("Republican Sen. {P Ilse Maarten}", "Republican Sen."),
        ("HARBOUR EXPLOSION Norwegian minister {P Ilse Maarten}", "Norwegian minister"),
        ("{P Ilse Maarten}, a captain fired after,", "a captain fired"),
        ("the mayor, {P Ilse Maarten},", "the mayor"),
        ("{P Ilse Maarten}, R-Utah,", "Utah Republican"),
        ("{P Ilse Maarten} (D-N.J.)", "N.J. Democrat"),
    ],
)
def test_roles(source: str, expected: str) -> None:
    assert role(source) == expected


@pytest.mark.parametrize("space", [" ", "\n", "\n\n"])
@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("The mayor of Velden, {P Ilse Maarten},", "The mayor of Velden"),
        ("A spokeswoman for the minister, {P Ilse Maarten},", "A spokeswoman for the minister"),
        ("Its deputy leader, {P Ilse Maarten},", "deputy leader"),
    ],
)
def test_a_role_may_open_any_sentence(source: str, expected: str, space: str) -> None:
    (one,) = find_statements(*marked(f"It rained.{space}[s1 {source}] [q1 said] [c1 the harbour would close]."))
    assert one.speaker is not None
    assert one.speaker.role == expected


@pytest.mark.parametrize(
    ("source", "stranger"),
    [
        ("{P Ilse Maarten}, who was killed in a 2011 strike,", "killed"),
        ("{P Ilse Maarten}, who is often tired,", "tired"),
        ("{P Ilse Maarten}, a captain at heart though he never quite knew what he really wanted,", "he"),
        ("{P Ilse Maarten}, a governor, and Rep. {P Tom Veld},", "Rep."),
        ("Though Mr. {P Ilse Maarten}", "Though"),
        ("in ways Mrs. {P Ilse Maarten}", "ways"),
    ],
)
def test_what_is_no_role(source: str, stranger: str) -> None:
    assert stranger not in (role(source) or "").split()


@pytest.mark.parametrize(
    "text",
    [
        "On the board's side, {P Ilse Maarten} won. [s1 {P Ilse Maarten}] [q1 said] [c1 it closes].",
        "{P Ilse Maarten}, the director and Tom will also hold a talk. [s1 {P Ilse Maarten}] [q1 said] [c1 it closes].",
        "[s2 {P Tom Veld}] [q2 said] [c2 {P Ilse Maarten} was the founder of the leak]."
        " [s1 {P Ilse Maarten}] [q1 said] [c1 it closes].",
        "Like {P Ilse Maarten}, harbour president still mum. [s1 {P Ilse Maarten}] [q1 said] [c1 it closes].",
    ],
)
def test_what_stands_beside_a_name_by_chance_is_no_role(text: str) -> None:
    said = [s.speaker for s in find_statements(*marked(text)) if s.speaker and "Ilse" in s.speaker.name]
    assert [speaker.role for speaker in said] == [None]


@pytest.mark.parametrize(
    ("source", "roles"),
    [
        ("The envoy of Norland, {P Kari Sund}, met the German chancellor, {P Otto Brahms}.", ["The envoy of Norland"]),
        ("The envoy of Norland, Ms. {P Kari Sund}, met the king.", ["The envoy of Norland"]),
        ("The Australian envoy, {P Kari Sund}, and the French envoy, {P Luc Morel}, met.", ["The Australian envoy"]),
        ("{P Kari Sund} and {P Luc Morel}, the French envoy, met.", [None]),
        ("In the debate {P Kari Sund}, and the senator {P Luc Morel}, met.", [None]),
    ],
)
def test_what_somebody_does_and_who_is_named_beside_them_is_no_role(source: str, roles: list[str | None]) -> None:
    found = find_statements(*marked(f"{source} [s1 {{P Sund}}] [q1 said] [c1 the harbour would close]."))
    assert [one.speaker.role for one in found if one.speaker] == roles


def test_a_role_behind_the_verb_of_its_sentence() -> None:
    text = "Its lawyer had lost trust in the chairman, {P Ilse Maarten}, and left. [s1 {P Maarten}] [q1 said] [c1 no]."
    (one,) = find_statements(*marked(text))
    assert one.speaker is not None
    assert one.speaker.role == "the chairman"


def test_what_somebody_says_is_not_what_they_are() -> None:
    (one,) = find_statements(*marked("[c1 The girl woke up with no memory of it], [s1 {P Ilse Maarten}] [q1 said]."))
    assert one.speaker is not None
    assert one.speaker.role is None
