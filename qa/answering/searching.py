"""Search in a whole collection: what the searches find, and the passages made of it, judged as they stand."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from qa.answering.wording import Rarity, content_stems
from qa.domain import Article, Hit, HitKind, Passage, Span
from qa.ports import Ranker, Snapshot, Vectors

REACH = 60
"""How many hits of each search are looked at."""
_RANKS = 60
"""The constant of reciprocal rank fusion: how much the first places count above later ones."""
_SHARPNESS = 3
"""The power of a fused score that a passage adds to what holds it: one of the first is worth several of the last."""
_JUDGED, _RANKED = 32, 24
"""So many runs of passages are judged by what search knows, most worth first; so many of the best a ranker reads."""
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


def passage_nearness(
    snapshot: Snapshot, vector: Vectors, articles: Sequence[str]
) -> Mapping[str, list[tuple[Span, float]]]:
    """How near each passage of some articles is to ``vector`` (dimension,), by article."""
    passages = {a: snapshot.passages(a) for a in articles}
    number = sum(len(found) for found in passages.values())
    spans = {(a, p.number): p.span for a in articles for p in passages[a]}
    found: dict[str, list[tuple[Span, float]]] = {a: [] for a in articles}
    for hit in snapshot.nearest(vector, HitKind.PASSAGE, number, articles) if number else []:
        if (hit.article_id, hit.item) in spans:
            found[hit.article_id].append((spans[hit.article_id, hit.item], hit.score))
    return found


def passages_for(
    query: str,
    vector: Vectors,
    snapshot: Snapshot,
    limit: int,
    chars: int,
    articles: Sequence[str] = (),
    ranker: Ranker | None = None,
) -> list[Found]:
    """The ``limit`` best passages for ``query``, whose vector is ``vector`` (dimension,), in ``articles`` or in all.

    A passage is a run of those that the searches find, widened to at most ``chars`` code points; what one holds is not
    found again. What the ``ranker`` says of the best is added to their scores; what it did not read comes behind.
    """
    found = _best_first(judged(query, vector, snapshot, max(_JUDGED, 2 * limit), chars, articles))
    if ranker:
        most = max(_RANKED, 2 * limit)
        added = ranker.rank(query, [(one.article.title, one.span.of(one.article.text)) for one in found[:most]])
        read = [one._replace(score=one.score + more) for one, more in zip(found, added, strict=False)]
        found = _best_first(read) + found[most:]
    return _apart(found)[:limit]


def _best_first(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda one: -one.score)


def judged(
    query: str, vector: Vectors, snapshot: Snapshot, most: int, chars: int, articles: Sequence[str] = ()
) -> list[Found]:
    """The ``most`` runs with most of what the searches find, widened, with the scores that search gives them."""
    worth: dict[str, dict[int, float]] = defaultdict(dict)
    found = searches(query, lambda: vector, snapshot, (HitKind.PASSAGE,), articles)
    for (article_id, number), score in fused(found):
        worth[article_id][number] = score**_SHARPNESS
    passages = {article_id: snapshot.passages(article_id) for article_id in worth}
    runs = [(total, a, span) for a in worth for total, span in _runs(passages[a], worth[a], chars)]
    runs = sorted(runs, key=lambda run: (-run[0], run[1], run[2].start))[:most]
    whole = {a: snapshot.article(a) for _, a, _ in runs}
    wide = [(whole[a], _widened(whole[a], span, chars)) for _, a, span in runs]
    near = passage_nearness(snapshot, vector, tuple(whole))
    return list(_scored(query, wide, near))


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


def _scored(
    query: str, wide: Sequence[tuple[Article, Span]], near: Mapping[str, Sequence[tuple[Span, float]]]
) -> Iterator[Found]:
    """``wide`` with the scores that nearness, words and the lengths of their articles give.

    A long article has more passages than a short one, so that its best is better by chance.
    """
    stems = [content_stems(span.of(article.text)) for article, span in wide]
    wanted = Rarity.of(stems).wanted(content_stems(query))
    for (article, span), held in zip(wide, stems, strict=True):
        nearest = max((score for passage, score in near[article.id] if span.holds(passage)), default=0.0)
        length = math.log(len(article.text))
        yield Found(article, span, _NEARNESS * nearest + _COVERAGE * wanted.covered(held) - _LENGTH * length)


def _apart(found: Iterable[Found]) -> list[Found]:
    """``found`` without those that one before them holds."""
    kept: list[Found] = []
    for one in found:
        if not any(other.article.id == one.article.id and other.span.holds(one.span) for other in kept):
            kept.append(one)
    return kept
