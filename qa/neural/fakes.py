"""Stand-ins for the models, for tests and for trying the house without weights; they keep the contracts of ports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

import numpy as np

from qa.domain import Markup, Reading
from qa.ports import Vectors

_WORD = re.compile(r"\w+")


class HashingEmbedder:
    """Each word counts in one of 64 dimensions, by its hash: texts are near when they share words."""

    name = "hashing"
    dimension = 64
    fingerprint = hashlib.sha256(b"hashing-64").hexdigest()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(texts, 64); a text without words has all its length in the first dimension."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            for word in _WORD.findall(text.casefold()):
                row[hashlib.sha256(word.encode()).digest()[0] % self.dimension] += 1
            if not row.any():
                row[0] = 1
        vectors: Vectors = out / np.linalg.norm(out, axis=1, keepdims=True)
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts)


class ScriptedTagger:
    """Answers with the markup that was written for a text, and sees nothing in any other."""

    def __init__(self, script: Mapping[str, Markup]) -> None:
        self._script = dict(script)

    def tag(self, text: str) -> Markup:
        return self._script.get(text, Markup((), ()))


class ScriptedReader:
    """Answers with the reading that was written for a question and context, and finds no answer in any other."""

    def __init__(self, script: Mapping[tuple[str, str], Reading]) -> None:
        self._script = dict(script)

    def read(self, question: str, contexts: Sequence[str]) -> list[Reading]:
        nothing = Reading(None, 0.0, 0.0)
        return [self._script.get((question, context), nothing) for context in contexts]


class OverlapReader:
    """A context is as relevant as it has the longer words of the question, cut to five letters; it marks no words.

    "Who said" and "who spoke about" tell nothing of what is looked for.
    """

    def read(self, question: str, contexts: Sequence[str]) -> list[Reading]:
        asked = self._words(question)
        shares = [len(asked & self._words(context)) / max(1, len(asked)) for context in contexts]
        return [Reading(None, share, share) for share in shares]

    def _words(self, text: str) -> frozenset[str]:
        found = (word for word in _WORD.findall(text.casefold()) if len(word) > 3)
        return frozenset(word[:5] for word in found if word not in ("said", "spoke", "about"))


class WordRanker:
    """Sets passages with one word above all others."""

    def __init__(self, word: str) -> None:
        self._word = word

    def rank(self, question: str, passages: Sequence[tuple[str, str]]) -> list[float]:  # noqa: ARG002
        return [99.0 * (self._word in text) for _, text in passages]
