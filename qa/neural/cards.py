"""What lies beside a model's weights in the package: a card in JSON that says what they are."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from qa.errors import ModelError

C = TypeVar("C", bound=BaseModel)


def read_card(card: type[C], name: str, weights: Path | None) -> tuple[Path, C]:
    """The weights of the model called ``name`` (default: those in the package), and their card.

    Raises:
        ModelError: the card is missing or damaged.
    """
    path = weights or Path(str(files("qa.neural"))) / "weights" / f"{name}.onnx"
    beside = path.with_suffix(".json")
    try:
        return path, card.model_validate_json(beside.read_text("utf-8"))
    except (OSError, ValueError, ValidationError):
        raise ModelError(f"the {name}'s card cannot be read: {beside}") from None
