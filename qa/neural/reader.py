"""The reader: the words that answer a question in each of some contexts, on ONNX Runtime.

The model reads a question together with a context (``reading``) and scores each token as the first and the last of
the answer, and the context as a whole for whether it answers. Two logistic lines in its card, that of relevance fitted
on articles that the model never saw, turn the scores into probabilities. Training is in ``training/reader``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from qa.domain import Reading
from qa.errors import ModelError
from qa.neural.cards import read_card
from qa.neural.embedder import open_tokenizer, package_folder
from qa.neural.onnx_session import open_session
from qa.neural.reading import LONGEST, Found, Pair, PairEncoder, Scores, best_span, padded

if TYPE_CHECKING:
    import onnxruntime as ort


class Card(BaseModel):
    """What lies beside the weights: ``reader.json``.

    ``answered`` are the weights of the span's margin over "none" and of the raw relevance, and the bias; a span is
    reported from the probability ``threshold`` on. ``relevance`` and ``agreement`` are weight and bias of those scores.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str
    longest: int
    answered: tuple[float, float, float]
    threshold: float = Field(ge=0, le=1)
    relevance: tuple[float, float]
    agreement: tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Read:
    """What was found in one input."""

    found: Found
    relevance: float
    agreement: float


class OnnxReader:
    """Implements ``ports.Reader``; safe to call from several threads."""

    def __init__(self, session: ort.InferenceSession, encoder: PairEncoder, card: Card, threads: int) -> None:
        """``threads`` inputs are read at once; the session itself needs no more than one."""
        self._session = session
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._encoder = encoder
        self.card = card

    def read(self, question: str, contexts: Sequence[str]) -> list[Reading]:
        """A reading for each context, in order; of a context too long for one input, the best of its pieces counts.

        ``confidence`` is the probability that the context holds an answer's words, also where it is too low to
        report them. A context without a word is irrelevant.
        """
        pairs = self._encoder.pairs(question, contexts)
        pieces: list[list[_Read]] = [[] for _ in contexts]
        for pair, (spans, relevance, agreement) in zip(pairs, self.score(pairs), strict=True):
            pieces[pair.context].append(_Read(best_span(pair, spans), relevance, agreement))
        return [self._reading(found) for found in pieces]

    def score(self, pairs: Sequence[Pair]) -> list[tuple[Scores, float, float]]:
        """For each input its span scores (tokens, 2), raw relevance and agreement.

        Each goes through the model by itself, as many at once as there are threads: nothing is padded, and what an
        input gets does not depend on the others (activations are quantised over a whole run).
        """
        order = sorted(range(len(pairs)), key=lambda at: -len(pairs[at].ids))
        scores = dict(zip(order, self._workers.map(self._scored, [pairs[at] for at in order]), strict=True))
        return [scores[at] for at in range(len(pairs))]

    def _scored(self, pair: Pair) -> tuple[Scores, float, float]:
        ids, mask, types = padded([pair])
        spans, relevance, agreement = self._session.run(
            ["spans", "relevance", "agreement"], {"ids": ids, "mask": mask, "types": types}
        )
        return spans[0], float(relevance[0]), float(agreement[0])

    def _reading(self, pieces: Sequence[_Read]) -> Reading:
        if not pieces:
            return Reading(None, 0.0, 0.0, 0.5)
        best = max(pieces, key=lambda piece: piece.found.margin)
        nearest = max(pieces, key=lambda piece: piece.relevance)
        by_margin, by_relevance, bias = self.card.answered
        confidence = _logistic(by_margin * best.found.margin + by_relevance * best.relevance + bias)
        span = best.found.span if confidence >= self.card.threshold else None
        relevance, agreement = (
            _logistic(weight * score + offset)
            for (weight, offset), score in (
                (self.card.relevance, nearest.relevance),
                (self.card.agreement, nearest.agreement),
            )
        )
        return Reading(span, confidence, relevance, agreement)


def open_reader(*, threads: int, weights: Path | None = None) -> OnnxReader:
    """The reader from ``weights`` (default: those in the package), checked against their card.

    Raises:
        ModelError: a file is missing, damaged or of another version.
    """
    path, card = read_card(Card, "reader", weights)
    if card.longest != LONGEST:
        raise ModelError(f"the reader's weights are of another version: {path}")
    tokenizer = open_tokenizer(package_folder() / "tokenizer.json", longest=None)
    return OnnxReader(open_session(path, sha256=card.sha256, threads=1), PairEncoder(tokenizer), card, threads)


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, value))))
