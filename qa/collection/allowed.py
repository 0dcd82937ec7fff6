"""A collection as somebody sees it who may see some of its articles: to them there are no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from qa.collection.speakers import bring_together
from qa.domain import Article, ArticleEntry, Hit, HitKind, Passage, Speaker, SpeakerEntry, Statement
from qa.errors import AccessError, NotFoundError
from qa.ports import Lake, Snapshot, Vectors


@dataclass(frozen=True, slots=True)
class AllowedSnapshot:
    """A ``qa.ports.Snapshot`` of the articles whose ids are ``allowed``; the others are as if they had never been."""

    inner: Snapshot
    allowed: frozenset[str]

    @property
    def generation(self) -> int:
        return self.inner.generation

    def entries(self) -> tuple[ArticleEntry, ...]:
        return tuple(entry for entry in self.inner.entries() if entry.id in self.allowed)

    def article(self, article_id: str) -> Article:
        return self.inner.article(self._checked(article_id))

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        return self.inner.passages(self._checked(article_id))

    def statements(self, article_id: str) -> tuple[Statement, ...]:
        return self.inner.statements(self._checked(article_id))

    def speakers(self) -> tuple[SpeakerEntry, ...]:
        """Those who speak in the allowed articles, counted there alone."""
        heard: list[tuple[str, Speaker, int]] = []
        for entry in self.entries():
            counts = Counter(s.speaker for s in self.inner.statements(entry.id) if s.speaker)
            heard += [(entry.id, speaker, count) for speaker, count in counts.items()]
        return bring_together(heard)

    def nearest(self, vector: Vectors, kind: HitKind, limit: int, articles: Sequence[str] = ()) -> list[Hit]:
        within = self._within(articles)
        return self.inner.nearest(vector, kind, limit, within) if within else []

    def lexical(self, query: str, kind: HitKind, limit: int, articles: Sequence[str] = ()) -> list[Hit]:
        within = self._within(articles)
        return self.inner.lexical(query, kind, limit, within) if within else []

    def _checked(self, article_id: str) -> str:
        """``article_id``, or the refusal that an article gets which is not there: neither tells of the other."""
        if article_id not in self.allowed:
            raise NotFoundError(f"There is no article {article_id!r} in this collection.")
        return article_id

    def _within(self, articles: Sequence[str]) -> tuple[str, ...]:
        """Never empty by accident: an empty list would mean all articles to the snapshot below."""
        return tuple(a for a in articles if a in self.allowed) if articles else tuple(e.id for e in self.entries())


@dataclass(frozen=True, slots=True)
class AllowedLake:
    """A ``qa.ports.Lake`` for reading the articles whose ids are ``allowed``; whoever holds it changes nothing."""

    inner: Lake
    allowed: frozenset[str]

    @contextmanager
    def snapshot(self) -> Iterator[AllowedSnapshot]:
        with self.inner.snapshot() as inner:
            yield AllowedSnapshot(inner, self.allowed)

    def find(self, *, source: str | None = None, sha256: str | None = None) -> ArticleEntry | None:
        found = self.inner.find(source=source, sha256=sha256)
        return found if found and found.id in self.allowed else None

    def put(self, *_: Any, **__: Any) -> str:
        """Raises AccessError."""
        raise AccessError("a visitor may not change the collection")

    def remove(self, *_: Any, **__: Any) -> None:
        """Raises AccessError."""
        raise AccessError("a visitor may not change the collection")

    def close(self) -> None:
        """The lake stays open for everybody else."""
