"""What the benchmarks in a browser need: a fresh service over the sample reports, and a site with its widget."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from latency import QA, free_port, wait_ready
from playwright.sync_api import Browser, sync_playwright

from qa.samples import paths

DEMO = Path(__file__).parents[1] / "examples" / "host.html"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]


@contextmanager
def stage() -> Iterator[tuple[str, str]]:
    """The addresses of the service and of the demo site that carries its widget."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder, demo_site(f"http://127.0.0.1:{port}") as site:
        subprocess.run([*QA, "--index", folder, "add", *map(str, paths())], check=True, capture_output=True)
        server = subprocess.Popen(
            [*QA, "--index", folder, "serve", "--port", str(port)],
            env=os.environ | {"QA_EMBED_ORIGINS": site},
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_ready(f"http://127.0.0.1:{port}", server)
            yield f"http://127.0.0.1:{port}", site
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def demo_site(service: str) -> Iterator[str]:
    html = DEMO.read_text("utf-8").replace("http://127.0.0.1:7860", service).encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html if self.path == "/" else b"")

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        raise SystemExit("no Chromium on this machine; with Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()
