"""When an article was published, where it says so in a form that cannot be misread: year, month, day."""

from __future__ import annotations

import re
from datetime import date

_DATE = re.compile(r"(?<![\d-])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![\d]|-\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_]?(\d\d)[-_]?(\d\d)(?!\d)")
_KEY = re.compile(r"(?:date|published|pubdate|publish[_-]?date|created)[ \t]*:[ \t]*[\"']?(.*)", re.IGNORECASE)
_LINES = 6
_DATELINE = 100
"""Code points of a paragraph's beginning in which a date is a dateline's."""


def date_in_metadata(value: str | None) -> date | None:
    """The date that an ISO-like value begins with."""
    match = _DATE.match((value or "").strip())
    return _valid(match) if match else None


def date_in_head(text: str, front: int) -> date | None:
    """The date of the front matter (the text up to ``front``), else of a dateline among the first lines."""
    for line in text[:front].splitlines():
        key = _KEY.match(line.strip())
        found = date_in_metadata(key.group(1)) if key else None
        if found:
            return found
    lines = [line.strip() for line in text[front : front + 4_000].splitlines() if line.strip()]
    for index, line in enumerate(lines[:_LINES]):
        match = _DATE.search(line[:_DATELINE])
        # A sentence may mention a day; a dateline is a short line, or ends at a dash or colon before the text.
        if match and ((len(line) <= _DATELINE // 2 and index > 0) or re.match(r"[)\s]*[-–—:]", line[match.end() :])):
            return _valid(match)
    return None


def date_in_name(name: str) -> date | None:
    """The date in a file's name ("…_2016-09-25_….txt")."""
    match = _DATE.search(name) or _COMPACT.search(name)
    return _valid(match) if match else None


def _valid(match: re.Match[str]) -> date | None:
    try:
        return date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
    except ValueError:
        return None
