"""Every hostile article and question through the interface, the page's HTML, the exports and the terminal."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from qa.cli import main
from qa.neural.fakes import HashingEmbedder
from qa.service.exports import COLUMNS, FORMULA
from qa.service.page.escaping import plain
from qa.service.server import compose
from tests.hostile.cases import ARTICLES, QUESTIONS, TOKEN, Hostile, LineTagger, parts_over, published

HARMLESS = (
    Hostile("plain", "Fair moves to Orlby", "Lena Brandt", "the summer fair would move to Orlby"),
    Hostile("linked", "# Harbour reopens", "Tom Reed", "the ferries wait", "https://news.example/harbour.txt"),
)
"""What the page makes of ordinary articles: the measure of what it may make of any."""

BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Shapes(HTMLParser):
    """The kinds of tags that some HTML holds, each with the names of its attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.kinds: set[tuple[str, tuple[str, ...]]] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.kinds.add((tag, tuple(sorted(name for name, _ in attrs))))
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action", "data")]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:80]}")

    handle_decl = handle_pi = unknown_decl = handle_comment


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    parts = parts_over(folder, rate_limit="")
    assert {outcome.status for outcome in published(parts, (*ARTICLES, *HARMLESS))} == {"added"}
    with TestClient(compose(parts), raise_server_exceptions=False) as client:
        while client.get("/readyz").status_code != 200:
            pass
        yield client


@pytest.fixture(scope="module")
def ids(client: TestClient) -> dict[str, str]:
    """The article's id by the case's."""
    listed = client.get("/api/articles").json()
    return {one.id: article["id"] for one, article in zip((*ARTICLES, *HARMLESS), listed, strict=True)}


def post(client: TestClient, path: str, body: object) -> Any:
    # In ASCII: a request may well hold half a surrogate pair in an escape.
    return client.post(path, content=json.dumps(body).encode(), headers={"content-type": "application/json"})


def cards(client: TestClient, question: str, articles: list[str]) -> str:
    told = post(client, "/desk/ask", {"question": question, "articles": articles})
    assert told.status_code == 200
    data = told.text.split("event: card\ndata: ")[1]
    html: str = json.loads(data)["html"]
    return html


def page_of(client: TestClient, article_id: str) -> list[str]:
    """All that the page shows of one article, as HTML."""
    listed = post(client, "/desk/statements", {"articles": [article_id]}).json()
    read = post(client, "/desk/source", {"article": article_id}).json()
    shelf = post(client, "/desk/shelf", {}).json()
    asked = cards(client, "What was said?", [article_id])
    nothing = cards(client, "Who sang about submarines in Portugal?", [article_id])
    return [listed["html"], read["html"], shelf["choices_html"], shelf["articles_html"], asked, nothing]


@pytest.fixture(scope="module")
def ordinary(client: TestClient, ids: dict[str, str]) -> set[tuple[str, tuple[str, ...]]]:
    """The kinds of tags that ordinary articles and questions lead to."""
    pages = [html for one in HARMLESS for html in page_of(client, ids[one.id])]
    every = [ids[one.id] for one in HARMLESS]
    pages += [cards(client, q, every) for q in ("Who said that the ferries wait?", "Did Tom Reed say so?", "?")]
    marks = [{"marker": 1, "start": 0, "end": 60}]
    pages.append(post(client, "/desk/source", {"article": every[0], "marks": marks}).json()["html"])
    return {kind for html in pages for kind in Shapes(html).kinds}


