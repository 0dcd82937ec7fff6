"""The lake at one moment, and what a lake remembers between such moments."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TypeVar

from qa.collection import catalogue, ranking, reading
from qa.collection.caches import WeighedCache
from qa.collection.catalogue import State, reported
from qa.collection.checks import check_query
from qa.collection.keys import parts_of
from qa.collection.manifest import Model
from qa.collection.ranking import Worth
from qa.collection.reading import Roster
from qa.collection.shelf import VectorShelf
from qa.collection.vectors import View, best_of
from qa.domain import Article, ArticleEntry, Hit, HitKind, Passage, SpeakerEntry, Statement
from qa.errors import CollectionError, ModelMismatchError, NotFoundError
from qa.ports import Vectors

_CHARACTERS_KEPT = 24_000_000
_VECTOR_BYTES_KEPT = 64 << 20
_ROWS_KEPT = 4_000_000
"""So many rows that have a word, with what it is worth, are kept: 64 MB."""
_FEW = 64
"""Up to so many articles are searched through their own vectors, without the whole collection's."""

T = TypeVar("T")


class Memory:
    """What was decoded of a collection, bounded; thread-safe. Keys never change their meaning, states neither."""

    def __init__(self, directory: Path, dimension: int, exact_below: int) -> None:
        self.texts: WeighedCache[int, Article] = WeighedCache(_CHARACTERS_KEPT)
        self.passages: WeighedCache[int, tuple[Passage, ...]] = WeighedCache(_CHARACTERS_KEPT)
        self.statements: WeighedCache[int, tuple[Statement, ...]] = WeighedCache(_CHARACTERS_KEPT)
        self.vectors: WeighedCache[tuple[str, int, HitKind], Vectors] = WeighedCache(_VECTOR_BYTES_KEPT)
        self._words: WeighedCache[tuple[State, HitKind, str], Worth] = WeighedCache(_ROWS_KEPT)
        self._of_states: WeighedCache[tuple[State, str], object] = WeighedCache(6)
        self._shelves = {kind: VectorShelf(directory, kind, dimension, exact_below) for kind in HitKind}
        self._lock = Lock()

    def once_per_state(self, state: State, what: str, make: Callable[[], T]) -> T:
        """What ``make`` gave for this state, or gives now."""
        return self._of_states.kept((state, what), make, lambda _: 1)  # type: ignore[return-value]

    def worth(self, word: tuple[State, HitKind, str], make: Callable[[], Worth]) -> Worth:
        """What ``make`` gave for a word in a state, or gives now."""
        return self._words.kept(word, make, lambda found: len(found.rows) + 1)

    def roster(self, connection: sqlite3.Connection, state: State) -> dict[int, Roster]:
        """All articles by key, in the order of their keys."""
        return self.once_per_state(state, "roster", lambda: {row.key: row for row in reading.roster(connection)})

    def view(self, connection: sqlite3.Connection, state: State, kind: HitKind) -> View:
        return self._shelves[kind].view(connection, state, tuple(self.roster(connection, state).values()))

    def settle(self, connection: sqlite3.Connection, state: State) -> None:
        articles = tuple(self.roster(connection, state).values())
        for shelf in self._shelves.values():
            shelf.settle(connection, state, articles)

    def shelved(self) -> int:
        """How many vectors are in the FAISS indexes in memory."""
        return sum(len(shelf) for shelf in self._shelves.values())

    def forget(self) -> None:
        for cache in (self.texts, self.passages, self.statements, self.vectors, self._words, self._of_states):
            cache.clear()
        for shelf in self._shelves.values():
            shelf.forget()


