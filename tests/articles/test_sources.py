"""Files, folders, URLs and uploads as articles, and every refusal."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles import FakeFetcher, Limits, article_id, expand, normal_source, read, read_bytes
from qa.domain import Article
from qa.errors import SourceError
from tests.articles.documents import LIMITS

TEXT = "Port strike goes on\r\n\r\nThe dockers left.\tThey said so. \r\n"


def upload(data: bytes, source: str = "a.txt", media_type: str | None = None) -> Article:
    return read_bytes(data, source=source, media_type=media_type, limits=LIMITS)


def code(data: bytes, source: str = "a.txt", media_type: str | None = None) -> tuple[str, int]:
    with pytest.raises(SourceError) as caught:
        upload(data, source, media_type)
    assert source in str(caught.value)
    return caught.value.code, caught.value.status


def test_a_file_keeps_its_text_code_point_for_code_point(tmp_path: Path) -> None:
    path = tmp_path / "port_2016-09-25_strike.txt"
    path.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    article = read(str(path), limits=LIMITS)
    assert article.text == TEXT
    assert article.source == path.as_posix()
    assert article.id == article_id(path.as_posix())
    assert len(article.id) == 12
    assert article.title == "Port strike goes on"
    assert article.published == date(2016, 9, 25)


def test_a_changed_file_keeps_its_id_however_its_path_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    first = read(str(tmp_path / "a.txt"), limits=LIMITS)
    (tmp_path / "a.txt").write_text("Another text, with other words. It goes on.")
    (tmp_path / "b").mkdir()
    monkeypatch.chdir(tmp_path)
    second = read("./b/../a.txt", limits=LIMITS)
    assert (second.id, second.source) == (first.id, first.source)
    assert second.title == "a"


def test_titles_and_dates_of_markdown() -> None:
    article = upload(b"---\ntitle: T\ndate: '2024-05-06'\n---\n# *Port* strike\n\nThey left. So it is.\n", "a.md")
    assert (article.title, article.published) == ("Port strike", date(2024, 5, 6))
    long = b"---\ntitle: 'A long text'\n---\nThey left, he said. They came back. So it is.\n"
    assert upload(long, "a.md").title == "A long text"


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Port strike\n\n2024-05-06\n\nThey left. So it is.", date(2024, 5, 6)),
        (
            "Port strike\n\nLINDHAFEN, 2024-05-06 -- They left. So it is, the union said, and so it will be.",
            date(2024, 5, 6),
        ),
        ("Port strike\n\nThey left on 2024-05-06, the union said, and that was that for all of them in the end.", None),
        ("Port strike\n\n2024-13-06\n\nThey left.", None),
        ("Port strike\n\n6 May 2024\n\nThey left.", None),
    ],
)
def test_only_a_dateline_dates_a_text(text: str, published: date | None) -> None:
    assert upload(text.encode()).published == published


def test_refusals() -> None:
    assert code(b"") == ("empty", 422)
    assert code(b" \n\t ") == ("empty", 422)
    assert code(b"\xef\xbb\xbf\n") == ("empty", 422)
    assert code(b"... --- ...") == ("empty", 422)
    assert code(b"Hello \x00 there") == ("binary", 415)
    assert code(b"\x89PNG\r\n\x1a\n\x00\x00", "a.png") == ("binary", 415)
    assert code(b"{\\rtf1 Hello}", "a.rtf") == ("unsupported", 415)
    assert code(b'{"a": "hello"}', "https://x.example/a", "application/json") == ("unsupported", 415)
    assert code("a\ud800b".encode("utf-16", "surrogatepass")) == ("malformed", 422)
    assert code(b"a" * 2_000_001) == ("too_large", 413)
    assert code(b"word " * 100_000) == ("too_large", 413)


def test_a_message_is_one_short_line_whatever_the_source_is_called() -> None:
    with pytest.raises(SourceError) as caught:
        upload(b"", "a\nb\x1b[31m" + "c" * 5_000)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250


def test_what_is_not_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for source, expected in [
        (tmp_path / "none.txt", ("not_found", 400)),
        (tmp_path / "pipe.txt", ("unsupported", 415)),
        (tmp_path, ("unsupported", 415)),
    ]:
        with pytest.raises(SourceError) as caught:
            read(str(source), limits=LIMITS)
        assert (caught.value.code, caught.value.status) == expected
    with pytest.raises(SourceError, match="no such file"):
        expand("a\x00b")


def test_a_large_file_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(SourceError, match=r"large\.txt: larger than"):
        read(str(path), limits=LIMITS)


def test_a_folder_gives_its_readable_files_in_order(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    folder = tmp_path / "folder"
    for name in ["b.txt", "a.md", "sub/c.PDF", "sub/.hidden.txt", ".git/d.txt", "e.png", "f.docx"]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    outside.mkdir()
    (folder / "empty" / ".hidden").mkdir(parents=True)
    (outside / "secret.txt").write_text("x")
    (folder / "escape.txt").symlink_to(outside / "secret.txt")
    (folder / "escape").symlink_to(outside)
    (folder / "inside.txt").symlink_to(folder / "b.txt")
    (folder / "dangling.txt").symlink_to(folder / "none.txt")
    names = ["a.md", "b.txt", "f.docx", "inside.txt", "sub/c.PDF"]
    assert expand(str(folder)) == [str(folder / name) for name in names]
    assert expand(str(folder / "b.txt")) == [str(folder / "b.txt")]
    with pytest.raises(SourceError, match="holds no articles") as caught:
        expand(str(folder / "empty"))
    assert caught.value.code == "empty"


def test_a_url_stands_for_itself() -> None:
    assert expand("https://news.example/a") == ["https://news.example/a"]
    for bad in ["http://", "https://x.example:99999/", "http://[::1/", "https://:80/"]:
        with pytest.raises(SourceError) as caught:
            expand(bad)
        assert caught.value.code == "bad_source"


def test_an_article_from_a_url() -> None:
    url = "HTTPS://user:secret@News.example:443/a?b=1#c"
    fake = FakeFetcher({url: (TEXT.encode(), "text/plain; charset=utf-8")})
    article = read(url, limits=LIMITS, fetch=fake)
    assert article.source == "https://news.example/a?b=1"
    assert article.id == article_id("https://news.example/a?b=1")
    assert article.text == TEXT
    assert fake.asked == [url]
    with pytest.raises(SourceError) as caught:
        read("https://news.example/other", limits=LIMITS, fetch=fake)
    assert caught.value.code == "unreachable"


@given(st.sampled_from(["http", "HTTPS"]), st.from_regex(r"[a-z0-9]{1,9}(\.[A-Z]{2,4})?", fullmatch=True), st.text())
def test_normal_urls_are_normal(scheme: str, host: str, rest: str) -> None:
    try:
        normal = normal_source(f"{scheme}://{host}/{rest}")
    except SourceError:
        return
    assert normal_source(normal) == normal
    assert len(article_id(normal)) == 12


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html", "a.pdf", "a.docx", "a", "https://x.y/"]))
def test_any_bytes_give_an_article_or_one_line(data: bytes, source: str) -> None:
    try:
        article = upload(data, source)
    except SourceError as error:
        assert error.status in (400, 413, 415, 422)  # noqa: PT017
        return
    assert article.sha256
    assert all(article.text[s.start : s.end].strip() for s in article.sentences)


def test_limits_let_something_through() -> None:
    with pytest.raises(ValueError, match="nothing through"):
        Limits(0, 1, 1.0)
