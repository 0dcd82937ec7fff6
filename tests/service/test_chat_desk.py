"""What the page may ask: every request checked, every failure a card with one clear line."""

from __future__ import annotations

from typing import Any

import pytest

from qa.domain import Question, Turn
from qa.errors import CollectionError, QuestionError, RateLimitError
from qa.service.page.desk import Desk, Reply
from tests.service.shelf import Script, Shelf, harbour, payments


@pytest.fixture
def script() -> Script:
    return Script(Shelf([harbour(), payments()]))


@pytest.fixture
def desk(script: Script) -> Desk:
    return Desk(script.stream, script.shelf, 2_000)


def ask(desk: Desk, asked: object) -> Reply:
    """The card that a question ends with."""
    name, reply = list(desk.ask(asked))[-1]
    assert name == "card"
    return reply


def test_the_opening_greets_with_the_collections_own_questions(desk: Desk) -> None:
    opening = desk.opening()
    assert "2 articles · 7 statements" in opening["welcome_html"]
    assert "What did Ingrid Solvang say about the night of the storm?" in opening["welcome_html"]
    assert opening["first"] == "harbour"
    assert opening["max_question_chars"] == 2_000
    assert opening["titles"] == {
        "harbour": "Harbour reopens after storm, but ferries wait",
        "payments": "Paylark outage leaves millions unable to pay",
    }


def test_an_empty_collection_says_how_to_fill_it() -> None:
    shelf = Shelf()
    opening = Desk(Script(shelf).stream, shelf, 2_000).opening()
    assert "No articles yet." in opening["welcome_html"]
    assert "qa add" in opening["welcome_html"]
    assert opening["first"] is None
    reply = ask(Desk(Script(shelf).stream, shelf, 2_000), {"question": "Who?"})
    assert "The articles do not say." in reply["html"]


def test_a_question_goes_out_with_its_turns_and_articles(desk: Desk, script: Script) -> None:
    turns = [{"question": "Who is Fenn?", "answer": "The mayor [1]"}]
    reply = ask(desk, {"question": " What did Fenn say? ", "turns": turns, "articles": ["harbour"]})
    assert script.asked == [Question("What did Fenn say?", (Turn("Who is Fenn?", "The mayor [1]"),), ("harbour",))]
    assert reply["turn"]["question"] == "What did Fenn say?"
    assert reply["turn"]["answer"].endswith("[2]")
    assert [cite["marker"] for cite in reply["cites"]] == [1, 2]


def test_what_can_be_asked_next_is_not_what_was_answered(desk: Desk) -> None:
    reply = ask(desk, {"question": "What did Fenn say?"})
    assert "rejected the charge that the council had looked away?" not in reply["html"]
    assert reply["html"].count('class="suggestion"') == 2


@pytest.mark.parametrize(
    "asked",
    [
        None,
        [],
        "Who?",
        {},
        {"question": 7},
        {"question": "Who?", "turns": "none"},
        {"question": "Who?", "articles": [1]},
        {"question": "Who?", "extra": 1},
        {"question": "x" * 100_001},
    ],
)
def test_a_request_of_another_shape_is_refused_and_asks_nothing(desk: Desk, script: Script, asked: Any) -> None:
    reply = ask(desk, asked)
    assert "could not be read" in reply["html"]
    assert reply["turn"] is None
    assert script.asked == []


@pytest.mark.parametrize(
    ("failure", "line", "again"),
    [
        (QuestionError("the question is empty"), "The question is empty.", False),
        (CollectionError("the collection <b> is damaged"), "The collection &lt;b&gt; is damaged.", True),
        (RateLimitError("too many questions at once: try again in 3 s", retry_after=3), "Too many questions", True),
    ],
)
def test_an_error_is_one_line_and_a_way_on(
    desk: Desk, script: Script, failure: Exception, line: str, again: bool
) -> None:
    script.failure = failure
    reply = ask(desk, {"question": "Who?"})
    assert line in reply["html"]
    assert ("Try again" in reply["html"]) is again
    assert reply["turn"] is None


def test_a_source_is_marked_where_the_answer_cites_it(desk: Desk) -> None:
    cite = ask(desk, {"question": "What did Fenn say?"})["cites"][0]
    marks = [{"marker": 1, "start": cite["start"], "end": cite["end"]}]
    shown = desk.source({"article": "harbour", "marks": marks, "sha256": cite["sha256"]})["html"]
    assert 'data-markers="1">rejected</mark>' in shown


@pytest.mark.parametrize(
    "opened",
    [
        None,
        {"article": ["harbour"]},
        {"article": "harbour", "marks": [{"marker": 1, "start": 9, "end": 3}]},
        {"article": "harbour", "marks": [{"marker": 1, "start": -1, "end": 3}]},
    ],
)
def test_a_source_that_cannot_be_meant_is_refused(desk: Desk, opened: Any) -> None:
    assert "could not be read" in desk.source(opened)["html"]


def test_an_article_that_is_gone_says_so(desk: Desk) -> None:
    assert "No article gone in the collection." in desk.source({"article": "gone"})["html"]


def test_the_table_groups_by_speaker_and_filters(desk: Desk) -> None:
    every = desk.statements({})
    assert every["html"].count('class="first"') == 4
    assert every["html"].count("<tr") == 8
    assert '<option value="Odile Fenn">Odile Fenn (2)</option>' in every["speakers_html"]
    one = desk.statements({"speaker": "Odile Fenn"})
    assert one["html"].count("<tr") == 3
    assert '<option value="Odile Fenn" selected>' in one["speakers_html"]
    modes = [desk.statements({"mode": mode})["html"].count("<tr") - 1 for mode in ("direct", "indirect", "mixed")]
    assert sum(max(0, rows) for rows in modes) == 7
    assert len(set(modes)) > 1
    assert "could not be read" in desk.statements({"mode": "loud"})["html"]
    topic = desk.statements({"about": "repairs"})
    assert topic["html"].count("<tr") == 2
    assert "No statement fits" in desk.statements({"about": "submarines"})["html"]
    assert desk.statements({"articles": ["payments"]})["html"].count("<tr") == 2
    assert "could not be read" in desk.statements({"speaker": 1})["html"]
    assert "No article gone" in desk.statements({"articles": ["gone"]})["html"]


def test_articles_are_found_by_title_and_source(desk: Desk) -> None:
    assert "Paylark" not in desk.shelf({"find": "STORM harbour"})["articles_html"]
    assert "Paylark" in desk.shelf({"find": "samples/"})["choices_html"]
    assert "No article of that name." in desk.shelf({"find": "zebra"})["choices_html"]
    assert "could not be read" in desk.shelf({"find": 1})["choices_html"]
