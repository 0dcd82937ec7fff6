"""Sites that carry the widget, and the services it comes from: each on a port, and so of an origin, of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt

from qa.service.server import compose
from tests.browser.serving import running
from tests.house import DAM, FAIR, memory_parts

KEY = "a key of more than thirty-two characters"


class HostSite:
    """A site of plain pages, by their paths."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, str] = {}

    def show(self, body: str, path: str = "/page") -> str:
        """Puts up a page with ``body``; gives its address."""
        self.pages[path] = f'<!doctype html><html lang="en"><title>A site</title><body>{body}</body></html>'
        return self.address + path


@contextmanager
def host_site() -> Iterator[HostSite]:
    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = site.pages.get(urlsplit(self.path).path)
            body = (page or "").encode()
            self.send_response(204 if page is None else 200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        site = HostSite(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield site
        server.shutdown()
        thread.join(10)


@contextmanager
def service(folder: Path, **given: object) -> Iterator[str]:
    """The whole service over two small articles; ``given`` are settings. Gives its address."""
    parts = memory_parts(folder, **given)
    for name, text in (("dam.txt", DAM), ("fair.txt", FAIR)):
        assert parts.publisher.publish_bytes(text.encode(), name).status == "added"
    with running(compose(parts)) as address:
        yield address


def visitor_token(lives: float = 300, key: str = KEY, **claims: Any) -> str:
    """A visitor's token as a site's server mints it."""
    return jwt.encode({"sub": "reader-7", "exp": int(time.time() + lives), **claims}, key, algorithm="HS256")
