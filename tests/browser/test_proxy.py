"""Behind a real nginx under a path, set up as docs/embedding.md says: whatever works without it works with it."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from qa.service.server import server_of
from tests.browser.serving import running
from tests.house import DAM, memory_parts, write_articles

DOCUMENT = Path(__file__).parents[2] / "docs" / "embedding.md"
ASKED = {"question": "Who said the dam was safe?"}
LIMIT = 12
"""Questions that one reader may ask; the tests that share an address stay below it."""

LISTED = "https://intranet.example"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")

pytestmark = pytest.mark.skipif(
    NGINX is None, reason="no nginx on this machine; with Debian: apt-get install nginx-light"
)

CONFIGURATION = """
daemon off; master_process off; pid {folder}/pid; error_log stderr warn;
events {{ worker_connections 64; }}
http {{
    include types; access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; {location} }}
}}
"""


def documented() -> str:
    """The location that the document recommends."""
    block = re.search(r"```nginx\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    assert block
    return block[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service that is served under a path by proxies on this machine."""
    house = tmp_path_factory.mktemp("house")
    parts = memory_parts(
        house, root_path="/qa", trusted_proxies="127.0.0.1", embed_origins=LISTED, rate_limit=f"{LIMIT}/hour"
    )
    list(parts.publisher.publish(write_articles(house)))
    with running(server_of(parts)) as address:
        yield address


@pytest.fixture(scope="module", params=["taken off", "left"])
def proxy(request: pytest.FixtureRequest, service: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nginx before the service, which takes the path off or leaves it there."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    location = documented()
    assert location.count("http://127.0.0.1:7860/;") == 1
    ending = "/;" if request.param == "taken off" else ";"
    location = location.replace("http://127.0.0.1:7860/;", f"{service}{ending}")
    (folder / "types").write_text("types {}", "utf-8")
    written = CONFIGURATION.format(folder=folder, port=port, location=location)
    (folder / "nginx.conf").write_text(written, "utf-8")
    assert NGINX
    with subprocess.Popen(
        [NGINX, "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.PIPE
    ) as process:
        try:
            address = f"http://127.0.0.1:{port}/qa"
            while True:
                assert process.poll() is None, process.stderr and process.stderr.read().decode()
                try:
                    if httpx.get(f"{address}/readyz").status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield address
        finally:
            process.terminate()


def get(address: str, **headers: str) -> httpx.Response:
    return httpx.get(address, headers=headers, timeout=60)


def asked(address: str, body: object = ASKED, **headers: str) -> httpx.Response:
    return httpx.post(address, json=body, headers=headers, timeout=60)


def test_the_pages_and_all_that_they_load_come_through(proxy: str) -> None:
    for path, ancestors in (("/", "'self'"), ("/embed", f"'self' {LISTED}")):
        answer = get(f"{proxy}{path}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["content-security-policy"].endswith(f"frame-ancestors {ancestors}")
        linked = re.findall(r'(?:src|href)="([^"#]+)"', answer.text)
        assert len(linked) > 5
        for link in linked:
            assert not link.startswith(("/", "http")), "would leave the path"
            assert get(f"{proxy}/{link.removeprefix('./')}").status_code == 200, link
    script = get(f"{proxy}/widget.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "customElements" in script.text


def test_the_interface_reads_asks_and_streams(proxy: str) -> None:
    listed = get(f"{proxy}/api/articles")
    assert listed.headers["cache-control"] == "no-store"
    dam = next(article["id"] for article in listed.json() if article["title"].startswith("Dam"))
    assert get(f"{proxy}/api/articles/{dam}").json()["text"] == DAM
    assert asked(f"{proxy}/api/ask").json()["speakers"][0]["name"] == "Ada Moss"
    told = asked(f"{proxy}/api/ask/stream").text
    pieces = [json.loads(data)["text"] for data in re.findall(r"^event: token\ndata: (.*)$", told, re.M)]
    answer = json.loads(told.split("event: answer\ndata: ")[1])
    assert "".join(pieces) == answer["answer"]
    assert asked(f"{proxy}/desk/opening", {}).json()["first"] == dam
    assert "event: card" in asked(f"{proxy}/desk/ask").text
    nothing = get(f"{proxy}/api/nothing")
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (404, "not_found")
    assert get(f"{proxy.removesuffix('/qa')}/api/articles").status_code == 404


def test_origins_count_as_without_a_proxy(proxy: str) -> None:
    own = proxy.removesuffix("/qa")
    assert get(f"{proxy}/api/articles", origin=own).status_code == 200
    assert get(f"{proxy}/api/articles", origin=LISTED).headers["access-control-allow-origin"] == LISTED
    assert get(f"{proxy}/api/articles", origin="https://elsewhere.example").status_code == 403
    assert asked(f"{proxy}/desk/opening", {}, origin="https://elsewhere.example").status_code == 403


def test_bodies_are_limited_under_the_path_too(service: str) -> None:
    for path in ("/api/ask", "/qa/api/ask"):
        large = httpx.post(f"{service}{path}", content=b"x" * 1_100_000, timeout=60)
        assert large.status_code == 413


def test_each_reader_has_a_limit_of_their_own_and_nobody_can_pass_for_another(
    proxy: str, request: pytest.FixtureRequest
) -> None:
    """nginx tells whom it answers; what a reader claims to be is not passed on, and would not be believed."""
    first = "127.0.0.2" if "taken off" in request.node.name else "127.0.0.4"

    def ask(reader: str, claims: str) -> int:
        with httpx.Client(transport=httpx.HTTPTransport(local_address=reader), timeout=60) as client:
            return client.post(f"{proxy}/api/ask", json=ASKED, headers={"x-forwarded-for": claims}).status_code

    assert [ask(first, f"203.0.113.{n}") for n in range(LIMIT + 1)] == [200] * LIMIT + [429]
    assert ask(f"{first[:-1]}9", "") == 200


@pytest.mark.browser
def test_the_page_opens_through_the_proxy(proxy: str, context: BrowserContext) -> None:
    page = context.new_page()
    outside: list[str] = []
    page.on(
        "request", lambda request: None if request.url.startswith((proxy, "data:")) else outside.append(request.url)
    )
    try:
        for path in ("/", "/embed"):
            page.goto(f"{proxy}{path}")
            page.locator("#ws[data-ready=true]").wait_for()
            expect(page.locator(".welcome")).to_contain_text("2 articles")
        assert outside == []
    finally:
        page.close()
