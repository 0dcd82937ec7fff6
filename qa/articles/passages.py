"""An article's passages: runs of whole sentences short enough for an embedding model to read to the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.articles.blocks import canonical
from qa.domain import Article, Block, BlockKind, Passage, Span

_SENTENCES = 4
_WORDS = 110
_CHARS = 800
"""The most that a passage of several sentences holds: about 150 tokens of English, within 256 of any language."""

_OVERLAP_WORDS = 50
_REPEAT = 40
_TITLES = (BlockKind.HEADLINE, BlockKind.HEADING)


@dataclass(frozen=True, slots=True)
class _Sentence:
    span: Span
    words: int
    heads: bool
    """Whether it is a headline or heading."""


def passages(article: Article) -> tuple[Passage, ...]:
    """The passages of ``article`` in text order, each sharing its first sentence with the one before it.

    A heading begins the passage of the paragraph under it. A headline or standfirst that the body repeats is left
    out: what it says is found in the body. A single long sentence is a passage of its own.
    """
    spans = [span for run in _runs(article) for span in _cut(run)]
    return tuple(Passage(article.id, number, span, span.of(article.text)) for number, span in enumerate(spans))


def _runs(article: Article) -> Iterator[list[_Sentence]]:
    """The sentences between one heading and the next, without gaps."""
    run: list[_Sentence] = []
    for sentence in _told_once(article):
        if run and (_parted(article.text, run[-1], sentence) or (sentence.heads and not run[-1].heads)):
            yield run
            run = []
        run.append(sentence)
    if run:
        yield run


def _parted(text: str, one: _Sentence, other: _Sentence) -> bool:
    return bool(text[one.span.end : other.span.start].strip())


def _told_once(article: Article) -> Iterator[_Sentence]:
    repeated = _repeated(article)
    blocks = iter(article.blocks)
    block = next(blocks, None)
    for span in article.sentences:
        while block is not None and block.span.end <= span.start:
            block = next(blocks, None)
        if block is not None and block in repeated:
            continue
        heads = block is not None and block.kind in _TITLES
        yield _Sentence(span, len(span.of(article.text).split()), heads)


def _repeated(article: Article) -> frozenset[Block]:
    """Headline and standfirst blocks whose words stand in the body again."""
    front = [b for b in article.blocks if b.kind in (BlockKind.HEADLINE, BlockKind.STANDFIRST)]
    if not front:
        return frozenset()
    body = [canonical(b.span.of(article.text)) for b in article.blocks if b.kind is BlockKind.PARAGRAPH]
    return frozenset(block for block in front if _stands_in(canonical(block.span.of(article.text)), body))


def _stands_in(words: str, body: Sequence[str]) -> bool:
    return words in body or (len(words) >= _REPEAT and any(other.startswith(words) for other in body))


def _cut(run: Sequence[_Sentence]) -> Iterator[Span]:
    """Passages of a run: filled up to the limits, the next one starting with the last sentence of the one before."""
    first = 0
    while first < len(run):
        end = _filled(run, first)
        yield Span(run[first].span.start, run[end - 1].span.end)
        if end == len(run):
            return
        first = end - 1 if _overlaps(run, first, end) else end


def _filled(run: Sequence[_Sentence], first: int) -> int:
    """The end of the longest passage that starts at ``first``; at least one sentence under its headings."""
    words = sentences = 0
    for index in range(first, len(run)):
        sentence = run[index]
        long = words + sentence.words > _WORDS or sentence.span.end - run[first].span.start > _CHARS
        if sentences and (sentences == _SENTENCES or long):
            return index
        words += sentence.words
        sentences += not sentence.heads
    return len(run)


def _overlaps(run: Sequence[_Sentence], first: int, end: int) -> bool:
    """Whether the next passage may begin with the last sentence of this one and still bring a new one."""
    last = run[end - 1]
    if end - first < 2 or run[end - 2].heads or last.words > _OVERLAP_WORDS:
        return False
    return last.words + run[end].words <= _WORDS and run[end].span.end - last.span.start <= _CHARS
