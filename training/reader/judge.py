"""Fine-tunes a trained reader as a judge of claims: whether a sentence bears out "did X say Y?" or contradicts it.

    python -m training.reader.judge --start RUN --kept-out FILE --out JUDGE (and the data, as groups) [--passes 2]

It does nothing else, which it does much better for it than the reader does beside its other tasks; the mean of both
(``training.reader.mean``) reads as well as the one and judges nearly as well as the other. It learns from the claims
and from the written questions that ask for a verdict; claims about one sentence compete, so that the one word counts
that tells them apart. ``--kept-out`` names articles, one a line, of which nothing is learnt. Writes JUDGE/model.pt.
"""

from __future__ import annotations

import random
from pathlib import Path

import torch
import torch.nn.functional as F

from qa.neural.reading import PairEncoder
from training.fitting import fit
from training.reader.data import Data, load, options
from training.reader.entailed import read
from training.reader.model import agreement_loss
from training.reader.pairs import Claim
from training.reader.rows import Batch, Group, Row, batch, roughened
from training.reader.train import batched, opened
from training.trunk import TRUNK, tokenizer_of

APART = 0.5
"""Weight of the loss of claims about one sentence that are told apart the wrong way round."""


def claimed(data: Data, kept_out: frozenset[str], verdicts: int, chance: random.Random) -> list[Group]:
    """One pass: every claim with its sentence, those about one sentence in one group, and ``verdicts`` times every
    verdict asked for."""
    groups: list[Group] = []
    for item in data.written * verdicts:
        if item.agrees is not None and item.evidence and item.scene.name not in kept_out:
            context = item.scene.context(*item.evidence[0], named=True).words
            groups.append((Row(roughened(item.question, chance), context, None, True, item.agrees),))
    scenes = {item.scene.name: item.scene for item in (*data.written, *data.held)}
    texts = " ".join(_plain(scene.text) for name, scene in scenes.items() if name in kept_out)
    about: dict[tuple[str, str], list[Claim]] = {}
    for claim in data.claims:
        if _plain(claim.context.split(": ", 1)[-1])[:60] not in texts:
            about.setdefault((claim.context, claim.true), []).append(claim)
    for (context, true), claims in about.items():
        asked = [(true, True), *((claim.false, False) for claim in claims)]
        groups.append(tuple(Row(roughened(words, chance), context, None, True, agrees) for words, agrees in asked))
    return groups


def _plain(text: str) -> str:
    return " ".join(text.split())


def judging_loss(scores: torch.Tensor, rows: Batch) -> torch.Tensor:
    """Cross-entropy of each claim, and of which of two about one sentence is borne out."""
    together = rows.group[:, None] == rows.group[None, :]
    apart = together & (rows.agrees[:, None] == 1) & (rows.agrees[None, :] == 0)
    loss = agreement_loss(scores, rows)
    if apart.any():
        loss = loss + APART * F.softplus(scores[None, :] - scores[:, None])[apart].mean()
    return loss


def main() -> None:
    p = options()
    p.description = __doc__
    p.add_argument("--start", type=Path, required=True, help="the run of the reader to go on from")
    p.add_argument("--kept-out", type=Path, required=True)
    p.add_argument("--passes", type=int, default=2)
    p.add_argument("--verdicts", type=int, default=1, help="how often a pass has each question that asks for a verdict")
    p.add_argument("--tokens", type=int, default=4000)
    p.add_argument("--rate", type=float, default=1e-4)
    p.add_argument("--seconds", type=float, default=1e9, help="end after so long, whatever is left")
    p.add_argument("--entailed", type=Path, help="claims made of public collections, learnt beside, once in all passes")
    o = p.parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    data, chance = load(o), random.Random(o.seed)
    kept_out = frozenset(o.kept_out.read_text("utf-8").split())
    others = read(o.entailed) if o.entailed else []
    chance.shuffle(others)
    passes = [[*claimed(data, kept_out, o.verdicts, chance), *others[number :: o.passes]] for number in range(o.passes)]
    batches = [rows for groups in passes for rows in batched(groups, o.tokens, chance)]
    torch.manual_seed(o.seed)
    encoder, model = PairEncoder(tokenizer_of(TRUNK)), opened(o.start, torch.device("cpu"))

    def loss(step: int) -> torch.Tensor:
        rows = batch(batches[step], encoder)
        with torch.autocast("cpu", torch.bfloat16):
            agreement = model(rows.ids, rows.mask, rows.types)[2].float()
        return judging_loss(agreement, rows)

    def report(_: int, seconds: float, averaged: torch.nn.Module) -> None:
        print(f"{o.out.name}: {seconds:.0f}s", flush=True)
        torch.save(averaged.state_dict(), o.out / "model.pt")

    fit(model, loss, steps=len(batches), epoch=len(batches), seconds=o.seconds, rate=o.rate, decay=0.88, report=report)


if __name__ == "__main__":
    main()
