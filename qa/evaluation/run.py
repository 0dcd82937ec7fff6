"""Asks every gold case of a collection and sums the scores up."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol
from urllib.parse import urlsplit

from qa.domain import Answer, ArticleEntry, Question, Turn
from qa.errors import InputError
from qa.evaluation.cases import Case, Kind
from qa.evaluation.scoring import SPEAKER_KINDS, Score, score
from qa.ports import Lake, Snapshot


class Asks(Protocol):
    """What is evaluated: anything that answers a question."""

    def ask(self, question: Question) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Row:
    """A case with what was answered (none: the question was refused), how long that took, and its score."""

    case: Case
    answer: Answer | None
    milliseconds: float
    score: Score


@dataclass(frozen=True, slots=True)
class Fifth:
    """The answers, abstentions among them, of one fifth of confidence: its mean, the share that is right, how many."""

    confidence: float
    right: float
    answers: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The scores over all cases, each in 0…1 and None where no case bears on it; times in milliseconds."""

    questions: int
    accuracy: float | None
    by_kind: dict[str, tuple[float | None, int]]
    wrong_speaker_rate: float | None
    needs_coref_accuracy: float | None
    indirect_accuracy: float | None
    abstain_recall: float | None
    abstained_on_answerable: float | None
    citations_exact: float | None
    citation_precision: float
    ms_p50: float
    ms_p95: float
    reliability: tuple[Fifth, ...]


def evaluate(cases: Sequence[Case], asker: Asks, lake: Lake, *, everywhere: bool = False) -> Iterator[Row]:
    """Asks each case, of its own article or (``everywhere``) of the whole collection.

    Raises:
        InputError: an article that the cases name is not in the collection, or is there twice; none is asked then.
    """
    with lake.snapshot() as snapshot:
        ids, texts = _articles(cases, snapshot)
    for case in cases:
        article_id = ids[case.article]
        question = Question(
            case.question,
            tuple(Turn(turn.question, turn.answer) for turn in case.history),
            () if everywhere else (article_id,),
        )
        began = time.perf_counter()
        answer = _ask(asker, question)
        took = 1000 * (time.perf_counter() - began)
        yield Row(case, answer, took, score(case, answer, article_id, texts))


def summarise(rows: Sequence[Row]) -> Summary:
    """The scores over ``rows``, of which there is at least one."""
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        by_kind[row.case.kind.value].append(row.score.ok)
    answerable = [row for row in rows if row.case.kind is not Kind.ABSTAIN]
    unanswerable = [row for row in rows if row.case.kind is Kind.ABSTAIN]
    credited = [row for row in rows if row.case.kind in SPEAKER_KINDS and row.case.speakers and not row.score.abstained]
    cited = sum(row.score.citations for row in rows)
    to_support = sum(row.score.citations for row in answerable if row.case.evidence)
    times = sorted(row.milliseconds for row in rows)
    return Summary(
        questions=len(rows),
        accuracy=_share([row.score.ok for row in rows]),
        by_kind={kind: (_share(passed), len(passed)) for kind, passed in sorted(by_kind.items())},
        wrong_speaker_rate=_share([row.score.wrong_speaker for row in credited]),
        needs_coref_accuracy=_share([row.score.ok for row in rows if row.case.needs_coref]),
        indirect_accuracy=_share([row.score.ok for row in rows if row.case.indirect]),
        abstain_recall=_share([row.score.abstained for row in unanswerable]),
        abstained_on_answerable=_share([row.score.abstained for row in answerable]),
        citations_exact=round(sum(row.score.exact for row in rows) / cited, 4) if cited else None,
        citation_precision=round(sum(row.score.supported for row in answerable) / max(1, to_support), 4),
        ms_p50=round(statistics.median(times), 1),
        ms_p95=round(times[int(0.95 * (len(times) - 1))], 1),
        reliability=tuple(_reliability(rows)),
    )


def _reliability(rows: Sequence[Row]) -> Iterator[Fifth]:
    """Whether answers are as often right as their confidence says, by fifths of confidence."""
    for fifth in range(5):
        found = [
            (r.answer.confidence, r.score.ok)
            for r in rows
            if r.answer and min(4, int(5 * r.answer.confidence)) == fifth
        ]
        if found:
            confidence = statistics.fmean(c for c, _ in found)
            yield Fifth(round(confidence, 3), round(statistics.fmean(ok for _, ok in found), 3), len(found))


def _ask(asker: Asks, question: Question) -> Answer | None:
    try:
        return asker.ask(question)
    except InputError:
        return None


def _articles(cases: Sequence[Case], snapshot: Snapshot) -> tuple[dict[str, str], Mapping[str, str]]:
    """Article ids by file stem for the cases, and the texts of all articles by id."""
    entries = snapshot.entries()
    ids = {_stem(entry): entry.id for entry in entries}
    named = {case.article for case in cases}
    for entry in entries:
        if (stem := _stem(entry)) in named and ids[stem] != entry.id:
            raise InputError(f"the collection holds several articles whose source is named {stem}")
    missing = sorted(named - ids.keys())
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise InputError(f"the collection holds no article whose source is named {missing[0]}{more}")
    return ids, {entry.id: snapshot.article(entry.id).text for entry in entries}


def _stem(entry: ArticleEntry) -> str:
    """The file name of an article's source, a path or URL, without its last extension."""
    source = entry.source
    path = urlsplit(source).path if "://" in source else source.replace("\\", "/")
    return PurePosixPath(path).stem


def _share(passed: Sequence[bool]) -> float | None:
    return round(sum(passed) / len(passed), 4) if passed else None
