"""For those who build with LangChain: the collection as a retriever, the answerer as a runnable.

Both go into chains and graphs like any other of their kind; what they give is checked as everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, convert_to_messages
from langchain_core.prompt_values import PromptValue
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from qa.answering.evidence import gather, speakers_in
from qa.answering.phrasing import cited, credited
from qa.answering.question import understand
from qa.answering.searching import passages_for
from qa.answering.types import Candidate, Understood
from qa.asking import Asker, validated
from qa.domain import Answer, Article, Citation, Question, Span, Turn
from qa.errors import QuestionError

Asked = str | PromptValue | Sequence[Any] | dict[str, Any]
"""A question: text, a conversation as LangChain has it (the last message asks), or the body of ``/api/ask``."""


class _AsItIs:
    """Tells pydantic to take an object of the class and not to look into it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[object], _: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.is_instance_schema(source)


class _Retriever(BaseRetriever):
    """What retrieves from a collection: ``_found`` gives the documents for a question that was validated."""

    model_config = ConfigDict(extra="forbid")

    asker: Annotated[Asker, _AsItIs]
    articles: tuple[str, ...] = ()
    """Ids of the articles to search; none named: all."""

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain calls it so
    ) -> list[Document]:
        return self._found(validated(Question(query, articles=self.articles), self.asker.max_chars))

    def _found(self, asked: Question) -> list[Document]:
        raise NotImplementedError


class StatementRetriever(_Retriever):
    """The statements and sentences of a collection that may answer a question, best first.

    A document's text is verbatim; its metadata say where it stands, who says it and how (see ``document_of``).
    """

    limit: int = Field(8, ge=1)

    def _found(self, asked: Question) -> list[Document]:
        with self.asker.lake.snapshot() as snapshot:
            understood = understand(asked, speakers_in(snapshot, asked))
            evidence = gather(understood, snapshot, self.asker.embedder, self.asker.reader)
        found: list[Document] = []
        taken: set[tuple[object, object]] = set()
        for candidate in evidence.candidates:
            document = document_of(candidate, evidence.articles[candidate.article_id], understood)
            place = (candidate.article_id, document.metadata["start"])
            if place not in taken:
                taken.add(place)
                found.append(document)
            if len(found) == self.limit:
                break
        return found


class PassageRetriever(_Retriever):
    """The passages of a collection for a question, best first: by meaning and by words, who speaks left aside.

    A document's text is verbatim, whole sentences side by side; its metadata say where it stands.
    """

    limit: int = Field(5, ge=1)
    chars: int = Field(1_000, ge=1)
    """The most code points to which a passage is widened by its neighbours."""
    ranked: bool = True
    """Whether the ranker reads what is found: a better order, for several times the time."""

    def _found(self, asked: Question) -> list[Document]:
        vector = self.asker.embedder.embed_queries([asked.text])[0]
        with self.asker.lake.snapshot() as snapshot:
            ranker = self.asker.ranker if self.ranked else None
            found = passages_for(asked.text, vector, snapshot, self.limit, self.chars, asked.articles, ranker)
        return [
            Document(span.of(article.text), metadata={**_place(article, span), "score": score})
            for article, span, score in found
        ]


class Answerer(Runnable[Asked, AIMessage]):
    """Answers as a chat model would: a message with the text, and the whole Answer as JSON in ``response_metadata``.

    Streams the answer's pieces; the last chunk carries the Answer. A question that cannot be asked raises QaError.
    """

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def invoke(self, input: Asked, config: RunnableConfig | None = None, **_: Any) -> AIMessage:  # noqa: A002
        return self._call_with_config(self._answer, input, config, run_type="chain")

    def stream(self, input: Asked, config: RunnableConfig | None = None, **_: Any) -> Iterator[AIMessage]:  # noqa: A002
        yield from self._transform_stream_with_config(iter([input]), self._pieces, config, run_type="chain")

    def _answer(self, asked: Asked) -> AIMessage:
        answer = self._asker.ask(question_of(asked))
        return AIMessage(content=answer.answer, response_metadata=answer_record(answer))

    def _pieces(self, asked: Iterator[Asked]) -> Iterator[AIMessage]:
        for item in self._asker.stream(question_of(next(asked))):
            if isinstance(item, Answer):
                yield AIMessageChunk(content="", response_metadata=answer_record(item))
            else:
                yield AIMessageChunk(content=item)


def question_of(asked: Asked) -> Question:
    """The question that ``asked`` holds, with what went before.

    Raises:
        QuestionError: it holds none.
    """
    if isinstance(asked, str):
        return Question(asked)
    if isinstance(asked, dict):
        return _from_body(asked)
    try:
        messages = asked.to_messages() if isinstance(asked, PromptValue) else convert_to_messages(asked)
    except (ValueError, NotImplementedError) as error:
        raise QuestionError("the messages hold no question") from error
    return _from_messages(messages)


def document_of(candidate: Candidate, article: Article, understood: Understood) -> Document:
    """``candidate`` as a document: the whole sentences, verbatim; ``start`` and ``end`` count code points."""
    statement = candidate.statement
    span = cited(candidate, article, understood.topic)
    speaker = credited(statement) if statement else None
    return Document(
        span.of(article.text),
        metadata={
            **_place(article, span),
            "speaker": speaker.name if speaker else None,
            "role": speaker.role if speaker else None,
            "mode": str(statement.mode) if statement else None,
            "words": statement.words if statement else None,
            "score": candidate.score,
        },
    )


def _place(article: Article, span: Span) -> dict[str, Any]:
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "start": span.start,
        "end": span.end,
        "sha256": article.sha256,
    }


def answer_record(answer: Answer) -> dict[str, Any]:
    """``answer`` as the JSON of ``/api/ask``, without the time it took."""
    return {
        "question": answer.question,
        "answer": answer.answer,
        "abstained": answer.abstained,
        "verdict": answer.verdict,
        "mode": answer.mode,
        "speakers": [{"name": speaker.name, "role": speaker.role} for speaker in answer.speakers],
        "citations": [_citation_record(citation) for citation in answer.citations],
        "nearest": _citation_record(answer.nearest) if answer.nearest else None,
        "confidence": answer.confidence,
        "note": answer.note,
    }


def _citation_record(citation: Citation) -> dict[str, Any]:
    return {
        "marker": citation.marker,
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "start": citation.span.start,
        "end": citation.span.end,
        "quote": citation.quote,
        "speaker": citation.speaker,
        "mode": str(citation.mode) if citation.mode else None,
        "sha256": citation.sha256,
    }


def _from_body(body: dict[str, Any]) -> Question:
    text, history, articles = body.get("question"), body.get("history") or (), body.get("articles") or ()
    try:
        turns = tuple(Turn(str(turn["question"]), str(turn["answer"])) for turn in history)
        named = tuple(str(article) for article in articles)
    except (TypeError, KeyError) as error:
        raise QuestionError("the history or the articles are not as the interface has them") from error
    if not isinstance(text, str):
        raise QuestionError("there is no question")
    return Question(text, turns, named)


def _from_messages(messages: Sequence[BaseMessage]) -> Question:
    """The last message asks; each earlier one of a person with the answer after it is a turn."""
    if not messages or not isinstance(messages[-1], HumanMessage):
        raise QuestionError("the last message is not a question")
    turns = [
        Turn(str(before.text), str(after.text))
        for before, after in pairwise(messages)
        if isinstance(before, HumanMessage) and isinstance(after, AIMessage)
    ]
    return Question(str(messages[-1].text), tuple(turns))
