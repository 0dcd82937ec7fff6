"""What operators can count, and who may read it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qa.collection.memory import MemoryLake
from qa.errors import LanguageModelError
from qa.neural.fakes import HashingEmbedder
from qa.service.api import create_app
from qa.wiring import Parts
from tests import house
from tests.generative.scene import ScriptedModel

TOKEN = "sixteen characters"
BEARER = {"authorization": f"Bearer {TOKEN}"}
ASKED = {"question": "List everything Ada Moss said."}
TRUE = "Ada Moss, the chief engineer, said the dam was safe. [1]\n"
LIE = "Tom Reed said the dam was safe. [1]\n"
DOCUMENT = Path(__file__).parents[2] / "docs" / "http.md"


def make_client(folder: Path, model: ScriptedModel | None, **given: object) -> TestClient:
    embedder = HashingEmbedder()
    parts = Parts(
        house.settings(folder, **given),
        lake=MemoryLake(dimension=embedder.dimension),
        embedder=embedder,
        tagger=house.tagger(),
        model=model,
    )
    for source in house.write_articles(folder):
        parts.publisher.publish_one(source)
    return TestClient(create_app(parts))


def ready(client: TestClient) -> TestClient:
    for _ in range(3000):
        if client.get("/readyz").status_code == 200:
            break
    return client


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    failing = LanguageModelError("it failed with status 500", kind="failed")
    replies = [TRUE + LIE, LIE, LIE, LIE, failing]
    with make_client(tmp_path, ScriptedModel(replies), metrics_token=TOKEN) as made:
        yield ready(made)


def figures(client: TestClient) -> dict[str, float]:
    """The samples that are not zero, by name and label."""
    text = client.get("/metrics", headers=BEARER).text
    found = re.findall(r'^(whosaid_\w+)(?:\{(?:\w+)="(\w+)"\})? ([\d.e+-]+)$', text, re.M)
    return {f"{name} {label}".strip(): float(value) for name, label, value in found if float(value)}


def test_what_was_asked_and_what_became_of_the_model_s_sentences(client: TestClient) -> None:
    assert {name for name in figures(client) if "created" not in name} == set()
    assert client.post("/api/ask", json=ASKED).json()["mode"] == "generative"
    assert client.post("/api/ask", json=ASKED).json()["mode"] == "extractive"
    assert '"mode": "extractive"' in client.post("/api/ask/stream", json=ASKED).text
    assert (
        client.post("/api/ask", json={"question": "What did Xanthippe Quill say about pigs?"}).json()["abstained"]
        is True
    )
    counted = {name: value for name, value in figures(client).items() if "created" not in name and "_sum" not in name}
    assert counted == {
        "whosaid_ask_seconds_count generative": 1.0,
        "whosaid_ask_seconds_count extractive": 2.0,
        "whosaid_ask_seconds_count abstained": 1.0,
        "whosaid_model_answers_total generative": 1.0,
        "whosaid_model_answers_total extractive": 2.0,
        "whosaid_model_sentences_total shown": 1.0,
        "whosaid_model_sentences_total dropped": 2.0,
        "whosaid_model_fallbacks_total not_borne_out": 1.0,
        "whosaid_model_fallbacks_total failed": 1.0,
    }


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 401), ({"authorization": "Bearer another token of its own"}, 403), (BEARER, 200)]
)
def test_only_for_those_who_bear_the_token(client: TestClient, headers: dict[str, str], status: int) -> None:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("whosaid_ask_seconds" in answer.text) == (status == 200)
    assert answer.headers["cache-control"] == "no-store"


def test_without_a_token_there_is_nothing(tmp_path: Path) -> None:
    with make_client(tmp_path, None) as client:
        assert client.get("/metrics", headers=BEARER).status_code == 404


def test_every_figure_is_documented(client: TestClient) -> None:
    text = client.get("/metrics", headers=BEARER).text
    document = DOCUMENT.read_text(encoding="utf-8")
    names = {name for name in re.findall(r"^# HELP (whosaid_\w+)", text, re.M) if not name.endswith("_created")}
    assert len(names) == 4
    assert [name for name in names if f"`{name}`" not in document and f"`{name}_total`" not in document] == []
