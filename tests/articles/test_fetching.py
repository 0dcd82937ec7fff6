"""Fetching over HTTP: a real server on this machine for the wire, a mock transport for the rest of the internet."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from qa.articles import Fetched, HttpFetcher, Limits, read
from qa.errors import SourceError
from tests.articles.documents import LIMITS


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/text":
            self._answer(200, b"Port strike goes on\n\nThe dockers left. They said so.", "text/plain; charset=utf-8")
        elif self.path == "/moved":
            self._answer(302, b"", "text/plain", location="/text")
        elif self.path == "/flood":
            self.send_response(200)
            self.send_header("Connection", "close")
            self.end_headers()
            try:
                for _ in range(10_000):
                    self.wfile.write(b"x" * 10_000)
            except OSError:
                self.close_connection = True
        else:
            self._answer(404, b"no", "text/plain")

    def _answer(self, status: int, body: bytes, media_type: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content-type": media_type, "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def failure(fetcher: HttpFetcher, url: str) -> tuple[str, str]:
    with pytest.raises(SourceError) as caught:
        fetcher.fetch(url)
    return caught.value.code, str(caught.value)


def test_a_page_from_a_server(site: str) -> None:
    assert HttpFetcher(LIMITS).fetch(f"{site}/moved") == Fetched(
        b"Port strike goes on\n\nThe dockers left. They said so.", "text/plain; charset=utf-8", f"{site}/text"
    )
    assert read(f"{site}/text", limits=LIMITS).title == "Port strike goes on"


def test_what_a_server_may_not_do(site: str) -> None:
    fetcher = HttpFetcher(Limits(100_000, 100_000, 5))
    assert failure(fetcher, f"{site}/none") == ("unreachable", f"{site}/none: the server answered 404")
    assert failure(fetcher, f"{site}/flood") == ("too_large", f"{site}/flood: larger than 100,000 bytes")
    assert failure(fetcher, "http://127.0.0.1:1/")[0] == "unreachable"


HOSTS = {
    "news.example": ["93.184.215.14"],
    "other.example": ["93.184.215.15"],
    "inside.example": ["10.0.0.7"],
    "both.example": ["93.184.215.16", "10.0.0.8"],
}


def mocked(*, timeout: float = 5.0) -> HttpFetcher:
    def answer(request: httpx.Request) -> httpx.Response:
        targets = {
            "/loop": "/loop",
            "/inside": "http://inside.example/secret",
            "/metadata": "http://169.254.169.254/latest",
            "/file": "file:///etc/passwd",
            "/other": "https://other.example/text",
        }
        if request.url.path == "/slow":
            raise httpx.ReadTimeout("slow", request=request)
        if request.url.path in targets:
            return httpx.Response(301, headers={"location": targets[request.url.path]})
        return httpx.Response(200, content=b"text")

    def resolve(host: str) -> list[str]:
        return HOSTS.get(host, [host])

    return HttpFetcher(Limits(1_000, 1_000, timeout), httpx.MockTransport(answer), resolve)


@pytest.mark.parametrize(
    ("path", "code", "words"),
    [
        ("loop", "unreachable", "redirected more than 5 times"),
        ("inside", "unreachable", "into a private network"),
        ("metadata", "unreachable", "into a private network"),
        ("file", "bad_source", "not a valid http or https URL"),
        ("slow", "unreachable", "no answer within 5 seconds"),
    ],
)
def test_redirects_and_time(path: str, code: str, words: str) -> None:
    found, message = failure(mocked(), f"https://news.example/{path}")
    assert found == code
    assert words in message
    assert "\n" not in message


def test_a_host_that_is_also_inside_may_not_redirect_there() -> None:
    code, message = failure(mocked(), "https://both.example/inside")
    assert (code, "into a private network" in message) == ("unreachable", True)


@dataclass
class _Peer:
    """A connection that says with which address it is."""

    address: str

    def get_extra_info(self, name: str) -> tuple[str, int] | None:
        return (self.address, 443) if name == "server_addr" else None


@pytest.mark.parametrize(
    ("peers", "read"),
    [
        (["93.184.215.14", "10.0.0.7"], False),
        (["93.184.215.14", "::1"], False),
        (["93.184.215.14", "93.184.215.15"], True),
        (["10.0.0.7", "10.0.0.7"], True),
    ],
)
def test_a_name_that_turns_inward_between_two_requests_is_noticed(peers: list[str], read: bool) -> None:
    left = [_Peer(address) for address in peers]

    def answer(_: httpx.Request) -> httpx.Response:
        extensions = {"network_stream": left.pop(0)}
        if left:
            return httpx.Response(302, headers={"location": "/again"}, extensions=extensions)
        return httpx.Response(200, content=b"text", extensions=extensions)

    fetcher = HttpFetcher(LIMITS, httpx.MockTransport(answer))
    if read:
        assert fetcher.fetch("https://turning.example/").data == b"text"
    else:
        assert "into a private network" in failure(fetcher, "https://turning.example/")[1]


def test_a_redirect_to_another_public_host() -> None:
    assert mocked().fetch("https://news.example/other").url == "https://other.example/text"


def test_the_users_own_network_may_be_named() -> None:
    assert mocked().fetch("http://inside.example/text").data == b"text"


def test_credentials_are_not_shown() -> None:
    _, message = failure(mocked(), "https://user:secret@news.example/loop")
    assert "secret" not in message


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "deflate,gzip"])
def test_a_page_packed_so_that_it_could_unpack_without_bounds_is_refused(encoding: str) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers["accept-encoding"])
        return httpx.Response(200, headers={"content-encoding": encoding}, stream=httpx.ByteStream(b"packed"))

    fetcher = HttpFetcher(LIMITS, httpx.MockTransport(answer))
    assert failure(fetcher, "https://news.example/")[1].endswith(": packed in a way that was not asked for")
    assert asked == ["gzip, deflate"]


@pytest.mark.parametrize("encoding", ["", "none", "UTF-8"])
def test_a_page_that_is_not_packed_whatever_it_says(encoding: str) -> None:
    page = httpx.Response(200, headers={"content-encoding": encoding}, stream=httpx.ByteStream(b"text"))
    assert HttpFetcher(LIMITS, httpx.MockTransport(lambda _: page)).fetch("https://news.example/").data == b"text"


def test_a_packed_page() -> None:
    page = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(gzip.compress(b"text")))
    assert HttpFetcher(LIMITS, httpx.MockTransport(lambda _: page)).fetch("https://news.example/").data == b"text"
