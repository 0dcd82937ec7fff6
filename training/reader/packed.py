"""Draws the reader's epochs from a file of ``training.reader.pack``, in batches of a few fixed shapes.

A batch travels as small numbers, where in the file its tokens stand, and becomes tensors on the device that holds the
tokens: so that processes ahead keep up with a graphics processor, whose attention is compiled once for each shape.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from multiprocessing.queues import Queue
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from qa.neural.reading import LONGEST
from training.reader.news import unmarked
from training.reader.rows import Batch, Place

WRONG, RIGHT, TWIN, OPEN = 0, 1, 2, -1
"""States of a context: it does not answer, answers, has an answer's words behind the wrong speaker; nobody knows."""

LENGTHS = (40, 56, 72, 88, 104, 128, 160, 192, 224, LONGEST)
"""Tokens of a row, padding included; all batches of one length have as many rows."""

LEAST = 16
"""Rows of a batch at least, which is more than any group has."""

NEAREST, TWINS, AGAIN = 8, 2, 3
"""The first of a question's wrong contexts, among which some are drawn; its twins that are all read; how often an epoch
has a question with a twin."""

Ints = NDArray[np.int64]
Item = TypeVar("Item")


class Piece(NamedTuple):
    """A context by number; ``marks`` are its first and last tokens that answer, None where nobody marked them."""

    context: int
    state: int
    marks: Sequence[Place] | None


class Posed(NamedTuple):
    """A question by number with its contexts; ``agrees`` as in ``Batch``, of those that answer."""

    question: int
    agrees: int
    rows: Sequence[Piece]


class Drawn(NamedTuple):
    """A row to read: so many of the question's tokens, and a context."""

    question: int
    length: int
    context: int
    state: int
    agrees: int
    marks: Sequence[Place] | None


