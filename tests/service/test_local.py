"""Who may add without a token: whoever sits at the machine, and nobody whom a proxy or another page sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from qa.service.api import create_app
from qa.service.local import is_at_this_machine
from tests.house import DAM, TOKEN, memory_parts, settings

HERE = "http://127.0.0.1:7860"


def asked(given: dict[str, Any], headers: dict[str, str], client: str = "127.0.0.1", http: str = "1.1") -> bool:
    lines = [(name.encode(), value.encode()) for name, value in ({"host": "127.0.0.1:7860"} | headers).items()]
    scope = {"type": "http", "headers": lines, "client": (client, 4000), "http_version": http}
    return is_at_this_machine(Request(scope), settings(Path("nowhere"), **({"admin_token": None} | given)))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "localhost:7860"},
        {"host": "[::1]:7860"},
        {"origin": HERE},
        {"origin": HERE, "sec-fetch-site": "same-origin"},
    ],
)
def test_whoever_sits_at_the_machine_may(host: str, headers: dict[str, str]) -> None:
    assert asked({"host": host}, headers)


@pytest.mark.parametrize(
    "given",
    [
        {"host": "0.0.0.0"},
        {"host": "192.0.2.7"},
        {"host": "news.example"},
        {"admin_token": TOKEN},
        {"visitor_key": "k" * 32},
        {"root_path": "/qa"},
        {"embed_origins": "https://intranet.example"},
        {"trusted_proxies": "127.0.0.1"},
    ],
)
def test_nobody_may_where_the_service_is_for_others(given: dict[str, Any]) -> None:
    assert not asked(given, {})


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "news.example"},
        {"host": "rebound.example:7860", "origin": "http://rebound.example:7860"},
        {"host": ""},
        {"host": "[::1"},
        {"origin": "https://news.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-forwarded-proto": "https"},
        {"forwarded": "for=127.0.0.1"},
        {"via": "1.1 proxy"},
        {"x-real-ip": "127.0.0.1"},
    ],
)
def test_nobody_may_who_comes_by_a_detour(headers: dict[str, str]) -> None:
    assert not asked({}, headers)


def test_neither_may_another_machine_nor_a_proxy_of_the_old_kind() -> None:
    assert not asked({}, {}, client="192.0.2.7")
    assert not asked({}, {}, client="testclient")
    assert not asked({}, {}, http="1.0")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    app = create_app(memory_parts(tmp_path, admin_token=None))
    with TestClient(app):
        app.state.warmup.join()
        yield app


def test_an_article_is_added_at_the_machine_alone(app: FastAPI) -> None:
    file = {"file": ("dam.txt", DAM.encode())}
    far = TestClient(app, base_url="http://192.0.2.7:7860", client=("192.0.2.9", 4000))
    assert far.post("/api/articles", files=file).status_code == 403
    near = TestClient(app, base_url=HERE, client=("127.0.0.1", 4000))
    assert near.post("/api/articles", files=file, headers={"x-forwarded-for": "192.0.2.9"}).status_code == 403
    assert near.post("/api/articles", files=file, headers={"origin": "https://news.example"}).status_code == 403
    reply = near.post("/api/articles", files=file)
    assert (reply.status_code, reply.json()["status"]) == (201, "added")
    assert near.delete(f"/api/articles/{reply.json()['article']['id']}").status_code == 403
