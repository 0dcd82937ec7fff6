"""Who asks, and what they may see: visitors by a signed token, the administrator, or everybody where no key is set."""

from __future__ import annotations

import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any

import jwt
from starlette.requests import Request

from qa.collection.allowed import AllowedLake
from qa.errors import AccessError, AuthenticationError, ExpiredTokenError
from qa.ports import Lake
from qa.service.access import RateLimit, bearer, is_token
from qa.settings import Settings

ALGORITHM = "HS256"
"""The only one: a token that names another is refused, whatever it says."""

LEEWAY = 30
"""Seconds by which the clocks of the two servers may differ."""

MOST_BYTES = 16_384
"""The longest token that is looked at."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. ``articles`` are the ids that they may see; None: all."""

    subject: str = ""
    articles: frozenset[str] | None = None

    def sees(self, lake: Lake) -> Lake:
        """``lake`` with the articles that the visitor may see, and no others."""
        return lake if self.articles is None else AllowedLake(lake, self.articles)


class Gate:
    """Tells who a caller is by what they show, and counts how often each asks."""

    def __init__(self, settings: Settings) -> None:
        """Raises ConfigurationError."""
        self._limit = RateLimit(settings.rate_limit)
        self._key = settings.visitor_key
        self._admin = settings.admin_token
        self._longest = settings.visitor_lifetime

    def visitor(self, token: str | None) -> Visitor:
        """Who bears ``token``; whoever calls, where no key is set.

        Raises:
            AuthenticationError: there is none, or it has expired.
            AccessError: it was not signed with our key, or says what none may say.
        """
        if self._key is None or (token and is_token(token, self._admin)):
            return Visitor()
        if not token:
            raise AuthenticationError("only visitors may ask and read here: send Authorization: Bearer TOKEN")
        return _visitor(self._claims(token, self._key.get_secret_value()))

    def admit(self, request: Request) -> Visitor:
        """Who sends ``request``, by its ``Authorization``; raises as ``visitor``."""
        return self.visitor(bearer(request.headers.get("authorization")))

    def count(self, request: Request, *, reading: bool = False) -> None:
        """Counts one question of whoever sends ``request``; raises RateLimitError where that is one too many.

        ``reading`` is counted by the same rule, but apart: whoever reads on in the sources may still ask.
        """
        client = _client(request.client.host) if request.client else "unknown"
        self._limit.spend(f"{client} reading" if reading else client)

    def _claims(self, token: str, key: str) -> dict[str, Any]:
        if len(token) > MOST_BYTES:
            raise AccessError("this visitor's token is too long")
        try:
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=[ALGORITHM], leeway=LEEWAY, options={"require": ["sub", "exp"]}
            )
        except jwt.ExpiredSignatureError as error:
            raise ExpiredTokenError("this visitor's token has expired: get a new one") from error
        except jwt.MissingRequiredClaimError as error:
            raise AccessError(f"this visitor's token lacks {error.claim}") from error
        except (jwt.InvalidTokenError, ValueError) as error:
            # A lone surrogate in the token cannot even be encoded; a forged token is told no more than that it is one.
            raise AccessError("this is not a valid visitor's token") from error
        if not all(isinstance(claims.get(name, 0), int | float) for name in ("exp", "iat")):
            raise AccessError("this visitor's token has a date that is no number")
        begun = min(claims.get("iat", time.time()), time.time())
        if claims["exp"] - begun > self._longest + LEEWAY:
            raise AccessError(f"this visitor's token lives longer than {self._longest} s")
        return claims


def _client(host: str) -> str:
    """Who counts as one client: an address, and of IPv6 the network of 64 bits, all of which one connection has."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))


def _visitor(claims: dict[str, Any]) -> Visitor:
    subject, articles = claims["sub"], claims.get("articles")
    if not subject.strip():
        raise AccessError("this visitor's token names nobody")
    if articles is None:
        return Visitor(subject)
    if not isinstance(articles, list) or not all(isinstance(one, str) for one in articles):
        raise AccessError("this visitor's token does not list articles by their ids")
    return Visitor(subject, frozenset(articles))
