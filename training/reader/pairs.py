"""Claims about one sentence each, borne out by it or contradicted: what the reader learns agreement from."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

from training.reader.rows import Group, Row, roughened


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence behind its speaker's name, and two questions "did X say Y?": one it bears out, one it does not.

    ``said``: it contradicts the false one; else it says nothing of it, however near it sounds.
    """

    context: str
    true: str
    false: str
    said: bool = True


def claims(path: Path) -> list[Claim]:
    """Lines of ``{"context", "true", "false"}``, some with ``"said"``."""
    return [Claim(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def claim_groups(items: list[Claim], chance: random.Random) -> list[Group]:
    """Both questions of each claim, one in three beside the sentence of another claim, which does not answer."""
    groups: list[Group] = []
    for item in items:
        for question, agrees in ((item.true, True), (item.false, False)):
            asked = roughened(question, chance)
            rows = [Row(asked, item.context, None, agrees or item.said, agrees)]
            if chance.random() < 1 / 3:
                rows.append(Row(asked, chance.choice(items).context, None, False))
            groups.append(tuple(rows))
    return groups
