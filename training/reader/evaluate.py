"""How well a reader finds spans (SQuAD 2.0's exact match and F1), ranks contexts and knows when to abstain."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from qa.neural.reading import Pair, PairEncoder, Scores, best_span
from training.reader.news import Question
from training.reader.rows import plain_sentences, shared, words
from training.reader.spans import Asked

CANDIDATES = 20
Scorer = Callable[[Sequence[Pair]], list[tuple[Scores, float, float]]]
"""Span scores (tokens, 2), relevance and agreement of each input."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Read:
    """The best span of a context for one question: its words, its margin over "none", the context's relevance."""

    words: str
    margin: float
    relevance: float


@dataclass(frozen=True, slots=True)
class Line:
    """A logistic line: the probability for some features."""

    weights: tuple[float, ...]
    bias: float

    def __call__(self, features: Sequence[float]) -> float:
        return float(1 / (1 + np.exp(-(np.dot(self.weights, features) + self.bias))))


def fitted(features: Floats, truth: Sequence[bool]) -> Line:
    """The line that tells true from false best, hardly regularised."""
    model = LogisticRegression(C=100.0, max_iter=1000).fit(features, np.array(truth))
    return Line(tuple(float(w) for w in model.coef_[0]), float(model.intercept_[0]))


def read_all(asked: Sequence[Asked], encoder: PairEncoder, scorer: Scorer) -> list[Read]:
    """For each question the best span of its whole context; of a context in several pieces, that of the best piece."""
    pairs, owner = [], []
    for number, item in enumerate(asked):
        found = encoder.pairs(item.question, [item.context])
        pairs += found
        owner += [number] * len(found)
    best: dict[int, Read] = {}
    for number, pair, (spans, relevance, _) in zip(owner, pairs, scorer(pairs), strict=True):
        found_span = best_span(pair, spans)
        if number not in best or found_span.margin > best[number].margin:
            best[number] = Read(found_span.span.of(asked[number].context), found_span.margin, relevance)
    return [best[number] for number in range(len(asked))]


