"""Exports a trained ranker to int8 ONNX, with its card.

    python -m training.ranker.export --run RUN --weight 1 --out qa/neural/weights/ranker.onnx

The graph is the reader's without its other scores. WEIGHT is what a score counts in log-odds.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path

import onnx
import torch
from onnx.utils import Extractor

from qa.neural.ranker import LONGEST, Card
from training.fused import quantise
from training.reader.export import UNQUANTISED, graph, graph_weights
from training.reader.train import opened


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--run", type=Path, required=True)
    p.add_argument("--weight", type=float, required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    whole = graph(graph_weights(opened(o.run, torch.device("cpu"))))
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "float.onnx"
        onnx.save(Extractor(whole).extract_model(["ids", "mask", "types"], ["relevance"]), plain)
        quantise(plain, o.out, UNQUANTISED, in_7_bits=True)
    sha256 = hashlib.sha256(o.out.read_bytes()).hexdigest()
    card = Card(sha256=sha256, longest=LONGEST, weight=o.weight)
    o.out.with_suffix(".json").write_text(card.model_dump_json(indent=1) + "\n")
    print(f"{o.out}: {o.out.stat().st_size / 1e6:.1f} MB, {card}")


if __name__ == "__main__":
    main()
