"""How likely each entity is what a pronoun or a role phrase refers to: a log-linear model over few features.

The weights were fitted by ``training/speakers/fit.py`` and lie in ``speaker_weights.json``; the features say what a
careful reader goes by: what the tagger's antecedent scores point at, who spoke last and where, who was named last and
as what, gender, and whether the role fits the phrase.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from qa.errors import ModelError

FEATURES = (
    "antecedent",
    "antecedent_share",
    "spoke_here",
    "spoke_before",
    "in_sentence",
    "in_block",
    "distance",
    "leads_sentence",
    "subject",
    "subject_distance",
    "latest_subject",
    "block_only",
    "plural",
    "gender_fits",
    "gender_clashes",
    "mentions",
    "only_quoted",
    "only_in_content",
    "sole",
    "latest",
    "has_spoken",
    "role",
    "role_words",
    "is_named",
    "kind_fits",
    "none",
    "unbound",
    "trade",
    "sole_fit",
    "owned",
    "organisation",
)


class Weights(BaseModel):
    """The fitted weights: for he and she, for they and it, for phrases; and from what probability on one is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    person: dict[str, float]
    thing: dict[str, float]
    phrase: dict[str, float]
    thresholds: dict[str, float]


class GivenNames(BaseModel):
    """Given names that are a woman's (f) or a man's (m) where they come from, lower case, separated by spaces."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    f: str
    m: str


def probabilities(features: Sequence[Mapping[str, float]], weights: Mapping[str, float]) -> list[float]:
    """Softmax of the weighted features of each candidate."""
    scores = [sum(weights.get(name, 0.0) * value for name, value in row.items()) for row in features]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _data(name: str) -> str:
    return files("qa.attribution").joinpath(name).read_text("utf-8")


@lru_cache(maxsize=1)
def weights() -> Weights:
    """Raises ModelError where the file does not hold what it should."""
    try:
        found = Weights.model_validate(json.loads(_data("speaker_weights.json")))
    except (OSError, ValueError) as error:
        raise ModelError("the speaker weights cannot be read") from error
    if set(found.thresholds) != {"person", "thing", "phrase"}:
        raise ModelError("the speaker weights lack a threshold")
    unknown = (set(found.person) | set(found.thing) | set(found.phrase)) - set(FEATURES)
    if unknown:
        raise ModelError(f"the speaker weights name unknown features: {', '.join(sorted(unknown))}")
    return found


@lru_cache(maxsize=1)
def given_names() -> dict[str, str]:
    """Given name to "f" or "m"; raises ModelError where the file does not hold what it should."""
    try:
        found = GivenNames.model_validate(json.loads(_data("given_names.json")))
    except (OSError, ValueError) as error:
        raise ModelError("the given names cannot be read") from error
    return {name: gender for gender, names in (("f", found.f), ("m", found.m)) for name in names.split()}
