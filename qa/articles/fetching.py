"""Pages from the network: one small Protocol, its adapter on httpx, and a fake that needs no network."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urljoin

from qa.articles.limits import Limits, refusal
from qa.articles.naming import normal_source, url_parts

if TYPE_CHECKING:
    import httpx

_REDIRECTS = 5
_AGENT = "whosaid (+article reader)"
_ENCODINGS = ("identity", "gzip", "deflate", "", "none", "utf-8")
"""How a page may be packed: the others, and several at once, unpack a few bytes to more than the memory holds.

The last three are what some servers write where nothing is packed.
"""

_ACCEPT = "text/html,application/xhtml+xml,text/plain,text/markdown,application/pdf,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave: the bytes, the media type as the server names it (with its charset), the URL in the end."""

    data: bytes
    media_type: str | None
    url: str


class Fetcher(Protocol):
    """Gets what an http(s) URL holds; raises SourceError (unreachable, too_large, bad_source)."""

    def fetch(self, url: str) -> Fetched: ...


def _addresses(host: str) -> list[str]:
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, None)]


def _is_global(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_global


def _speaks_from_outside(response: httpx.Response) -> bool | None:
    """Whether what answered is on the internet; None where the transport does not tell."""
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream else None
    return _is_global(str(address[0])) if isinstance(address, tuple) else None


@dataclass(frozen=True, slots=True)
class HttpFetcher:
    """Fetches with httpx: within the limits, redirected a few times at most, never from a public host to a private one.

    A URL that the user named may be on the user's own network; one that a page on the internet names may not.
    """

    limits: Limits
    transport: httpx.BaseTransport | None = None
    resolve: Callable[[str], list[str]] = _addresses

    def fetch(self, url: str) -> Fetched:
        import httpx

        deadline = time.monotonic() + self.limits.timeout
        try:
            headers = {"User-Agent": _AGENT, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
            with httpx.Client(timeout=self.limits.timeout, transport=self.transport, headers=headers) as client:
                return self._follow(client, url, deadline)
        except httpx.TimeoutException as error:
            raise self._late(url) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
            raise refusal(normal_source(url), "could not be reached", "unreachable") from error

    def _follow(self, client: httpx.Client, url: str, deadline: float) -> Fetched:
        current, outside = url, False
        for _ in range(_REDIRECTS + 1):
            url_parts(current)
            with client.stream("GET", current) as response:
                # A name may stand for another address by now than when it was looked up; this one was spoken with.
                public = _speaks_from_outside(response)
                if outside and public is False:
                    raise self._inward(url)
                outside = outside or bool(public)
                target = response.headers.get("location")
                if not (response.is_redirect and target):
                    return self._received(response, url, current, deadline)
            following = urljoin(current, target)
            self._check_redirect(url, current, following)
            current = following
        raise refusal(normal_source(url), f"redirected more than {_REDIRECTS} times", "unreachable")

    def _received(self, response: httpx.Response, url: str, current: str, deadline: float) -> Fetched:
        if not response.is_success:
            raise refusal(normal_source(url), f"the server answered {response.status_code}", "unreachable")
        if response.headers.get("content-encoding", "identity").strip().lower() not in _ENCODINGS:
            raise refusal(normal_source(url), "packed in a way that was not asked for", "unreachable")
        parts, size = [], 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > self.limits.max_bytes:
                raise refusal(normal_source(url), f"larger than {self.limits.max_bytes:,} bytes", "too_large")
            if time.monotonic() > deadline:
                raise self._late(url)
            parts.append(chunk)
        return Fetched(b"".join(parts), response.headers.get("content-type"), normal_source(current))

    def _late(self, url: str) -> Exception:
        return refusal(normal_source(url), f"no answer within {self.limits.timeout:g} seconds", "unreachable")

    def _check_redirect(self, url: str, current: str, following: str) -> None:
        here, there = url_parts(current).hostname, url_parts(following).hostname
        if here == there or not here or not there:
            return
        if any(self._public(here)) and not all(self._public(there)):
            raise self._inward(url)

    def _inward(self, url: str) -> Exception:
        return refusal(normal_source(url), "redirected from the internet into a private network", "unreachable")

    def _public(self, host: str) -> list[bool]:
        """Of each address of a host, whether it is on the internet."""
        return [_is_global(address) for address in self.resolve(host)]


@dataclass(frozen=True, slots=True)
class FakeFetcher:
    """Answers from ``pages`` (URL → bytes and media type); any other URL is unreachable. ``asked``: the calls."""

    pages: Mapping[str, tuple[bytes, str | None]]
    asked: list[str] = field(default_factory=list)

    def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        if url not in self.pages:
            raise refusal(normal_source(url), "could not be reached", "unreachable")
        data, media_type = self.pages[url]
        return Fetched(data, media_type, url)
