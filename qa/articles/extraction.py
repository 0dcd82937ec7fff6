"""What a document gives up: pieces of text in reading order, with what its markup and metadata tell about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from qa.domain import BlockKind

_JUNK = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\ufeff\ufffe\uffff]")
_SPACE = re.compile(r"[^\S\n\u00a0\u202f]+|[\r\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One paragraph or heading; ``kind`` where the document's markup tells it."""

    text: str
    kind: BlockKind | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """The canonical text, the kinds known by the offset at which a block starts, and the metadata."""

    text: str
    kinds: Mapping[int, BlockKind] = field(default_factory=dict)
    title: str | None = None
    published: date | None = None


def assembled(pieces: Iterable[Piece], *, title: str | None = None, published: date | None = None) -> Extract:
    """The pieces as one text, an empty line between them, without blank ones and characters that nobody can read."""
    parts: list[str] = []
    kinds: dict[int, BlockKind] = {}
    offset = 0
    for piece in pieces:
        words = readable(piece.text)
        if not words:
            continue
        if piece.kind is not None:
            kinds[offset] = piece.kind
        parts.append(words)
        offset += len(words) + 2
    return Extract("\n\n".join(parts), kinds, readable(title or "") or None, published)


def readable(words: str) -> str:
    """On one line, without control characters, soft hyphens and lone surrogates, which have no UTF-8."""
    sound = words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return " ".join(_SPACE.sub(" ", _JUNK.sub("", sound.replace("\t", " "))).split(" ")).replace("\n", " ").strip()
