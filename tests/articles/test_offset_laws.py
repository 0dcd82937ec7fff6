"""What holds for the offsets of any text whatever."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from qa.articles import passages, split_blocks, split_sentences
from qa.articles.lines import front_matter, lines_of
from qa.domain import Article, Span

LATIN = (
    "The He said “We left.” \"Why?\" asked Mr. Smith U.S. Sen. p.m. No. 10 3.5 ... … . ! ? ‘it’s’ 'so' J. K. p. 3) 1."
)
OTHER = "„Nein“ «да» » « (R-Utah) (see - * # ## --- === > | iPhone 我们。 ； é ß İ 𝔘 , ; : —"
BLANK = "\u200b \ufeff \u00a0 \u2028 \x85 \x1c"
WORDS = st.sampled_from(f"{LATIN} {OTHER} {BLANK}".split(" "))
GAPS = st.sampled_from([" ", " ", " ", "\n", "\n\n", "\r\n", "\r", "\t", "", "\u00a0", "\u2029", "\x0b"])
PROSE = st.lists(st.tuples(WORDS, GAPS), max_size=120).map(lambda pairs: "".join(w + g for w, g in pairs))
TEXTS = st.one_of(PROSE, st.text(max_size=400), st.text(st.characters(codec=None, exclude_categories=()), max_size=200))


def black(text: str, start: int, end: int) -> list[int]:
    """The places of ``text`` that hold something other than white space."""
    return [place for place in range(start, end) if not text[place].isspace()]


@given(TEXTS)
def test_blocks_lie_in_order_trimmed_and_hold_every_line(text: str) -> None:
    blocks = split_blocks(text)
    for block in blocks:
        assert block.span.of(text) == block.span.of(text).strip() != ""
    for one, other in pairwise(blocks):
        assert one.span.end <= other.span.start
    covered = [place for block in blocks for place in black(text, block.span.start, block.span.end)]
    assert covered == [place for line in lines_of(text) for place in black(text, line.span.start, line.span.end)]
    assert all(block.span.start >= front_matter(text) for block in blocks)


@given(TEXTS)
def test_every_letter_is_in_a_block_or_the_front_matter(text: str) -> None:
    spans = [block.span for block in split_blocks(text)]
    start = front_matter(text)
    held = {place for span in spans for place in range(span.start, span.end)}
    assert all(place in held for place in range(start, len(text)) if text[place].isalnum())


@given(TEXTS)
def test_sentences_cover_each_block_exactly_once(text: str) -> None:
    blocks = split_blocks(text)
    sentences = split_sentences(text, blocks)
    for one, other in pairwise(sentences):
        assert one.end <= other.start
    for sentence in sentences:
        assert sentence.of(text) == sentence.of(text).strip()
        assert sum(block.span.holds(sentence) for block in blocks) == 1
    covered = [place for s in sentences for place in black(text, s.start, s.end)]
    assert covered == [place for block in blocks for place in black(text, block.span.start, block.span.end)]


@given(TEXTS)
def test_passages_are_whole_sentences_of_the_text(text: str) -> None:
    blocks = split_blocks(text)
    if not blocks:
        return
    article = Article("0" * 12, "t", "s", text, blocks, split_sentences(text, blocks))
    starts = {s.start for s in article.sentences}
    ends = {s.end for s in article.sentences}
    found = passages(article)
    for number, passage in enumerate(found):
        assert passage.number == number
        assert article.text[passage.span.start : passage.span.end] == passage.text
        assert passage.span.start in starts
        assert passage.span.end in ends
    for one, other in pairwise(found):
        assert one.span.start < other.span.start
        assert one.span.end < other.span.end
    assert found


@given(PROSE, st.integers(0, 50))
def test_sentences_do_not_depend_on_what_stands_before_the_block(text: str, shift: int) -> None:
    blocks = split_blocks(text)
    moved = tuple(type(b)(b.kind, Span(b.span.start + shift, b.span.end + shift)) for b in blocks)
    there = split_sentences("x" * shift + text, moved)
    assert [(s.start - shift, s.end - shift) for s in there] == [
        (s.start, s.end) for s in split_sentences(text, blocks)
    ]
