"""Writes what the reader learns from, epoch by epoch, so that a machine with nothing but torch can train it.

    python -m training.reader.groups --questions FILE … --articles DIR … --statements FILE … --squad FILE --qamr FILE \\
        --polnear FILE [--claims FILE] --out RUN [--epochs 6] [--seed 1]

One epoch takes every SQuAD question (but for the articles held out), every written question with competing contexts,
a share of QAMR, questions made from PolNeAR, and claims. Writes RUN/groups.jsonl.gz and RUN/hardness.json (which
sentences are near which question, reused by a later run).
"""

from __future__ import annotations

import random

from training.reader.data import epoch_groups, load, options
from training.reader.groups_file import write


def main() -> None:
    p = options()
    p.description = __doc__
    o = p.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    data = load(o)
    chance = random.Random(o.seed)
    write(o.out / "groups.jsonl.gz", [epoch_groups(data, o, epoch, chance) for epoch in range(o.epochs)])


if __name__ == "__main__":
    main()
