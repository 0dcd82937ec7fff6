"""A server that speaks the chat protocols of OpenAI, Ollama and Anthropic over real HTTP on this machine, by a script.

The path of the request says which protocol it is.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer: ``text`` as a stream of events, unless ``body`` or ``events`` are given to be sent as they are.

    ``broken`` ends the connection after so many events, without saying goodbye; ``endless`` sends the text for ever.
    ``wait`` and ``pause`` are seconds before the head and between two events. After ``held`` pieces of the text the
    server waits until it is ``released``.
    """

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    events: Sequence[str] | None = None
    finish: str | None = "stop"
    broken: int | None = None
    endless: bool = False
    wait: float = 0.0
    pause: float = 0.0
    held: int | None = None


def event(delta: Mapping[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": dict(delta), "finish_reason": finish}
    return json.dumps(
        {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}
    )


class Server(ThreadingHTTPServer):
    """Answers the n-th request with the n-th reply, and all later ones with the last; remembers the requests."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, replies: Sequence[Reply]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies = replies
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.over = threading.Event()
        self.released = threading.Event()
        self._lock = threading.Lock()

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"{self.root}/v1"

    def next_reply(self, request: dict[str, Any], key: str | None) -> Reply:
        with self._lock:
            self.requests.append(request)
            self.keys.append(key)
            return self.replies[min(len(self.requests), len(self.replies)) - 1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is a part of the script."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length", 0))
        request = json.loads(self.rfile.read(length))
        key = self.headers.get("authorization") or self.headers.get("x-api-key")
        reply = self.server.next_reply(request, key)
        self.server.over.wait(reply.wait)
        self.close_connection = True
        if reply.body is not None or reply.status != 200:
            self._whole(reply)
        else:
            self._stream(reply)

    def _whole(self, reply: Reply) -> None:
        data = (reply.body or json.dumps({"error": {"message": "scripted", "type": "x"}})).encode()
        self.send_response(reply.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.send_header("connection", "close")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        protocol = next((p for path, p in PROTOCOLS.items() if self.path.startswith(path)), OPENAI)
        self.send_header("content-type", protocol.media_type)
        self.send_header("transfer-encoding", "chunked")
        self.send_header("connection", "close")
        self.end_headers()
        for number, data in enumerate(protocol.events(reply)):
            if number == reply.broken:
                return
            if reply.held is not None and number == reply.held + 1:
                self.server.released.wait(120.0)
            self._chunk(protocol.framed(data).encode())
            if reply.pause:
                self.server.over.wait(reply.pause)
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Silent: the tests say what they saw."""


def _pieces(reply: Reply) -> Iterator[str]:
    while True:
        yield from re.findall(r"\s*\S{1,9}|\s+$", reply.text)
        if not reply.endless:
            return


def _openai(reply: Reply) -> Iterator[str]:
    if reply.events is not None:
        yield from reply.events
        return
    yield event({"role": "assistant", "content": ""})
    for words in _pieces(reply):
        yield event({"content": words})
    yield event({}, reply.finish)
    yield "[DONE]"


def _ollama(reply: Reply) -> Iterator[str]:
    head = {"model": "scripted", "created_at": "2026-01-01T00:00:00Z"}
    for words in _pieces(reply):
        yield json.dumps(head | {"message": {"role": "assistant", "content": words}, "done": False})
    end = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": reply.finish}
    yield json.dumps(head | end)


def _anthropic(reply: Reply) -> Iterator[str]:
    stops = {"stop": "end_turn", "length": "max_tokens"}
    usage = {"input_tokens": 1, "output_tokens": 1}
    message = {"id": "m", "type": "message", "role": "assistant", "model": "scripted", "content": [], "usage": usage}
    yield json.dumps({"type": "message_start", "message": message | {"stop_reason": None, "stop_sequence": None}})
    yield json.dumps({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})
    for words in _pieces(reply):
        yield json.dumps({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": words}})
    yield json.dumps({"type": "content_block_stop", "index": 0})
    ended = {"stop_reason": stops.get(reply.finish or "", reply.finish), "stop_sequence": None}
    yield json.dumps({"type": "message_delta", "delta": ended, "usage": usage})
    yield json.dumps({"type": "message_stop"})


@dataclass(frozen=True)
class Protocol:
    """How a reply becomes events, and an event bytes."""

    events: Callable[[Reply], Iterator[str]]
    framed: Callable[[str], str] = lambda data: f"data: {data}\n\n"
    media_type: str = "text/event-stream"


OPENAI = Protocol(_openai)
PROTOCOLS = {
    "/api/chat": Protocol(_ollama, lambda data: f"{data}\n", "application/x-ndjson"),
    "/v1/messages": Protocol(_anthropic, lambda data: f"event: {json.loads(data)['type']}\ndata: {data}\n\n"),
}


@contextmanager
def serving(*replies: Reply) -> Iterator[Server]:
    """A server with this script, while the block lasts."""
    server = Server(replies)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
