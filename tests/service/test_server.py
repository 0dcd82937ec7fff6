"""The whole house behind a real socket: `qa serve` in a process of its own, asked over HTTP."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.errors import ConfigurationError
from qa.samples import paths
from qa.service.server import listen

PAYLARK = next(path for path in paths() if path.stem == "paylark-outage")
READY_WITHIN = 300
"""Seconds; far beyond what is promised, because test machines are busy."""


def call(url: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service over one sample report; it must end by itself when it is told to."""
    index = tmp_path_factory.mktemp("house") / "index"
    qa = [sys.executable, "-m", "qa", "--index", str(index)]
    subprocess.run([*qa, "add", str(PAYLARK)], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [*qa, "serve", "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            wait(f"{url}/readyz", process)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            _, log = process.communicate(timeout=60)
        assert b"Traceback" not in log
        for line in log.splitlines():
            assert json.loads(line)["level"] in {"info", "warning"}
        assert process.returncode in {0, -signal.SIGTERM}


def wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, "the service ended before it was ready"
        try:
            call(url)
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("the service did not get ready")


def test_a_question_is_answered_with_the_words_of_the_article(service: str) -> None:
    (listed,) = call(f"{service}/api/articles")
    text = call(f"{service}/api/articles/{listed['id']}")["text"]
    assert text == PAYLARK.read_text("utf-8")
    answer = call(f"{service}/api/ask", {"question": "Who doubted that the company would escape without a fine?"})
    assert not answer["abstained"]
    assert answer["speakers"][0]["name"] == "Priya Raman"
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_statements_stand_where_they_say(service: str) -> None:
    (listed,) = call(f"{service}/api/articles")
    text = call(f"{service}/api/articles/{listed['id']}")["text"]
    statements = call(f"{service}/api/articles/{listed['id']}/statements")
    assert len(statements) == listed["statements"] > 10
    for statement in statements:
        for piece in filter(None, [statement["source"], statement["cue"], *statement["content"]]):
            assert text[piece["start"] : piece["end"]] == piece["text"]


def test_the_page_is_served_and_no_unknown_address_falls_through_to_it(service: str) -> None:
    with urllib.request.urlopen(f"{service}/", timeout=60) as response:
        assert response.headers["content-type"].startswith("text/html")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        call(f"{service}/api/nothing")
    with refusal.value:
        assert refusal.value.code == 404
        assert json.load(refusal.value)["error"]["code"] == "not_found"
    with pytest.raises(urllib.error.HTTPError) as refusal:
        call(f"{service}/api/ask")
    with refusal.value:
        assert refusal.value.code == 405


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port}"):
            listen("127.0.0.1", port)
        command = [sys.executable, "-m", "qa", "--index", str(tmp_path / "i"), "serve", "--port", str(port)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"qa: cannot listen on 127.0.0.1 port {port}")
    assert ran.stderr.count("\n") == 1
    assert not (tmp_path / "i").exists()


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"no\.such\.host\.invalid"):
        listen("no.such.host.invalid", 7860)
