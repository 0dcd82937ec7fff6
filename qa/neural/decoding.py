"""From the tagger's scores to labelled runs of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

ATTRIBUTION = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content")
NAMES = (
    "O",
    "B-PERSON",
    "I-PERSON",
    "B-ORGANIZATION",
    "I-ORGANIZATION",
    "B-LOCATION",
    "I-LOCATION",
    "B-MISC",
    "I-MISC",
)


RELUCTANCE = {"B-content": 0.4}
"""What beginning such a run costs, in nats: the model begins contents a little too often (measured on PolNeAR dev)."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words ``first`` to ``last`` (inclusive) of a window, under one label, with the mean probability of that label."""

    label: str
    first: int
    last: int
    confidence: float


def log_softmax(scores: Scores) -> Scores:
    """Row-wise over the last axis."""
    shifted: Scores = scores - scores.max(axis=-1, keepdims=True)
    normalised: Scores = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normalised


def viterbi(scores: Scores, labels: Sequence[str]) -> list[int]:
    """The best label sequence for (words, labels) log-probabilities in which I-x only follows B-x or I-x."""
    count = len(labels)
    allowed = np.zeros((count, count), dtype=np.float32)
    for before, left in enumerate(labels):
        for after, right in enumerate(labels):
            if right.startswith("I-") and left[2:] != right[2:]:
                allowed[before, after] = -1e9
    best = scores[0] + np.array([-1e9 if name.startswith("I-") else 0.0 for name in labels], dtype=np.float32)
    back = np.zeros((len(scores), count), dtype=np.int64)
    for word in range(1, len(scores)):
        paths = best[:, None] + allowed
        back[word] = paths.argmax(axis=0)
        best = paths.max(axis=0) + scores[word]
    path = [int(best.argmax())]
    for word in range(len(scores) - 1, 0, -1):
        path.append(int(back[word, path[-1]]))
    return path[::-1]


def runs(scores: Scores, labels: Sequence[str]) -> list[Run]:
    """The labelled runs of a window's (words, labels) scores, in order."""
    if not len(scores):
        return []
    logs = log_softmax(scores)
    path = viterbi(logs - np.array([RELUCTANCE.get(name, 0.0) for name in labels], dtype=np.float32), labels)
    probability = np.exp(logs[np.arange(len(path)), path])
    found: list[Run] = []
    for word, label in enumerate(path):
        name = labels[label]
        if name.startswith("B-"):
            found.append(Run(name[2:], word, word, 0.0))
        elif name.startswith("I-"):
            found[-1] = Run(found[-1].label, found[-1].first, word, 0.0)
    return [Run(run.label, run.first, run.last, float(probability[run.first : run.last + 1].mean())) for run in found]