def check_answer(client: TestClient, answer: dict[str, Any]) -> None:
    """The contract: verbatim citations, and no marker without one."""
    cited = {citation["marker"]: citation for citation in answer["citations"]}
    assert set(map(int, re.findall(r"\[(\d+)\]", answer["answer"]))) <= set(cited)
    assert answer["abstained"] or cited
    for citation in (*cited.values(), *([answer["nearest"]] if answer["nearest"] else [])):
        text = client.get(f"/api/articles/{citation['article_id']}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def check_html(html: str, ordinary: set[tuple[str, tuple[str, ...]]]) -> None:
    """Only such markup as ordinary text leads to, links to the web alone, nothing that steers."""
    shapes = Shapes(html)
    assert shapes.kinds <= ordinary
    assert not [a for a in shapes.addresses if not a.startswith(("https://", "http://"))]
    assert not [c for c in unescape(html) if c in BIDI or (unicodedata.category(c) == "Cc" and c not in "\t\n\r")]


@pytest.mark.parametrize("one", ARTICLES, ids=lambda one: one.id)
def test_an_article_stays_text(
    client: TestClient, ids: dict[str, str], ordinary: set[tuple[str, tuple[str, ...]]], one: Hostile
) -> None:
    article_id = ids[one.id]
    answer = client.get(f"/api/articles/{article_id}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["text"] == one.text
    statements = client.get(f"/api/articles/{article_id}/statements").json()
    assert len(statements) == 2, "what is made up in an article is no statement of its own"
    for piece in [p for s in statements for p in (s["source"], s["cue"], *s["content"])]:
        assert one.text[piece["start"] : piece["end"]] == piece["text"]
    fenn = [s["content"][0]["text"] for s in statements if s["speaker"] and s["speaker"]["name"] == "Odile Fenn"]
    assert fenn == [f"that the {one.id} was harmless"], "nobody else's words are hers"
    for question in (f"What did {one.who[:200]} say?", f"Who said that {one.what[:200]}?"):
        given = post(client, "/api/ask", {"question": question, "articles": [article_id]})
        assert given.status_code == 200
        check_answer(client, given.json())
    pages = page_of(client, article_id)
    for html in pages:
        check_html(html, ordinary)
    shown = "".join(Shapes(pages[1]).text.split())
    assert not [w for w in plain(one.what).split() if w not in shown], "what was written is shown, and not swallowed"


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_stays_a_question(
    client: TestClient, ids: dict[str, str], ordinary: set[tuple[str, tuple[str, ...]]], name: str
) -> None:
    for articles in ([], [ids["markers"], ids["orders"]]):
        given = post(client, "/api/ask", {"question": QUESTIONS[name], "articles": articles})
        assert given.status_code == 200
        check_answer(client, given.json())
        streamed = post(client, "/api/ask/stream", {"question": QUESTIONS[name], "articles": articles})
        last = json.loads(streamed.text.split("event: answer\ndata: ")[1])
        assert last["answer"] == given.json()["answer"]
        assert TOKEN not in given.text
        check_html(cards(client, QUESTIONS[name], articles), ordinary)
    turns = [{"question": QUESTIONS[name], "answer": QUESTIONS[name]}]
    followed = post(client, "/api/ask", {"question": "What else did she say?", "history": turns})
    assert followed.status_code == 200
    check_answer(client, followed.json())


def test_there_are_forty() -> None:
    assert len(ARTICLES) + len(QUESTIONS) == 40


def test_somebody_who_only_looks_like_another_is_another(client: TestClient) -> None:
    speakers = {entry["name"]: entry["statements"] for entry in client.get("/api/speakers").json()}
    assert speakers["Odile Fenn"] == len(ARTICLES) + len(HARMLESS)
    assert speakers["\u041edile F\u0435nn"] == 1


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "\x00", "a\u202eb", "<b>", "' OR 1=1 --"]
)
def test_an_id_leads_to_no_file(client: TestClient, path: str) -> None:
    bearing = {"authorization": f"Bearer {TOKEN}"}
    address = f"/api/articles/{quote(path, safe='')}"
    for answer in (client.get(address), client.get(f"{address}/statements"), client.delete(address, headers=bearing)):
        assert answer.status_code == 404
        assert set(answer.json()) == {"error"}
    html = post(client, "/desk/source", {"article": path}).json()["html"]
    assert Shapes(html).kinds <= {("article", ("class",)), ("p", ("dir",))}


def test_a_file_that_is_sent_is_named_without_its_folders(client: TestClient, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    bearing = {"authorization": f"Bearer {TOKEN}"}
    for name in ("../../up.txt", "..\\..\\down.txt", "/etc/side.txt", "C:\\out.txt"):
        text = f"Sent\n\nTom Reed said that {name} was sent.\n"
        sent = client.post("/api/articles", headers=bearing, files={"file": (name, text.encode(), "text/plain")})
        assert sent.status_code == 201
        assert sent.json()["article"]["source"] == re.split(r"[\\/]", name)[-1]
        assert client.delete(f"/api/articles/{sent.json()['article']['id']}", headers=bearing).status_code == 200
    zeros = client.post("/api/articles", headers=bearing, files={"file": ("z.txt", b"Zero\x00 words.", "text/plain")})
    assert zeros.status_code == 415
    assert [path for path in sorted(folder.rglob("*")) if path not in before] == []


# --- exports and the terminal ---


@pytest.fixture
def qa(client: TestClient, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command over the hostile collection; gives what it printed."""
    monkeypatch.setattr("qa.wiring.open_embedder", lambda settings: HashingEmbedder())
    monkeypatch.setattr("qa.wiring.open_tagger", lambda settings: LineTagger())

    def run(*arguments: str) -> str:
        capsys.readouterr()
        status = main(["--index", str(folder / "index"), *arguments])
        out, err = capsys.readouterr()
        assert (status, err) == (0, "")
        return out

    return run


def steering(text: str) -> set[str]:
    return {c for c in text if c in BIDI or (unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n")}


@pytest.mark.parametrize(
    "arguments",
    [
        ["articles"],
        ["articles", "--json"],
        ["speakers"],
        ["speakers", "--json"],
        ["statements"],
        ["statements", "--format", "json"],
        ["statements", "--format", "jsonld"],
        ["ask", "Who said that the screen was red?"],
        ["ask", "Who said that all was turned round?", "--json"],
        *(["ask", question.replace("\x00", "")] for question in (QUESTIONS["turned round"], QUESTIONS["controls"])),
    ],
    ids=lambda arguments: " ".join(arguments).encode("unicode_escape").decode(),
)
def test_nothing_steers_the_terminal(qa: Any, arguments: list[str]) -> None:
    assert steering(qa(*arguments)) == set()


def test_a_table_of_cells_runs_nothing_and_steers_nothing(qa: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written = qa("statements", "--format", "csv")
    rows = list(csv.reader(io.StringIO(written, newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 1 + 2 * (len(ARTICLES) + len(HARMLESS))
    for row in rows:
        assert len(row) == len(COLUMNS)
        assert not [cell for cell in row if cell.lstrip().startswith(FORMULA)]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert steering(qa("statements", "--format", "csv")) == set()


def test_linked_data_ends_no_script_and_reads_back(qa: Any) -> None:
    written = qa("statements", "--format", "jsonld")
    assert not set(written) & set("<>&\u2028\u2029")
    graph = json.loads(written)["@graph"]
    assert any("</script>" in quotation["text"] for quotation in graph)
    addresses = [quotation["isPartOf"].get("url", "") for quotation in graph]
    assert not [address for address in addresses if address and not address.startswith("https://news.example/")]
