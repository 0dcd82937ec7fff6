"""Search in a whole collection: what the searches find, and the passages made of it, judged as they stand."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from qa.answering.wording import Rarity, content_stems
from qa.domain import Article, Hit, HitKind, Passage, Span
from qa.ports import Snapshot, Vectors

REACH = 60
"""How many hits of each search are looked at."""
_RANKS = 60
"""The constant of reciprocal rank fusion: how much the first places count above later ones."""
_SHARPNESS = 3
"""The power of a fused score that a passage adds to what holds it: one of the first is worth several of the last."""
_JUDGED = 24
"""So many runs of passages are judged, most worth first."""
_NEARNESS, _COVERAGE, _LENGTH = 11.5, 8.7, 1.5
"""What the nearness of its nearest passage, the share of the question's words that it has, and the logarithm of its
article's length (against it) add to a run's log-odds: fitted on 2,150 questions on 267 of 2,508 articles."""


class Found(NamedTuple):
    """Whole sentences of an article that lie side by side, around what was found; a higher score is better."""

    article: Article
    span: Span
    score: float


def searches(
    query: str,
    vector: Callable[[], Vectors],
    snapshot: Snapshot,
    kinds: Sequence[HitKind],
    articles: Sequence[str] = (),
) -> list[list[Hit]]:
    """The best ``REACH`` of each kind, those nearest to the vector (dimension,), then those with the query's words.

    The words are looked for while the vector is made and its nearest are found: both take their time outside Python.
    """
    with ThreadPoolExecutor(1) as beside:
        worded = [beside.submit(snapshot.lexical, query, kind, REACH, articles) for kind in kinds]
        near = [snapshot.nearest(vector(), kind, REACH, articles) for kind in kinds]
        return near + [words.result() for words in worded]


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
    query: str,
    vector: Vectors,
    snapshot: Snapshot,
    limit: int,
    chars: int,
    articles: Sequence[str] = (),
) -> list[Found]:
    """The ``limit`` best passages for ``query``, whose vector is ``vector`` (dimension,), in ``articles`` or in all.

    A passage is a run of those that the searches find, widened to at most ``chars`` code points; what one holds is not
    found again.
    """
    worth: dict[str, dict[int, float]] = defaultdict(dict)
    found = searches(query, lambda: vector, snapshot, (HitKind.PASSAGE,), articles)
    for (article_id, number), score in fused(found):
        worth[article_id][number] = score**_SHARPNESS
    passages = {article_id: snapshot.passages(article_id) for article_id in worth}
    runs = [(total, a, span) for a in worth for total, span in _runs(passages[a], worth[a], chars)]
    runs = sorted(runs, key=lambda run: (-run[0], run[1], run[2].start))[: max(_JUDGED, 2 * limit)]
    wide = [Found(article := snapshot.article(a), _widened(article, span, chars), 0.0) for _, a, span in runs]
    near = _nearness(vector, snapshot, {a: passages[a] for _, a, _ in runs})
    return _apart(sorted(_judged(query, wide, near), key=lambda found: -found.score))[:limit]


def _runs(passages: Sequence[Passage], worth: Mapping[int, float], chars: int) -> Iterator[tuple[float, Span]]:
    """Disjoint runs of ``passages``, of at most ``chars`` code points or one passage, with what they are worth.

    The first holds most of what was found, the next most of the rest, until nothing is left; each begins and ends with
    a passage that was found.
    """
    left, taken = dict(worth), set[int]()
    while left:
        best = (0.0, 0, 0)
        for first in sorted(left):
            total = 0.0
            for number in range(first, len(passages)):
                long = passages[number].span.end - passages[first].span.start > chars
                if number in taken or (long and number > first):
                    break
                total += left.get(number, 0.0)
                best = max(best, (total, -first, -number))
        total, first, last = best[0], -best[1], -best[2]
        yield total, Span(passages[first].span.start, passages[last].span.end)
        taken.update(range(first, last + 1))
        left = {number: value for number, value in left.items() if number not in taken}


def _widened(article: Article, span: Span, chars: int) -> Span:
    """``span`` with as many of the sentences around it, behind and before by turns, as fit in."""
    sentences = article.sentences
    first = sum(s.start < span.start for s in sentences)
    last = first + sum(s.start >= span.start and s.end <= span.end for s in sentences) - 1
    if last < first:
        return span
    behind, stuck = True, 0
    while stuck < 2:
        low, high = (first, last + 1) if behind else (first - 1, last)
        if low >= 0 and high < len(sentences) and sentences[high].end - sentences[low].start <= chars:
            first, last, stuck = low, high, 0
        else:
            stuck += 1
        behind = not behind
    return Span(sentences[first].start, sentences[last].end)


def _nearness(
    vector: Vectors, snapshot: Snapshot, passages: Mapping[str, Sequence[Passage]]
) -> dict[str, list[tuple[Span, float]]]:
    """How near each of ``passages`` is, by article."""
    number = sum(len(some) for some in passages.values())
    near: dict[str, list[tuple[Span, float]]] = defaultdict(list)
    for hit in snapshot.nearest(vector, HitKind.PASSAGE, number, tuple(passages)) if passages else []:
        near[hit.article_id].append((passages[hit.article_id][hit.item].span, hit.score))
    return near


def _judged(query: str, wide: Sequence[Found], near: Mapping[str, list[tuple[Span, float]]]) -> list[Found]:
    """``wide`` with the scores that nearness, words and the lengths of their articles give.

    A long article has more passages than a short one, so that its best is better by chance.
    """
    stems = [content_stems(found.span.of(found.article.text)) for found in wide]
    wanted = Rarity.of(stems).wanted(content_stems(query))
    return [
        found._replace(
            score=_NEARNESS * max((s for span, s in near[found.article.id] if found.span.holds(span)), default=0.0)
            + _COVERAGE * wanted.covered(held)
            - _LENGTH * math.log(len(found.article.text))
        )
        for found, held in zip(wide, stems, strict=True)
    ]


def _apart(found: Iterable[Found]) -> list[Found]:
    """``found`` without those that one before them holds."""
    kept: list[Found] = []
    for one in found:
        if not any(other.article.id == one.article.id and other.span.holds(one.span) for other in kept):
            kept.append(one)
    return kept
