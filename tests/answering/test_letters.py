"""Letters to the editor and posts: whoever signs one says what stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.evidence import gather, speakers_in
from qa.answering.extractive import compose
from qa.answering.letters import letters
from qa.answering.question import understand
from qa.articles.blocks import split_blocks
from qa.articles.sentences import split_sentences
from qa.collection.memory import MemoryLake
from qa.domain import Answer, Article, Publication, Question
from qa.neural.fakes import HashingEmbedder, OverlapReader

PAGE = """The tram is late again.

LETTERS.

The new timetable was drawn by somebody who has never missed a connection.
My daughter now waits forty minutes at Kelp Street.

Nobody at the depot answers the telephone.

Oda Brandvik.

Marlow, East Shore.

FACEBOOK.

A tram that comes when it likes is still better than a bus. Give the drivers a rest, neighbours!

Pio Lantz.

Sell the depot and plant apple trees.

@quayside_kit.
"""


def read(text: str) -> Article:
    blocks = split_blocks(text)
    return Article("page", text.split("\n", maxsplit=1)[0], "page.txt", text, blocks, split_sentences(text, blocks))


def ask(question: str, text: str = PAGE) -> Answer:
    embedder, article = HashingEmbedder(), read(text)
    lake = MemoryLake(embedder.dimension)
    lake.put(Publication(article, (), ()), embedder.embed_passages([]), embedder.embed_passages([]))
    with lake.snapshot() as seen:
        asked = Question(question, articles=("page",))
        understood = understand(asked, speakers_in(seen, asked))
        return compose(understood, gather(understood, seen, embedder, OverlapReader()))


def test_each_sentence_is_said_by_whoever_signs_below() -> None:
    said = [(s.speaker.name, s.words) for s in letters(read(PAGE)) if s.speaker]
    assert said == [
        ("Oda Brandvik", "The new timetable was drawn by somebody who has never missed a connection."),
        ("Oda Brandvik", "My daughter now waits forty minutes at Kelp Street."),
        ("Oda Brandvik", "Nobody at the depot answers the telephone."),
        ("Pio Lantz", "A tram that comes when it likes is still better than a bus."),
        ("Pio Lantz", "Give the drivers a rest, neighbours!"),
        ("quayside_kit", "Sell the depot and plant apple trees."),
    ]


def test_a_place_behind_the_name_belongs_to_the_signature() -> None:
    text = "Letters: Trams\n\nI wrote in May, and nobody replied.\n\nIt is cold.\n\n— Oda Brandvik, Marlow\n"
    assert {s.speaker.name for s in letters(read(text)) if s.speaker} == {"Oda Brandvik"}


@pytest.mark.parametrize(
    "text",
    [
        PAGE.replace("LETTERS.\n\n", "").replace("FACEBOOK.\n\n", ""),
        "Letters burn at the depot\n\nA fire broke out at noon, the police said.\n\nThe tram stood still.\n",
    ],
)
def test_what_is_no_page_of_letters_has_none(text: str) -> None:
    assert letters(read(text)) == ()


def test_who_wrote_it_and_what_they_wrote() -> None:
    who = ask("Who says that nobody at the depot answers the telephone?")
    assert [s.name for s in who.speakers] == ["Oda Brandvik"]
    what = ask("What did Pio Lantz say about the bus?")
    assert what.citations[0].quote == "A tram that comes when it likes is still better than a bus."
    assert what.answer.startswith("Pio Lantz")


@given(st.lists(st.sampled_from(PAGE.split("\n\n")), min_size=1, max_size=12))
def test_every_sentence_is_true_to_the_character(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    for statement in letters(read(text)):
        assert statement.words == statement.span.of(text)
