"""Passages of whole sentences."""

from __future__ import annotations

from itertools import pairwise

from qa.articles import passages, split_blocks, split_sentences
from qa.domain import Article

SENTENCE = (
    "The union said on Monday that sentence number {} of its long letter to the company would never be withdrawn."
)


def article(text: str) -> Article:
    blocks = split_blocks(text)
    return Article("0" * 12, "Port", "port.txt", text, blocks, split_sentences(text, blocks))


def texts(text: str) -> list[str]:
    return [passage.text for passage in passages(article(text))]


def sentences(*numbers: int) -> str:
    return " ".join(SENTENCE.format(number) for number in numbers)


def test_four_sentences_overlapping_by_one() -> None:
    assert texts(f"{sentences(1, 2, 3)}\n\n{sentences(4, 5, 6, 7)}\n") == [
        f"{sentences(1, 2, 3)}\n\n{sentences(4)}",
        sentences(4, 5, 6, 7),
    ]


def test_a_heading_goes_with_the_passage_under_it() -> None:
    text = f"{sentences(1, 2)}\n\nNo relation\n\n{sentences(3, 4)}\n\nNext steps\n{sentences(5, 6)}"
    assert texts(text) == [
        sentences(1, 2),
        f"No relation\n\n{sentences(3, 4)}",
        f"Next steps\n{sentences(5, 6)}",
    ]


def test_the_headline_goes_with_the_first_passage() -> None:
    assert texts(f"Port strike goes on\n\n{sentences(1, 2)}") == [f"Port strike goes on\n\n{sentences(1, 2)}"]


def test_a_repeated_standfirst_is_told_once_from_the_body() -> None:
    text = f"Port strike goes on\n\n{sentences(1)[:-1]}\n\n{sentences(1)}\n\n{sentences(2)}\n\n{sentences(3)}"
    found = passages(article(text))
    assert [p.text for p in found] == ["Port strike goes on", f"{sentences(1)}\n\n{sentences(2)}\n\n{sentences(3)}"]
    assert found[1].span.start == text.rindex(sentences(1))


def test_a_standfirst_that_says_its_own_is_kept() -> None:
    text = f"Port strike goes on\n\nThe company says nothing at all so far\n\n{sentences(1)}"
    assert texts(text) == [text]


def test_a_very_long_sentence_is_a_passage_of_its_own() -> None:
    long = "The union said " + "that it would go on, and " * 40 + "that was all."
    assert texts(f"{sentences(1)} {long} {sentences(2)}") == [sentences(1), long, sentences(2)]


def test_the_numbers_count_and_no_passage_only_repeats() -> None:
    found = passages(article("\n\n".join(sentences(n, n + 1) for n in range(0, 60, 2))))
    assert [p.number for p in found] == list(range(len(found)))
    for one, other in pairwise(found):
        assert one.span.start < other.span.start <= one.span.end
        assert other.span.end > one.span.end
    assert all(len(p.text.split()) <= 110 for p in found)
