"""What the service writes to its log: a JSON object a line for programs, plain lines where a person looks on."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

from qa.service.page.escaping import plain

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time, level, logger, message, whatever was given beside it, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_beside(record),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """A record as a line for a person: time, message, whatever was given beside it."""

    def format(self, record: logging.LogRecord) -> str:
        level = "" if record.levelno <= logging.INFO else f"{record.levelname.lower()}: "
        beside = "".join(f" {name}={value}" for name, value in _beside(record).items())
        # Some of what a log tells was sent by others: it neither steers the terminal nor begins another line.
        told = " ".join(plain(f"{record.getMessage()}{beside}").split())
        line = f"{datetime.fromtimestamp(record.created).astimezone():%H:%M:%S} {level}{told}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def configure(stream: TextIO | None = None) -> None:
    """Sends the log of the service and of uvicorn to ``stream`` (default: stderr)."""
    stream = stream or sys.stderr
    handler = logging.StreamHandler(stream)
    handler.setFormatter(PlainLines() if stream.isatty() else JsonLines())
    for name, level in (("qa", logging.INFO), ("uvicorn", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(level)
        logger.propagate = False


def _beside(record: logging.LogRecord) -> Mapping[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _USUAL}
