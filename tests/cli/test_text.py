"""Article text on a terminal: readable, and unable to steer it."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from qa.cli.text import line, plain


@given(st.text())
def test_nothing_steers_the_terminal(text: str) -> None:
    shown = plain(text)
    assert len(shown) == len(text)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in shown)
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "M"])))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert plain(text) == text


@given(st.text())
def test_a_line_is_one_line(text: str) -> None:
    assert len(line(text).splitlines()) <= 1


def test_an_escape_sequence_is_shown_and_not_obeyed() -> None:
    assert line("a\x1b[2Jb\n c\x9bm") == "a\ufffd[2Jb c\ufffdm"
