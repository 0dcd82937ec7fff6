"""What the reader learns from: rows of a question and a context, in groups whose contexts compete."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import torch

from qa.neural.reading import Pair, PairEncoder, padded

IGNORED = -100
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One context for a question.

    ``answers`` are the places of the right words, () where the context does not answer, None where nobody marked
    them; ``relevant`` is whether the context answers at all; ``agrees`` whether it bears out what a question "did X say
    Y?" asks, None where that is not known.
    """

    question: str
    context: str
    answers: tuple[Place, ...] | None
    relevant: bool
    agrees: bool | None = None


Group = tuple[Row, ...]
"""Contexts of one question that compete; a group whose rows are all irrelevant teaches to abstain."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tensors of some groups: (rows, tokens) all but the last three, which are (rows,).

    ``first`` and ``last`` mark the tokens where a right answer begins and ends, position 0 where there is none;
    a row that marks nothing does not train the span. ``agrees`` is 1, 0, or -1 where it is not known.
    """

    ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    first: torch.Tensor
    last: torch.Tensor
    group: torch.Tensor
    relevant: torch.Tensor
    agrees: torch.Tensor

    def to(self, device: torch.device) -> Batch:
        return Batch(*(getattr(self, f.name).to(device, non_blocking=True) for f in fields(self)))


def batch(groups: Sequence[Group], encoder: PairEncoder) -> Batch:
    """Groups as tensors; of a context too long for one input, the piece that holds the answer (else the first)."""
    rows = [(number, row) for number, group in enumerate(groups) for row in group]
    chosen = [(number, row, pair) for number, row in rows if (pair := piece(row, encoder)) is not None]
    ids, mask, types = (torch.from_numpy(array).long() for array in padded([pair for _, _, pair in chosen]))
    first = torch.zeros(ids.shape, dtype=torch.bool)
    last = torch.zeros(ids.shape, dtype=torch.bool)
    for at, (_, row, pair) in enumerate(chosen):
        if row.answers is None:
            continue
        tokens = [found for answer in row.answers if (found := tokens_of(pair, answer))]
        for begin, end in tokens or [(0, 0)]:
            first[at, begin] = last[at, end] = True
    group = torch.tensor([number for number, _, _ in chosen])
    relevant = torch.tensor([row.relevant for _, row, _ in chosen])
    agrees = torch.tensor([-1 if row.agrees is None else int(row.agrees) for _, row, _ in chosen])
    return Batch(ids, mask, types, first, last, group, relevant, agrees)


def piece(row: Row, encoder: PairEncoder) -> Pair | None:
    """The input, of those that the context makes, that holds an answer, else the first; None without a word."""
    pairs = encoder.pairs(row.question, [row.context])
    for pair in pairs:
        if any(tokens_of(pair, answer) for answer in row.answers or ()):
            return pair
    return pairs[0] if pairs else None


def tokens_of(pair: Pair, answer: Place) -> Place | None:
    """Positions in the input of the first and last token of ``answer``, where the input holds all of it."""
    start, end = answer
    if not pair.spans or start < pair.spans[0][0] or end > pair.spans[-1][1]:
        return None
    inside = [at for at, (begin, stop) in enumerate(pair.spans) if begin < end and stop > start]
    return (pair.first + inside[0], pair.first + inside[-1]) if inside else None


_SENTENCE = re.compile(r"\S.*?(?:[.!?][\"”’)\]]*(?=\s+[A-Z\"“(\[])|$)", re.S)


def plain_sentences(text: str) -> list[Place]:
    """A rough split, good enough to cut training contexts with."""
    return [match.span() for match in _SENTENCE.finditer(text)]


def words(text: str) -> frozenset[str]:
    """Words of four letters and more, lower case, cut to their first five letters: a cheap stem."""
    return frozenset(word[:5] for word in re.findall(r"[^\W_]{4,}|\d+", text.casefold()))


def shared(one: Iterable[str], other: Iterable[str]) -> int:
    return len(set(one) & set(other))


def roughened(question: str, chance: random.Random) -> str:
    """``question`` as people type: now and then without its mark, or with two letters swapped."""
    if chance.random() < 0.1:
        question = question.rstrip("? ")
    return slipped(question, chance) if chance.random() < 0.06 else question


def slipped(question: str, chance: random.Random) -> str:
    """``question`` with two letters swapped, if it is long and two letters stand where it is tried."""
    if len(question) <= 12:
        return question
    at = chance.randrange(1, len(question) - 2)
    swapped = question[:at] + question[at + 1] + question[at] + question[at + 2 :]
    return swapped if question[at : at + 2].isalpha() else question
