"""Connections to the catalogue: a few that wait for readers, and one for each change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from qa.collection import catalogue
from qa.collection.catalogue import reported
from qa.collection.files import flush
from qa.collection.manifest import Model
from qa.errors import CollectionError

_WAITING = 8
"""So many connections are kept open for the readers to come."""

_Identity = tuple[int, int, int]


class Connections:
    """Lends connections to one collection's catalogue; thread-safe."""

    def __init__(self, directory: Path, model: Model, timeout: float) -> None:
        self._directory = directory
        self._path = directory / catalogue.NAME
        self._model = model
        self._timeout = timeout
        self._lock = Lock()
        self._waiting: list[tuple[sqlite3.Connection, _Identity]] = []
        self._writer: tuple[sqlite3.Connection, _Identity] | None = None
        self._closed = False

    def exists(self) -> bool:
        """Whether there is a catalogue with anything in it. Raises OSError."""
        try:
            return self._path.stat().st_size > 0
        except (FileNotFoundError, NotADirectoryError):
            return False

    @contextmanager
    def reader(self) -> Iterator[sqlite3.Connection]:
        """A connection within a read transaction; to an empty catalogue where nothing was ever committed.

        Raises:
            CollectionError: the catalogue cannot be opened or is not one, or the lake is closed.
        """
        self._demand_open()
        with reported(self._directory):
            connection, identity = self._take()
        try:
            yield connection
        finally:
            self._give_back(connection, identity)

    @contextmanager
    def writer(self) -> Iterator[sqlite3.Connection]:
        """A connection within a write transaction, for one caller at a time. The catalogue's file is made if need be.

        Raises:
            CollectionError: the lake is closed.
            sqlite3.Error, OSError: the catalogue cannot be written to.
        """
        self._demand_open()
        connection = self._writing_connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Closes what is not lent; what is lent is closed when it comes back."""
        with self._lock:
            self._closed = True
            for connection, _ in self._waiting:
                connection.close()
            self._waiting.clear()
            if self._writer:
                self._writer[0].close()
                self._writer = None

    def _demand_open(self) -> None:
        if self._closed:
            raise CollectionError(f"The collection at {self._directory} is closed.")

    def _identity(self) -> _Identity | None:
        """Which file the catalogue is, as another one may have been put in its place.

        Where SQLite cannot see by itself that another user has changed it, for want of leave, also when that was.
        """
        try:
            status = self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return status.st_dev, status.st_ino, 0 if catalogue.is_writable(self._path) else status.st_mtime_ns

    def _take(self) -> tuple[sqlite3.Connection, _Identity | None]:
        identity = self._identity()
        with self._lock:
            while self._waiting:
                connection, theirs = self._waiting.pop()
                if theirs == identity:
                    connection.execute("BEGIN")
                    return connection, theirs
                connection.close()
        if identity is None or not self.exists():
            return catalogue.connect_to_nothing(self._model), None
        connection = catalogue.connect(self._path, self._timeout)
        try:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            if catalogue.is_born(connection, self._directory):
                return connection, identity
        except BaseException:
            connection.close()
            raise
        connection.close()
        return catalogue.connect_to_nothing(self._model), None

    def _give_back(self, connection: sqlite3.Connection, identity: _Identity | None) -> None:
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
            return
        with self._lock:
            if identity is not None and not self._closed and len(self._waiting) < _WAITING:
                self._waiting.append((connection, identity))
                return
        connection.close()

    def _writing_connection(self) -> sqlite3.Connection:
        identity = self._identity()
        if self._writer:
            if self._writer[1] == identity:
                return self._writer[0]
            self._writer[0].close()
            self._writer = None
        if identity is None:
            self._directory.mkdir(parents=True, exist_ok=True)
        connection = catalogue.connect_for_creation(self._path, self._timeout)
        if identity is None:
            flush(self._directory)
        if (made := self._identity()) is not None:
            self._writer = (connection, made)
        return connection
