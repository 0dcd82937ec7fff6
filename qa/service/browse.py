"""Who said what, without a question: the statements of a collection by speaker, topic and article."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from qa.answering.searching import fused
from qa.domain import ArticleEntry, HitKind, Mode, Speaker, SpeakerEntry, Statement
from qa.errors import NotFoundError
from qa.ports import Embedder, Snapshot

REACH = 500
"""How many statements each of the two searches for a topic gives."""

NEAR = 0.4
"""The least inner product at which a statement without a word in common is still about the topic."""

ALIKE = 85.0
"""The least likeness, in 0…100, at which a name that nobody bears is read as a misspelling."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statements are wanted; what is left empty does not filter."""

    speaker: str = ""
    about: str = ""
    articles: tuple[str, ...] = ()
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A statement with its article, and its place among the statements of that article, from 1."""

    entry: ArticleEntry
    number: int
    statement: Statement


def browse(snapshot: Snapshot, wanted: Wanted, embedder: Embedder | None = None) -> list[Found]:
    """The wanted statements, best first: nearest to the topic, or surest where no topic is given.

    Without an embedder a topic is searched for by its words alone.

    Raises:
        NotFoundError: an article that is named is not in the collection.
    """
    entries = {entry.id: entry for entry in snapshot.entries()}
    for article_id in wanted.articles:
        if article_id not in entries:
            raise NotFoundError(f"no article {article_id} in the collection")
    name = _meant(wanted.speaker, snapshot.speakers()) if wanted.speaker.strip() else ""
    source = _about(snapshot, wanted, embedder, entries) if wanted.about.strip() else _all(snapshot, wanted, entries)
    found = [
        item
        for item in source
        if (not name or speaks(item.statement.speaker, name)) and wanted.mode in (None, item.statement.mode)
    ]
    return found if wanted.about.strip() else sorted(found, key=lambda item: -item.statement.confidence)


def in_reading_order(snapshot: Snapshot, found: Sequence[Found]) -> list[Found]:
    """``found`` by article, in the order in which those were added, and by place in the article."""
    place = {entry.id: number for number, entry in enumerate(snapshot.entries())}
    return sorted(found, key=lambda item: (place[item.entry.id], item.number))


def speaks(speaker: Speaker | SpeakerEntry | None, name: str) -> bool:
    """Whether every word of ``name`` stands in the speaker's name, in one of the other names or in the role."""
    if speaker is None:
        return False
    words = _words(name)
    known = [speaker.name, *speaker.aliases, speaker.role or "", f"{speaker.name} {speaker.role or ''}"]
    return bool(words) and any(words <= _words(text) for text in known)


def _meant(name: str, speakers: Sequence[SpeakerEntry]) -> str:
    """``name``, or the name that it misspells where nobody bears it."""
    if any(speaks(speaker, name) for speaker in speakers):
        return name
    names = [known for speaker in speakers for known in (speaker.name, *speaker.aliases)]
    near = process.extractOne(_folded(name), names, scorer=fuzz.WRatio, processor=_folded, score_cutoff=ALIKE)
    return near[0] if near else name


def _all(snapshot: Snapshot, wanted: Wanted, entries: dict[str, ArticleEntry]) -> Iterator[Found]:
    for article_id in dict.fromkeys(wanted.articles) or entries:
        for number, statement in enumerate(snapshot.statements(article_id), 1):
            yield Found(entries[article_id], number, statement)


def _about(
    snapshot: Snapshot, wanted: Wanted, embedder: Embedder | None, entries: dict[str, ArticleEntry]
) -> Iterator[Found]:
    """Statements by word and by meaning, the two rankings fused."""
    rankings = [snapshot.lexical(wanted.about, HitKind.STATEMENT, REACH, wanted.articles)]
    if embedder is not None:
        vector = embedder.embed_queries([wanted.about])[0]
        near = snapshot.nearest(vector, HitKind.STATEMENT, REACH, wanted.articles)
        rankings.append([hit for hit in near if hit.score >= NEAR])
    for (article_id, item), _ in fused(rankings):
        yield Found(entries[article_id], item + 1, snapshot.statements(article_id)[item])


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", _folded(text))) - {"the", "a", "an", "of"}


def _folded(text: str) -> str:
    """Without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
