"""Settings to concrete parts, each opened when it is first needed: what only reads the catalogue loads no model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from prometheus_client import CollectorRegistry
from pydantic import ValidationError

from qa.answering.counting import Counts
from qa.errors import CollectionError, ConfigurationError
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.answering.generative import Writer
    from qa.asking import Asker
    from qa.collection.embedded import EmbeddedLake
    from qa.collection.feedback import FeedbackLog
    from qa.domain import Markup, Publication
    from qa.ports import ChatModel, Embedder, Lake, Ranker, Tagger, Vectors
    from qa.publishing import Publisher

T = TypeVar("T")

_READ_AHEAD = 1_000
"""So many articles, those added last, are read from the catalogue before anybody asks (3 s, 150 MB)."""


def read_settings(**given: object) -> Settings:
    """The settings of the environment, with those in their place that are ``given`` and not None.

    Raises:
        ConfigurationError: a value makes no sense; the line names it.
    """
    try:
        return Settings.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(map(str, first["loc"])) or "settings"
        line = first["msg"].removeprefix("Value error, ")
        raise ConfigurationError(f"{name} (QA_{name.upper()}): {line}") from error


class Once(Generic[T]):
    """Something that is made when it is first asked for, once, whichever thread asks."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = RLock()
        self._made: T | None = None

    def __call__(self) -> T:
        """What was made; a failure to make it is raised, and the next call tries again."""
        if self._made is None:
            with self._lock:
                if self._made is None:
                    self._made = self._make()
        return self._made

    @property
    def made(self) -> T | None:
        """What was made, or None where nobody asked for it yet."""
        return self._made


class LazyTagger:
    """Implements ``ports.Tagger`` by a model that is loaded when it is first needed: asking never needs it."""

    def __init__(self, open_: Callable[[], Tagger]) -> None:
        self.load = Once(open_)

    def tag(self, text: str) -> Markup:
        return self.load().tag(text)


