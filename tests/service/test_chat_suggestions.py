"""Suggested questions come from statements with a certain speaker, and read as somebody would ask them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.domain import SpeakerKind
from qa.service.page.suggestions import suggest
from tests.service.shelf import FENN, harbour, make_article, make_statement, payments


def test_each_speaker_is_asked_about_before_anybody_is_asked_about_twice() -> None:
    publication = harbour()
    questions = suggest([(publication.article, publication.statements)], 3)
    assert questions == (
        "What did Ingrid Solvang say about the night of the storm?",
        "Who called on Mayor Odile Fenn to visit the terminal before the weekend?",
        "Who rejected the charge that the council had looked away?",
    )


def test_the_speaker_of_the_answer_leads_and_what_was_answered_is_not_asked() -> None:
    publication = harbour()
    used = frozenset({publication.statements[4].id})
    questions = suggest([(publication.article, publication.statements)], 2, first="Odile Fenn", without=used)
    assert questions[0] == "Who promised that repairs to the terminal would begin in May?"
    assert "charge" not in " ".join(questions)


def test_no_question_about_a_doubtful_speaker_a_role_or_nobody() -> None:
    publication = harbour()
    doubtful = [replace(s, certainty=0.3) for s in publication.statements]
    unnamed = [replace(s, speaker=None) for s in publication.statements]
    role = [replace(s, speaker=replace(FENN, kind=SpeakerKind.ROLE)) for s in publication.statements]
    for statements in (doubtful, unnamed, role, []):
        assert suggest([(publication.article, statements)], 4) == ()


def test_a_direct_quotation_gives_no_question_about_its_own_speaker() -> None:
    publication = payments()
    assert suggest([(publication.article, publication.statements)], 4) == ()


@pytest.mark.parametrize(
    ("content", "question"),
    [
        ("that the terminal would begin in May", "Who promised that the terminal would begin in May?"),
        ("the harbour in Lindhafen and its quays", "What did Odile Fenn say about Lindhafen?"),
        ("Norwegian divers a rest", "Who promised Norwegian divers a rest?"),
        ("what she could as the law allowed", "Who promised what she could as the law allowed?"),
        ("them nothing before they had asked", None),
        ("a wall", None),
        ("that young divers from the coast, and others, had found it", None),
    ],
)
def test_a_topic_is_a_name_or_a_whole_phrase_else_the_articles_words_are_asked(
    content: str, question: str | None
) -> None:
    article = make_article(f"News\n\nFenn promised {content}.\n", article_id="a", source="a.txt")
    made = suggest([(article, [make_statement(article, FENN, "Fenn", "promised", content)])], 1)
    assert made == ((question,) if question else ())
