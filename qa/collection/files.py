"""Files that are there whole or not at all."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

_CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """Of a file's bytes, in hexadecimal. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def flush(path: Path) -> None:
    """Waits until a file, or the names in a directory, are on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(target: Callable[[Path], Path], fill: Callable[[Path], None], temporary: Path) -> Path:
    """Fills a temporary file, then gives it its name in one step: nobody ever sees half of it.

    ``target`` is asked for the name once the file is complete, since a name may be made from the contents. A
    failure leaves no temporary file behind. Raises whatever ``fill`` raises, and OSError.
    """
    try:
        fill(temporary)
        flush(temporary)
        path = target(temporary)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    flush(path.parent)
    return path
