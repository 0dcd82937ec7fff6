"""Answers that come back to the service: from a reader's history, with a vote, out of an exported file.

They were ours once, and may have become anything since: each is checked as whatever else comes from outside.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qa.collection.feedback import Feedback
from qa.domain import Answer, Citation, Mode, Span, Speaker

MOST_CITATIONS = 200
LONGEST_ANSWER = 200_000
LONGEST_QUOTE = 50_000
LONGEST_REASON = 1_000
"""In code points."""

_Marker = Annotated[int, Field(ge=1, le=9_999)]
_Offset = Annotated[int, Field(ge=0, le=2**53)]
_Name = Annotated[str, Field(max_length=2_000)]
_Question = Annotated[str, Field(max_length=100_000)]
_Words = Annotated[str, Field(max_length=LONGEST_ANSWER)]
_Text = Annotated[str, Field(max_length=4_000)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class CitationIn(_Given):
    """A citation as the contract has it."""

    marker: _Marker
    article_id: Annotated[str, Field(min_length=1, max_length=200)]
    title: _Text
    source: _Text
    start: _Offset
    end: _Offset
    quote: Annotated[str, Field(min_length=1, max_length=LONGEST_QUOTE)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    speaker: _Name | None = None
    mode: Literal["direct", "indirect", "mixed"] | None = None

    @model_validator(mode="after")
    def _is_a_span(self) -> CitationIn:
        if self.start >= self.end:
            raise ValueError("not a span")
        return self

    def to_citation(self) -> Citation:
        span, mode = Span(self.start, self.end), Mode(self.mode) if self.mode else None
        named = (self.article_id, self.title, self.source)
        return Citation(self.marker, *named, span, self.quote, self.sha256, self.speaker, mode)


class SpeakerIn(_Given):
    """A speaker as the contract has it."""

    name: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S")]
    role: _Name | None = None


class AnswerIn(_Given):
    """An answer as the contract has it, without what does not matter afterwards."""

    question: _Question
    answer: _Words
    abstained: bool
    verdict: Literal["yes", "no"] | None = None
    mode: Literal["extractive", "generative"] = "extractive"
    speakers: Annotated[list[SpeakerIn], Field(max_length=MOST_CITATIONS)] = []
    citations: Annotated[list[CitationIn], Field(max_length=MOST_CITATIONS)] = []
    nearest: CitationIn | None = None
    note: Annotated[str, Field(max_length=2_000)] | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0

    @model_validator(mode="after")
    def _is_one(self) -> AnswerIn:
        self.to_answer()
        return self

    def to_answer(self) -> Answer:
        """Raises ValueError where it is none that could have been given."""
        return Answer(
            self.question,
            self.answer,
            self.abstained,
            self.confidence,
            tuple(citation.to_citation() for citation in self.citations),
            tuple(Speaker(speaker.name, speaker.role) for speaker in self.speakers),
            self.verdict,
            self.mode,
            self.nearest.to_citation() if self.nearest else None,
            self.note,
        )


class FeedbackIn(_Given):
    """The body of a vote. Whoever sends the ``id`` of an earlier one, 32 hexadecimal digits, changes that."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")] | None = None
    vote: Literal["up", "down"]
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] | None = None
    question: _Question
    answer: _Words
    citations: Annotated[list[CitationIn], Field(max_length=MOST_CITATIONS)] = []

    def to_feedback(self) -> Feedback:
        """As given just now."""
        return Feedback(
            self.id or uuid4().hex,
            datetime.now(UTC),
            self.vote,
            (self.reason or "").strip() or None,
            self.question,
            self.answer,
            tuple(citation.to_citation() for citation in self.citations),
        )
