"""Small logistic models in numpy: which of several candidates is right, and how likely something is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def fit_choice(groups: Sequence[tuple[Array, NDArray[np.bool_]]], decay: float = 0.002, steps: int = 400) -> Array:
    """Weights (features,) under which the right candidates of each group outscore the others.

    Each group is (candidates, features) with which of them are right; a group with none right is left out. Maximises
    the log of the softmax share that the right ones hold, by Adam, with ``decay`` on the squared weights.
    """
    usable = [(x, right) for x, right in groups if right.any() and not right.all()]
    size = groups[0][0].shape[1]
    weights, first, second = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, steps + 1):
        gradient = decay * weights
        for x, right in usable:
            scores = x @ weights
            odds = np.exp(scores - scores.max())
            share, held = odds / odds.sum(), odds * right / (odds * right).sum()
            gradient = gradient + x.T @ (share - held) / len(usable)
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        weights = weights - 0.1 * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return weights


def fit_logistic(x: Array, y: NDArray[np.bool_], weights: Array | None = None, decay: float = 1e-2) -> Array:
    """Weights (features,) of the logistic regression of ``y`` (rows,) on ``x`` (rows, features), by Newton's method."""
    share = np.ones(len(y)) if weights is None else weights
    w = np.zeros(x.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (share * (p - y)) + decay * len(y) * w * (np.arange(len(w)) > 0)
        hessian = (x * (share * p * (1 - p))[:, None]).T @ x + (decay * len(y) + 1e-6) * np.eye(len(w))
        change = np.linalg.solve(hessian, gradient)
        w = w - change
        if np.abs(change).max() < 1e-7:
            break
    return w
