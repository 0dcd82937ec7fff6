"""The log: one line a record, for a program or for a person."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from qa.service.logs import configure


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """The loggers are everybody's: they are left as they were."""
    loggers = [logging.getLogger(name) for name in ("qa", "uvicorn")]
    state = [(logger, logger.handlers, logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, handlers, level, propagate in state:
        logger.handlers, logger.level, logger.propagate = handlers, level, propagate


def told(stream: io.StringIO) -> str:
    configure(stream)
    log = logging.getLogger("qa.service")
    log.info("request", extra={"path": "/api/ask", "status": 200})
    log.debug("not told")
    try:
        raise ZeroDivisionError("by\nnothing")
    except ZeroDivisionError:
        log.exception("broken: %s", "é")
    logging.getLogger("uvicorn.error").info("not told either")
    return stream.getvalue()


def test_a_program_reads_json_lines() -> None:
    first, second = map(json.loads, told(io.StringIO()).splitlines())
    assert (first["level"], first["message"], first["path"], first["status"]) == ("info", "request", "/api/ask", 200)
    assert first["time"].endswith("+00:00")
    assert second["message"] == "broken: é"
    assert "ZeroDivisionError: by\nnothing" in second["traceback"]


def test_a_person_reads_plain_lines() -> None:
    lines = told(Terminal()).splitlines()
    assert lines[0].endswith(" request path=/api/ask status=200")
    assert lines[1].endswith(" error: broken: é")
    assert not any(line.startswith("{") for line in lines)


def test_what_somebody_asks_for_neither_steers_the_terminal_nor_begins_a_line() -> None:
    stream = Terminal()
    configure(stream)
    logging.getLogger("qa.service").info("request", extra={"path": "/\x1b[2J\n00:00:00 ready"})
    assert "\x1b" not in stream.getvalue()
    assert stream.getvalue().count("\n") == 1
