"""Texts cut into the token windows that the tagger reads: whole paragraphs, packed, with exact offsets.

A window is ``[CLS] paragraph [SEP] paragraph [SEP] …``: the separator stands where the article begins a new
paragraph, so that the model sees where a quotation stops. The trunk's vocabulary has no capital letters; the
shape of each word (lower case, Capitalised, ALL CAPITALS) travels in the token-type input instead.
Training and serving both cut with these functions, so that a model always reads what it was trained on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

WINDOW = 256
"""Tokens of one window, separators included."""

SHAPES = 3
"""How many word shapes the token-type input tells apart."""

_LINE = re.compile(r"[^\r\n]+")
_SENTENCE_END = frozenset('.!?”"')


@dataclass(frozen=True, slots=True)
class Tokens:
    """A run of tokens of one paragraph, all of the same length: ids, word shapes, spans in the text, word starts."""

    ids: tuple[int, ...]
    shapes: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    firsts: tuple[bool, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, part: slice) -> Tokens:
        return Tokens(self.ids[part], self.shapes[part], self.spans[part], self.firsts[part])


@dataclass(frozen=True, slots=True)
class Window:
    """What the model reads at once.

    ``words`` holds, for each word, its first token's position in the window and its span in the text; the words
    from ``fresh`` on are to be labelled, those before it only give context.
    """

    ids: tuple[int, ...]
    shapes: tuple[int, ...]
    words: tuple[tuple[int, int, int], ...]
    fresh: int


def shape(word: str) -> int:
    """0 for a word without a capital at its start, 1 for one with, 2 for a word all in capitals."""
    if not word[:1].isupper():
        return 0
    return 2 if len(word) > 1 and word.isupper() else 1


def tokenize(text: str, tokenizer: Tokenizer) -> list[Tokens]:
    """The tokens of every line of ``text`` that holds any, in order; spans count code points in ``text``."""
    lines = [(m.start(), m.group()) for m in _LINE.finditer(text)]
    encodings = tokenizer.encode_batch([line for _, line in lines], add_special_tokens=False)
    runs = []
    for (offset, line), encoding in zip(lines, encodings, strict=True):
        words = encoding.word_ids
        offsets = encoding.offsets
        ends = {word: end for word, (_, end) in zip(words, offsets, strict=True)}
        shapes, firsts = [], []
        previous, current = None, 0
        for word, (start, _) in zip(words, offsets, strict=True):
            if word != previous:
                current = shape(line[start : ends[word]])
            shapes.append(current)
            firsts.append(word != previous)
            previous = word
        spans = tuple((offset + start, offset + end) for start, end in offsets)
        if spans:
            runs.append(Tokens(tuple(encoding.ids), tuple(shapes), spans, tuple(firsts)))
    return runs


def pieces(run: Tokens, text: str, limit: int) -> Iterator[Tokens]:
    """``run`` in pieces of at most ``limit`` tokens, cut at the last sentence end that leaves half a piece."""
    while len(run) > limit:
        cut = limit
        for at in range(limit, limit // 2, -1):
            if run.firsts[at] and text[run.spans[at - 1][1] - 1] in _SENTENCE_END:
                cut = at
                break
        else:
            while cut > 1 and not run.firsts[cut]:
                cut -= 1
        yield run[:cut]
        run = run[cut:]
    yield run


def pack(
    runs: Sequence[Tokens], text: str, *, cls: int, sep: int, size: int = WINDOW, context: int = 0
) -> list[Window]:
    """Windows of at most ``size`` tokens over all of ``runs``, each led by up to ``context`` tokens before it."""
    parts = [piece for run in runs for piece in pieces(run, text, size - 2)]
    windows: list[Window] = []
    at = 0
    while at < len(parts):
        first = at
        room = size - 2 - len(parts[at])
        start = at
        budget = min(context, room)
        while start > 0 and len(parts[start - 1]) + 1 <= budget:
            start -= 1
            budget -= len(parts[start]) + 1
            room -= len(parts[start]) + 1
        at += 1
        while at < len(parts) and len(parts[at]) + 1 <= room:
            room -= len(parts[at]) + 1
            at += 1
        windows.append(_window(parts[start:at], first - start, cls, sep))
    return windows


def _window(parts: Sequence[Tokens], context: int, cls: int, sep: int) -> Window:
    ids, shapes = [cls], [0]
    words: list[tuple[int, int, int]] = []
    fresh = 0
    for number, part in enumerate(parts):
        if number == context:
            fresh = len(words)
        base = len(ids)
        for at, (first, (start, end)) in enumerate(zip(part.firsts, part.spans, strict=True)):
            if first or at == 0:
                words.append((base + at, start, end))
            else:
                position, start, _ = words[-1]
                words[-1] = (position, start, end)
        ids += [*part.ids, sep]
        shapes += [*part.shapes, 0]
    return Window(tuple(ids), tuple(shapes), tuple(words), fresh)
