"""Cards: who, the words, how they came into the article; abstentions and refusals of another kind."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pytest

from qa.domain import Answer, Mode, Question, Span
from qa.service.page.cards import citation_data, quotation, render_answer, render_refusal, spoken
from qa.service.page.wording import count, paragraph_number, worded
from tests.service.shelf import Script, Shelf, cite, harbour, hostile, payments


@pytest.fixture
def shelf() -> Shelf:
    return Shelf([harbour(), payments()])


def card(shelf: Shelf, question: str, *questions: str) -> str:
    articles = {entry.id: shelf.article(entry.id) for entry in shelf.entries()}
    return render_answer(Script(shelf)(Question(question)), articles, questions)


def test_the_speaker_stands_above_and_is_not_said_again(shelf: Shelf) -> None:
    shown = card(shelf, "What did Solvang say?")
    assert '<h3 class="speaker" dir="auto">Ingrid Solvang</h3><p class="role" dir="auto">harbour master</p>' in shown
    assert shown.count(">Ingrid Solvang<") == 1
    assert '<p class="words" dir="auto">affirmed that no ship had been lost' in shown
    assert "(harbour master)" not in shown


def test_every_speaker_of_an_answer_gets_a_heading_in_the_answers_order(shelf: Shelf) -> None:
    shown = card(shelf, "What did Fenn and Brandt say?")
    assert re.findall(r'class="speaker" dir="auto">([^<]*)', shown) == ["Tomasz Brandt", "Odile Fenn"]


def test_markers_become_buttons_and_those_that_cite_nothing_stay_words(shelf: Shelf) -> None:
    publication = harbour()
    answer = Answer(
        "q", "So it was [1] and [7].", False, 0.9, (cite(publication.article, publication.statements[0], 1),)
    )
    shown = render_answer(answer, {}, ())
    assert shown.count('class="chip"') == 1
    assert " [7]." in shown


def test_indirect_speech_is_labelled_and_not_put_in_quotation_marks(shelf: Shelf) -> None:
    shown = card(shelf, "What did Fenn say?")
    assert "reported in the article’s words · ¶9" in shown
    assert "“" not in shown
    assert worded("he would go", Mode.INDIRECT) == "he would go"


def test_direct_speech_is_labelled_quoted_in_one_pair_of_quotation_marks(shelf: Shelf) -> None:
    shown = card(shelf, "What did Teller say?")
    assert "quoted · ¶1" in shown
    assert "““" not in shown
    assert worded("We wait.", Mode.DIRECT) == "“We wait.”"
    assert worded("“We wait,” he said.", Mode.DIRECT) == "“We wait,” he said."


def test_a_verdict_is_the_first_word(shelf: Shelf) -> None:
    shown = card(shelf, "Did Fenn promise repairs?")
    assert re.match(r'<article class="card answer" data-cites="[^"]*"><p class="verdict yes">Yes\.</p>', shown)
    assert shown.count("Yes.") == 1


def test_a_note_stands_under_the_answer_as_words(shelf: Shelf) -> None:
    plain = Script(shelf)(Question("What did Brandt say?"))
    noted = render_answer(replace(plain, note="Left out: <b>1 sentence</b>."), {}, ())
    assert "Left out: &lt;b&gt;1 sentence&lt;/b&gt;." in noted
    assert noted.index("Left out") > noted.index('class="words"')
    assert "note" not in re.findall(r'class="([^"]*)"', render_answer(plain, {}, ()))


def test_an_abstention_is_another_card_with_the_nearest_statement_and_questions(shelf: Shelf) -> None:
    shown = card(shelf, "nobody", "Who spoke?")
    assert shown.startswith('<article class="card abstention"')
    assert "The articles do not say." in shown
    assert "Nearest:" in shown
    assert "She affirmed that no ship had been lost" in shown
    assert '<button type="button" class="suggestion" dir="auto">Who spoke?</button>' in shown
    assert "<h3" not in shown


def test_an_abstention_without_anything_near_still_says_so() -> None:
    shown = render_answer(Answer("q", "", True, 0.1), {}, ())
    assert "The articles do not say." in shown
    assert "Nearest" not in shown


def test_sources_from_two_articles_name_their_article(shelf: Shelf) -> None:
    assert 'class="from"' not in card(shelf, "What did Fenn say?")
    assert card(shelf, "What did Fenn and Teller say?").count('class="from"') == 3


def test_a_source_does_not_repeat_a_line_that_is_its_own_words() -> None:
    publication = harbour()
    citation = cite(publication.article, publication.statements[0], 1)
    shown = render_answer(Answer("q", f"{citation.quote} [1]", False, 0.9, (citation,)), {}, ())
    assert shown.count("no ship had been lost in the night") == 1 + html.unescape(shown).count('"copy":"On Ingrid')


def test_the_script_gets_the_place_of_each_source(shelf: Shelf) -> None:
    shown = card(shelf, "What did Brandt say?")
    match = re.search(r'data-cites="([^"]*)"', shown)
    assert match
    data = json.loads(html.unescape(match[1]))
    text = shelf.article("harbour").text
    assert [text[c["start"] : c["end"]] for c in data] == [
        "He called on Mayor Odile Fenn to visit the terminal before the weekend.",
        "Brandt added that two hundred passengers had slept in the sports hall of Lindhafen.",
    ]
    assert data[0]["caption"] == "Tomasz Brandt · reported in the article’s words · ¶4"


def test_a_quotation_to_paste_says_who_how_where_and_when() -> None:
    first, second = harbour(), payments()
    indirect = quotation(cite(first.article, first.statements[4], 1), first.article)
    assert indirect == (
        "On Odile Fenn, reported in the article’s words: Mayor Odile Fenn rejected the charge that the council had "
        "looked away. — “Harbour reopens after storm, but ferries wait”, 18 April 2024, "
        "https://news.example/coast/harbour-reopens"
    )
    direct = quotation(cite(second.article, second.statements[0], 1), second.article)
    assert direct.startswith("“No, we have not been hacked,” he wrote. — Bram Teller. “Paylark outage")


def test_a_screen_reader_is_told_the_answer_without_markers(shelf: Shelf) -> None:
    told = spoken(Script(shelf)(Question("Did Fenn promise repairs?")))
    assert told.startswith("Yes. Odile Fenn (Mayor) rejected the charge")
    assert told.endswith("2 sources.")
    assert "[" not in told
    silent = spoken(Script(shelf)(Question("nobody")))
    assert silent.startswith("The articles do not say. Nearest: She affirmed")


def test_a_hostile_name_title_and_question_stay_words() -> None:
    publication = hostile()
    shelf = Shelf([publication])
    answer = Script(shelf)(Question("What did Mallory say? <script>window.ran=1</script>"))
    answer = Answer(
        answer.question, f"{publication.statements[0].speaker.name} said [1]", False, 0.9,  # type: ignore[union-attr]
        (cite(publication.article, publication.statements[0], 1),), (publication.statements[0].speaker,),  # type: ignore[arg-type]
    )  # fmt: skip
    shown = render_answer(answer, {publication.article.id: publication.article}, ["<b>Who?</b>"])
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z0-9]+)", shown))
    assert tags <= {"article", "h3", "bdi", "p", "ol", "li", "button", "span", "q", "div", "ul"}
    assert "\u202e" not in shown
    assert 'data-cites="' in shown


def test_a_refusal_offers_another_try_only_where_that_can_help() -> None:
    assert "Try again" in render_refusal("The service is busy.", retry=True)
    assert "button" not in render_refusal("Too <long>.")
    assert "&lt;long&gt;" in render_refusal("Too <long>.")


def test_paragraphs_are_counted_without_headings() -> None:
    article = harbour().article
    assert paragraph_number(article, Span(0, 5)) is None
    place = article.text.index("Brandt added")
    assert paragraph_number(article, Span(place, place + 3)) == 5
    assert count(1, "article") == "1 article"
    assert count(1200, "article") == "1,200 articles"


def test_data_for_the_script_survives_a_removed_article() -> None:
    publication = harbour()
    data = citation_data([cite(publication.article, publication.statements[0], 1)], {})
    assert data[0]["caption"] == "Ingrid Solvang · reported in the article’s words"
