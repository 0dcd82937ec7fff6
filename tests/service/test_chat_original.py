"""The way to a sentence on its own page: a browser finds the sentence there, and nothing in it steers the way."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.domain import Article, Span
from qa.service.page.original import open_original, original, text_directive
from tests.service.shelf import harbour, hostile


def article(text: str, source: str = "https://news.example/a") -> Article:
    return Article("a", "A", source, text, (), ())


def at(text: str, words: str, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Span(start, start + len(words))


def directive(text: str, words: str, nth: int = 0) -> str:
    return text_directive(text, at(text, words, nth))


def test_a_sentence_is_named_whole_and_encoded() -> None:
    text = "One. “Half-open, 50% & more,” she said—twice. Three."
    found = directive(text, "“Half-open, 50% & more,” she said—twice.")
    assert found == "%E2%80%9CHalf%2Dopen%2C%2050%25%20%26%20more%2C%E2%80%9D%20she%20said%E2%80%94twice."
    assert unquote(found) == "“Half-open, 50% & more,” she said—twice."


def test_a_long_sentence_and_one_over_two_paragraphs_are_named_by_their_ends() -> None:
    words = [f"w{number}" for number in range(90)]
    found = directive(f"Before. {' '.join(words)} After.", " ".join(words))
    assert found == f"{'%20'.join(words[:7])},{'%20'.join(words[-7:])}"
    assert directive("x\n\nIt began\n\nand ended. y", "It began\n\nand ended.") == "It%20began,and%20ended."


def test_what_stands_twice_is_told_apart_by_its_neighbours() -> None:
    text = "He said no. It rained. He said no.\n\nHe said no."
    assert directive(text, "He said no.") == "He%20said%20no.,-It%20rained.%20He%20said"
    assert directive(text, "He said no.", 1) == "said%20no.%20It%20rained.-,He%20said%20no."
    assert directive(text, "He said no.", 2) == "He%20said%20no."


@pytest.mark.parametrize(
    ("source", "begins"),
    [
        ("https://news.example/a", "https://news.example/a#:~:text="),
        ("https://news.example/a?b=c#part", "https://news.example/a?b=c#part:~:text="),
        ("https://news.example/a#part:~:text=forged", "https://news.example/a#part:~:text="),
    ],
)
def test_the_address_keeps_what_is_its_own(source: str, begins: str) -> None:
    found = original(article("He said no.", source), Span(0, 11))
    assert found == f"{begins}He%20said%20no."


@pytest.mark.parametrize("source", ["report.txt", "javascript:alert(1)", "file:///etc/passwd", "https://"])
def test_without_a_page_there_is_no_way(source: str) -> None:
    assert original(article("He said no.", source), Span(0, 11)) is None
    assert open_original(article("He said no.", source), Span(0, 11)) == ""


def test_without_a_sentence_the_way_leads_to_the_page() -> None:
    assert original(harbour().article) == "https://news.example/coast/harbour-reopens"
    assert original(harbour().article, Span(0, 10**6)) == "https://news.example/coast/harbour-reopens"


def test_a_hostile_article_stays_inside_its_link() -> None:
    bad = replace(hostile().article, source='https://news.example/"><script>')
    assert "<script" not in open_original(bad, Span(0, len(bad.text)))


@given(st.text(min_size=1, max_size=60), st.data())
def test_no_words_can_leave_the_directive(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    found = text_directive(text, span)
    assert found.isascii()
    assert not set(found) & set("&#<>\"' \n=:/")
    parts = [part for part in found.split(",") if not part.startswith("-") and not part.endswith("-")]
    assert len(parts) <= 2
    assert urlsplit(f"https://news.example/#:~:text={found}").fragment == f":~:text={found}"
    shown = text.encode("utf-8", "replace").decode()
    for part in parts:
        assert unquote(part) in " ".join(shown.split())
