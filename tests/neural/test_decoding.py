from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from qa.neural.decoding import ATTRIBUTION, log_softmax, runs, viterbi


def scores(*labels: str) -> np.ndarray:
    out = np.zeros((len(labels), len(ATTRIBUTION)), dtype=np.float32)
    for row, label in enumerate(labels):
        out[row, ATTRIBUTION.index(label)] = 5.0
    return out


def test_labels_become_runs() -> None:
    found = runs(scores("B-source", "I-source", "B-cue", "O", "B-content", "I-content", "B-content"), ATTRIBUTION)
    assert [(r.label, r.first, r.last) for r in found] == [
        ("source", 0, 1),
        ("cue", 2, 2),
        ("content", 4, 5),
        ("content", 6, 6),
    ]
    assert all(0.9 < r.confidence <= 1.0 for r in found)


def test_no_words_no_runs() -> None:
    assert runs(np.zeros((0, len(ATTRIBUTION)), dtype=np.float32), ATTRIBUTION) == []


def test_an_inside_without_a_beginning_is_never_chosen() -> None:
    path = viterbi(log_softmax(scores("O", "I-content", "I-content")), ATTRIBUTION)
    assert [ATTRIBUTION[label] for label in path] == ["O", "B-content", "I-content"]


@given(
    arrays(np.float32, st.tuples(st.integers(1, 20), st.just(len(ATTRIBUTION))), elements=st.floats(-9, 9, width=32))
)
def test_every_path_is_well_formed_and_beats_no_allowed_single_change(grid: np.ndarray) -> None:
    logs = log_softmax(grid)
    path = viterbi(logs, ATTRIBUTION)
    names = [ATTRIBUTION[label] for label in path]
    for before, after in pairwise(["O", *names]):
        assert not after.startswith("I-") or before[2:] == after[2:]
    total = sum(logs[row, label] for row, label in enumerate(path))
    outside = [0] * len(path)
    assert total >= sum(logs[row, label] for row, label in enumerate(outside)) - 1e-4
