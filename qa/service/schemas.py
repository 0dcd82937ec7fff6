"""The JSON of the service contract: what comes in, checked; what goes out, from the domain's types."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from qa.answering.nesting import passes_on
from qa.collection.feedback import Feedback
from qa.domain import (
    Answer,
    Article,
    ArticleEntry,
    Citation,
    Excerpt,
    Outcome,
    Question,
    Speaker,
    SpeakerEntry,
    Statement,
    Turn,
)


class TurnIn(BaseModel):
    """A question and answer that went before."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    question: str
    answer: str


class QuestionIn(BaseModel):
    """The body of a question; ``history`` is oldest first, ``articles`` are ids (none: all)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    question: str = Field(strict=True)
    history: tuple[TurnIn, ...] | None = None
    articles: tuple[str, ...] | None = None

    def to_question(self) -> Question:
        turns = tuple(Turn(turn.question, turn.answer) for turn in self.history or ())
        return Question(self.question, turns, self.articles or ())


class UrlIn(BaseModel):
    """The body that adds a page by its address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(strict=True, max_length=4_000, pattern=r"^[hH][tT][tT][pP][sS]?://\S+$")


class ArticleOut(TypedDict):
    """An article in a list."""

    id: str
    title: str
    source: str
    published: str | None
    passages: int
    statements: int


class FullArticleOut(ArticleOut):
    """An article with its canonical text, and the SHA-256 of that text in UTF-8."""

    text: str
    sha256: str


class ExcerptOut(TypedDict):
    """A verbatim piece of an article; offsets count code points."""

    start: int
    end: int
    text: str


class SpeakerOut(TypedDict):
    """Whom a statement is credited to."""

    name: str
    role: str | None


class StatementOut(TypedDict):
    """One attribution."""

    id: str
    article_id: str
    mode: str
    confidence: float
    speaker: SpeakerOut | None
    certainty: float
    source: ExcerptOut | None
    cue: ExcerptOut | None
    content: list[ExcerptOut]
    via: list[str]


class WholeStatementOut(StatementOut):
    """One attribution with those that stand in its words, in text order: "an official said that the minister said"."""

    nested: list[StatementOut]


class SpeakerEntryOut(TypedDict):
    """A speaker over the whole collection."""

    name: str
    role: str | None
    aliases: list[str]
    statements: int
    articles: int


class CitationOut(TypedDict):
    """A verbatim span of an article that supports a part of the answer."""

    marker: int
    article_id: str
    title: str
    source: str
    start: int
    end: int
    quote: str
    speaker: str | None
    mode: str | None
    sha256: str


class AnswerOut(TypedDict):
    """What is answered; ``nearest`` is a suggestion beside an abstention, ``note`` a line on how the answer was made.

    Neither is a part of the answer.
    """

    question: str
    answer: str
    abstained: bool
    verdict: str | None
    mode: str
    speakers: list[SpeakerOut]
    citations: list[CitationOut]
    nearest: CitationOut | None
    note: str | None
    confidence: float
    took_ms: float


class FeedbackOut(TypedDict):
    """What a reader thought of an answer; ``at`` is a time in UTC, ``vote`` up or down."""

    id: str
    at: str
    vote: str
    reason: str | None
    question: str
    answer: str
    citations: list[CitationOut]


class OutcomeOut(TypedDict):
    """What became of a source: added, replaced, unchanged or refused."""

    source: str
    status: str
    article: ArticleOut | None
    reason: str | None


class ErrorDetail(TypedDict):
    """A short code for programs, one line for people."""

    code: str
    message: str


class ErrorOut(TypedDict):
    """Every error of the service."""

    error: ErrorDetail


def article_out(entry: ArticleEntry) -> ArticleOut:
    return ArticleOut(
        id=entry.id,
        title=entry.title,
        source=entry.source,
        published=entry.published.isoformat() if entry.published else None,
        passages=entry.passages,
        statements=entry.statements,
    )


def full_article_out(article: Article, passages: int, statements: int) -> FullArticleOut:
    return FullArticleOut(
        id=article.id,
        title=article.title,
        source=article.source,
        published=article.published.isoformat() if article.published else None,
        passages=passages,
        statements=statements,
        text=article.text,
        sha256=article.sha256,
    )


def statement_out(statement: Statement) -> StatementOut:
    return StatementOut(
        id=statement.id,
        article_id=statement.article_id,
        mode=statement.mode.value,
        confidence=round(statement.confidence, 4),
        speaker=_speaker_out(statement.speaker) if statement.speaker else None,
        certainty=round(statement.certainty, 4),
        source=_excerpt_out(statement.source) if statement.source else None,
        cue=_excerpt_out(statement.cue) if statement.cue else None,
        content=[_excerpt_out(piece) for piece in statement.content],
        via=list(statement.via),
    )


def statements_out(statements: Sequence[Statement]) -> list[WholeStatementOut]:
    """The statements of one article, those inside another's words under the outermost of these."""
    found: dict[Statement, list[Statement]] = {}
    for statement in statements:
        outer = next((s for s in found if statement.via and passes_on(s, statement)), None)
        found.setdefault(outer or statement, []).append(statement)
    return [
        WholeStatementOut(**statement_out(outer), nested=[statement_out(s) for s in of_it if s is not outer])
        for outer, of_it in found.items()
    ]


def speaker_entry_out(entry: SpeakerEntry) -> SpeakerEntryOut:
    return SpeakerEntryOut(
        name=entry.name,
        role=entry.role,
        aliases=list(entry.aliases),
        statements=entry.statements,
        articles=entry.articles,
    )


def citation_out(citation: Citation) -> CitationOut:
    return CitationOut(
        marker=citation.marker,
        article_id=citation.article_id,
        title=citation.title,
        source=citation.source,
        start=citation.span.start,
        end=citation.span.end,
        quote=citation.quote,
        speaker=citation.speaker,
        mode=citation.mode.value if citation.mode else None,
        sha256=citation.sha256,
    )


def answer_out(answer: Answer, took_ms: float) -> AnswerOut:
    """``took_ms``: milliseconds from the question's arrival to the answer."""
    return AnswerOut(
        question=answer.question,
        answer=answer.answer,
        abstained=answer.abstained,
        verdict=answer.verdict,
        mode=answer.mode,
        speakers=[_speaker_out(speaker) for speaker in answer.speakers],
        citations=[citation_out(citation) for citation in answer.citations],
        nearest=citation_out(answer.nearest) if answer.nearest else None,
        note=answer.note,
        confidence=round(answer.confidence, 4),
        took_ms=round(took_ms, 1),
    )


def feedback_out(feedback: Feedback) -> FeedbackOut:
    return FeedbackOut(
        id=feedback.id,
        at=feedback.at.isoformat(),
        vote=feedback.vote,
        reason=feedback.reason,
        question=feedback.question,
        answer=feedback.answer,
        citations=[citation_out(citation) for citation in feedback.citations],
    )


def outcome_out(outcome: Outcome) -> OutcomeOut:
    return OutcomeOut(
        source=outcome.source,
        status=outcome.status,
        article=article_out(outcome.entry) if outcome.entry else None,
        reason=outcome.reason,
    )


def error_out(code: str, message: str) -> ErrorOut:
    return ErrorOut(error=ErrorDetail(code=code, message=message))


def _speaker_out(speaker: Speaker) -> SpeakerOut:
    return SpeakerOut(name=speaker.name, role=speaker.role)


def _excerpt_out(excerpt: Excerpt) -> ExcerptOut:
    return ExcerptOut(start=excerpt.span.start, end=excerpt.span.end, text=excerpt.text)
