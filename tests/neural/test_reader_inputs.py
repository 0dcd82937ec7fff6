"""The reader's inputs cover every context exactly, and its scores come back as whole words of it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from qa.neural.embedder import open_tokenizer, package_folder
from qa.neural.reading import ANSWER, LONGEST, OVERLAP, QUESTION, Pair, PairEncoder, best_span, padded, starts

_TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
_WORDS = st.lists(
    st.sampled_from(["the", "ambassador", "Khosravi", "unprecedentedly", "“no”", "$3.5m", "é"]), max_size=700
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return open_tokenizer(package_folder() / "tokenizer.json", longest=None)


@pytest.fixture(scope="module")
def encoder(tokenizer: Tokenizer) -> PairEncoder:
    return PairEncoder(tokenizer)


@given(st.integers(0, 3000), st.integers(1, 300))
def test_pieces_cover_all_tokens_and_are_full(length: int, room: int) -> None:
    found = starts(length, room)
    assert (found == []) == (length == 0)
    covered = {at for start in found for at in range(start, min(length, start + room))}
    assert covered == set(range(length))
    if length > room:
        assert all(start + room <= length for start in found)
        if room > OVERLAP:
            assert all(after - before <= room - OVERLAP for before, after in itertools.pairwise(found))


class TestPairs:
    @given(question=_TEXT, contexts=st.lists(_TEXT, max_size=4))
    def test_any_text_can_be_read(self, encoder: PairEncoder, question: str, contexts: list[str]) -> None:
        pairs = encoder.pairs(question, contexts)
        assert all(len(pair.ids) <= LONGEST for pair in pairs)
        for pair in pairs:
            context = contexts[pair.context]
            assert len(pair.spans) == len(pair.begins) == len(pair.ends) == len(pair.ids) - pair.first - 1
            assert all(0 <= start <= end <= len(context) for start, end in pair.spans)

    @given(words=_WORDS)
    def test_long_contexts_are_covered_by_pieces(self, encoder: PairEncoder, words: list[str]) -> None:
        context = " ".join(words)
        read = {
            at for pair in encoder.pairs("Who?", [context]) for start, end in pair.spans for at in range(start, end)
        }
        assert {at for at, char in enumerate(context) if not char.isspace()} <= read

    def test_an_input_is_question_and_context_between_separators(
        self, encoder: PairEncoder, tokenizer: Tokenizer
    ) -> None:
        (pair,) = encoder.pairs("Who spoke?", ["He spoke."])
        assert tokenizer.decode(list(pair.ids), skip_special_tokens=False) == "[CLS] who spoke? [SEP] he spoke. [SEP]"
        assert [pair.ids[pair.first + at] for at in range(3)] == [*pair.ids[pair.first : -1]]

    def test_a_long_question_leaves_room_for_the_context(self, encoder: PairEncoder) -> None:
        pairs = encoder.pairs("why " * 500, ["because " * 300])
        assert all(pair.first == QUESTION + 2 for pair in pairs)
        assert len(pairs) > 1

    def test_a_context_without_words_gives_no_input(self, encoder: PairEncoder) -> None:
        assert [pair.context for pair in encoder.pairs("Who?", ["", " \n", "Me."])] == [2]


def test_padding_is_masked_and_types_tell_question_from_context(encoder: PairEncoder) -> None:
    pairs = encoder.pairs("Who spoke?", ["He spoke.", "He spoke at length to the press."])
    ids, mask, types = padded(pairs)
    assert ids.shape == (2, max(len(pair.ids) for pair in pairs))
    for row, pair in enumerate(pairs):
        assert tuple(ids[row][mask[row] == 1]) == pair.ids
        assert types[row].sum() == len(pair.ids) - pair.first
        assert types[row, : pair.first].sum() == 0


class TestBestSpan:
    CONTEXT = "Reza Khosravi Moghaddam, the attaché, unhesitatingly thanked everybody."

    @pytest.fixture
    def pair(self, encoder: PairEncoder) -> Pair:
        (pair,) = encoder.pairs("Who?", [self.CONTEXT])
        return pair

    def scores(self, pair: Pair, first: str, last: str) -> np.ndarray:
        scores = np.zeros((len(pair.ids), 2), dtype=np.float32)
        spans = [self.CONTEXT[start:end] for start, end in pair.spans]
        scores[pair.first + spans.index(first), 0] = 5.0
        scores[pair.first + spans.index(last), 1] = 4.0
        return scores

    def test_the_best_words_are_found_with_their_margin(self, pair: Pair) -> None:
        scores = self.scores(pair, "Reza", "attaché")
        scores[0] = 1.0
        found = best_span(pair, scores)
        assert found.span.of(self.CONTEXT) == "Reza Khosravi Moghaddam, the attaché"
        assert found.margin == pytest.approx(7.0)

    def test_an_answer_never_ends_before_it_begins(self, pair: Pair) -> None:
        scores = self.scores(pair, "everybody", "Reza")
        span = best_span(pair, scores).span
        assert span.of(self.CONTEXT) in ("everybody", "Reza")

    @given(data=st.data())
    def test_answers_are_whole_words_of_bearable_length(self, encoder: PairEncoder, data: st.DataObject) -> None:
        words = data.draw(_WORDS.filter(bool))
        context = " ".join(words)
        for pair in encoder.pairs("Who?", [context]):
            seed = data.draw(st.integers(0, 2**32 - 1))
            scores = np.random.default_rng(seed).normal(size=(len(pair.ids), 2)).astype(np.float32)
            span = best_span(pair, scores).span
            inside = [at for at, (start, end) in enumerate(pair.spans) if span.start <= start and end <= span.end]
            assert pair.begins[inside[0]]
            assert pair.ends[inside[-1]]
            assert len(inside) <= ANSWER
