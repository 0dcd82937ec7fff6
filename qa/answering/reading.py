"""What the reader makes of the most promising pieces of evidence: of a few, and of more where none of these answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa.answering.ranking import Piece
from qa.answering.types import Candidate, Kind, Understood
from qa.domain import Reading, Span, Statement
from qa.ports import Reader

SPEAKS = 0.5
"""The fit from which the one asked about counts as speaking in the articles."""
_ROUNDS, _ROUNDS_OF_MANY, _LIST = (4, 10), (4, 8), (20,)
"""How many are read in all after each round: of a few articles, of a collection that was searched, for a list."""
_FOUND = 0.3
"""The relevance of one of them from which no more are read."""
_FOUND_WHO = 0.96
"""That of somebody's words, over a collection: what answers well may be another's than what answers best."""
_HOPELESS, _HOPELESS_IN_LIST = 0.2, 0.05
"""What scores less than this share of the best is not worth reading."""
_ALWAYS = 2
"""So many are read whatever they score."""

_Key = tuple[str, Span, str]
"""What the reader is given: the sentences of an article, behind the name and role of who speaks in them."""


def read(
    understood: Understood, pieces: Sequence[Piece], ranked: Sequence[Candidate], reader: Reader, *, many: bool
) -> list[Piece]:
    """``pieces`` with what the reader makes of those that ``ranked`` has first and near the best.

    ``many`` says that they come from a collection that was searched.
    """
    order = {_key(c.article_id, c.span, c.statement): place for place, c in reversed(list(enumerate(ranked)))}
    best = sorted(pieces, key=lambda p: order[_key(p.article_id, p.span, p.statement)])
    texts = {(p.article_id, p.span): p.text for p in pieces}
    share = _HOPELESS_IN_LIST if understood.kind is Kind.LIST else _HOPELESS
    least = share * max((c.score for c in ranked), default=0.0)
    hopeful = {_key(c.article_id, c.span, c.statement) for c in ranked if c.score >= least}
    found = _FOUND_WHO if understood.kind is Kind.WHO else _FOUND
    known: dict[_Key, Reading] = {}
    for most in _rounds(understood.kind, many):
        chosen = _chosen(understood, best, most)
        worth = [*chosen[:_ALWAYS], *(key for key in chosen[_ALWAYS:] if key in hopeful)]
        new = [key for key in worth if key not in known][: most - len(known)]
        contexts = [f"{speaker}{texts[article_id, span]}" for article_id, span, speaker in new]
        readings = reader.read(understood.text, contexts) if contexts else []
        known |= {key: _moved(reading, len(key[2])) for key, reading in zip(new, readings, strict=True)}
        if any(reading.relevance >= found for reading in known.values()):
            break
    return _with_readings(pieces, known)


def _rounds(kind: Kind, many: bool) -> tuple[int, ...]:
    if kind is Kind.LIST:
        return _LIST
    rounds = _ROUNDS_OF_MANY if many else _ROUNDS
    if kind is Kind.WHO and not many:
        return rounds[-1:]  # all are read at once
    # More of them tell nothing more of who somebody is, nor, over a collection, of a claim.
    return rounds[:1] if kind is Kind.IDENTITY or (many and kind is Kind.VERIFY) else rounds


def _chosen(understood: Understood, best: Sequence[Piece], most: int) -> list[_Key]:
    """The first ``most`` of the pieces as they are read, each once.

    A sentence that a statement already covers is read with the statement's speaker before it.
    """
    best = [*_theirs(understood, best, most), *best]
    spoken = {(p.article_id, p.span) for p in best[: 2 * most] if p.statement}
    chosen: dict[_Key, None] = {}
    for piece in best[: 3 * most]:
        if len(chosen) < most and (piece.statement or (piece.article_id, piece.span) not in spoken):
            chosen.setdefault(_key(piece.article_id, piece.span, piece.statement))
    return list(chosen)


def _theirs(understood: Understood, best: Sequence[Piece], most: int) -> list[Piece]:
    """The statements of the one asked about that are read before all else: one of them must answer, however worded.

    Half of what is read is left for whatever else may answer.
    """
    if understood.mention is None or understood.kind not in (Kind.WHAT, Kind.VERIFY):
        return []
    return [p for p in best if p.statement and p.fit >= SPEAKS][: most // 2]


def _with_readings(pieces: Sequence[Piece], known: Mapping[_Key, Reading]) -> list[Piece]:
    """``pieces``, a sentence of which only statements were read with the reading of the most relevant of these."""
    by_span: dict[tuple[str, Span], Reading] = {}
    for (article_id, span, _), reading in known.items():
        held = by_span.get((article_id, span))
        if held is None or reading.relevance > held.relevance:
            by_span[article_id, span] = reading
    out = []
    for p in pieces:
        found = known.get(_key(p.article_id, p.span, p.statement))
        if found is None and p.statement is None:
            found = by_span.get((p.article_id, p.span))
        out.append(p if found is None else replace(p, reading=found))
    return out


def context_of(article_id: str, span: Span, statement: Statement | None, text: str) -> tuple[str, int]:
    """What is read of a piece of an article's ``text``, and how many code points of it are the name in front."""
    speaker = _key(article_id, span, statement)[2]
    return speaker + span.of(text), len(speaker)


def _key(article_id: str, span: Span, statement: Statement | None) -> _Key:
    """The name and role stand before the sentences as in what the reader was trained on."""
    speaker = statement.speaker if statement else None
    if speaker is None:
        return article_id, span, ""
    return article_id, span, f"{speaker.name} ({speaker.role}): " if speaker.role else f"{speaker.name}: "


def _moved(reading: Reading, by: int) -> Reading:
    """A reading of a context that began with ``by`` code points of a name, in the places of the sentences."""
    if reading.span is None or by == 0:
        return reading
    if reading.span.start < by:
        return replace(reading, span=None)
    return replace(reading, span=Span(reading.span.start - by, reading.span.end - by))
