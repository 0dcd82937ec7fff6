from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa.neural.fakes import HashingEmbedder
from qa.neural.remembering import RememberingEmbedder
from qa.ports import Vectors


class Counting(HashingEmbedder):
    """Counts the texts that reach the model."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed_passages(texts)


@given(st.lists(st.lists(st.sampled_from(["a b", "b c", "c d", "d e"]), max_size=6), max_size=6), st.integers(1, 5))
def test_the_vectors_are_those_of_the_embedder_whatever_is_remembered(calls: list[list[str]], most: int) -> None:
    remembering, plain = RememberingEmbedder(Counting(), most), HashingEmbedder()
    for texts in calls:
        assert np.array_equal(remembering.embed_passages(texts), plain.embed_passages(texts))
        assert len(remembering._known) <= most


def test_a_known_text_is_not_computed_again() -> None:
    counting = Counting()
    remembering = RememberingEmbedder(counting)
    remembering.embed_passages(["one", "two", "one"])
    remembering.embed_passages(["two", "three"])
    assert counting.asked == ["one", "two", "three"]
    assert remembering.dimension == counting.dimension
    assert remembering.name == counting.name
    assert remembering.fingerprint == counting.fingerprint
    assert np.array_equal(remembering.embed_queries(["one"]), counting.embed_queries(["one"]))
