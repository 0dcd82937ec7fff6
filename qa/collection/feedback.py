"""Readers' votes on answers: kept in the catalogue, and untouched by whatever becomes of the articles.

The table is made with the first vote, so that a collection from before there were any opens as it is.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from qa.domain import Citation, Mode, Span
from qa.errors import CollectionError

MOST, MOST_BYTES = 100_000, 200_000_000
"""So many votes are kept, and so many bytes of UTF-8 in them; beyond, each new one takes the place of the oldest."""

_TABLE = """
CREATE TABLE IF NOT EXISTS feedback (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, vote TEXT NOT NULL, reason TEXT, question TEXT NOT NULL,
    answer TEXT NOT NULL, citations TEXT NOT NULL
)
"""


_FORGET = """
DELETE FROM feedback WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER newest AS place, sum(bytes) OVER newest AS held FROM (
            SELECT id, at, length(CAST(coalesce(reason, '') || question || answer || citations AS BLOB)) AS bytes
            FROM feedback
        )
        WINDOW newest AS (ORDER BY at DESC, id ROWS UNBOUNDED PRECEDING)
    )
    WHERE place > ? OR held > ?
)
"""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of an answer: ``vote`` is up or down; ``at`` when, in UTC; ``id`` of the voter's choosing.

    Raises:
        ValueError: it is another vote, or a time without its zone.
    """

    id: str
    at: datetime
    vote: str
    reason: str | None
    question: str
    answer: str
    citations: tuple[Citation, ...] = ()

    def __post_init__(self) -> None:
        if self.vote not in ("up", "down"):
            raise ValueError(f"not a vote: {self.vote}")
        if self.at.utcoffset() is None:
            raise ValueError("a time without its zone")


@runtime_checkable
class FeedbackLog(Protocol):
    """A collection that keeps votes."""

    def record(self, vote: Feedback) -> None:
        """Keeps a vote, or changes the one of the same id; raises CollectionError."""
        ...

    def feedback(self) -> tuple[Feedback, ...]:
        """All votes, the oldest first; raises CollectionError."""
        ...


def record(connection: sqlite3.Connection, feedback: Feedback) -> None:
    """Keeps a vote; the vote of an id that is there already changes, but not what it was given on.

    Within the caller's write transaction. Raises sqlite3.Error.
    """
    connection.execute(_TABLE)
    connection.execute(
        "INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET at = excluded.at, vote = excluded.vote, reason = excluded.reason",
        (
            feedback.id,
            feedback.at.isoformat(timespec="seconds"),
            feedback.vote,
            feedback.reason,
            feedback.question,
            feedback.answer,
            _citations(feedback),
        ),
    )
    connection.execute(_FORGET, (MOST, MOST_BYTES))


def size(feedback: Feedback) -> int:
    """Bytes of what was said and what it was said of."""
    texts = (feedback.reason or "", feedback.question, feedback.answer, _citations(feedback))
    return sum(len(text.encode()) for text in texts)


def recorded(connection: sqlite3.Connection) -> tuple[Feedback, ...]:
    """All votes, the oldest first. Raises CollectionError where one is damaged, and sqlite3.Error."""
    known = connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'feedback'").fetchone()
    if not known:
        return ()
    rows = connection.execute(
        "SELECT id, at, vote, reason, question, answer, citations FROM feedback ORDER BY at, rowid"
    ).fetchall()
    return tuple(_feedback(*row) for row in rows)


def _feedback(name: Any, at: Any, vote: Any, reason: Any, question: Any, answer: Any, citations: Any) -> Feedback:
    try:
        found = tuple(_citation(item) for item in json.loads(citations))
        return Feedback(name, datetime.fromisoformat(at), vote, reason, question, answer, found)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CollectionError(f"The collection is damaged: feedback {name!r} cannot be read.") from error


def _citations(feedback: Feedback) -> str:
    return json.dumps([_citation_json(citation) for citation in feedback.citations])


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "marker": citation.marker,
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        "sha256": citation.sha256,
        "speaker": citation.speaker,
        "mode": citation.mode,
    }


def _citation(item: dict[str, Any]) -> Citation:
    span = Span(item["start"], item["end"])
    texts = (item["article_id"], item["title"], item["source"])
    mode = Mode(item["mode"]) if item["mode"] else None
    return Citation(item["marker"], *texts, span, item["quote"], item["sha256"], item["speaker"], mode)
