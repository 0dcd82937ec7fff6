"""Whoever sits at the machine on which the service runs: they may add articles without a token.

That holds only where the service is for nobody else: it listens on this machine's own address, nothing is set that
others would need, and the request came from here by no detour. A proxy on the same machine also connects from here, but
on behalf of others; it gives itself away by what it adds to a request or changes in it.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import Request

from qa.service.origins import is_own
from qa.settings import Settings

_OF_PROXIES = ("forwarded", "via", "x-real-ip", "x-original-host", "x-request-start")


def is_at_this_machine(request: Request, settings: Settings) -> bool:
    """Whether ``request`` comes from a program or page on this machine that speaks with the service itself."""
    others = (settings.admin_token, settings.visitor_key, settings.root_path, settings.embed_origins)
    if any(others) or settings.trusted_proxies:
        return False
    if not _is_loopback(settings.host) or request.client is None or not _is_loopback(request.client.host):
        return False
    headers = request.headers
    if any(name.startswith("x-forwarded-") or name in _OF_PROXIES for name in headers):
        return False
    # By default nginx speaks HTTP/1.0 to what is behind it; nothing else does any more.
    if request.scope.get("http_version") == "1.0":
        return False
    # A page elsewhere can have its own name lead here; its browser then sends that name.
    if not _is_loopback(_name_in(headers.get("host", ""))):
        return False
    origin = headers.get("origin")
    return origin is None or is_own(origin, headers)


def _name_in(host: str) -> str:
    """The name or address in a ``Host``, without its port; empty where there is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
