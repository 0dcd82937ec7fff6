"""The way to the page that an article came from, and there to the very sentence, by a text fragment."""

from __future__ import annotations

from urllib.parse import quote, urldefrag

from qa.domain import Article, Span
from qa.service.page.escaping import escape, web_address

_WHOLE = 200
"""Up to so many characters a sentence is named whole; of a longer one its beginning and its end."""
_ENDS = 7
"""How many words make a beginning or an end."""
_BESIDE = 4
"""How many words beside it tell a sentence from another that reads the same."""


def original(article: Article, span: Span | None = None) -> str | None:
    """The address of the article's page, leading to ``span`` where a browser knows how; None where it has none."""
    address = web_address(article.source)
    if address is None or span is None or span.end > len(article.text):
        return address
    page, anchor = urldefrag(address)
    # A fragment directive that the address brings along would be in the way of ours.
    return f"{page}#{anchor.partition(':~:')[0]}:~:text={text_directive(article.text, span)}"


def open_original(article: Article, span: Span | None = None) -> str:
    """The link to ``original`` as HTML; empty where there is none."""
    address = original(article, span)
    if address is None:
        return ""
    return (
        f'<a class="original" href="{escape(address)}" target="_blank" rel="noopener noreferrer nofollow">open original'
        '<span aria-hidden="true"> ↗</span><span class="sr"> (opens a new tab)</span></a>'
    )


def text_directive(text: str, span: Span) -> str:
    """What follows ``:~:text=`` to find ``span`` of ``text``: ``[prefix-,]start[,end][,-suffix]``, encoded."""
    lines = [line.split() for line in span.of(text).split("\n") if line.strip()]
    if not lines:
        return ""
    # A match of one piece cannot reach over the end of a paragraph; one from a beginning to an end can.
    if len(lines) == 1 and len(" ".join(lines[0])) <= _WHOLE:
        start, end = lines[0], []
    else:
        start, end = lines[0][:_ENDS], lines[-1][-_ENDS:]
    parts = [_encoded(words) for words in (start, end) if words]
    if _squeezed(text).count(" ".join(start)) > 1:
        before = text[: span.start].rpartition("\n")[2].split()[-_BESIDE:]
        after = text[span.end :].partition("\n")[0].split()[:_BESIDE]
        if before:
            parts.insert(0, f"{_encoded(before)}-")
        if after:
            parts.append(f"-{_encoded(after)}")
    return ",".join(parts)


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _encoded(words: list[str]) -> str:
    """With the hyphen encoded too, which has a meaning of its own there."""
    return quote(" ".join(words), safe="", errors="replace").replace("-", "%2D")
