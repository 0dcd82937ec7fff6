"""A lake without a directory: everything in this process's memory, and gone with it. For tests and trials."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from types import MappingProxyType

import numpy as np

from qa.collection.checks import check_publication, check_query
from qa.collection.feedback import MOST, MOST_BYTES, Feedback, size
from qa.collection.speakers import bring_together
from qa.collection.words import TITLE_WEIGHT, searched_words, words_asked, words_of
from qa.domain import Article, ArticleEntry, Hit, HitKind, Passage, Publication, Speaker, SpeakerEntry, Statement
from qa.errors import NotFoundError
from qa.ports import Vectors

_SATURATION = 1.2
_LENGTH = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    publication: Publication
    vectors: Mapping[HitKind, Vectors]

    def texts(self, kind: HitKind) -> list[str]:
        if kind is HitKind.PASSAGE:
            return [passage.text for passage in self.publication.passages]
        return [searched_words(statement) for statement in self.publication.statements]


class MemorySnapshot:
    """A ``qa.ports.Snapshot``: a mapping that nobody changes."""

    def __init__(self, generation: int, held: Mapping[str, _Held], dimension: int) -> None:
        self._generation = generation
        self._held = held
        self._dimension = dimension

    @property
    def generation(self) -> int:
        return self._generation

    def entries(self) -> tuple[ArticleEntry, ...]:
        return tuple(held.publication.entry for held in self._held.values())

    def article(self, article_id: str) -> Article:
        return self._publication(article_id).article

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        return self._publication(article_id).passages

    def statements(self, article_id: str) -> tuple[Statement, ...]:
        return self._publication(article_id).statements

    def speakers(self) -> tuple[SpeakerEntry, ...]:
        heard: list[tuple[str, Speaker, int]] = []
        for article_id, held in self._held.items():
            counts = Counter(s.speaker for s in held.publication.statements if s.speaker)
            heard += [(article_id, speaker, count) for speaker, count in counts.items()]
        return bring_together(heard)

    def nearest(self, vector: Vectors, kind: HitKind, limit: int, articles: Sequence[str] = ()) -> list[Hit]:
        """Raises ValueError for a vector of another length."""
        query = check_query(vector, self._dimension)
        hits = [
            Hit(kind, article_id, item, float(score))
            for article_id, held in self._within(articles)
            for item, score in enumerate(held.vectors[kind] @ query)
        ]
        return sorted(hits, key=lambda hit: -hit.score)[: max(limit, 0)]

    def lexical(self, query: str, kind: HitKind, limit: int, articles: Sequence[str] = ()) -> list[Hit]:
        asked = words_asked(query)
        rows = {
            (article_id, item): (Counter(words_of(held.publication.article.title)), Counter(words_of(text)))
            for article_id, held in self._held.items()
            for item, text in enumerate(held.texts(kind))
        }
        lengths = {row: title.total() + body.total() for row, (title, body) in rows.items()}
        average = sum(lengths.values()) / max(len(rows), 1) or 1.0
        scores: Counter[tuple[str, int]] = Counter()
        for word in asked:
            holders = {row for row, (title, body) in rows.items() if word in title or word in body}
            rarity = max(math.log((len(rows) - len(holders) + 0.5) / (len(holders) + 0.5)), 1e-6)
            for row in holders:
                title, body = rows[row]
                often = TITLE_WEIGHT * title[word] + body[word]
                norm = _SATURATION * (1 - _LENGTH + _LENGTH * lengths[row] / average)
                scores[row] += rarity * often * (_SATURATION + 1) / (often + norm)  # type: ignore[assignment]
        within = {article_id for article_id, _ in self._within(articles)}
        hits = [Hit(kind, article_id, item, score) for (article_id, item), score in scores.items()]
        best = sorted((hit for hit in hits if hit.article_id in within), key=lambda hit: -hit.score)
        return best[: max(limit, 0)]

    def _publication(self, article_id: str) -> Publication:
        if article_id not in self._held:
            raise NotFoundError(f"There is no article {article_id!r} in this collection.")
        return self._held[article_id].publication

    def _within(self, articles: Sequence[str]) -> list[tuple[str, _Held]]:
        wanted = set(articles) or set(self._held)
        return [(article_id, held) for article_id, held in self._held.items() if article_id in wanted]


class MemoryLake:
    """A ``qa.ports.Lake`` in memory. Thread-safe: each change makes a new mapping, snapshots keep theirs."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._lock = Lock()
        self._generation = 0
        self._held: Mapping[str, _Held] = MappingProxyType({})
        self._votes: dict[str, Feedback] = {}

    @contextmanager
    def snapshot(self) -> Iterator[MemorySnapshot]:
        with self._lock:
            snapshot = MemorySnapshot(self._generation, self._held, self._dimension)
        yield snapshot

    def find(self, *, source: str | None = None, sha256: str | None = None) -> ArticleEntry | None:
        """The article that came from ``source``; failing that, the one whose text has this hash."""
        publications = [held.publication for held in self._held.values()]
        by_source = [p for p in publications if source is not None and p.article.source == source]
        by_hash = [p for p in publications if sha256 is not None and p.article.sha256 == sha256]
        found = [*by_source, *by_hash]
        return found[0].entry if found else None

    def put(self, publication: Publication, passages: Vectors, statements: Vectors) -> str:
        """Raises InputError where the publication does not agree with itself or its vectors."""
        check_publication(publication, passages, statements, self._dimension)
        vectors = {
            HitKind.PASSAGE: np.array(passages, dtype=np.float32).reshape(-1, self._dimension),
            HitKind.STATEMENT: np.array(statements, dtype=np.float32).reshape(-1, self._dimension),
        }
        with self._lock:
            article_id = publication.article.id
            replaced = article_id in self._held
            self._held = MappingProxyType({**self._held, article_id: _Held(publication, vectors)})
            self._generation += 1
        return "replaced" if replaced else "added"

    def remove(self, article_id: str) -> None:
        """Raises NotFoundError."""
        with self._lock:
            if article_id not in self._held:
                raise NotFoundError(f"There is no article {article_id!r} in this collection.")
            self._held = MappingProxyType({k: held for k, held in self._held.items() if k != article_id})
            self._generation += 1

    def record(self, vote: Feedback) -> None:
        """Keeps a reader's vote, or changes the one of the same id."""
        with self._lock:
            first = self._votes.pop(vote.id, vote)
            self._votes[vote.id] = replace(first, at=vote.at, vote=vote.vote, reason=vote.reason)
            held = sum(map(size, self._votes.values()))
            while len(self._votes) > MOST or held > MOST_BYTES:
                held -= size(self._votes.pop(next(iter(self._votes))))

    def feedback(self) -> tuple[Feedback, ...]:
        """All votes, the oldest first."""
        with self._lock:
            return tuple(sorted(self._votes.values(), key=lambda vote: vote.at))

    def close(self) -> None:
        """There is nothing to close."""
