"""The words of whosaid as types: articles, passages, statements, speakers, questions, answers.

One frozen type for each stage, its invariants checked at birth. Every offset counts Unicode code points in the
canonical text of an article. The rooms of the house know each other only through these types and ``ports``.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Mode(StrEnum):
    """How a statement is reported: all of it in quotation marks, none of it, or some."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


class BlockKind(StrEnum):
    """What a run of an article's lines is."""

    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    HEADING = "heading"
    PARAGRAPH = "paragraph"


class SpeakerKind(StrEnum):
    """Who can speak."""

    PERSON = "person"
    ORGANISATION = "organisation"
    ROLE = "role"
    GROUP = "group"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points ``start`` to ``end`` of a text.

    Raises:
        ValueError: the span is empty or lies before the text.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start} to {self.end}")

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Block:
    """A headline, standfirst, heading or paragraph of an article."""

    kind: BlockKind
    span: Span


@dataclass(frozen=True, slots=True)
class Article:
    """One published text. ``sentences`` lie in order, each inside one block; ``id`` outlives a change of the source.

    Raises:
        ValueError: the text is blank, or a block or sentence reaches beyond it.
    """

    id: str
    title: str
    source: str
    text: str
    blocks: tuple[Block, ...]
    sentences: tuple[Span, ...]
    published: date | None = None

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("an article without text")
        if any(span.end > len(self.text) for span in (*(b.span for b in self.blocks), *self.sentences)):
            raise ValueError("a block or sentence beyond the text")

    @property
    def sha256(self) -> str:
        """Of the text in UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def sentence_at(self, span: Span) -> Span:
        """The whole sentences that ``span`` touches, as one span; ``span`` itself where it touches none."""
        first = bisect_right(self.sentences, span.start, key=lambda s: s.end)
        last = bisect_left(self.sentences, span.end, key=lambda s: s.start)
        return Span(self.sentences[first].start, self.sentences[last - 1].end) if first < last else span


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article, the unit of ordinary retrieval; ``number`` counts from 0.

    Raises:
        ValueError: the text is not as long as its span.
    """

    article_id: str
    number: int
    span: Span
    text: str

    def __post_init__(self) -> None:
        if len(self.text) != self.span.end - self.span.start:
            raise ValueError("a passage whose text is not its span")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A verbatim piece of an article.

    Raises:
        ValueError: the text is not as long as its span.
    """

    span: Span
    text: str

    def __post_init__(self) -> None:
        if len(self.text) != self.span.end - self.span.start:
            raise ValueError("an excerpt whose text is not its span")

    @classmethod
    def cut(cls, span: Span, text: str) -> Excerpt:
        """The excerpt of the article text ``text`` that lies at ``span``."""
        return cls(span, span.of(text))


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person, organisation or role of one article: canonical name, role as the article words it, other names."""

    name: str
    role: str | None = None
    aliases: tuple[str, ...] = ()
    kind: SpeakerKind = SpeakerKind.PERSON

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a speaker without a name")


@dataclass(frozen=True, slots=True)
class Statement:
    """One attribution: who (``source``, ``speaker``), by which words (``cue``), said what (``content``), in text order.

    ``confidence`` is that of the statement, ``certainty`` that of the speaker, both in 0…1. ``via`` names who passed
    the statement on, outermost first ("Reuters reported, citing the ministry" is the ministry's, via Reuters).

    Raises:
        ValueError: there is no content, or a value is out of range.
    """

    article_id: str
    mode: Mode
    confidence: float
    content: tuple[Excerpt, ...]
    cue: Excerpt | None = None
    source: Excerpt | None = None
    speaker: Speaker | None = None
    certainty: float = 0.0
    via: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.content:
            raise ValueError("a statement without content")
        if not (0.0 <= self.confidence <= 1.0 and 0.0 <= self.certainty <= 1.0):
            raise ValueError("a confidence outside 0 to 1")

    @property
    def id(self) -> str:
        """Stable for the same article and the same words in the same place."""
        spans = [self.content[0].span, *((self.cue.span,) if self.cue else ())]
        key = ":".join([self.article_id, *(f"{s.start}-{s.end}" for s in spans)])
        return hashlib.sha256(key.encode()).hexdigest()[:16]

    @property
    def span(self) -> Span:
        """From the first to the last character of source, cue and content."""
        parts = [e.span for e in (self.source, self.cue, *self.content) if e]
        return Span(min(p.start for p in parts), max(p.end for p in parts))

    @property
    def words(self) -> str:
        """The content's pieces, joined by spaces."""
        return " ".join(piece.text for piece in self.content)


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """An article as a list shows it, without its text."""

    id: str
    title: str
    source: str
    published: date | None
    passages: int
    statements: int


