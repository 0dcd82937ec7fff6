"""The asking river, its steps in order: question, what it means, evidence, answer, verified answer."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from qa.answering.evidence import Evidence, gather, speakers_in, spoken_of
from qa.answering.extractive import compose
from qa.answering.generative import Writer
from qa.answering.question import Understood, understand
from qa.answering.sifting import told_apart
from qa.answering.verification import verify
from qa.domain import Answer, Question, Turn
from qa.errors import QuestionError
from qa.ports import Embedder, Lake, Ranker, Reader, Snapshot

MOST_TURNS = 50
"""What went before beyond this many turns is left out, the oldest first."""

MOST_ARTICLES = 10_000
"""The most articles that one question may name."""

TURN_LENGTHS, LONGEST_TURN = 10, 20_000
"""How many times as long as a question each half of an earlier turn may be, and how many characters it may at least."""

INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode's categories of what cannot be seen: control, format, surrogate, private use, not assigned."""

JOINERS = frozenset("\u200c\u200d")
"""Invisible, but a part of the spelling in Persian, Hindi and other languages."""


def count_nothing(mode: str, seconds: float) -> None:
    """For those who do not count."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Answers questions from a collection; safe to call from several threads.

    ``ranker`` judges passages where those are all that is wanted; answers come from statements and do without it.
    ``max_chars`` is the longest question, in code points. With a ``writer`` a language model words the answers.
    ``count`` is told of each answer: its mode ("extractive", "generative", "abstained") and the seconds it took.
    """

    lake: Lake
    embedder: Embedder
    reader: Reader | None = None
    ranker: Ranker | None = None
    max_chars: int = 2_000
    writer: Writer | None = None
    count: Callable[[str, float], None] = count_nothing

    def within(self, lake: Lake) -> Asker:
        """The same asker over another view of the collection."""
        return replace(self, lake=lake)

    def ask(self, question: Question) -> Answer:
        """The answer, every citation checked against the articles as they stood when the question was asked.

        Raises:
            QuestionError: the question is empty, too long or no text.
            NotFoundError: it names an article that the collection does not hold.
            CollectionError, ModelError: the collection or a model cannot be used.
        """
        began = time.perf_counter()
        understood, evidence, answer = self._made(question)
        if self.writer:
            answer = _verified(self.writer.write(understood, evidence, answer), evidence)
        self._counted(answer, began)
        return answer

    def stream(self, question: Question) -> Iterator[str | Answer]:
        """The pieces of the answer's text, which put together give it, then the answer itself; raises as ``ask``.

        Nothing is shown that was not verified: the words come after the answer is whole, or, where a language model
        writes it, line by line.
        """
        began = time.perf_counter()
        understood, evidence, answer = self._made(question)
        shown = False
        for item in self.writer.stream(understood, evidence, answer) if self.writer else ():
            if isinstance(item, Answer):
                answer = _verified(item, evidence)
            else:
                shown = True
                yield item
        self._counted(answer, began)
        if not shown:
            yield from pieces(answer.answer)
        yield answer

    def _counted(self, answer: Answer, began: float) -> None:
        self.count("abstained" if answer.abstained else answer.mode, time.perf_counter() - began)

    def _made(self, question: Question) -> tuple[Understood, Evidence, Answer]:
        """What is asked, the evidence, and the verified answer in the articles' own words.

        A follow-up is asked of the article of the answer before, and of all where that does not say.
        """
        asked = validated(question, self.max_chars)
        with self.lake.snapshot() as snapshot:
            for article_id in asked.articles:
                snapshot.article(article_id)
            understood = understand(asked, speakers_in(snapshot, asked))
            text = self._rewritten(understood)
            if before := spoken_of(understood, snapshot):
                there = replace(asked, articles=(before,))
                narrowed = understand(there, speakers_in(snapshot, there))
                made = self._answered(_completed(narrowed, text, snapshot), snapshot)
                if made[1].speaks and not made[2].abstained:
                    return made
            return self._answered(_completed(understood, text, snapshot), snapshot)

    def _answered(self, understood: Understood, snapshot: Snapshot) -> tuple[Understood, Evidence, Answer]:
        evidence = gather(understood, snapshot, self.embedder, self.reader)
        # Whom the evidence was gathered for: the articles tell who only sounds alike.
        understood = told_apart(understood, evidence.articles.values(), evidence.speakers)
        return understood, evidence, _verified(compose(understood, evidence), evidence)

    def _rewritten(self, understood: Understood) -> str | None:
        """A follow-up made to stand alone by the language model, where that is wanted and succeeds."""
        if not (understood.followup and self.writer and self.writer.rewrites):
            return None
        return self.writer.rewritten(understood.asked)


def _completed(understood: Understood, text: str | None, snapshot: Snapshot) -> Understood:
    """A follow-up as ``text`` makes it stand alone, where there is one."""
    if text is None:
        return understood
    asked = understood.asked
    completed = understand(Question(text, (), asked.articles), speakers_in(snapshot, asked))
    return replace(completed, asked=asked, said=understood.said, followup=True, fresh=understood.fresh)


def _verified(answer: Answer, evidence: Evidence) -> Answer:
    return verify(answer, {article_id: article.text for article_id, article in evidence.articles.items()})


def validated(question: Question, max_chars: int) -> Question:
    """The question with control characters taken out, white space made plain, and each article named once.

    Raises:
        QuestionError: nothing is left to ask, or a part is too long.
    """
    text = _plain(question.text)
    if not re.search(r"\w", text):
        raise QuestionError("the question is empty")
    if len(text) > max_chars:
        raise QuestionError(f"the question is longer than {max_chars} characters")
    articles = tuple(dict.fromkeys(question.articles))
    if len(articles) > MOST_ARTICLES:
        raise QuestionError(f"the question names more than {MOST_ARTICLES} articles")
    history = tuple(Turn(_plain(turn.question), _plain(turn.answer)) for turn in question.history[-MOST_TURNS:])
    longest = max(TURN_LENGTHS * max_chars, LONGEST_TURN)
    if any(max(len(turn.question), len(turn.answer)) > longest for turn in history):
        raise QuestionError(f"an earlier turn is longer than {longest} characters")
    return Question(text, history, articles)


def pieces(text: str) -> Iterator[str]:
    """``text`` word by word, each with the white space that follows it."""
    return (match.group() for match in re.finditer(r"\s*\S+\s*|\s+", text))


def _plain(text: str) -> str:
    """Without control, surrogate and other invisible characters; runs of white space become one space."""
    seen = "".join(c for c in re.sub(r"\s", " ", text) if c in JOINERS or unicodedata.category(c) not in INVISIBLE)
    return " ".join(seen.split())
