"""Which names are one person's and which several people's, in small articles with hand-made markup."""

from __future__ import annotations

import time

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


@pytest.mark.parametrize(
    ("short", "who"),
    [
        ("Mr. {P de Vries}", "Karel de Vries"),
        ("Ms. {P de Vries}", "Anna de Vries"),
        ("{P Ms. de Vries}", "Anna de Vries"),
        ("Sen. {P de Vries}", "Karel de Vries"),
        ("Mayor {P de Vries}", "Anna de Vries"),
        ("Mayor {P Vries}", "Anna de Vries"),
    ],
)
def test_a_title_tells_whose_a_shared_surname_is(short: str, who: str) -> None:
    names = speakers(
        "[s1 Mayor {P Anna de Vries}] [q1 said] [c1 yes]. [s2 Sen. {P Karel de Vries}] [q2 said] [c2 no].\n\n"
        f"[s3 {short}] [q3 added] [c3 that it was late]."
    )
    assert names == ["Anna de Vries", "Karel de Vries", who]


def test_a_surname_is_whose_it_is_to_the_letter() -> None:
    names = speakers(
        "[s1 {P Sarah Johnson}] [q1 said] [c1 yes]. [s2 {P Mark Johnston}] [q2 said] [c2 no].\n\n"
        "[s3 {P Johnston}] [q3 added] [c3 that it was late], and [s4 {P Johnson}] [q4 said] [c4 it was early]."
    )
    assert names == ["Sarah Johnson", "Mark Johnston", "Mark Johnston", "Sarah Johnson"]


@pytest.mark.parametrize("short", ["Darwish", "al-Darwish"])
def test_a_surname_may_lack_its_article(short: str) -> None:
    text = f"[s1 {{P Bashar al-Darwish}}] [q1 said] [c1 yes]. [s2 {{P {short}}}] [q2 said] [c2 no]."
    assert speakers(text) == ["Bashar al-Darwish"] * 2


@pytest.mark.parametrize("name", ["eBay Holding", "easyJet plc", "al-Ordu in Norland"])
def test_a_name_that_begins_with_a_small_letter_is_kept_whole(name: str) -> None:
    assert speakers(f"[s1 {{O {name}}}] [q1 said] [c1 it would pay].") == [name]


def test_a_short_name_is_whose_full_one_was_there_before() -> None:
    names = speakers(
        "[s1 {P Bao Wen}] [q1 said] [c1 yes]. [s2 {P Bao}] [q2 said] [c2 tests would take a week].\n\n"
        "[s3 {P Fang Bao}] [q3 said] [c3 no]. [s4 {P Bao}] [q4 said] [c4 it was late]."
    )
    assert names[:3] == ["Bao Wen", "Bao Wen", "Fang Bao"]


@pytest.mark.parametrize(
    ("rest", "who"),
    [
        ("[s2 Pike] [q2 told] [c2 the court that the van was blue]", "Jordan Pike"),
        ("[s2 PIKE] [q2 told] [c2 the court that the van was blue]", "Jordan Pike"),
        ("{O Pike Motors} was silent, and [s2 Pike] [q2 said] [c2 the van was blue]", "Pike"),
        ("[s2 Jordan] [q2 said] [c2 its border was open]", "Jordan"),
    ],
)
def test_a_surname_that_was_not_marked_is_the_persons(rest: str, who: str) -> None:
    assert speakers(f"[s1 {{P Jordan Pike}}] [q1 said] [c1 yes]. {rest}.") == ["Jordan Pike", who]


@pytest.mark.parametrize(
    ("source", "who"),
    [
        ("[s1 {O Holm}’s] [q1 said] [c1 it would close]. [s2 {O Holm}] [q2 added] [c2 that it was sorry]", "Holm’s"),
        ("[s1 {O Holm}'s] [q1 says] [c1 it will close]. [s2 {O Holm}] [q2 added] [c2 that it was sorry]", "Holm's"),
        ("[s1 {O Holm}] [q1 said] [c1 yes]. [s2 {O Holm}’s] [q2 claim] [c2 that it was late]", "Holm"),
        ("[s1 {P Holm}] [q1 said] [c1 yes]. Holm’s said to be ill. [s2 {P Holm}] [q2 said] [c2 no]", "Holm"),
        ("[s1 {O Holm}] [q1 said] [c1 yes]. Holm’s would-be buyer left. [s2 {O Holm}] [q2 said] [c2 no]", "Holm"),
    ],
)
def test_a_company_whose_name_ends_like_a_possessive_keeps_its_end(source: str, who: str) -> None:
    assert speakers(f"{source}.") == [who, who]


def test_a_word_without_end_is_read_quickly() -> None:
    started = time.perf_counter()
    assert speakers(f"[s1 {{O Holm}}] [q1 said] [c1 yes]. {'ab' * 10_000}.") == ["Holm"]
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("short", "who"),
    [("Ms. {P Holm}", "Holm"), ("Mr. {P Holm}", "Erik Holm"), ("{P Holm}", "Erik Holm"), ("Dr. {P Holm}", "Erik Holm")],
)
def test_a_womans_title_is_not_a_mans(short: str, who: str) -> None:
    assert speakers(f"[s1 {{P Erik Holm}}] [q1 said] [c1 yes]. [s2 {short}] [q2 said] [c2 no].") == ["Erik Holm", who]


def test_a_family_name_before_the_given_one_has_no_gender() -> None:
    text = "[s1 {P Maria Jun}] [q1 said] [c1 yes]. [s2 Mr. {P Maria}] [q2 said] [c2 no]."
    assert speakers(text) == ["Maria Jun"] * 2
