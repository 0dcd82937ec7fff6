"""Search in a whole collection: rankings made one, and the passages that are found with what stands around them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from qa.domain import Article, Hit, HitKind, Passage, Span
from qa.ports import Snapshot, Vectors

REACH = 60
"""How many hits of each search are looked at."""
_RANKS = 60
"""The constant of reciprocal rank fusion: how much the first places count above later ones."""


class Found(NamedTuple):
    """Whole passages of an article that lie side by side, around one that was found; a higher score is better."""

    article: Article
    span: Span
    score: float


def searches(
    query: str, vector: Vectors, snapshot: Snapshot, kind: HitKind, articles: Sequence[str] = ()
) -> tuple[list[Hit], list[Hit]]:
    """What is nearest to ``vector`` (dimension,), and what has the words of ``query``: each the best ``REACH``."""
    return snapshot.nearest(vector, kind, REACH, articles), snapshot.lexical(query, kind, REACH, articles)


def fused(rankings: Iterable[Sequence[Hit]]) -> list[tuple[tuple[str, int], float]]:
    """The items (article id, number) of several searches, each once, best first, with their scores.

    Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): the scores of the searches do not compare, their
    places do.
    """
    scores: dict[tuple[str, int], float] = defaultdict(float)
    for ranking in rankings:
        for rank, hit in enumerate(ranking):
            scores[hit.article_id, hit.item] += 1 / (_RANKS + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))


def passages_for(
    query: str, vector: Vectors, snapshot: Snapshot, limit: int, chars: int, articles: Sequence[str] = ()
) -> list[Found]:
    """The ``limit`` best passages for ``query``, whose vector is ``vector`` (dimension,), in ``articles`` or in all.

    Each is widened by its neighbours to at most ``chars`` code points; what one holds is not found again.
    """
    found: list[Found] = []
    for (article_id, number), score in fused(searches(query, vector, snapshot, HitKind.PASSAGE, articles)):
        article, passages = snapshot.article(article_id), snapshot.passages(article_id)
        if any(f.article.id == article_id and f.span.holds(passages[number].span) for f in found):
            continue
        found.append(Found(article, _widened(passages, number, chars), score))
        if len(found) == limit:
            break
    return found


def _widened(passages: Sequence[Passage], number: int, chars: int) -> Span:
    """The span of passage ``number`` with as many of its neighbours, behind and before by turns, as fit in."""
    first = last = number
    behind, stuck = True, 0
    while stuck < 2:
        low, high = (first, last + 1) if behind else (first - 1, last)
        if low >= 0 and high < len(passages) and passages[high].span.end - passages[low].span.start <= chars:
            first, last, stuck = low, high, 0
        else:
            stuck += 1
        behind = not behind
    return Span(passages[first].span.start, passages[last].span.end)
