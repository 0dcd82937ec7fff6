"""What the page's script may ask of the service, and the HTML that it gets back.

Every request comes from a browser and is checked before it is used. Every answer is data for JSON; text in it that
is called ``html`` is safe to insert, all other text is to be set as text.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from qa.domain import Answer, Article, ArticleEntry, Citation, Mode, Question, Span, SpeakerEntry, Statement, Turn
from qa.errors import InputError, NotFoundError, QaError
from qa.ports import Lake, Snapshot
from qa.service.browse import Wanted, browse
from qa.service.history import FORMS, Exchange, Form
from qa.service.page.cards import citation_data, render_answer, render_refusal, spoken
from qa.service.page.escaping import plain
from qa.service.page.excerpt import render_excerpt
from qa.service.page.source import Cited, render_source
from qa.service.page.suggestions import suggest
from qa.service.page.tables import (
    render_articles,
    render_choices,
    render_speakers,
    render_statements,
    render_welcome,
)
from qa.service.returned import AnswerIn
from qa.service.schemas import answer_out
from qa.service.verifying import Standing, check, of_citation

Reply = dict[str, Any]
Stream = Callable[[Question, Lake], Iterator[str | Answer]]
"""Answers a question from a collection: the pieces of the text as they come, then the answer; may raise QaError."""
Adding = Literal["open", "token", "off"]
"""How articles may be added from the page: freely, with the administrator's token, or not at all."""
_Id = Annotated[str, Field(max_length=200)]
_Source = Annotated[str, Field(max_length=4_000)]
_SUGGESTED_FROM = 12
"""How many articles the first suggestions are drawn from."""
_TABLE_ROWS = 100
_LISTED = 200
_MOST_TURNS = 200
_GONE = "What this answer rested on is no longer among the articles."
_REFUSED = "That request could not be read. Reload the page and try again."


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Turn(_Strict):
    question: Annotated[str, Field(max_length=20_000)]
    answer: Annotated[str, Field(max_length=100_000)]


class _Asked(_Strict):
    question: Annotated[str, Field(max_length=100_000)]
    turns: Annotated[list[_Turn], Field(max_length=50)] = []
    articles: Annotated[list[_Id], Field(max_length=1_000)] = []


class _Mark(_Strict):
    marker: Annotated[int, Field(ge=1, le=9_999)]
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _is_a_span(self) -> _Mark:
        if self.start >= self.end:
            raise ValueError("not a span")
        return self


class _Opened(_Strict):
    article: _Id
    marks: Annotated[list[_Mark], Field(max_length=200)] = []
    sha256: Annotated[str | None, Field(max_length=64)] = None


class _Filtered(_Strict):
    speaker: Annotated[str, Field(max_length=500)] = ""
    about: Annotated[str, Field(max_length=500)] = ""
    mode: Literal["", "direct", "indirect", "mixed"] = ""
    articles: Annotated[list[_Id], Field(max_length=1_000)] = []


class _Scope(_Strict):
    """What a site around the page shows it for: articles by id or source, none for all; a speaker."""

    articles: Annotated[list[_Source], Field(max_length=1_000)] = []
    speaker: Annotated[str, Field(max_length=500)] = ""


