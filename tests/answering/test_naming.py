"""Whom words mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.naming import Roster, acronym, head, name_fit, name_tokens, namesake, same_name
from qa.domain import Speaker, SpeakerKind

SPEAKERS = (
    Speaker("Kazem Jalali", "Ambassador of Iran to Russia", ("Jalali",)),
    Speaker("Reza Khosravi Moghaddam", "military attaché"),
    Speaker("Anna Will"),
    Speaker("World Health Organization (WHO)", None, (), SpeakerKind.ORGANISATION),
    Speaker("Ann Price"),
    Speaker("Bob Price"),
)
ROSTER = Roster(SPEAKERS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What did Kazem Jalali say?", ["Kazem Jalali"]),
        ("what did jalali say", ["Kazem Jalali"]),
        ("What did Jallali say?", ["Kazem Jalali"]),
        ("jalalis warning", ["Kazem Jalali"]),
        ("Did Khosravi Moghaddam answer Jalali?", ["Reza Khosravi Moghaddam", "Kazem Jalali"]),
        ("What will he say?", []),
        ("What did Will say?", ["Anna Will"]),
        ("Did the WHO object?", ["World Health Organization (WHO)"]),
        ("Ann Price on prices", ["Ann Price"]),
    ],
)
def test_names_are_found(text: str, names: list[str]) -> None:
    assert [found.speakers[0].name for found in ROSTER.find(text)] == names


CROWD = Roster(
    [
        *SPEAKERS,
        Speaker("Tim Canova"),
        Speaker("Maxine Waters"),
        Speaker("Sam Taylor"),
        Speaker("the team doctor", None, (), SpeakerKind.ROLE),
        Speaker("a number of countries", None, (), SpeakerKind.GROUP),
        Speaker("Old Farmer’s Almanac", None, (), SpeakerKind.ORGANISATION),
        Speaker("a study released Friday", None, (), SpeakerKind.DOCUMENT),
        Speaker("Hillel International", None, (), SpeakerKind.ORGANISATION),
        *(Speaker(f"Xavier{n} Zylinski{n}") for n in range(60)),
    ]
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What did Kazem Jalali say?", ["Kazem Jalali"]),
        ("what did jalali say about maxine waters", ["Kazem Jalali", "Maxine Waters"]),
        ("What did Jallali say?", ["Kazem Jalali"]),
        ("Jalali on whether Miranda is dead", ["Kazem Jalali"]),
        ("What did Maxine say?", ["Maxine Waters"]),
        ("Where was the water of Velden analysed?", []),
        ("How old was the youngest marshal?", []),
        ("How many girls compete on Friday?", []),
        ("When will Tim Scott be in Iowa?", []),
        ("How many mourners filled St. Peter's Square?", []),
        ("Did Hillel International object?", ["Hillel International"]),
    ],
)
def test_among_many_it_must_be_plain_that_a_word_is_a_name(text: str, names: list[str]) -> None:
    assert [found.speakers[0].name for found in CROWD.find(text)] == names


def test_among_many_what_somebody_is_must_be_said_not_what_else_stands_in_a_role() -> None:
    doctor, few = Speaker("the team doctor", None, (), SpeakerKind.ROLE), Roster(SPEAKERS)
    assert CROWD.bears("doctor", doctor)
    assert not CROWD.bears("team", doctor)
    assert few.bears("team", doctor)


def test_a_surname_of_two_means_either() -> None:
    (found,) = ROSTER.find("What did Price say?")
    assert {s.name for s in found.speakers} == {"Ann Price", "Bob Price"}
    assert found.weights[0] == found.weights[1]


def test_another_first_name_is_somebody_else() -> None:
    assert name_fit(["hassan", "jalali"], SPEAKERS[0]) < 0.3


@pytest.mark.parametrize(
    ("before", "name", "another"),
    [
        ("Bill", "William Brandt", False),
        ("Robert", "Bob Brandt", False),
        ("Ana", "Anna Brandt", False),
        ("A.", "Anna Brandt", False),
        ("President", "Anna Brandt", False),
        ("French", "Anna Brandt", False),
        ("Karl", "Anna Brandt", True),
        ("karl", "Anna Brandt", True),
    ],
)
def test_a_first_name_that_is_not_theirs_makes_it_somebody_else(before: str, name: str, another: bool) -> None:
    assert namesake(before, Speaker(name)) is another


def test_a_role_finds_its_bearer() -> None:
    speakers, weights = ROSTER.by_role("the attaché")
    assert speakers[0].name == "Reza Khosravi Moghaddam"
    assert 0 < weights[0] <= 1


@pytest.mark.parametrize(
    ("phrase", "name"),
    [("the envoy", "Kazem Jalali"), ("the diplomat from Iran", "Kazem Jalali"), ("the military officer", None)],
)
def test_a_like_word_finds_the_bearer_of_a_role(phrase: str, name: str | None) -> None:
    speakers, weights = ROSTER.by_role(phrase)
    assert name is None or speakers[0].name == name
    assert all(weight < 0.9 for weight in weights)


def test_not_every_attorney_prosecutes() -> None:
    assert Roster([Speaker("Odd Lunde", "defense attorney")]).by_role("the prosecutor") == ((), ())


@pytest.mark.parametrize(
    ("role", "phrase"),
    [
        ("Virginia Gov.", "the governor"),
        ("Virginia Gov.", "the ex-governor"),
        ("the former United Nations envoy", "the UN envoy"),
        ("Uruguay's captain", "the Uruguayan"),
        ("Chief Executive of Paylark", "the Paylark CEO"),
        ("Assistant State's Attorney", "the prosecutor"),
        ("U.S. Attorney for Maine", "the prosecutor"),
    ],
)
def test_a_role_is_known_in_other_words(role: str, phrase: str) -> None:
    bearer = Speaker("Odd Lunde", role)
    speakers, weights = Roster([Speaker("Ann Price", "baker"), bearer]).by_role(phrase)
    assert speakers[:1] == (bearer,)
    assert weights[0] >= 0.85


@pytest.mark.parametrize(
    ("name", "short"),
    [("World Health Organization", "who"), ("Reuters", ""), ("the police", ""), ("Bank of Japan", "bj")],
)
def test_acronyms(name: str, short: str) -> None:
    assert acronym(name) == short


@given(st.text(max_size=200))
def test_any_text_can_be_searched_for_names(text: str) -> None:
    for found in ROSTER.find(text):
        assert 0 <= found.start < found.end <= len(text) + 1
        assert list(found.weights) == sorted(found.weights, reverse=True)


def test_the_head_of_a_description_stands_for_the_like_of_it() -> None:
    assert "lead" in head("the union boss")
    assert head("the boss's daughter from Dunmarsh") == head("daughter")
    assert head("—") == frozenset()


def test_a_name_without_letters_is_its_own_word() -> None:
    assert name_tokens("—") == ("—",)
    assert not same_name(Speaker("—"), Speaker("Tomas Reyes"))


def test_somebody_is_meant_before_several_of_whom_they_are_one() -> None:
    alone = Speaker("Odd Lunde", "mayor", ("Lunde",))
    both = Speaker("Ida Brandt and Odd Lunde", None, ("Ida Brandt", "Odd Lunde"), SpeakerKind.GROUP)
    (found,) = Roster([both, alone]).find("What did Odd Lunde say?")
    assert found.speakers == (alone, both)