class Arrays(NamedTuple):
    """A batch to be: (rows, 7) the group, begin and length of question and context in the file, state, agreement;
    (marks, 3) the row, first and last token of what is marked; tokens and rows of its shape; its epoch."""

    rows: Ints
    marks: Ints
    length: int
    most: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Tokens of a batch, padding included, contexts of a served question, and how much of each part an epoch takes."""

    tokens: int
    size: int
    seed: int
    served: float = 1.0
    spans: float = 0.6
    plain: float = 0.15
    claims: float = 0.6


class Packed:
    """The file, opened."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as file:
            self.questions, self.contexts = file["questions"], file["contexts"]
            asked, read = (np.array([0, *file[f"{name}_ends"]], np.int64) for name in ("question", "context"))
            self.mistyped = file["mistyped"].tolist()
            self.cls, self.sep, mark = (int(token) for token in file["special"])
            parts = json.loads(file["groups"].tobytes())
        self.parts: dict[str, list[Posed]] = {
            name: [Posed(question, agrees, [Piece(*row) for row in rows]) for question, agrees, rows in groups]
            for name, groups in parts.items()
        }
        self.question_at, self.question_lengths = asked.tolist(), np.diff(asked).tolist()
        self.context_at, self.context_lengths = read.tolist(), np.diff(read).tolist()
        last = self.questions[np.maximum(asked[1:] - 1, 0)]
        self._marked = ((last == mark) & (np.diff(asked) > 1)).tolist()

    def plain(self, posed: Posed) -> list[Drawn]:
        """All contexts of a question as it is written."""
        length = self.question_lengths[posed.question]
        return [
            Drawn(posed.question, length, row.context, row.state, posed.agrees if row.state == RIGHT else -1, row.marks)
            for row in posed.rows
        ]

    def epoch(self, plan: Plan, chance: random.Random) -> list[list[Drawn]]:
        """The groups of an epoch, unordered; a served question has now and then an open context besides."""
        groups = []
        for posed in _some(self.parts["served"], plan.served, chance):
            group = self._served(posed, plan.size, chance)
            if len(group) > 1 or any(row.state == RIGHT for row in group):
                groups += [group] * (AGAIN if any(row.state == TWIN for row in posed.rows) else 1)
        for name, share, whole in (("spans", plan.spans, 0.55), ("plain", plan.plain, 0.85)):
            for posed in _some(self.parts[name], share, chance):
                rows = self._roughened(posed, chance)
                groups.append([rows[0] if chance.random() < whole or len(rows) < 2 else chance.choice(rows[1:])])
        claims = self.parts["claims"]
        taken = _some(range(0, len(claims), 2), plan.claims, chance)
        for posed in (claims[at + other] for at in taken for other in (0, 1)):
            (row,) = self._roughened(posed, chance)
            stranger = claims[chance.choice(taken)].rows[0].context
            wrong = row._replace(context=stranger, state=WRONG, agrees=-1, marks=unmarked(chance))
            groups.append([row, wrong] if chance.random() < 1 / 3 else [row])
        return groups

    def _roughened(self, posed: Posed, chance: random.Random) -> list[Drawn]:
        """As ``training.reader.rows.roughened`` does it, of the two ways to type the question that the file has."""
        question = posed.question
        if self.mistyped[question] >= 0 and chance.random() < 0.5:
            question = self.mistyped[question]
        bare = self._marked[question] and chance.random() < 0.1
        length = self.question_lengths[question] - bare
        return [row._replace(question=question, length=length) for row in self.plain(posed)]

    def _served(self, posed: Posed, size: int, chance: random.Random) -> list[Drawn]:
        rows: dict[int, list[Drawn]] = {RIGHT: [], TWIN: [], WRONG: [], OPEN: []}
        for row in self._roughened(posed, chance):
            rows[row.state].append(row)
        group = chance.sample(rows[RIGHT], min(len(rows[RIGHT]), chance.choice((1, 1, 2))))
        wrong, near = rows[TWIN][:TWINS], rows[WRONG][:NEAREST]
        wrong += chance.sample(near, min(len(near), max(0, size - len(group) - len(wrong))))
        group += [row._replace(state=WRONG, marks=unmarked(chance)) for row in wrong]
        if rows[OPEN] and chance.random() < 0.5:
            group.append(chance.choice(rows[OPEN]))
        return group

    def shape(self, group: Sequence[Drawn]) -> int:
        """The least of LENGTHS that holds every row of a group."""
        longest = max(row.length + self.context_lengths[row.context] + 3 for row in group)
        return next(length for length in LENGTHS if length >= min(longest, LONGEST))

    def arrays(self, groups: Sequence[Sequence[Drawn]], length: int, most: int, epoch: int = 0) -> Arrays:
        """Groups as a batch to be; a mistyped question, when it has more tokens, takes them from the context's end."""
        rows: list[tuple[int, ...]] = []
        marks: list[tuple[int, int, int]] = []
        for number, group in enumerate(groups):
            for row in group:
                read = min(self.context_lengths[row.context], LONGEST - 3 - row.length)
                if row.marks is not None:
                    first = row.length + 2
                    kept = [(len(rows), first + a, first + b) for a, b in row.marks if b < read]
                    marks += kept if row.marks else [(len(rows), 0, 0)]
                asked = self.question_at[row.question], row.length
                rows.append((number, *asked, self.context_at[row.context], read, row.state, row.agrees))
        return Arrays(np.array(rows, np.int64), np.array(marks, np.int64).reshape(-1, 3), length, most, epoch)

    def batches(self, plan: Plan, epoch: int) -> list[Arrays]:
        """An epoch in batches; the last of a length is left out unless more than .6 full."""
        chance = random.Random(1000 * plan.seed + epoch)
        shapes: dict[int, list[list[Drawn]]] = {length: [] for length in LENGTHS}
        for group in self.epoch(plan, chance):
            shapes[self.shape(group)].append(group)
        out = []
        for length, groups in shapes.items():
            chance.shuffle(groups)
            most = max(LEAST, plan.tokens // length // 8 * 8)
            part: list[list[Drawn]] = []
            rows = 0
            for group in groups:
                if rows + len(group) > most:
                    out.append(self.arrays(part, length, most, epoch))
                    part, rows = [], 0
                part.append(group)
                rows += len(group)
            if rows > 0.6 * most:
                out.append(self.arrays(part, length, most, epoch))
        chance.shuffle(out)
        return out


def _some(items: Sequence[Item], share: float, chance: random.Random) -> Sequence[Item]:
    return items if share >= 1 else chance.sample(items, int(len(items) * share))


def stream(path: Path, plan: Plan, workers: int) -> Iterator[Arrays]:
    """Batches for ever: each process draws every so manieth epoch ahead, so that their order is not always the same."""
    context = multiprocessing.get_context("spawn")
    queue: Queue[Arrays] = context.Queue(600)
    started = [
        context.Process(target=_draw, args=(queue, path, plan, first, workers), daemon=True) for first in range(workers)
    ]
    for process in started:
        process.start()
    try:
        while True:
            yield queue.get(timeout=300)
    finally:
        for process in started:
            process.kill()


def _draw(queue: Queue[Arrays], path: Path, plan: Plan, first: int, workers: int) -> None:
    packed = Packed(path)
    for epoch in itertools.count(first, workers):
        for arrays in packed.batches(plan, epoch):
            queue.put(arrays)


@dataclass(frozen=True, slots=True)
class Fed:
    """A batch on the device: its inputs, each (rows, tokens), of which the last rows are padding.

    ``rows`` are those that are not; ``labelled`` the numbers of those of which it is known whether they answer.
    """

    ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    rows: Batch
    labelled: torch.Tensor


class Feeder:
    """The tokens of a file on a device, where batches are put together of them."""

    def __init__(self, packed: Packed, device: torch.device) -> None:
        self.device, self.cls, self.sep = device, packed.cls, packed.sep
        tokens = np.concatenate([packed.questions, packed.contexts]).astype(np.int32)
        self._contexts = len(packed.questions)
        self._tokens = torch.from_numpy(tokens).to(device)

    def __call__(self, arrays: Arrays) -> Fed:
        count, length = len(arrays.rows), arrays.length
        padding = np.tile(np.array([[0, 0, 1, 0, 1, OPEN, -1]], np.int64), (arrays.most - count, 1))
        table = self._put(np.concatenate([arrays.rows, padding]))
        group, asked_at, asked, read_at, read, state, agrees = table.unbind(1)
        at = torch.arange(length, device=self.device)[None, :]
        begin = asked[:, None] + 2
        end = begin + read[:, None]
        types = (at >= begin) & (at <= end)
        places = torch.where(types, self._contexts + read_at[:, None] + at - begin, asked_at[:, None] + at - 1)
        ids = self._tokens[places.clamp(0, len(self._tokens) - 1)].long()
        ids = torch.where((at == begin - 1) | (at == end), self.sep, ids)
        ids = torch.where(at == 0, self.cls, ids)
        mask = at <= end
        ids = torch.where(mask, ids, 0)
        first, last = torch.zeros(2, *ids.shape, dtype=torch.bool, device=self.device)
        row, begins, ends = self._put(arrays.marks).unbind(1)
        first[row, begins] = True
        last[row, ends] = True
        inputs = ids, mask.long(), types.long()
        batch = Batch(*inputs, first, last, group, state == RIGHT, agrees)
        labelled = self._put(np.flatnonzero(arrays.rows[:, 5] != OPEN))
        return Fed(*inputs, only(batch, slice(count)), labelled)

    def _put(self, array: Ints) -> torch.Tensor:
        return torch.from_numpy(array).to(self.device, non_blocking=True)


def only(batch: Batch, rows: torch.Tensor | slice) -> Batch:
    """Some rows of a batch."""
    return Batch(*(getattr(batch, field.name)[rows] for field in fields(batch)))
