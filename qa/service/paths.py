"""Which addresses are for whom, whether or not a proxy leaves the path before them that it serves us under."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

API = re.compile(r"/(api(/|$)|healthz$|readyz$|metrics$)")
"""What is for programs."""

CALLS = re.compile(r"/(desk|gradio_api)/")
"""What the page's script calls."""


class Under:
    """Serves ``app`` under the path ``root``, whether a proxy leaves that path before an address or takes it off.

    Inside, every path begins with it, as ASGI has it.
    """

    def __init__(self, app: ASGIApp, root: str) -> None:
        self._app = app
        self._root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._root and scope["type"] in ("http", "websocket"):
            scope = {**scope, "root_path": self._root}
            if inner_path(scope) == scope["path"]:
                raw = scope.get("raw_path") or scope["path"].encode()
                scope |= {"path": self._root + scope["path"], "raw_path": self._root.encode() + raw}
        await self._app(scope, receive, send)


def inner_path(scope: MutableMapping[str, Any]) -> str:
    """The path of a request as the service names it, without the one that a proxy serves the service under."""
    path: str = scope["path"]
    root = scope.get("root_path", "").rstrip("/")
    return path[len(root) :] or "/" if root and (path == root or path.startswith(f"{root}/")) else path
