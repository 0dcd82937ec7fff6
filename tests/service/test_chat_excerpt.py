"""A source that opens where it is cited: its sentence whole and marked, a little around it, nothing able to run."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from qa.domain import Span
from qa.service.page.desk import Desk
from qa.service.page.excerpt import AROUND, render_excerpt
from qa.service.page.source import Cited
from tests.service.shelf import Script, Shelf, harbour, hostile, make_article, payments

TAG = re.compile(r"<[^>]+>")


def lines(rendered: str) -> list[str]:
    """The lines of the article in an excerpt, as text."""
    text = rendered.partition('<div class="text">')[2].partition("</div>")[0]
    return [html.unescape(TAG.sub("", line)) for line in re.findall(r'<p dir="auto">(.*?)</p>', text, re.DOTALL)]


def marked(rendered: str) -> str:
    return html.unescape(TAG.sub("", "".join(re.findall(r"<mark[^>]*>(.*?)</mark>", rendered, re.DOTALL))))


def test_the_sentence_stands_in_its_surroundings() -> None:
    publication = harbour()
    article = publication.article
    span = article.sentence_at(publication.statements[2].span)
    rendered = render_excerpt(article, Cited(3, span), publication.statements, article.sha256)
    assert marked(rendered) == span.of(article.text)
    assert 'class="cited on who"' in rendered
    assert 'class="cited on content"' in rendered
    shown = "\n".join(lines(rendered))
    assert span.of(article.text) in shown
    assert len(shown) <= len(span.of(article.text)) + 2 * AROUND + 8
    assert shown.startswith("…\N{NO-BREAK SPACE}")
    assert "18 April 2024" in rendered
    assert 'class="whole" data-marker="3"' in rendered
    assert "open original" in rendered


def test_an_article_that_has_changed_is_not_marked() -> None:
    article = harbour().article
    span = article.sentences[3]
    for rendered in (
        render_excerpt(article, Cited(1, span), (), "another hash"),
        render_excerpt(article, Cited(1, Span(5, len(article.text) + 1)), (), None),
    ):
        assert "has changed" in rendered
        assert "<mark" not in rendered


def test_hostile_words_stay_words() -> None:
    publication = hostile()
    article = publication.article
    rendered = render_excerpt(article, Cited(1, article.sentences[-1]), publication.statements, None)
    assert not re.search(r"<(?!/?(?:div|p|mark|bdi|button)\b)", rendered)
    assert "&lt;svg" in rendered


@given(
    st.text(alphabet="ab .\n", min_size=1, max_size=500).filter(lambda text: text.strip(" \n")),
    st.data(),
)
def test_any_span_is_shown_whole_and_its_surroundings_verbatim(text: str, data: st.DataObject) -> None:
    article = make_article(text, article_id="a", source="a.txt", title="A title")
    block = data.draw(st.sampled_from(article.blocks)).span
    start = data.draw(st.integers(block.start, block.end - 1))
    span = Span(start, data.draw(st.integers(start + 1, block.end)))
    rendered = render_excerpt(article, Cited(1, span), (), None)
    assert marked(rendered) == span.of(text)
    for line in lines(rendered):
        bare = line.removeprefix("…\N{NO-BREAK SPACE}").removesuffix("\N{NO-BREAK SPACE}…")
        assert bare in text


def test_the_desk_gives_an_excerpt_or_one_clear_line() -> None:
    shelf = Shelf([harbour(), payments()])
    desk = Desk(Script(shelf).stream, shelf, 2_000)
    sentence = shelf.article("payments").sentences[-1]
    mark = {"marker": 1, "start": sentence.start, "end": sentence.end}
    assert "cited on" in desk.excerpt({"article": "payments", "marks": [mark]})["html"]
    for asked in ({"article": "payments", "marks": []}, {"article": "payments"}, [], {"marks": [mark]}):
        assert "could not be read" in desk.excerpt(asked)["html"]
    assert "no article never" in desk.excerpt({"article": "never", "marks": [mark]})["html"].lower()


def test_the_desk_opens_for_the_articles_and_the_speaker_that_are_named() -> None:
    shelf = Shelf([harbour(), payments()])
    desk = Desk(Script(shelf).stream, shelf, 2_000)
    for named in ("harbour", "https://news.example/coast/harbour-reopens"):
        opened = desk.opening({"articles": [named], "speaker": "Odile Fenn"})
        assert opened["articles"] == ["harbour"]
        assert opened["first"] == "harbour"
        assert "Paylark" not in str(opened)
        first = re.findall(r'class="suggestion"[^>]*>(.*?)<', opened["welcome_html"])[0]
        assert "charge" in first or "repairs" in first
    assert desk.shelf({"find": "", "articles": ["payments"]})["titles"].keys() == {"payments"}
    # Articles that are not there are not taken for all of them.
    nothing = desk.opening({"articles": ["never"]})
    assert nothing["articles"] == ["never"]
    assert "None of these articles" in nothing["welcome_html"]
    assert "Paylark" not in str(nothing)
    assert desk.opening({"articles": "harbour"})["articles"] == [""]
    assert desk.opening()["articles"] == []
