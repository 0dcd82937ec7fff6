"""Passages that a search finds, with what stands around them."""

from __future__ import annotations

import numpy as np
import pytest

from qa.answering.searching import fused, passages_for
from qa.collection.memory import MemoryLake
from qa.domain import Article, Hit, HitKind, Passage, Publication, Span
from qa.neural.fakes import HashingEmbedder

LINES = ("The gate rusts.", "The dam leaks.", "The town waits.", "The crew works.", "The ferry sails.")
TEXT = " ".join(LINES)


@pytest.fixture
def lake() -> MemoryLake:
    spans = [Span(TEXT.index(line), TEXT.index(line) + len(line)) for line in LINES]
    passages = tuple(Passage("a", number, span, span.of(TEXT)) for number, span in enumerate(spans))
    embedder = HashingEmbedder()
    lake = MemoryLake(embedder.dimension)
    article = Article("a", "Harbour", "a.txt", TEXT, (), tuple(spans))
    vectors = embedder.embed_passages(list(LINES))
    lake.put(Publication(article, passages, ()), vectors, np.empty((0, embedder.dimension), np.float32))
    return lake


@pytest.mark.parametrize(
    ("chars", "text"),
    [
        (1, "The dam leaks."),
        (32, "The dam leaks. The town waits."),
        (47, "The gate rusts. The dam leaks. The town waits."),
        (999, TEXT),
    ],
)
def test_a_passage_is_widened_behind_and_before_by_turns(lake: MemoryLake, chars: int, text: str) -> None:
    vector = HashingEmbedder().embed_queries(["dam leaks"])[0]
    with lake.snapshot() as snapshot:
        best, *others = passages_for("dam leaks", vector, snapshot, 5, chars)
    assert best.span.of(best.article.text) == text
    assert all(not best.span.holds(other.span) for other in others)


def test_what_two_searches_find_comes_before_what_one_finds_first() -> None:
    kind = HitKind.PASSAGE
    near = [Hit(kind, "a", 0, 0.9), Hit(kind, "a", 1, 0.2)]
    ranked = fused([near, [Hit(kind, "a", 1, 31.0), Hit(kind, "b", 0, 30.0)]])
    assert [item for item, _ in ranked] == [("a", 1), ("a", 0), ("b", 0)]
