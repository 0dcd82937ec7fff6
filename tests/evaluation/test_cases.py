"""Gold files: what is read, and how what cannot be read is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.errors import InputError
from qa.evaluation.cases import Kind, read_cases
from qa.samples import paths

GOLD = Path(__file__).parent / "gold.jsonl"


def test_the_gold_of_the_samples_is_about_them_and_its_evidence_stands_there() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in paths()}
    cases = read_cases(GOLD)
    assert len(cases) >= 15
    assert {case.kind for case in cases} == set(Kind)
    assert all(piece in texts[case.article] for case in cases for piece in case.evidence)
    assert len({case.id for case in cases}) == len(cases)


def good(**given: object) -> str:
    return json.dumps({"article": "a", "id": "a-1", "kind": "fact", "question": "When?"} | given)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "no gold questions"),
        ("\n\n", "no gold questions"),
        (f"{good()}\nnot json\n", ":2:"),
        (good(kind="poem"), "kind"),
        (good(question=""), "question"),
        (good(speakers=["A"]), "aliases must be parallel"),
        (good(kind="verify"), "verdict"),
        (good(verdict="yes"), "verdict"),
        (good(history=[{"question": "Who?"}]), "history.0.answer"),
    ],
)
def test_what_is_no_gold_is_refused_with_a_line_that_says_where(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError) as refusal:
        read_cases(path)
    assert says in str(refusal.value)
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_line_ends_where_json_lines_end_and_a_mark_at_the_beginning_is_no_part_of_the_first(tmp_path: Path) -> None:
    questions = ["Who\u2028asked?", "Who\u0085answered?", "Who\u2029left?"]
    lines = [json.dumps(json.loads(good(question=question)), ensure_ascii=False) for question in questions]
    (tmp_path / "gold.jsonl").write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    assert [case.question for case in read_cases(tmp_path / "gold.jsonl")] == questions


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_cases(tmp_path / "gone.jsonl")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_bytes(b"\xff\xfe{")
    with pytest.raises(InputError, match="UTF-8"):
        read_cases(tmp_path / "gold.jsonl")
