"""Every command as a user types it: what it prints, where, and with which exit status."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from qa.cli import guarded, main
from qa.neural.fakes import HashingEmbedder
from tests.house import DAM, FAIR, tagger, write_articles


class Ran(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.status == 0, self.err
        return json.loads(self.out)


Qa = Callable[..., Ran]


@pytest.fixture
def qa(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Qa:
    """The command line over a collection of the test's own, with light models."""
    monkeypatch.setattr("qa.wiring.open_embedder", lambda settings: HashingEmbedder())
    monkeypatch.setattr("qa.wiring.open_tagger", lambda settings: tagger())

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        status = main(["--index", str(tmp_path / "index"), *map(str, arguments)])
        return Ran(status, *capsys.readouterr())

    return run


@pytest.fixture
def filled(qa: Qa, tmp_path: Path) -> Qa:
    assert qa("add", *write_articles(tmp_path)).status == 0
    return qa


def failed(ran: Ran, *says: str) -> None:
    """It failed with one clear line, and nothing else."""
    assert ran.status == 1
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("qa: ")
    assert "Traceback" not in ran.err
    for words in says:
        assert words in ran.err


def ids(qa: Qa) -> list[str]:
    return [article["id"] for article in qa("articles", "--json").json]


# --- add, articles, remove ---


def test_add_tells_of_each_article_on_a_line(qa: Qa, tmp_path: Path) -> None:
    ran = qa("add", *write_articles(tmp_path))
    assert ran.status == 0
    assert ran.err == ""
    first, second = ran.out.splitlines()
    assert first.startswith("added")
    assert "Dam holds after storm" in first
    assert "3 statements" in first
    assert "Fair moves to Orlby" in second
    again = qa("add", tmp_path)
    assert [line.split()[0] for line in again.out.splitlines()] == ["unchanged", "unchanged"]


def test_add_refuses_one_and_adds_the_others(qa: Qa, tmp_path: Path) -> None:
    dam, fair = write_articles(tmp_path)
    ran = qa("add", dam, tmp_path / "gone.txt", fair)
    assert ran.status == 1
    assert len(ran.out.splitlines()) == 2
    assert ran.err.splitlines() == [f"refused    {tmp_path / 'gone.txt'}: no such file or folder"]


def test_add_speaks_json_lines(qa: Qa, tmp_path: Path) -> None:
    dam, _ = write_articles(tmp_path)
    ran = qa("add", "--json", dam, tmp_path / "gone.txt")
    added, refused = map(json.loads, ran.out.splitlines())
    assert (added["status"], added["source"], added["article"]["statements"]) == ("added", dam, 3)
    assert (refused["status"], refused["article"]) == ("refused", None)
    assert "no such file" in refused["reason"]
    assert ran.status == 1
    assert ran.err == "qa: 1 of the sources could not be added\n"


def test_articles_are_listed(filled: Qa) -> None:
    ran = filled("articles")
    for words in ("Dam holds after storm", "Fair moves to Orlby", "dam.txt", *ids(filled)):
        assert words in ran.out
    listed = filled("articles", "--json").json
    assert set(listed[0]) == {"id", "title", "source", "published", "passages", "statements"}


def test_remove_takes_articles_out_or_none(filled: Qa) -> None:
    dam, fair = ids(filled)
    failed(filled("remove", dam, "none"), "none")
    assert ids(filled) == [dam, fair]
    ran = filled("remove", dam)
    assert ran.status == 0
    assert ran.out.startswith("removed")
    assert ids(filled) == [fair]


# --- ask ---


def test_ask_shows_the_answer_and_its_numbered_sources(filled: Qa) -> None:
    ran = filled("ask", "Who said the dam was safe?")
    assert ran.status == 0
    assert "Ada Moss" in ran.out.splitlines()[0]
    assert "[1] Dam holds after storm" in ran.out
    assert "│ Ada Moss, the chief engineer, said the dam was safe." in ran.out
    assert "reported in the article's words" in ran.out


