"""The reader's trunk: the first layers of gte-small, from the ONNX file in which it is published.

    python -m training.reader.trunk --onnx gte-small/model.onnx [--layers 9] --out TRUNK

gte-small (Li et al. 2023, "Towards General Text Embeddings with Multi-stage Contrastive Learning"; MIT) has the
vocabulary, widths and heads of all-MiniLM, and twelve layers where that has six. The upper layers of such a trunk are
the least missed (Sajjad et al. 2023, "On the effect of dropping layers of pre-trained Transformer
models"): nine fit the size of the file that ships. Writes TRUNK/config.json and TRUNK/model.safetensors.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from training.reader.model import blank


def torch_names(graph: onnx.GraphProto) -> dict[str, NDArray[np.float32]]:
    """The graph's weights under torch's names, which the export keeps in part.

    A matrix of a linear layer lies there turned round and without a name: its product's node is called by the layer.
    """
    stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    out = {name: value for name, value in stored.items() if name.startswith(("embeddings.", "encoder."))}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in stored:
            layer = node.name.strip("/").removesuffix("/MatMul").replace("/", ".")
            out[f"{layer}.weight"] = stored[node.input[1]].T
    return out


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--onnx", type=Path, required=True)
    p.add_argument("--layers", type=int, default=9)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    weights = torch_names(onnx.load(str(o.onnx)).graph)
    trunk = blank(o.layers)
    kept = {name: torch.from_numpy(weights[name].copy()) for name in trunk.state_dict()}
    trunk.load_state_dict(kept)
    trunk.save_pretrained(o.out)


if __name__ == "__main__":
    main()
