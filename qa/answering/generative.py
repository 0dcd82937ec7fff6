"""Evidence to an answer that a language model words: each sentence is checked before anyone sees it.

The built-in answer is always made first, from the same evidence. It decides whether the articles answer at all, whom
they let an answer credit, and a verdict; the model only finds the words. Where none of them hold, or the model fails,
the built-in answer stands, with a note that says why.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from qa.answering.briefing import Offered, as_data, estimated_tokens, fenced, offer, within_budget
from qa.answering.drafting import Failure, Page
from qa.answering.prompts import Prompts
from qa.answering.retrying import Breaker, Clock, paced, wait_before
from qa.answering.sentences import sentences_of
from qa.answering.types import Evidence, Understood
from qa.answering.wording import content_stems
from qa.domain import Answer, Message, Question, Speaker
from qa.errors import LanguageModelError
from qa.ports import ChatModel

log = logging.getLogger("qa.answering")

_MOST_REPAIRED = 5
"""Sentences that are asked for once more."""
_TURNS_TOLD = 4
_LONGEST_QUESTION = 400
_NOT_BORNE_OUT = "None of the language model's sentences was borne out by its source"
_OWN_WORDS = "this answer is in the articles' own words."


@dataclass(frozen=True, slots=True)
class Limits:
    """What one answer may cost: seconds, attempts, tokens of everything sent and of the answer."""

    deadline: float = 20.0
    attempts: int = 3
    context_tokens: int = 4_000
    answer_tokens: int = 600


def count_nothing(kind: str, outcome: str, number: int) -> None:
    """For those who do not count."""


class Writer:
    """Words answers by a language model; safe to use from several threads.

    ``count`` is told how many sentences were "shown", "repaired" (shown at the second attempt) and "dropped", and which
    answers are "generative", or "extractive" because the model could not be used, and of those the reason ("fallback").
    """

    def __init__(
        self,
        model: ChatModel,
        prompts: Prompts,
        limits: Limits | None = None,
        *,
        rewrites: bool = False,
        breaker: Breaker | None = None,
        count: Callable[[str, str, int], None] = count_nothing,
        clock: Clock = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rewrites = rewrites
        self._model, self._prompts, self._limits = model, prompts, limits or Limits()
        self._breaker = breaker or Breaker(clock=clock)
        self._count, self._clock, self._sleep = count, clock, sleep
        self._random = Random()  # noqa: S311 - jitter, no secret

    def write(self, understood: Understood, evidence: Evidence, answer: Answer) -> Answer:
        """The last item of ``stream``; a failure of the model is never raised."""
        return [item for item in self.stream(understood, evidence, answer) if isinstance(item, Answer)][-1]

    def stream(self, understood: Understood, evidence: Evidence, answer: Answer) -> Iterator[str | Answer]:
        """Each checked line as soon as it stands, then the answer that they make; that answer alone where none stands.

        ``answer`` is the built-in one to the same question, from the same evidence.
        """
        offered = () if answer.abstained else offer(understood, evidence, answer)
        if not offered:
            yield answer
            return
        until = self._clock() + self._limits.deadline
        told = self._told(understood, answer, offered)
        page = Page(dict(told.offered), _speakers(evidence, offered), answer.verdict)
        failure, first, before = None, list[Failure](), 0
        try:
            if not told.offered:
                raise LanguageModelError("the evidence does not fit into its budget", kind="budget")
            self._breaker.require()
            yield from self._lines(page, told.messages, until)
            first, page.failed, before = page.failed, [], len(page.lines)
            if first:
                again = self._repair(told.messages, first[:_MOST_REPAIRED])
                yield from self._lines(page, again, until, required=False)
        except LanguageModelError as error:
            failure = error
            log.warning("language model %s: %s", self._model.name, error)
        # What fails the second time is what failed the first time, worded anew.
        repaired = min(len(first), len(page.lines) - before) if first else 0
        dropped = len(first) - repaired if first else len(page.failed)
        self._counted(page, repaired, dropped, failure)
        reason = str(failure) if failure else None
        restored = list(page.restored(answer))
        yield from restored
        if page.lines:
            yield replace(page.result(answer), note=_note(reason, dropped, bool(dropped and restored)))
        else:
            why = f"The language model could not be used ({reason})" if reason else _NOT_BORNE_OUT
            yield replace(answer, note=f"{why}; {_OWN_WORDS}")

    def rewritten(self, question: Question) -> str | None:
        """``question`` so that it can be understood without its history; None where the model does not manage that."""
        turns = [as_data({"question": t.question, "answer": t.answer}) for t in question.history[-_TURNS_TOLD:]]
        told = self._prompts.rewrite.render(history="\n".join(turns), question=as_data(question.text))
        until = self._clock() + self._limits.deadline / 2
        try:
            self._breaker.require()
            line = ""
            for piece in self._paced([Message("user", told)], until):
                line += piece
                if len(line) > _LONGEST_QUESTION:
                    return None
        except LanguageModelError as error:
            log.warning("language model %s: %s", self._model.name, error)
            return None
        line = " ".join(line.split()).strip('"“”')
        known = {s for turn in question.history for t in (turn.question, turn.answer) for s in content_stems(t)}
        # A word that nobody used would let the model ask another question than the reader did.
        strange = set(content_stems(line)) - known - set(content_stems(question.text))
        return line if line.endswith("?") and not strange else None

    def _told(self, understood: Understood, answer: Answer, offered: Sequence[Offered]) -> _Told:
        question, system = as_data(understood.text), self._prompts.system.render()

        def rendered(evidence: str) -> str:
            if answer.verdict is None:
                return self._prompts.answer.render(question=question, evidence=evidence)
            verdict = answer.verdict.capitalize()
            return self._prompts.verdict.render(question=question, evidence=evidence, verdict=verdict)

        budget = self._limits.context_tokens - self._limits.answer_tokens
        budget -= estimated_tokens(system) + estimated_tokens(rendered(""))
        kept = within_budget(offered, budget, estimated_tokens)
        messages = (Message("system", system), Message("user", rendered(fenced(kept))))
        return _Told(messages, tuple((piece.marker, piece) for piece in kept))

    def _repair(self, messages: Sequence[Message], failed: Sequence[Failure]) -> list[Message]:
        """``messages`` and what asks for the ``failed`` sentences once more."""
        listed = "\n".join(as_data({"sentence": text, "reasons": list(reasons)}) for text, reasons in failed)
        written = Message("assistant", "\n".join(text for text, _ in failed))
        return [*messages, written, Message("user", self._prompts.repair.render(sentences=listed))]

    def _lines(self, page: Page, messages: Sequence[Message], until: float, *, required: bool = True) -> Iterator[str]:
        for sentence in self._sentences(messages, until, required):
            line = page.take(sentence)
            if line is not None:
                yield line
            if page.full:
                return

    def _sentences(self, messages: Sequence[Message], until: float, required: bool) -> Iterator[str]:
        """The model's sentences; it is asked again, within bounds, as long as none has come of those ``required``."""
        for attempt in range(1, self._limits.attempts + 1):
            read = 0
            try:
                for sentence in sentences_of(self._paced(messages, until)):
                    read += 1
                    yield sentence
                if read or not required:
                    return
                raise LanguageModelError("it gave no answer that can be read", kind="empty", again=True)
            except LanguageModelError as error:
                wait = wait_before(attempt + 1, error, self._random)
                if read or not error.again or attempt == self._limits.attempts or self._clock() + wait >= until:
                    raise
            self._sleep(wait)

    def _paced(self, messages: Sequence[Message], until: float) -> Iterator[str]:
        """One call of the model; the breaker hears how it went."""
        try:
            yield from paced(lambda: self._model.stream(messages), until, self._clock)
        except LanguageModelError:
            self._breaker.failed()
            raise
        self._breaker.succeeded()

    def _counted(self, page: Page, repaired: int, dropped: int, failure: LanguageModelError | None) -> None:
        for outcome, number in (("shown", len(page.lines)), ("repaired", repaired), ("dropped", dropped)):
            self._count("sentence", outcome, number)
        self._count("answer", "generative" if page.lines else "extractive", 1)
        if not page.lines:
            self._count("fallback", failure.kind if failure else "not_borne_out", 1)


@dataclass(frozen=True, slots=True)
class _Told:
    """The messages to a model, and the evidence in them by its marker."""

    messages: tuple[Message, ...]
    offered: tuple[tuple[int, Offered], ...]


def _note(reason: str | None, dropped: int, restored: bool) -> str | None:
    """What to say of an answer that is not all that the model wrote."""
    parts = []
    if dropped:
        what, it = ("1 sentence", "it") if dropped == 1 else (f"{dropped} sentences", "them")
        parts.append(f"Left out: {what} of the language model, because the source does not bear {it} out.")
    if restored:
        parts.append("The articles' own words stand in the place of what the model got wrong.")
    if reason:
        parts.append(f"The language model broke off ({reason}); what it had written was checked.")
    return " ".join(parts) or None


def _speakers(evidence: Evidence, offered: Sequence[Offered]) -> tuple[Speaker, ...]:
    """All who speak in the articles, each once."""
    found = {piece.speaker.name: piece.speaker for piece in offered if piece.speaker}
    for statement in evidence.statements:
        if statement.speaker:
            found.setdefault(statement.speaker.name, statement.speaker)
    return tuple(found.values())
