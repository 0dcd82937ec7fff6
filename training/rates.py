"""The learning rates that both models are fine-tuned with."""

from __future__ import annotations

from torch import nn


def rates(model: nn.Module, rate: float, decay: float) -> list[dict[str, object]]:
    """Layer-wise rates: the heads learn at 3 times ``rate``, each layer below the top at ``decay`` of the next."""
    layers = sum(1 for _ in model.get_submodule("trunk.encoder.layer").children())
    out: list[dict[str, object]] = []
    for name, weight in model.named_parameters():
        if not weight.requires_grad:
            continue
        if not name.startswith("trunk."):
            factor = 3.0
        elif name.startswith("trunk.encoder.layer."):
            factor = decay ** (layers - 1 - int(name.split(".")[3]))
        else:
            factor = decay**layers
        out.append({"params": [weight], "lr": rate * factor, "weight_decay": 0.01 if weight.dim() > 1 else 0.0})
    return out
