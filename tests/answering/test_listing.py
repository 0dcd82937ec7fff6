"""Who belongs in a list: what is learnt from, and what the weights that ship make of it."""

from __future__ import annotations

from dataclasses import replace

from qa.answering.calibration import FEATURES, LISTING, shipped
from qa.answering.listing import listed, weighed
from qa.answering.types import UNREAD, Candidate, Kind, Understood
from qa.domain import Mode, Question, Speaker, SpeakerKind
from tests.answering.town import STATEMENTS

SPOKEN = [s for s in STATEMENTS if s.speaker]


def candidate(speaker: Speaker, score: float, mode: Mode = Mode.INDIRECT) -> Candidate:
    statement = replace(SPOKEN[0], speaker=speaker, mode=mode)
    return Candidate(statement.article_id, statement.span, statement, score)


def understood(text: str) -> Understood:
    return Understood(Question(text), Kind.LIST, text, text)


def person(name: str) -> Speaker:
    return Speaker(name, kind=SpeakerKind.PERSON)


PAPER = Speaker("Aldport Courier", kind=SpeakerKind.ORGANISATION)


def test_the_signs_are_told_in_the_order_of_their_names() -> None:
    few = [candidate(person("Ada Holm"), 0.8, Mode.DIRECT), candidate(PAPER, 0.4)]
    found = [dict(zip(LISTING, signs, strict=True)) for _, _, signs in weighed(understood("Which papers spoke?"), few)]
    assert [sign["behind"] for sign in found] == [0.0, found[1]["behind"]]
    assert found[1]["behind"] < 0
    assert [(sign["person"], sign["direct"], sign["body"]) for sign in found] == [(1, 1, 0), (0, 0, 1)]
    assert few[0].odds == UNREAD
    assert all(sign["read"] == sign["less_relevant"] == 0 for sign in found)


def test_whom_the_question_names_is_no_answer_to_it() -> None:
    few = [candidate(person("Ada Holm"), 0.8), candidate(person("Bo Lind"), 0.8)]
    asked = [signs[LISTING.index("asked")] for _, _, signs in weighed(understood("Who spoke of Holm?"), few)]
    assert asked == [1.0, 0.0]


def test_whom_the_question_sets_aside_is_left_out() -> None:
    few = [candidate(person("Ada Holm"), 0.9), candidate(person("Bo Lind"), 0.2)]
    for question in ("Who besides Holm spoke?", "Apart from Ada Holm, which people spoke?"):
        assert [speaker.name for _, speaker, _ in weighed(understood(question), few)] == ["Bo Lind"]


def test_of_two_statements_the_likelier_stands_for_its_speaker() -> None:
    few = [candidate(person("Ada Holm"), 0.5), candidate(person("Holm"), 0.5, Mode.DIRECT)]
    assert listed(understood("Who spoke?"), few, shipped(), 8) == few[1:]


def test_who_is_quoted_is_shown_by_words_in_quotation_marks_where_these_are_near() -> None:
    told, quoted = candidate(person("Ada Holm"), 0.95), candidate(person("Ada Holm"), 0.3, Mode.DIRECT)
    assert listed(understood("Who spoke?"), [told, quoted], shipped(), 8) == [told]
    assert listed(understood("Who is quoted?"), [told, quoted], shipped(), 8) == [quoted]
    far = replace(quoted, score=0.02)
    assert listed(understood("Who is quoted?"), [told, far], shipped(), 8) == [told]


def test_what_is_far_behind_is_left_out_unless_the_question_counts_on_it() -> None:
    few = [candidate(person("Ada Holm"), 0.9, Mode.DIRECT), candidate(PAPER, 0.002)]
    assert len(listed(understood("Who spoke on the ferry?"), few, shipped(), 8)) == 1
    assert len(listed(understood("Which two sources spoke on the ferry?"), few, shipped(), 8)) == 2


def test_of_several_articles_those_count_that_are_about_what_is_asked() -> None:
    other = replace(candidate(person("Bo Lind"), 0.3, Mode.DIRECT), article_id="other")
    few = [candidate(person("Ada Holm"), 0.8, Mode.DIRECT), other]
    assert listed(understood("Who is quoted on the ferry?"), few, shipped(), 8) == few[:1]
    assert len(listed(understood("Who is quoted?"), few, shipped(), 8)) == 2
    near = [few[0], replace(other, score=0.5)]
    assert len(listed(understood("Who is quoted on the ferry?"), near, shipped(), 8)) == 2


def test_nobody_is_nobody() -> None:
    assert listed(understood("Who spoke?"), [], shipped(), 8) == []


def test_who_takes_a_side_has_a_line_that_answers_by_itself() -> None:
    odds = FEATURES.index("odds")
    few = [
        replace(candidate(person(name), 0.8), features=tuple(at if i == odds else 0.0 for i in range(len(FEATURES))))
        for name, at in (("Ada Holm", 1.5), ("Bo Lind", 0.2), ("Cy Moe", -0.2))
    ]
    assert listed(understood("Who spoke about the ferry?"), few, shipped(), 8) == few
    assert listed(understood("Who criticised the ferry?"), few, shipped(), 8) == few[:2]
    assert listed(understood("Who criticised the ferry?"), few[2:], shipped(), 8) == []
