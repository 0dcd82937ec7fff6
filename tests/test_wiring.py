"""Settings to parts: opened when needed, once, and refused with a way out."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from qa.collection.memory import MemorySnapshot
from qa.domain import Statement
from qa.errors import CollectionError, ConfigurationError, ModelError
from qa.neural.fakes import HashingEmbedder
from qa.settings import Settings
from qa.wiring import Once, Parts, open_catalogue, open_parts, read_settings, reindex
from tests.house import memory_parts, tagger, write_articles


def test_settings_come_from_the_environment_and_what_is_given_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_PORT", "8000")
    monkeypatch.setenv("QA_INDEX", "elsewhere")
    assert read_settings(port=None).port == 8000
    assert read_settings(port=9000).port == 9000
    assert read_settings().index == Path("elsewhere")


@pytest.mark.parametrize(("name", "value"), [("PORT", "many"), ("THREADS", "0"), ("ADMIN_TOKEN", "short")])
def test_a_setting_that_makes_no_sense_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"QA_{name}", value)
    with pytest.raises(ConfigurationError, match=f"QA_{name}") as refusal:
        read_settings()
    assert "\n" not in str(refusal.value)
    assert "'short'" not in str(refusal.value)


def test_an_empty_path_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INDEX", "CACHE", "PROMPTS"):
        monkeypatch.setenv(f"QA_{name}", "")
    found = read_settings()
    assert (found.index, found.cache, found.prompts) == (Path("indexes/default"), None, None)


@pytest.mark.parametrize("name", ["ADMIN_TOKEN", "METRICS_TOKEN", "MODEL_KEY"])
def test_a_secret_that_is_sent_in_a_header_ends_before_the_end_of_its_line(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"QA_{name}", "0123456789abcdef\r\n")
    secret = getattr(read_settings(), name.lower())
    assert secret.get_secret_value() == "0123456789abcdef"
    assert "0123" not in repr(secret)


def test_once_is_once_for_all_threads_and_a_failure_is_tried_again() -> None:
    calls = []

    def make() -> str:
        calls.append(threading.get_ident())
        if len(calls) == 1:
            raise ModelError("not yet")
        return "made"

    once = Once(make)
    assert once.made is None
    with pytest.raises(ModelError):
        once()
    threads = [threading.Thread(target=once) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (once(), once.made, len(calls)) == ("made", "made", 2)


def test_nothing_is_opened_before_it_is_asked_for(tmp_path: Path) -> None:
    with open_parts(Settings(index=tmp_path / "none", embedding_model="/no/such/model"), create=True):
        pass
    assert not (tmp_path / "none").exists()


def test_where_nothing_was_added_the_way_out_is_named(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path / "none")
    with open_parts(settings) as parts, pytest.raises(CollectionError, match=r"qa --index .* add"):
        _ = parts.lake
    with pytest.raises(CollectionError, match=r"qa --index .* add"):
        open_catalogue(settings)
    with pytest.raises(CollectionError, match=r"qa --index .* add"):
        reindex(settings, lambda _done, _total: None)


def test_everything_warm_runs_once(tmp_path: Path) -> None:
    parts = memory_parts(tmp_path)
    list(parts.publisher.publish(write_articles(tmp_path)))
    parts.warm()
    assert parts.asker is parts.asker
    assert parts.publisher is parts.publisher
    parts.close()


def test_what_was_added_last_is_read_before_anybody_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where one article is damaged: whoever asks about it is told so, and the others can be asked about."""
    parts = memory_parts(tmp_path)
    texts = tmp_path / "articles"
    texts.mkdir()
    for number in range(8):
        (texts / f"{number}.txt").write_text(f"Quay {number}\n\n“It is closed,” Voss said.\n", encoding="utf-8")
    list(parts.publisher.publish([str(texts)]))
    monkeypatch.setattr(type(parts.asker), "ask", lambda *_: None)
    seen: list[str] = []

    def statements(self: MemorySnapshot, article_id: str) -> tuple[Statement, ...]:
        seen.append(article_id)
        raise CollectionError("damaged")

    monkeypatch.setattr(MemorySnapshot, "statements", statements)
    monkeypatch.setattr("qa.wiring._READ_AHEAD", 5)
    parts.warm()
    with parts.lake.snapshot() as snapshot:
        assert seen == [entry.id for entry in snapshot.entries()[-5:]]


def test_the_catalogue_is_read_without_the_model_and_survives_another(tmp_path: Path) -> None:
    settings = Settings(index=tmp_path / "index", embedding_model="/no/such/model")
    with Parts(settings, create=True, embedder=HashingEmbedder(), tagger=tagger()) as parts:
        list(parts.publisher.publish(write_articles(tmp_path)))
    with open_catalogue(settings) as lake:
        with lake.snapshot() as snapshot:
            first, second = snapshot.entries()
            assert snapshot.statements(first.id)
        lake.remove(first.id)
        with lake.snapshot() as snapshot:
            assert snapshot.entries() == (second,)


def test_what_reads_the_catalogue_starts_without_models_and_servers() -> None:
    heavy = (
        "torch",
        "onnxruntime",
        "sentence_transformers",
        "gradio",
        "fastapi",
        "uvicorn",
        "trafilatura",
        "langchain",
    )
    program = f"import sys, qa.cli, qa.collection.embedded; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
