"""The administrator's token, the rate limit, and the outermost layer of the service."""

from __future__ import annotations

import logging

import pytest
from pydantic import SecretStr

from qa.errors import AccessError, AuthenticationError, ConfigurationError, RateLimitError
from qa.service.access import Doorway, Message, RateLimit, Scope, require_token

TOKEN = SecretStr("correct horse battery staple")


def test_the_token_opens_in_any_case_of_the_scheme() -> None:
    require_token("Bearer correct horse battery staple", TOKEN)
    require_token("bearer  correct horse battery staple ", TOKEN)


@pytest.mark.parametrize("shown", [None, "", "Bearer", "Bearer ", "Basic Y29ycmVjdA==", "correct horse battery staple"])
def test_without_a_token_one_is_asked_for(shown: str | None) -> None:
    with pytest.raises(AuthenticationError):
        require_token(shown, TOKEN)


@pytest.mark.parametrize("shown", ["Bearer x", "Bearer correct horse battery stapl", "Bearer \udcff\udcfe"])
def test_another_token_is_forbidden(shown: str) -> None:
    with pytest.raises(AccessError) as refusal:
        require_token(shown, TOKEN)
    assert refusal.value.status == 403
    assert "horse" not in str(refusal.value)


def test_nobody_may_where_no_token_is_set() -> None:
    with pytest.raises(AccessError, match="switched off") as refusal:
        require_token("Bearer anything at all", None)
    assert refusal.value.status == 403


def test_each_client_has_a_limit_of_its_own() -> None:
    limit = RateLimit("2/hour")
    for client in ("a", "a", "b"):
        limit.spend(client)
    with pytest.raises(RateLimitError) as refusal:
        limit.spend("a")
    assert 1 <= refusal.value.retry_after <= 3600
    limit.spend("b")


def test_no_rule_is_no_limit() -> None:
    limit = RateLimit(" ")
    for _ in range(1000):
        limit.spend("a")


@pytest.mark.parametrize("rule", ["often", "10/fortnight", "-1/second"])
def test_a_rule_that_is_none_is_refused_by_name(rule: str) -> None:
    with pytest.raises(ConfigurationError, match="rate_limit"):
        RateLimit(rule)


async def _through(app: object, path: str) -> dict[str, str]:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "GET", "path": path, "query_string": b"about=secret", "headers": []}
    await Doorway(app)(scope, receive, send)  # type: ignore[arg-type]
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


async def _answers(scope: Scope, receive: object, send: object) -> None:
    headers = [(b"referrer-policy", b"no-referrer")]
    await send({"type": "http.response.start", "status": 204, "headers": headers})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b""})  # type: ignore[operator]


async def _breaks(scope: Scope, receive: object, send: object) -> None:
    raise ZeroDivisionError


def _run(coroutine: object) -> dict[str, str]:
    import asyncio

    return asyncio.run(coroutine)  # type: ignore[arg-type]


def test_headers_protect_and_leave_alone_what_a_response_sets_itself() -> None:
    headers = _run(_through(_answers, "/api/articles"))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_a_page_has_its_own_policy() -> None:
    headers = _run(_through(_answers, "/apiary"))
    assert headers["x-content-type-options"] == "nosniff"
    assert "content-security-policy" not in headers


def test_the_log_tells_what_was_answered_and_never_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "qa.service"):
        number = _run(_through(_answers, "/api/statements"))["x-request-id"]
        with pytest.raises(ZeroDivisionError):
            _run(_through(_breaks, "/api/ask"))
    first, second = caplog.records
    assert (first.__dict__["path"], first.__dict__["status"], first.__dict__["request"]) == (
        "/api/statements",
        204,
        number,
    )
    assert second.__dict__["status"] == 500
    assert "secret" not in str([vars(record) for record in caplog.records])
