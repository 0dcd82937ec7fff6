"""Distils several taggers into one: it learns what they say together of labelled and of unlabelled articles.

    python -m training.tagger.distil --teachers RUN RUN … --news articles.jsonl.gz (and what train takes)

Half of each step are PolNeAR's windows, with their gold labels and the teachers' mean probabilities at equal weight;
half are windows of news articles with the teachers' alone (Hinton, Vinyals and Dean 2015). The teachers read the
articles as printed, the student now and then with other quotation marks.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from qa.neural.decoding import ATTRIBUTION
from qa.neural.windows import SHAPES
from training.tagger.data import Document, examples
from training.tagger.model import TaggerModel
from training.tagger.rows import Batch, Rows, stacked
from training.tagger.train import Data, aside, load, losses, marks, options, prepared, run, steps_of, weighed
from training.trunk import TRUNK, tokenizer_of

HEADS = ("attribution", "names", "links", "antecedents")
STYLES = ("“”\"‘’'", '“”"«»"', '“”"„“"', '“”""""', "“”\"''\"")
"""For each restyling: the marks “ ” and " and what stands in their place."""

RESTYLED = 0.35
"""The share of windows that the student reads with other quotation marks."""

Soft = tuple[torch.Tensor, ...]
"""Mean probabilities of HEADS for some windows, in 16 bits."""


def plain(texts: Sequence[str], folder: Path) -> Rows:
    """Windows of texts of which nothing is known."""
    tokenizer = tokenizer_of(folder)
    cls, sep, _ = marks(tokenizer)
    documents = (Document(text, only_referring=True) for text in texts)
    return stacked([e for d in documents for e in examples(d, tokenizer, cls, sep, None) if len(e.window.words) > 20])


def archive(path: Path, articles: int, workers: int, parts: int = 16) -> list[Rows]:
    """Every so many-th article of the archive, in ``parts`` sets."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        texts = [json.loads(line)["text"].replace("\r\n", "\n") for line in lines]
    chosen = texts[:: max(1, len(texts) // articles)]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(plain, [chosen[n::parts] for n in range(parts)], [TRUNK] * parts))


def said(teachers: Sequence[Path], rows: Rows, device: torch.device) -> Soft:
    """What the teachers say of the windows, on average."""
    out: list[torch.Tensor] = []
    for path in teachers:
        model = TaggerModel(str(TRUNK), SHAPES)
        model.load_state_dict(torch.load(path / "model.pt", weights_only=True)["averaged"])
        model.to(device).eval()
        for start in range(0, len(rows), 128):
            chosen = np.arange(start, min(start + 128, len(rows)))
            tensors = rows.batch(chosen)
            with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
                scores = model(tensors["ids"], tensors["mask"], tensors["shapes"])
            unseen = (tensors["mask"] == 0)[:, None, :]
            found = [scores[0].float(), scores[1].float(), *(s.float().masked_fill(unseen, -1e4) for s in scores[2:])]
            if not out:
                out = [torch.zeros((len(rows), *f.shape[1:]), dtype=torch.float16, device=device) for f in found]
            for total, f in zip(out, found, strict=True):
                total[start : start + 128] += (F.softmax(f, dim=-1) / len(teachers)).half()
    return tuple(out)


def copying(model: torch.nn.Module, rows: Batch, soft: Soft, restyled: torch.Tensor) -> dict[str, torch.Tensor]:
    """The cross-entropy of each head against the teachers' probabilities, for the words that the head is used for."""
    choice = torch.randint(0, len(restyled) - 1, rows["ids"].shape[:1], device=restyled.device) + 1
    choice = choice * (torch.rand(choice.shape, device=choice.device) < RESTYLED)
    with torch.autocast(restyled.device.type, torch.bfloat16):
        scores = model(restyled[choice[:, None], rows["ids"]], rows["mask"], rows["shapes"])
    unseen = (rows["mask"] == 0)[:, None, :]
    labels = soft[0].float()
    word = rows["word"].float()
    spoken = labels[..., [at for at, name in enumerate(ATTRIBUTION) if name.endswith(("source", "content"))]].sum(-1)
    weights = (word, word, word * spoken, word * labels[..., ATTRIBUTION.index("B-source")])
    out = {}
    for name, found, meant, weight in zip(HEADS, scores, soft, weights, strict=True):
        logs = F.log_softmax(found.float().masked_fill(unseen, -1e4) if name in HEADS[2:] else found.float(), dim=-1)
        out[name] = -((meant.float() * logs).sum(-1) * weight).sum() / weight.sum().clamp(min=1.0)
    return out


def styles(tokenizer: Tokenizer) -> torch.Tensor:
    """(styles, vocabulary): the id that stands for each, the first style changing nothing."""
    table = torch.arange(tokenizer.get_vocab_size()).repeat(len(STYLES) + 1, 1)
    for number, style in enumerate(STYLES, start=1):
        for mark, other in zip(style[:3], style[3:], strict=True):
            table[number, tokenizer.token_to_id(mark)] = tokenizer.token_to_id(other)
    return table


def distilled(o: argparse.Namespace, data: Data, news: Sequence[Rows]) -> None:
    """The student, trained and saved in ``o.out``."""
    torch.manual_seed(o.seed)
    chance = np.random.default_rng(o.seed)
    device = torch.device(o.device)
    tokenizer = tokenizer_of(TRUNK)
    mask = marks(tokenizer)[2]
    restyled = styles(tokenizer).to(device)
    labelled = [rows.to(device) for rows in data.main]
    unlabelled = [rows.to(device) for rows in news]
    known = {id(rows): said(o.teachers, rows, device) for rows in (*labelled, *unlabelled)}
    print(f"{sum(map(len, unlabelled))} windows of news read", flush=True)
    model = prepared(o).to(device)
    main, extra = steps_of(labelled, o.batch, chance), steps_of(unlabelled, o.batch, chance)
    side = aside(data, device, chance)

    def learnt(rows: Rows, chosen: np.ndarray) -> tuple[Batch, torch.Tensor]:
        batch = rows.batch(chosen, mask, o.masked)
        soft = tuple(part[torch.from_numpy(chosen).to(device)] for part in known[id(rows)])
        return batch, weighed(copying(model, batch, soft, restyled))

    def loss(step: int) -> torch.Tensor:
        batch, copied = learnt(*next(main))
        total = 0.5 * copied + 0.5 * weighed(losses(model, batch)) + learnt(*next(extra))[1]
        return (total + side(model, step)) / 2

    run(o, data, model, loss)


def main() -> None:
    p = options()
    p.description = __doc__
    p.add_argument("--teachers", type=Path, nargs="+", required=True, help="folders with a model.pt each")
    p.add_argument("--articles", type=int, default=3000, help="articles of the archive that the teachers read")
    o = p.parse_args()
    distilled(o, load(o), archive(o.news, o.articles, o.workers))


if __name__ == "__main__":
    main()
