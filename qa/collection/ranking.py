"""The search by words: BM25 over the catalogue's full-text tables, within the caller's read transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.collection.keys import item_range, parts_of
from qa.collection.reading import Roster
from qa.collection.words import TITLE_WEIGHT, any_of, words_asked
from qa.domain import Hit, HitKind

_ROWS_RANKED = 20_000
"""So many rows are ranked in a large collection (40 ms, or 2 where their words were asked for before): the rarest words
first, as they say most."""
_NEAR = 8
"""Up to so many articles are searched one by one, within their own rows."""

_IN_ROWS = {
    HitKind.PASSAGE: """
        SELECT rowid, bm25(passage_words, ?2, 1.0) AS badness FROM passage_words
        WHERE passage_words MATCH ?1 AND rowid BETWEEN ?3 AND ?4 ORDER BY badness, rowid LIMIT ?5""",
    HitKind.STATEMENT: """
        SELECT rowid, bm25(statement_words, ?2, 1.0) AS badness FROM statement_words
        WHERE statement_words MATCH ?1 AND rowid BETWEEN ?3 AND ?4 ORDER BY badness, rowid LIMIT ?5""",
}
_WORTH = {
    HitKind.PASSAGE: """
        SELECT rowid, bm25(passage_words, ?2, 1.0) FROM passage_words WHERE passage_words MATCH ?1""",
    HitKind.STATEMENT: """
        SELECT rowid, bm25(statement_words, ?2, 1.0) FROM statement_words WHERE statement_words MATCH ?1""",
}
_IN_ARTICLES = {
    HitKind.PASSAGE: """
        SELECT rowid, bm25(passage_words, ?2, 1.0) AS badness FROM passage_words
        WHERE passage_words MATCH ?1 AND rowid >> 15 IN (SELECT value FROM json_each(?3))
        ORDER BY badness, rowid LIMIT ?4""",
    HitKind.STATEMENT: """
        SELECT rowid, bm25(statement_words, ?2, 1.0) AS badness FROM statement_words
        WHERE statement_words MATCH ?1 AND rowid >> 15 IN (SELECT value FROM json_each(?3))
        ORDER BY badness, rowid LIMIT ?4""",
}
_OCCURRENCES = {
    HitKind.PASSAGE: "SELECT count(*) FROM (SELECT 1 FROM passage_words WHERE passage_words MATCH ? LIMIT ?)",
    HitKind.STATEMENT: "SELECT count(*) FROM (SELECT 1 FROM statement_words WHERE statement_words MATCH ? LIMIT ?)",
}
_ITEMS = {
    HitKind.PASSAGE: "SELECT total(passages) FROM articles",
    HitKind.STATEMENT: "SELECT total(statements) FROM articles",
}


class Worth(NamedTuple):
    """The rows that have a word, and what it adds to the score of each: its BM25 (less is better), both (rows,)."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float64]


def worth(connection: sqlite3.Connection, word: str, kind: HitKind) -> Worth:
    """What ``word`` is worth in the whole collection. Raises sqlite3.Error."""
    found = connection.execute(_WORTH[kind], (any_of([word]), TITLE_WEIGHT)).fetchall()
    return Worth(
        np.fromiter((row for row, _ in found), np.int64, len(found)),
        np.fromiter((score for _, score in found), np.float64, len(found)),
    )


def ranked(
    connection: sqlite3.Connection,
    query: str,
    kind: HitKind,
    limit: int,
    within: Sequence[Roster] | None,
    worth_of: Callable[[str], Worth],
) -> list[Hit]:
    """Hits for any of the query's words, best first; ``within`` None means all articles. Raises sqlite3.Error.

    ``worth_of`` gives what a word is worth, as ``worth`` does, or did in this state of the collection.
    """
    words = words_asked(query)
    if not words or limit < 1 or (within is not None and not within):
        return []
    if within is not None and len(within) <= _NEAR:
        found = [pair for row in within for pair in _in_rows(connection, words, kind, limit, item_range(row.key))]
    else:
        words = _telling(connection, words, kind)
        if within is None:
            found = _added([worth_of(word) for word in words], limit)
        else:
            keys = json.dumps([row.key for row in within])
            command = _IN_ARTICLES[kind]
            found = connection.execute(command, (any_of(words), TITLE_WEIGHT, keys, limit)).fetchall()
    best = sorted(found, key=lambda pair: (pair[1], pair[0]))[:limit]
    return _hits(connection, best, kind)


def _in_rows(
    connection: sqlite3.Connection, words: Sequence[str], kind: HitKind, limit: int, rows: tuple[int, int]
) -> list[tuple[int, float]]:
    return connection.execute(_IN_ROWS[kind], (any_of(words), TITLE_WEIGHT, *rows, limit)).fetchall()


def _added(words: Sequence[Worth], limit: int) -> list[tuple[int, float]]:
    """The ``limit`` rows to whose scores ``words`` add most; a row's BM25 for any of several words is their sum."""
    rows, at = np.unique(np.concatenate([word.rows for word in words]), return_inverse=True)
    scores = np.bincount(at, np.concatenate([word.scores for word in words]), len(rows))
    best = np.lexsort((rows, scores))[:limit]
    return list(zip(rows[best].tolist(), scores[best].tolist(), strict=True))


def _telling(connection: sqlite3.Connection, words: list[str], kind: HitKind) -> list[str]:
    """The words that are ranked by: all in a collection of ordinary size, else the rarest, at least one."""
    (items,) = connection.execute(_ITEMS[kind]).fetchone()
    if items <= _ROWS_RANKED:
        return words
    counted = sorted(
        (connection.execute(_OCCURRENCES[kind], (any_of([word]), _ROWS_RANKED)).fetchone()[0], number, word)
        for number, word in enumerate(words)
    )
    kept: list[str] = []
    rows = 0
    for occurrences, _, word in counted:
        rows += occurrences
        if kept and rows > _ROWS_RANKED:
            break
        if occurrences:
            kept.append(word)
    return kept or words[:1]


def _hits(connection: sqlite3.Connection, found: Sequence[tuple[int, float]], kind: HitKind) -> list[Hit]:
    keys = json.dumps(sorted({parts_of(number)[0] for number, _ in found}))
    command = "SELECT key, id FROM articles WHERE key IN (SELECT value FROM json_each(?))"
    ids = dict(connection.execute(command, (keys,)).fetchall())
    hits = []
    for number, badness in found:
        key, position = parts_of(number)
        if key in ids:
            hits.append(Hit(kind, ids[key], position, -badness))
    return hits
