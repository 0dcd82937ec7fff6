"""Fine-tunes a trunk as the reader.

    python -m training.reader.train --groups RUN/groups.jsonl.gz --trunk TRUNK --out RUN [--seed 1] [--device cuda]
        [--teachers RUN …]

With teachers, the reader learns half from what is right and half from what they say on average (Hinton, Vinyals and
Dean 2015). Writes RUN/model.pt (weights after averaging).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch

from qa.neural.reading import PairEncoder
from training.fitting import fit
from training.reader.groups_file import read
from training.reader.model import (
    ReaderModel,
    agreement_loss,
    copying_loss,
    loaded,
    pretrained,
    relevance_loss,
    span_loss,
)
from training.reader.rows import Batch, Group, batch
from training.trunk import TRUNK, tokenizer_of

Arrays = tuple[np.ndarray, ...]


def batched(groups: Sequence[Group], tokens: int, chance: random.Random) -> list[list[Group]]:
    """Groups in batches of about ``tokens`` tokens, padding included, those of one batch of like length."""
    sized = [(max(len(row.context) + len(row.question) for row in group) / 4.2 + 4, group) for group in groups]
    sized.sort(key=lambda pair: pair[0] * chance.uniform(0.96, 1.04))
    out: list[list[Group]] = []
    rows, longest = 0, 0.0
    for length, group in sized:
        longest = max(longest, min(256.0, length))
        if not out or (rows + len(group)) * longest > tokens:
            out.append([])
            rows, longest = 0, min(256.0, length)
        out[-1].append(group)
        rows += len(group)
    chance.shuffle(out)
    return out


def encoded(batches: Sequence[Sequence[Group]], folder: Path) -> list[Arrays]:
    """Each batch as the arrays of a ``Batch``."""
    encoder = PairEncoder(tokenizer_of(folder))
    return [tuple(part.numpy() for part in _parts(batch(groups, encoder))) for groups in batches]


def _parts(rows: Batch) -> tuple[torch.Tensor, ...]:
    return rows.ids, rows.mask, rows.types, rows.first, rows.last, rows.group, rows.relevant, rows.agrees


def load(path: Path, tokens: int, seed: int, workers: int) -> list[Batch]:
    """All batches of all epochs, in order."""
    chance = random.Random(seed)
    batches = [some for groups in read(path) for some in batched(groups, tokens, chance)]
    parts = [batches[at : at + 40] for at in range(0, len(batches), 40)]
    with ProcessPoolExecutor(workers) as pool:
        found = pool.map(encoded, parts, [TRUNK] * len(parts))
        return [Batch(*(torch.from_numpy(array) for array in arrays)) for some in found for arrays in some]


def loss_of(model: ReaderModel, teachers: Sequence[ReaderModel], rows: Batch, judging: float) -> torch.Tensor:
    """``judging`` weighs the loss of agreement."""
    with torch.autocast(rows.ids.device.type, torch.bfloat16):
        scores = tuple(t.float() for t in model(rows.ids, rows.mask, rows.types))
    spans, relevance, agreement = scores
    gold = span_loss(spans, rows) + relevance_loss(relevance, rows) + judging * agreement_loss(agreement, rows)
    if not teachers:
        return gold
    with torch.no_grad(), torch.autocast(rows.ids.device.type, torch.bfloat16):
        said = [tuple(t.float() for t in teacher(rows.ids, rows.mask, rows.types)) for teacher in teachers]
    return (gold + copying_loss(scores, said, rows)) / 2


def opened(path: Path, device: torch.device, dropout: float = 0.05) -> ReaderModel:
    return loaded(torch.load(path / "model.pt", weights_only=True), dropout).to(device).eval()


def trained(o: argparse.Namespace, batches: Sequence[Batch]) -> None:
    """One reader, trained on all batches once and saved in ``o.out``."""
    torch.manual_seed(o.seed)
    device = torch.device(o.device)
    if o.start:
        model = opened(o.start, device, o.dropout)
    else:
        model = ReaderModel(pretrained(o.trunk), o.dropout).to(device)
    teachers = [opened(path, device) for path in o.teachers]
    o.out.mkdir(parents=True, exist_ok=True)
    order = np.random.default_rng(o.seed)
    whole = len(batches) // o.passes
    turns = [number * whole + at for number in range(o.passes) for at in order.permutation(whole)]

    def loss(step: int) -> torch.Tensor:
        return loss_of(model, teachers, batches[turns[step]].to(device), o.judging)

    def report(_: int, seconds: float, averaged: torch.nn.Module) -> None:
        print(f"{o.out.name}: {seconds:.0f}s", flush=True)
        torch.save(averaged.state_dict(), o.out / "model.pt")

    fit(
        model,
        loss,
        steps=len(turns),
        epoch=len(turns),
        seconds=o.seconds,
        rate=o.rate,
        decay=o.decay,
        report=report,
    )


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--groups", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--teachers", type=Path, nargs="*", default=[], help="folders with a model.pt each")
    p.add_argument("--trunk", type=Path, default=TRUNK, help="a folder that transformers opens, to begin as")
    p.add_argument("--start", type=Path, help="a folder with a model.pt to go on from")
    p.add_argument("--seconds", type=float, default=1e9, help="end after so long, whatever is left")
    p.add_argument("--passes", type=int, default=6, help="the epochs in the file")
    p.add_argument("--tokens", type=int, default=6000, help="tokens of a step, padding included")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--rate", type=float, default=3e-4)
    p.add_argument("--decay", type=float, default=0.88)
    p.add_argument("--dropout", type=float, default=0.06)
    p.add_argument("--judging", type=float, default=0.5, help="how much agreement counts beside spans and relevance")
    p.add_argument("--device", default="cpu")
    p.add_argument("--workers", type=int, default=2)
    o = p.parse_args()
    trained(o, load(o.groups, o.tokens, o.seed, o.workers))


if __name__ == "__main__":
    main()
