"""Ollama and Anthropic as they are set, each over its own protocol; and a provider whose package is not there."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain.chat_models import base

from qa.answering.language_model import open_chat_model
from qa.collection.memory import MemoryLake
from qa.domain import Answer, Message, Question
from qa.errors import ConfigurationError, LanguageModelError
from qa.neural.fakes import HashingEmbedder
from qa.service.server import run
from qa.wiring import Parts
from tests import house
from tests.generative.server import Reply, Server, serving

KEY = "key-that-must-never-be-seen"
ASKED = Question("List everything Ada Moss said.")
TRUE = "Ada Moss, the chief engineer, said the dam was safe. [1]"
LIE = "Tom Reed said the dam was safe. [1]"
PROVIDERS = ("openai", "ollama", "anthropic")


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OLLAMA_HOST", "OLLAMA_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def make_parts(folder: Path, provider: str, server: Server) -> Parts:
    """A house as QA_MODEL, QA_MODEL_URL and QA_MODEL_KEY would set it."""
    pytest.importorskip(f"langchain_{provider}")
    embedder = HashingEmbedder()
    url = server.url if provider == "openai" else server.root
    given = {"model": f"{provider}:scripted", "model_url": url, "model_key": KEY, "model_deadline": 60.0}
    parts = Parts(
        house.settings(folder, **given),
        lake=MemoryLake(dimension=embedder.dimension),
        embedder=embedder,
        tagger=house.tagger(),
    )
    for source in house.write_articles(folder):
        parts.publisher.publish_one(source)
    return parts


@pytest.mark.parametrize("provider", PROVIDERS)
def test_checked_lines_stream(provider: str, tmp_path: Path) -> None:
    with serving(Reply(f"{LIE}\n{TRUE}\n"), Reply(LIE)) as server, make_parts(tmp_path, provider, server) as parts:
        *pieces, answer = parts.asker.stream(ASKED)
    assert isinstance(answer, Answer)
    assert (answer.mode, answer.answer) == ("generative", TRUE)
    assert "".join(map(str, pieces)) == TRUE
    assert "1 sentence" in (answer.note or "")
    assert len(server.requests) == 2
    assert server.requests[0]["stream"] is not False
    assert server.requests[0]["model"] == "scripted"
    asked = server.requests[0]["messages"][-1]["content"]
    assert "<evidence>" in (asked if isinstance(asked, str) else asked[0]["text"])


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("reply", "reason", "calls"),
    [
        (Reply(status=401), "key was refused", 1),
        (Reply(status=500), "status 500", 3),
        (Reply(status=429, headers={"retry-after": "3600"}), "too often", 1),
        (Reply(""), "can", 3),
        (Reply("Ada Moss said the dam", finish="length"), "did not come to an end", 1),
    ],
    ids=["wrong key", "500", "429", "empty", "cut off"],
)
def test_a_failure_leaves_the_built_in_answer(
    provider: str, reply: Reply, reason: str, calls: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(reply) as server, make_parts(tmp_path, provider, server) as parts:
        answer = parts.asker.ask(ASKED)
    assert answer.mode == "extractive"
    assert reason in (answer.note or "")
    if not (provider == "ollama" and "retry-after" in reply.headers):
        assert len(server.requests) == calls
    assert KEY not in caplog.text + repr(answer)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_address_of_one_s_own_gets_the_key_that_is_set_for_it_and_no_other(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip(f"langchain_{provider}")
    monkeypatch.setenv(f"{provider.upper()}_API_KEY", "of-the-public-service")
    with serving(Reply(TRUE)) as server:
        url = server.url if provider == "openai" else server.root
        for key in (None, KEY):
            list(open_chat_model(f"{provider}:scripted", url=url, key=key).stream([Message("user", "x")]))
    assert [(key or "").removeprefix("Bearer ") for key in server.keys] == ["none", KEY]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_stream_that_breaks_is_told(provider: str) -> None:
    pytest.importorskip(f"langchain_{provider}")
    with serving(Reply(TRUE, broken=4)) as server:
        url = server.url if provider == "openai" else server.root
        coming: Iterator[str] = open_chat_model(f"{provider}:scripted", url=url, key=KEY).stream([Message("user", "x")])
        with pytest.raises(LanguageModelError) as raised:
            list(coming)
    assert raised.value.again
    assert KEY not in str(raised.value)


@pytest.mark.parametrize("provider", ["ollama", "anthropic", "openai", "mistralai"])
def test_one_clear_line_where_the_package_is_not_there(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # LangChain remembers the classes that it has found.
    base._get_chat_model_creator.cache_clear()
    monkeypatch.setitem(sys.modules, f"langchain_{provider}", None)
    with pytest.raises(ConfigurationError) as raised:
        open_chat_model(f"{provider}:any", key=KEY)
    line = str(raised.value)
    assert re.fullmatch(rf"model \(QA_MODEL\): {provider} needs a package that is not installed: .*", line)
    assert (f"pip install 'whosaid[{provider}]'" in line) == (provider != "mistralai")
    assert KEY not in line


def test_a_service_whose_model_cannot_be_used_does_not_start(tmp_path: Path) -> None:
    for given in (
        {"model": "no colon"},
        {"model": "nobody:any"},
        {"model": "openai:any", "prompts": tmp_path / "none"},
    ):
        with pytest.raises(ConfigurationError, match=r"model|prompts"):
            run(house.settings(tmp_path, port=free_port(), **given))
    assert not (tmp_path / "index").exists()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
