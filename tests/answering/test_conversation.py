"""The report of the ceremony, asked as its readers would, with the models that ship."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa import samples
from qa.asking import Asker
from qa.domain import Answer, Question, Turn
from qa.wiring import open_parts, read_settings


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    report = next(path for path in samples.paths() if path.stem == "army-day-moscow")
    with open_parts(read_settings(index=tmp_path_factory.mktemp("ceremony") / "index"), create=True) as parts:
        assert [outcome.status for outcome in parts.publisher.publish([str(report)])] == ["added"]
        yield parts.asker


def test_another_nation_s_ambassador_is_not_the_one_quoted(asker: Asker) -> None:
    right = asker.ask(Question("What did the Iranian ambassador say about the consulate?"))
    assert [speaker.name for speaker in right.speakers] == ["Kazem Jalali"]
    for question in ("What did the Israeli ambassador say about the consulate?", "What did the US ambassador say?"):
        assert asker.ask(Question(question)).abstained
    verdict = asker.ask(Question("Did the Israeli ambassador warn Tel Aviv?"))
    assert (verdict.verdict, [s.name for s in verdict.speakers]) == ("no", ["Kazem Jalali"])


@pytest.mark.parametrize("more", ["and what else did he say?", "What else?", "Did he say anything else?"])
def test_what_else_repeats_nothing(asker: Asker, more: str) -> None:
    question = "Who warned Tel Aviv?"
    first = asker.ask(Question(question))
    then = asker.ask(Question(more, (Turn(question, first.answer),)))
    assert [speaker.name for speaker in then.speakers] == ["Kazem Jalali"]
    assert not {c.quote for c in then.citations} & {c.quote for c in first.citations}
    assert len(then.citations) > 1


def asked(asker: Asker, *questions: str) -> Answer:
    """The answer to the last of ``questions``, asked one after another."""
    turns: list[Turn] = []
    for question in questions:
        answer = asker.ask(Question(question, tuple(turns)))
        turns.append(Turn(question, answer.answer))
    return answer


def names(answer: Answer) -> list[str]:
    return [speaker.name for speaker in answer.speakers]


def test_a_claim_put_to_the_wrong_one_is_no_with_who_said_it(asker: Asker) -> None:
    for somebody in ("Fomin", "Khosravi Moghaddam"):
        answer = asked(asker, f"Did {somebody} warn Tel Aviv?")
        assert (answer.verdict, names(answer)) == ("no", ["Kazem Jalali"])


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is the ambassador?", "Kazem Jalali"),
        ("who is the military attache", "Reza Khosravi Moghaddam"),
        ("Who is the Russian deputy minister of defence?", "Alexander Fomin"),
    ],
)
def test_who_has_a_role(asker: Asker, question: str, name: str) -> None:
    answer = asked(asker, question)
    assert names(answer) == [name]
    assert answer.answer.startswith(f"{name}: ")


def test_who_is_he_introduces_whoever_spoke(asker: Asker) -> None:
    answer = asked(asker, "Who warned Tel Aviv?", "Who is he?")
    assert answer.answer.startswith("Kazem Jalali: ")
    assert "mbassador" in answer.answer


@pytest.mark.parametrize(
    "question", ["and who is Alexander Fomin?", "So who is the Russian deputy minister of defence?"]
)
def test_who_somebody_else_is_has_nothing_to_do_with_the_question_before(asker: Asker, question: str) -> None:
    answer = asked(asker, "What did the ambassador say about the region?", question)
    assert names(answer) == ["Alexander Fomin"]
    assert answer.answer.startswith("Alexander Fomin: ")


def test_everything_is_everything(asker: Asker) -> None:
    for question in ("everything fomin said", "List all of Fomin's statements", "all statements by Fomin"):
        answer = asked(asker, question)
        assert set(names(answer)) == {"Alexander Fomin"}
        assert len(answer.citations) > 1


def test_accents_may_be_left_out(asker: Asker) -> None:
    assert names(asked(asker, "what did the attache say about drones")) == ["Reza Khosravi Moghaddam"]


def test_the_same_may_be_asked_of_a_role(asker: Asker) -> None:
    answer = asked(asker, "What did the ambassador say about the region?", "and the attaché?")
    assert set(names(answer)) <= {"Reza Khosravi Moghaddam"}


def test_somebody_who_does_not_speak_is_not_taken_for_who_did(asker: Asker) -> None:
    answer = asked(asker, "What did the ambassador say about the region?", "and the student?")
    assert (answer.abstained, answer.speakers) == (True, ())


def test_after_a_claim_and_the_attache_asks_what_he_said(asker: Asker) -> None:
    answer = asked(asker, "Did Jalali warn Tel Aviv?", "and Fomin?")
    assert set(names(answer)) == {"Alexander Fomin"}
    assert answer.verdict is None


def test_why_is_not_answered_with_the_same_again(asker: Asker) -> None:
    first = asked(asker, "Who warned Tel Aviv?")
    then = asked(asker, "Who warned Tel Aviv?", "why?")
    assert not {c.quote for c in then.citations} & {c.quote for c in first.citations}


def test_after_no_it_was_she_is_whoever_said_it(asker: Asker) -> None:
    answer = asked(asker, "Was it Fomin who warned Tel Aviv?", "What else did he say?")
    assert names(answer) == ["Kazem Jalali"]


def test_who_else_names_somebody_else(asker: Asker) -> None:
    answer = asked(asker, "Who warned Tel Aviv?", "Who else did?")
    assert "Kazem Jalali" not in names(answer)


def test_nobody_is_quoted_by_a_heading(asker: Asker) -> None:
    answer = asked(asker, "Who is quoted?")
    assert {"Kazem Jalali", "Reza Khosravi Moghaddam", "Alexander Fomin"} <= set(names(answer))
    assert "Moscow" not in names(answer)
    assert "Russia" not in names(answer)


def test_who_disagreed_with_somebody_is_not_them(asker: Asker) -> None:
    answer = asked(asker, "Who disagreed with Jalali?")
    assert "Kazem Jalali" not in names(answer)
    assert "Jalali accused" not in answer.answer


@pytest.mark.parametrize("described", ["the spokeswoman", "the union", "the journalists"])
def test_the_topic_before_makes_nobody_a_speaker_whom_no_description_fits(asker: Asker, described: str) -> None:
    question = "Who warned Tel Aviv?"
    first = asker.ask(Question(question))
    then = asker.ask(Question(f"and what did {described} say?", (Turn(question, first.answer),)))
    assert (then.abstained, then.speakers) == (True, ())


def test_what_another_says_need_not_be_about_the_topic_before(asker: Asker) -> None:
    question = "Who warned Tel Aviv?"
    first = asker.ask(Question(question))
    then = asker.ask(Question("and what did the attaché say?", (Turn(question, first.answer),)))
    assert [speaker.name for speaker in then.speakers] == ["Reza Khosravi Moghaddam"]
