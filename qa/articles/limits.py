"""How much of a source is read, and how a refusal is worded."""

from __future__ import annotations

from dataclasses import dataclass

from qa.errors import SourceError

_NAME_LENGTH = 160
_STATUS = {"too_large": 413, "binary": 415, "unsupported": 415, "not_found": 400, "bad_source": 400}
"""HTTP status of each refusal code; the others (empty, encrypted, malformed, unreadable, unreachable) are 422."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest source in bytes, the longest text in code points, the longest wait for a URL or a file in seconds.

    Raises:
        ValueError: a limit is not positive.
    """

    max_bytes: int
    max_chars: int
    timeout: float

    def __post_init__(self) -> None:
        if self.max_bytes < 1 or self.max_chars < 1 or self.timeout <= 0:
            raise ValueError("a limit that lets nothing through")


def refusal(source: str, reason: str, code: str) -> SourceError:
    """The error for a source that gives no article: one line that names the source and says why."""
    return SourceError(f"{_shown(source)}: {reason}", code=code, status=_STATUS.get(code, 422))


def _shown(source: str) -> str:
    """A source as a message may show it: one line, printable, not endless."""
    head = source[: 4 * _NAME_LENGTH]
    line = " ".join("".join(c if c.isprintable() else " " for c in head).split()) or "(no name)"
    return line if len(line) <= _NAME_LENGTH else f"{line[: _NAME_LENGTH // 2]}…{line[-_NAME_LENGTH // 2 :]}"
