"""The outermost layers of the service: each request gets a number, headers and a line in the log; none is too large."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterable, Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.service.errors import answer_to
from qa.service.paths import API, inner_path

HEADERS: Mapping[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
}
"""On every response that does not set them itself."""

API_HEADERS: Mapping[bytes, bytes] = {
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cache-control": b"no-store",
}
"""On what is for programs: it is never a page, in a frame or out of one."""

log = logging.getLogger("qa.service")


class Doorway:
    """Numbers and logs requests, sets headers, and answers what nobody else could.

    The log names method, path, status and milliseconds; query strings and bodies, which hold what people ask, stay
    out of it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        number = uuid.uuid4().hex[:12]
        scope.setdefault("state", {})["request_id"] = number
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(message.get("headers", ()), inner_path(scope), number)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            # Nothing may escape as a traceback; where half an answer is out already, only breaking off is left.
            response = await answer_to(Request(scope), error)
            if status:
                raise
            await response(scope, receive, sending)
        finally:
            took = round(1000 * (time.perf_counter() - began), 1)
            told = {"request": number, "method": scope["method"], "path": scope["path"], "status": status, "ms": took}
            log.info("request", extra=told)


class BodyLimit:
    """Refuses a body that is too large: at once where its length is told, else while it is read.

    ``largest`` is in bytes; ``of_paths`` are other limits for some paths.
    """

    def __init__(self, app: ASGIApp, largest: int, of_paths: Mapping[str, int]) -> None:
        self._app = app
        self._largest = largest
        self._of_paths = dict(of_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._of_paths.get(inner_path(scope), self._largest)
        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and int(told) > limit:
            raise HTTPException(413)
        received = 0

        async def receiving() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise HTTPException(413)
            return message

        await self._app(scope, receiving, send)


def _with_headers(headers: Iterable[tuple[bytes, bytes]], path: str, number: str) -> list[tuple[bytes, bytes]]:
    given = list(headers)
    present = {name.lower() for name, _ in given}
    wanted = {**HEADERS, **(API_HEADERS if API.match(path) else {}), b"x-request-id": number.encode()}
    return [*given, *((name, value) for name, value in wanted.items() if name not in present)]
