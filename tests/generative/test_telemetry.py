"""Traces go to OpenTelemetry where that is set, to a collector over real HTTP, and nowhere otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from langchain_core.callbacks import CallbackManager
from langchain_core.tracers.context import _tracing_v2_is_enabled

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys
from pathlib import Path
reached = []
sys.addaudithook(lambda event, arguments: event == "socket.connect" and reached.append(arguments[1]))
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.tracers.langchain import wait_for_all_tracers
from opentelemetry import trace
from qa.answering.language_model import LangChainChat
from qa.domain import Question
from tests.generative.test_langchain_adapters import ASKED, TRUE, make_parts
model = LangChainChat(GenericFakeChatModel(messages=iter([AIMessage(TRUE)])), "fake:model")
with make_parts(Path(sys.argv[1]), model=model) as parts:
    assert parts.asker.ask(Question(ASKED)).mode == "generative"
wait_for_all_tracers()
getattr(trace.get_tracer_provider(), "force_flush", bool)()
print(sorted({address[1] for address in reached}))
"""
"""Asks one question as the service does, without a callback of its own, and prints the ports that it reached."""


class Collector(HTTPServer):
    """Takes in traces as OTLP sends them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[tuple[str, bytes]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        self.server.taken.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(folder: Path, **given: str) -> str:
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("LANG", "OTEL", "QA_"))}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)],
        cwd=ROOT,
        env=usual | given,
        capture_output=True,
        check=False,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_where_it_is_set_the_model_s_calls_are_traced_to_the_collector_alone(
    collector: Collector, tmp_path: Path
) -> None:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    port = collector.server_address[1]
    reached = ask(
        tmp_path,
        LANGSMITH_TRACING="true",
        LANGSMITH_TRACING_MODE="otel",
        OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{port}",
    )
    assert reached == f"[{port}]"
    assert [path for path, _ in collector.taken] == ["/v1/traces"]
    spans = collector.taken[0][1]
    assert b"GenericFakeChatModel" in spans
    assert b"List everything Ada Moss said." in spans


def test_by_default_nothing_is_traced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("LANGSMITH", "LANGCHAIN"))]:
        monkeypatch.delenv(name)
    assert not _tracing_v2_is_enabled()
    assert CallbackManager.configure().handlers == []
    pytest.importorskip("opentelemetry.sdk")
    assert ask(tmp_path) == "[]"
