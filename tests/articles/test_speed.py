"""A long text of anything is split at once: the time grows with the text, not with its square."""

from __future__ import annotations

import time

import pytest

from qa.articles import Limits, passages, read_bytes, split_blocks, split_sentences
from qa.articles.from_pdf import paragraphs
from qa.domain import Article

SENTENCE = "“We left,” said Sen. John Q. Smith (R-Utah) at 8 p.m. on Monday, and the U.S. envoy agreed. "
LIMITS = Limits(max_bytes=20_000_000, max_chars=1_000_000, timeout=5.0)
SIZE = 200_000
"""A square law, at the weight of a few operations for a mark, would take minutes here."""
TEXTS = {
    "news": (SENTENCE * 4 + "\n\n") * (SIZE // (4 * len(SENTENCE))),
    "one line": SENTENCE * (SIZE // len(SENTENCE)),
    "wrapped": ("word " * 14 + "\n") * (SIZE // 71),
    "stops": "." * SIZE,
    "stops and quotation marks": ".\"'" * (SIZE // 3),
    "a word and stops": "a" + "." * SIZE,
    "quotation marks": "“" * SIZE,
    "brackets": "(" + "A.) " * (SIZE // 4),
    "spaces": " " * SIZE + "a",
    "one word": "a" * SIZE,
    "tags": '"Why?" Smith the man ' * (SIZE // 21),
    "marks of money and stops": "$ . " * (SIZE // 4),
    "hyphens": "---\n" + "a: b\n" * (SIZE // 20),
}


def test_the_time_to_read_a_long_heading_or_a_long_line_of_a_page_grows_with_it() -> None:
    start = time.process_time()
    read_bytes(b"# " + b"__a " * (SIZE // 4), source="a.md", media_type=None, limits=LIMITS)
    list(paragraphs([["a" * SIZE]]))
    list(paragraphs([["and so it goes on from line to line without a stop"] * (SIZE // 50)]))
    assert time.process_time() - start < 3


@pytest.mark.parametrize("name", TEXTS)
def test_the_time_grows_with_the_text(name: str) -> None:
    text = TEXTS[name]
    start = time.process_time()
    blocks = split_blocks(text)
    sentences = split_sentences(text, blocks)
    passages(Article("0" * 12, "t", "s", text, blocks, sentences))
    assert time.process_time() - start < 3
