"""Labelled windows as tensors that stay on one device, so that a step costs next to nothing outside the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from qa.neural.windows import WINDOW
from training.tagger.data import IGNORED, Example

Batch = dict[str, torch.Tensor]
"""Of some windows: ``ids``, ``mask``, ``shapes``, ``word`` (one begins), ``attribution``, ``names``, ``links``, each
(rows, tokens); ``antecedents`` (rows, tokens, tokens)."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Windows padded to WINDOW tokens.

    ``known`` holds, each (windows, tokens): ids, shapes, starts (a word begins), attribution, names, links; ``pairs``
    (window, token, antecedent) in window order, those of window n from ``offsets[n]`` on.
    """

    known: dict[str, torch.Tensor]
    pairs: Ints
    offsets: Ints

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def to(self, device: torch.device) -> Rows:
        return replace(self, known={name: tensor.to(device) for name, tensor in self.known.items()})

    def batch(self, chosen: Ints, mask_token: int = 0, masked: float = 0.0) -> Batch:
        """The windows ``chosen``; a share ``masked`` of the words is hidden from the model."""
        device = self.known["ids"].device
        where = torch.from_numpy(chosen).to(device)
        out = {name: tensor[where].long() for name, tensor in self.known.items()}
        out["mask"] = (out["ids"] != 0).long()
        out["word"] = out.pop("starts").bool()
        hidden = out["word"] & (torch.rand(out["ids"].shape, device=device) < masked)
        out["ids"] = torch.where(hidden, mask_token, out["ids"])
        spans = [np.arange(self.offsets[n], self.offsets[n + 1]) for n in chosen]
        pairs = torch.from_numpy(self.pairs[np.concatenate(spans)]).to(device)
        row = torch.from_numpy(np.repeat(np.arange(len(chosen)), [len(span) for span in spans])).to(device)
        out["antecedents"] = torch.zeros((*out["ids"].shape, WINDOW), dtype=torch.bool, device=device)
        out["antecedents"][row, pairs[:, 1], pairs[:, 2]] = True
        return out

    def shuffled(self, size: int, chance: np.random.Generator) -> Iterator[Ints]:
        """All windows once, in batches of ``size`` but for the rest."""
        order = chance.permutation(len(self))
        yield from (order[at : at + size] for at in range(0, len(order) - size + 1, size))


def stacked(examples: Sequence[Example]) -> Rows:
    """The examples' windows, on the CPU."""
    shape = (len(examples), WINDOW)
    known = {name: np.zeros(shape, np.int32) for name in ("ids", "shapes", "starts")}
    known |= {name: np.full(shape, IGNORED, np.int32) for name in ("attribution", "names", "links")}
    pairs: list[tuple[int, int, int]] = []
    offsets = [0]
    for number, example in enumerate(examples):
        window = example.window
        known["ids"][number, : len(window.ids)] = window.ids
        known["shapes"][number, : len(window.shapes)] = window.shapes
        at = [position for position, _, _ in window.words]
        known["starts"][number, at] = 1
        known["attribution"][number, at], known["names"][number, at] = example.attribution, example.names
        for word, cue in example.links.items():
            known["links"][number, at[word]] = cue
        for word, antecedents in sorted(example.antecedents.items()):
            pairs += [(number, at[word], antecedent) for antecedent in antecedents]
        offsets.append(len(pairs))
    tensors = {name: torch.from_numpy(array) for name, array in known.items()}
    return Rows(tensors, np.array(pairs, dtype=np.int64).reshape(-1, 3), np.array(offsets))
