"""The types of the asking river: a question as understood, the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qa.answering.calibration import FEATURES
from qa.domain import Article, Question, Span, Speaker, Statement

UNREAD = -4.0
"""What stands for the reader's log-odds of relevance where it has not read."""


class Kind(StrEnum):
    """What kind of answer a question wants."""

    WHO = "who"
    WHAT = "what"
    IDENTITY = "identity"
    LIST = "list"
    FACT = "fact"
    VERIFY = "verify"
    CHAT = "chat"
    """Not a question: a greeting, thanks, an order."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Whom a question names: the words it uses, and the speakers of the collection that they may mean, likeliest first.

    ``weights`` run parallel to ``speakers``, each in 0…1: how well the words fit the speaker. ``role`` says that the
    words describe somebody ("the attaché") instead of naming them.
    """

    words: str
    speakers: tuple[Speaker, ...] = ()
    weights: tuple[float, ...] = ()
    role: bool = False

    def meant(self, least: float) -> Speaker | None:
        """The speaker whom the words fit best, if by ``least``."""
        return self.speakers[0] if self.speakers and self.weights[0] >= least else None


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as understood. ``text`` stands alone (a follow-up is completed from the history).

    ``topic`` is what is left of the question without its form and its speaker; ``said`` what earlier answers gave and
    "what else" is not to repeat; ``everything`` asks for all the statements, not the best; ``wants`` is the type of
    a fact's answer (number, time, place, reason) where the form tells; ``fresh`` of a follow-up is its own topic,
    without that of the question before; ``further`` wants nothing of what was ``said``,
    ``others`` nothing of those whom that names.
    """

    asked: Question
    kind: Kind
    text: str
    topic: str
    mention: Mention | None = None
    said: tuple[str, ...] = ()
    everything: bool = False
    wants: str | None = None
    followup: bool = False
    fresh: str = ""
    further: bool = False
    others: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement, or a plain sentence (``statement`` is None), that may answer; ``score`` in 0…1: how likely it does.

    ``span`` is what would be cited; ``focus`` the words in it that answer, where the reader found them; ``fit`` how
    well its speaker fits the one asked for, 1 where nobody is named; ``features`` what the score was made from;
    ``agreement`` how likely it bears out the claim that is asked about rather than contradicting it; ``heart`` of a
    statement over several sentences the one that answers best.
    """

    article_id: str
    span: Span
    statement: Statement | None
    score: float
    fit: float = 1.0
    focus: Span | None = None
    features: tuple[float, ...] = ()
    agreement: float = 0.5
    heart: Span | None = None

    @property
    def odds(self) -> float:
        """The log-odds of relevance that the reader gave it, ``UNREAD`` where it has not read it."""
        return self.features[FEATURES.index("odds")] if self.features else UNREAD

    @property
    def lexical(self) -> float:
        """The share of the question's words, by weight, that its sentences have; 0 where nothing is known of them."""
        return self.features[FEATURES.index("lexical")] if self.features else 0.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the collection offers towards one question: candidates, best first, and the articles they stand in.

    ``named`` says whether whoever the question names stands anywhere in the articles asked; ``speaks`` whether they
    speak there; ``answerable`` in 0…1 how likely the best candidate answers; ``section`` is the heading of the section
    that the question asks about, where it names one.
    """

    candidates: tuple[Candidate, ...]
    articles: Mapping[str, Article]
    statements: tuple[Statement, ...] = ()
    named: bool = True
    speaks: bool = True
    answerable: float = 0.0
    section: str = ""

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """Whoever speaks in the statements."""
        return tuple(s.speaker for s in self.statements if s.speaker)
