"""The outermost layers of the service: headers, the log, and bodies without end."""

from __future__ import annotations

import asyncio
import logging

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Scope

from qa.service.doorway import BodyLimit, Doorway


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
        headers = _run(_through(_breaks, "/api/ask"))
    first, error, second = caplog.records
    assert error.__dict__["request"] == headers["x-request-id"]
    assert (first.__dict__["path"], first.__dict__["status"], first.__dict__["request"]) == (
        "/api/statements",
        204,
        number,
    )
    assert second.__dict__["status"] == 500
    assert "secret" not in str([vars(record) for record in caplog.records])


async def _reads(scope: Scope, receive: object, send: object) -> None:
    while (await receive())["more_body"]:  # type: ignore[operator]
        pass


async def _limited(*chunks: bytes, path: str = "/", told: bytes | None = None) -> None:
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    coming = iter([*messages, {"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        return next(coming)

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [(b"content-length", told)] if told is not None else []
    scope: Scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
    await BodyLimit(_reads, largest=10, of_paths={"/small": 3})(scope, receive, send)


def test_a_body_may_be_as_large_as_the_limit() -> None:
    asyncio.run(_limited(b"12345", b"67890", told=b"10"))
    asyncio.run(_limited(b"123", path="/small"))


@pytest.mark.parametrize(("chunks", "path"), [((b"12345", b"678901"), "/"), ((b"1234",), "/small")])
def test_a_body_that_is_too_large_is_cut_off_while_it_is_read(chunks: tuple[bytes, ...], path: str) -> None:
    with pytest.raises(HTTPException) as refusal:
        asyncio.run(_limited(*chunks, path=path))
    assert refusal.value.status_code == 413


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    with pytest.raises(HTTPException):
        asyncio.run(_limited(told=b"11"))


def test_a_length_that_is_none_is_not_believed() -> None:
    asyncio.run(_limited(b"123", told=b"-5"))
    asyncio.run(_limited(b"123", told="\N{SUPERSCRIPT TWO}".encode("latin-1")))
