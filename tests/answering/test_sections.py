"""The section that a question asks about."""

from __future__ import annotations

import pytest

from qa.answering.sections import section_asked, sections
from qa.articles.blocks import split_blocks
from qa.articles.sentences import split_sentences
from qa.domain import Article

TEXT = """Council votes on the tram

The council met on Monday evening, and the mayor spoke for an hour.

Fares and passes

Oda Brandvik said that a ticket would cost three crowns from May on.
Pupils would pay nothing.

The depot

Pio Lantz said the roof leaked. He asked for a new one before the winter.
"""


@pytest.fixture(name="article")
def _article() -> Article:
    blocks = split_blocks(TEXT)
    return Article("tram", "Council votes on the tram", "tram.txt", TEXT, blocks, split_sentences(TEXT, blocks))


def test_a_section_goes_from_its_heading_to_the_next(article: Article) -> None:
    fares, depot = sections(article)
    assert (fares.heading, depot.heading) == ("Fares and passes", "The depot")
    lines = [s.of(TEXT) for s in article.sentences if fares.span.holds(s)]
    assert lines == [
        "Oda Brandvik said that a ticket would cost three crowns from May on.",
        "Pupils would pay nothing.",
    ]
    assert [s for s in article.sentences if fares.span.holds(s) and depot.span.holds(s)] == []


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("Who speaks in the section on the depot?", "The depot"),
        ("Who is quoted under the heading “Fares and passes”?", "Fares and passes"),
        ("What did Lantz say in the depot section?", "The depot"),
        ("What did Lantz say about the depot?", None),
        ("Who speaks in the section on the budget?", None),
        ("Who took part in the debate?", None),
        ("Who is quoted in the first part?", None),
    ],
)
def test_a_question_names_its_section(article: Article, question: str, heading: str | None) -> None:
    found = section_asked(question, article)
    assert (found and found.heading) == heading
