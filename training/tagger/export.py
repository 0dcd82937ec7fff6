"""Exports a trained tagger to int8 ONNX beside its card.

    python -m training.tagger.export --run RUN --out qa/neural/weights/tagger.onnx [--float]

Uses the averaged weights of RUN/model.pt. ``--float`` keeps 32-bit weights, for measuring what int8 costs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

from qa.neural.decoding import ATTRIBUTION, NAMES
from qa.neural.windows import SHAPES, WINDOW
from training.tagger.model import TaggerModel
from training.tagger.train import TRUNK


def export(model: torch.nn.Module, path: Path) -> None:
    """The float graph, with dynamic batch and length."""
    example = torch.ones(2, 16, dtype=torch.long)
    dynamic = {0: "batch", 1: "tokens"}
    names = ("attribution", "names", "links", "antecedents")
    torch.onnx.export(
        model,
        (example, example, torch.zeros_like(example)),
        str(path),
        input_names=["ids", "mask", "shapes"],
        output_names=list(names),
        dynamic_axes=dict.fromkeys(("ids", "mask", "shapes", *names), dynamic),
        opset_version=17,
        dynamo=False,
    )


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--run", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--float", action="store_true")
    o = p.parse_args()
    model = TaggerModel(str(TRUNK), SHAPES)
    model.load_state_dict(torch.load(o.run / "model.pt", weights_only=True)["averaged"])
    model.eval()
    o.out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plain, ready = Path(folder) / "float.onnx", Path(folder) / "ready.onnx"
        export(model, plain)
        quant_pre_process(str(plain), str(ready), skip_symbolic_shape=True)
        if o.float:
            o.out.write_bytes(ready.read_bytes())
        else:
            quantize_dynamic(str(ready), str(o.out), weight_type=QuantType.QInt8, per_channel=True)
    card = {
        "sha256": hashlib.sha256(o.out.read_bytes()).hexdigest(),
        "attribution": ATTRIBUTION,
        "names": NAMES,
        "window": WINDOW,
    }
    o.out.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n")
    print(f"{o.out}: {o.out.stat().st_size / 1e6:.1f} MB, {card['sha256']}")


if __name__ == "__main__":
    main()
