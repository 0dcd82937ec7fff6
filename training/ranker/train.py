"""Trains the ranker: a reader that learns which of the passages that a search finds hold the answer.

    python -m training.ranker.train --quiz LISTS --evidence LISTS --start READER --out RUN [--seconds 3700]

A group is a passage that answers, sometimes two, and some that do not. The latter are drawn by the search's own scores
(Gumbel's trick), and the scores are not part of the loss: what is learnt is what to add to them (sampled softmax: a
sample drawn by a distribution needs its logarithm taken off, which is the score). Of a quiz question the article that
it was written on is left out, so that the answer must be found where the story is told again, or by chance: that is
what questions meet that were not written on the collection. ``--told`` questions keep theirs. Writes RUN/model.pt.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import nn

from qa.neural.ranker import inputs
from qa.neural.reading import padded
from training.fitting import fit
from training.reader.model import ReaderModel, loaded
from training.trunk import TRUNK, tokenizer_of

HELD = 120
"""So many articles' quiz questions are kept out of training."""
TRIVIAL = re.compile(r"\$?[\d,.]{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{1,3}")
"""Answers that stand anywhere."""
EASY = 0.15
"""The share kept of questions whose best passage by search holds the answer."""
SECOND = 0.4
"""How often a group has a second passage that answers."""


class Listed(NamedTuple):
    """A question, and passages with what search gives them and whether they answer."""

    question: str
    passages: tuple[tuple[str, str], ...]
    scores: tuple[float, ...]
    answers: tuple[bool, ...]


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().split("\n") if line]


def listed(row: dict[str, Any], windows: Sequence[dict[str, Any]], *, own: bool) -> Listed:
    """``own``: only the question's article answers."""
    return Listed(
        row["question"],
        tuple((w["title"], w["text"]) for w in windows),
        tuple(w["score"] for w in windows),
        tuple(w["answers"] and (not own or w["article"] == row["article"]) for w in windows),
    )


def kept_out(quiz: Sequence[dict[str, Any]]) -> set[str]:
    """The articles whose questions are kept out of training."""
    articles = sorted({row["article"] for row in quiz})
    random.Random(5).shuffle(articles)
    return set(articles[:HELD])


def chosen(quiz: list[dict[str, Any]], evidence: list[dict[str, Any]], told: int, said: int) -> list[Listed]:
    """What is learnt from: quiz questions without their articles, twice, ``told`` with, and ``said`` of the others."""
    chance, held = random.Random(5), kept_out(quiz)
    retold, with_own = [], []
    for row in quiz:
        windows = row["windows"]
        if row["article"] in held or TRIVIAL.fullmatch(row["answer"].casefold().strip()):
            continue
        retold.append(listed(row, [w for w in windows if w["article"] != row["article"]], own=False))
        if any(w["answers"] and w["article"] == row["article"] for w in windows):
            easy = max(windows, key=lambda w: w["score"])["answers"]
            if not easy or chance.random() < EASY:
                with_own.append(listed(row, windows, own=False))
    others = [listed(row, row["windows"], own=True) for row in evidence]
    for part in (with_own, others):
        chance.shuffle(part)
    retold, with_own, others = (
        [r for r in part if 0 < sum(r.answers) < len(r.answers)] for part in (retold, with_own, others)
    )
    return retold + retold + with_own[:told] + others[:said]


def group(one: Listed, size: int, chance: random.Random) -> tuple[list[tuple[str, str]], list[bool]]:
    """Some of the passages, and whether they answer."""
    right = [at for at, answers in enumerate(one.answers) if answers]
    taken = chance.sample(right, min(len(right), 2 if chance.random() < SECOND else 1))
    wrong = [at for at, answers in enumerate(one.answers) if not answers]
    wrong.sort(key=lambda at: -one.scores[at] + math.log(-math.log(chance.random() + 1e-12) + 1e-12))
    taken += wrong[: size - len(taken)]
    return [one.passages[at] for at in taken], [one.answers[at] for at in taken]


class Ranking(nn.Module):
    """The part of a reader that ranks; its lowest layers stay as they are."""

    def __init__(self, reader: ReaderModel, frozen: int) -> None:
        super().__init__()
        # The trunk first: layer-wise rates go by its name.
        self.trunk, self.reader = reader.trunk, reader
        for part in (reader.spans, reader.agreement, reader.trunk.embeddings, *reader.trunk.encoder.layer[:frozen]):
            part.requires_grad_(requires_grad=False)
        # Half of a reader's relevance is about what it adds to the log-odds that search gives.
        with torch.no_grad():
            for weight in (reader.relevance.weight, reader.relevance.bias, reader.nearness):
                weight *= 0.5

    def forward(self, *arrays: torch.Tensor) -> torch.Tensor:
        return self.reader(*arrays)[1]  # type: ignore[no-any-return]


def loss_of(
    model: Ranking, tokenizer: Tokenizer, some: Sequence[Listed], size: int, chance: random.Random
) -> torch.Tensor:
    """Minus the logarithm of the probability that goes to passages that answer, the mean of the questions."""
    groups = [group(one, size, chance) for one in some]
    pairs = [
        p for one, (passages, _) in zip(some, groups, strict=True) for p in inputs(tokenizer, one.question, passages)
    ]
    scores = model(*(torch.from_numpy(array).long() for array in padded(pairs)))
    parts = torch.split(scores, [len(answers) for _, answers in groups])
    lost = [
        -torch.logsumexp(F.log_softmax(part, 0)[torch.tensor(answers)], 0)
        for part, (_, answers) in zip(parts, groups, strict=True)
    ]
    return torch.stack(lost).mean()


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--quiz", type=Path, required=True, help="lists of training.ranker.candidates for quiz questions")
    p.add_argument("--evidence", type=Path, required=True, help="those for questions on what is said")
    p.add_argument("--start", type=Path, required=True, help="a folder with the model.pt of a reader")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--told", type=int, default=900)
    p.add_argument("--said", type=int, default=500)
    p.add_argument("--seconds", type=float, default=1e9)
    p.add_argument("--rate", type=float, default=1.2e-4)
    p.add_argument("--size", type=int, default=5, help="passages of a group")
    p.add_argument("--groups", type=int, default=4, help="groups of a step")
    p.add_argument("--frozen", type=int, default=4, help="so many of the lowest layers stay as they are")
    p.add_argument("--seed", type=int, default=1)
    o = p.parse_args()
    torch.manual_seed(o.seed)
    chance = random.Random(o.seed)
    data = chosen(rows(o.quiz), rows(o.evidence), o.told, o.said)
    chance.shuffle(data)
    steps = [data[at : at + o.groups] for at in range(0, len(data) - o.groups + 1, o.groups)]
    print(f"{len(data)} groups, {len(steps)} steps", flush=True)
    reader = loaded(torch.load(o.start / "model.pt", weights_only=True))
    # On long rows torch's fused attention is a third faster.
    reader.trunk.config._attn_implementation = "sdpa"
    tokenizer, model = tokenizer_of(TRUNK), Ranking(reader, o.frozen)
    o.out.mkdir(parents=True, exist_ok=True)

    def report(_: int, seconds: float, averaged: nn.Module) -> None:
        print(f"{o.out.name}: {seconds:.0f}s", flush=True)
        torch.save(averaged.get_submodule("reader").state_dict(), o.out / "model.pt")

    fit(
        model,
        lambda step: loss_of(model, tokenizer, steps[step], o.size, chance),
        steps=len(steps),
        epoch=len(steps),
        seconds=o.seconds,
        rate=o.rate,
        decay=0.88,
        report=report,
    )


if __name__ == "__main__":
    main()
