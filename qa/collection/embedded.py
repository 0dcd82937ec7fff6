"""The embedded lake: a collection in one directory on this machine.

``catalogue.sqlite`` holds everything and is the truth; ``vectors-….faiss`` are derived from it; ``manifest.json`` says
which embedding model it was made with. Any number of threads and processes may read while one writes.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from qa.collection import catalogue, feedback, reading, writing
from qa.collection.catalogue import State, reported
from qa.collection.checks import check_publication, check_vectors
from qa.collection.connections import Connections
from qa.collection.feedback import Feedback
from qa.collection.manifest import Model, read_manifest, write_manifest
from qa.collection.snapshot import EmbeddedSnapshot, Memory
from qa.domain import ArticleEntry, HitKind, Publication
from qa.errors import CollectionError, ModelMismatchError, NotFoundError
from qa.ports import Vectors

_LOG = logging.getLogger(__name__)
_SETTLE_AFTER = 4096

Embed = Callable[[Publication], tuple[Vectors, Vectors]]
"""A publication to the vectors of its passages and of its statements, as ``Lake.put`` takes them."""


def _unheard(_done: int, _total: int) -> None:
    """Progress that nobody follows."""


class EmbeddedLake:
    """A ``qa.ports.Lake`` in one directory. Made by ``open``; thread-safe; to be closed."""

    def __init__(self, directory: Path, model: Model, *, timeout: float, exact_below: int) -> None:
        self._directory = directory
        self._model = model
        self._timeout = timeout
        self._connections = Connections(directory, model, timeout)
        self._memory = Memory(directory, model.dimension, exact_below)
        self._writing = Lock()
        self._unsettled = 0
        self._closed = False

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        model: str,
        dimension: int,
        fingerprint: str,
        create: bool = True,
        reembedding: bool = False,
        timeout: float = 30.0,
        exact_below: int = 50_000,
    ) -> Self:
        """The collection in ``directory``; one that does not exist is empty, and made when something is first put.

        Args:
            directory: where the collection is, or will be.
            model: the embedding model's name, for people.
            dimension: the length of its vectors.
            fingerprint: SHA-256 of its weights, in hexadecimal; decides whether vectors are comparable.
            create: False refuses a directory without a collection.
            reembedding: opens a collection of another model too, for ``reembed`` and for reading without vectors.
            timeout: seconds to wait for another process to finish writing.
            exact_below: from so many vectors of a kind on, they are searched through a graph.

        Raises:
            ModelMismatchError: the collection was made with another embedding model.
            CollectionError: it is damaged, of a later format or unreadable, or there is none and ``create`` is False.
        """
        lake = cls(directory, Model(model, dimension, fingerprint), timeout=timeout, exact_below=exact_below)
        try:
            lake._look_through(create=create, reembedding=reembedding)
        except BaseException:
            lake.close()
            raise
        return lake

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    @contextmanager
    def snapshot(self) -> Iterator[EmbeddedSnapshot]:
        """Raises CollectionError where the collection cannot be read, as do the snapshot's own calls."""
        with self._reading() as (connection, state):
            snapshot = EmbeddedSnapshot(connection, state, self._memory, self._directory, self._model)
            try:
                yield snapshot
            finally:
                snapshot.end()

    def find(self, *, source: str | None = None, sha256: str | None = None) -> ArticleEntry | None:
        """The article that came from ``source``; failing that, the one whose text has this hash.

        Raises:
            CollectionError: the collection cannot be read.
        """
        with self._reading() as (connection, _), reported(self._directory):
            found = reading.entry_by_source(connection, source) if source is not None else None
            if found is None and sha256 is not None:
                found = reading.entry_by_sha256(connection, sha256)
            return found

    def put(self, publication: Publication, passages: Vectors, statements: Vectors) -> str:
        """Stores a publication whole or not at all; "added" or "replaced". Durable when it returns.

        Args:
            publication: what is stored, in the place of what its article id held.
            passages: (passages, dimension).
            statements: (statements, dimension).

        Raises:
            InputError: the publication does not agree with itself or its vectors.
            ModelMismatchError: another process has re-embedded the collection with another model meanwhile.
            CollectionError: the collection is locked, damaged or cannot be written to; nothing was changed.
        """
        check_publication(publication, passages, statements, self._model.dimension)
        with self._changing() as (connection, state):
            generation = writing.advance(connection, state)
            replaced = writing.store(connection, generation, publication, passages, statements)
        self._unsettled += len(passages) + len(statements)
        if self._unsettled > max(_SETTLE_AFTER, self._memory.shelved() // 4):
            self._settle_or_log()
        return "replaced" if replaced else "added"

    def remove(self, article_id: str) -> None:
        """Raises NotFoundError where there is no such article, and what ``put`` raises for the collection."""
        with self._changing() as (connection, state):
            found = reading.roster_of(connection, [article_id])
            if not found:
                raise NotFoundError(f"There is no article {article_id!r} in this collection.")
            writing.delete(connection, found[0].key)
            writing.advance(connection, state)
        self._unsettled += 1

    def reembed(self, embed: Embed, progress: Callable[[int, int], None] = _unheard) -> int:
        """Replaces all vectors with those of this lake's model, all or none; how many articles that were.

        Other processes read the old state meanwhile and cannot write. The lake may have been opened with
        ``reembedding``. ``progress`` is told how many articles are done and how many there are.

        Raises:
            InputError: ``embed`` gives vectors of another shape.
            CollectionError: the collection is locked, damaged or cannot be written to; nothing was changed.
        """
        with self._changing(any_model=True) as (connection, state):
            articles = reading.roster(connection)
            for done, row in enumerate(articles):
                progress(done, len(articles))
                article = reading.article(connection, row.key)
                statements = reading.statements(connection, row, article)
                publication = Publication(article, reading.passages(connection, row, article), statements)
                found = embed(publication)
                check_vectors(publication, *found, self._model.dimension)
                for kind, vectors in zip(HitKind, found, strict=True):
                    writing.store_vectors(connection, row.key, kind, vectors)
            writing.adopt(connection, self._model)
            writing.advance(connection, state)
        progress(len(articles), len(articles))
        self._memory.forget()
        self._tell_manifest(self._model)
        self._unsettled += 1
        return len(articles)

    def record(self, vote: Feedback) -> None:
        """Keeps a reader's vote, or changes the one of the same id. Raises what ``put`` raises for the collection."""
        with self._changing(any_model=True) as (connection, _):
            feedback.record(connection, vote)

    def feedback(self) -> tuple[Feedback, ...]:
        """All votes, the oldest first. Raises CollectionError."""
        with self._reading() as (connection, _), reported(self._directory):
            return feedback.recorded(connection)

    def settle(self) -> None:
        """Brings the FAISS files up to date; ``close`` does it where this lake has written.

        A service over a large collection may call it in a thread of its own. Raises CollectionError.
        """
        with self._reading() as (connection, state), reported(self._directory):
            if state.model.comparable(self._model) and state.epoch:
                self._memory.settle(connection, state)
        self._unsettled = 0

    def verify(self) -> int:
        """Looks through everything, and reads all of it; how many articles there are.

        Raises:
            CollectionError: something is damaged; the line says what.
        """
        with self.snapshot() as snapshot:
            return snapshot.verify()

    def close(self) -> None:
        """Saves the FAISS files where there was a change; whatever was put is safe without it."""
        if self._closed:
            return
        if self._unsettled:
            self._settle_or_log()
        self._closed = True
        with self._writing:
            self._connections.close()
        self._memory.forget()

    # --- opening ---

    def _look_through(self, *, create: bool, reembedding: bool) -> None:
        manifest = read_manifest(self._directory)
        with reported(self._directory):
            if not self._connections.exists():
                if self._directory.exists() and not self._directory.is_dir():
                    raise CollectionError(f"{self._directory} is not a directory.")
                if manifest is not None:
                    raise catalogue.damaged(self._directory, f"{catalogue.NAME} is missing or empty")
                if not create:
                    raise CollectionError(f"There is no collection at {self._directory}.")
                return
        with self._reading() as (connection, state), reported(self._directory):
            if state.epoch:
                if manifest is None:
                    raise catalogue.damaged(self._directory, "manifest.json is missing")
                catalogue.check(connection, self._directory, thorough=False)
                if manifest != state.model:
                    self._tell_manifest(state.model)
                if not reembedding:
                    self._demand_model(state)
            elif not create:
                raise CollectionError(f"There is no collection at {self._directory}.")

    def _demand_model(self, state: State) -> None:
        theirs, ours = state.model, self._model
        if theirs.comparable(ours):
            return
        other = f'"{ours.name}" ({ours.dimension} dimensions)'
        if theirs.name == ours.name and theirs.dimension == ours.dimension:
            other += ", with other weights,"
        raise ModelMismatchError(
            f'The collection at {self._directory} was made with the embedding model "{theirs.name}" '
            f"({theirs.dimension} dimensions), but {other} is set: set the first again, or re-embed the collection "
            f"with: qa --index {self._directory} reindex"
        )

    # --- transactions ---

    @contextmanager
    def _reading(self) -> Iterator[tuple[sqlite3.Connection, State]]:
        """A read transaction that has begun, and the state that it sees."""
        with self._connections.reader() as connection:
            with reported(self._directory):
                state = catalogue.read_state(connection, self._directory)
            yield connection, state

    @contextmanager
    def _changing(self, *, any_model: bool = False) -> Iterator[tuple[sqlite3.Connection, State]]:
        """A write transaction, committed at the end or undone by any error; makes the catalogue where there is none."""
        if not self._writing.acquire(timeout=self._timeout):
            raise CollectionError(
                f"The collection at {self._directory} is being written to. Try again when that is done."
            )
        try:
            with reported(self._directory), self._connections.writer() as connection:
                state = self._born(connection)
                if not any_model:
                    self._demand_model(state)
                yield connection, state
        finally:
            self._writing.release()

    def _born(self, connection: sqlite3.Connection) -> State:
        """The catalogue's state. Without tables it gets them, and the manifest before they can be committed."""
        if not catalogue.is_born(connection, self._directory):
            write_manifest(self._directory, self._model)
            catalogue.create_tables(connection, self._model, writing.new_token(), writing.new_token())
        return catalogue.read_state(connection, self._directory)

    def _tell_manifest(self, model: Model) -> None:
        try:
            write_manifest(self._directory, model)
        except OSError as error:
            _LOG.warning("The manifest of %s still names another model: %s", self._directory, error)

    def _settle_or_log(self) -> None:
        """After a commit: what is derived may fail without taking back what was promised."""
        try:
            self.settle()
        except (CollectionError, MemoryError) as error:
            _LOG.warning("The vectors of %s were not brought up to date: %s", self._directory, error)
