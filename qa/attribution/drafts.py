"""Statements before their speakers are known."""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain import Span


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement before its speaker is known.

    ``shared``: the source is a neighbour's. ``continued``: a quotation that goes on from the draft before. ``via``: who
    passed the statement on; where ``source`` and ``via`` are those of "Reuters reported, citing the ministry", the
    source is the ministry. ``nested``: it stands in the content of another. ``turn``: whose turn it is in an interview,
    where no source or only "I" says so.
    """

    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    confidence: float
    antecedents: tuple[tuple[int, float], ...] = ()
    shared: bool = False
    continued: bool = False
    via: Span | None = None
    nested: bool = False
    turn: Span | None = None

    @property
    def start(self) -> int:
        return min(span.start for span in (self.source, self.cue, *self.content) if span)