@dataclass(frozen=True, slots=True)
class Publication:
    """An article with all that the publishing river found in it: what the lake stores at once."""

    article: Article
    passages: tuple[Passage, ...]
    statements: tuple[Statement, ...]

    @property
    def entry(self) -> ArticleEntry:
        a = self.article
        return ArticleEntry(a.id, a.title, a.source, a.published, len(self.passages), len(self.statements))


@dataclass(frozen=True, slots=True)
class SpeakerEntry:
    """A speaker over the whole collection."""

    name: str
    role: str | None
    aliases: tuple[str, ...]
    statements: int
    articles: int
    kind: SpeakerKind = SpeakerKind.PERSON


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and answer that went before."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Message:
    """A part of what a language model is told; ``role`` is system, user or assistant.

    Raises:
        ValueError: it is another role.
    """

    role: str
    text: str

    def __post_init__(self) -> None:
        if self.role not in ("system", "user", "assistant"):
            raise ValueError(f"not a role: {self.role}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the words, what went before (oldest first), the articles to ask (none named: all)."""

    text: str
    history: tuple[Turn, ...] = ()
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim span of an article that supports a part of the answer; ``sha256`` is that of the article's text."""

    marker: int
    article_id: str
    title: str
    source: str
    span: Span
    quote: str
    sha256: str
    speaker: str | None = None
    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered. ``speakers`` are those the answer credits, first the one asked for.

    Raises:
        ValueError: an answer that did not abstain cites nothing, or a verdict is neither yes nor no.
    """

    question: str
    answer: str
    abstained: bool
    confidence: float
    citations: tuple[Citation, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    verdict: str | None = None
    mode: str = "extractive"
    nearest: Citation | None = None
    """Where the answer abstained: the nearest statement, a suggestion and not an answer."""
    note: str | None = None
    """One line on how the answer was made, where that went otherwise than usual; no part of the answer."""

    def __post_init__(self) -> None:
        if not self.abstained and not self.citations:
            raise ValueError("an answer without a citation")
        if self.verdict not in (None, "yes", "no"):
            raise ValueError(f"not a verdict: {self.verdict}")


class TagRole(StrEnum):
    """What a tagged run of words is in a statement."""

    SOURCE = "source"
    CUE = "cue"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Tag:
    """A run of words that the tagger labelled.

    ``links`` weighs the cues that a source or content may belong to: (index of the cue in ``Markup.tags``,
    probability), best first. ``antecedents`` weighs what a source may refer back to: (offset of the first character
    of an earlier word, probability), best first.
    """

    role: TagRole
    span: Span
    confidence: float
    links: tuple[tuple[int, float], ...] = ()
    antecedents: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the text; ``kind`` is PERSON, ORGANIZATION, LOCATION or MISC."""

    span: Span
    kind: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Markup:
    """What the tagger saw in one text, in text order; ``nested`` are tags inside contents, linked among themselves."""

    tags: tuple[Tag, ...]
    names: tuple[Name, ...]
    nested: tuple[tuple[Tag, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a context: the answer's span (none: not answered), how likely that is right, how likely
    the context answers at all, and that it bears out a claim rather than contradicting it: each in 0…1."""

    span: Span | None
    confidence: float
    relevance: float
    agreement: float = 0.5


class HitKind(StrEnum):
    """What a search found."""

    PASSAGE = "passage"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage or statement that a search found; ``item`` is its number or position in its article."""

    kind: HitKind
    article_id: str
    item: int
    score: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source on the publishing river: added, replaced, unchanged or refused (with the reason)."""

    source: str
    status: str
    entry: ArticleEntry | None = None
    reason: str | None = None
