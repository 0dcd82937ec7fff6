"""Untrusted text to HTML: the only way by which words of articles, names and questions reach the page."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from urllib.parse import urlsplit

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Controls, and the characters that reverse what follows them, are shown as what they are: something that is not
# text. Lone surrogates could not be sent at all. One character stays one character, so nothing moves.
_HIDDEN: dict[int, str] = dict.fromkeys(
    [
        *(c for c in range(0x20) if c not in (0x09, 0x0A, 0x0D)),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0xD800, 0xE000),
    ],
    _REPLACEMENT,
)


def plain(text: str) -> str:
    """``text`` without characters that could reorder, hide or break what is shown; as long as before."""
    return text.translate(_HIDDEN)


def escape(text: str) -> str:
    """``text`` as HTML, safe between tags and in quoted attributes."""
    return html.escape(plain(text), quote=True)


def escape_json(value: object) -> str:
    """``value`` as JSON for a quoted attribute."""
    return html.escape(json.dumps(value, ensure_ascii=True, separators=(",", ":")), quote=True)


def attributes(pairs: Iterable[tuple[str, str | None]]) -> str:
    """`` name="value"``… for the pairs that have a value."""
    return "".join(f' {name}="{escape(value)}"' for name, value in pairs if value is not None)


def web_address(source: str) -> str | None:
    """``source`` where it is an address that a browser may open safely, else None."""
    try:
        parts = urlsplit(source.strip())
        named = bool(parts.hostname)
    except ValueError:
        return None
    return source.strip() if named and parts.scheme in ("http", "https") else None


def site(source: str) -> str:
    """What to call the place an article came from: the host of an address, the name of a file."""
    if web_address(source):
        return (urlsplit(source.strip()).hostname or "").removeprefix("www.")
    return source.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1] or source


def origin(source: str) -> str:
    """Where an article came from, to be written down elsewhere: its address, or the name of its file alone.

    Where on this machine the file lies means nothing to others, and is not for them.
    """
    return web_address(source) or site(source)
