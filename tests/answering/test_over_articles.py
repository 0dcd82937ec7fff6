"""Conversations over a whole collection, all the samples, with the models that ship."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from qa import samples
from qa.answering.generative import Writer
from qa.asking import Asker
from qa.domain import Answer, Question, Turn
from qa.wiring import open_parts, read_settings


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    with open_parts(read_settings(index=tmp_path_factory.mktemp("samples") / "index"), create=True) as parts:
        assert {outcome.status for outcome in parts.publisher.publish([str(p) for p in samples.paths()])} == {"added"}
        yield parts.asker


def then(asker: Asker, first: str, follow_up: str) -> tuple[Answer, Answer]:
    before = asker.ask(Question(first))
    return before, asker.ask(Question(follow_up, (Turn(first, before.answer),)))


def places(answer: Answer) -> set[str]:
    return {Path(citation.source).stem for citation in answer.citations}


@pytest.mark.parametrize(
    "follow_up", ["How many of them have died?", "When did it begin?", "And what else did she say?"]
)
def test_a_follow_up_stays_with_the_article_of_the_answer_before(asker: Asker, follow_up: str) -> None:
    before, answer = then(asker, "What did Okafor say about the laboratory comparison?", follow_up)
    assert places(before) == places(answer) == {"norrin-legionella"}


def test_a_follow_up_is_answered_by_a_sentence_that_nobody_says(asker: Asker) -> None:
    _, answer = then(asker, "What did Okafor say about the laboratory comparison?", "How many of them have died?")
    assert "Two people" in answer.answer


def test_whoever_does_not_speak_in_that_article_is_looked_for_in_all(asker: Asker) -> None:
    _, answer = then(asker, "Who warned Tel Aviv?", "And what did Karin Voss say?")
    assert {speaker.name for speaker in answer.speakers} == {"Karin Voss"}
    assert places(answer) == {"lindhafen-strike"}
    _, answer = then(asker, "Who warned Tel Aviv?", "and what did the spokeswoman say?")
    assert {speaker.name for speaker in answer.speakers} == {"Delphine Maurois"}


class _Rewriter:
    """A writer that makes follow-ups stand alone as it is told to, and words no answer."""

    rewrites = True

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: list[Question] = []

    def rewritten(self, question: Question) -> str:
        self.asked.append(question)
        return self.text

    def write(self, understood: Any, evidence: Any, answer: Answer) -> Answer:
        return answer


def test_a_follow_up_is_rewritten_once_and_answered_where_that_finds_it(asker: Asker) -> None:
    writer = _Rewriter("What did the transport minister say about arbitration?")
    rewriting = replace(asker, writer=cast("Writer", writer))
    first = "Who warned that car plants inland would run out of parts?"
    turn = Turn(first, asker.ask(Question(first)).answer)
    answer = rewriting.ask(Question("And she?", (turn,)))
    assert [question.text for question in writer.asked] == ["And she?"]
    assert ([speaker.name for speaker in answer.speakers], places(answer)) == (
        ["Henrike Daalgaard"],
        {"lindhafen-strike"},
    )
    assert "no plans to impose arbitration" in answer.answer
