"""Reports written for this project: what a first start publishes, so that there is something to ask."""

from __future__ import annotations

from pathlib import Path

_ORDER = (
    "army-day-moscow",
    "paylark-outage",
    "lindhafen-strike",
    "norrin-legionella",
    "water-bill-debate",
    "tessaline-townhall",
    "saltmarsh-festival",
)


def paths() -> tuple[Path, ...]:
    """The sample reports, each a UTF-8 text file, in the order in which they are added and shown."""
    folder = Path(__file__).parent
    return tuple(folder / f"{name}.txt" for name in _ORDER)
