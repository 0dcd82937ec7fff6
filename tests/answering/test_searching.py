"""Passages that a search finds, with what stands around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from qa.answering.searching import fused, passages_for
from qa.collection.memory import MemoryLake
from qa.domain import Article, Hit, HitKind, Passage, Publication, Span
from qa.neural.fakes import HashingEmbedder, WordRanker

LINES = ("The gate rusts.", "The dam leaks.", "The town waits.", "The crew works.", "The ferry sails.")
TEXT = "\n".join(LINES)


def collection(**texts: str) -> MemoryLake:
    """A collection of articles whose every sentence, one a line, is a passage."""
    embedder = HashingEmbedder()
    lake = MemoryLake(embedder.dimension)
    for name, text in texts.items():
        lines = text.split("\n")
        starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
        spans = [Span(start, start + len(line)) for start, line in zip(starts, lines, strict=True)]
        passages = tuple(Passage(name, number, span, span.of(text)) for number, span in enumerate(spans))
        article = Article(name, "Harbour", f"{name}.txt", text, (), tuple(spans))
        none = np.empty((0, embedder.dimension), np.float32)
        lake.put(Publication(article, passages, ()), embedder.embed_passages(lines), none)
    return lake


def found_in(lake: MemoryLake, query: str, limit: int, chars: int) -> list[str]:
    vector = HashingEmbedder().embed_queries([query])[0]
    with lake.snapshot() as snapshot:
        found = passages_for(query, vector, snapshot, limit, chars)
    return [one.span.of(one.article.text) for one in found]


@pytest.fixture
def lake() -> MemoryLake:
    return collection(a=TEXT)


@pytest.mark.parametrize("chars", [1, 20, 32, 47, 60, 999])
def test_a_passage_is_widened_by_whole_sentences_while_they_fit(lake: MemoryLake, chars: int) -> None:
    best, *others = found_in(lake, "dam leaks", 5, chars)
    assert "The dam leaks." in best
    assert set(best.split("\n")) <= set(LINES)
    assert all(text not in best for text in others)
    start = TEXT.index(best)
    around = (TEXT[:start].split("\n")[-2:-1], TEXT[start + len(best) :].split("\n")[1:2])
    assert len(best) <= chars or best == "The dam leaks."
    assert all(len(best) + 1 + len(line) > chars for lines in around for line in lines)


def test_what_two_searches_find_comes_before_what_one_finds_first() -> None:
    kind = HitKind.PASSAGE
    near = [Hit(kind, "a", 0, 0.9), Hit(kind, "a", 1, 0.2)]
    ranked = fused([near, [Hit(kind, "a", 1, 31.0), Hit(kind, "b", 0, 30.0)]])
    assert [item for item, _ in ranked] == [("a", 1), ("a", 0), ("b", 0)]


def test_passages_found_side_by_side_are_one(lake: MemoryLake) -> None:
    assert found_in(lake, "the dam leaks and the crew works", 1, 47) == [
        "The dam leaks.\nThe town waits.\nThe crew works."
    ]


def test_of_two_with_the_same_words_the_shorter_article_s_comes_first() -> None:
    lake = collection(
        long="\n".join((*LINES, *(f"Ship {number} sails." for number in range(40)))), short="The dam leaks."
    )
    assert [len(text) for text in found_in(lake, "dam leaks", 2, 14)] == [14, 14]
    vector = HashingEmbedder().embed_queries(["dam leaks"])[0]
    with lake.snapshot() as snapshot:
        found = passages_for("dam leaks", vector, snapshot, 2, 14)
    assert [one.article.id for one in found] == ["short", "long"]
    assert found[0].score > found[1].score


def test_what_a_ranker_says_is_added_to_the_scores(lake: MemoryLake) -> None:
    query = "the dam leaks and the crew works"
    vector = HashingEmbedder().embed_queries([query])[0]
    with lake.snapshot() as snapshot:
        plain = passages_for(query, vector, snapshot, 9, 16)
        ranked = passages_for(query, vector, snapshot, 9, 16, (), WordRanker("ferry"))
    assert "ferry" in ranked[0].span.of(TEXT)
    assert ranked[0].score == 99 + next(one.score for one in plain if one.span == ranked[0].span)
    assert [one for one in ranked if one.score < 90] == [one for one in plain if one.span != ranked[0].span]


class _Gloomy:
    """Says of every passage that it is worth little, and counts them."""

    read = 0

    def rank(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        self.read += len(passages)
        return [-99.0 for _ in passages]


@pytest.mark.parametrize(("limit", "read"), [(3, 24), (14, 28)])
def test_a_ranker_reads_the_best_and_what_it_did_not_read_comes_behind(limit: int, read: int) -> None:
    lake = collection(**{f"a{number}": f"The dam leaks{' a lot' * number}." for number in range(40)})
    vector, gloomy = HashingEmbedder().embed_queries(["dam leaks"])[0], _Gloomy()
    with lake.snapshot() as snapshot:
        plain = passages_for("dam leaks", vector, snapshot, limit, 999)
        ranked = passages_for("dam leaks", vector, snapshot, limit, 999, (), gloomy)
    assert gloomy.read == read
    assert [(one.article.id, one.span) for one in ranked] == [(one.article.id, one.span) for one in plain]
    assert len(ranked) == limit


def test_nothing_is_found_in_an_empty_collection() -> None:
    assert found_in(MemoryLake(HashingEmbedder().dimension), "dam", 5, 1000) == []
