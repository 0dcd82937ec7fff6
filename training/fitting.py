"""How both models are fine-tuned: layer-wise rates, a falling rate, averaged weights."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


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


def fit(
    model: nn.Module,
    loss: Callable[[int], torch.Tensor],
    *,
    steps: int,
    epoch: int,
    seconds: float,
    rate: float,
    decay: float,
    report: Callable[[int, float, nn.Module], None],
) -> None:
    """Takes ``steps`` steps, or as many as ``seconds`` allow; ``report`` gets the averaged model, at the end too.

    The rate falls with whichever runs out first, so that a run cut short has still been cooled down.
    """
    optimizer = torch.optim.AdamW(rates(model, rate, decay), fused=True)
    peaks = [group["lr"] for group in optimizer.param_groups]
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.995))
    began = time.time()
    model.train()
    for step in range(steps):
        spent = max(step / steps, (time.time() - began) / seconds)
        if spent >= 1:
            break
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * min((step + 1) / (0.06 * steps), 1.03 - spent)
        loss(step).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        averaged.update_parameters(model)
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}/{steps} {time.time() - began:.0f}s", flush=True)
        if (step + 1) % epoch == 0 and step + 1 < steps:
            report(step // epoch + 1, time.time() - began, averaged.module)
    report(-(-steps // epoch), time.time() - began, averaged.module)
