"""The catalogue's file: its tables, its connections, and what its errors mean to a person."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from qa.collection.manifest import FORMAT, Model, later_format
from qa.errors import CollectionError

NAME = "catalogue.sqlite"
APPLICATION_ID = 0x77686F73
_QUICK_CHECK_BYTES = 32 << 20
"""A catalogue up to this size is looked through when it is opened (a tenth of a second); larger ones on demand."""

_TABLES = """
CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL,
    token TEXT NOT NULL,
    epoch TEXT NOT NULL,
    model TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    fingerprint TEXT NOT NULL
);
CREATE TABLE articles (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    place INTEGER NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    published TEXT,
    sha256 TEXT NOT NULL,
    passages INTEGER NOT NULL,
    statements INTEGER NOT NULL
);
CREATE INDEX articles_by_place ON articles (place);
CREATE INDEX articles_by_source ON articles (source);
CREATE INDEX articles_by_sha256 ON articles (sha256);
CREATE TABLE texts (key INTEGER PRIMARY KEY, text TEXT NOT NULL, blocks TEXT NOT NULL, sentences TEXT NOT NULL);
CREATE TABLE passages (
    key INTEGER NOT NULL, number INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    PRIMARY KEY (key, number)
) WITHOUT ROWID;
CREATE TABLE speakers (
    key INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, role TEXT, aliases TEXT NOT NULL,
    kind TEXT NOT NULL, statements INTEGER NOT NULL,
    PRIMARY KEY (key, number)
) WITHOUT ROWID;
CREATE TABLE statements (
    key INTEGER NOT NULL, position INTEGER NOT NULL, mode TEXT NOT NULL, confidence REAL NOT NULL,
    certainty REAL NOT NULL, source TEXT, cue TEXT, content TEXT NOT NULL, speaker INTEGER, via TEXT NOT NULL,
    PRIMARY KEY (key, position)
) WITHOUT ROWID;
CREATE TABLE vectors (
    key INTEGER NOT NULL, kind TEXT NOT NULL, items INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (key, kind)
);
CREATE VIRTUAL TABLE passage_words USING fts5(title, body, tokenize = 'porter unicode61');
CREATE VIRTUAL TABLE statement_words USING fts5(title, body, tokenize = 'porter unicode61');
"""
_TABLE_NAMES = {
    *("state", "articles", "texts", "passages", "speakers", "statements", "vectors"),
    *("passage_words", "statement_words"),
}


class State(NamedTuple):
    """What changes with every change.

    ``generation`` counts the changes; ``token`` is new with each, also where two copies of a catalogue count alike;
    ``epoch`` is new whenever all vectors are.
    """

    generation: int
    token: str
    epoch: str
    model: Model


def connect(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection to an existing catalogue that any thread may use; transactions are the caller's.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    address = path.absolute().as_uri()
    if is_writable(path):
        mode = "mode=rw"
    elif path.with_name(f"{path.name}-wal").exists():
        mode = "mode=ro"
    else:
        # Without leave to make files beside it, this is the only way to read a WAL catalogue.
        mode = "mode=ro&immutable=1"
    connection = sqlite3.connect(
        f"{address}?{mode}", uri=True, timeout=timeout, isolation_level=None, check_same_thread=False
    )
    _prepare(connection)
    return connection


def is_writable(path: Path) -> bool:
    """Whether this process may change a catalogue, and make the files beside it that reading takes, too."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def connect_for_creation(path: Path, timeout: float) -> sqlite3.Connection:
    """A connection to a catalogue that may not exist yet, in WAL mode. Raises sqlite3.Error."""
    connection = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection)
        _write_ahead(connection, time.monotonic() + timeout)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection, deadline: float) -> None:
    """Puts the catalogue into WAL mode. SQLite itself does not wait where another process does so just now."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def connect_to_nothing(model: Model) -> sqlite3.Connection:
    """A connection to an empty catalogue in memory: what a collection looks like before its first article."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    create_tables(connection, model, "", "")
    connection.execute("BEGIN")
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -16384")


def create_tables(connection: sqlite3.Connection, model: Model, token: str, epoch: str) -> None:
    """Inside the caller's transaction. Raises sqlite3.Error."""
    for command in _TABLES.split(";\n"):
        if command.strip():
            connection.execute(command)
    connection.execute(
        "INSERT INTO state VALUES (1, 0, ?, ?, ?, ?, ?)", (token, epoch, model.name, model.dimension, model.fingerprint)
    )
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def is_born(connection: sqlite3.Connection, directory: Path) -> bool:
    """Whether the catalogue has its tables; without them nothing was ever committed to it.

    Raises:
        CollectionError: it is a file of something else, of a later format, or lacks some of its tables.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables and application in (0, APPLICATION_ID):
        return False
    if application != APPLICATION_ID:
        raise CollectionError(f"{directory / NAME} is not a catalogue of whosaid.")
    if number > FORMAT:
        raise CollectionError(later_format(directory, number))
    if number < 1 or not tables >= _TABLE_NAMES:
        raise damaged(directory, "its catalogue lacks tables")
    return True


def check(connection: sqlite3.Connection, directory: Path, *, thorough: bool) -> None:
    """Looks through the file itself. Raises CollectionError where it is damaged, and sqlite3.Error."""
    path = directory / NAME
    if not thorough and path.stat().st_size > _QUICK_CHECK_BYTES:
        return
    pragma = "PRAGMA integrity_check(1)" if thorough else "PRAGMA quick_check(1)"
    (verdict,) = connection.execute(pragma).fetchone()
    if verdict != "ok":
        raise damaged(directory, " ".join(str(verdict).split()))


def read_state(connection: sqlite3.Connection, directory: Path) -> State:
    """Raises CollectionError where the state is damaged, and sqlite3.Error."""
    rows = connection.execute("SELECT generation, token, epoch, model, dimension, fingerprint FROM state").fetchall()
    match rows:
        case [(int(generation), str(token), str(epoch), str(name), int(dimension), str(fingerprint))]:
            return State(generation, token, epoch, Model(name, dimension, fingerprint))
        case _:
            raise damaged(directory, "its state cannot be read")


def damaged(directory: Path, reason: str) -> CollectionError:
    return CollectionError(
        f"The collection at {directory} is damaged: {reason}. Restore it from a copy, or build it again."
    )


@contextmanager
def reported(directory: Path) -> Iterator[None]:
    """Every error of the catalogue or the disk becomes the one line that says what happened and what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explained(error, directory) from error
    except OSError as error:
        raise CollectionError(f"The collection at {directory} cannot be used: {error.strerror or error}.") from error


def _explained(error: sqlite3.Error, directory: Path) -> CollectionError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return CollectionError(
                f"The collection at {directory} is locked: another process is writing to it. Try again when it is done."
            )
        case sqlite3.SQLITE_FULL:
            return CollectionError(f"The disk with the collection at {directory} is full; nothing was changed.")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return CollectionError(f"The collection at {directory} cannot be written to; nothing was changed.")
        case sqlite3.SQLITE_CANTOPEN:
            return CollectionError(f"The catalogue of the collection at {directory} cannot be opened.")
        case sqlite3.SQLITE_IOERR:
            return CollectionError(
                f"The disk with the collection at {directory} does not read or write as it should ({error}); "
                "nothing was changed."
            )
        case _:
            return damaged(directory, str(error))