class _Kept(BaseModel):
    """A part of a conversation that the browser has kept."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    at: AwareDatetime
    answer: AnswerIn


class _Conversation(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    turns: Annotated[list[_Kept], Field(max_length=_MOST_TURNS)]
    format: Literal["markdown", "json", "docx"] = "markdown"


class _Finding(_Strict):
    find: Annotated[str, Field(max_length=500)] = ""
    articles: Annotated[list[_Source], Field(max_length=1_000)] = []


class Desk:
    """The page's requests, answered from one collection."""

    def __init__(self, stream: Stream, lake: Lake, max_question_chars: int, adding: Adding = "off") -> None:
        self._adding = adding
        self._stream = stream
        self._lake = lake
        self._max_question_chars = max_question_chars

    def opening(self, scope: object = None) -> Reply:
        """What the page shows first: a greeting with examples, the articles, the first of them to read.

        ``articles`` of the reply are the ids of those that the scope names; what it names in vain stays as it is, so
        that a scope of which nothing is left is not taken for all.
        """
        try:
            request = _Scope.model_validate(scope or {})
        except ValidationError:
            request = _Scope(articles=[""])
        with self._lake.snapshot() as snapshot:
            entries = _within(snapshot.entries(), request.articles)
            shelf = _shelf(snapshot, (e.id for e in entries[:_SUGGESTED_FROM]))
            questions = suggest(shelf, 4, first=request.speaker or None)
            return {
                "welcome_html": render_welcome(entries, questions, scoped=bool(request.articles)),
                "first": entries[0].id if entries else None,
                "articles": ([e.id for e in entries] or request.articles) if request.articles else [],
                "max_question_chars": self._max_question_chars,
                "adding": self._adding,
                "speakers_html": render_speakers(_speaking(snapshot, entries, bool(request.articles)), "", "Anyone"),
                **_lists(entries, ""),
            }

    def ask(self, asked: object) -> Iterator[tuple[str, Reply]]:
        """One question: each piece of the answer as a ``token``, then its ``card``.

        Whatever keeps it from being answered becomes a card too.
        """
        began = time.perf_counter()
        try:
            request = _Asked.model_validate(asked)
            turns = tuple(Turn(turn.question, turn.answer) for turn in request.turns)
            question = Question(request.question.strip(), turns, tuple(request.articles))
            for item in self._stream(question, self._lake):
                if isinstance(item, Answer):
                    reply = self._card(item, request.articles)
                    yield "card", reply | {"answer": answer_out(item, 1000 * (time.perf_counter() - began))}
                else:
                    yield "token", {"text": plain(item)}
        except ValidationError:
            yield "card", {"html": render_refusal(_REFUSED), "said": _REFUSED, "turn": None}
        except QaError as error:
            again = error.status >= 500 or error.status == 429
            yield "card", {"html": render_refusal(_sentence(error), retry=again), "said": str(error), "turn": None}

    def source(self, opened: object) -> Reply:
        """An article with its marked sentences, for the panel beside the conversation."""
        try:
            request = _Opened.model_validate(opened)
            with self._lake.snapshot() as snapshot:
                article, statements = snapshot.article(request.article), snapshot.statements(request.article)
        except ValidationError:
            return {"html": render_refusal(_REFUSED)}
        except QaError as error:
            return {"html": render_refusal(_sentence(error))}
        cited = [Cited(mark.marker, Span(mark.start, mark.end)) for mark in request.marks]
        return {"html": render_source(article, cited, statements, request.sha256)}

    def excerpt(self, opened: object) -> Reply:
        """One marked sentence with a little of its article around it, for a source that opens where it is cited."""
        try:
            request = _Opened.model_validate(opened)
            mark = request.marks[0]
            with self._lake.snapshot() as snapshot:
                article, statements = snapshot.article(request.article), snapshot.statements(request.article)
        except (ValidationError, IndexError):
            return {"html": render_refusal(_REFUSED)}
        except QaError as error:
            return {"html": render_refusal(_sentence(error))}
        cited = Cited(mark.marker, Span(mark.start, mark.end))
        return {"html": render_excerpt(article, cited, statements, request.sha256)}

    def statements(self, filtered: object) -> Reply:
        """The table of who said what, by speaker, words, mode and articles."""
        try:
            request = _Filtered.model_validate(filtered)
            mode = Mode(request.mode) if request.mode else None
            wanted = Wanted(request.speaker, request.about, tuple(request.articles), mode)
            with self._lake.snapshot() as snapshot:
                speakers = snapshot.speakers()
                found = browse(snapshot, wanted)
                total = len(found)
                if not request.about.strip():
                    rank = {speaker.name: place for place, speaker in enumerate(speakers)}
                    found.sort(key=lambda f: (_rank(f.statement, rank), f.entry.id, f.number))
                shown = found[:_TABLE_ROWS]
                articles = _articles(snapshot, (item.entry.id for item in shown))
                html = render_statements(shown, articles.__getitem__, total)
        except ValidationError:
            return {"html": render_refusal(_REFUSED), "speakers_html": render_speakers((), "")}
        except QaError as error:
            return {"html": render_refusal(_sentence(error)), "speakers_html": render_speakers((), "")}
        return {"html": html, "speakers_html": render_speakers(speakers, request.speaker)}

    def shelf(self, finding: object) -> Reply:
        """The articles whose title or source holds every word that is looked for."""
        try:
            request = _Finding.model_validate(finding)
        except ValidationError:
            return {"choices_html": render_refusal(_REFUSED), "articles_html": render_refusal(_REFUSED)}
        with self._lake.snapshot() as snapshot:
            return _lists(_within(snapshot.entries(), request.articles), request.find)

    def restore(self, conversation: object) -> Reply:
        """The cards of answers that the browser has kept, in order.

        Quotations that the articles no longer have are said to be so; of an article that is gone nothing is shown.
        """
        try:
            turns = _Conversation.model_validate(conversation).turns
        except ValidationError:
            return {"cards": []}
        return {"cards": [self._restored(turn.answer.to_answer()) for turn in turns]}

    def export(self, conversation: object) -> tuple[Form, bytes]:
        """The conversation as a file, its citations with it. Raises InputError."""
        try:
            asked = _Conversation.model_validate(conversation)
        except ValidationError as error:
            raise InputError("this conversation cannot be exported: it cannot be read") from error
        exchanges = [Exchange(turn.answer.to_answer(), turn.at) for turn in asked.turns]
        cited = [c.article_id for e in exchanges for c in _all_cited(e.answer)]
        with self._lake.snapshot() as snapshot:
            articles = _articles(snapshot, cited)
        form = FORMS[asked.format]
        return form, form.make(exchanges, articles)

    def _restored(self, answer: Answer) -> Reply:
        with self._lake.snapshot() as snapshot:
            checked = [check(of_citation(citation), snapshot) for citation in answer.citations]
            articles = _articles(snapshot, (citation.article_id for citation in _all_cited(answer)))
        if any(item.standing is Standing.GONE for item in checked):
            return {"html": render_refusal(_GONE), "said": _GONE, "turn": None, "question": answer.question}
        if answer.nearest and answer.nearest.article_id not in articles:
            answer = replace(answer, nearest=None)
        changed = [
            c.marker for c, item in zip(answer.citations, checked, strict=True) if item.standing is Standing.CHANGED
        ]
        if changed:
            listed = ", ".join(f"[{marker}]" for marker in changed)
            answer = replace(answer, note=f"Since this answer the articles have changed: {listed} is no longer there.")
        return self._rendered(answer, articles, ()) | {"question": answer.question, "answer": answer_out(answer, 0.0)}

    def _card(self, answer: Answer, picked: list[str]) -> Reply:
        cited = _all_cited(answer)
        with self._lake.snapshot() as snapshot:
            articles = _articles(snapshot, (citation.article_id for citation in cited))
            near = list(articles) or picked or [e.id for e in snapshot.entries()[:_SUGGESTED_FROM]]
            shelf = _shelf(snapshot, near)
        used = frozenset(s.id for _, statements in shelf for s in statements if _is_cited(s, cited))
        first = answer.speakers[0].name if answer.speakers else None
        questions = [q for q in suggest(shelf, 3, first=first, without=used) if q != answer.question][:2]
        return self._rendered(answer, articles, questions)

    @staticmethod
    def _rendered(answer: Answer, articles: Mapping[str, Article], questions: Sequence[str]) -> Reply:
        return {
            "html": render_answer(answer, articles, questions),
            "said": spoken(answer),
            "turn": {"question": answer.question, "answer": answer.answer},
            "cites": citation_data(answer.citations, articles),
        }


