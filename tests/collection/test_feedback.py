"""Votes are kept with the collection, whatever becomes of the articles, and an older collection takes them too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qa.collection import catalogue, feedback
from qa.collection.embedded import EmbeddedLake
from qa.collection.feedback import Feedback, FeedbackLog
from qa.collection.memory import MemoryLake
from qa.domain import Citation, Mode, Span
from qa.errors import CollectionError
from tests.collection.material import DIMENSION, MODEL, publication, vectors_of

NOON = datetime(2024, 4, 18, 12, tzinfo=UTC)
CITED = Citation(1, "a", "Title “x”", "https://news.example/a", Span(3, 9), "quoted", "0" * 64, "Ada Moss", Mode.DIRECT)
VOTE = Feedback("1" * 32, NOON, "down", "wrong\nspeaker", "Who?", "Ada Moss. [1]", (CITED, replace(CITED, mode=None)))


@pytest.fixture(params=["memory", "embedded"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FeedbackLog]:
    with_ = MemoryLake(DIMENSION) if request.param == "memory" else EmbeddedLake.open(tmp_path / "lake", **MODEL)
    yield with_
    with_.close()


def test_a_vote_is_read_back_whole_and_in_order(lake: FeedbackLog) -> None:
    assert isinstance(lake, FeedbackLog)
    assert lake.feedback() == ()
    later = Feedback("2" * 32, NOON + timedelta(hours=1), "up", None, "What?", "Nothing.")
    lake.record(later)
    lake.record(VOTE)
    assert lake.feedback() == (VOTE, later)


def test_the_same_vote_again_changes_vote_and_reason_alone(lake: FeedbackLog) -> None:
    lake.record(VOTE)
    lake.record(replace(VOTE, vote="up", reason=None, question="Forged?", answer="Forged.", citations=()))
    assert lake.feedback() == (replace(VOTE, vote="up", reason=None),)


def test_only_so_many_are_kept_the_newest(lake: FeedbackLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST", 3)
    monkeypatch.setattr("qa.collection.memory.MOST", 3)
    votes = [replace(VOTE, id=f"{n:032x}", at=NOON + timedelta(minutes=n)) for n in range(5)]
    for vote in votes:
        lake.record(vote)
    assert lake.feedback() == tuple(votes[2:])


def test_only_so_many_bytes_are_kept_the_newest(lake: FeedbackLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST_BYTES", 1_000)
    monkeypatch.setattr("qa.collection.memory.MOST_BYTES", 1_000)
    votes = [Feedback(f"{n:032x}", NOON + timedelta(minutes=n), "up", "é" * 100, "Who?", "x" * 150) for n in range(5)]
    for vote in votes:
        lake.record(vote)
    assert lake.feedback() == tuple(votes[3:])  # 356 bytes each
    small = [Feedback(f"{n:032x}", NOON + timedelta(hours=n), "up", None, "Who?", "x") for n in range(5, 9)]
    for vote in small:
        lake.record(vote)
    assert lake.feedback() == (*votes[3:], *small)


@pytest.mark.parametrize("change", [{"vote": "sideways"}, {"at": datetime(2024, 4, 18, 12)}])  # noqa: DTZ001
def test_what_is_no_vote_is_a_mistake(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"not a vote|without its zone"):
        replace(VOTE, **change)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "lake"
    with EmbeddedLake.open(path, **MODEL) as lake:
        lake.put(publication("a"), *vectors_of(publication("a")))
    return path


def test_votes_outlive_the_articles(directory: Path) -> None:
    with EmbeddedLake.open(directory, **MODEL) as lake:
        lake.record(VOTE)
        lake.remove("a")
        lake.put(publication("a", 1), *vectors_of(publication("a", 1)))
    with EmbeddedLake.open(directory, **MODEL, create=False) as lake:
        assert lake.feedback() == (VOTE,)
        lake.verify()


def test_a_collection_from_before_there_were_votes_opens_and_takes_them(directory: Path) -> None:
    connection = sqlite3.connect(directory / catalogue.NAME)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    connection.close()
    assert "feedback" not in tables
    with EmbeddedLake.open(directory, **MODEL, create=False) as lake:
        with lake.snapshot() as before:
            assert lake.feedback() == ()
            lake.record(VOTE)
            generation = before.generation
        with lake.snapshot() as after:
            assert after.generation == generation  # a vote changes nothing that answers rest on
            assert [entry.id for entry in after.entries()] == ["a"]
        assert lake.feedback() == (VOTE,)


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE feedback SET citations = '['",
        "UPDATE feedback SET citations = '[{}]'",
        "UPDATE feedback SET citations = 'null'",
        "UPDATE feedback SET vote = 'sideways'",
        "UPDATE feedback SET at = 'noon'",
    ],
)
def test_a_damaged_vote_is_told_in_one_line(directory: Path, command: str) -> None:
    with EmbeddedLake.open(directory, **MODEL) as lake:
        lake.record(VOTE)
    connection = sqlite3.connect(directory / catalogue.NAME)
    connection.execute(command)
    connection.commit()
    connection.close()
    with EmbeddedLake.open(directory, **MODEL) as lake, pytest.raises(CollectionError, match="is damaged: feedback"):
        lake.feedback()
