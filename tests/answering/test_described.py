"""Whom a description means, and what is theirs; with the models that ship."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qa.answering.nesting import passed_on
from qa.answering.ranking import subject
from qa.answering.types import Evidence
from qa.asking import Asker
from qa.domain import Answer, Excerpt, Mode, Question, Span, Speaker, Statement
from qa.wiring import open_parts, read_settings

REPORT = """Ferry boss blames fuel prices for cuts

The Ostby Line blamed record fuel prices on Monday for cuts to the night service.

Professor Greta Velden cautioned that the night service had never paid for itself.

The mayor of Velden, Ole Tamm, said the town would hire a boat of its own. He said he had written to the company twice.

A spokeswoman for the mayor, Ida Krog, denied that any money had been promised.

Council leader Berit Aas said the quay was rotten. She told the meeting that the divers wanted 40,000 crowns.

Aas denied hiding the bill. She said the quay had been the pride of the town.

A council spokesman said it did not comment on contracts. The deputy leader, Jon Lie, said he trusted the divers.

Engineer Nils Rask dismissed the bill as "sums for the circus" and said independent divers had found that the piles \
would last ten years.

The pilot Petra Lohne accused the unions of frightening passengers for the sake of a headline.

Asked why he had left the meeting early, Rask said he wanted to catch the last boat.

The line's physician confirmed that two sailors would be away for a month with broken wrists. Lohne ruled out a strike.

Asked about the quay, Lohne said the piles were sound. Lohne's office later denied that she had seen them.

The survey, by the consultants Krog Sand, found that nine piles were cracked and recommended that they be replaced.

The town's harbour master was at sea, with the keeper of the museum harbour of Bremnes.
"""


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    folder: Path = tmp_path_factory.mktemp("ferry")
    (folder / "ferry.txt").write_text(REPORT, "utf-8")
    with open_parts(read_settings(index=folder / "index"), create=True) as parts:
        assert [o.status for o in parts.publisher.publish([str(folder / "ferry.txt")])] == ["added"]
        yield parts.asker


def ask(asker: Asker, question: str) -> Answer:
    return asker.ask(Question(question))


def names(answer: Answer) -> list[str]:
    return [speaker.name for speaker in answer.speakers]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What does the mayor of Velden say?", "Ole Tamm"),
        ("What did the mayor's spokeswoman say?", "Ida Krog"),
        ("list everything the council leader said", "Berit Aas"),
        ("Everything the mayor of Velden said", "Ole Tamm"),
        ("Summarise what the council leader said", "Berit Aas"),
    ],
)
def test_whoever_has_the_very_role_is_meant_and_nobody_else(asker: Asker, question: str, name: str) -> None:
    assert names(ask(asker, question)) == [name]


def test_everything_somebody_said_is_all_of_it(asker: Asker) -> None:
    answer = ask(asker, "List everything the council leader said")
    for words in ("rotten", "40,000", "hiding", "pride"):
        assert words in answer.answer


def test_what_somebody_tells_of_others_is_no_rival_to_what_else_they_say() -> None:
    """ "Rask dismissed the bill, and said that divers had found …": the divers stand in what Rask said."""
    text = "Rask dismissed the bill and said divers had found cracks."

    def statement(source: str, cue: str, content: str) -> Statement:
        source_, cue_, content_ = (
            Excerpt(Span(text.index(w), text.index(w) + len(w)), w) for w in (source, cue, content)
        )
        return Statement("a", Mode.INDIRECT, 0.9, (content_,), cue_, source_, Speaker(source), 0.9)

    dismissed, said = statement("Rask", "dismissed", "the bill"), statement("Rask", "said", "divers had found cracks")
    found = statement("divers", "had found", "cracks")
    evidence = Evidence((), {}, (dismissed, said, found))
    assert passed_on(found, dismissed, evidence)
    assert passed_on(dismissed, found, evidence)
    assert not passed_on(found, dismissed, replace(evidence, statements=(dismissed, found)))


def test_a_headline_is_no_rival_to_what_it_sums_up(asker: Asker) -> None:
    assert "Ostby" in " ".join(names(ask(asker, "Who is blaming fuel prices?")))


def test_whoever_was_asked_is_credited_with_the_reply(asker: Asker) -> None:
    answer = ask(asker, "Why did Rask leave the meeting early?")
    assert names(answer) == ["Nils Rask"]
    assert "does not clearly credit" not in answer.answer


def test_a_role_without_a_name_is_credited_with_its_own_words(asker: Asker) -> None:
    answer = ask(asker, "What did the physician say?")
    assert answer.answer.startswith("The line's physician confirmed")


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Did Lohne accuse the unions of frightening passengers?", "yes"),
        ("Did Krog deny that any money had been promised?", "yes"),
        ("Did Krog say any money had been promised?", "no"),
        ("Did Rask say the piles would last twenty years?", "no"),
    ],
)
def test_a_claim_in_the_very_words_is_borne_out(asker: Asker, question: str, verdict: str) -> None:
    assert ask(asker, question).verdict == verdict


def test_what_is_asked_about_may_be_a_word_for_saying() -> None:
    assert subject("What did say about the promise?")
    assert not subject("What did say?")
    assert not subject("What did say about it?")


def test_a_description_that_nobody_who_speaks_bears_is_told_by_its_sentence(asker: Asker) -> None:
    answer = ask(asker, "Who is the harbour master?")
    assert answer.answer.startswith("The town's harbour master was at sea")


def test_who_is_called_after_somebody_is_not_that_one(asker: Asker) -> None:
    assert names(ask(asker, "What did Lohne say?")) == ["Petra Lohne"]
    assert names(ask(asker, "What did Lohne's office say?")) == ["Lohne's office"]
    assert names(ask(asker, "What did Velden caution?")) == ["Greta Velden"]
    assert "Ida Krog" not in ask(asker, "What did Krog Sand recommend?").answer


@pytest.mark.parametrize("question", ["What did Karin Aas say?", "what did karin aas say", "Karin Aas on the quay?"])
def test_what_somebody_of_the_same_surname_says_is_no_answer(asker: Asker, question: str) -> None:
    assert ask(asker, question).abstained
    assert ask(asker, "Did Karin Aas say the quay was rotten?").verdict == "no"