class EmbeddedSnapshot:
    """A ``qa.ports.Snapshot`` of an embedded lake: one read transaction. Every call may raise CollectionError."""

    def __init__(
        self, connection: sqlite3.Connection, state: State, memory: Memory, directory: Path, model: Model
    ) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._state = state
        self._memory = memory
        self._directory = directory
        self._model = model

    @property
    def generation(self) -> int:
        return self._state.generation

    def entries(self) -> tuple[ArticleEntry, ...]:
        with self._reading() as connection:
            return self._memory.once_per_state(self._state, "entries", lambda: reading.entries(connection))

    def article(self, article_id: str) -> Article:
        with self._reading() as connection:
            return self._article(connection, self._row(connection, article_id))

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        with self._reading() as connection:
            row = self._row(connection, article_id)
            return self._of_text(connection, row, self._memory.passages, reading.passages)

    def statements(self, article_id: str) -> tuple[Statement, ...]:
        with self._reading() as connection:
            row = self._row(connection, article_id)
            return self._of_text(connection, row, self._memory.statements, reading.statements)

    def speakers(self) -> tuple[SpeakerEntry, ...]:
        with self._reading() as connection:
            return self._memory.once_per_state(self._state, "speakers", lambda: reading.speakers(connection))

    def nearest(self, vector: Vectors, kind: HitKind, limit: int, articles: Sequence[str] = ()) -> list[Hit]:
        """Raises ValueError for a vector of another length, ModelMismatchError where the collection's are another's."""
        query = check_query(vector, self._model.dimension)
        with self._reading() as connection:
            if not self._state.model.comparable(self._model):
                raise ModelMismatchError(
                    f'The collection at {self._directory} has vectors of the embedding model "{self._state.model.name}"'
                    f', not of "{self._model.name}"; re-embed it with: qa --index {self._directory} reindex'
                )
            if limit < 1:
                return []
            if articles:
                return self._nearest_within(connection, query, kind, limit, articles)
            ids = self._memory.roster(connection, self._state)
            found = self._memory.view(connection, self._state, kind).search(query, limit)
            return _hits(found, kind, ids)

    def lexical(self, query: str, kind: HitKind, limit: int, articles: Sequence[str] = ()) -> list[Hit]:
        with self._reading() as connection:
            within = reading.roster_of(connection, articles) if articles else None

            def worth_of(word: str) -> Worth:
                return self._memory.worth((self._state, kind, word), lambda: ranking.worth(connection, word, kind))

            return ranking.ranked(connection, query, kind, limit, within, worth_of)

    def verify(self) -> int:
        """Reads everything; how many articles there are."""
        with self._reading() as connection:
            catalogue.check(connection, self._directory, thorough=True)
            for row in reading.roster(connection):
                article = reading.article(connection, row.key)
                reading.passages(connection, row, article)
                reading.statements(connection, row, article)
                for kind in HitKind:
                    reading.vectors(connection, row, kind, self._state.model.dimension)
            if not reading.words_stored(connection):
                raise catalogue.damaged(self._directory, "its words are incomplete")
            return len(reading.entries(connection))

    def end(self) -> None:
        """From here on the snapshot answers no more."""
        self._connection = None

    def _nearest_within(
        self, connection: sqlite3.Connection, query: Vectors, kind: HitKind, limit: int, articles: Sequence[str]
    ) -> list[Hit]:
        rows = {row.key: row for row in reading.roster_of(connection, articles)}
        if len(rows) > _FEW:
            found = self._memory.view(connection, self._state, kind).within(query, limit, rows)
        else:
            pairs = (pair for row in rows.values() for pair in self._best_of(connection, row, kind, query, limit))
            found = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:limit]
        return _hits(found, kind, rows)

    def _best_of(
        self, connection: sqlite3.Connection, row: Roster, kind: HitKind, query: Vectors, limit: int
    ) -> list[tuple[int, float]]:
        key = (self._state.epoch, row.key, kind)
        matrix = self._memory.vectors.kept(
            key, lambda: reading.vectors(connection, row, kind, self._model.dimension), lambda vectors: vectors.nbytes
        )
        return best_of(row.key, matrix, query, limit)

    def _article(self, connection: sqlite3.Connection, row: Roster) -> Article:
        return self._memory.texts.kept(
            row.key, lambda: reading.article(connection, row.key), lambda found: len(found.text)
        )

    def _of_text(
        self,
        connection: sqlite3.Connection,
        row: Roster,
        cache: WeighedCache[int, T],
        read: Callable[[sqlite3.Connection, Roster, Article], T],
    ) -> T:
        """What ``read`` makes of an article's text, weighed by its length."""
        return cache.kept(
            row.key,
            lambda: read(connection, row, self._article(connection, row)),
            lambda _: len(self._article(connection, row).text),
        )

    def _row(self, connection: sqlite3.Connection, article_id: str) -> Roster:
        rows = reading.roster_of(connection, [article_id])
        if not rows:
            raise NotFoundError(f"There is no article {article_id!r} in this collection.")
        return rows[0]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if self._connection is None:
            raise CollectionError(f"This snapshot of the collection at {self._directory} has ended.")
        with reported(self._directory):
            yield self._connection


def _hits(found: list[tuple[int, float]], kind: HitKind, ids: dict[int, Roster]) -> list[Hit]:
    hits = []
    for number, score in found:
        key, position = parts_of(number)
        hits.append(Hit(kind, ids[key].id, position, score))
    return hits
