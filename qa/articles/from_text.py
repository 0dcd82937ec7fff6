"""Plain text and Markdown: the file's own text is the canonical text."""

from __future__ import annotations

import re

from qa.articles.dates import date_in_head
from qa.articles.encoding import decoded
from qa.articles.extraction import Extract
from qa.articles.limits import refusal
from qa.articles.lines import front_matter

_TITLE = re.compile(r"title[ \t]*:[ \t]*(\S.*)", re.IGNORECASE)


def extract_text(data: bytes, source: str) -> Extract:
    """The text unchanged, but for a byte order mark.

    Raises:
        SourceError: no encoding fits the bytes.
    """
    try:
        text = decoded(data)
    except ValueError as error:
        raise refusal(source, "not a text in any known encoding", "malformed") from error
    front = front_matter(text)
    titles = (_TITLE.match(line.strip()) for line in text[:front].splitlines())
    title = next((match.group(1).strip().strip("\"'") for match in titles if match), None)
    return Extract(text, {}, title, date_in_head(text, front))
