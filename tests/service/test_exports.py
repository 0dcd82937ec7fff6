"""CSV and JSON-LD: what another program reads is what the article says, and nothing runs."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.domain import ArticleEntry, Excerpt, Mode, Span, Speaker, SpeakerKind, Statement
from qa.service.browse import Found
from qa.service.exports import COLUMNS, FORMULA, guarded, to_csv, to_jsonld

MOSS = Speaker("Ada Moss", "engineer", ("Moss",))


def excerpt(text: str, at: int = 0) -> Excerpt:
    return Excerpt(Span(at, at + len(text)), text)


def found(
    content: str = "it was safe",
    mode: Mode = Mode.INDIRECT,
    speaker: Speaker | None = MOSS,
    source: str = "https://news.example/dam",
) -> Found:
    entry = ArticleEntry("a1", "The dam", source, date(2025, 3, 1), 2, 1)
    statement = Statement("a1", mode, 0.9, (excerpt(content, 10),), excerpt("said", 5), excerpt("She"), speaker, 0.8)
    return Found(entry, 3, statement)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_statement_is_a_line_under_the_names_of_the_columns() -> None:
    head, line = rows(to_csv([found()]))
    cells = dict(zip(head, line, strict=True))
    assert tuple(head) == COLUMNS
    assert cells["speaker"] == "Ada Moss"
    assert cells["content"] == "it was safe"
    assert (cells["start"], cells["end"], cells["published"]) == ("0", "21", "2025-03-01")


@pytest.mark.parametrize("start", FORMULA)
def test_no_cell_runs_as_a_formula(start: str) -> None:
    assert guarded(f"{start}HYPERLINK()").startswith("'")
    assert guarded(f"  {start}1").startswith("'")


@given(st.text(min_size=1).filter(lambda text: "\0" not in text and "\r" not in text))
def test_csv_gives_back_what_was_said(content: str) -> None:
    cell = rows(to_csv([found(content)]))[1][COLUMNS.index("content")]
    assert cell.removeprefix("'") == content or cell == content
    assert not cell.lstrip(" ").startswith(FORMULA)


def test_jsonld_is_a_graph_of_quotations() -> None:
    graph = to_jsonld([found()])
    (quotation,) = graph["@graph"]
    assert graph["@context"] == "https://schema.org"
    assert quotation["@type"] == "Quotation"
    assert quotation["text"] == "it was safe"
    assert quotation["position"] == 3
    assert quotation["creator"] == quotation["spokenByCharacter"]
    assert quotation["creator"] == {
        "@type": "Person",
        "name": "Ada Moss",
        "jobTitle": "engineer",
        "alternateName": ["Moss"],
    }
    assert quotation["isPartOf"]["url"] == "https://news.example/dam"
    assert quotation["isPartOf"]["datePublished"] == "2025-03-01"


def test_jsonld_tells_reported_speech_from_quotations() -> None:
    told = [to_jsonld([found(mode=mode)])["@graph"][0]["description"] for mode in Mode]
    assert len(set(told)) == 3
    assert told[0] == "quoted"
    assert "article's words" in told[1]


def test_jsonld_names_nobody_where_the_article_does_not() -> None:
    quotation = to_jsonld([found(speaker=None, source="/home/me/dam.txt")])["@graph"][0]
    assert "creator" not in quotation
    assert "spokenByCharacter" not in quotation
    assert "url" not in quotation["isPartOf"]


def test_an_organisation_is_no_person() -> None:
    speaker = Speaker("Dam Board", "the operator", (), SpeakerKind.ORGANISATION)
    assert to_jsonld([found(speaker=speaker)])["@graph"][0]["creator"] == {
        "@type": "Organization",
        "name": "Dam Board",
        "description": "the operator",
    }
