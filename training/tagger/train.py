"""Fine-tunes the bundled all-MiniLM-L6-v2 as the tagger.

    python -m training.tagger.train --polnear DIR --gap DIR --out RUN [--epochs 6] [--seed 1] [--device cuda]
        [--labels training/speakers/labels.jsonl --news articles.jsonl.gz] [--trunk RUN/trunk.pt]

Writes RUN/model.pt (weights after averaging) and RUN/log.jsonl, a line each epoch with the scores on PolNeAR dev.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from qa.neural.decoding import ATTRIBUTION, runs
from qa.neural.windows import SHAPES
from training.fitting import fit
from training.labels import labelled_texts
from training.tagger.data import IGNORED, Document, Example, examples, gap, labelled_sources, polnear
from training.tagger.model import TaggerModel
from training.tagger.reports import reports
from training.tagger.rows import Batch, Rows, stacked
from training.trunk import TRUNK, tokenizer_of

WEIGHTS = {"attribution": 1.0, "names": 0.25, "links": 0.35, "antecedents": 0.15}
ROLES = ("source", "cue", "content")
SIDE = 12
"""Windows of a side batch, which trains antecedents alone."""


def marks(tokenizer: Tokenizer) -> tuple[int, int, int]:
    """The ids of [CLS], [SEP] and [MASK]."""
    cls, sep, mask = (tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]", "[MASK]"))
    return cls, sep, mask


def losses(model: torch.nn.Module, rows: Batch) -> dict[str, torch.Tensor]:
    """The loss of each head over the words that are labelled for it; 0 where none is."""
    with torch.autocast(rows["ids"].device.type, torch.bfloat16):
        attribution, names, links, antecedents = model(rows["ids"], rows["mask"], rows["shapes"])
    unseen = (rows["mask"] == 0)[:, None, :]
    out = {
        "attribution": _entropy(attribution.float(), rows["attribution"], 0.0),
        "names": _entropy(names.float(), rows["names"], 0.05),
        "links": _entropy(links.float().masked_fill(unseen, -1e4), rows["links"], 0.0),
    }
    known = rows["antecedents"].any(-1)
    scores = F.log_softmax(antecedents.float().masked_fill(unseen, -1e4), dim=-1)
    found = scores.masked_fill(~rows["antecedents"], -1e4).logsumexp(-1)
    out["antecedents"] = -(found * known).sum() / known.sum().clamp(min=1)
    return out


def _entropy(scores: torch.Tensor, gold: torch.Tensor, smoothing: float) -> torch.Tensor:
    total = F.cross_entropy(
        scores.flatten(0, 1), gold.flatten(), ignore_index=IGNORED, label_smoothing=smoothing, reduction="sum"
    )
    return total / (gold != IGNORED).sum().clamp(min=1)


def evaluate(model: torch.nn.Module, held: Sequence[Example]) -> dict[str, float]:
    """Exact-span and word F1 by role, and the accuracy of links given the gold spans."""
    model.eval()
    device = next(model.parameters()).device
    counts = {role: np.zeros(3) for role in ROLES}
    words = {role: np.zeros(3) for role in ROLES}
    right = total = 0
    rows = stacked(held).to(device)
    for start in range(0, len(held), 32):
        tensors = rows.batch(np.arange(start, min(start + 32, len(held))))
        with torch.no_grad():
            attribution, _, links, _ = (
                x.float().cpu().numpy() for x in model(tensors["ids"], tensors["mask"], tensors["shapes"])
            )
        for number, row in enumerate(held[start : start + 32]):
            where = [p for p, _, _ in row.window.words]
            if not where:
                continue
            found = {(r.label, r.first, r.last) for r in runs(attribution[number][where], ATTRIBUTION)}
            gold = _spans(row)
            for role in ROLES:
                f, g = ({s for s in spans if s[0] == role} for spans in (found, gold))
                counts[role] += (len(f & g), len(f), len(g))
                fw, gw = ({w for _, a, b in spans for w in range(a, b + 1)} for spans in (f, g))
                words[role] += (len(fw & gw), len(fw), len(gw))
            for word, cue in row.links.items():
                right += int(links[number][where[word]][: len(row.window.ids)].argmax() == cue)
                total += 1
    model.train()
    out = {f"exact {r}": round(2 * c[0] / max(1, c[1] + c[2]), 4) for r, c in counts.items()}
    out |= {f"word {r}": round(2 * c[0] / max(1, c[1] + c[2]), 4) for r, c in words.items()}
    return out | {"links": round(right / max(1, total), 4)}


def _spans(row: Example) -> set[tuple[str, int, int]]:
    """The gold spans of a window: role, first and last word."""
    gold = set()
    for word, label in enumerate(row.attribution):
        name = ATTRIBUTION[label]
        if name.startswith("B-") or (name != "O" and word == 0):
            end = word
            while end + 1 < len(row.attribution) and ATTRIBUTION[row.attribution[end + 1]] == "I-" + name[2:]:
                end += 1
            gold.add((name[2:], word, end))
    return gold


def _rows(documents: Sequence[Document], folder: Path, seed: int) -> Rows:
    tokenizer, chance = tokenizer_of(folder), random.Random(seed)
    cls, sep, _ = marks(tokenizer)
    return stacked([e for d in documents for e in examples(d, tokenizer, cls, sep, chance) if e.window.words])


@dataclass(frozen=True)
class Data:
    """``main`` and ``side`` (antecedents alone), cut and restyled anew for each of some epochs; ``held`` is dev."""

    main: tuple[Rows, ...]
    side: tuple[Rows, ...]
    held: tuple[Example, ...]


def load(o: argparse.Namespace) -> Data:
    main = polnear(o.polnear / "train.jsonl.gz")[: o.limit] + o.reports * reports()[: o.limit]
    side = (gap(o.gap / "development.tsv") + gap(o.gap / "validation.tsv"))[: o.limit]
    if o.labels:
        side += 2 * labelled_sources(labelled_texts(o.labels, o.news, o.polnear / "train.jsonl.gz"))[: o.limit]
    tokenizer = tokenizer_of(TRUNK)
    cls, sep, _ = marks(tokenizer)
    held = [e for d in polnear(o.polnear / "dev.jsonl.gz")[: o.limit] for e in examples(d, tokenizer, cls, sep, None)]
    with ProcessPoolExecutor(o.workers) as pool:
        jobs = [
            [pool.submit(_rows, documents, TRUNK, 1000 * o.seed + epoch) for epoch in range(o.variants)]
            for documents in (main, side)
        ]
        found = [tuple(job.result() for job in some) for some in jobs]
    return Data(found[0], found[1], tuple(e for e in held if e.window.words))


def prepared(o: argparse.Namespace) -> TaggerModel:
    """The model before training: from the bundled trunk, ``o.trunk`` or ``o.start``."""
    model = TaggerModel(str(TRUNK), SHAPES, o.dropout)
    if o.trunk:
        model.trunk.load_state_dict(torch.load(o.trunk, weights_only=True))
    if o.start:
        model.load_state_dict(torch.load(o.start, weights_only=True)["averaged"])
    return model


def steps_of(sets: Sequence[Rows], size: int, chance: np.random.Generator) -> Iterator[tuple[Rows, np.ndarray]]:
    """Batches without end, one set after the other."""
    while True:
        for rows in sets:
            for chosen in rows.shuffled(min(size, len(rows)), chance):
                yield rows, chosen


def reporter(out: Path, held: Sequence[Example]) -> Callable[[int, float, torch.nn.Module], None]:
    """Writes the scores on dev to ``out``/log.jsonl and the weights to ``out``/model.pt."""
    out.mkdir(parents=True, exist_ok=True)

    def report(epoch: int, seconds: float, model: torch.nn.Module) -> None:
        line = json.dumps({"epoch": epoch, "seconds": round(seconds), "dev": evaluate(model, held)})
        with (out / "log.jsonl").open("a") as log:
            print(line, file=log)
        print(out.name, line, flush=True)
        torch.save({"averaged": model.state_dict()}, out / "model.pt")

    return report


def options() -> argparse.ArgumentParser:
    p = argparse.ArgumentParser(formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--polnear", type=Path, required=True)
    p.add_argument("--gap", type=Path, required=True)
    p.add_argument("--labels", type=Path, help="sources labelled with whom they mean")
    p.add_argument("--news", type=Path, help="the news archive, needed for the labels")
    p.add_argument("--reports", type=int, default=2, help="how often an epoch has the reports written for training")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--epochs", type=int, default=6)
    p.add_argument("--every", type=int, default=1, help="epochs between two looks at dev")
    p.add_argument("--seconds", type=float, default=1e9, help="end after so long, whatever the epochs")
    p.add_argument("--variants", type=int, default=4, help="how many times the data are cut and restyled anew")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--batch", type=int, default=16)
    p.add_argument("--rate", type=float, default=4e-4)
    p.add_argument("--decay", type=float, default=0.85)
    p.add_argument("--dropout", type=float, default=0.06)
    p.add_argument("--masked", type=float, default=0.06)
    p.add_argument("--trunk", type=Path, help="trunk weights to start from (training.pretrain)")
    p.add_argument("--start", type=Path, help="a model.pt to go on from")
    p.add_argument("--device", default="cpu")
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--limit", type=int)
    return p


def weighed(parts: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """The losses of the heads in one."""
    return torch.stack([WEIGHTS[name] * value for name, value in parts.items()]).sum()


def aside(
    data: Data, device: torch.device, chance: np.random.Generator
) -> Callable[[TaggerModel, int], torch.Tensor | float]:
    """What every second step learns besides: the antecedents of a side batch."""
    side = steps_of([rows.to(device) for rows in data.side], SIDE, chance)

    def loss(model: TaggerModel, step: int) -> torch.Tensor | float:
        if step % 2:
            return 0.0
        rows, chosen = next(side)
        return WEIGHTS["antecedents"] * losses(model, rows.batch(chosen))["antecedents"]

    return loss


def run(o: argparse.Namespace, data: Data, model: TaggerModel, loss: Callable[[int], torch.Tensor]) -> None:
    """Fits ``model`` as ``o`` says, scored and saved in ``o.out``."""
    epoch = len(data.main[0]) // o.batch
    fit(
        model,
        loss,
        steps=o.epochs * epoch,
        epoch=o.every * epoch,
        seconds=o.seconds,
        rate=o.rate,
        decay=o.decay,
        report=reporter(o.out, data.held),
    )


def trained(o: argparse.Namespace, data: Data) -> None:
    """One tagger, trained as ``o`` says."""
    torch.manual_seed(o.seed)
    chance = np.random.default_rng(o.seed)
    device = torch.device(o.device)
    mask = marks(tokenizer_of(TRUNK))[2]
    model = prepared(o).to(device)
    main = steps_of([rows.to(device) for rows in data.main], o.batch, chance)
    side = aside(data, device, chance)

    def loss(step: int) -> torch.Tensor:
        rows, chosen = next(main)
        return weighed(losses(model, rows.batch(chosen, mask, o.masked))) + side(model, step)

    run(o, data, model, loss)


def main() -> None:
    p = options()
    p.description = __doc__
    o = p.parse_args()
    trained(o, load(o))


if __name__ == "__main__":
    main()
