"""Which other sites may frame the chat and call the interface: those that are listed, and no others."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.service.errors import response
from qa.service.paths import API, CALLS, inner_path

METHODS = ("GET", "POST")
"""What pages of listed sites may do: read and ask."""

HEADERS = ("Authorization", "Content-Type")
EXPOSED = ("Retry-After", "X-Request-Id")


class Origins(CORSMiddleware):
    """Answers preflights and marks responses of the interface for pages of the listed origins; refuses all others.

    Nothing goes with cookies: whoever has to show who they are sends a token. Refusing, where a browser alone would
    only keep the answer from the page, also stops requests that need no preflight, such as a form of another site.
    """

    def __init__(self, app: ASGIApp, listed: tuple[str, ...]) -> None:
        super().__init__(
            app,
            allow_origins=listed,
            allow_methods=METHODS,
            allow_headers=HEADERS,
            expose_headers=EXPOSED,
            # Sites on the internet that are listed may call a service on an internal network.
            allow_private_network=True,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = inner_path(scope) if scope["type"] == "http" else ""
        if not (API.match(path) or CALLS.match(path)):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and origin not in self.allow_origins and not is_own(origin, headers):
            await _refusal(origin)(scope, receive, send)
        elif API.match(path):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def preflight_response(self, request_headers: Headers) -> Response:
        given = super().preflight_response(request_headers)
        if given.status_code < 400:
            return Response(status_code=204, headers=_without_body(given))
        refused = f"pages of {request_headers['origin']} may only {' and '.join(METHODS)}, with {' and '.join(HEADERS)}"
        return response(403, "forbidden", refused, _without_body(given))


def is_own(origin: str, headers: Headers) -> bool:
    """Whether a page of this very service sent the request: its browser says so, or it names the host asked for."""
    if headers.get("sec-fetch-site") == "same-origin":
        return True
    scheme, _, host = origin.partition("://")
    return scheme in ("http", "https") and host == headers.get("host")


def _refusal(origin: str) -> Response:
    line = f"pages of {origin[:200]} may not call this service; whoever runs it lists them in QA_EMBED_ORIGINS"
    return response(403, "forbidden", line, {"vary": "Origin"})


def _without_body(given: Response) -> dict[str, str]:
    return {name: value for name, value in given.headers.items() if name not in ("content-length", "content-type")}
