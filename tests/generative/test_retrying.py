"""Deadlines, waits, and the breaker."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.retrying import LONGEST_WAIT, Breaker, paced, wait_before
from qa.errors import LanguageModelError


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def is_open(breaker: Breaker) -> bool:
    try:
        breaker.require()
    except LanguageModelError:
        return False
    return True


def test_a_failing_model_is_left_alone_for_a_while_and_then_tried_by_one() -> None:
    clock = Time()
    breaker = Breaker(3, 30.0, clock)
    for _ in range(2):
        breaker.failed()
        assert is_open(breaker)
    breaker.failed()
    assert not is_open(breaker)
    clock.now += 29.9
    assert not is_open(breaker)
    clock.now += 0.2
    assert [is_open(breaker), is_open(breaker)] == [True, False]
    breaker.failed()
    clock.now += 29.9
    assert not is_open(breaker)
    clock.now += 0.2
    assert is_open(breaker)
    breaker.succeeded()
    assert is_open(breaker)


def test_only_failures_in_a_row_count() -> None:
    breaker = Breaker(2)
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert is_open(breaker)


@given(st.integers(2, 40), st.integers(0, 2**31))
def test_waits_grow_and_stay_bounded(attempt: int, seed: int) -> None:
    wait = wait_before(attempt, LanguageModelError("x", again=True), Random(seed))
    assert 0.0 < wait <= 1.25 * LONGEST_WAIT
    assert (
        wait < wait_before(attempt + 3, LanguageModelError("x", again=True), Random(seed)) or wait > 0.7 * LONGEST_WAIT
    )


def test_the_provider_says_how_long_to_wait() -> None:
    assert wait_before(2, LanguageModelError("x", again=True, retry_after=7.0), Random(1)) == 7.0
    assert wait_before(2, LanguageModelError("x", again=True, retry_after=-3.0), Random(1)) == 0.0


def test_pieces_come_through_in_order_with_the_context_of_the_caller() -> None:
    colour: ContextVar[str] = ContextVar("colour", default="none")
    colour.set("red")
    seen: list[str] = []

    def pieces() -> Iterator[str]:
        seen.append(colour.get())
        yield from "abc"

    assert list(paced(pieces, time.monotonic() + 5)) == ["a", "b", "c"]
    assert seen == ["red"]


def test_a_pause_is_told_twice_and_no_more() -> None:
    told = threading.Event()

    def pausing() -> Iterator[str]:
        yield "a"
        told.wait(30)
        yield "b"

    pieces = paced(pausing, time.monotonic() + 60)
    assert [next(pieces), next(pieces), next(pieces)] == ["a", "", ""]
    threading.Timer(0.3, told.set).start()
    assert list(pieces) == ["b"]


def test_a_silent_model_is_not_waited_for() -> None:
    over = threading.Event()

    def silent() -> Iterator[str]:
        yield "a"
        over.wait(5)
        yield "b"

    began = time.monotonic()
    pieces = paced(silent, began + 0.2)
    assert next(pieces) == "a"
    with pytest.raises(LanguageModelError, match="in time"):
        assert list(pieces) == [""]
    assert time.monotonic() - began < 3
    over.set()


def test_an_error_of_the_model_is_raised_where_it_is_waited_for() -> None:
    def broken() -> Iterator[str]:
        yield "a"
        raise LanguageModelError("it broke off")

    pieces = paced(broken, time.monotonic() + 5)
    assert next(pieces) == "a"
    with pytest.raises(LanguageModelError, match="broke off"):
        next(pieces)


def test_a_model_whose_answer_nobody_reads_any_more_stops() -> None:
    read, ended = threading.Event(), threading.Event()

    def endless() -> Iterator[str]:
        try:
            while True:
                yield "a"
                read.wait(5)
        finally:
            ended.set()

    pieces = paced(endless, time.monotonic() + 5)
    assert next(pieces) == "a"
    pieces.close()  # type: ignore[attr-defined]
    read.set()
    assert ended.wait(5)
