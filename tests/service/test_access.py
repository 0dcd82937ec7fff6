"""The administrator's token and the rate limit."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from qa.errors import AccessError, AuthenticationError, ConfigurationError, RateLimitError
from qa.service.access import RateLimit, require_token

TOKEN = SecretStr("correct horse battery staple")


def test_the_token_opens_in_any_case_of_the_scheme() -> None:
    require_token("Bearer correct horse battery staple", TOKEN)
    require_token("bearer  correct horse battery staple ", TOKEN)


@pytest.mark.parametrize("shown", [None, "", "Bearer", "Bearer ", "Basic Y29ycmVjdA==", "correct horse battery staple"])
def test_without_a_token_one_is_asked_for(shown: str | None) -> None:
    with pytest.raises(AuthenticationError):
        require_token(shown, TOKEN)


@pytest.mark.parametrize("shown", ["Bearer x", "Bearer correct horse battery stapl", "Bearer \udcff\udcfe"])
def test_another_token_is_forbidden(shown: str) -> None:
    with pytest.raises(AccessError) as refusal:
        require_token(shown, TOKEN)
    assert refusal.value.status == 403
    assert "horse" not in str(refusal.value)


def test_nobody_may_where_no_token_is_set() -> None:
    with pytest.raises(AccessError, match="switched off") as refusal:
        require_token("Bearer anything at all", None)
    assert refusal.value.status == 403


def test_each_client_has_a_limit_of_its_own() -> None:
    limit = RateLimit("2/hour")
    for client in ("a", "a", "b"):
        limit.spend(client)
    with pytest.raises(RateLimitError) as refusal:
        limit.spend("a")
    assert 1 <= refusal.value.retry_after <= 3600
    limit.spend("b")


def test_no_rule_is_no_limit() -> None:
    limit = RateLimit(" ")
    for _ in range(1000):
        limit.spend("a")


@pytest.mark.parametrize("rule", ["often", "10/fortnight", "-1/second", "0/minute", "100/minute, 5/second"])
def test_a_rule_that_is_none_is_refused_by_name(rule: str) -> None:
    with pytest.raises(ConfigurationError, match="rate_limit"):
        RateLimit(rule)
