"""Text of articles on a terminal: shown as it is, unable to steer the terminal."""

from __future__ import annotations

import unicodedata

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, and so can show one thing and mean another."""


def plain(text: str) -> str:
    """``text`` with every control character but line feed and tab, and every bidirectional override, made visible."""
    return "".join(c if c in "\n\t" or not _steers(c) else "\N{REPLACEMENT CHARACTER}" for c in text)


def line(text: str) -> str:
    """``text`` on one line, its runs of white space made single spaces."""
    return " ".join(plain(text).split())


def _steers(character: str) -> bool:
    return character in _BIDI or unicodedata.category(character) in {"Cc", "Cs"}
