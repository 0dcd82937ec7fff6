"""Which addresses are for whom, whether or not a proxy leaves the path before them that it serves us under."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

API = re.compile(r"/(api(/|$)|healthz$|readyz$|metrics$)")
"""What is for programs."""

CALLS = re.compile(r"/(desk|gradio_api)/")
"""What the page's script calls."""


def inner_path(scope: MutableMapping[str, Any]) -> str:
    """The path of a request as the service names it, without the one that a proxy serves the service under."""
    path: str = scope["path"]
    root = scope.get("root_path", "").rstrip("/")
    return path[len(root) :] or "/" if root and (path == root or path.startswith(f"{root}/")) else path
