"""HTML, PDF and Word documents, sound and hostile."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles import Limits, passages, read_bytes
from qa.articles.from_pdf import paragraphs
from qa.domain import Article, BlockKind
from qa.errors import SourceError
from tests.articles.documents import LIMITS, aes_encrypted_pdf, archive, encrypted_pdf, pdf, repacked, word

H, S, T, P = BlockKind.HEADLINE, BlockKind.STANDFIRST, BlockKind.HEADING, BlockKind.PARAGRAPH

PAGE = """<!DOCTYPE html>
<html><head><title>Port strike goes on | Daily News</title><meta property="og:title" content="Port strike goes on">
<meta property="article:published_time" content="2024-05-06T10:00:00Z"></head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Port strike goes on</h1>
<p>The strike at the port went on for a second week on Monday, <b>said</b> the union&#8217;s <a href="x">leader</a>.<br>
Nobody knows how long it will last, she told a meeting of dockers.</p>
<h2>No relation</h2>
<p>“We shall stay,” she said. It was the first time that she had spoken since the talks broke up on Sunday.</p>
<ul><li>First demand is more money for the night shift</li><li>Second demand is more time</li></ul>
<script>alert("<p>not text</p>")</script></article><footer>Copyright and other notes</footer></body></html>"""


def document(data: bytes, source: str, media_type: str | None = None) -> Article:
    return read_bytes(data, source=source, media_type=media_type, limits=LIMITS)


def kinds(article: Article) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.span.of(article.text)) for block in article.blocks]


def refused(data: bytes, source: str) -> tuple[str, int]:
    with pytest.raises(SourceError) as caught:
        document(data, source)
    message = str(caught.value)
    assert message.startswith(f"{source}: ")
    assert "\n" not in message
    return caught.value.code, caught.value.status


def test_a_page_gives_its_article_with_headings_and_metadata() -> None:
    article = document(PAGE.encode(), "https://news.example/strike")
    assert kinds(article) == [
        (H, "Port strike goes on"),
        (P, "The strike at the port went on for a second week on Monday, said the union’s leader."),
        (P, "Nobody knows how long it will last, she told a meeting of dockers."),
        (T, "No relation"),
        (P, "“We shall stay,” she said. It was the first time that she had spoken since the talks broke up on Sunday."),
        (P, "First demand is more money for the night shift"),
        (P, "Second demand is more time"),
    ]
    assert article.title == "Port strike goes on"
    assert article.published == date(2024, 5, 6)


@pytest.mark.parametrize(
    "before", ["\n" * 9_000, f"<!-- {'licence ' * 2_000} -->", "<!-- <p " + "<p " * 20_000 + "-->"]
)
def test_a_page_may_begin_late(before: str) -> None:
    page = before + PAGE
    start = time.process_time()
    for encoding in ("utf-8", "utf-16"):
        assert document(page.encode(encoding), "https://news.example/", "text/html").title == "Port strike goes on"
    assert document(page.encode(), "strike.html").title == "Port strike goes on"
    assert time.process_time() - start < 10


def test_a_page_without_its_headline_gets_it_from_the_metadata() -> None:
    article = document(PAGE.replace("<h1>Port strike goes on</h1>", "").encode(), "strike.html")
    assert kinds(article)[0] == (H, "Port strike goes on")


def last_paragraph(html: str) -> str:
    """What ``PAGE`` says in the end with more HTML behind its paragraphs."""
    article = document(PAGE.replace("<ul>", html + "<ul hidden>").encode(), "strike.html")
    return article.blocks[-1].span.of(article.text)


def test_a_quotation_and_code_do_not_part_the_paragraph_they_stand_in() -> None:
    words = "<p>The mayor of the port said <q>we will not be <Q lang=en>hurried</Q></q> and left the meeting.</p>"
    assert last_paragraph(words) == "The mayor of the port said “we will not be “hurried”” and left the meeting."
    words = "<p>The mayor of the port said “<q>we will not be hurried</q>” and left the meeting.</p>"
    assert last_paragraph(words) == "The mayor of the port said “we will not be hurried” and left the meeting."
    words = "<p>“The port is <q>calm</q>” said the mayor of <q>New Port</q>’s old town to the union.</p>"
    assert last_paragraph(words) == "“The port is “calm”” said the mayor of “New Port”’s old town to the union."
    words = "<p>The clerk of the port ran <code>recount</code> again, said the mayor.</p>"
    assert last_paragraph(words) == "The clerk of the port ran recount again, said the mayor."


def test_a_break_for_the_looks_parts_neither_sentence_nor_heading() -> None:
    words = "<p>The mayor of the port said on Monday that the strike<br>would be over soon.<br>She left.<br>nobody</p>"
    assert last_paragraph(words) == "nobody"
    article = document(PAGE.replace("<h2>No relation</h2>", f"<h2>No<br>relation<br/></h2>{words}").encode(), "a.html")
    assert kinds(article)[3:7] == [
        (T, "No relation"),
        (P, "The mayor of the port said on Monday that the strike would be over soon."),
        (P, "She left."),
        (P, "nobody"),
    ]
    split = document(PAGE.replace("<h1>Port strike", "<h1>Port<br>strike").encode(), "a.html")
    assert kinds(split)[:2] == kinds(document(PAGE.encode(), "a.html"))[:2]


@pytest.mark.parametrize(
    "html",
    [
        "<p hidden>The mayor of the port said that she was hidden.</p>",
        "<div hidden><p>The mayor of the port said that she was hidden.</p></div>",
        "<template><p>The mayor of the port said that she was a template.</p></template>",
    ],
)
def test_what_a_page_does_not_show_is_left_out(html: str) -> None:
    seen = "The clerk of the port said that he was to be seen."
    assert last_paragraph(f"<p>{seen}</p>{html}") == seen
    found = "The clerk of the port said that he was to be found."
    assert last_paragraph(f'<div hidden="until-found"><p>{found}</p></div>{html}') == found


@pytest.mark.parametrize(
    "html",
    [
        "<del>did</del> did",
        "<s>never</s> did",
        "<strike>never</strike> did",
        "<a>did<span class='icon sr-only'>, opens in a new window</span></a>",
        "<span class=visually-hidden>Note: </span>did",
    ],
)
def test_what_a_page_has_struck_out_or_only_has_read_aloud_is_left_out(html: str) -> None:
    words = f"<p>The mayor of the port {html} say on Monday that the strike was over.</p>"
    assert last_paragraph(words) == "The mayor of the port did say on Monday that the strike was over."


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8"])
def test_a_page_in_any_declared_encoding(encoding: str) -> None:
    page = PAGE.replace("<head>", f'<head><meta charset="{encoding}">')
    assert "“We shall stay,”" in document(page.encode(encoding), "strike.html").text
    served = document(PAGE.encode(encoding), "https://news.example/", f"text/html; charset={encoding}")
    assert "“We shall stay,”" in served.text


def test_content_wins_over_the_extension() -> None:
    assert document(PAGE.encode(), "strike.txt").title == "Port strike goes on"
    assert document(pdf([["Port strike goes on.", "It goes on."]]), "strike.txt").text.startswith("Port strike")
    markdown = document(b"<p align=center>Hello</p>\n\nIt is a readme.", "a.md")
    assert markdown.text.startswith("<p align=center>")


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>" + "<div>" * 30_000 + "<p>The dockers left the port on Monday.</p>",
        "<html><body><article>" + "<b>" * 30_000 + "The dockers left the port on Monday. " * 9,
        "<html><body>" + "<table><tr><td>" * 3_000 + "x",
        "<html>" + "<!---->" * 3_000 + "<p " + 'a="b" ' * 30_000 + ">The dockers left.</p>",
        "<!---->" * 900 + "<p>x",
        '<!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><html><p>&b;&b;&#xD800;&#0; The dockers left us.',
    ],
)
def test_hostile_pages_are_read_or_refused_in_time(page: str) -> None:
    start = time.process_time()
    try:
        article = document(page.encode(), "page.html")
        article.text.encode()
    except SourceError as error:
        assert error.code in ("empty", "malformed")  # noqa: PT017
    assert time.process_time() - start < 10


def test_a_page_of_tags_alone_is_too_large() -> None:
    assert refused(b"<html>" + b"<p>" * 150_000, "page.html") == ("too_large", 413)


def test_an_empty_page() -> None:
    assert refused(b"<html><body></body></html>", "page.html") == ("empty", 422)


def test_a_pdf_gives_paragraphs_with_mended_words() -> None:
    lines = [
        "Port strike goes on",
        "",
        "The dockers walked out on Monday and will not come back until the com-",
        "pany gives in, said the union. It was a well-known dispute, she said, a well-",
        "known one.",
        "Another paragraph begins here, and it goes on for a while until it is really",
        "done.",
    ]
    article = document(pdf([lines], title="A title", created="D:20240506100000Z"), "strike.pdf")
    assert kinds(article) == [
        (H, "Port strike goes on"),
        (
            P,
            "The dockers walked out on Monday and will not come back until the company gives in, said the union. "
            "It was a well-known dispute, she said, a well-known one.",
        ),
        (P, "Another paragraph begins here, and it goes on for a while until it is really done."),
    ]
    assert article.published == date(2024, 5, 6)


def test_running_heads_and_page_numbers_are_left_out() -> None:
    pages = [["The Daily Port", f"It was day {'I' * n} of the strike, and nothing moved.", str(n)] for n in range(1, 6)]
    text = document(pdf(pages), "strike.pdf").text
    assert "Daily" not in text
    assert not any(c.isdigit() for c in text)
    assert text.count("nothing moved.") == 5


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        ("COVID-", "19 came.", "COVID-19 came."),
        ("2019-", "20 was bad.", "2019-20 was bad."),
        ("mid-", "1990s, she said.", "mid-1990s, she said."),
        ("pre-", "and post-war.", "pre- and post-war."),
        ("two-", "or three-year term.", "two- or three-year term."),
        ("com-", "organised.", "comorganised."),
        ("12 -", "13 of them.", "12 - 13 of them."),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_may_be_meant(end: str, start: str, joined: str) -> None:
    long = "The dockers walked out on Monday and will not come back, said the union in"
    assert list(paragraphs([[f"{long} {end}", start]])) == [f"{long} {joined}"]


def test_a_paragraph_goes_on_over_the_page() -> None:
    long = "The dockers walked out on Monday and will not come back until they have"
    assert list(paragraphs([[long], ["what they want. They said so."]])) == [f"{long} what they want. They said so."]


def test_pdfs_that_cannot_be_read() -> None:
    sound = pdf([["The dockers left."]])
    assert refused(encrypted_pdf(), "a.pdf") == ("encrypted", 422)
    assert refused(aes_encrypted_pdf(), "a.pdf") == ("encrypted", 422)
    assert refused(sound[:300], "a.pdf") == ("malformed", 422)
    assert refused(b"%PDF-1.4\n" + b"\x00\xff" * 500, "a.pdf") == ("malformed", 422)
    assert refused(pdf([[]]), "a.pdf") == ("empty", 422)
    assert refused(b"Hello, no PDF", "a.pdf") == ("malformed", 422)


def test_a_pdf_that_unpacks_to_a_flood_is_refused_at_once() -> None:
    flood = zlib.compress(b"BT /F1 11 Tf " + b"(a) Tj T* " * 5_000_000 + b" ET")
    data = pdf([["x"]])
    start, end = data.index(b"stream\n") + 7, data.index(b"\nendstream")
    data = data[:start] + flood + data[end:]
    data = data.replace(b"<< /Length %d" % (end - start), b"<< /Length %d" % len(flood))
    begin = time.process_time()
    assert refused(data, "a.pdf") == ("too_large", 413)
    assert time.process_time() - begin < 5


def test_a_long_pdf_is_too_large() -> None:
    data = pdf([["The dockers left the port."] * 40] * 3)
    with pytest.raises(SourceError) as caught:
        read_bytes(data, source="a.pdf", media_type=None, limits=Limits(1_000_000, 1_000, 20))
    assert caught.value.code == "too_large"


def test_a_word_document_gives_headings_and_table_cells() -> None:
    data = word(
        ("Port strike goes on", "Title"),
        ("What the union wants", "Subtitle"),
        ("The dockers left.\nThey said so.", None),
        ("No relation.", "Heading 1"),
        ("He is well.", None),
        table=[["Ship", "Days"], ["Anna", "12"]],
    )
    article = document(data, "strike.docx")
    assert kinds(article) == [
        (H, "Port strike goes on"),
        (S, "What the union wants"),
        (P, "The dockers left."),
        (P, "They said so."),
        (T, "No relation."),
        (P, "He is well."),
        (P, "Ship"),
        (P, "Days"),
        (P, "Anna"),
        (P, "12"),
    ]
    assert article.published is None


def run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{words}</w:t></w:r>'


def with_body(xml: str) -> bytes:
    """A Word document with ``xml`` before its one paragraph."""
    sound = word(("The dockers left.", None))
    part = "word/document.xml"
    with zipfile.ZipFile(io.BytesIO(sound)) as parts:
        body = parts.read(part).replace(b"<w:body>", b"<w:body>" + xml.encode())
    return repacked(sound, part, body)


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        (f'<w:ins w:id="1" w:author="a">{run("not ")}</w:ins>', "She did not say so."),
        (f'<w:moveTo w:id="1" w:author="a">{run("not ")}</w:moveTo>', "She did not say so."),
        (f'<w:moveFrom w:id="1" w:author="a">{run("not ")}</w:moveFrom>', "She did say so."),
        ('<w:del w:id="1" w:author="a"><w:r><w:delText>not </w:delText></w:r></w:del>', "She did say so."),
        (f"<w:sdt><w:sdtContent>{run('not ')}</w:sdtContent></w:sdt>", "She did not say so."),
        (f'<w:fldSimple w:instr="A">{run("not ")}</w:fldSimple>', "She did not say so."),
        (f'<w:smartTag w:element="a">{run("not ")}</w:smartTag>', "She did not say so."),
        (f"<w:r><w:pict><w:p>{run('boxed')}</w:p></w:pict></w:r>", "She did say so."),
    ],
)
def test_a_word_document_reads_as_with_its_changes_accepted(inside: str, words: str) -> None:
    article = document(with_body(f"<w:p>{run('She did ')}{inside}{run('say so.')}</w:p>"), "a.docx")
    assert article.text == f"{words}\n\nThe dockers left."


def test_a_word_document_gives_what_stands_in_content_controls() -> None:
    cell = (
        f"<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc><w:p>{run('In a cell.')}</w:p></w:tc></w:tr></w:sdtContent></w:sdt>"
    )
    xml = f"<w:sdt><w:sdtContent><w:p>{run('She said so.')}</w:p></w:sdtContent></w:sdt>{cell}</w:tbl>"
    assert document(with_body(xml), "a.docx").text == "She said so.\n\nIn a cell.\n\nThe dockers left."


def test_a_cell_that_says_it_is_endlessly_wide_is_read_at_once() -> None:
    cell = f'<w:tc><w:tcPr><w:gridSpan w:val="40000000"/></w:tcPr><w:p>{run("Wide.")}</w:p></w:tc>'
    covered = f"<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p>{run('Covered.')}</w:p></w:tc>"
    start = time.process_time()
    article = document(with_body(f"<w:tbl><w:tr>{cell}{covered}</w:tr></w:tbl>"), "a.docx")
    assert article.text == "Wide.\n\nThe dockers left."
    assert time.process_time() - start < 1.5


def test_hostile_word_documents() -> None:
    sound = word(("The dockers left.", None))
    with zipfile.ZipFile(io.BytesIO(sound)) as parts:
        xml = parts.read("word/document.xml")
    body = xml.split(b"?>", 1)[1]
    entity = b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + body.replace(b"dockers", b"&b;")
    utf16 = '<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16") + entity.decode().encode("utf-16-le")
    part = "word/document.xml"
    assert refused(repacked(sound, part, b"<a>" + b" " * 30_000_000 + b"</a>"), "a.docx") == ("too_large", 413)
    assert refused(repacked(sound, part, b'<?xml version="1.0"?>' + entity), "a.docx") == ("malformed", 422)
    assert refused(repacked(sound, part, utf16), "a.docx") == ("malformed", 422)
    assert refused(repacked(sound, part, xml.replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 5_000)), "a.docx") == (
        "malformed",
        422,
    )
    assert refused(sound[:2_000], "a.docx") == ("malformed", 422)
    assert refused(archive(**{"word/document.xml": b"<a/>"}), "a.docx") == ("malformed", 422)
    assert refused(archive(**{"xl/workbook.xml": b"<a/>"}), "a.docx") == ("unsupported", 415)
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    assert refused(ole + "EncryptedPackage".encode("utf-16-le"), "a.docx") == ("encrypted", 422)
    assert refused(ole + b"WordDocument", "a.doc") == ("unsupported", 415)
    assert refused(b"Hello, no document", "a.docx") == ("malformed", 422)


SOUND = {
    "a.pdf": pdf([["The dockers left the port on Monday.", "They said so."]]),
    "a.docx": word(("The dockers left the port on Monday.", None)),
    "a.html": PAGE.encode(),
}


@settings(max_examples=60)
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_a_damaged_document_is_read_or_refused_with_one_line(name: str, data: st.DataObject) -> None:
    content = bytearray(SOUND[name])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    try:
        article = document(bytes(content), name)
    except SourceError as error:
        assert str(error).startswith(f"{name}: ")  # noqa: PT017
        return
    article.text.encode()
    assert all(article.text[p.span.start : p.span.end] == p.text for p in passages(article))


def test_a_text_may_write_of_pdf() -> None:
    assert document(b"I like the %PDF-1.7 format, he said.", "a.txt").text == "I like the %PDF-1.7 format, he said."
