"""Pages of other sites: those that are listed may call, all others are told that they may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qa.errors import ConfigurationError
from qa.service.api import create_app
from qa.wiring import read_settings
from tests.house import memory_parts, write_articles

LISTED, STRANGE = "https://intranet.example", "https://elsewhere.example"
QUESTION = {"question": "Who said the dam was safe?"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("house")
    parts = memory_parts(folder, embed_origins=f"{LISTED}, http://127.0.0.1:8080")
    list(parts.publisher.publish(write_articles(folder)))
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        while client.get("/readyz").status_code != 200:
            pass
        yield client


def preflight(
    client: TestClient, origin: str, method: str = "POST", headers: str = "authorization,content-type"
) -> Any:
    return client.options(
        "/api/ask",
        headers={
            "origin": origin,
            "access-control-request-method": method,
            "access-control-request-headers": headers,
        },
    )


def test_a_listed_site_asks_and_reads(client: TestClient) -> None:
    given = preflight(client, LISTED)
    assert (given.status_code, given.content) == (204, b"")
    assert given.headers["access-control-allow-origin"] == LISTED
    assert given.headers["access-control-allow-methods"] == "GET, POST"
    assert {"Authorization", "Content-Type"} <= set(given.headers["access-control-allow-headers"].split(", "))
    assert "Origin" in given.headers["vary"]
    assert given.headers["cache-control"] == "no-store"
    for answer in (
        client.post("/api/ask", json=QUESTION, headers={"origin": LISTED}),
        client.get("/api/articles", headers={"origin": LISTED}),
        client.get("/api/articles/nowhere", headers={"origin": LISTED}),
    ):
        assert answer.headers["access-control-allow-origin"] == LISTED
        assert answer.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in answer.headers
        assert "set-cookie" not in answer.headers


def test_a_site_that_is_not_listed_is_refused_before_anything_is_done(client: TestClient) -> None:
    for origin in (
        STRANGE,
        "null",
        f"{LISTED}.evil.example",
        f"{LISTED}:444",
        "http://intranet.example",
        "http://[::1",
    ):
        for answer in (
            preflight(client, origin),
            client.post("/api/ask", json=QUESTION, headers={"origin": origin}),
            client.get("/api/articles", headers={"origin": origin}),
            client.post("/desk/ask", json=QUESTION, headers={"origin": origin}),
            client.get("/healthz", headers={"origin": origin}),
        ):
            assert answer.status_code == 403
            assert "QA_EMBED_ORIGINS" in answer.json()["error"]["message"]
            assert answer.headers["vary"] == "Origin"
            assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(("method", "headers"), [("DELETE", "authorization"), ("POST", "x-requested-with")])
def test_a_listed_site_may_no_more_than_ask_and_read(client: TestClient, method: str, headers: str) -> None:
    given = preflight(client, LISTED, method, headers)
    assert given.status_code == 403
    assert given.json()["error"]["message"].endswith("may only GET and POST, with Authorization and Content-Type")


def test_our_own_pages_and_programs_need_no_list(client: TestClient) -> None:
    for headers in (
        {},
        {"origin": "http://testserver"},
        {"origin": "https://testserver"},
        # Behind a proxy that does not pass the host on, the browser's word counts, which no script can put there.
        {"origin": "https://public.example", "sec-fetch-site": "same-origin"},
    ):
        answer = client.post("/api/ask", json=QUESTION, headers=headers)
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers
        assert answer.headers["vary"] == "Origin"


def test_without_a_list_nobody_else_may(tmp_path: Path) -> None:
    client = TestClient(create_app(memory_parts(tmp_path)))
    assert client.get("/api/articles").status_code == 200
    assert client.get("/api/articles", headers={"origin": LISTED}).status_code == 403


@pytest.mark.parametrize(
    ("given", "listed"),
    [
        ("", ()),
        (" , ", ()),
        ("https://a.example", ("https://a.example",)),
        (
            "https://A.example:443, http://b.example:8080\thttps://a.example",
            ("https://a.example", "http://b.example:8080"),
        ),
        ("http://[::1]:8080 http://192.168.1.7", ("http://[::1]:8080", "http://192.168.1.7")),
        (["https://a.example"], ("https://a.example",)),
    ],
)
def test_origins_are_listed_as_browsers_write_them(given: object, listed: tuple[str, ...]) -> None:
    assert read_settings(embed_origins=given).embed_origins == listed


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("*", "sites that nobody chose"),
        ("https://*.example", "sites that nobody chose"),
        (["https://a.example", "*"], "sites that nobody chose"),
        ("null", "no origin"),
        ("intranet.example", "no origin"),
        ("ftp://a.example", "no origin"),
        ("javascript://a.example", "no origin"),
        ("https://", "no origin"),
        ("https://a.example;script-src", "no origin"),
        ("https://a'.example", "no origin"),
        ("https://a.example:99999", "no origin"),
        ("http://[::1", "no origin"),
        ("https://a.example/", "more than an origin"),
        ("https://a.example/page", "more than an origin"),
        ("https://a.example?x", "more than an origin"),
        ("https://user:word@a.example", "more than an origin"),
        ("https://ä.example", "xn--"),
    ],
)
def test_what_is_no_origin_is_refused_at_the_start_with_the_reason(given: object, why: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"QA_EMBED_ORIGINS\): .*{why}") as refusal:
        read_settings(embed_origins=given)
    assert "\n" not in str(refusal.value)


def test_the_environment_lists_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_EMBED_ORIGINS", "https://a.example https://b.example")
    monkeypatch.setenv("QA_TRUSTED_PROXIES", "127.0.0.1,10.0.0.0/8")
    monkeypatch.setenv("QA_ROOT_PATH", "archive/")
    settings = read_settings()
    assert settings.embed_origins == ("https://a.example", "https://b.example")
    assert settings.trusted_proxies == ("127.0.0.1/32", "10.0.0.0/8")
    assert settings.root_path == "/archive"


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("trusted_proxies", "*"),
        ("trusted_proxies", "proxy.example"),
        ("root_path", "/a b"),
        ("root_path", "/a/../b"),
        ("root_path", "/<script>"),
        ("visitor_key", "too short to sign with"),
        ("visitor_lifetime", 10_000_000),
    ],
)
def test_other_settings_of_access_are_checked_too(name: str, given: object) -> None:
    with pytest.raises(ConfigurationError, match=f"QA_{name.upper()}"):
        read_settings(**{name: given})
