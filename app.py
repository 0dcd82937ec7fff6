"""Starts the service at http://127.0.0.1:7860; on the first start with a collection of sample reports to ask."""

import sys

from qa.cli import guarded
from qa.cli.adding import add_all
from qa.samples import paths
from qa.service.server import run
from qa.wiring import Parts, read_settings


def fill(parts: Parts) -> None:
    """Publishes the sample reports where the collection is empty."""
    with parts.lake.snapshot() as snapshot:
        empty = not snapshot.entries()
    if empty:
        add_all(parts.publisher, [str(path) for path in paths()])


def main() -> int:
    run(read_settings(), prepare=fill)
    return 0


if __name__ == "__main__":
    sys.exit(guarded(main))
