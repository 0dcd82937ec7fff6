"""The publishing river, its steps in order: source, article, passages and statements, vectors, the lake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.articles import Fetcher, Limits, expand, passages, read, read_bytes
from qa.attribution import find_statements
from qa.domain import Article, ArticleEntry, Outcome, Publication, Statement
from qa.errors import InputError, NotFoundError, SourceError
from qa.ports import Embedder, Lake, Tagger, Vectors


@dataclass(frozen=True, slots=True)
class Publisher:
    """Takes sources down to the lake; safe to call from several threads.

    ``fetch`` is how URLs are got (None: over HTTP, within ``limits``).
    """

    lake: Lake
    tagger: Tagger
    embedder: Embedder
    limits: Limits
    fetch: Fetcher | None = None

    def publish(self, sources: Sequence[str]) -> Iterator[Outcome]:
        """What becomes of each of ``sources`` (files, folders, URLs), in order; a refused one never stops the rest.

        Raises:
            CollectionError, ModelError: the collection or a model cannot be used; what was yielded before is stored.
        """
        return self.flow(opened(sources))

    def flow(self, sources: Sequence[str | Outcome]) -> Iterator[Outcome]:
        """As ``publish``, for sources that ``opened`` opened."""
        for source in sources:
            yield source if isinstance(source, Outcome) else self._published(source)

    def publish_one(self, source: str) -> Outcome:
        """What becomes of one file or URL.

        Raises:
            SourceError: it gives no article, for the reason that the error tells.
            CollectionError, ModelError: as ``publish``.
        """
        return self._flow(source, read(source, limits=self.limits, fetch=self.fetch))

    def publish_bytes(self, data: bytes, name: str, media_type: str | None = None) -> Outcome:
        """What becomes of a file that was sent: its bytes, its name, its media type where that is known.

        Raises:
            SourceError, CollectionError, ModelError: as ``publish_one``.
        """
        return self._flow(name, read_bytes(data, source=name, media_type=media_type, limits=self.limits))

    def _published(self, source: str) -> Outcome:
        try:
            return self.publish_one(source)
        except InputError as error:
            return Outcome(source, "refused", reason=str(error))

    def _flow(self, source: str, article: Article) -> Outcome:
        same = self._same(article)
        if same is not None:
            reason = None if same.source == article.source else f"the same text is there from {same.source}"
            return Outcome(source, "unchanged", same, reason)
        statements = find_statements(article, self.tagger.tag(article.text))
        publication = Publication(article, passages(article), statements)
        status = self.lake.put(publication, *vectors_of(publication, self.embedder))
        return Outcome(source, status, publication.entry)

    def _same(self, article: Article) -> ArticleEntry | None:
        """What the collection holds already and need not be stored again.

        That is the same text from the same source, or, where nothing came from this source before, from another.
        """
        before = self.lake.find(source=article.source)
        if before is None:
            return self.lake.find(sha256=article.sha256)
        try:
            with self.lake.snapshot() as snapshot:
                return before if snapshot.article(before.id).sha256 == article.sha256 else None
        except NotFoundError:
            return None  # removed meanwhile


def opened(sources: Sequence[str]) -> list[str | Outcome]:
    """The files and URLs that ``sources`` stand for, in order; in the place of one that is not there, its refusal."""
    found: list[str | Outcome] = []
    for source in sources:
        try:
            found += expand(source)
        except SourceError as error:
            found.append(Outcome(source, "refused", reason=str(error)))
    return found


def vectors_of(publication: Publication, embedder: Embedder) -> tuple[Vectors, Vectors]:
    """The vectors of a publication's passages, (passages, dimension), and statements, (statements, dimension)."""
    passages_ = embedder.embed_passages([passage.text for passage in publication.passages])
    statements = embedder.embed_passages([embedded_words(statement) for statement in publication.statements])
    return passages_, statements


def embedded_words(statement: Statement) -> str:
    """What of a statement becomes its vector: who, in which role, by which words, said what.

    As in "Delphine Maurois (a spokeswoman for Paylark) said: every customer would be refunded". Where the speaker is
    not known, the article's own phrase stands for it, so that a question that names one finds what the other said.
    """
    speaker = statement.speaker
    who = speaker.name if speaker else statement.source.text if statement.source else ""
    role = f"({speaker.role})" if speaker and speaker.role else ""
    cue = statement.cue.text if statement.cue else ""
    head = " ".join(part for part in (who, role, cue) if part)
    return " ".join((f"{head}: {statement.words}" if head else statement.words).split())
