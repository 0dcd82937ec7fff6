"""A streamed answer is cut into whole sentences, however it is cut into pieces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.sentences import MOST_SENTENCES, sentences_of
from qa.errors import LanguageModelError

ANSWERS = [
    ("Moss said it holds. [1]\nReed denied it. [2]\n", ["Moss said it holds. [1]", "Reed denied it. [2]"]),
    ("Moss said it holds [1]. Reed denied it [2][3].", ["Moss said it holds [1].", "Reed denied it [2][3]."]),
    ("Moss said it holds. [1] [2] Reed denied it. [3]", ["Moss said it holds. [1] [2]", "Reed denied it. [3]"]),
    ("Moss [1] said it holds.", ["Moss [1] said it holds."]),
    ("No. Reed denied it. [1, 2]", ["No. Reed denied it. [1, 2]"]),
    ("Moss said it holds. [1]\nReed denied", ["Moss said it holds. [1]"]),
    ("Moss said it", []),
    ("", []),
    ("NOT IN THE EVIDENCE", ["NOT IN THE EVIDENCE"]),
    ("<think>Reed?</think>**Not in the evidence**", ["**Not in the evidence**"]),
    ('{"sentences": [ ]}', ["NOT IN THE EVIDENCE"]),
    ('{"sentences": [', []),
    ("  \n\n ", []),
    ("<think>Reed? [2]\nNo.</think>\n\nMoss said it holds. [1]", ["Moss said it holds. [1]"]),
    ("<think>never ending [1]\n", []),
    ("```text\nMoss said it holds. [1]\n```", ["Moss said it holds. [1]"]),
    ('{"sentences": [{"text": "Moss said it holds.", "sources": [1, 2]}]}', ["Moss said it holds. [1] [2]"]),
    (
        '```json\n{"sentences": [\n{"text": "A } \\" said.", "sources": [1]},\n{"text": "B said.", "sources": []}]}\n'
        "```",
        ['A } " said. [1]', "B said."],
    ),
    ('{"sentences": [{"text": "Moss said it holds.", "sources": [1]}, {"text": "Reed', ["Moss said it holds. [1]"]),
    ('{"sentences": [{"text": 7, "sources": [1]}, {"words": ""}, 5, {"text": " ", "sources": 3}]}', []),
    ('{"answer": "Moss said it holds. [1]"}', []),
    ('{"sentences": [}}}}', []),
    ('{"sentences": [{"text": "Moss said.", "sources": "1"}]}', ["Moss said."]),
]


@pytest.mark.parametrize(("text", "sentences"), ANSWERS)
@given(data=st.data())
def test_however_it_is_cut_into_pieces(text: str, sentences: list[str], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert list(sentences_of(filter(None, pieces))) == sentences


PAUSED = "Moss said it holds [1]. Reed denied it. [2] [3]\n“It holds,” Moss added. [4]"


@given(pauses=st.sets(st.integers(0, len(PAUSED))))
def test_where_the_model_pauses_no_word_is_lost(pauses: set[int]) -> None:
    cuts = [0, *sorted(pauses), len(PAUSED)]
    pieces = [piece for a, b in pairwise(cuts) for piece in (PAUSED[a:b], "")]
    given_ = list(sentences_of(pieces))
    assert [re.sub(r"\.?(?:\s*\[\d\])+\.?", "", sentence) for sentence in given_] == [
        "Moss said it holds",
        "Reed denied it",
        "“It holds,” Moss added",
    ]
    assert all(re.search(r"\[\d\]", sentence) for sentence in given_)


def test_a_marked_sentence_does_not_wait_for_what_follows_a_pause() -> None:
    read: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("Moss said it holds. [1]", "", "[2]", "\nReed ", "", "denied it. [2]"):
            read.append(piece)
            yield piece

    sentences = sentences_of(pieces())
    assert next(sentences) == "Moss said it holds. [1]"
    assert len(read) == 2
    assert list(sentences) == ["Reed denied it. [2]"]


def test_markers_without_a_stop_wait_for_a_second_pause() -> None:
    read: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("Moss said it holds [1]", "", "", ". Reed ", "denied it [2]", "", " and wept [3]\n"):
            read.append(piece)
            yield piece

    sentences = sentences_of(pieces())
    assert next(sentences) == "Moss said it holds [1]"
    assert len(read) == 3
    assert list(sentences) == ["Reed denied it [2] and wept [3]"]


def test_a_sentence_comes_as_soon_as_it_is_whole() -> None:
    read: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ("Moss said it holds. [1]", "\n", "Reed ", "denied it. [2]", "\n"):
            read.append(piece)
            yield piece

    sentences = sentences_of(pieces())
    assert next(sentences) == "Moss said it holds. [1]"
    assert len(read) == 2
    assert next(sentences) == "Reed denied it. [2]"


def test_json_comes_object_by_object() -> None:
    objects = [json.dumps({"text": f"Moss said {n}.", "sources": [n]}) for n in (1, 2)]
    sentences = sentences_of(iter(['{"sentences": [', objects[0], ", ", objects[1][:9]]))
    assert next(sentences) == "Moss said 1. [1]"
    assert list(sentences) == []


@pytest.mark.parametrize("piece", ["word ", "Moss said it holds. [1]\n", '{"sentences": [' + " " * 50])
def test_what_does_not_end_is_ended(piece: str) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield piece

    shown: list[str] = []
    with pytest.raises(LanguageModelError, match="did not come to an end"):
        shown.extend(sentences_of(endless()))
    assert len(shown) <= MOST_SENTENCES


@given(st.lists(st.text(max_size=30), max_size=20))
def test_any_pieces_are_read(pieces: list[str]) -> None:
    for sentence in sentences_of(pieces):
        assert sentence.strip()
        assert "\n" not in sentence
