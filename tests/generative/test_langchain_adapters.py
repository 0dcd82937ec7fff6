"""The retriever and the runnable, as their users compose them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.prompts import ChatPromptTemplate

import qa.wiring
from qa.answering.language_model import LangChainChat
from qa.collection.memory import MemoryLake
from qa.domain import Answer, Question, Turn
from qa.errors import QuestionError
from qa.langchain_adapters import Answerer, PassageRetriever, StatementRetriever, question_of
from qa.neural.fakes import HashingEmbedder, WordRanker
from qa.ports import ChatModel
from qa.wiring import Parts
from tests import house
from tests.generative.scene import ScriptedModel

ASKED = "List everything Ada Moss said."
DOCUMENT = Path(__file__).parents[2] / "docs" / "language-model.md"


def make_parts(folder: Path, *replies: str, model: ChatModel | None = None) -> Parts:
    embedder = HashingEmbedder()
    parts = Parts(
        house.settings(folder),
        lake=MemoryLake(dimension=embedder.dimension),
        embedder=embedder,
        tagger=house.tagger(),
        model=ScriptedModel(replies) if replies else model,
    )
    for source in house.write_articles(folder):
        parts.publisher.publish_one(source)
    return parts


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    with make_parts(tmp_path) as made:
        yield made


def test_documents_are_verbatim_and_say_where_they_stand(parts: Parts) -> None:
    documents = StatementRetriever(asker=parts.asker, limit=3).invoke("What did Ada Moss say about the dam?")
    assert 1 <= len(documents) <= 3
    with parts.lake.snapshot() as snapshot:
        for document in documents:
            text = snapshot.article(document.metadata["article_id"]).text
            assert text[document.metadata["start"] : document.metadata["end"]] == document.page_content
    assert "Ada Moss" in {document.metadata["speaker"] for document in documents}
    assert len({(d.metadata["article_id"], d.metadata["start"]) for d in documents}) == len(documents)


def test_documents_of_the_articles_named(parts: Parts) -> None:
    with parts.lake.snapshot() as snapshot:
        fair = next(e.id for e in snapshot.entries() if "Fair" in e.title)
    documents = StatementRetriever(asker=parts.asker, articles=(fair,)).invoke("Who said something?")
    assert {document.metadata["article_id"] for document in documents} == {fair}


def test_passages_are_verbatim_and_each_is_found_once(parts: Parts) -> None:
    documents = PassageRetriever(asker=parts.asker, limit=9, chars=160).invoke("What did Ada Moss say about the dam?")
    places = [(d.metadata["article_id"], d.metadata["start"], d.metadata["end"]) for d in documents]
    assert len(set(places)) == len(documents) > 1
    with parts.lake.snapshot() as snapshot:
        for document, (article_id, start, end) in zip(documents, places, strict=True):
            assert snapshot.article(article_id).text[start:end] == document.page_content
        fair = next(e.id for e in snapshot.entries() if "Fair" in e.title)
    assert "dam" in documents[0].page_content
    only = PassageRetriever(asker=parts.asker, articles=(fair,), limit=1).invoke("What did Ada Moss say?")
    assert [document.metadata["article_id"] for document in only] == [fair]


def test_the_ranker_has_its_say_where_it_is_wanted(parts: Parts) -> None:
    asker = replace(parts.asker, ranker=WordRanker("moves"))
    ranked, plain = (
        PassageRetriever(asker=asker, limit=9, chars=160, ranked=wanted).invoke("What did Ada Moss say about the dam?")
        for wanted in (True, False)
    )
    assert "moves" in ranked[0].page_content
    assert "moves" not in plain[0].page_content
    assert sorted(d.page_content for d in ranked) == sorted(d.page_content for d in plain)


def test_the_answerer_gives_what_the_asker_gives(parts: Parts) -> None:
    answer = parts.asker.ask(Question(ASKED))
    message = Answerer(parts.asker).invoke(ASKED)
    assert not answer.abstained
    assert message.text == answer.answer
    assert message.response_metadata["citations"][0]["quote"] == answer.citations[0].quote
    assert message.response_metadata["mode"] == "extractive"


def test_chunks_add_up_to_the_message(parts: Parts) -> None:
    answerer = Answerer(parts.asker)
    chunks = list(answerer.stream(ASKED))
    assert len(chunks) > 2
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = whole + chunk  # type: ignore[assignment]
    assert str(whole.text) == answerer.invoke(ASKED).text
    assert whole.response_metadata["abstained"] is False


def test_batches_and_chains(parts: Parts) -> None:
    chain = ChatPromptTemplate.from_messages([("human", "List everything {name} said.")]) | Answerer(parts.asker)
    names = ["Ada Moss", "Tom Reed", "Lena Brandt"]
    asked = [Question(f"List everything {name} said.") for name in names]
    told = [message.text for message in chain.batch([{"name": name} for name in names])]
    assert told == [parts.asker.ask(question).answer for question in asked]
    assert "Ada Moss" in told[0]


def test_callbacks_see_the_chain_and_the_retriever(parts: Parts) -> None:
    seen: list[str] = []

    class Handler(BaseCallbackHandler):
        def on_chain_end(self, outputs: object, **_: object) -> None:
            seen.append("chain")

        def on_retriever_end(self, documents: object, **_: object) -> None:
            seen.append("retriever")

    Answerer(parts.asker).invoke(ASKED, {"callbacks": [Handler()]})
    StatementRetriever(asker=parts.asker).invoke(ASKED, {"callbacks": [Handler()]})
    assert seen == ["chain", "retriever"]


def test_callbacks_of_a_chain_see_the_model_inside(tmp_path: Path) -> None:
    """What tracing rests on: the model's call belongs to the run that asked, though it is made in another thread."""
    seen: dict[str, list[UUID | None]] = {"chain": [], "model": []}

    class Handler(BaseCallbackHandler):
        def on_chain_start(self, *_: object, run_id: UUID, **__: object) -> None:
            seen["chain"].append(run_id)

        def on_chat_model_start(self, *_: object, parent_run_id: UUID | None = None, **__: object) -> None:
            seen["model"].append(parent_run_id)

    inner = GenericFakeChatModel(messages=iter([AIMessage(TRUE), AIMessage(TRUE)]))
    with make_parts(tmp_path, model=LangChainChat(inner, "fake:model")) as parts:
        answerer = Answerer(parts.asker)
        assert answerer.invoke(ASKED, {"callbacks": [Handler()]}).response_metadata["mode"] == "generative"
        chunks = list(answerer.stream(ASKED, {"callbacks": [Handler()]}))
    assert chunks[-1].response_metadata["mode"] == "generative"
    assert len(seen["chain"]) == 2
    assert seen["model"] == seen["chain"]


