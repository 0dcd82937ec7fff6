"""The asking river: what is let into it, and what comes out word by word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.asking import MOST_ARTICLES, MOST_TURNS, pieces, validated
from qa.domain import Question, Turn
from qa.errors import QuestionError


@given(st.text())
def test_a_question_is_refused_or_plain(text: str) -> None:
    try:
        asked = validated(Question(text), 100)
    except QuestionError:
        return
    assert 0 < len(asked.text) <= 100
    assert asked.text == asked.text.strip()
    assert "  " not in asked.text
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in asked.text)
    assert validated(asked, 100) == asked


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x07", "\u200b\ufeff", "?!…", "\ud800"])
def test_nothing_to_ask_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        validated(Question(text), 100)


def test_a_question_may_be_as_long_as_is_set_and_no_longer() -> None:
    assert validated(Question("w" * 100), 100).text == "w" * 100
    with pytest.raises(QuestionError, match="longer than 100 characters"):
        validated(Question("w" * 101), 100)


def test_control_characters_are_taken_out_and_white_space_is_made_plain() -> None:
    assert validated(Question("Who\x00 warned\r\n\t Tel\u00a0 Aviv\x1b[0m?"), 100).text == "Who warned Tel Aviv[0m?"


def test_writing_of_every_kind_is_kept() -> None:
    for text in ("Кто предупредил?", "谁警告了?", "Qui a « dit » ça ?", "kto powiedział 5 %"):
        assert validated(Question(text), 100).text == text


def test_the_latest_turns_count() -> None:
    turns = tuple(Turn(f"q{number}", "a") for number in range(MOST_TURNS + 5))
    assert validated(Question("And?", turns), 100).history == turns[-MOST_TURNS:]


def test_an_endless_turn_is_refused() -> None:
    with pytest.raises(QuestionError, match="earlier turn"):
        validated(Question("And?", (Turn("q", "a" * 20_001),)), 100)
    long = Turn("q", "a" * 2_100)
    assert validated(Question("And?", (long,)), 100).history == (long,)  # a long answer of ours


def test_articles_are_named_once_and_not_without_end() -> None:
    assert validated(Question("Who?", articles=("b", "a", "b")), 100).articles == ("b", "a")
    with pytest.raises(QuestionError, match="articles"):
        validated(Question("Who?", articles=tuple(map(str, range(MOST_ARTICLES + 1)))), 100)


@given(st.text())
def test_the_pieces_of_a_text_put_together_give_it(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert all(pieces(text))


def test_a_piece_is_a_word() -> None:
    assert list(pieces("He said  so. [1]")) == ["He ", "said  ", "so. ", "[1]"]
