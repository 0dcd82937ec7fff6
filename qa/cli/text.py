"""Text of articles on a terminal: shown as it is, unable to steer the terminal."""

from __future__ import annotations

import json
import unicodedata

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows, and so can show one thing and mean another."""


def plain(text: str) -> str:
    """``text`` with every control character but line feed and tab, and every bidirectional override, made visible."""
    return "".join(c if c in "\n\t" or not _steers(c) else "\N{REPLACEMENT CHARACTER}" for c in text)


def line(text: str) -> str:
    """``text`` on one line, its runs of white space made single spaces."""
    return " ".join(plain(text).split())


def json_text(value: object, *, indent: int | None = None, in_html: bool = False) -> str:
    """``value`` as JSON that reads back the same, with whatever could steer a terminal in escapes.

    With ``in_html`` also what could end a ``<script>`` that it is pasted into.
    """
    escaped = "<>&\u2028\u2029" if in_html else ""
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return "".join(f"\\u{ord(c):04x}" if c != "\n" and (_steers(c) or c in escaped) else c for c in written)


def _steers(character: str) -> bool:
    return character in _BIDI or unicodedata.category(character) in {"Cc", "Cs"}
