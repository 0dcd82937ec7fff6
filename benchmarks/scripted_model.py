"""A server of OpenAI's chat protocol whose model is a script: it picks statements, or lies about them.

    python benchmarks/scripted_model.py honest|lying [--port 8000]

Then: QA_MODEL=openai:scripted QA_MODEL_URL=http://127.0.0.1:8000/v1 qa serve

The honest one picks every statement that it is offered: the article's sentence where that names the speaker, else the
speaker's name and what was said. The lying one says each in one of seven false ways, in turn: it credits somebody else
(twice), changes a quotation, invents a marker, a number, the opposite, or a sentence of its own; and it always gives
the wrong verdict.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LIARS_NAMES = ("Anna Karlsson", "John Miller", "the White House")
MARKS = '“”".,'


def evidence_in(prompt: str) -> list[dict]:
    """The statements that a prompt of ``prompts/`` holds between its fences."""
    fenced = re.search(r"<evidence>\n(.*?)\n</evidence>", prompt, re.S)
    return [json.loads(line) for line in fenced.group(1).splitlines() if line.strip()] if fenced else []


def said(piece: dict) -> str:
    """One statement in the words of the evidence."""
    if piece["speaker"] is None:
        return piece["sentence"]
    name = re.sub(r"\s*\([^()]*\)$", "", piece["speaker"])
    if re.search(rf"\b{re.escape(name.split()[-1])}\b", piece["sentence"]):
        return piece["sentence"]
    return f"{name} said: {piece['says']}"


def honest(pieces: list[dict], prompt: str) -> list[str]:
    verdict = re.search(r'Begin the first line with "(Yes|No)\."', prompt)
    lines = [f"{said(piece)} [{piece['marker']}]" for piece in pieces]
    return [f"{verdict.group(1)}. {lines[0]}", *lines[1:]] if verdict and lines else lines


class Liar:
    """Lies about each statement in the next of its ways."""

    def __init__(self) -> None:
        self._turns = itertools.count()

    def __call__(self, pieces: list[dict], prompt: str) -> list[str]:
        return [self._lie(piece, prompt) for piece in pieces]

    def _lie(self, piece: dict, prompt: str) -> str:
        turn, words, marker = next(self._turns), piece["says"] or piece["sentence"], piece["marker"]
        truth = said(piece)
        # Somebody whom the article names close by is the likeliest mistake, and the hardest to see.
        near = f"{piece['before']} {piece['after']} {piece['sentence']}"
        others = [n for n in re.findall(r"\b[A-Z][a-z]+ [A-Z][a-z]+\b", near) if n not in (piece["speaker"] or "")]
        other = others[turn % len(others)] if others else LIARS_NAMES[turn % len(LIARS_NAMES)]
        verdict = re.search(r'Begin the first line with "(Yes|No)\."', prompt)
        credited = piece["speaker"] or other
        bare = words.strip(MARKS)
        lowered = bare[:1].lower() + bare[1:]
        ways = [
            f"{other} said: {words} [{marker}]",
            f"{other} said that {lowered} [{marker}]",
            f"“{' '.join(bare.split()[:-1])} indeed,” said {credited}. [{marker}]",
            f"{truth} [{marker + 40}]",
            f"{truth.rstrip(MARKS)}, for the 73rd time. [{marker}]",
            f"{credited} denied that {lowered} [{marker}]",
            f"{credited} said the bank would close in autumn. [{marker}]",
        ]
        lie = ways[turn % len(ways)]
        return f"{'No' if verdict.group(1) == 'Yes' else 'Yes'}. {lie}" if verdict else lie


class Server(ThreadingHTTPServer):
    """``first_line_sent`` is when the last answer's first line was sent whole, by the monotonic clock; ``pause`` is the
    seconds after each line.
    """

    daemon_threads = True

    def __init__(self, manner: str, port: int = 0, pause: float = 0.0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.write = honest if manner == "honest" else Liar()
        self.pause = pause
        self.first_line_sent: float | None = None
        self.answers = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def start(self) -> Server:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        messages = json.loads(self.rfile.read(int(self.headers["content-length"])))["messages"]
        prompt = messages[1]["content"] if len(messages) > 1 else ""
        # Asked once more, it says the same: it does not know better.
        lines = self.server.write(evidence_in(prompt), prompt) or ["NOT IN THE EVIDENCE"]
        self.server.answers += 1
        self.server.first_line_sent = None
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        try:
            for number, line in enumerate(lines):
                for words in re.findall(r"\s*\S+", line if not number else f"\n{line}"):
                    self._event({"content": words})
                if self.server.first_line_sent is None:
                    self.server.first_line_sent = time.monotonic()
                time.sleep(self.server.pause)
            self._event({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            pass
        self.close_connection = True

    def _event(self, delta: dict, finish: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        head = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "scripted"}
        self.wfile.write(f"data: {json.dumps({**head, 'choices': [choice]})}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Silent."""


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("manner", choices=["honest", "lying"])
    p.add_argument("--port", type=int, default=8000)
    o = p.parse_args()
    server = Server(o.manner, o.port)
    print(f"{o.manner} at {server.url}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