def _all_cited(answer: Answer) -> list[Citation]:
    return [*answer.citations, *([answer.nearest] if answer.nearest else [])]


def _within(entries: tuple[ArticleEntry, ...], named: list[str]) -> tuple[ArticleEntry, ...]:
    """The entries whose id or source is ``named``; all, where nothing is."""
    wanted = set(named)
    return tuple(e for e in entries if e.id in wanted or e.source in wanted) if wanted else entries


def _speaking(snapshot: Snapshot, entries: Sequence[ArticleEntry], scoped: bool) -> Sequence[SpeakerEntry]:
    """Who may be asked about: all who speak, or where ``entries`` are not all articles, those who speak in them."""
    speakers = snapshot.speakers()
    if scoped:
        heard = {s.speaker.name for entry in entries for s in snapshot.statements(entry.id) if s.speaker}
        speakers = tuple(speaker for speaker in speakers if speaker.name in heard)
    return speakers[:_LISTED]


def _lists(entries: tuple[ArticleEntry, ...], find: str) -> Reply:
    words = find.casefold().split()
    fitting = [e for e in entries if all(word in f"{e.title} {e.source}".casefold() for word in words)]
    return {
        "choices_html": render_choices(fitting[:_LISTED], more=len(fitting) > _LISTED),
        "articles_html": render_articles(fitting[:_LISTED], len(fitting)),
        "titles": {e.id: e.title for e in fitting[:_LISTED]},
    }


def _shelf(snapshot: Snapshot, ids: Iterable[str]) -> list[tuple[Article, tuple[Statement, ...]]]:
    return [(article, snapshot.statements(article.id)) for article in _articles(snapshot, ids).values()]


def _articles(snapshot: Snapshot, ids: Iterable[str]) -> dict[str, Article]:
    """The articles by id; one that was removed meanwhile is left out."""
    found: dict[str, Article] = {}
    for article_id in dict.fromkeys(ids):
        try:
            found[article_id] = snapshot.article(article_id)
        except NotFoundError:
            continue
    return found


def _is_cited(statement: Statement, cited: Iterable[Any]) -> bool:
    return any(c.article_id == statement.article_id and c.span.overlaps(statement.span) for c in cited)


def _rank(statement: Statement, rank: Mapping[str, int]) -> tuple[int, str]:
    name = statement.speaker.name if statement.speaker else ""
    return (rank.get(name, len(rank)) if name else len(rank) + 1, name)


def _sentence(error: QaError) -> str:
    """The error's line as a sentence."""
    line = str(error).strip()
    return line[:1].upper() + line[1:] + ("" if line.endswith((".", "!", "?")) else ".")
