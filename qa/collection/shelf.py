"""The FAISS files of a collection and what is made of them: for each state of the catalogue, its view of the vectors.

A file's name says what is in it: the kind, the epoch of the vectors (another collection, or another embedding model,
has another), the generation of the catalogue that it was made from, and the SHA-256 of its bytes. A file that is not
what its name says is put away and its vectors are taken from the catalogue, which has them all. A file of an earlier
generation is not wasted: keys tell what has gone and what has come since.
"""

from __future__ import annotations

import logging
import os
import re
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from qa.collection import reading, vectors
from qa.collection.catalogue import State
from qa.collection.files import sha256_of, write_whole
from qa.collection.reading import Roster
from qa.collection.vectors import Base, UnusableFileError, View
from qa.domain import HitKind
from qa.ports import Vectors

_LOG = logging.getLogger(__name__)
_NAME = re.compile(r"vectors-(passage|statement)-([0-9a-f]{16})-(\d{1,12})-([0-9a-f]{64})\.faiss")
_SMALL_CHANGE = 4096
_ABANDONED_AFTER = 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class _Shelved:
    """A base, and which state of the catalogue it was made from."""

    base: Base
    epoch: str
    generation: int
    on_disk: bool = False


class VectorShelf:
    """The vectors of one kind in one collection. Thread-safe; views, once given, never change.

    Args:
        exact_below: from so many vectors on, the base is a graph; made only by ``settle``, as that takes long.
    """

    def __init__(self, directory: Path, kind: HitKind, dimension: int, exact_below: int) -> None:
        self._directory = directory
        self._kind = kind
        self._dimension = dimension
        self._exact_below = exact_below
        self._lock = Lock()
        self._settling = Lock()
        self._shelved: _Shelved | None = None
        self._latest: tuple[State, View] | None = None

    def __len__(self) -> int:
        """How many vectors the FAISS index in memory holds."""
        shelved = self._shelved
        return len(shelved.base) if shelved else 0

    def view(self, connection: sqlite3.Connection, state: State, articles: Sequence[Roster]) -> View:
        """The vectors of ``articles``, which are all that the catalogue holds in ``state``.

        Raises:
            CollectionError: the catalogue's own vectors are damaged.
            sqlite3.Error: the catalogue cannot be read.
        """
        with self._lock:
            if self._latest and self._latest[0] == state:
                return self._latest[1]
            view = self._view(connection, state, articles)
            if not self._latest or self._latest[0].generation <= state.generation:
                self._latest = (state, view)
            return view

    def settle(self, connection: sqlite3.Connection, state: State, articles: Sequence[Roster]) -> None:
        """Brings the file up to date, where that is worth its time: at once while small, else every quarter more.

        Readers go on meanwhile with what there was. Raises what ``view`` raises; a file that cannot be written is no
        harm, and only logged.
        """
        with self._settling:
            view = self.view(connection, state, articles)
            graph = sum(row.items(self._kind) for row in articles) >= self._exact_below
            changed = self._worth_it(view) if graph else bool(len(view.numbers) or view.gone)
            if changed or graph != view.base.is_graph:
                shelved = _Shelved(self._rebased(view, articles, graph=graph), state.epoch, state.generation)
                with self._lock:
                    self._shelved = shelved
                    self._latest = (state, self._over(shelved.base, connection, state, articles))
            else:
                with self._lock:
                    found = self._shelved
                if found is None or found.base is not view.base or found.on_disk or not len(found.base):
                    return
                shelved = found
            self._save(shelved)

    def forget(self) -> None:
        """Lets go of everything in memory."""
        with self._lock:
            self._shelved = self._latest = None

    # --- making a view; within the lock, but for what ``settle`` does with values that never change ---

    def _view(self, connection: sqlite3.Connection, state: State, articles: Sequence[Roster]) -> View:
        shelved = self._fitting(state, articles)
        if shelved is None or self._is_stale(shelved.base, articles):
            shelved = self._newer_file(state, articles, shelved) or shelved
        if shelved is None:
            shelved = _Shelved(self._read_all(connection, articles), state.epoch, state.generation)
        view = self._over(shelved.base, connection, state, articles)
        if self._worth_it(view) and not shelved.base.is_graph:
            base = self._rebased(view, articles, graph=False)
            shelved = _Shelved(base, state.epoch, state.generation)
            view = self._over(base, connection, state, articles)
        if not self._shelved or self._shelved.generation <= shelved.generation:
            self._shelved = shelved
        return view

    def _fitting(self, state: State, articles: Sequence[Roster]) -> _Shelved | None:
        shelved = self._shelved
        if shelved and shelved.epoch == state.epoch and self._agrees(shelved.base, articles):
            return shelved
        return None

    def _agrees(self, base: Base, articles: Sequence[Roster]) -> bool:
        """Whether each article that both know has as many vectors in the base as in the catalogue."""
        return all(vectors.length(base, row.key) in (0, row.items(self._kind)) for row in articles)

    def _is_stale(self, base: Base, articles: Sequence[Roster]) -> bool:
        fresh = sum(row.items(self._kind) for row in articles if row.key not in base.rows)
        return fresh > self._much(base)

    def _much(self, base: Base) -> int:
        return max(_SMALL_CHANGE, len(base) // 4)

    def _worth_it(self, view: View) -> bool:
        gone = sum(vectors.length(view.base, key) for key in view.gone)
        return len(view.numbers) + gone > self._much(view.base)

    def _read_all(self, connection: sqlite3.Connection, articles: Sequence[Roster]) -> Base:
        numbers, matrix, _ = vectors.stacked(self._from_catalogue(connection, articles), self._dimension)
        return vectors.build(numbers, matrix, self._dimension, graph=False)

    def _from_catalogue(self, connection: sqlite3.Connection, articles: Sequence[Roster]) -> list[tuple[int, Vectors]]:
        return [
            (row.key, reading.vectors(connection, row, self._kind, self._dimension))
            for row in articles
            if row.items(self._kind)
        ]

    def _over(self, base: Base, connection: sqlite3.Connection, state: State, articles: Sequence[Roster]) -> View:
        """What ``articles`` are, told as a difference to a base; vectors that the last view had are not read again."""
        gone = frozenset(base.rows).difference(row.key for row in articles)
        last = self._latest[1] if self._latest and self._latest[0].epoch == state.epoch else None
        parts: list[tuple[int, Vectors]] = []
        for row in articles:
            if row.key in base.rows or not row.items(self._kind):
                continue
            known = last.vectors_of(row.key) if last else None
            if known is None or len(known) != row.items(self._kind):
                known = reading.vectors(connection, row, self._kind, self._dimension)
            parts.append((row.key, known))
        return View(base, gone, *vectors.stacked(parts, self._dimension))

    def _rebased(self, view: View, articles: Sequence[Roster], *, graph: bool) -> Base:
        gone = sum(vectors.length(view.base, key) for key in view.gone)
        if graph and view.base.is_graph and gone * 4 <= len(view.base):
            return vectors.extended(view.base, view.numbers, view.matrix)
        parts = [(row.key, found) for row in articles if (found := view.vectors_of(row.key)) is not None]
        numbers, matrix, _ = vectors.stacked(parts, self._dimension)
        return vectors.build(numbers, matrix, self._dimension, graph=graph)

    # --- files ---

    def _newer_file(self, state: State, articles: Sequence[Roster], than: _Shelved | None) -> _Shelved | None:
        for path, epoch, generation, digest in self._files():
            if epoch != state.epoch or (than and generation <= than.generation):
                continue
            try:
                if sha256_of(path) != digest:
                    raise UnusableFileError(f"{path.name} is not what was written")
                base = vectors.read(path, self._dimension)
                if not self._agrees(base, articles):
                    raise UnusableFileError(f"{path.name} does not agree with the catalogue")
            except FileNotFoundError:
                continue  # another process has put a newer one in its place
            except (UnusableFileError, OSError) as error:
                _LOG.warning("Rebuilding the vectors of %s: %s", self._directory, error)
                self._put_away(path)
                continue
            return _Shelved(base, epoch, generation, on_disk=True)
        return None

    def _files(self) -> list[tuple[Path, str, int, str]]:
        """(path, epoch, generation, SHA-256) of this kind's files, newest first."""
        found = []
        try:
            for path in self._directory.iterdir():
                match = _NAME.fullmatch(path.name)
                if match and match[1] == self._kind.value:
                    found.append((path, match[2], int(match[3]), match[4]))
        except OSError:
            return []
        return sorted(found, key=lambda file: file[2], reverse=True)

    def _save(self, shelved: _Shelved) -> None:
        stem = f"vectors-{self._kind.value}-{shelved.epoch}-{shelved.generation}"
        temporary = self._directory / f"{stem}.{os.getpid()}.tmp"
        try:
            saved = write_whole(
                lambda path: self._directory / f"{stem}-{sha256_of(path)}.faiss",
                lambda path: vectors.write(shelved.base, path),
                temporary,
            )
        except OSError as error:
            _LOG.warning("The vectors of %s were not saved and will be derived again: %s", self._directory, error)
            return
        with self._lock:
            if self._shelved is shelved:
                self._shelved = replace(shelved, on_disk=True)
        self._tidy(saved, shelved)

    def _tidy(self, saved: Path, shelved: _Shelved) -> None:
        """Puts away what the saved file replaces, and what a killed process left half-written."""
        for path, epoch, generation, _ in self._files():
            if path != saved and (epoch != shelved.epoch or generation <= shelved.generation):
                self._put_away(path)
        for path in self._directory.glob(f"vectors-{self._kind.value}-*.tmp"):
            try:
                abandoned = time.time() - path.stat().st_mtime > _ABANDONED_AFTER
            except OSError:
                continue
            if abandoned:
                self._put_away(path)

    def _put_away(self, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            _LOG.warning("%s cannot be removed: %s", path, error)
