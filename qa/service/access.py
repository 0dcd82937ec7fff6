"""Who may do what, how often and how much: the administrator's token, the rate limit, headers, the request log."""

from __future__ import annotations

import hashlib
import hmac
import logging
import math
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from pydantic import SecretStr

from qa.errors import AccessError, AuthenticationError, ConfigurationError, RateLimitError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
"""On every response that does not set them itself."""

API_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
"""On what is for programs: it is never a page, in a frame or out of one."""

API_PATHS = re.compile(r"/(api(/|$)|healthz$|readyz$)")

log = logging.getLogger("qa.service")


def require_token(authorization: str | None, token: SecretStr | None) -> None:
    """Lets the administrator pass, who sends ``Authorization: Bearer TOKEN``.

    Raises:
        AuthenticationError: no token was sent.
        AccessError: it is another, or none is set, so that nobody may.
    """
    if token is None:
        raise AccessError("adding and removing over HTTP is switched off: no administrator's token is set")
    scheme, _, shown = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not shown.strip():
        raise AuthenticationError("only the administrator may do this: send Authorization: Bearer TOKEN")
    if not hmac.compare_digest(_digest(shown.strip()), _digest(token.get_secret_value())):
        raise AccessError("this is not the administrator's token")


class RateLimit:
    """So many requests from one client in a while, counted in memory; safe to call from several threads."""

    def __init__(self, rule: str) -> None:
        """``rule`` as in "100/minute"; empty allows any number. Raises ConfigurationError."""
        self._rule = _parsed(rule)
        self._limiter = FixedWindowRateLimiter(MemoryStorage()) if self._rule else None

    def spend(self, client: str) -> None:
        """Counts one request of ``client``; raises RateLimitError where that is one too many."""
        if self._limiter is None or self._rule is None or self._limiter.hit(self._rule, client):
            return
        wait = self._limiter.get_window_stats(self._rule, client).reset_time - time.time()
        seconds = max(1, math.ceil(wait))
        raise RateLimitError(f"too many questions at once: try again in {seconds} s", retry_after=seconds)


class Doorway:
    """The outermost layer of the service: gives every request a number, sets headers, and logs what was answered.

    The log names method, path, status and milliseconds; query strings and bodies, which hold what people ask, stay
    out of it.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        number = uuid.uuid4().hex[:12]
        scope.setdefault("state", {})["request_id"] = number
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(message.get("headers", ()), scope["path"], number)
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            took = 1000 * (time.perf_counter() - began)
            log.info(
                "request",
                extra={
                    "request": number,
                    "method": scope["method"],
                    "path": scope["path"],
                    "status": status,
                    "ms": round(took, 1),
                },
            )


def _with_headers(headers: list[tuple[bytes, bytes]] | tuple[()], path: str, number: str) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    wanted = (*HEADERS, *(API_HEADERS if API_PATHS.match(path) else ()), (b"x-request-id", number.encode()))
    return [*headers, *(header for header in wanted if header[0] not in present)]


def _parsed(rule: str) -> RateLimitItem | None:
    if not rule.strip():
        return None
    try:
        return parse(rule)
    except ValueError as error:
        raise ConfigurationError(f"rate_limit: {rule!r} is not a rate such as 100/minute") from error


def _digest(token: str) -> bytes:
    """Of equal length whatever the token, so that a comparison tells nothing by the time it takes."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
