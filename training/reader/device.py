"""Trains the reader on a graphics processor, from a file of ``training.reader.pack``.

    python -m training.reader.device --packed packed.npz (--trunk TRUNK | --start RUN) --out RUN [--teachers RUN …]
        [--seconds 300] [--rate 4e-4] [--tokens 32000] [--shares 1 0.6 0.15 0.6] [--device cuda]

The weights that run are in bfloat16; those that learn, and their average, which is what is saved, in 32 bits. Writes
RUN/model.pt, then prints what the reader makes of what was held out.

S21 and its teachers, T11 and T12, were made by one program of the same rules before this one was written. It had a
model of its own, in which query, key and value were one product, and began from weights rounded to 8 bits; this one
has ``ReaderModel`` with torch's fused attention, and has been run on a processor only. There, rows of padding
counted among those that a student's loss is the mean of, and the average took up every fourth step.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]
from torch.nn.attention import SDPBackend, sdpa_kernel

from qa.neural.reading import Pair, best_span
from training.fitting import rates
from training.reader.model import ReaderModel, agreement_loss, copying_loss, pretrained, relevance_loss, span_loss
from training.reader.packed import RIGHT, TWIN, Arrays, Drawn, Fed, Feeder, Packed, Plan, Posed, only, stream
from training.reader.train import opened
from training.trunk import TRUNK

KEPT = 0.999
"""How much of the averaged weights a step keeps."""

AT_ONCE = 256
"""Rows that are read at once when nothing is learnt."""


def running(model: ReaderModel) -> ReaderModel:
    """A copy of ``model`` in bfloat16."""
    return copy.deepcopy(model).to(torch.bfloat16)


def scores_of(model: ReaderModel, fed: Fed) -> tuple[torch.Tensor, ...]:
    """What ``model`` gives for the rows that are not padding, in 32 bits."""
    return tuple(score.float()[: len(fed.rows.group)] for score in model(fed.ids, fed.mask, fed.types))


def loss_of(model: ReaderModel, teachers: Sequence[ReaderModel], fed: Fed, judging: float, mix: float) -> torch.Tensor:
    """``judging`` weighs the loss of agreement, ``mix`` what the teachers say; where there are none, nothing does.

    A row of which nobody knows whether it answers does not compete with the others of its group.
    """
    scores = spans, relevance, agreement = scores_of(model, fed)
    known = relevance_loss(relevance[fed.labelled], only(fed.rows, fed.labelled))
    gold = span_loss(spans, fed.rows) + known + judging * agreement_loss(agreement, fed.rows)
    if not teachers:
        return gold
    with torch.no_grad():
        said = [scores_of(teacher, fed) for teacher in teachers]
    return (1 - mix) * gold + mix * copying_loss(scores, said, fed.rows)


def trained(
    model: ReaderModel, teachers: Sequence[ReaderModel], batches: Iterator[Arrays], feed: Feeder, o: argparse.Namespace
) -> None:
    """Trains ``model`` for ``o.seconds`` from the first batch on, and leaves the averaged weights in it.

    The rate rises for a twentieth of the time, and falls to nothing by the end.
    """
    low, teachers = running(model).train(), [running(teacher).eval() for teacher in teachers]
    optimizer = torch.optim.AdamW(rates(model, o.rate, o.decay), fused=True)
    peaks = [group["lr"] for group in optimizer.param_groups]
    learning: list[torch.Tensor] = [p for p in model.parameters() if p.requires_grad]
    moved: list[torch.Tensor] = [p for p in low.parameters() if p.requires_grad]
    averaged = [p.detach().clone() for p in learning]
    for p in learning:
        p.grad = torch.zeros_like(p)
    arrays, began, step, tokens = next(batches), time.time(), 0, 0
    while (spent := (time.time() - began) / o.seconds) < 1:
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * min(spent / 0.05 + 0.01, 1.02 - spent)
        loss = loss_of(low, teachers, feed(arrays), o.judging, o.mix)
        loss.backward()
        with torch.no_grad():
            torch._foreach_copy_([p.grad for p in learning], [p.grad for p in moved])  # type: ignore[misc]
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            torch._foreach_copy_(moved, learning)
            low.zero_grad(set_to_none=False)
            torch._foreach_lerp_(averaged, learning, 1 - min(KEPT, (1 + step) / (10 + step)))
        step, tokens = step + 1, tokens + arrays.length * arrays.most
        if step % 100 == 0:
            print(f"step {step} {time.time() - began:.0f}s epoch {arrays.epoch} loss {loss.item():.4f}", flush=True)
        arrays = next(batches)
    print(f"{o.out.name}: {step} steps, {tokens / 1e6:.1f} million tokens", flush=True)
    with torch.no_grad():
        torch._foreach_copy_(learning, averaged)


Scored = tuple[np.ndarray, float, float]
"""Span scores of a row (tokens, 2), relevance, agreement."""


@torch.no_grad()
def read(model: ReaderModel, packed: Packed, feed: Feeder, rows: Sequence[Drawn]) -> list[Scored]:
    """What ``model`` gives for each row."""
    shapes = [packed.shape([row]) for row in rows]
    out: dict[int, Scored] = {}
    for length in sorted(set(shapes)):
        numbers = [at for at, shape in enumerate(shapes) if shape == length]
        for begin in range(0, len(numbers), AT_ONCE):
            part = numbers[begin : begin + AT_ONCE]
            fed = feed(packed.arrays([[rows[at]] for at in part], length, len(part)))
            with sdpa_kernel([SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH]):
                found = [score.cpu().numpy() for score in scores_of(model, fed)]
            out |= {at: (s, float(r), float(a)) for at, s, r, a in zip(part, *found, strict=True)}
    return [out[at] for at in range(len(rows))]


def figures(model: ReaderModel, packed: Packed, feed: Feeder) -> dict[str, float]:
    """What the reader makes of what was held out.

    Of served questions how often a right context comes first, and before its twin, and the areas under the curve for
    telling which are answered and which claims are borne out; that of the claims; of SQuAD's, cut to one input, how
    often the very tokens are found or rightly none.
    """
    model = running(model).eval()

    def scored(posed: Sequence[Posed]) -> list[list[tuple[Drawn, Scored]]]:
        groups = [packed.plain(one) for one in posed]
        found = iter(read(model, packed, feed, [row for group in groups for row in group]))
        return [[(row, next(found)) for row in group] for group in groups]

    answered, first, before, verdicts = [], [], [], []
    for group in scored(packed.parts["held_served"]):
        best: dict[int, float] = {}
        for row, (_, relevance, _) in group:
            best[row.state] = max(relevance, best.get(row.state, relevance))
        row, (_, relevance, agreement) = max(group, key=lambda pair: pair[1][1])
        answered.append((RIGHT in best, relevance))
        if RIGHT in best:
            first.append(row.state == RIGHT)
            before += [best[RIGHT] > best[TWIN]] if TWIN in best else []
        if row.agrees >= 0:
            verdicts.append((row.agrees == 1, agreement))
    told = [pair for group in scored(packed.parts["held_claims"]) for pair in group]
    claims = _auc([(row.agrees == 1, agreement) for row, (_, _, agreement) in told])
    exact = []
    for ((row, (spans, _, _)),) in scored(packed.parts["held_spans"]):
        count = min(packed.context_lengths[row.context], spans.shape[0] - 3 - row.length)
        pair = Pair(0, (), row.length + 2, tuple((at, at + 1) for at in range(count)), (True,) * count, (True,) * count)
        found = best_span(pair, spans)
        place = (found.span.start, found.span.end - 1)
        exact.append(place in [tuple(mark) for mark in row.marks or ()] if found.margin > 0 else not row.marks)
    return {
        "first": _mean(first),
        "twins": _mean(before),
        "answered": _auc(answered),
        "verdicts": _auc(verdicts),
        "claims": claims,
        "exact": _mean(exact),
    }


def _mean(values: Sequence[bool]) -> float:
    return round(float(np.mean(values)), 4) if values else float("nan")


def _auc(told: Sequence[tuple[bool, float]]) -> float:
    truth = [true for true, _ in told]
    return round(float(roc_auc_score(truth, [s for _, s in told])), 4) if len(set(truth)) == 2 else float("nan")


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--packed", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--teachers", type=Path, nargs="*", default=[], help="folders with a model.pt each")
    p.add_argument("--trunk", type=Path, default=TRUNK, help="a folder that transformers opens, to begin as")
    p.add_argument("--start", type=Path, help="a folder with a model.pt to go on from")
    p.add_argument("--seconds", type=float, default=300)
    p.add_argument("--tokens", type=int, default=32000, help="tokens of a step, padding included")
    p.add_argument("--size", type=int, default=8, choices=range(2, 13), help="contexts of a served question")
    p.add_argument("--shares", type=float, nargs=4, default=(1, 0.6, 0.15, 0.6), help="served, spans, QAMR, claims")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--rate", type=float, default=4e-4)
    p.add_argument("--decay", type=float, default=0.9)
    p.add_argument("--dropout", type=float, default=0.06)
    p.add_argument("--judging", type=float, default=1.0, help="how much agreement counts beside spans and relevance")
    p.add_argument("--mix", type=float, default=0.5, help="how much of the loss is what the teachers say")
    p.add_argument("--device", default="cuda")
    p.add_argument("--workers", type=int, default=4, help="processes that draw ahead")
    o = p.parse_args()
    torch.manual_seed(o.seed)
    device, packed = torch.device(o.device), Packed(o.packed)
    feed, batches = Feeder(packed, device), stream(o.packed, Plan(o.tokens, o.size, o.seed, *o.shares), o.workers)
    model = opened(o.start, device, o.dropout) if o.start else ReaderModel(pretrained(o.trunk), o.dropout).to(device)
    teachers = [opened(path, device) for path in o.teachers]
    for one in (model, *teachers):
        one.trunk.set_attn_implementation("sdpa")
    trained(model, teachers, batches, feed, o)
    o.out.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), o.out / "model.pt")
    print(json.dumps(figures(model, packed, feed)))


if __name__ == "__main__":
    main()