def test_ask_speaks_the_contract(filled: Qa) -> None:
    answer = filled("ask", "Who said the dam was safe?", "--json").json
    assert answer["speakers"][0]["name"] == "Ada Moss"
    assert answer["took_ms"] > 0
    for citation in answer["citations"]:
        assert DAM[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_goes_to_the_articles_that_are_named(filled: Qa) -> None:
    _, fair = ids(filled)
    answer = filled("ask", "Who said the dam was safe?", "--article", fair, "--json").json
    assert {citation["article_id"] for citation in answer["citations"]} <= {fair}
    failed(filled("ask", "Who?", "--article", "none"), "none")


def test_ask_takes_what_went_before(filled: Qa, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    content = json.dumps([{"question": "Who is Ada Moss?", "answer": "Ada Moss is the chief engineer."}])
    history.write_text(content, "utf-8")
    answer = filled("ask", "What did she say about the dam?", "--history", history, "--json").json
    assert answer["speakers"][0]["name"] == "Ada Moss"
    assert history.read_text("utf-8") == content


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '[{"question": "x"}]', '[{"question": 1, "answer": "a"}]', "\xff"]
)
def test_a_history_that_is_none_is_refused(filled: Qa, tmp_path: Path, content: str) -> None:
    (tmp_path / "history.json").write_bytes(content.encode("latin-1"))
    failed(filled("ask", "Who?", "--history", tmp_path / "history.json"), "history.json")


def test_a_history_that_is_not_there_is_refused(filled: Qa, tmp_path: Path) -> None:
    failed(filled("ask", "Who?", "--history", tmp_path / "gone.json"), "gone.json")


def test_a_question_that_is_none_is_refused(filled: Qa) -> None:
    failed(filled("ask", "  "), "empty")
    failed(filled("ask", "w" * 2001), "longer than 2000")


# --- statements, speakers ---


def test_statements_come_in_reading_order_as_a_table(filled: Qa) -> None:
    lines = filled("statements").out.splitlines()
    rows = [line for line in lines if "Dam holds" in line or "Fair moves" in line]
    assert [row.split()[0] for row in rows] == ["Ada", "Ada", "Tom", "Lena"]
    assert "quoted" in rows[1]
    assert "indirect" in rows[0]


def test_statements_are_filtered(filled: Qa) -> None:
    def names(*options: str) -> list[str]:
        found = filled("statements", "--format", "json", *options).json
        return [statement["speaker"]["name"] for statement in found]

    assert names("--speaker", "moss") == ["Ada Moss", "Ada Moss"]
    assert names("--about", "leaked fields") == ["Tom Reed"]
    assert names("--article", ids(filled)[1]) == ["Lena Brandt"]
    assert names("--mode", "direct") == ["Ada Moss"]
    assert names("--limit", "1") == ["Ada Moss"]
    assert names("--speaker", "nobody at all") == []


def test_statements_for_other_programs(filled: Qa) -> None:
    rows = list(csv.DictReader(io.StringIO(filled("statements", "--format", "csv").out)))
    assert [row["speaker"] for row in rows] == ["Ada Moss", "Ada Moss", "Tom Reed", "Lena Brandt"]
    assert rows[0]["content"] == "the dam was safe"
    graph = filled("statements", "--format", "jsonld").json["@graph"]
    assert [quotation["position"] for quotation in graph] == [1, 2, 3, 1]
    assert graph[0]["creator"]["name"] == "Ada Moss"


def test_speakers_are_listed(filled: Qa) -> None:
    assert "Tom Reed" in filled("speakers").out
    listed = filled("speakers", "--json").json
    assert listed[0] == {
        "name": "Ada Moss",
        "role": "the chief engineer",
        "aliases": listed[0]["aliases"],
        "statements": 2,
        "articles": 1,
    }


# --- evaluate, reindex ---


def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    cases = [
        {
            "article": "dam", "id": "dam-1", "kind": "who", "question": "Who said the dam was safe?",
            "speakers": ["Ada Moss"], "aliases": [["Moss"]], "evidence": ["said the dam was safe"],
        },
        {
            "article": "dam", "id": "dam-2", "kind": "who", "question": "Who denied that the dam had leaked?",
            "speakers": ["Eve"], "aliases": [[]], "evidence": [],
        },
    ]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, cases)), "utf-8")
    return path


def test_evaluate_scores_and_shows_what_failed(filled: Qa, tmp_path: Path) -> None:
    ran = filled("evaluate", gold(tmp_path), "--failures")
    assert ran.status == 0
    assert "dam-2 [who] Who denied" in ran.out
    assert "dam-1" not in ran.out
    assert "0.5000" in ran.out
    scores = filled("evaluate", gold(tmp_path), "--json").json
    assert (scores["questions"], scores["accuracy"], scores["by_kind"]) == (2, 0.5, {"who": [0.5, 2]})
    assert scores["citations_exact"] == 1.0


