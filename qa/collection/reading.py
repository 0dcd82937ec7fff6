"""Questions to the catalogue: one function for each, all within the caller's read transaction.

Every function raises sqlite3.Error where the catalogue cannot be read, and CollectionError where what it holds does
not prove true.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from qa.collection.serialisation import (
    ArticleRow,
    SpeakerRow,
    StatementRow,
    VectorRow,
    article_from,
    passages_from,
    speakers_from,
    statements_from,
    vectors_from,
)
from qa.collection.speakers import bring_together
from qa.domain import Article, ArticleEntry, HitKind, Passage, Speaker, SpeakerEntry, Statement
from qa.errors import CollectionError
from qa.ports import Vectors

T = TypeVar("T")

_ENTRIES = "SELECT id, title, source, published, passages, statements FROM articles"


class Roster(NamedTuple):
    """An article's key and how many items of each kind it has."""

    key: int
    id: str
    passages: int
    statements: int

    def items(self, kind: HitKind) -> int:
        return self.passages if kind is HitKind.PASSAGE else self.statements


def entries(connection: sqlite3.Connection) -> tuple[ArticleEntry, ...]:
    return tuple(_entry(row) for row in connection.execute(f"{_ENTRIES} ORDER BY place"))


def entry_by_source(connection: sqlite3.Connection, source: str) -> ArticleEntry | None:
    if not _is_text(source):
        return None
    row = connection.execute(f"{_ENTRIES} WHERE source = ? ORDER BY place LIMIT 1", (source,)).fetchone()
    return _entry(row) if row else None


def entry_by_sha256(connection: sqlite3.Connection, sha256: str) -> ArticleEntry | None:
    row = connection.execute(f"{_ENTRIES} WHERE sha256 = ? ORDER BY place LIMIT 1", (sha256,)).fetchone()
    return _entry(row) if row else None


def roster(connection: sqlite3.Connection) -> tuple[Roster, ...]:
    """All articles, in the order of their keys."""
    rows = connection.execute("SELECT key, id, passages, statements FROM articles ORDER BY key")
    return tuple(_row(row) for row in rows)


def roster_of(connection: sqlite3.Connection, articles: Sequence[str]) -> tuple[Roster, ...]:
    """Those of the named articles that there are, each once."""
    command = "SELECT key, id, passages, statements FROM articles WHERE id = ?"
    found = (
        connection.execute(command, (article_id,)).fetchone()
        for article_id in dict.fromkeys(articles)
        if _is_text(article_id)
    )
    return tuple(_row(values) for values in found if values)


def article(connection: sqlite3.Connection, key: int) -> Article:
    row = connection.execute(
        "SELECT a.id, a.title, a.source, a.published, a.sha256, t.text, t.blocks, t.sentences "
        "FROM articles AS a LEFT JOIN texts AS t USING (key) WHERE a.key = ?",
        (key,),
    ).fetchone()
    return article_from(ArticleRow(*row))


def passages(connection: sqlite3.Connection, row: Roster, text: Article) -> tuple[Passage, ...]:
    command = "SELECT number, start, end FROM passages WHERE key = ? ORDER BY number"
    found = passages_from(text, connection.execute(command, (row.key,)).fetchall())
    return _complete(row, found, row.passages, "passages")


def statements(connection: sqlite3.Connection, row: Roster, text: Article) -> tuple[Statement, ...]:
    command = (
        "SELECT mode, confidence, certainty, source, cue, content, speaker, via FROM statements "
        "WHERE key = ? ORDER BY position"
    )
    rows = [StatementRow(*values) for values in connection.execute(command, (row.key,))]
    found = statements_from(text, _speakers(connection, row), rows)
    return _complete(row, found, row.statements, "statements")


def speakers(connection: sqlite3.Connection) -> tuple[SpeakerEntry, ...]:
    """Over the whole collection."""
    command = (
        "SELECT a.id, s.name, s.role, s.aliases, s.kind, s.statements FROM articles AS a "
        "JOIN speakers AS s USING (key) ORDER BY a.place, s.number"
    )
    heard: list[tuple[str, Speaker, int]] = []
    for article_id, rows in groupby(connection.execute(command), key=itemgetter(0)):
        of_article = list(rows)
        found = speakers_from(article_id, [SpeakerRow(*row[1:5]) for row in of_article])
        heard += [(article_id, speaker, row[5]) for speaker, row in zip(found, of_article, strict=True)]
    return bring_together(heard)


def vectors(connection: sqlite3.Connection, row: Roster, kind: HitKind, dimension: int) -> Vectors:
    """(items, dimension): those of one article."""
    command = "SELECT items, crc, data FROM vectors WHERE key = ? AND kind = ?"
    values = connection.execute(command, (row.key, kind.value)).fetchone()
    if values is None:
        raise CollectionError(f"The collection is damaged: article {row.id!r} has no vectors.")
    return vectors_from(row.id, VectorRow(*values), row.items(kind), dimension)


def _is_text(value: str) -> bool:
    """Whether SQLite can hold it: half a surrogate pair, as an odd file name has it, is in no catalogue."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def words_stored(connection: sqlite3.Connection) -> bool:
    """Whether the full-text tables have a row for every passage and statement."""
    (whole,) = connection.execute(
        "SELECT (SELECT count(*) FROM passage_words) = total(passages) "
        "AND (SELECT count(*) FROM statement_words) = total(statements) FROM articles"
    ).fetchone()
    return bool(whole)


def _row(values: tuple[Any, ...]) -> Roster:
    match values:
        case (int(key), str(article_id), int(passages_), int(statements_)) if min(passages_, statements_) >= 0:
            return Roster(key, article_id, passages_, statements_)
        case _:
            raise CollectionError(f"The collection is damaged: the entry of article {values[1]!r} cannot be read.")


def _speakers(connection: sqlite3.Connection, row: Roster) -> tuple[Speaker, ...]:
    command = "SELECT name, role, aliases, kind FROM speakers WHERE key = ? ORDER BY number"
    return speakers_from(row.id, [SpeakerRow(*values) for values in connection.execute(command, (row.key,))])


def _complete(row: Roster, found: tuple[T, ...], expected: int, what: str) -> tuple[T, ...]:
    if len(found) != expected:
        raise CollectionError(f"The collection is damaged: article {row.id!r} lacks some of its {what}.")
    return found


def _entry(row: tuple[Any, ...]) -> ArticleEntry:
    try:
        match row:
            case (str(article_id), str(title), str(source), published, int(passages_), int(statements_)):
                day = date.fromisoformat(published) if published is not None else None
                return ArticleEntry(article_id, title, source, day, passages_, statements_)
            case _:
                raise ValueError("not an entry")
    except (TypeError, ValueError) as error:
        line = f"The collection is damaged: the entry of article {row[0]!r} cannot be read."
        raise CollectionError(line) from error
