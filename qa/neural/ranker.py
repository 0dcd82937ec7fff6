"""The ranker: how well a passage answers a question, on ONNX Runtime.

The model reads ``[CLS] question [SEP] title [SEP] passage [SEP]`` and scores the passage as a whole. It has learnt what
to add to what a search already knows of a passage. Training is in ``training/ranker``.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict
from tokenizers import Tokenizer

from qa.errors import ModelError
from qa.neural.cards import read_card
from qa.neural.embedder import open_tokenizer, package_folder
from qa.neural.onnx_session import open_session
from qa.neural.reading import QUESTION, Pair, padded

if TYPE_CHECKING:
    import onnxruntime as ort

LONGEST = 288
"""Tokens of one input, separators included."""

TITLE = 24
"""Tokens of a title that are read."""


class Card(BaseModel):
    """What lies beside the weights, ``ranker.json``: their hash, LONGEST, and what a score counts in log-odds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str
    longest: int
    weight: float


def inputs(tokenizer: Tokenizer, question: str, passages: Sequence[tuple[str, str]]) -> list[Pair]:
    """What the model reads of each passage, a title and a text; of a long one, its beginning.

    Raises:
        ModelError: the tokenizer lacks the separators.
    """
    begin, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    if begin is None or sep is None:
        raise ModelError("a tokenizer without [CLS] and [SEP]")
    texts = [question, *(text for passage in passages for text in passage)]
    asked, *read = [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    head = (begin, *asked[:QUESTION], sep)
    bodies = [(*title[:TITLE], sep, *text) for title, text in zip(read[::2], read[1::2], strict=True)]
    room = LONGEST - len(head) - 1
    return [Pair(n, (*head, *body[:room], sep), len(head), (), (), ()) for n, body in enumerate(bodies)]


class OnnxRanker:
    """Implements ``ports.Ranker``; safe to call from several threads."""

    def __init__(self, session: ort.InferenceSession, tokenizer: Tokenizer, card: Card, threads: int) -> None:
        """``threads`` passages are read at once; the session itself needs no more than one."""
        self._session = session
        self._tokenizer = tokenizer
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="ranker")
        self.card = card

    def rank(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:
        return list(self._workers.map(self._scored, inputs(self._tokenizer, question, passages)))

    def _scored(self, pair: Pair) -> float:
        ids, mask, types = padded([pair])
        (relevance,) = self._session.run(["relevance"], {"ids": ids, "mask": mask, "types": types})
        return self.card.weight * float(relevance[0])


def open_ranker(*, threads: int, weights: Path | None = None) -> OnnxRanker:
    """The ranker from ``weights`` (default: those in the package), checked against their card.

    Raises:
        ModelError: a file is missing, damaged or of another version.
    """
    path, card = read_card(Card, "ranker", weights)
    if card.longest != LONGEST:
        raise ModelError(f"the ranker's weights are of another version: {path}")
    tokenizer = open_tokenizer(package_folder() / "tokenizer.json", longest=None)
    return OnnxRanker(open_session(path, sha256=card.sha256, threads=1), tokenizer, card, threads)
