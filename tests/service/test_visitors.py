"""Visitors by signed tokens: who may ask and read, which articles they see, and what forged tokens get."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from qa.errors import AccessError, AuthenticationError, ExpiredTokenError, RateLimitError
from qa.service.api import create_app
from qa.service.visitors import Gate, Visitor
from qa.settings import Settings
from tests.house import DAM, TOKEN, memory_parts, write_articles

KEY = "a key of more than thirty-two characters"
ASKED = {"question": "Who announced that the fair would move to Orlby?"}


def token(key: str = KEY, algorithm: str = "HS256", lives: float = 300, **claims: Any) -> str:
    content = {"sub": "reader-7", "exp": int(time.time() + lives), **claims}
    kept = {name: value for name, value in content.items() if value is not ...}
    return jwt.encode(kept, key, algorithm=algorithm)


def unsigned(header: dict[str, str], claims: dict[str, Any]) -> str:
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims))
        + "."
    )


def gate(**given: object) -> Gate:
    return Gate(Settings.model_validate({"visitor_key": KEY, "admin_token": TOKEN} | given))


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:0:7::1", "2001:db8:0:7:ffff:ffff:ffff:ffff", True),
        ("2001:db8:0:7::1", "2001:db8:0:8::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("unix", "unix", True),
        ("unix", "127.0.0.1", False),
    ],
)
def test_whoever_has_a_network_has_no_more_questions(first: str, second: str, one: bool) -> None:
    limited = gate(rate_limit="1/hour")
    limited.count(Request({"type": "http", "client": (first, 1)}))
    again = Request({"type": "http", "client": (second, 2)})
    if one:
        with pytest.raises(RateLimitError):
            limited.count(again)
    else:
        limited.count(again)


# --- tokens ---


def test_a_token_tells_who_asks_and_what_they_may_see() -> None:
    assert gate().visitor(token()) == Visitor("reader-7", None)
    assert gate().visitor(token(articles=None)) == Visitor("reader-7", None)
    assert gate().visitor(token(articles=["a", "b", "a"])) == Visitor("reader-7", frozenset({"a", "b"}))
    assert gate().visitor(token(articles=[])) == Visitor("reader-7", frozenset())


def test_the_administrator_needs_no_visitors_token() -> None:
    assert gate().visitor(TOKEN) == Visitor()


def test_where_no_key_is_set_everybody_may_whatever_they_show() -> None:
    for shown in (None, "", "anything", token(articles=["a"])):
        assert gate(visitor_key=None).visitor(shown) == Visitor()


@pytest.mark.parametrize("shown", [None, ""])
def test_without_a_token_one_is_asked_for(shown: str | None) -> None:
    with pytest.raises(AuthenticationError, match="Bearer TOKEN"):
        gate().visitor(shown)


def test_a_token_that_was_valid_is_not_for_ever() -> None:
    with pytest.raises(ExpiredTokenError, match="expired"):
        gate().visitor(token(lives=-3_600))
    assert gate().visitor(token(lives=-5)) == Visitor("reader-7")  # two clocks are never quite alike


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        (lambda: token(key="another key of more than thirty-two characters"), "not a valid"),
        (lambda: token(algorithm="HS512", key=KEY * 2), "not a valid"),
        (lambda: token(algorithm="HS384", key=KEY * 2), "not a valid"),
        (lambda: unsigned({"alg": "none", "typ": "JWT"}, {"sub": "x", "exp": 2**40}), "not a valid"),
        (lambda: unsigned({"alg": "HS256", "typ": "JWT"}, {"sub": "x", "exp": 2**40}), "not a valid"),
        (lambda: token()[:-4] + "AAAA", "not a valid"),
        (lambda: "not.a.token", "not a valid"),
        (lambda: "\udcff", "not a valid"),
        (lambda: "a" * 20_000, "too long"),
        (lambda: token(exp=...), "lacks exp"),
        (lambda: token(exp="1790000000000"), "no number"),
        (lambda: token(iat="5"), "no number|not a valid"),
        (lambda: token(sub=...), "lacks sub"),
        (lambda: token(sub=" "), "names nobody"),
        (lambda: token(nbf=time.time() + 3_600), "not a valid"),
        (lambda: token(iat=time.time() + 3_600), "not a valid"),
        (lambda: token(lives=90_000), "lives longer than 3600 s"),
        (lambda: token(iat=time.time() - 80_000), "lives longer than 3600 s"),
        (lambda: token(articles="a"), "by their ids"),
        (lambda: token(articles=[1]), "by their ids"),
        (lambda: token(articles={"a": 1}), "by their ids"),
        (lambda: token(aud="another service"), "not a valid"),
    ],
)
def test_a_token_that_is_none_of_ours_is_forbidden_in_one_line(shown: Callable[[], str], line: str) -> None:
    with pytest.raises(AccessError, match=line) as refusal:
        gate().visitor(shown())
    assert refusal.value.status == 403
    assert "\n" not in str(refusal.value)
    assert KEY not in str(refusal.value)


def test_how_long_a_token_may_live_is_a_setting() -> None:
    assert gate(visitor_lifetime=86_400).visitor(token(lives=80_000)).subject == "reader-7"
    with pytest.raises(AccessError):
        gate(visitor_lifetime=60).visitor(token(lives=300))


@given(st.text())
def test_whatever_is_shown_is_told_in_one_line(shown: str) -> None:
    with pytest.raises(AccessError):
        gate().visitor(shown)


def test_the_documented_example_mints_what_the_service_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    document = Path(__file__).parents[2] / "docs" / "embedding.md"
    program = re.search(r"```python\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    assert program
    assert len(program[1].strip().splitlines()) <= 10
    monkeypatch.setenv("QA_VISITOR_KEY", KEY)
    made: dict[str, Any] = {}
    exec(program[1], made)
    assert gate().visitor(made["visitor_token"]("ada")) == Visitor("ada")
    assert gate().visitor(made["visitor_token"]("ada", ["a"])) == Visitor("ada", frozenset({"a"}))


# --- over HTTP ---


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("house")
    parts = memory_parts(folder, visitor_key=KEY, embed_origins="https://intranet.example")
    list(parts.publisher.publish(write_articles(folder)))
    with TestClient(create_app(parts), raise_server_exceptions=False) as client:
        while client.get("/readyz").status_code != 200:
            pass
        yield client


@pytest.fixture(scope="module")
def ids(client: TestClient) -> dict[str, str]:
    listed = client.get("/api/articles", headers=bearing(TOKEN)).json()
    return {article["title"].split()[0]: article["id"] for article in listed}


def bearing(shown: str) -> dict[str, str]:
    return {"authorization": f"Bearer {shown}"}


def every_address(ids: dict[str, str]) -> list[tuple[str, str, Any]]:
    return [
        ("GET", "/api/articles", None),
        ("GET", f"/api/articles/{ids['Dam']}", None),
        ("GET", f"/api/articles/{ids['Dam']}/statements", None),
        ("GET", "/api/statements", None),
        ("GET", "/api/speakers", None),
        ("POST", "/api/ask", ASKED),
        ("POST", "/api/ask/stream", ASKED),
    ]


def test_without_a_good_token_nothing_is_read_and_nothing_asked(client: TestClient, ids: dict[str, str]) -> None:
    forged, old = token(key="another key of more than thirty-two characters"), token(lives=-3_600)
    for method, path, body in every_address(ids):
        for headers, status, code in (
            ({}, 401, "unauthenticated"),
            ({"authorization": "Basic eDp5"}, 401, "unauthenticated"),
            (bearing(old), 401, "token_expired"),
            (bearing(forged), 403, "forbidden"),
        ):
            answer = client.request(method, path, json=body, headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), path
            assert ("www-authenticate" in answer.headers) is (status == 401)
            assert "dam" not in answer.text.lower()
        assert client.request(method, path, json=body, headers=bearing(token())).status_code == 200
        assert client.request(method, path, json=body, headers=bearing(TOKEN)).status_code == 200


def test_health_is_everybodys(client: TestClient) -> None:
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_a_visitors_token_goes_along_from_a_listed_site_without_cookies(
    client: TestClient, ids: dict[str, str]
) -> None:
    headers = bearing(token()) | {"origin": "https://intranet.example"}
    answer = client.get("/api/articles", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "https://intranet.example"
    assert "access-control-allow-credentials" not in answer.headers
    assert len(answer.json()) == 2
    refused = client.get("/api/articles", headers={"origin": "https://intranet.example"})
    assert refused.status_code == 401
    assert refused.headers["access-control-allow-origin"] == "https://intranet.example"  # so that its page can tell why


def test_a_visitor_changes_nothing(client: TestClient, ids: dict[str, str]) -> None:
    assert client.delete(f"/api/articles/{ids['Dam']}", headers=bearing(token())).status_code == 403
    added = client.post("/api/articles", headers=bearing(token()), files={"file": ("x.txt", b"Words.", "text/plain")})
    assert added.status_code == 403


def test_a_visitor_sees_only_the_articles_allowed(client: TestClient, ids: dict[str, str]) -> None:
    dam, fair = ids["Dam"], ids["Fair"]
    headers = bearing(token(articles=[dam]))

    def read(path: str) -> Any:
        return client.get(path, headers=headers).json()

    assert [article["id"] for article in read("/api/articles")] == [dam]
    assert read(f"/api/articles/{dam}")["text"] == DAM
    for path in (f"/api/articles/{fair}", f"/api/articles/{fair}/statements", f"/api/statements?article={fair}"):
        assert client.get(path, headers=headers).status_code == 404
    for path in ("/api/statements", "/api/statements?about=summer+fair+Orlby", "/api/statements?speaker=Brandt"):
        assert {statement["article_id"] for statement in read(path)} <= {dam}
    assert {speaker["name"] for speaker in read("/api/speakers")} == {"Ada Moss", "Tom Reed"}


def test_an_answer_rests_on_the_articles_allowed_and_on_no_others(client: TestClient, ids: dict[str, str]) -> None:
    dam, fair = ids["Dam"], ids["Fair"]
    for history in ([], [{"question": "Who is Lena Brandt?", "answer": "The mayor, Lena Brandt, of the fair [1]"}]):
        asked = ASKED | {"history": history}
        whole = client.post("/api/ask", json=asked, headers=bearing(token())).json()
        assert {citation["article_id"] for citation in whole["citations"]} == {fair}
        headers = bearing(token(articles=[dam]))
        given = client.post("/api/ask", json=asked, headers=headers)
        streamed = client.post("/api/ask/stream", json=asked, headers=headers)
        assert streamed.headers["content-type"].startswith("text/event-stream")
        event = json.loads(streamed.text.split("event: answer\ndata: ")[1])
        for answer in (given.json(), event):
            near = [answer["nearest"]] if answer["nearest"] else []
            assert {citation["article_id"] for citation in [*answer["citations"], *near]} <= {dam}
            assert "Lena Brandt" not in json.dumps([answer["answer"], answer["speakers"], near])
    for path in ("/api/ask", "/api/ask/stream"):
        named = client.post(path, json=ASKED | {"articles": [fair]}, headers=headers)
        unknown = client.post(path, json=ASKED | {"articles": ["never"]}, headers=headers)
        assert named.status_code == unknown.status_code == 404
        assert named.text.replace(fair, "never") == unknown.text


def test_a_visitor_who_may_see_nothing_gets_an_abstention(client: TestClient) -> None:
    answer = client.post("/api/ask", json=ASKED, headers=bearing(token(articles=[]))).json()
    assert answer["abstained"]
    assert (answer["citations"], answer["nearest"], answer["speakers"]) == ([], None, [])


def test_each_question_counts_whoever_asks(tmp_path: Path) -> None:
    client = TestClient(create_app(memory_parts(tmp_path, rate_limit="2/hour", visitor_key=KEY)))
    for status in (503, 503, 429):
        assert client.post("/api/ask", json=ASKED, headers=bearing(token())).status_code == status
