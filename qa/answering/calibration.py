"""The fitted weights of the answerer: how features become a score, and a score a decision."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from qa.errors import ModelError

FEATURES = (
    "bias", "dense", "behind", "lexical", "around", "fit", "statement", "typed", "passage", "said", "relevance",
    "confidence", "read", "known", "own", "closeness", "following", "bearing",
    "preceding", "repeating", "fresh", "odds",
)  # fmt: skip
"""What a candidate is judged by, in the order of the weights; see ``ranking``."""
DECISION = (
    "bias", "top", "lead", "fit", "closeness", "lexical", "own", "stranger", "undescribed", "described", "named",
    "relevance", "read", "followup", "plain", "odds", "nearest", "top_odds",
)  # fmt: skip
"""What the decision to answer is judged by; see ``ranking.answerable``."""
TEMPTING = ("bias", "likely", "odds", "nearest", "average", "followup")
"""What tells an answer from what only sounds like one; see ``ranking.answerable``."""
AGAINST = ("bias", "negation", "denial", "opposite", "number", "unheard", "odds")
"""What tells that a statement speaks against a claim; see ``verdicts.signs``."""
LISTING = ("bias", "behind", "less_relevant", "read", "person", "direct", "body", "asked")
"""What tells that a statement belongs in a list of who speaks; see ``listing.weighed``."""
GROUPS = ("who", "what", "fact", "verify", "identity")
TRUSTED = ("who", "what", "fact", "verify", "identity", "list", "abstain")


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights by group of question kinds, fitted with the reader, and the probability below which it abstains.

    ``decide`` weighs whether anything answers, ``tempting`` whether what seems to does: both must hold.
    ``against`` weighs what tells that a statement contradicts a claim, ``listed`` that it belongs in a list of who
    speaks; ``verdict`` are thresholds. ``trust`` turns what an answer of a kind goes by into how likely it is right:
    slope and offset of its log-odds.
    """

    rank: Mapping[str, tuple[float, ...]]
    decide: Mapping[str, tuple[float, ...]]
    tempting: tuple[float, ...]
    threshold: float
    against: tuple[float, ...]
    listed: tuple[float, ...]
    verdict: Mapping[str, float]
    trust: Mapping[str, tuple[float, float]]

    def trusted(self, kind: str, value: float) -> float:
        """How likely an answer of ``kind`` ("abstain": that none is there) is right that goes by ``value`` in 0…1."""
        slope, offset = self.trust[kind]
        value = min(max(value, 1e-4), 1.0 - 1e-4)
        return probability((slope, offset), (math.log(value / (1.0 - value)), 1.0))


def parse(data: Any) -> Calibration:
    """The calibration in ``data`` (from JSON), checked. Raises ModelError where it does not fit this version."""
    try:
        rank = {group: _numbers(data["rank"][group], len(FEATURES)) for group in GROUPS}
        decide = {group: _numbers(data["decide"][group], len(DECISION)) for group in GROUPS}
        tempting = _numbers(data["tempting"], len(TEMPTING))
        threshold = float(data["threshold"])
        against = _numbers(data["against"], len(AGAINST))
        listed = _numbers(data["listed"], len(LISTING))
        verdict = {str(key): float(value) for key, value in data["verdict"].items()}
        trust = {kind: _pair(data["trust"][kind]) for kind in TRUSTED}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError("calibration.json does not fit this version of whosaid; reinstall it") from error
    named = {
        "features": FEATURES,
        "decision": DECISION,
        "temptation": TEMPTING,
        "contradiction": AGAINST,
        "listing": LISTING,
    }
    if any(data.get(name) != list(words) for name, words in named.items()) or not 0.0 < threshold < 1.0:
        raise ModelError("calibration.json was fitted for other features; reinstall whosaid")
    return Calibration(rank, decide, tempting, threshold, against, listed, verdict, trust)


def _pair(values: Any) -> tuple[float, float]:
    slope, offset = _numbers(values, 2)
    return slope, offset


def _numbers(values: Any, length: int) -> tuple[float, ...]:
    numbers = tuple(float(value) for value in values)
    if len(numbers) != length or not all(math.isfinite(number) for number in numbers):
        raise ValueError("weights of another shape")
    return numbers


@lru_cache(maxsize=1)
def shipped() -> Calibration:
    """The calibration that ships with the package. Raises ModelError where it is missing or damaged."""
    try:
        text = files("qa.answering").joinpath("calibration.json").read_text("utf-8")
        return parse(json.loads(text))
    except (OSError, json.JSONDecodeError) as error:
        raise ModelError("calibration.json is missing or damaged; reinstall whosaid") from error


def log_odds(chance: float) -> float:
    """The logarithm of the odds of ``chance``, within about -7 and 7."""
    kept = min(max(chance, 1e-3), 1.0 - 1e-3)
    return math.log(kept / (1.0 - kept))


def probability(weights: Sequence[float], features: Sequence[float]) -> float:
    """The logistic of the weighted features, in 0…1."""
    total = sum(w * f for w, f in zip(weights, features, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
