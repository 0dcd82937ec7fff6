"""An exported conversation against the collection: each of its quotations is true, changed or gone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal
from urllib.parse import unquote

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa.articles import Limits, read_bytes
from qa.domain import Article, Citation, Span
from qa.errors import InputError, NotFoundError
from qa.ports import Snapshot
from qa.service.history import FORMAT, VERSION
from qa.service.returned import LONGEST_QUOTE, AnswerIn

LARGEST = 50_000_000
"""Bytes of a file that is looked at."""

_LIMITS = Limits(max_bytes=LARGEST, max_chars=20_000_000, timeout=60.0)
_REFERENCE = re.compile(r"`?whosaid:([^\s;`]{1,600});(\d{1,12})-(\d{1,12});(\d{1,5})`?")
_ANYWHERE = re.compile(r"\bwhosaid:\S+;\d")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_BLOCK_QUOTE = re.compile(r"^[ \t]{0,3}>[ \t]?", re.MULTILINE)
_UNCLEAR = "a line that says where a quotation is from was changed, so that it cannot be found"


class Standing(StrEnum):
    """How a quotation stands.

    True: the article has these words. Changed: it is there and does not have them, or not in this way. Gone: it is not
    in the collection.
    """

    TRUE = "true"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that a file says an article has at ``span``; without an article where the file does not say which."""

    words: str
    title: str
    article_id: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A quotation and how it stands; ``now`` is what the article has in its place, where that is something else."""

    quotation: Quotation
    standing: Standing
    now: str | None = None


class _Turn(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    answer: AnswerIn


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    format: Literal["whosaid-history"]
    version: Annotated[int, Field(ge=1, le=VERSION)]
    turns: list[_Turn]


def quotations_in(data: bytes, name: str) -> list[Quotation]:
    """The quotations of an exported file, in order; ``name`` is the file's.

    Raises:
        InputError: it is too large, cannot be read, or holds none.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        found = _in_json(data, name)
    elif data.startswith(b"PK"):
        text = read_bytes(data, source=f"{name}.docx", media_type=None, limits=_LIMITS).text
        found = list(_in_text(text.split("\n\n")))
    else:
        text = read_bytes(data, source=f"{name}.md", media_type=None, limits=_LIMITS).text
        plain = _BLOCK_QUOTE.sub("", text.replace("\r\n", "\n"))
        found = list(_in_text([_ESCAPE.sub(r"\1", part) for part in re.split(r"\n[ \t]*\n", plain)]))
    if not found:
        raise InputError(f"{name}: it holds no quotation of an exported conversation")
    return found


def of_citation(citation: Citation) -> Quotation:
    """What there is to check of a citation."""
    return Quotation(citation.quote, citation.title, citation.article_id, citation.span)


def check(quotation: Quotation, snapshot: Snapshot) -> Checked:
    """How ``quotation`` stands in the collection. White space and characters that nobody sees do not count."""
    if quotation.article_id is None or quotation.span is None:
        return Checked(quotation, Standing.CHANGED, None)
    try:
        article = snapshot.article(quotation.article_id)
    except NotFoundError:
        return Checked(quotation, Standing.GONE)
    if quotation.span.end - quotation.span.start > LONGEST_QUOTE:
        return Checked(quotation, Standing.CHANGED)  # none of ours is so long
    there = article.text[quotation.span.start : quotation.span.end]
    if _seen(there) == _seen(quotation.words) or _moved(quotation, article):
        return Checked(quotation, Standing.TRUE)
    return Checked(quotation, Standing.CHANGED, _now(article, quotation.span))


def _moved(quotation: Quotation, article: Article) -> bool:
    """Whether the article has the words elsewhere, all of them: a part of a quotation may say something else."""
    assert quotation.span is not None
    words = _seen(quotation.words).split()
    if not words:
        return False
    pattern = r"\s+".join(map(re.escape, words))
    long = quotation.span.end - quotation.span.start
    return any(match.end() - match.start() == long for match in re.finditer(pattern, article.text))


def _now(article: Article, span: Span) -> str | None:
    if span.start >= len(article.text):
        return None
    return " ".join(article.sentence_at(span).of(article.text).split()) or None


def _in_json(data: bytes, name: str) -> list[Quotation]:
    try:
        file = _File.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{name}: not an exported conversation ({FORMAT}): {where} {first['msg']}") from error
    answers = [turn.answer for turn in file.turns]
    cited = [c for answer in answers for c in [*answer.citations, *([answer.nearest] if answer.nearest else [])]]
    return [of_citation(citation.to_citation()) for citation in cited]


def _in_text(paragraphs: Sequence[str]) -> Iterator[Quotation]:
    """Each reference with what stands above it: a line on where it is from, and before that so many paragraphs."""
    for place, paragraph in enumerate(paragraphs):
        match = _REFERENCE.fullmatch(paragraph.strip())
        if match is None:
            if _ANYWHERE.search(paragraph):
                yield Quotation("", _UNCLEAR)
            continue
        name, start, end, count = unquote(match[1]), int(match[2]), int(match[3]), int(match[4])
        words = " ".join(paragraphs[max(0, place - 1 - count) : max(0, place - 1)])
        title = " ".join(paragraphs[place - 1].split()) if place else ""
        span = Span(start, end) if start < end else None
        yield Quotation(words, title, name, span)


def _seen(text: str) -> str:
    """``text`` as a reader sees it: white space made plain, without characters that show nothing or stand for such."""
    kept = (c for c in text if c != "\N{REPLACEMENT CHARACTER}" and (c.isspace() or unicodedata.category(c)[0] != "C"))
    return " ".join("".join(kept).split())
