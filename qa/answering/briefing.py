"""What a language model gets to write from: the evidence as numbered statements, fenced as data, within a budget."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from qa.answering.calibration import Calibration, shipped
from qa.answering.phrasing import cited, credited, label, words_of
from qa.answering.quoting import visible
from qa.answering.types import Candidate, Evidence, Kind, Understood
from qa.domain import Answer, Article, Citation, Span, Speaker, Statement

MOST = 15
"""The most statements that are offered."""
_BESIDE = 300
"""Characters of a neighbouring sentence."""
_WIDE = frozenset({Kind.WHAT, Kind.LIST})
"""Kinds of question that more statements than the built-in answer uses may answer."""
_ESCAPED = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Offered:
    """One numbered piece of evidence: what a sentence with its marker rests on.

    ``speaker`` is whom the sentence must credit; None for a sentence of the article's own, which credits nobody.
    """

    marker: int
    article: Article
    span: Span
    statement: Statement | None = None
    speaker: Speaker | None = None

    @property
    def quote(self) -> str:
        return self.span.of(self.article.text)

    def cites(self, citation: Citation) -> bool:
        """Whether ``citation`` is of the same place."""
        return (citation.article_id, citation.span) == (self.article.id, self.span)

    def citation(self, marker: int) -> Citation:
        """The citation of this evidence under another number."""
        return Citation(
            marker=marker,
            article_id=self.article.id,
            title=self.article.title,
            source=self.article.source,
            span=self.span,
            quote=self.quote,
            sha256=self.article.sha256,
            speaker=self.speaker.name if self.speaker else None,
            mode=self.statement.mode if self.statement else None,
        )


def offer(
    understood: Understood, evidence: Evidence, answer: Answer, calibration: Calibration | None = None
) -> tuple[Offered, ...]:
    """The evidence that ``answer`` rests on, then what its speakers said that fits the question as well, best first.

    Of weaker evidence only one in six bore on the question where that was measured: a model that used all that it is
    offered would cite worse than ``answer`` does. Whom the articles let an answer credit was decided when ``answer``
    was made, by calibrated scores: a language model words the answer, but can credit nobody whom ``answer`` does not.
    Nothing is offered where somebody's words are asked for and ``answer`` has none clearly credited: it says so itself.
    """
    if understood.kind is Kind.WHAT and understood.mention and understood.mention.speakers and not answer.speakers:
        return ()
    found = [piece for c in answer.citations if (piece := _of_citation(c, evidence)) is not None]
    if understood.kind in _WIDE and evidence.candidates:
        names = {speaker.name for speaker in answer.speakers}
        weights = (calibration or shipped()).verdict
        least = max(weights["close"] * evidence.candidates[0].score, weights["least"])
        for candidate in evidence.candidates:
            piece = _of_candidate(candidate, understood, evidence) if candidate.score >= least else None
            if piece and piece.speaker and piece.speaker.name in names and not _overlaps(piece, found):
                found.append(piece)
    return _numbered(found[:MOST])


def fenced(offered: Iterable[Offered]) -> str:
    """One JSON object on each line. Nothing in an article can end a line, a string or the fence around it."""
    return "\n".join(as_data(_record(piece)) for piece in offered)


def as_data(value: object) -> str:
    """``value`` as JSON on one line, without the characters that tags are made of."""
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPED)


def within_budget(offered: Sequence[Offered], budget: int, count: Callable[[str], int]) -> tuple[Offered, ...]:
    """As much of ``offered`` as ``budget`` tokens hold, the weakest left out first."""
    kept = list(offered)
    while kept and count(fenced(kept)) > budget:
        kept.pop()
    return tuple(kept)


def estimated_tokens(text: str) -> int:
    """About how many tokens ``text`` is, rather too many than too few: one for every three bytes of UTF-8."""
    return -(-len(text.encode("utf-8", "replace")) // 3)


def _record(piece: Offered) -> dict[str, object]:
    sentences = piece.article.sentences
    before = [s for s in sentences if s.end <= piece.span.start]
    after = [s for s in sentences if s.start >= piece.span.end]
    return {
        "marker": piece.marker,
        "speaker": visible(label(piece.speaker)) if piece.speaker else None,
        "mode": str(piece.statement.mode) if piece.statement else None,
        "says": visible(_says(piece.statement, piece)) if piece.statement else None,
        "sentence": visible(piece.quote),
        "before": visible(before[-1].of(piece.article.text))[-_BESIDE:] if before else "",
        "after": visible(after[0].of(piece.article.text))[:_BESIDE] if after else "",
        "title": visible(piece.article.title),
    }


def _says(statement: Statement, piece: Offered) -> str:
    """The words of ``statement`` that the sentence shows; of a long one the rest stands elsewhere."""
    return words_of(statement, piece.article, piece.span) or statement.words


def _of_citation(citation: Citation, evidence: Evidence) -> Offered | None:
    """What ``citation`` cites, with its statement; None where its speaker is unclear."""
    article = evidence.articles.get(citation.article_id)
    if article is None or citation.span.end > len(article.text):
        return None
    inside = [s for s in evidence.statements if s.article_id == article.id and s.span.overlaps(citation.span)]
    if citation.speaker is None:
        # Somebody's words in a sentence that credits nobody: whose they are is unclear, so nothing is written on them.
        return None if citation.mode is not None or inside else Offered(0, article, citation.span)
    for statement in inside:
        speaker = credited(statement)
        if speaker and speaker.name == citation.speaker and statement.mode is citation.mode:
            return Offered(0, article, citation.span, statement, speaker)
    return None


def _of_candidate(candidate: Candidate, understood: Understood, evidence: Evidence) -> Offered | None:
    statement = candidate.statement
    speaker = credited(statement) if statement else None
    if statement is None or speaker is None:
        return None
    article = evidence.articles[candidate.article_id]
    return Offered(0, article, cited(candidate, article, understood.topic), statement, speaker)


def _overlaps(piece: Offered, found: Iterable[Offered]) -> bool:
    return any(f.article.id == piece.article.id and f.span.overlaps(piece.span) for f in found)


def _numbered(pieces: Iterable[Offered]) -> tuple[Offered, ...]:
    return tuple(Offered(number, p.article, p.span, p.statement, p.speaker) for number, p in enumerate(pieces, start=1))
