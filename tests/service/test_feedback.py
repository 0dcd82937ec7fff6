"""Votes on answers over HTTP and in the terminal: kept, changed, exported, and refused where they are none."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.cli import main
from qa.neural.fakes import HashingEmbedder
from qa.service.api import create_app
from qa.wiring import Parts
from tests.house import memory_parts, settings, tagger, write_articles


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    parts = memory_parts(tmp_path)
    list(parts.publisher.publish(write_articles(tmp_path)))
    return parts


@pytest.fixture
def client(parts: Parts) -> Iterator[TestClient]:
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        client.app.state.warmup.join()  # type: ignore[attr-defined]
        yield client


def voted(client: TestClient, **more: Any) -> dict[str, Any]:
    """The body of a vote on a real answer."""
    answer = client.post("/api/ask", json={"question": "Who said the dam was safe?"}).json()
    return {"vote": "down", **{name: answer[name] for name in ("question", "answer", "citations")}, **more}


def test_a_vote_is_kept_with_what_it_was_given_on(client: TestClient, parts: Parts) -> None:
    body = voted(client, reason=" wrong speaker ")
    reply = client.post("/api/feedback", json=body)
    assert reply.status_code == 201
    (kept,) = parts.feedback.feedback()
    assert reply.json() == {"id": kept.id, "status": "kept"}
    assert (kept.vote, kept.reason, kept.question) == ("down", "wrong speaker", "Who said the dam was safe?")
    assert kept.answer == body["answer"]
    assert [citation.quote for citation in kept.citations] == [citation["quote"] for citation in body["citations"]]
    assert client.post("/api/feedback", json=body | {"id": kept.id, "vote": "up", "reason": None}).status_code == 201
    (changed,) = parts.feedback.feedback()
    assert (changed.id, changed.vote, changed.reason) == (kept.id, "up", None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"vote": "sideways"},
        {"vote": None},
        {"reason": "x" * 1_001},
        {"answer": "x" * 200_001},
        {"question": 7},
        {"id": "mine"},
        {"citations": [{}]},
        {"citations": [{"marker": 1}] * 201},
    ],
)
def test_what_is_no_vote_is_refused(client: TestClient, parts: Parts, wrong: dict[str, Any]) -> None:
    reply = client.post("/api/feedback", json=voted(client) | wrong)
    assert reply.status_code == 422
    assert reply.json()["error"]["code"] == "bad_input"
    assert parts.feedback.feedback() == ()


def test_a_vote_is_bounded_and_counted(tmp_path: Path) -> None:
    with TestClient(create_app(memory_parts(tmp_path, rate_limit="3/hour"))) as client:
        client.app.state.warmup.join()  # type: ignore[attr-defined]
        vote = {"vote": "up", "question": "Who?", "answer": "Nobody."}
        assert client.post("/api/feedback", content=b"x" * 1_000_001).status_code == 413
        assert [client.post("/api/feedback", json=vote).status_code for _ in range(4)] == [201, 201, 201, 429]


def test_the_terminal_shows_votes_and_exports_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.wiring.open_embedder", lambda settings: HashingEmbedder())
    monkeypatch.setattr("qa.wiring.open_tagger", lambda settings: tagger())
    index = ["--index", str(settings(tmp_path).index)]
    assert main([*index, "add", *write_articles(tmp_path)]) == 0
    with TestClient(create_app(Parts(settings(tmp_path)))) as client:
        client.app.state.warmup.join()  # type: ignore[attr-defined]
        body = voted(client, reason="=HYPERLINK(1)")
        assert client.post("/api/feedback", json=body).status_code == 201
    capsys.readouterr()

    assert main([*index, "feedback", "--format", "json"]) == 0
    (vote,) = json.loads(capsys.readouterr().out)
    assert vote["at"].endswith("+00:00")
    assert {name: vote[name] for name in body} == body

    assert main([*index, "feedback", "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert row["reason"] == "'=HYPERLINK(1)"
    assert json.loads(row["citations"]) == body["citations"]

    assert main([*index, "feedback"]) == 0
    shown = capsys.readouterr().out
    assert "down" in shown
    assert "Who said the dam was safe?" in shown
