"""Goes on training the bundled trunk on news, by hidden words, with the shapes of words as the tagger gives them.

    python -m training.pretrain --news articles.jsonl.gz --out trunk.pt [--seconds 150] [--device cuda]

The trunk's vocabulary has no capitals and it was last tuned to compare whole sentences; hidden words (Devlin and others
2019; whole words, 15 in 100) of some 16 million tokens of news teach it the prose and the capitals that the tagger
reads. Writes the trunk's weights.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from qa.neural.windows import SHAPES
from training.fitting import fit
from training.tagger.distil import archive
from training.tagger.model import TaggerModel
from training.tagger.rows import Rows
from training.tagger.train import marks
from training.trunk import TRUNK, tokenizer_of

HIDDEN = 0.15


class Guesser(nn.Module):
    """The trunk with a head that guesses hidden words from its word vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = TaggerModel(str(TRUNK), SHAPES, 0.0).trunk
        vectors = self.trunk.embeddings.word_embeddings
        width = vectors.embedding_dim
        self.bend = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))
        self.bias = nn.Parameter(torch.zeros(vectors.num_embeddings))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, shapes: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        """(rows, tokens) and flat places in them to (places, vocabulary)."""
        hidden = self.trunk(input_ids=ids, attention_mask=mask, token_type_ids=shapes).last_hidden_state
        bent = self.bend(hidden.flatten(0, 1)[at])
        return F.linear(bent, self.trunk.embeddings.word_embeddings.weight) + self.bias


def guessed(model: Guesser, rows: Rows, chosen: np.ndarray, mask_token: int) -> torch.Tensor:
    """The loss over the hidden words of some windows: 8 in 10 masked, 1 another token, 1 left as it is."""
    device = rows.known["ids"].device
    where = torch.from_numpy(chosen).to(device)
    ids, shapes, starts = (rows.known[name][where].long() for name in ("ids", "shapes", "starts"))
    word = starts.cumsum(1)
    picked = torch.rand((len(ids), int(word.max()) + 1), device=device) < HIDDEN
    special = (ids == 0) | (ids == ids[0, 0]) | (starts.sum(1, keepdim=True) == 0)
    hidden = picked.gather(1, word) & ~special & (word > 0)
    fate = torch.rand(ids.shape, device=device)
    other = torch.randint(1000, model.bias.numel(), ids.shape, device=device)
    seen = torch.where(fate < 0.8, mask_token, torch.where(fate < 0.9, other, ids))
    at = hidden.flatten().nonzero().squeeze(1)
    with torch.autocast(device.type, torch.bfloat16):
        scores = model(torch.where(hidden, seen, ids), (ids != 0).long(), shapes, at)
    return F.cross_entropy(scores.float(), ids.flatten()[at])


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--news", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--articles", type=int, default=7500)
    p.add_argument("--epochs", type=int, default=6)
    p.add_argument("--batch", type=int, default=192)
    p.add_argument("--rate", type=float, default=5e-4)
    p.add_argument("--seconds", type=float, default=1e9)
    p.add_argument("--device", default="cpu")
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--seed", type=int, default=1)
    o = p.parse_args()
    torch.manual_seed(o.seed)
    device = torch.device(o.device)
    chance = np.random.default_rng(o.seed)
    mask = marks(tokenizer_of(TRUNK))[2]
    sets = [rows.to(device) for rows in archive(o.news, o.articles, o.workers)]
    model = Guesser().to(device)
    epoch = sum(len(rows) // o.batch for rows in sets)
    turns = ((rows, chosen) for _ in range(o.epochs) for rows in sets for chosen in rows.shuffled(o.batch, chance))
    losses: list[torch.Tensor] = []

    def loss(_: int) -> torch.Tensor:
        found = guessed(model, *next(turns), mask)
        losses.append(found.detach())
        return found

    def report(number: int, seconds: float, averaged: nn.Module) -> None:
        print(f"epoch {number} {seconds:.0f}s loss {torch.stack(losses[-50:]).mean().item():.3f}", flush=True)
        torch.save(averaged.trunk.state_dict(), o.out)

    fit(model, loss, steps=o.epochs * epoch, epoch=epoch, seconds=o.seconds, rate=o.rate, decay=1.0, report=report)


if __name__ == "__main__":
    main()
