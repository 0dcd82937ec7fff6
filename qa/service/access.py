"""Who may do what, and how often: the administrator's token and the rate limit."""

from __future__ import annotations

import hashlib
import hmac
import math
import time

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from pydantic import SecretStr

from qa.errors import AccessError, AuthenticationError, ConfigurationError, RateLimitError


def require_token(authorization: str | None, token: SecretStr | None) -> None:
    """Lets the administrator pass, who sends ``Authorization: Bearer TOKEN``.

    Raises:
        AuthenticationError: no token was sent.
        AccessError: it is another, or none is set, so that nobody may.
    """
    if token is None:
        raise AccessError("adding and removing over HTTP is switched off: no administrator's token is set")
    shown = bearer(authorization)
    if shown is None:
        raise AuthenticationError("only the administrator may do this: send Authorization: Bearer TOKEN")
    if not is_token(shown, token):
        raise AccessError("this is not the administrator's token")


def bearer(authorization: str | None) -> str | None:
    """The token of an ``Authorization: Bearer TOKEN``; None where there is none."""
    scheme, _, shown = (authorization or "").partition(" ")
    return shown.strip() or None if scheme.lower() == "bearer" else None


def is_token(shown: str, token: SecretStr | None) -> bool:
    """Whether ``shown`` is ``token``; never where none is set."""
    return token is not None and hmac.compare_digest(_digest(shown), _digest(token.get_secret_value()))


class RateLimit:
    """So many requests from one client in a while, counted in memory; safe to call from several threads."""

    def __init__(self, rule: str) -> None:
        """``rule`` as in "100/minute"; empty allows any number. Raises ConfigurationError."""
        self._rule = _parsed(rule)
        self._limiter = FixedWindowRateLimiter(MemoryStorage()) if self._rule else None

    def spend(self, client: str) -> None:
        """Counts one request of ``client``; raises RateLimitError where that is one too many."""
        if self._limiter is None or self._rule is None or self._limiter.hit(self._rule, client):
            return
        wait = self._limiter.get_window_stats(self._rule, client).reset_time - time.time()
        seconds = max(1, math.ceil(wait))
        raise RateLimitError(f"too many requests at once: try again in {seconds} s", retry_after=seconds)


def _parsed(rule: str) -> RateLimitItem | None:
    if not rule.strip():
        return None
    try:
        rules = parse_many(rule)
    except ValueError:
        rules = []
    # Of several rates the library would take the first and say nothing of the others; of none at all nobody could ask.
    if len(rules) != 1 or rules[0].amount < 1:
        raise ConfigurationError(f"rate_limit: {rule!r} is not a rate such as 100/minute")
    return rules[0]


def _digest(token: str) -> bytes:
    """Of equal length whatever the token, so that a comparison tells nothing by the time it takes."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
