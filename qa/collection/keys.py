"""The numbers by which rows, words and vectors know each other.

An article as it stands has a **key**: the generation that stored it and 22 random bits. What a key stands for never
changes, and a key is never used twice, not even by a copy of the catalogue that goes its own way: so anything derived
from a catalogue can be compared with it by keys alone. An **item number** is a key and the position of a passage or
statement in its article; it is the rowid of its words and the id of its vector.
"""

from __future__ import annotations

import secrets

POSITION_BITS = 15
_RANDOM_BITS = 22
MAX_ITEMS = 1 << POSITION_BITS
"""As many passages, or statements, as one article may have."""


def new_key(generation: int) -> int:
    return generation << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)


def item_number(key: int, position: int) -> int:
    return key << POSITION_BITS | position


def parts_of(number: int) -> tuple[int, int]:
    """The key and the position that an item number is made of."""
    return number >> POSITION_BITS, number & (MAX_ITEMS - 1)


def item_range(key: int) -> tuple[int, int]:
    """The first and the last item number that an article can have."""
    return item_number(key, 0), item_number(key, MAX_ITEMS - 1)
