"""The page to visitors: who gets a desk, what it shows them, how often they may ask, and who may frame the page."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qa.service.chat import mount
from qa.settings import Settings
from tests.service.shelf import Script, Shelf, harbour, payments

KEY = "a key of more than thirty-two characters"
ADMIN = "a token of twenty characters"
LISTED = ("https://intranet.example", "http://127.0.0.1:8080")
CALLS: dict[str, Any] = {
    "opening": {},
    "ask": {"question": "What did Teller and Fenn say?"},
    "source": {"article": "harbour"},
    "statements": {},
    "shelf": {},
}


def page(**given: object) -> TestClient:
    shelf = Shelf([harbour(), payments()])
    settings = Settings.model_validate({"admin_token": ADMIN, **given})
    return TestClient(mount(FastAPI(), stream=Script(shelf).stream, lake=shelf, settings=settings))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with page(visitor_key=KEY, embed_origins=LISTED) as client:
        yield client


def bearing(shown: str) -> dict[str, str]:
    return {"authorization": f"Bearer {shown}"}


def token(lives: float = 300, key: str = KEY, **claims: Any) -> str:
    return jwt.encode({"sub": "reader-7", "exp": int(time.time() + lives), **claims}, key, algorithm="HS256")


@pytest.mark.parametrize("name", CALLS)
def test_a_desk_is_for_visitors_alone(client: TestClient, name: str) -> None:
    for headers, status, code in (
        ({}, 401, "unauthenticated"),
        (bearing(token(lives=-3_600)), 401, "token_expired"),
        (bearing(token(key="another key of more than thirty-two characters")), 403, "forbidden"),
    ):
        answer = client.post(f"/desk/{name}", json=CALLS[name], headers=headers)
        assert answer.status_code == status
        assert answer.json()["error"]["code"] == code
        assert "Fenn" not in answer.text
    for shown in (token(), ADMIN):
        answer = client.post(f"/desk/{name}", json=CALLS[name], headers=bearing(shown))
        assert answer.status_code == 200
        assert "arbour" in answer.text


def test_a_body_is_not_read_for_whoever_gets_no_desk(client: TestClient) -> None:
    assert client.post("/desk/ask", content=b"{" * 1_000).status_code == 401


def test_a_desk_shows_the_articles_allowed_and_no_others(client: TestClient) -> None:
    headers = bearing(token(articles=["payments"]))

    def call(name: str, data: Any = None) -> str:
        answer = client.post(f"/desk/{name}", json=CALLS[name] if data is None else data, headers=headers)
        assert answer.status_code == 200
        return answer.text

    opening = call("opening")
    assert "1 article" in opening
    assert '"first":"payments"' in opening
    hidden = ("arbour", "Fenn", "Solvang", "Brandt", "news.example")
    shown = [
        opening,
        call("ask"),
        call("ask", {"question": "What did Fenn say?"}),
        call("ask", {"question": "What did Fenn say?", "turns": [{"question": "Who is Fenn?", "answer": "Mayor [1]"}]}),
        call("statements"),
        call("statements", {"about": "repairs"}),
        call("statements", {"speaker": "Odile Fenn"}),
        call("shelf"),
        call("shelf", {"find": "storm"}),
    ]
    for text in shown:
        assert not [
            word for word in hidden if word in text.replace("What did Fenn say", "").replace("Teller and Fenn say", "")
        ]
    assert "Teller" in shown[1]
    for name in ("source", "statements"):
        named = call(name, {"article": "harbour"} if name == "source" else {"articles": ["harbour"]})
        unknown = call(name, {"article": "never"} if name == "source" else {"articles": ["never"]})
        assert named.replace("harbour", "never") == unknown


def test_without_a_key_everybody_gets_a_desk() -> None:
    with page() as client:
        for name, data in CALLS.items():
            assert client.post(f"/desk/{name}", json=data).status_code == 200


def test_questions_from_the_page_are_counted_too() -> None:
    with page(rate_limit="2/hour") as client:
        for _ in range(2):
            assert client.post("/desk/ask", json=CALLS["ask"]).status_code == 200
        refused = client.post("/desk/ask", json=CALLS["ask"])
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 3_600
        assert refused.json()["error"]["code"] == "too_many_requests"
        assert client.post("/desk/opening", json={}).status_code == 200


@pytest.mark.parametrize("name", ["source", "restore"])
def test_what_costs_as_much_as_a_question_is_counted_apart(name: str) -> None:
    body = CALLS.get(name, {"turns": []})
    with page(rate_limit="2/hour") as client:
        for _ in range(2):
            assert client.post(f"/desk/{name}", json=body).status_code == 200
        refused = client.post(f"/desk/{name}", json=body)
        assert refused.status_code == 429
        assert refused.json()["error"]["code"] == "too_many_requests"
        assert client.post("/desk/ask", json=CALLS["ask"]).status_code == 200


def ancestors(client: TestClient, path: str) -> list[str]:
    policy = client.get(path).headers["content-security-policy"]
    return policy.split("frame-ancestors ")[1].split(";")[0].split()


def test_listed_sites_frame_the_compact_page_and_nobody_the_whole_one(client: TestClient) -> None:
    assert ancestors(client, "/embed") == ["'self'", *LISTED]
    assert ancestors(client, "/embed/") == ["'self'", *LISTED]
    assert ancestors(client, "/") == ["'self'"]
    with page() as alone:
        assert ancestors(alone, "/embed") == ["'self'"]


def test_the_framework_lets_no_other_site_read_along(client: TestClient) -> None:
    for path in ("/", "/embed", "/theme.css", "/page/main.js", "/widget.js"):
        for host in ("public.example", "127.0.0.1"):
            answer = client.get(path, headers={"origin": "https://elsewhere.example", "host": host})
            assert answer.status_code == 200
            assert not [name for name in answer.headers if name.startswith("access-control-")]
            assert "set-cookie" not in answer.headers


def test_a_conversation_from_before_shows_nothing_of_articles_that_are_not_allowed(client: TestClient) -> None:
    told = client.post("/desk/ask", json={"question": "What did Fenn say?"}, headers=bearing(token())).text
    answer = json.loads(told.split("event: card\ndata: ")[1])["answer"]
    kept = {"turns": [{"at": "2026-01-05T10:00:00Z", "answer": answer}]}
    cited = {"article": "harbour", "marks": [{"marker": 1, "start": 0, "end": 9}]}
    cited["sha256"] = answer["citations"][0]["sha256"]
    shown: dict[str, list[str]] = {}
    for name, articles in (("whole", None), ("part", ["payments"])):
        headers = bearing(token(articles=articles))
        (card,) = client.post("/desk/restore", json=kept, headers=headers).json()["cards"]
        excerpt = client.post("/desk/excerpt", json=cited, headers=headers).text
        shown[name] = [card["html"], excerpt]
    assert "rejected" in shown["whole"][0]
    assert "arbour" in shown["whole"][1]
    assert not [text for text in shown["part"] if "rejected" in text or "arbour" in text.replace("harbour", "", 1)]
