"""The collection's manifest: which format it has and which embedding model made its vectors.

The catalogue holds the same facts and is right wherever the two differ, which a kill between two writes can bring
about. The manifest is there for people, and to refuse a later format before its catalogue is touched.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from qa.collection.files import write_whole
from qa.errors import CollectionError

FORMAT = 1
"""The format that this version writes, and the latest that it reads."""

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Model:
    """An embedding model: its name, the length of its vectors and the SHA-256 of its weights."""

    name: str
    dimension: int
    fingerprint: str

    def comparable(self, other: Model) -> bool:
        """Whether vectors of the two can be compared: a name may change, the weights may not."""
        return self.fingerprint == other.fingerprint and self.dimension == other.dimension


def read_manifest(directory: Path) -> Model | None:
    """The model that a collection says it was made with; None where there is no manifest.

    Raises:
        CollectionError: it is damaged, unreadable, or of a later format.
    """
    path = directory / NAME
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise CollectionError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        match json.loads(content):
            case {"format": int(number)} if number > FORMAT:
                raise CollectionError(later_format(directory, number))
            case {"format": 1, "embedding_model": str(name), "dimension": int(dimension), "fingerprint": str(print_)}:
                return Model(name, dimension, print_)
            case _:
                raise ValueError("not a manifest")
    except (ValueError, RecursionError) as error:
        raise CollectionError(
            f"The collection at {directory} is damaged: {NAME} cannot be read. "
            "Restore it from a copy, or build the collection again."
        ) from error


def write_manifest(directory: Path, model: Model) -> None:
    """Writes the manifest whole or not at all. Raises OSError."""
    content = {
        "format": FORMAT,
        "embedding_model": model.name,
        "dimension": model.dimension,
        "fingerprint": model.fingerprint,
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    temporary = directory / f"{NAME}.{os.getpid()}.tmp"
    write_whole(lambda _: directory / NAME, lambda path: _fill(path, text), temporary)


def later_format(directory: Path, number: int) -> str:
    """The line for a collection that a later version of whosaid wrote."""
    return (
        f"The collection at {directory} has format {number}; this version of whosaid reads up to format {FORMAT}. "
        "Use a later version."
    )


def _fill(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