def test_questions_in_every_form() -> None:
    talk = [SystemMessage("x"), HumanMessage("Who?"), AIMessage("Moss. [1]"), HumanMessage("What else?")]
    expected = Question("What else?", (Turn("Who?", "Moss. [1]"),))
    assert question_of(talk) == expected
    assert question_of([("human", "Who?"), ("ai", "Moss. [1]"), ("human", "What else?")]) == expected
    assert question_of({"question": "Who?", "articles": ["a"]}) == Question("Who?", articles=("a",))
    body = {"question": "What else?", "history": [{"question": "Who?", "answer": "Moss. [1]"}]}
    assert question_of(body) == expected
    assert question_of("Who?") == Question("Who?")


@pytest.mark.parametrize(
    "asked", [[], [AIMessage("Moss.")], [7], {}, {"question": 7}, {"question": "q", "history": [7]}, {"history": []}]
)
def test_what_is_no_question_is_refused(asked: object) -> None:
    with pytest.raises(QuestionError):
        question_of(asked)  # type: ignore[arg-type]


def test_the_graph_of_the_documents_runs(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("langgraph.graph")
    programs = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    assert sum(1 for line in programs[0].splitlines() if line and not line.startswith(("from", "import"))) <= 10
    monkeypatch.setattr(qa.wiring, "open_parts", lambda settings: parts)
    names: dict[str, object] = {}
    for program in programs:
        exec(compile(program, str(DOCUMENT), "exec"), names)
    assert "quote" in capsys.readouterr().out
    assert names["documents"]


TRUE = "Ada Moss, the chief engineer, said the dam was safe. [1]"


def test_with_a_model_the_asker_streams_checked_lines(tmp_path: Path) -> None:
    lie = "Tom Reed said the dam was safe. [1]"
    with make_parts(tmp_path, f"{lie}\n{TRUE}\n", lie, f"{lie}\n{TRUE}\n", lie) as parts:
        *pieces, answer = parts.asker.stream(Question(ASKED))
        assert isinstance(answer, Answer)
        assert "".join(map(str, pieces)) == answer.answer == TRUE
        assert (answer.mode, answer.note is None) == ("generative", False)
        assert parts.asker.ask(Question(ASKED)) == answer
        assert parts.registry.get_sample_value("whosaid_model_sentences_total", {"outcome": "dropped"}) == 2.0


def test_with_a_model_that_lies_the_asker_gives_the_built_in_answer(tmp_path: Path) -> None:
    with make_parts(tmp_path, "Tom Reed said the dam was safe. [1]") as parts, make_parts(tmp_path) as plain:
        *pieces, answer = parts.asker.stream(Question(ASKED))
        assert isinstance(answer, Answer)
        assert "".join(map(str, pieces)) == answer.answer == plain.asker.ask(Question(ASKED)).answer
        assert answer.note