def normal(answer: str) -> str:
    """As SQuAD compares answers: lower case, without punctuation, articles and extra space."""
    kept = "".join(char for char in answer.lower() if char not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def exact_and_f1(said: str, wordings: Sequence[str]) -> tuple[float, float]:
    """Against the best of several wordings; none means that "" is right."""
    pairs = [(normal(said).split(), normal(gold).split()) for gold in wordings or [""]]
    return max(float(a == b) for a, b in pairs), max(_f1(a, b) for a, b in pairs)


def _f1(said: list[str], gold: list[str]) -> float:
    if not said or not gold:
        return float(said == gold)
    same = sum((Counter(said) & Counter(gold)).values())
    return 2 * same / (len(said) + len(gold))


def features(reads: Sequence[Read]) -> Floats:
    return np.array([[read.margin, read.relevance] for read in reads], dtype=np.float64)


def span_scores(asked: Sequence[Asked], reads: Sequence[Read], answered: Line, threshold: float) -> dict[str, float]:
    """EM and F1 in percent over all questions, and over those with an answer were the reader never to abstain."""
    given = [r.words if answered((r.margin, r.relevance)) >= threshold else "" for r in reads]
    overall = np.array([exact_and_f1(words, item.wordings) for words, item in zip(given, asked, strict=True)])
    forced = np.array([exact_and_f1(r.words, a.wordings) for r, a in zip(reads, asked, strict=True) if a.wordings])
    has = np.array([bool(item.wordings) for item in asked])
    return {
        "em": _percent(overall[:, 0]),
        "f1": _percent(overall[:, 1]),
        "f1 answered": _percent(overall[has, 1]),
        "em none": _percent(overall[~has, 0]),
        "em forced": _percent(forced[:, 0]),
        "f1 forced": _percent(forced[:, 1]),
        "auc": round(float(roc_auc_score(has, [answered((r.margin, r.relevance)) for r in reads])), 4),
    }


def best_threshold(asked: Sequence[Asked], reads: Sequence[Read], answered: Line) -> float:
    """The probability from which on answering gives the highest F1."""
    steps = np.arange(0.2, 0.81, 0.02)
    scores = [span_scores(asked, reads, answered, float(step))["f1"] for step in steps]
    return round(float(steps[int(np.argmax(scores))]), 2)


def _percent(values: Floats) -> float:
    return round(100 * float(values.mean()), 2)


@dataclass(frozen=True)
class Ranked:
    """Relevance of the candidates of each question, and which of them answer it."""

    items: tuple[Question, ...]
    relevance: tuple[Floats, ...]
    right: tuple[NDArray[np.bool_], ...]


def rank(
    items: Sequence[Question], order: Mapping[str, list[int]], encoder: PairEncoder, scorer: Scorer, *, named: bool
) -> Ranked:
    """Each question against the CANDIDATES sentences of its scene that come first in ``order``."""
    pairs, sizes, right = [], [], []
    for item in items:
        numbers = order[item.id][:CANDIDATES]
        contexts = [item.scene.context(number, number, named=named).words for number in numbers]
        found = encoder.pairs(item.question, contexts)
        firsts = {pair.context: pair for pair in reversed(found)}
        pairs += [firsts[at] for at in sorted(firsts)]
        sizes.append(len(firsts))
        right.append(np.array([numbers[at] in item.answering for at in sorted(firsts)]))
    relevance = np.array([score for _, score, _ in scorer(pairs)], dtype=np.float64)
    return Ranked(tuple(items), tuple(np.split(relevance, np.cumsum(sizes)[:-1])), tuple(right))


def ranking_scores(ranked: Ranked) -> dict[str, float]:
    """MRR and recall at 1 of the answerable questions; AUC of the best relevance for telling the others from them.

    ``plain`` is the order in which the candidates came. An answer that is no candidate counts as not found.
    """
    ranks, plain = [], []
    for scores, right in zip(ranked.relevance, ranked.right, strict=True):
        if right.any():
            ranks.append(1 + int((scores > scores[right].max()).sum()))
            plain.append(1 + int(right.argmax()))
    answerable = [bool(item.evidence) for item in ranked.items]
    count = sum(answerable)
    best = [float(scores.max()) for scores in ranked.relevance]
    return {
        "mrr": round(sum(1 / r for r in ranks) / count, 4),
        "recall@1": round(sum(r == 1 for r in ranks) / count, 4),
        "recall@3": round(sum(r <= 3 for r in ranks) / count, 4),
        "plain mrr": round(sum(1 / r for r in plain) / count, 4),
        "plain recall@1": round(sum(r == 1 for r in plain) / count, 4),
        "ceiling": round(len(ranks) / count, 4),
        "abstain auc": round(float(roc_auc_score(answerable, best)), 4),
    }


def agreements(items: Sequence[Question], encoder: PairEncoder, scorer: Scorer) -> tuple[Floats, list[bool]]:
    """Agreement of the evidence, behind its speaker's name, with each claim of ``items``, and whether it agrees."""
    asked = [(item, first, last) for item in items if item.agrees is not None for first, last in item.evidence]
    pairs = [
        encoder.pairs(item.question, [item.scene.context(first, last, named=True).words])[0]
        for item, first, last in asked
    ]
    return np.array([score for _, _, score in scorer(pairs)]), [bool(item.agrees) for item, _, _ in asked]


def relevance_line(ranked: Ranked) -> Line:
    """Turns relevance scores into probabilities that hold among the candidates of a question."""
    scores = np.concatenate(ranked.relevance)[:, None]
    return fitted(scores, [bool(r) for r in np.concatenate(ranked.right)])


def overlap_baseline(item: Asked) -> str:
    """What a reader without a model could say: the sentence that shares most words with the question."""
    about = words(item.question)
    places = plain_sentences(item.context)
    start, end = max(places, key=lambda p: shared(about, words(item.context[p[0] : p[1]])))
    return item.context[start:end]
