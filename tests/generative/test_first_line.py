"""How soon a checked line is shown: at once, though the model says nothing more for now."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from qa.collection.memory import MemoryLake
from qa.neural.fakes import HashingEmbedder
from qa.service.api import create_app
from qa.service.server import listen
from qa.wiring import Parts
from tests import house
from tests.generative.server import Reply, Server, serving

ASKED = {"question": "List everything Ada Moss said."}
FIRST = "Ada Moss, the chief engineer, said the dam was safe. [1]"
LIE = "Tom Reed said the dam was safe. [1]"


@contextmanager
def service(folder: Path, model: Server) -> Iterator[str]:
    """The address of a service that is ready, with this model."""
    embedder = HashingEmbedder()
    parts = Parts(
        house.settings(folder, model="openai:scripted", model_url=model.url, model_deadline=300.0),
        lake=MemoryLake(dimension=embedder.dimension),
        embedder=embedder,
        tagger=house.tagger(),
    )
    for source in house.write_articles(folder):
        parts.publisher.publish_one(source)
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(create_app(parts), log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            for _ in range(3000):
                if httpx.get(f"{url}/readyz", timeout=60.0).status_code == 200:
                    break
                time.sleep(0.01)
            yield url
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.parametrize("end", ["\n", " ", ""], ids=["with its line break", "with a space", "with its marker"])
def test_the_first_checked_line_waits_for_nothing_that_the_model_has_yet_to_say(end: str, tmp_path: Path) -> None:
    begun = f"{LIE}\n{FIRST}{end}"
    held = len(re.findall(r"\s*\S{1,9}|\s+$", begun))
    reply = Reply(f"{begun}Tom Reed lied. [2]\n" if end.strip(" ") else f"{begun}\nTom Reed lied. [2]\n", held=held)
    with (
        serving(reply, Reply(LIE)) as model,
        service(tmp_path, model) as url,
        httpx.stream("POST", f"{url}/api/ask/stream", json=ASKED, timeout=120.0) as response,
    ):
        lines = (line for line in response.iter_lines() if line)
        assert next(lines) == "event: token"
        assert json.loads(next(lines).removeprefix("data: ")) == {"text": FIRST}
        assert not model.released.is_set()
        assert len(model.requests) == 1
        model.released.set()
        *_, event, data = lines
    assert event == "event: answer"
    answer = json.loads(data.removeprefix("data: "))
    assert (answer["mode"], answer["answer"].split("\n")[0]) == ("generative", FIRST)
    assert "2 sentences" in answer["note"]
