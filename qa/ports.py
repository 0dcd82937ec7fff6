"""The Protocols between the rooms: what a river asks of a model and of the lake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.domain import (
    Article,
    ArticleEntry,
    Hit,
    HitKind,
    Markup,
    Message,
    Passage,
    Publication,
    Reading,
    SpeakerEntry,
    Statement,
)

Vectors = NDArray[np.float32]
"""(texts, dimension), each row of length 1."""


class Embedder(Protocol):
    """Texts to vectors whose inner product is their nearness."""

    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights: two embedders with the same fingerprint give comparable vectors."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors: ...
    def embed_queries(self, texts: Sequence[str]) -> Vectors: ...


class Tagger(Protocol):
    """Marks sources, cues, contents and names in a text."""

    def tag(self, text: str) -> Markup: ...


class Reader(Protocol):
    """Finds the words that answer a question in each of some contexts."""

    def read(self, question: str, contexts: Sequence[str]) -> list[Reading]: ...


class Ranker(Protocol):
    """Judges how well passages answer a question."""

    def rank(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        """For each passage, with its article's title before it, what to add to the log-odds that it answers."""
        ...


class ChatModel(Protocol):
    """A language model that writes an answer to some messages."""

    @property
    def name(self) -> str:
        """Its provider and model, as in ``openai:gpt-5-mini``."""
        ...

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The pieces of its answer as they come; raises LanguageModelError, before or between two pieces."""
        ...


class Snapshot(Protocol):
    """The lake at one moment: whatever is written meanwhile, every call sees the same state."""

    @property
    def generation(self) -> int:
        """Grows with every change; equal generations mean equal contents."""
        ...

    def entries(self) -> tuple[ArticleEntry, ...]:
        """All articles, in the order they were first added."""
        ...

    def article(self, article_id: str) -> Article:
        """Raises NotFoundError."""
        ...

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        """In text order; raises NotFoundError."""
        ...

    def statements(self, article_id: str) -> tuple[Statement, ...]:
        """In text order; raises NotFoundError."""
        ...

    def speakers(self) -> tuple[SpeakerEntry, ...]:
        """By number of statements, most first."""
        ...

    def nearest(self, vector: Vectors, kind: HitKind, limit: int, articles: Sequence[str] = ()) -> list[Hit]:
        """By inner product with ``vector`` (dimension,), best first, within ``articles`` (none named: all)."""
        ...

    def lexical(self, query: str, kind: HitKind, limit: int, articles: Sequence[str] = ()) -> list[Hit]:
        """By BM25 of the words of ``query`` (any text, never a query language), best first; larger is better."""
        ...


class Lake(Protocol):
    """A collection of articles with all that was found in them."""

    def snapshot(self) -> AbstractContextManager[Snapshot]: ...

    def find(self, *, source: str | None = None, sha256: str | None = None) -> ArticleEntry | None:
        """The article that came from ``source``, or whose text has this hash."""
        ...

    def put(self, publication: Publication, passages: Vectors, statements: Vectors) -> str:
        """Stores a publication whole or not at all, in the place of what its article id held; "added" or "replaced"."""
        ...

    def remove(self, article_id: str) -> None:
        """Raises NotFoundError."""
        ...

    def close(self) -> None: ...
