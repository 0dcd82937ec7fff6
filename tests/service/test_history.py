"""Exported conversations: whatever stands in them, their quotations are found again, and told true from changed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.cli import main
from qa.collection.memory import MemoryLake
from qa.domain import Answer, Article, Block, BlockKind, Citation, Mode, Publication, Question, Span
from qa.errors import InputError
from qa.neural.fakes import HashingEmbedder
from qa.service.history import FORMS, Exchange
from qa.service.page.desk import Desk
from qa.service.verifying import Standing, check, of_citation, quotations_in
from tests.house import DAM, tagger, write_articles
from tests.service.shelf import Script, Shelf, cite, harbour, hostile, payments

AT = datetime(2024, 4, 18, 12, 30, tzinfo=UTC)
FORMATS = list(FORMS)


def exported(shelf: Shelf, form: str, *questions: str) -> bytes:
    exchanges = [Exchange(Script(shelf)(Question(question)), AT) for question in questions]
    return FORMS[form].make(exchanges, {p.article.id: p.article for p in shelf.publications})


def standings(data: bytes, shelf: Shelf) -> list[str]:
    with shelf.snapshot() as snapshot:
        return [check(quotation, snapshot).standing.value for quotation in quotations_in(data, "file")]


def shelf() -> Shelf:
    return Shelf([harbour(), payments(), hostile()])


@pytest.mark.parametrize("form", FORMATS)
def test_what_was_exported_is_true(form: str) -> None:
    data = exported(shelf(), form, "What did Fenn and Teller say?", "Nobody knows?", "Who said everyone agreed?")
    assert standings(data, shelf()) == ["true"] * 5


@pytest.mark.parametrize("form", FORMATS)
def test_an_article_that_is_gone_takes_its_quotations_along(form: str) -> None:
    data = exported(shelf(), form, "What did Fenn and Teller say?")
    assert standings(data, Shelf([payments()])) == ["gone", "gone", "true"]


def rewritten(publication: Publication, old: str, new: str) -> Publication:
    """The publication with other words in its article, and nothing else that this test looks at."""
    text = publication.article.text.replace(old, new)
    assert text != publication.article.text
    blocks = (Block(BlockKind.PARAGRAPH, Span(0, len(text))),)
    return Publication(replace(publication.article, text=text, blocks=blocks, sentences=()), (), ())


@pytest.mark.parametrize("form", FORMATS)
def test_words_that_changed_in_the_article_are_told_and_words_that_moved_are_true(form: str) -> None:
    data = exported(shelf(), form, "What did Fenn and Teller say?")
    changed = Shelf([rewritten(harbour(), "would begin in May", "would begin in June"), payments()])
    assert standings(data, changed) == ["true", "changed", "true"]
    with changed.snapshot() as snapshot:
        now = check(quotations_in(data, "file")[1], snapshot).now
    assert now
    assert "would begin in June" in now
    moved = Shelf([rewritten(harbour(), harbour().article.title, f"Corrected: {harbour().article.title}"), payments()])
    assert standings(data, moved) == ["true", "true", "true"]


def edited_docx(data: bytes, old: str, new: str) -> bytes:
    document = docx.Document(io.BytesIO(data))
    for table in document.tables:
        for paragraph in table.cell(0, 0).paragraphs:
            if old in paragraph.text:
                paragraph.text = paragraph.text.replace(old, new)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def edited(form: str, data: bytes, old: str, new: str) -> bytes:
    done = edited_docx(data, old, new) if form == "docx" else data.replace(old.encode(), new.encode())
    assert done != data
    return done


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rejected the charge", "admitted the charge"),
        (" that the council had looked away", ""),
        ("Mayor Odile Fenn rejected the charge that the", "The"),
    ],
    ids=["another word", "cut at the end", "cut at the beginning"],
)
def test_words_that_were_changed_in_the_file_are_told(form: str, old: str, new: str) -> None:
    data = exported(shelf(), form, "What did Fenn say?")
    if form == "json":
        turns = json.loads(data)
        cited = turns["turns"][0]["answer"]["citations"][0]
        cited["quote"] = cited["quote"].replace(old, new)
        data = json.dumps(turns).encode()
    else:
        data = edited(form, data, old, new)
    assert standings(data, shelf()) == ["changed", "true"]


@pytest.mark.parametrize("form", ["markdown", "docx"])
def test_a_reference_that_was_broken_is_told(form: str) -> None:
    data = exported(shelf(), form, "What did Fenn say?")
    assert standings(edited(form, data, "whosaid:harbour;1361-", "whosaid:harbour;x1361-"), shelf())[-1:] == ["true"]
    assert standings(edited(form, data, ";1361-1431;1", ";1361-1431;1 or so"), shelf()) == ["changed", "true"]
    assert standings(edited(form, data, ";1361-1431;", ";1431-1361;"), shelf()) == ["changed", "true"]


def test_markdown_that_an_editor_wrapped_is_the_same() -> None:
    data = exported(shelf(), "markdown", "What did Fenn say?")
    wrapped = data.replace(b"rejected the charge that", b"rejected the\n> charge   that").replace(b"\n", b"\r\n")
    assert standings(wrapped, shelf()) == ["true", "true"]


def test_where_a_file_lies_on_the_machine_is_not_told() -> None:
    text = exported(shelf(), "markdown", "What did Teller say?").decode()
    assert "“Paylark outage leaves millions unable to pay”, paylark-outage.txt" in text
    assert "samples/" not in text


def test_nothing_in_markdown_is_markup_but_ours() -> None:
    text = exported(shelf(), "markdown", "Who said everyone agreed? <b>*x*</b> [a](b)").decode()
    assert "\\<script\\>" in text
    for mark in ("<script", "<img", "<svg", "[link]", "\u202e"):
        assert mark not in text.replace(f"\\{mark}", "")


def built(text: str, spans: list[tuple[int, int]]) -> tuple[MemoryLake, list[Citation]]:
    article = Article("id;\u00fc 1", "T*i*tle", "https://x.example/?a=1;b", text, (), ())
    lake = MemoryLake(2)
    import numpy as np

    none = np.zeros((0, 2), np.float32)
    lake.put(Publication(article, (), ()), none, none)
    return lake, [
        Citation(
            n, article.id, article.title, article.source, Span(a, b), text[a:b], article.sha256, "S\n#", Mode.MIXED
        )
        for n, (a, b) in enumerate(spans, 1)
    ]


WORDS = st.text(st.sampled_from("ab .\n\t\r\\`*_<>#|~&-+=1.)\u00a0\u200f\u202e\x07\ufffe\ud7ff\u5b57"), max_size=40)


@given(WORDS, WORDS, WORDS, st.sampled_from(FORMATS))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_words_survive_the_way_out_and_back(before: str, quote: str, after: str, form: str) -> None:
    text = f"{before}a{quote}b{after}"
    lake, citations = built(text, [(len(before), len(before) + len(quote) + 2)])
    answer = Answer("- Who?\n# said", "1. It\n> says [1]", False, 0.5, tuple(citations))
    data = FORMS[form].make([Exchange(answer, AT)], {})
    with lake.snapshot() as snapshot:
        assert [check(q, snapshot).standing for q in quotations_in(data, "f")] == [Standing.TRUE]


def test_a_citation_that_claims_more_than_any_of_ours_is_changed() -> None:
    text = "She said yes. " * 9_000
    lake, (citation,) = built(text, [(0, len(text))])
    with lake.snapshot() as snapshot:
        assert check(of_citation(citation), snapshot).standing is Standing.CHANGED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"# Some notes\n\nof mine\n",
        b"{}",
        b'{"format": "whosaid-history", "version": 2, "turns": []}',
        b'{"format": "whosaid-history", "version": 1, "turns": [{"answer": {}}]}',
        b"PK\x03\x04 not a document",
        b"\x00\x01\x02" * 100,
        b"{" * 100_000,
    ],
)
def test_another_file_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        quotations_in(data, "notes")
    assert "\n" not in str(caught.value)


# --- in the terminal ---


@pytest.fixture
def qa(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setattr("qa.wiring.open_embedder", lambda settings: HashingEmbedder())
    monkeypatch.setattr("qa.wiring.open_tagger", lambda settings: tagger())
    return lambda *arguments: main(["--index", str(tmp_path / "index"), *map(str, arguments)])


def test_verify_tells_of_each_quotation_and_by_its_status(
    qa: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dam, fair = write_articles(tmp_path)
    assert qa("add", dam, fair) == 0
    capsys.readouterr()
    assert qa("ask", "Who said the dam was safe?", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    file = tmp_path / "talk.json"
    file.write_text(
        json.dumps({"format": "whosaid-history", "version": 1, "turns": [{"at": AT.isoformat(), "answer": answer}]})
    )
    assert qa("verify", file) == 0
    told = capsys.readouterr()
    assert told.out.startswith("true       ")
    assert told.err == ""

    Path(dam).write_text(DAM.replace("the dam was safe", "the dam was not safe"))
    assert qa("add", dam) == 0
    capsys.readouterr()
    assert qa("verify", file) == 1
    told = capsys.readouterr()
    assert "changed" in told.out
    assert "now: " in told.out
    assert "the dam was not safe" in told.out
    assert told.err.strip().endswith("quotations are not true")
    assert qa("verify", file, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found[0]["standing"] == "changed"
    assert "was not safe" in found[0]["now"]

    assert qa("remove", answer["citations"][0]["article_id"]) == 0
    capsys.readouterr()
    assert qa("verify", file) == 1
    assert capsys.readouterr().out.startswith("gone")


def test_verify_refuses_a_file_that_is_not_there(qa: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert qa("verify", "nowhere.md") == 1
    assert capsys.readouterr().err == "qa: nowhere.md: No such file or directory\n"


# --- what the page gets ---


def kept(desk: Desk, *questions: str) -> list[dict[str, Any]]:
    replies = [list(desk.ask({"question": question}))[-1][1] for question in questions]
    return [{"at": "2024-04-18T12:30:00.000Z", "answer": reply["answer"]} for reply in replies]


def desk_over(shelf: Shelf) -> Desk:
    return Desk(Script(shelf).stream, shelf, 2_000)


def test_kept_answers_come_back_as_they_were() -> None:
    desk = desk_over(shelf())
    turns = kept(desk, "What did Fenn say?", "Nobody knows?", "Did Brandt call on Fenn?")
    first, second, third = desk.restore({"turns": turns})["cards"]
    assert "Odile Fenn" in first["html"]
    assert first["turn"]["question"] == "What did Fenn say?"
    assert [cite["marker"] for cite in first["cites"]] == [1, 2]
    assert first["answer"] == {**turns[0]["answer"], "took_ms": 0.0}
    assert 'class="card abstention"' in second["html"]
    assert "Yes." in third["html"]


def test_kept_answers_say_what_has_changed_and_hide_what_is_gone() -> None:
    turns = kept(desk_over(shelf()), "What did Fenn say?", "What did Teller say?", "Nobody knows?")
    now = desk_over(Shelf([rewritten(harbour(), "would begin in May", "would begin in June")]))
    changed, gone, abstained = now.restore({"turns": turns})["cards"]
    assert "the articles have changed: [2] is no longer there" in changed["html"]
    assert "no longer among the articles" in gone["html"]
    assert "hacked" not in json.dumps(gone)
    assert "Nearest" in abstained["html"]
    assert "Nearest" not in desk_over(Shelf([payments()])).restore({"turns": turns})["cards"][2]["html"]


def test_a_history_that_was_tampered_with_shows_nothing_that_runs() -> None:
    desk = desk_over(shelf())
    (turn,) = kept(desk, "What did Fenn say?")
    bad = "<img src=x onerror=alert(1)>"
    turn["answer"] |= {"answer": f"{bad} [1]", "note": bad, "speakers": [{"name": bad, "role": bad}]}
    turn["answer"]["citations"][0] |= {"title": bad, "speaker": bad, "quote": bad}
    (card,) = desk.restore({"turns": [turn]})["cards"]
    assert "<img" not in card["html"]


@pytest.mark.parametrize("wrong", [None, {}, {"turns": [{}]}, {"turns": [{"at": "noon", "answer": {}}]}])
def test_a_history_that_cannot_be_read_gives_no_cards_and_no_file(wrong: Any) -> None:
    desk = desk_over(shelf())
    assert desk.restore(wrong) == {"cards": []}
    with pytest.raises(InputError, match="cannot be exported"):
        desk.export(wrong)


@pytest.mark.parametrize("form", FORMATS)
def test_what_the_page_exports_is_true(form: str) -> None:
    desk = desk_over(shelf())
    made, data = desk.export({"format": form, "turns": kept(desk, "What did Fenn say?", "Nobody knows?")})
    assert made is FORMS[form]
    assert standings(data, shelf()) == ["true"] * 3
    if form == "markdown":
        assert "18 April 2024, https://news.example/coast/harbour-reopens" in data.decode()


def test_a_citation_of_the_shelf_is_what_the_tests_think() -> None:
    article = harbour().article
    assert cite(article, harbour().statements[4], 1).span == Span(1361, 1431)
