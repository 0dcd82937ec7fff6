"""Gold cases asked of a collection, and the scores summed up."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.domain import Answer, ArticleEntry, Question
from qa.errors import InputError, QuestionError
from qa.evaluation.cases import Case, Kind
from qa.evaluation.run import evaluate, summarise
from qa.wiring import Parts
from tests.house import memory_parts, write_articles


def case(number: int, kind: Kind, question: str, **given: object) -> Case:
    fields = {"article": "dam", "id": f"dam-{number}", "kind": kind, "question": question}
    return Case.model_validate(fields | given)


MOSS = {
    "speakers": ["Ada Moss"],
    "aliases": [["Moss"]],
    "evidence": ["Ada Moss, the chief engineer, said the dam was safe."],
}
CASES = (
    case(1, Kind.WHO, "Who said the dam was safe?", answer_any=["moss"], indirect=True, **MOSS),
    case(2, Kind.WHAT, "What did Ada Moss say about the dam?", answer_any=["nothing of the kind"], **MOSS),
    case(3, Kind.VERIFY, "Did Ada Moss say the dam was safe?", verdict="yes", needs_coref=True, **MOSS),
    case(4, Kind.ABSTAIN, "What did Ada Moss say about the price of bread in Rome?"),
    case(5, Kind.FACT, "?!", evidence=["It holds"]),
)


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    parts = memory_parts(tmp_path)
    list(parts.publisher.publish(write_articles(tmp_path)))
    return parts


class Recorder:
    """Asks on, and remembers what it was asked."""

    def __init__(self, parts: Parts) -> None:
        self._asker = parts.asker
        self.asked: list[Question] = []

    def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        return self._asker.ask(question)


def test_a_name_that_two_articles_have_is_refused(parts: Parts, tmp_path: Path) -> None:
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "dam.md").write_text("# Dam falls\n\nNobody said a word.", encoding="utf-8")
    (tmp_path / "later" / "mill.md").write_text("# Mill closes\n\nNobody said a word.", encoding="utf-8")
    list(parts.publisher.publish([str(tmp_path / "later")]))
    with pytest.raises(InputError, match="several articles whose source is named dam"):
        list(evaluate(CASES, parts.asker, parts.lake))
    parts.lake.remove(next(e.id for e in _entries(parts) if e.source.endswith("dam.md")))
    assert len(list(evaluate(CASES[:1], parts.asker, parts.lake))) == 1


def _entries(parts: Parts) -> tuple[ArticleEntry, ...]:
    with parts.lake.snapshot() as snapshot:
        return snapshot.entries()


def test_each_case_is_asked_of_its_own_article_and_scored_with_a_reason(parts: Parts) -> None:
    recorder = Recorder(parts)
    rows = list(evaluate(CASES, recorder, parts.lake))
    assert [row.case for row in rows] == list(CASES)
    assert {len(question.articles) for question in recorder.asked} == {1}
    assert all(row.score.ok == (row.score.why == "") for row in rows)
    assert rows[0].score.ok
    assert rows[1].score.why.startswith("answer lacks nothing of the kind")
    assert rows[4].answer is None
    assert not rows[4].score.ok


def test_the_whole_collection_is_asked_where_that_is_wanted(parts: Parts) -> None:
    recorder = Recorder(parts)
    list(evaluate(CASES[:1], recorder, parts.lake, everywhere=True))
    assert recorder.asked[0].articles == ()


def test_the_summary_counts_what_the_rows_say(parts: Parts) -> None:
    rows = list(evaluate(CASES, parts.asker, parts.lake))
    scores = summarise(rows)
    passed = [row.score.ok for row in rows]
    assert scores.questions == 5
    assert scores.accuracy == round(sum(passed) / 5, 4)
    assert scores.by_kind["who"] == (1.0, 1)
    assert list(scores.by_kind) == sorted(scores.by_kind)
    assert scores.indirect_accuracy == 1.0
    assert scores.citations_exact == 1.0
    assert scores.ms_p50 <= scores.ms_p95
    assert sum(fifth.answers for fifth in scores.reliability) == sum(row.answer is not None for row in rows)
    assert all(0 <= fifth.right <= 1 and 0 <= fifth.confidence <= 1 for fifth in scores.reliability)
    assert summarise(rows[:1]).needs_coref_accuracy is None
    assert summarise(rows[:1]).abstain_recall is None


def test_an_article_that_is_not_there_is_named_before_anything_is_asked(parts: Parts) -> None:
    recorder = Recorder(parts)
    missing = case(1, Kind.WHO, "Who?", article="bridge")
    with pytest.raises(InputError, match="bridge"):
        list(evaluate([CASES[0], missing], recorder, parts.lake))
    assert recorder.asked == []


def test_only_a_refused_question_counts_as_refused(parts: Parts) -> None:
    class Broken:
        def ask(self, question: Question) -> Answer:
            raise RuntimeError("broken")

    class Refusing:
        def ask(self, question: Question) -> Answer:
            raise QuestionError("too long")

    with pytest.raises(RuntimeError):
        list(evaluate(CASES[:1], Broken(), parts.lake))
    (row,) = evaluate(CASES[:1], Refusing(), parts.lake)
    assert row.answer is None
