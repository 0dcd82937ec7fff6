"""The door of the page: what of its framework can be reached, and how its first HTML leaves the house.

The framework (Gradio) brings far more routes than the page uses: uploads, a proxy, file serving, a login. All that the
page does not need is answered with 404. Its HTML gets our head: our style and script at once, no word of others.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from pathlib import Path
from typing import Any

from qa.service.paths import inner_path

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_PAGES = {"/": "full", "/embed": "compact"}
_OPEN = re.compile(r"/(assets/.+|static/js/.+|theme\.css|favicon\.ico)")
_EARLY = "early.js"
_FOREIGN = re.compile(
    rb'<meta\b[^>]*(?:property="og:|name="twitter:)[^>]*>|<link rel="manifest"[^>]*>|<script[^>]*src="https?://[^>]*>'
    rb"|<link[^>]*href=\"https?://[^>]*>"
)


def policy(nonce: str, framed_by: Sequence[str] = ()) -> str:
    """The content security policy under which the page runs; ``framed_by`` are the other origins that may frame it.

    ``unsafe-eval``: Gradio compiles a component's template and its first line of script with ``Function``; neither
    holds anything but what we ship. Inline script needs the nonce, so markup that slipped through would still be dead.
    Inline styles: Gradio sets them on its own elements. docs/embedding.md has the reason for each part.
    """
    ancestors = " ".join(["'self'", *framed_by])
    return (
        "default-src 'none'; "
        f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self'; connect-src 'self'; "
        "base-uri 'self'; form-action 'none'; object-src 'none'; "
        f"frame-ancestors {ancestors}"
    )


class Door:
    """ASGI layer around the framework's application."""

    def __init__(self, app: App, head: str, framed_by: Sequence[str] = ()) -> None:
        """``head`` is the HTML that our pages carry in their head; its scripts get the nonce.

        ``framed_by`` are the origins whose pages may frame the compact page, beside our own; the whole one only ours.
        """
        self._app = app
        self._head = head.encode()
        self._framed_by = {"full": (), "compact": tuple(framed_by)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            elif scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return
        path, method = inner_path(scope), scope["method"]
        path = path.rstrip("/") or "/"
        if path in _PAGES and method in ("GET", "HEAD"):
            await self._page(scope, receive, send, _PAGES[path])
        elif _OPEN.fullmatch(path) and method in ("GET", "HEAD"):
            await self._app(scope, receive, _keeping(send) if path.startswith("/assets/") else send)
        else:
            await _refuse(send, 404, "not_found", "there is nothing here")

    async def _page(self, scope: Scope, receive: Receive, send: Send, kind: str) -> None:
        root = scope.get("root_path", "").rstrip("/")
        inner = {**scope, "path": f"{root}/" if inner_path(scope) != scope["path"] else "/", "method": "GET"}
        inner["raw_path"] = inner["path"].encode()
        start: Message = {}
        body = bytearray()

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await self._app(inner, receive, gather)
        nonce = secrets.token_urlsafe(16)
        html = dress(bytes(body), self._head, nonce, kind)
        kept = [(n, v) for n, v in start["headers"] if n.lower() not in (b"content-length", b"etag")]
        headers = [
            *kept,
            (b"content-length", str(len(html)).encode()),
            (b"content-security-policy", policy(nonce, self._framed_by[kind]).encode()),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": start["status"], "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else html})


def dress(html: bytes, head: bytes, nonce: str, kind: str) -> bytes:
    """The framework's HTML without others' addresses, with ``head``, and every script bearing ``nonce``."""
    html = _FOREIGN.sub(b"", html)
    html = re.sub(rb"<html\b", b'<html data-page="' + kind.encode() + b'"', html, count=1)
    html = re.sub(rb"<base\b[^>]*>", lambda base: base[0] + head, html, count=1)
    return re.sub(rb"<script\b(?![^>]*\bnonce=)", b'<script nonce="' + nonce.encode() + b'"', html)


def head_of(static: Path) -> str:
    """What our pages carry in their head: style, script and icon from this host, fetched at once and in parallel."""
    modules = "".join(
        f'<link rel="modulepreload" href="page/{path.name}">'
        for path in sorted(static.glob("*.js"))
        if path.name != _EARLY
    )
    early = (static / _EARLY).read_text(encoding="utf-8")
    return (
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f"<script>{early}</script>"
        '<link rel="stylesheet" href="page/page.css"><link rel="stylesheet" href="page/source.css">'
        '<link rel="stylesheet" href="page/compact.css">'
        f'<link rel="icon" type="image/svg+xml" href="page/favicon.svg">{modules}'
    )


def _keeping(send: Send) -> Send:
    """Lets browsers keep a file: the names under ``assets`` change with their content."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            kept = [(name, value) for name, value in message["headers"] if name.lower() != b"cache-control"]
            message["headers"] = [*kept, (b"cache-control", b"public, max-age=31536000, immutable")]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, code: str, message: str) -> None:
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
