"""A small made-up report with its statements, as the publishing river would hand them over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qa.answering.calibration import Calibration
from qa.answering.evidence import gather, speakers_in
from qa.answering.extractive import compose
from qa.answering.question import understand
from qa.answering.verification import verify
from qa.collection.memory import MemoryLake
from qa.domain import (
    Answer,
    Article,
    Excerpt,
    Mode,
    Passage,
    Publication,
    Question,
    Span,
    Speaker,
    SpeakerKind,
    Statement,
    Turn,
)
from qa.neural.fakes import HashingEmbedder, OverlapReader
from qa.ports import Reader, Snapshot

SENTENCES = (
    "Harbour Bridge to Close for Repairs in Marlow.",
    "Mayor Ingrid Solberg said the old harbour bridge would close for nine weeks from Monday.",
    "“The steel is tired, and so are the people who queue on it,” she told the council.",
    "Tomas Reyes, a fisherman who chairs the harbour traders' union, warned that the closure would ruin the market.",
    "He denied that traders had been consulted about the repairs.",
    "The repairs will cost 4.2 million crowns, according to the Ministry of Transport.",
    "“We will run a free ferry every ten minutes,” said Solberg.",
    "A police spokesman said lorries would be sent over the northern road.",
    "The bridge was built in 1931 by engineers from Aldport.",
)
TEXT = " ".join(SENTENCES)
SOLBERG = Speaker("Ingrid Solberg", "Mayor", ("Solberg",))
REYES = Speaker("Tomas Reyes", "a fisherman who chairs the harbour traders' union", ("Reyes",))
MINISTRY = Speaker("Ministry of Transport", None, (), SpeakerKind.ORGANISATION)
POLICE = Speaker("a police spokesman", None, (), SpeakerKind.ROLE)
ARTICLE_ID = "bridge"


def span_of(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def _excerpt(words: str, within: str) -> Excerpt:
    start = TEXT.index(within) + within.index(words)
    return Excerpt.cut(Span(start, start + len(words)), TEXT)


def _statement(
    number: int, speaker: Speaker | None, source: str, cue: str, content: str, mode: Mode = Mode.INDIRECT
) -> Statement:
    sentence = SENTENCES[number]
    return Statement(
        ARTICLE_ID,
        mode,
        0.9,
        (_excerpt(content, sentence),),
        _excerpt(cue, sentence),
        _excerpt(source, sentence),
        speaker,
        0.9 if speaker else 0.0,
    )


STATEMENTS = (
    _statement(
        1, SOLBERG, "Mayor Ingrid Solberg", "said", "the old harbour bridge would close for nine weeks from Monday"
    ),
    _statement(
        2,
        SOLBERG,
        "she",
        "told the council",
        "“The steel is tired, and so are the people who queue on it,”",
        Mode.DIRECT,
    ),
    _statement(3, REYES, "Tomas Reyes", "warned", "that the closure would ruin the market"),
    _statement(4, REYES, "He", "denied", "that traders had been consulted about the repairs"),
    _statement(5, MINISTRY, "the Ministry of Transport", "according to", "The repairs will cost 4.2 million crowns"),
    _statement(6, SOLBERG, "Solberg", "said", "“We will run a free ferry every ten minutes,”", Mode.DIRECT),
    _statement(7, POLICE, "A police spokesman", "said", "lorries would be sent over the northern road"),
)


def article() -> Article:
    return Article(ARTICLE_ID, SENTENCES[0], "bridge.txt", TEXT, (), tuple(span_of(s) for s in SENTENCES))


def publication() -> Publication:
    text_spans = [Span(span_of(SENTENCES[i]).start, span_of(SENTENCES[i + 2]).end) for i in (0, 3, 6)]
    passages = tuple(Passage(ARTICLE_ID, n, span, span.of(TEXT)) for n, span in enumerate(text_spans))
    return Publication(article(), passages, STATEMENTS)


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    embedder = HashingEmbedder()
    lake = MemoryLake(embedder.dimension)
    held = publication()
    lake.put(
        held,
        embedder.embed_passages([p.text for p in held.passages]),
        embedder.embed_passages([f"{s.speaker.name if s.speaker else ''} {s.words}" for s in held.statements]),
    )
    with lake.snapshot() as seen:
        yield seen


def ask(
    text: str,
    *history: tuple[str, str],
    reader: Reader | None = None,
    articles: tuple[str, ...] = (ARTICLE_ID,),
    calibration: Calibration | None = None,
) -> Answer:
    """The whole asking river over the report, with the word-counting embedder and reader."""
    question = Question(text, tuple(Turn(*turn) for turn in history), articles)
    with snapshot() as seen:
        understood = understand(question, speakers_in(seen, question))
        evidence = gather(understood, seen, HashingEmbedder(), reader or OverlapReader(), calibration)
        answer = compose(understood, evidence, calibration)
        return verify(answer, {ARTICLE_ID: TEXT})
