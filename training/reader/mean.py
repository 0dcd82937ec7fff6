"""The mean of several readers' weights, which reads better than each where all went on from one ("model soup").

    python -m training.reader.mean --runs A B … [--shares 0.6 0.4 …] --out RUN

Writes RUN/model.pt. Wortsman et al. 2022, "Model soups: averaging weights of multiple fine-tuned models improves
accuracy without increasing inference time".
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--runs", type=Path, nargs="+", required=True)
    p.add_argument("--shares", type=float, nargs="+", help="how much each counts, default all the same")
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    states = [torch.load(run / "model.pt", weights_only=True) for run in o.runs]
    shares = o.shares or [1 / len(states)] * len(states)
    mean = {name: sum(w * s[name].float() for w, s in zip(shares, states, strict=True)) for name in states[0]}
    o.out.mkdir(parents=True, exist_ok=True)
    torch.save(mean, o.out / "model.pt")


if __name__ == "__main__":
    main()
