"""Patience with a language model, and its end: deadlines, back-off, and a breaker that leaves a failing one alone."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Iterator
from random import Random

from qa.errors import LanguageModelError

FIRST_WAIT, LONGEST_WAIT = 0.25, 5.0
"""Seconds before the second attempt, doubled for each further one, and the most of them."""

PAUSE, PAUSES = 0.05, 2
"""Seconds without a piece after which an empty one tells that the model pauses, and how often that is told."""

Clock = Callable[[], float]


class Breaker:
    """Lets calls through until ``failures`` in a row have failed, then none for ``rest`` seconds, then one to try.

    Safe to use from several threads.
    """

    def __init__(self, failures: int = 5, rest: float = 30.0, clock: Clock = time.monotonic) -> None:
        self._most, self._rest, self._clock = failures, rest, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._closed_until = 0.0

    def require(self) -> None:
        """Raises LanguageModelError while the model is left alone."""
        with self._lock:
            if self._failed < self._most:
                return
            if self._clock() < self._closed_until:
                raise LanguageModelError("it failed several times and is left alone for a while", kind="resting")
            # This caller is the one to try; the others wait for what becomes of it.
            self._closed_until = self._clock() + self._rest

    def succeeded(self) -> None:
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= self._most:
                self._closed_until = self._clock() + self._rest


def wait_before(attempt: int, error: LanguageModelError, random: Random) -> float:
    """Seconds to wait before ``attempt`` (2 or more): what the provider asks for, else ever longer, with jitter."""
    if error.retry_after is not None:
        return max(0.0, error.retry_after)
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (attempt - 2))
    return wait * (0.75 + 0.5 * random.random())


def paced(start: Callable[[], Iterator[str]], until: float, clock: Clock = time.monotonic) -> Iterator[str]:
    """The pieces that ``start()`` gives, in a thread of its own, so that a silent model cannot hold up the answer.

    An empty piece says that the model pauses, a second one that it still does: what it has written until then need not
    wait for more.
    The thread ends with the next piece after this iterator was left or the deadline ``until`` (of ``clock``) passed;
    the client's own time-out ends one that waits for a piece.

    Raises:
        LanguageModelError: the deadline has passed, or what the pieces raise.
    """
    pieces: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
    left = threading.Event()

    def pump() -> None:
        try:
            for piece in start():
                if left.is_set():
                    return
                pieces.put(piece)
            pieces.put(None)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the waiting thread must hear of it
            pieces.put(error)

    # The context carries the tracing of a graph that this call is a part of.
    run = contextvars.copy_context().run
    threading.Thread(target=run, args=(pump,), name="language-model", daemon=True).start()
    pauses = PAUSES
    try:
        while True:
            left_over = max(0.0, until - clock())
            try:
                piece = pieces.get(timeout=left_over if pauses == PAUSES else min(PAUSE, left_over))
            except queue.Empty:
                if pauses < PAUSES and left_over > PAUSE:
                    pauses += 1
                    yield ""
                    continue
                raise LanguageModelError("it did not answer in time", kind="late") from None
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise piece
            pauses = 0
            yield piece
    finally:
        left.set()
