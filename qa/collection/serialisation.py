"""Domain objects to rows of the catalogue and back; what is read back is believed only where it proves true."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

import numpy as np

from qa.domain import Article, Block, BlockKind, Excerpt, Mode, Passage, Span, Speaker, SpeakerKind, Statement
from qa.errors import CollectionError
from qa.ports import Vectors

Json = Any
"""Whatever ``json.loads`` gives: to be looked at before it is used."""


class ArticleRow(NamedTuple):
    """An article without its statements, as the catalogue holds it."""

    id: str
    title: str
    source: str
    published: str | None
    sha256: str
    text: str
    blocks: str
    sentences: str


class StatementRow(NamedTuple):
    """A statement; excerpts are ``[start, end, text]``, the speaker is a number among the article's speakers."""

    mode: str
    confidence: float
    certainty: float
    source: str | None
    cue: str | None
    content: str
    speaker: int | None
    via: str


class SpeakerRow(NamedTuple):
    name: str
    role: str | None
    aliases: str
    kind: str


class VectorRow(NamedTuple):
    """The vectors of one article and kind: ``items`` rows of little-endian float32, and the CRC-32 of those bytes."""

    items: int
    crc: int
    data: bytes


# --- to rows ----------------------------------------------------------------------------------------------------


def article_row(article: Article) -> ArticleRow:
    return ArticleRow(
        article.id,
        article.title,
        article.source,
        article.published.isoformat() if article.published else None,
        article.sha256,
        article.text,
        _dump([[block.kind.value, block.span.start, block.span.end] for block in article.blocks]),
        _dump([[sentence.start, sentence.end] for sentence in article.sentences]),
    )


def statement_row(statement: Statement, speaker: int | None) -> StatementRow:
    return StatementRow(
        statement.mode.value,
        float(statement.confidence),
        float(statement.certainty),
        _dump(_excerpt_json(statement.source)) if statement.source else None,
        _dump(_excerpt_json(statement.cue)) if statement.cue else None,
        _dump([_excerpt_json(piece) for piece in statement.content]),
        speaker,
        _dump(list(statement.via)),
    )


def speaker_row(speaker: Speaker) -> SpeakerRow:
    return SpeakerRow(speaker.name, speaker.role, _dump(list(speaker.aliases)), speaker.kind.value)


def vector_row(vectors: Vectors) -> VectorRow:
    data = np.ascontiguousarray(vectors, dtype="<f4").tobytes()
    return VectorRow(len(vectors), zlib.crc32(data), data)


# --- and back ---------------------------------------------------------------------------------------------------


def article_from(row: ArticleRow) -> Article:
    """Raises CollectionError, naming the article."""
    with _reading(row.id):
        _demand(all(isinstance(value, str) for value in (row.id, row.title, row.source, row.text)), "it is not text")
        article = Article(
            row.id,
            row.title,
            row.source,
            row.text,
            tuple(_block(item) for item in _list(_load(row.blocks))),
            tuple(_span(item) for item in _list(_load(row.sentences))),
            date.fromisoformat(row.published) if row.published is not None else None,
        )
        _demand(article.sha256 == row.sha256, "its text is not the one that was stored")
        return article


def passages_from(article: Article, rows: Sequence[tuple[int, int, int]]) -> tuple[Passage, ...]:
    """From (number, start, end), in order. Raises CollectionError, naming the article."""
    with _reading(article.id):
        passages = []
        for expected, (number, start, end) in enumerate(rows):
            _demand(number == expected, f"its passage {expected} is missing")
            span = _span([start, end])
            _demand(span.end <= len(article.text), "a passage lies beyond its text")
            passages.append(Passage(article.id, number, span, span.of(article.text)))
        return tuple(passages)


def speakers_from(article_id: str, rows: Sequence[SpeakerRow]) -> tuple[Speaker, ...]:
    """Raises CollectionError, naming the article."""
    with _reading(article_id):
        return tuple(
            Speaker(_text(row.name), _optional_text(row.role), _texts(_load(row.aliases)), SpeakerKind(row.kind))
            for row in rows
        )


