"""The file between ``training.reader.groups``, which makes what is learnt from, and ``train``, which learns it."""

from __future__ import annotations

import gzip
import json
from dataclasses import astuple
from pathlib import Path

from training.reader.rows import Group, Row


def write(path: Path, epochs: list[list[Group]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        for number, groups in enumerate(epochs):
            for group in groups:
                print(json.dumps([number, [astuple(row) for row in group]], ensure_ascii=False), file=lines)


def read(path: Path) -> list[list[Group]]:
    """The groups of each epoch, as ``write`` left them."""
    epochs: list[list[Group]] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            number, rows = json.loads(line)
            while len(epochs) <= number:
                epochs.append([])
            epochs[number].append(tuple(_row(*row) for row in rows))
    return epochs


def _row(question: str, context: str, answers: list[list[int]] | None, relevant: bool, agrees: bool | None) -> Row:
    places = None if answers is None else tuple((a, b) for a, b in answers)
    return Row(question, context, places, relevant, agrees)
