"""All that the reader learns from or is validated on, and the groups of contexts that an epoch is made of."""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.neural.embedder import open_default
from training.reader.news import Question, hardness, made_group, questions, written_group
from training.reader.pairs import Claim, claim_groups, claims
from training.reader.rows import Group
from training.reader.scenes import Scene, articles, polnear, published
from training.reader.served import served_groups
from training.reader.spans import Asked, qamr, qamr_groups, split, squad, squad_groups

HELD_SQUAD, TUNED_SQUAD = 5, 1
HELD = 8
"""One news article in so many is kept out of training."""


@dataclass(frozen=True)
class Data:
    """All that is learnt from or validated on."""

    spans: list[Asked]
    tuned: list[Asked]
    reported: list[Asked]
    plain: list[tuple[str, Asked]]
    written: list[Question]
    held: list[Question]
    order: dict[str, list[int]]
    scenes: list[Scene]
    claims: list[Claim]
    served: Sequence[Path] = ()


def load(o: argparse.Namespace) -> Data:
    """Everything, split by ``o.seed``; ``o.limit`` keeps that much of each part."""
    spans, tuned, reported = split(squad(o.squad), HELD_SQUAD, TUNED_SQUAD, o.seed)
    spans += [item for path in o.paragraphs for item in squad(path)]
    written: list[Question] = []
    kept: list[Question] = []
    spoken = {k: v for path in o.statements for k, v in published(path).items()}
    for path, folder in zip(o.questions, o.articles, strict=True):
        found = questions(path, articles(folder, spoken))
        names = sorted({item.scene.name for item in found})
        held = set(random.Random(o.seed).sample(names, len(names) // HELD))
        written += [item for item in found if item.scene.name not in held][: o.limit]
        kept += [item for item in found if item.scene.name in held][: o.limit]
    return Data(
        spans[: o.limit],
        tuned[: o.limit],
        reported[: o.limit],
        qamr(o.qamr)[: o.limit],
        written,
        kept,
        _order([*written, *kept], o.out / "hardness.json", o.threads),
        polnear(o.polnear)[: o.limit],
        claims(o.claims)[: o.limit] if o.claims else [],
        o.served,
    )


def _order(items: list[Question], path: Path, threads: int) -> dict[str, list[int]]:
    if path.exists():
        known: dict[str, list[int]] = json.loads(path.read_text())
        if all(len(known.get(item.id, ())) == len(item.scene.sentences) for item in items):
            return known
    order = hardness(items, open_default(threads=threads))
    path.write_text(json.dumps(order))
    return order


def epoch_groups(data: Data, o: argparse.Namespace, epoch: int, chance: random.Random) -> list[Group]:
    """What one epoch learns from, unordered."""
    plain = data.plain[epoch :: o.epochs]
    plain = chance.sample(plain, min(len(plain), o.plain))
    made = [made_group(chance.choice(data.scenes), o.size - 1, chance) for _ in range(o.made)]
    return [
        *squad_groups(data.spans, o.whole, chance),
        *(written_group(item, data.order[item.id], o.size, chance) for item in data.written),
        *qamr_groups(plain, 0.15, chance),
        *(group for group in made if group),
        *claim_groups(data.claims, chance),
        *(group for path in data.served for group in served_groups(path, o.size, chance)),
    ]


def options() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("questions", "articles", "statements"):
        p.add_argument(f"--{name}", type=Path, nargs="+", required=True)
    for name in ("squad", "qamr", "polnear", "out"):
        p.add_argument(f"--{name}", type=Path, required=True)
    p.add_argument(
        "--paragraphs", type=Path, nargs="*", default=[], help="more questions in SQuAD's form, all trained on"
    )
    p.add_argument("--claims", type=Path)
    p.add_argument("--served", type=Path, nargs="*", default=[], help="what training.reader.served wrote")
    p.add_argument("--epochs", type=int, default=6)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--whole", type=float, default=0.4, help="share of SQuAD questions with their whole context")
    p.add_argument("--size", type=int, default=8, help="contexts of a written question")
    p.add_argument("--plain", type=int, default=6000, help="QAMR questions an epoch")
    p.add_argument("--made", type=int, default=600, help="questions made from PolNeAR an epoch")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--limit", type=int, help="only so much of each part, to try the program")
    return p
