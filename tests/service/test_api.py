"""Every path of the contract over HTTP: what it returns, to whom, and how it refuses."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.asking import Asker
from qa.errors import ModelError
from qa.service.api import ASK_BYTES, create_app
from qa.wiring import Parts
from tests.house import DAM, FAIR, TOKEN, memory_parts, write_articles

ADMIN = {"authorization": f"Bearer {TOKEN}"}
QUESTION = {"question": "Who said the dam was safe?"}


def started(parts: Parts) -> TestClient:
    """A client that sees errors as a caller does, of a service that is ready."""
    client = TestClient(create_app(parts), raise_server_exceptions=False)
    client.__enter__()
    wait_until_settled(client)
    return client


def wait_until_settled(client: TestClient) -> None:
    while client.get("/readyz").json().get("error", {}).get("code") == "not_ready":
        pass


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    parts = memory_parts(tmp_path)
    assert [outcome.status for outcome in parts.publisher.publish(write_articles(tmp_path))] == ["added", "added"]
    return parts


@pytest.fixture
def client(parts: Parts) -> Iterator[TestClient]:
    client = started(parts)
    yield client
    client.__exit__(None, None, None)


def error(response: Any, status: int) -> dict[str, str]:
    """The error that a response holds, and nothing but that."""
    assert response.status_code == status
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    assert "\n" not in body["error"]["message"]
    assert "Traceback" not in response.text
    found: dict[str, str] = body["error"]
    return found


def article_ids(client: TestClient) -> dict[str, str]:
    return {article["title"]: article["id"] for article in client.get("/api/articles").json()}


# --- health ---


def test_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_not_ready_before_the_models_are_loaded(parts: Parts) -> None:
    # Without entering the client nothing starts, so nothing is ever loaded.
    client = TestClient(create_app(parts))
    assert client.get("/healthz").status_code == 200
    response = client.get("/readyz")
    assert error(response, 503)["code"] == "not_ready"
    assert response.headers["retry-after"] == "1"
    assert error(client.post("/api/ask", json=QUESTION), 503)["code"] == "not_ready"
    assert len(client.get("/api/articles").json()) == 2


def test_a_model_that_cannot_be_loaded_keeps_the_service_unready_and_says_why(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ModelError("the tagger's weights are missing")

    monkeypatch.setattr(parts, "warm", fail)
    client = started(parts)
    assert error(client.get("/readyz"), 503) == {"code": "model", "message": "the tagger's weights are missing"}
    assert error(client.post("/api/ask", json=QUESTION), 503)["code"] == "model"
    assert client.get("/healthz").status_code == 200


def test_a_failure_that_nobody_foresaw_is_not_shown(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(parts, "warm", lambda: 1 / 0)
    client = TestClient(create_app(parts))
    with client:
        wait = client.get("/readyz")
        for _ in range(1000):
            wait = client.get("/readyz")
            if "could not be loaded" in wait.text:
                break
    assert "could not be loaded" in error(wait, 503)["message"]
    assert "division" not in wait.text
    assert "ZeroDivisionError" in caplog.text


# --- reading ---


def test_articles_are_listed_in_the_order_they_were_added(client: TestClient) -> None:
    listed = client.get("/api/articles").json()
    assert [article["title"] for article in listed] == ["Dam holds after storm", "Fair moves to Orlby"]
    assert set(listed[0]) == {"id", "title", "source", "published", "passages", "statements"}
    assert listed[0]["source"].endswith("/dam.txt")
    assert listed[0]["published"] is None
    assert listed[0]["statements"] == 3


def test_an_article_has_its_canonical_text(client: TestClient) -> None:
    listed = client.get("/api/articles").json()[0]
    article = client.get(f"/api/articles/{listed['id']}").json()
    assert article == listed | {"text": DAM, "sha256": hashlib.sha256(DAM.encode()).hexdigest()}


def test_the_statements_of_an_article_come_in_text_order_and_true_to_the_character(client: TestClient) -> None:
    identity = article_ids(client)["Dam holds after storm"]
    statements = client.get(f"/api/articles/{identity}/statements").json()
    assert [statement["speaker"]["name"] for statement in statements] == ["Ada Moss", "Ada Moss", "Tom Reed"]
    assert [statement["mode"] for statement in statements] == ["indirect", "direct", "indirect"]
    for statement in statements:
        assert {"id", "article_id", "mode", "confidence", "speaker", "source", "cue", "content"} <= set(statement)
        for piece in [statement["source"], statement["cue"], *statement["content"]]:
            assert DAM[piece["start"] : piece["end"]] == piece["text"]


@pytest.mark.parametrize(
    "path", ["/api/articles/none", "/api/articles/none/statements", "/api/statements?article=none"]
)
def test_an_article_that_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert error(client.get(path), 404)["code"] == "not_found"


def test_statements_by_speaker_topic_and_article(client: TestClient) -> None:
    def names(**query: Any) -> list[str]:
        return [statement["speaker"]["name"] for statement in client.get("/api/statements", params=query).json()]

    assert sorted(names()) == ["Ada Moss", "Ada Moss", "Lena Brandt", "Tom Reed"]
    assert names(speaker="moss") == ["Ada Moss", "Ada Moss"]
    assert names(speaker="the engineer") == ["Ada Moss", "Ada Moss"]
    assert names(speaker="Tom Read") == ["Tom Reed"]
    assert names(speaker="Nobody Known") == []
    assert names(about="where the summer fair moves")[0] == "Lena Brandt"
    assert names(about="the dam leaked into the fields")[0] == "Tom Reed"
    assert names(about="dam", speaker="Ada") == ["Ada Moss"] * len(names(about="dam", speaker="Ada"))
    assert names(article=article_ids(client)["Fair moves to Orlby"]) == ["Lena Brandt"]
    assert len(names(limit=2)) == 2


@pytest.mark.parametrize("query", ["limit=0", "limit=many", "limit=100000", f"about={'x' * 2001}"])
def test_a_filter_that_makes_no_sense_is_refused_by_name(client: TestClient, query: str) -> None:
    refusal = error(client.get(f"/api/statements?{query}"), 422)
    assert refusal["message"].startswith(query.partition("=")[0])


def test_speakers_with_roles_and_counts(client: TestClient) -> None:
    speakers = client.get("/api/speakers").json()
    assert speakers[0]["name"] == "Ada Moss"
    assert speakers[0]["statements"] == 2
    assert speakers[0]["articles"] == 1
    assert set(speakers[0]) == {"name", "role", "aliases", "statements", "articles"}
    assert {speaker["name"] for speaker in speakers} == {"Ada Moss", "Tom Reed", "Lena Brandt"}


# --- asking ---


def test_an_answer_has_the_shape_of_the_contract_and_cites_to_the_character(client: TestClient) -> None:
    answer = client.post("/api/ask", json=QUESTION).json()
    assert {
        "question", "answer", "abstained", "verdict", "mode", "speakers", "citations", "confidence", "took_ms",
    } <= set(answer)  # fmt: skip
    assert answer["question"] == QUESTION["question"]
    assert answer["mode"] == "extractive"
    assert not answer["abstained"]
    assert answer["speakers"][0]["name"] == "Ada Moss"
    assert answer["took_ms"] > 0
    assert answer["citations"]
    for citation in answer["citations"]:
        assert DAM[citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['marker']}]" in answer["answer"]
        assert citation["sha256"] == hashlib.sha256(DAM.encode()).hexdigest()


def test_history_and_articles_are_taken(client: TestClient) -> None:
    identity = article_ids(client)["Fair moves to Orlby"]
    body = {
        "question": "What did she announce?",
        "history": [{"question": "Who is the mayor?", "answer": "Lena Brandt is the mayor."}],
        "articles": [identity],
    }
    answer = client.post("/api/ask", json=body).json()
    assert {citation["article_id"] for citation in answer["citations"]} <= {identity}
    assert client.post("/api/ask", json=QUESTION | {"history": None, "articles": None}).status_code == 200


def test_a_stream_gives_the_words_and_then_the_answer(client: TestClient) -> None:
    with client.stream("POST", "/api/ask/stream", json=QUESTION) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = [block.split("\n") for block in "".join(response.iter_text()).split("\n\n") if block]
    names = [lines[0].removeprefix("event: ") for lines in events]
    data = [json.loads(lines[1].removeprefix("data: ")) for lines in events]
    assert names == ["token"] * (len(names) - 1) + ["answer"]
    assert "".join(token["text"] for token in data[:-1]) == data[-1]["answer"]
    whole = client.post("/api/ask", json=QUESTION).json()
    assert {k: v for k, v in data[-1].items() if k != "took_ms"} == {k: v for k, v in whole.items() if k != "took_ms"}


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream"])
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": ""}, 422, "bad_question"),
        ({"question": " \u0000 "}, 422, "bad_question"),
        ({"question": "w" * 2001}, 422, "bad_question"),
        ({}, 422, "bad_input"),
        ({"question": 5}, 422, "bad_input"),
        ({"question": ["Who?"]}, 422, "bad_input"),
        ({"question": "Who?", "history": [{"question": "x"}]}, 422, "bad_input"),
        ({"question": "Who?", "history": "x"}, 422, "bad_input"),
        ({"question": "Who?", "articles": "x"}, 422, "bad_input"),
        ({"question": "Who?", "articles": ["none"]}, 404, "not_found"),
        ([], 422, "bad_input"),
    ],
)
def test_a_question_that_is_none_is_refused(client: TestClient, path: str, body: Any, status: int, code: str) -> None:
    assert error(client.post(path, json=body), status)["code"] == code


def test_a_body_that_is_no_json_is_refused(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    assert error(client.post("/api/ask", content=b"{", headers=headers), 400)["code"] == "bad_input"
    assert error(client.post("/api/ask", content=b"\xff\xfe", headers=headers), 400)["code"] == "bad_input"
    error(client.post("/api/ask", content=b"", headers=headers), 422)


@pytest.mark.parametrize("told", [True, False])
def test_a_body_that_is_too_large_is_refused_whatever_length_it_claims(client: TestClient, told: bool) -> None:
    body = json.dumps({"question": "w" * (ASK_BYTES + 1)}).encode()
    chunks = (body[at : at + 65536] for at in range(0, len(body), 65536))
    headers = {"content-type": "application/json"}
    response = client.post("/api/ask", content=body if told else chunks, headers=headers)
    assert error(response, 413)["code"] == "too_large"


def test_what_nobody_foresaw_is_logged_and_not_shown(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(Asker, "ask", fail)
    response = client.post("/api/ask", json={"question": "Who whispered this?"})
    refusal = error(response, 500)
    assert refusal["code"] == "internal"
    assert "secret" not in response.text
    assert response.headers["x-request-id"] in refusal["message"]
    assert "secret detail" in caplog.text
    assert response.headers["x-content-type-options"] == "nosniff"


def test_the_log_never_has_what_was_asked(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "qa"):
        client.post("/api/ask", json={"question": "Who whispered about Rumpelstiltskin?"})
        client.get("/api/statements?about=Rumpelstiltskin")
    assert len(caplog.records) >= 2
    assert "Rumpelstiltskin" not in str([vars(record) for record in caplog.records if record.name.startswith("qa")])


def test_whoever_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    client = started(memory_parts(tmp_path, rate_limit="2/hour"))
    for _ in range(2):
        assert client.post("/api/ask", json=QUESTION).status_code == 200
    response = client.post("/api/ask", json=QUESTION)
    assert error(response, 429)["code"] == "too_many_requests"
    assert 1 <= int(response.headers["retry-after"]) <= 3600
    assert client.get("/api/articles").status_code == 200


# --- publishing ---


def test_the_administrator_adds_a_file(tmp_path: Path) -> None:
    client = started(memory_parts(tmp_path))
    files = {"file": ("../../etc/dam.txt", DAM.encode(), "text/plain")}
    response = client.post("/api/articles", files=files, headers=ADMIN)
    assert response.status_code == 201
    assert response.json()["status"] == "added"
    article = response.json()["article"]
    assert article["source"] == "dam.txt"
    assert client.get("/api/articles").json() == [article]
    again = client.post("/api/articles", files=files, headers=ADMIN)
    assert again.status_code == 200
    assert again.json()["status"] == "unchanged"
    changed = {"file": ("dam.txt", FAIR.encode(), "text/plain")}
    assert client.post("/api/articles", files=changed, headers=ADMIN).json()["status"] == "replaced"


def test_the_administrator_removes_an_article(client: TestClient) -> None:
    identity = article_ids(client)["Fair moves to Orlby"]
    assert client.delete(f"/api/articles/{identity}", headers=ADMIN).status_code == 200
    assert list(article_ids(client)) == ["Dam holds after storm"]
    assert error(client.delete(f"/api/articles/{identity}", headers=ADMIN), 404)["code"] == "not_found"


def test_nobody_else_adds_or_removes(client: TestClient, tmp_path: Path) -> None:
    files = {"file": ("a.txt", b"Words.", "text/plain")}
    identity = article_ids(client)["Fair moves to Orlby"]
    for headers, status in (({}, 401), ({"authorization": "Bearer wrong"}, 403), ({"authorization": "Basic x"}, 401)):
        error(client.post("/api/articles", files=files, headers=headers), status)
        error(client.post("/api/articles", json={"url": "https://x.example/"}, headers=headers), status)
        error(client.delete(f"/api/articles/{identity}", headers=headers), status)
    assert client.post("/api/articles").headers["www-authenticate"] == "Bearer"
    assert len(article_ids(client)) == 2
    closed = started(memory_parts(tmp_path, admin_token=None))
    assert "switched off" in error(closed.post("/api/articles", files=files, headers=ADMIN), 403)["message"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"json": {"url": "/etc/passwd"}}, 422),
        ({"json": {"url": "file:///etc/passwd"}}, 422),
        ({"json": {"url": "https://"}}, 422),
        ({"json": {"url": "https:///nowhere"}}, 400),
        ({"json": {"url": 5}}, 422),
        ({"json": {}}, 422),
        ({"json": ["https://x.example/"]}, 422),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ({"content": b"Words.", "headers": {"content-type": "text/plain"}}, 415),
        ({"data": {"file": "not a file"}, "headers": {"content-type": "multipart/form-data; boundary=x"}}, 400),
        ({"files": {"file": ("a.txt", b"", "text/plain")}}, 422),
        ({"files": {"file": ("a.exe", b"MZ\x00\x01\x02", "application/octet-stream")}}, 415),
        ({"files": [("f", ("a.txt", b"One.", "text/plain")), ("g", ("b.txt", b"Two.", "text/plain"))]}, 400),
    ],
)
def test_what_gives_no_article_is_refused(client: TestClient, given: dict[str, Any], status: int) -> None:
    headers = ADMIN | given.pop("headers", {})
    refusal = error(client.post("/api/articles", headers=headers, **given), status)
    assert "passwd" not in refusal["message"]
    assert len(article_ids(client)) == 2


@pytest.mark.parametrize("size", [1_001, 200_000])
def test_a_file_that_is_too_large_is_refused_while_it_is_read(tmp_path: Path, size: int) -> None:
    client = started(memory_parts(tmp_path, max_source_bytes=1_000))
    files = {"file": ("a.txt", b"w" * size, "text/plain")}
    assert error(client.post("/api/articles", files=files, headers=ADMIN), 413)["code"] == "too_large"


# --- everything else ---


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/nothing", "/api/articles/a/b/c"])
def test_an_address_without_anything_is_not_found(client: TestClient, path: str) -> None:
    assert error(client.get(path), 404)["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/api/ask"), ("GET", "/api/ask"), ("POST", "/api/speakers"), ("POST", "/healthz")]
)
def test_another_method_is_not_allowed(client: TestClient, method: str, path: str) -> None:
    assert error(client.request(method, path), 405)["code"] == "method_not_allowed"


def test_the_answer_to_a_program_is_no_page(client: TestClient) -> None:
    headers = client.get("/api/articles").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers


def test_no_page_loads_scripts_from_elsewhere(client: TestClient) -> None:
    error(client.get("/docs"), 404)
    error(client.get("/redoc"), 404)
    paths = client.get("/api/openapi.json").json()["paths"]
    assert {"/api/ask", "/api/articles", "/api/statements", "/readyz"} <= set(paths)
