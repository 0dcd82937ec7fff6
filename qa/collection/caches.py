"""A bounded memory of what was decoded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class WeighedCache(Generic[K, V]):
    """Forgets the least recently used values once their weights add up to more than ``capacity``; thread-safe."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._weight = 0
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    @property
    def weight(self) -> int:
        return self._weight

    def get(self, key: K) -> V | None:
        with self._lock:
            if (found := self._values.get(key)) is None:
                return None
            self._values.move_to_end(key)
            return found[0]

    def put(self, key: K, value: V, weight: int) -> None:
        """Keeps ``value``, unless it alone weighs more than everything may."""
        if weight > self._capacity:
            return
        with self._lock:
            if (old := self._values.pop(key, None)) is not None:
                self._weight -= old[1]
            self._values[key] = (value, weight)
            self._weight += weight
            while self._weight > self._capacity:
                _, (_, gone) = self._values.popitem(last=False)
                self._weight -= gone

    def kept(self, key: K, make: Callable[[], V], weigh: Callable[[V], int]) -> V:
        """The value at ``key``, or what ``make`` gives for it now; threads that ask at once may each make it."""
        if (found := self.get(key)) is None:
            found = make()
            self.put(key, found, weigh(found))
        return found

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._weight = 0
