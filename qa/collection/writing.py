"""Changes to the catalogue, each within the caller's write transaction. Every function raises sqlite3.Error."""

from __future__ import annotations

import secrets
import sqlite3
from collections import Counter

from qa.collection.catalogue import State
from qa.collection.keys import item_number, item_range, new_key
from qa.collection.manifest import Model
from qa.collection.serialisation import article_row, speaker_row, statement_row, vector_row
from qa.collection.words import searched_words
from qa.domain import HitKind, Publication, Speaker
from qa.ports import Vectors

_BY_KEY = (
    "DELETE FROM articles WHERE key = ?",
    "DELETE FROM texts WHERE key = ?",
    "DELETE FROM passages WHERE key = ?",
    "DELETE FROM speakers WHERE key = ?",
    "DELETE FROM statements WHERE key = ?",
    "DELETE FROM vectors WHERE key = ?",
)
_BY_ROWS = (
    "DELETE FROM passage_words WHERE rowid BETWEEN ? AND ?",
    "DELETE FROM statement_words WHERE rowid BETWEEN ? AND ?",
)


def new_token() -> str:
    return secrets.token_hex(8)


def advance(connection: sqlite3.Connection, state: State) -> int:
    """Counts a change; the new generation."""
    generation = state.generation + 1
    connection.execute("UPDATE state SET generation = ?, token = ?", (generation, new_token()))
    return generation


def adopt(connection: sqlite3.Connection, model: Model) -> None:
    """Says which model made all vectors, and that they are new."""
    connection.execute(
        "UPDATE state SET epoch = ?, model = ?, dimension = ?, fingerprint = ?",
        (new_token(), model.name, model.dimension, model.fingerprint),
    )


def store(
    connection: sqlite3.Connection, generation: int, publication: Publication, passages: Vectors, statements: Vectors
) -> bool:
    """Stores a publication in the place of what its article id held; whether it held something."""
    article = publication.article
    old = connection.execute("SELECT key, place FROM articles WHERE id = ?", (article.id,)).fetchone()
    if old:
        delete(connection, old[0])
    key, place = new_key(generation), old[1] if old else generation
    row = article_row(article)
    counts = (len(publication.passages), len(publication.statements))
    connection.execute(
        "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key, row.id, place, row.title, row.source, row.published, row.sha256, *counts),
    )
    connection.execute("INSERT INTO texts VALUES (?, ?, ?, ?)", (key, row.text, row.blocks, row.sentences))
    _store_passages(connection, key, publication)
    _store_statements(connection, key, publication)
    store_vectors(connection, key, HitKind.PASSAGE, passages)
    store_vectors(connection, key, HitKind.STATEMENT, statements)
    return old is not None


def store_vectors(connection: sqlite3.Connection, key: int, kind: HitKind, vectors: Vectors) -> None:
    """Puts the vectors of one article and kind in the place of those it had."""
    row = vector_row(vectors)
    connection.execute(
        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?)", (key, kind.value, row.items, row.crc, row.data)
    )


def delete(connection: sqlite3.Connection, key: int) -> None:
    """Everything of one article."""
    for command in _BY_KEY:
        connection.execute(command, (key,))
    for command in _BY_ROWS:
        connection.execute(command, item_range(key))


def _store_passages(connection: sqlite3.Connection, key: int, publication: Publication) -> None:
    title = publication.article.title
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?)",
        [(key, passage.number, passage.span.start, passage.span.end) for passage in publication.passages],
    )
    connection.executemany(
        "INSERT INTO passage_words (rowid, title, body) VALUES (?, ?, ?)",
        [(item_number(key, passage.number), title, passage.text) for passage in publication.passages],
    )


def _store_statements(connection: sqlite3.Connection, key: int, publication: Publication) -> None:
    counts: Counter[Speaker] = Counter(s.speaker for s in publication.statements if s.speaker)
    numbers = {speaker: number for number, speaker in enumerate(counts)}
    connection.executemany(
        "INSERT INTO speakers VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(key, number, *speaker_row(speaker), counts[speaker]) for speaker, number in numbers.items()],
    )
    connection.executemany(
        "INSERT INTO statements VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (key, position, *statement_row(statement, numbers[statement.speaker] if statement.speaker else None))
            for position, statement in enumerate(publication.statements)
        ],
    )
    title = publication.article.title
    connection.executemany(
        "INSERT INTO statement_words (rowid, title, body) VALUES (?, ?, ?)",
        [
            (item_number(key, position), title, searched_words(statement))
            for position, statement in enumerate(publication.statements)
        ],
    )
