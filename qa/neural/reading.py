"""Questions and contexts as the reader's input, and its scores as spans: shared by training and serving.

An input is ``[CLS] question [SEP] context [SEP]``, at most 256 tokens. A context that is longer is read in several
overlapping pieces. The reader scores each token as the first and as the last of the answer; position 0, the
``[CLS]``, stands for "not answered here".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from qa.domain import Span

Scores = NDArray[np.float32]
Tokens = NDArray[np.int32]

LONGEST = 256
"""Tokens of one input, separators included."""

QUESTION = 64
"""Tokens of a question that are read."""

OVERLAP = 64
"""Tokens that two pieces of a long context share."""

ANSWER = 48
"""Tokens of the longest answer."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question with one context, or a piece of it.

    ``context`` says which of the contexts it is, ``first`` where its tokens begin in ``ids``; ``spans`` are their
    code points in the context, ``begins`` and ``ends`` whether a word begins and ends with them.
    """

    context: int
    ids: tuple[int, ...]
    first: int
    spans: tuple[tuple[int, int], ...]
    begins: tuple[bool, ...]
    ends: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The best answer in one input, and by how much its score exceeds that of "not answered here"."""

    span: Span
    margin: float


class PairEncoder:
    """Makes the reader's inputs with the tokenizer of its trunk, which must neither cut nor pad.

    Raises:
        ValueError: the tokenizer lacks the separators.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        begin, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
        if begin is None or sep is None:
            raise ValueError("a tokenizer without [CLS] and [SEP]")
        self._tokenizer = tokenizer
        self._cls: int = begin
        self._sep: int = sep

    def pairs(self, question: str, contexts: Sequence[str]) -> list[Pair]:
        """Every context as one input, or several where it is long; contexts without a word give none."""
        asked, *read = self._tokenizer.encode_batch([question, *contexts], add_special_tokens=False)
        head = (self._cls, *asked.ids[:QUESTION], self._sep)
        room = LONGEST - len(head) - 1
        return [
            self._pair(number, head, encoding, start, start + room)
            for number, encoding in enumerate(read)
            for start in starts(len(encoding.ids), room)
        ]

    def _pair(self, number: int, head: tuple[int, ...], encoding: Encoding, start: int, end: int) -> Pair:
        words = encoding.word_ids
        begins = [at == 0 or word != words[at - 1] for at, word in enumerate(words)]
        piece = slice(start, end)
        return Pair(
            number,
            (*head, *encoding.ids[piece], self._sep),
            len(head),
            tuple(encoding.offsets[piece]),
            tuple(begins[piece]),
            tuple([*begins[1:], True][piece]),
        )


def starts(length: int, room: int) -> list[int]:
    """Where the pieces of ``room`` tokens begin that cover ``length`` tokens, each sharing OVERLAP with the next."""
    if length <= room:
        return [0] if length else []
    step = max(1, room - OVERLAP)
    return [*range(0, length - room, step), length - room]


def padded(pairs: Sequence[Pair]) -> tuple[Tokens, Tokens, Tokens]:
    """Ids, mask and token types (0 the question, 1 the context), each (pairs, tokens)."""
    ids = np.zeros((len(pairs), max(len(pair.ids) for pair in pairs)), dtype=np.int32)
    mask, types = np.zeros_like(ids), np.zeros_like(ids)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = pair.ids
        mask[row, : len(pair.ids)] = 1
        types[row, pair.first : len(pair.ids)] = 1
    return ids, mask, types


def best_span(pair: Pair, scores: Scores) -> Found:
    """The best run of whole words of ``pair``'s context by ``scores`` (tokens, 2), at most ANSWER tokens long."""
    count = len(pair.spans)
    inside = scores[pair.first : pair.first + count].astype(np.float32)
    begin = np.where(pair.begins, inside[:, 0], -np.inf)
    end = np.where(pair.ends, inside[:, 1], -np.inf)
    sums = begin[:, None] + end[None, :]
    places = np.arange(count)
    length = places[None, :] - places[:, None]
    sums = np.where((length >= 0) & (length < ANSWER), sums, -np.inf)
    if not np.isfinite(sums.max()):  # a single word longer than ANSWER, or the middle of one
        sums = np.where(length >= 0, inside[:, :1] + inside[None, :, 1], -np.inf)
    first, last = divmod(int(sums.argmax()), count)
    null = float(scores[0, 0] + scores[0, 1])
    span = Span(pair.spans[first][0], max(pair.spans[last][1], pair.spans[first][0] + 1))
    return Found(span, float(sums[first, last]) - null)