def statements_from(
    article: Article, speakers: Sequence[Speaker], rows: Sequence[StatementRow]
) -> tuple[Statement, ...]:
    """Raises CollectionError, naming the article."""
    with _reading(article.id):
        sources, cues = _load_all([row.source for row in rows]), _load_all([row.cue for row in rows])
        contents, vias = _load_all([row.content for row in rows]), _load_all([row.via for row in rows])
        of_rows = zip(rows, sources, cues, contents, vias, strict=True)
        return tuple(_statement(article, speakers, *values) for values in of_rows)


def vectors_from(article_id: str, row: VectorRow, items: int, dimension: int) -> Vectors:
    """(items, dimension). Raises CollectionError, naming the article."""
    with _reading(article_id):
        _demand(isinstance(row.data, bytes), "its vectors are not bytes")
        _demand(row.items == items and len(row.data) == items * dimension * 4, "its vectors are incomplete")
        _demand(zlib.crc32(row.data) == row.crc, "its vectors are not those that were stored")
        return np.frombuffer(row.data, dtype="<f4").astype(np.float32, copy=False).reshape(items, dimension)


def _statement(
    article: Article, speakers: Sequence[Speaker], row: StatementRow, source: Json, cue: Json, content: Json, via: Json
) -> Statement:
    speaker = None
    if row.speaker is not None:
        _demand(0 <= _int(row.speaker) < len(speakers), "a statement's speaker is missing")
        speaker = speakers[row.speaker]
    _demand(type(row.confidence) is float and type(row.certainty) is float, "a confidence is not a number")
    return Statement(
        article.id,
        Mode(row.mode),
        row.confidence,
        tuple([_excerpt(article.text, item) for item in _list(content)]),
        _excerpt(article.text, cue) if cue is not None else None,
        _excerpt(article.text, source) if source is not None else None,
        speaker,
        row.certainty,
        _texts(via),
    )


def _excerpt(text: str, item: Json) -> Excerpt:
    match item:
        case [start, end, str(words)]:
            excerpt = Excerpt(Span(_int(start), _int(end)), words)
            if not text.startswith(words, start):
                raise ValueError(f"a statement's words are not in its text at {start}")
            return excerpt
        case _:
            raise ValueError("a statement's words are not an excerpt")


def _block(item: Json) -> Block:
    match item:
        case [str(kind), start, end]:
            return Block(BlockKind(kind), _span([start, end]))
        case _:
            raise ValueError("a block is not a kind and a span")


def _span(item: Json) -> Span:
    match item:
        case [start, end]:
            return Span(_int(start), _int(end))
        case _:
            raise ValueError("a span is not two numbers")


def _int(value: Json) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r} is not a whole number")
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not text")
    return value


def _optional_text(value: Json) -> str | None:
    return None if value is None else _text(value)


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(_text(item) for item in _list(value))


def _list(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise ValueError("a list is missing")
    return value


def _excerpt_json(excerpt: Excerpt) -> list[int | str]:
    return [excerpt.span.start, excerpt.span.end, excerpt.text]


def _dump(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _load(column: Json) -> Json:
    return json.loads(_text(column))


def _load_all(columns: Sequence[Json]) -> list[Json]:
    """What each of some columns holds (None: nothing), read at once: one by one takes three times as long."""
    return _list(json.loads(f"[{','.join(['null' if column is None else _text(column) for column in columns])}]"))


def _demand(holds: bool, reason: str) -> None:
    if not holds:
        raise ValueError(reason)


@contextmanager
def _reading(article_id: str) -> Iterator[None]:
    """Whatever does not decode becomes the one line that says which article is damaged."""
    try:
        yield
    except (ValueError, TypeError, RecursionError) as error:
        reason = " ".join(str(error).split())
        line = f"The collection is damaged: article {article_id!r} cannot be read ({reason})."
        raise CollectionError(line) from error
