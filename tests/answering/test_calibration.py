"""The weights that ship: checked when they are read, and refused when they fit another version."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from qa.answering.calibration import DECISION, FEATURES, TRUSTED, parse, probability, shipped
from qa.errors import ModelError


def data() -> dict[str, Any]:
    text = files("qa.answering").joinpath("calibration.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def test_what_ships_fits() -> None:
    assert 0 < shipped().threshold < 1
    assert {len(weights) for weights in shipped().rank.values()} == {len(FEATURES)}
    assert {len(weights) for weights in shipped().decide.values()} == {len(DECISION)}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("rank"),
        lambda d: d["rank"]["who"].pop(),
        lambda d: d["decide"].update(what=["x"] * len(DECISION)),
        lambda d: d["rank"]["who"].__setitem__(0, float("nan")),
        lambda d: d["tempting"].pop(),
        lambda d: d.update(temptation=["other"]),
        lambda d: d.update(threshold=1.5),
        lambda d: d.update(features=["other"]),
        lambda d: d.update(verdict=[1]),
        lambda d: d["against"].pop(),
        lambda d: d.update(contradiction=["other"]),
        lambda d: d["listed"].pop(),
        lambda d: d.update(listing=["other"]),
        lambda d: d["trust"].pop("list"),
        lambda d: d["trust"].update(who=[1.0]),
    ],
)
def test_what_does_not_fit_is_refused(spoil: Any) -> None:
    damaged = data()
    spoil(damaged)
    with pytest.raises(ModelError):
        parse(damaged)


def test_a_file_that_is_no_calibration_is_refused() -> None:
    with pytest.raises(ModelError):
        parse([1, 2])


def test_probabilities_stay_between_none_and_all() -> None:
    assert probability((1e9,), (1.0,)) <= 1
    assert probability((-1e9,), (1.0,)) >= 0
    assert probability((0.0,), (5.0,)) == 0.5


def test_trust_keeps_the_order_and_stays_a_probability() -> None:
    for kind in TRUSTED:
        values = [shipped().trusted(kind, value) for value in (0.0, 0.2, 0.5, 0.9, 1.0)]
        assert values == sorted(values)
        assert 0 < values[0] <= values[-1] < 1