class LazyRanker:
    """Implements ``ports.Ranker`` by a model that is loaded when passages are first asked for."""

    def __init__(self, open_: Callable[[], Ranker]) -> None:
        self._load = Once(open_)

    def rank(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        return self._load().rank(question, passages)


class Parts:
    """The parts of one house, each made when it is first asked for; to be closed, or used in a ``with``.

    Tests put ``lake``, ``embedder``, ``tagger`` and ``model`` in place of those that the settings name. Without
    ``create`` there must be a collection already. ``registry`` holds the counters of the house. Every property raises
    CollectionError, ModelError or ConfigurationError where its part cannot be opened.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        create: bool = False,
        lake: Lake | None = None,
        embedder: Embedder | None = None,
        tagger: Tagger | None = None,
        model: ChatModel | None = None,
    ) -> None:
        self.settings = settings
        self._create = create
        self._embedder = Once(lambda: embedder or open_embedder(settings))
        self._lake = Once(lambda: lake or self._open_lake())
        self._tagger = LazyTagger(lambda: tagger or open_tagger(settings))
        self._model = model
        self.registry = CollectorRegistry()
        self._counts = Counts(self.registry)
        self._writer = Once(self._make_writer)
        self._asker = Once(self._make_asker)
        self._publisher = Once(self._make_publisher)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    @property
    def embedder(self) -> Embedder:
        return self._embedder()

    @property
    def lake(self) -> Lake:
        return self._lake()

    @property
    def asker(self) -> Asker:
        return self._asker()

    @property
    def publisher(self) -> Publisher:
        return self._publisher()

    @property
    def feedback(self) -> FeedbackLog:
        """Where readers' votes are kept; raises ConfigurationError where the collection keeps none."""
        from qa.collection.feedback import FeedbackLog

        if not isinstance(self.lake, FeedbackLog):
            raise ConfigurationError("a collection of this kind keeps no feedback")
        return self.lake

    def check(self) -> None:
        """Raises ConfigurationError where the language model or its prompts cannot be used as they are set."""
        self._writer()

    def warm(self) -> None:
        """Opens everything, models included, and asks once: the first user should not be the one who waits.

        Nor should anybody be told that the house is ready where it cannot answer. A language model is not asked: it
        may cost money, and answers do not depend on it.
        """
        from dataclasses import replace

        from qa.asking import count_nothing
        from qa.domain import Question

        # Whoever is named and whatever they are is looked for by tables that are made once.
        asked = Question("What did the spokesman for Lindhafen say?")
        replace(self.asker, writer=None, count=count_nothing).ask(asked)
        self._tagger.tag("“It is ready,” she said.")
        with self.lake.snapshot() as snapshot:
            for entry in snapshot.entries()[-_READ_AHEAD:]:
                with suppress(CollectionError):  # whoever asks about a damaged article is told so
                    snapshot.passages(entry.id)
                    snapshot.statements(entry.id)

    def close(self) -> None:
        """Closes the lake, where one was opened; what was put into it is safe either way."""
        if self._lake.made is not None:
            self._lake.made.close()

    def _open_lake(self) -> Lake:
        from qa.collection.embedded import EmbeddedLake

        embedder, directory = self.embedder, self.settings.index
        if not self._create:
            _require_collection(directory)
        return EmbeddedLake.open(
            directory,
            model=embedder.name,
            dimension=embedder.dimension,
            fingerprint=embedder.fingerprint,
            create=self._create,
        )

    def _make_asker(self) -> Asker:
        from qa.asking import Asker
        from qa.neural.ranker import open_ranker
        from qa.neural.reader import open_reader

        # The writer first: a mistake in its settings should be told before models are loaded.
        writer = self._writer()
        threads, longest = self.settings.threads, self.settings.max_question_chars
        return Asker(
            self.lake,
            self.embedder,
            open_reader(threads=threads),
            LazyRanker(lambda: open_ranker(threads=threads)),
            max_chars=longest,
            writer=writer,
            count=self._counts.asked,
        )

    def _make_writer(self) -> Writer | None:
        """Whoever words the answers; None where no language model is set."""
        settings = self.settings
        if self._model is None and not settings.model:
            return None
        from qa.answering.generative import Limits, Writer
        from qa.answering.prompts import load_prompts

        limits = Limits(
            deadline=settings.model_deadline,
            attempts=settings.model_attempts,
            context_tokens=settings.model_context_tokens,
            answer_tokens=settings.model_answer_tokens,
        )
        prompts = load_prompts(settings.prompts)
        model = self._model or open_chat_model(settings)
        return Writer(model, prompts, limits, rewrites=settings.model_rewrites, count=self._counts)

    def _make_publisher(self) -> Publisher:
        from qa.articles import Limits
        from qa.publishing import Publisher

        limits = Limits(
            max_bytes=self.settings.max_source_bytes,
            max_chars=self.settings.max_article_chars,
            timeout=self.settings.fetch_timeout,
        )
        return Publisher(self.lake, self._tagger, self.embedder, limits)


def open_parts(settings: Settings, *, create: bool = False) -> Parts:
    """The parts that ``settings`` name; nothing is opened yet."""
    return Parts(settings, create=create)


def open_catalogue(settings: Settings) -> EmbeddedLake:
    """The collection for reading its catalogue and removing from it: no model is loaded, and none has to fit.

    Raises:
        CollectionError: there is none, or it cannot be used.
    """
    from qa.collection.embedded import EmbeddedLake
    from qa.collection.manifest import read_manifest

    directory = settings.index
    model = read_manifest(directory)
    if model is None:
        _require_collection(directory)
        raise CollectionError(f"the collection at {directory} has no manifest")
    return EmbeddedLake.open(
        directory,
        model=model.name,
        dimension=model.dimension,
        fingerprint=model.fingerprint,
        create=False,
        reembedding=True,
    )


def open_embedder(settings: Settings) -> Embedder:
    """The embedding model that is set; raises ModelError."""
    from qa.neural.embedder import open_embedder as open_

    return open_(settings.embedding_model, cache=settings.cache, threads=settings.threads)


def open_chat_model(settings: Settings) -> ChatModel:
    """The language model that is set; raises ConfigurationError."""
    from qa.answering.language_model import open_chat_model as open_

    return open_(
        settings.model,
        url=settings.model_url,
        key=settings.model_key.get_secret_value() if settings.model_key else None,
        timeout=settings.model_deadline,
        answer_tokens=settings.model_answer_tokens,
        temperature=settings.model_temperature,
        form=settings.model_form,
    )


def reindex(settings: Settings, progress: Callable[[int, int], None]) -> int:
    """Makes all vectors of the collection anew with the model that is set; how many articles that were.

    ``progress`` is told how many articles are done and how many there are.

    Raises:
        CollectionError, ModelError: the collection or the model cannot be used; nothing was changed.
    """
    from qa.collection.embedded import EmbeddedLake
    from qa.publishing import vectors_of

    directory = settings.index
    _require_collection(directory)
    embedder = open_embedder(settings)

    def embed(publication: Publication) -> tuple[Vectors, Vectors]:
        return vectors_of(publication, embedder)

    with EmbeddedLake.open(
        directory,
        model=embedder.name,
        dimension=embedder.dimension,
        fingerprint=embedder.fingerprint,
        create=False,
        reembedding=True,
    ) as lake:
        return lake.reembed(embed, progress)


def open_tagger(settings: Settings) -> Tagger:
    """The tagger that comes with the installation; raises ModelError."""
    from qa.neural.tagger import open_tagger as open_

    return open_(threads=settings.threads)


def _require_collection(directory: Path) -> None:
    """Refuses early, and with the way out, where nothing was ever added."""
    if not directory.exists():
        raise CollectionError(
            f"there is no collection at {directory}: start one with: qa --index {directory} add SOURCE"
        )