def test_evaluate_refuses_what_is_no_gold(filled: Qa, tmp_path: Path) -> None:
    failed(filled("evaluate", tmp_path / "gone.jsonl"), "gone.jsonl")
    (tmp_path / "bad.jsonl").write_text("{}\n", "utf-8")
    failed(filled("evaluate", tmp_path / "bad.jsonl"), "bad.jsonl:1")
    other = gold(tmp_path)
    other.write_text(other.read_text("utf-8").replace('"dam"', '"bridge"'), "utf-8")
    failed(filled("evaluate", other), "bridge")


def test_another_model_is_told_and_reindex_makes_it_fit(filled: Qa, monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(HashingEmbedder):
        name = "other"
        fingerprint = "f" * 64

    monkeypatch.setattr("qa.wiring.open_embedder", lambda settings: Other())
    failed(filled("ask", "Who said the dam was safe?"), "reindex")
    assert filled("articles").status == 0
    assert filled("reindex").out == "reindexed  2 articles\n"
    assert filled("ask", "Who said the dam was safe?").status == 0


# --- all of them ---


@pytest.mark.parametrize(
    "command", ["articles", "speakers", "statements", "ask Who?", "remove x", "evaluate gold", "reindex"]
)
def test_without_a_collection_the_way_to_one_is_named(qa: Qa, tmp_path: Path, command: str) -> None:
    gold(tmp_path)
    arguments = [str(tmp_path / "gold.jsonl") if word == "gold" else word for word in command.split()]
    failed(qa(*arguments), "no collection", "add")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    "command",
    [
        "",
        "nonsense",
        "add",
        "remove",
        "ask",
        "ask a b",
        "articles x",
        "statements --format xml",
        "serve --port 0",
        "evaluate",
    ],
)
def test_wrong_usage_is_2(qa: Qa, command: str) -> None:
    ran = qa(*command.split())
    assert ran.status == 2
    assert "Traceback" not in ran.err


def test_help_and_version(qa: Qa) -> None:
    ran = qa("--help")
    assert ran.status == 0
    for command in ("add", "articles", "remove", "ask", "statements", "speakers", "serve", "evaluate", "reindex"):
        assert command in ran.out
        assert qa(command, "--help").status == 0
    assert qa("--version").out.startswith("whosaid ")


def test_a_setting_that_makes_no_sense_is_one_line(qa: Qa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_THREADS", "none")
    failed(qa("articles"), "QA_THREADS")


def test_an_index_that_is_a_file_is_refused(qa: Qa, tmp_path: Path) -> None:
    (tmp_path / "index").write_text("x")
    failed(qa("articles"))
    failed(qa("add", *write_articles(tmp_path)))


def test_a_hostile_article_cannot_steer_the_terminal(qa: Qa, tmp_path: Path) -> None:
    path = tmp_path / "evil.md"
    path.write_text("Title \x9b2J \u202e [bold]x[/bold]\n\nNothing was said today in Orlby.\n", "utf-8")
    added, listed = qa("add", path), qa("articles")
    assert (added.status, listed.status) == (0, 0)
    assert "[bold]" in added.out
    assert "[bold]" in listed.out
    assert not {"\x1b", "\x9b", "\u202e"} & {*added.out, *listed.out}


@pytest.mark.parametrize(
    ("raised", "status", "says"),
    [
        (KeyboardInterrupt(), 130, ""),
        (PermissionError(13, "Permission denied", "/srv/closed"), 1, "qa: /srv/closed: Permission denied\n"),
        (MemoryError(), 1, "qa: this machine has not enough memory for that\n"),
    ],
)
def test_whatever_goes_wrong_is_a_status_and_a_line(
    raised: BaseException, status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def action() -> int:
        raise raised

    assert guarded(action) == status
    assert capsys.readouterr().err == says


@pytest.mark.parametrize("options", [("--format", "table"), ("--format", "csv")])
def test_an_output_that_cannot_hold_a_text_is_told_in_one_line(
    filled: Qa, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    failed(filled("statements", *options), "ascii", "\\u201c", "PYTHONIOENCODING=utf-8")


def test_a_reader_that_goes_away_is_no_error(filled: Qa, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "qa", "--index", str(tmp_path / "index"), "statements", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_python_m_qa_is_qa(filled: Qa, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "qa", "--index", str(tmp_path / "index"), "articles", "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0
    assert [article["title"] for article in json.loads(ran.stdout)] == ["Dam holds after storm", "Fair moves to Orlby"]
    assert FAIR.startswith("Fair moves to Orlby")
