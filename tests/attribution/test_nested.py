"""Statements inside the words of others."""

from __future__ import annotations

from dataclasses import replace

from qa.attribution import find_statements
from qa.domain import Statement
from tests.attribution.marking import marked


def found(source: str) -> list[Statement]:
    return list(find_statements(*marked(source)))


def credited(source: str) -> list[tuple[str | None, tuple[str, ...]]]:
    return [(s.speaker.name if s.speaker else None, s.via) for s in found(source)]


def test_what_somebody_is_said_to_have_said_is_theirs_via_the_one_who_says_so() -> None:
    outer, inner = found(
        "[c1 [s2 {P Ida Brandt}] [q2 warned] [c2 of a strike]], [s1 {P Odd Lunde}] [q1 told] the paper."
    )
    assert (outer.speaker.name, outer.via) == ("Odd Lunde", ()) if outer.speaker else False
    assert (inner.speaker.name, inner.via) == ("Ida Brandt", ("Odd Lunde",)) if inner.speaker else False
    assert (inner.words, inner.cue.text if inner.cue else None) == ("of a strike", "warned")


def test_what_somebody_says_of_what_they_said_themselves_is_no_second_statement() -> None:
    source = "[s1 {P Ida Brandt}] [q1 said] [c1 [s2 she] [q2 told] the crew [c2 to wait]]."
    assert credited(source) == [("Ida Brandt", ())]


def test_a_second_verb_shares_the_source_inside_too() -> None:
    source = (
        "[s1 {P Odd Lunde}] [q1 said] [c1 [s2 {P Ida Brandt}] [q2 praised] [c2 us] and [q3 said] [c3 it was late]]."
    )
    assert credited(source) == [("Odd Lunde", ()), ("Ida Brandt", ("Odd Lunde",)), ("Ida Brandt", ("Odd Lunde",))]


def test_only_what_was_surely_tagged_stands_inside() -> None:
    article, markup = marked("[s1 {P Odd Lunde}] [q1 said] [c1 [s2 {P Ida Brandt}] [q2 warned] [c2 of a strike]].")
    unsure = tuple(tuple(replace(tag, confidence=0.6) for tag in tags) for tags in markup.nested)
    assert len(find_statements(article, markup)) == 2
    assert len(find_statements(article, replace(markup, nested=unsure))) == 1


def test_whoever_speaks_inside_does_not_become_who_speaks_next() -> None:
    source = (
        "[s1 {P Odd Lunde}] [q1 said] [c1 [s2 {P Ida Brandt}] [q2 warned] [c2 of a strike]].\n\n[c3 “It will be long,”]"
        " [s3 he] [q3 added]."
    )
    plain = source.replace("[s2 {P Ida Brandt}] [q2 warned] [c2 of a strike]", "{P Ida Brandt} warned of a strike")
    assert [c for c in credited(source) if not c[1]] == credited(plain)


def test_whoever_was_told_something_did_not_say_it() -> None:
    assert credited("[s1 {O Harbour Crew}] [q1 were told] [c1 that the gate was shut].") == [(None, ())]
    assert credited("[s1 {P Ida Brandt}] [q1 told] them [c1 that the gate was shut].") == [("Ida Brandt", ())]


def test_a_name_that_only_opens_a_compound_does_not_speak() -> None:
    (statement,) = found("[s1 six {M Republican}-led states] [q1 argued] [c1 that it was void].")
    assert statement.speaker
    assert statement.speaker.name == "six Republican-led states"


def test_a_given_name_written_short_belongs_to_the_name() -> None:
    (statement,) = found("[s1 Major {P Md}. {P Shafiq Rahim}] [q1 said] [c1 that nobody was hurt].")
    assert statement.speaker
    assert statement.speaker.name == "Md. Shafiq Rahim"


def test_a_quotation_that_a_paper_passes_on_is_all_its_speakers_with_what_follows() -> None:
    quoted = "[c1 [c2 “It is over,”] [s2 {P Ida Brandt}] [q2 said] on Friday]"
    (only,) = found(f"{quoted}, [q1 according to] [s1 {{O Reuters}}]. [c1 “Nobody will pay.”]")
    assert (only.speaker.name, only.via) == ("Ida Brandt", ("Reuters",)) if only.speaker else False
    assert only.words == "“It is over,” “Nobody will pay.”"


def test_what_else_stands_in_such_a_quotation_is_kept() -> None:
    quoted = "[c1 [c2 “It is over,”] [s2 {P Ida Brandt}] [q2 said], after [s3 {P Odd Lunde}] [q3 warned] [c3 of it]]"
    statements = found(f"{quoted}, [q1 according to] [s1 {{O Reuters}}].")
    assert [s.speaker.name for s in statements if s.speaker] == ["Ida Brandt", "Odd Lunde"]
