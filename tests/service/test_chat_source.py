"""The article beside the conversation: every character in its place, the cited ones marked, none of them alive."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from qa.domain import Article, Block, BlockKind, Span
from qa.service.page.escaping import plain
from qa.service.page.source import Cited, render_source
from tests.service.shelf import cite, harbour, hostile


class _Reader(HTMLParser):
    """Collects what a browser would show of the article's blocks, and which of it is marked by which chip."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.marked: dict[str, str] = {}
        self.tags: set[str] = set()
        self.inside: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if tag == "mark":
            self.inside = (given["data-markers"] or "").split()
        if given.get("class") == "number":
            self.hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self.inside = []
        if tag == "span" and self.hidden:
            self.hidden -= 1

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        self.text.append(data)
        for marker in self.inside:
            self.marked[marker] = self.marked.get(marker, "") + data


def read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html[html.index('<div class="text">') :])
    return reader


@st.composite
def articles_and_marks(draw: st.DrawFn) -> tuple[Article, list[Cited]]:
    lines = draw(st.lists(st.text("ab <>&\"'é\u202e😀", min_size=1).filter(str.strip), min_size=1, max_size=5))
    text, blocks = "", []
    for line in lines:
        blocks.append(Block(draw(st.sampled_from(BlockKind)), Span(len(text), len(text) + len(line))))
        text += f"{line}\n"
    ends = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(ends, ends).filter(lambda pair: pair[0] < pair[1]), max_size=4))
    article = Article("a", "A title", "a.txt", text, tuple(blocks), ())
    return article, [Cited(n, Span(*pair)) for n, pair in enumerate(spans, 1)]


@given(articles_and_marks())
def test_every_character_is_shown_once_and_just_the_cited_ones_are_marked(given_: tuple[Article, list[Cited]]) -> None:
    article, cited = given_
    reader = read(render_source(article, cited, (), None))
    assert "".join(reader.text) == plain("".join(block.span.of(article.text) for block in article.blocks))
    for mark in cited:
        wanted = "".join(
            article.text[max(mark.span.start, b.span.start) : min(mark.span.end, b.span.end)] for b in article.blocks
        )
        assert reader.marked.get(str(mark.marker), "") == plain(wanted)
    assert reader.tags <= {"div", "p", "h3", "span", "mark"}


def test_blocks_keep_their_kinds_and_paragraphs_their_numbers() -> None:
    html = render_source(harbour().article, (), (), None)
    assert html.count('class="heading"') == 3
    assert html.count('class="standfirst"') == 1
    assert re.findall(r'class="number"[^>]*>(\d+)<', html) == [str(n) for n in range(1, 11)]
    assert html.count("Harbour reopens after storm") == 1  # as the title, not again as a headline


def test_source_cue_and_content_of_the_cited_statement_are_told_apart() -> None:
    publication = harbour()
    citation = cite(publication.article, publication.statements[2], 1)
    html = render_source(publication.article, [Cited(1, citation.span)], publication.statements, citation.sha256)
    assert '<mark class="cited who" data-markers="1">He</mark>' in html
    assert '<mark class="cited cue" data-markers="1">called on</mark>' in html
    assert '<mark class="cited content" data-markers="1">Mayor Odile Fenn to visit' in html
    assert "two hundred passengers</mark>" not in html


def test_an_article_that_changed_since_is_shown_unmarked_and_says_so() -> None:
    publication = harbour()
    html = render_source(publication.article, [Cited(1, Span(0, 10))], publication.statements, "0" * 64)
    assert "has changed since the answer" in html
    assert "<mark" not in html


def test_a_mark_beyond_the_text_is_left_out() -> None:
    article = harbour().article
    assert "<mark" not in render_source(article, [Cited(1, Span(5, len(article.text) + 1))], (), None)


def test_only_a_web_address_can_be_opened() -> None:
    assert 'href="https://news.example/coast/harbour-reopens"' in render_source(harbour().article, (), (), None)
    assert "href" not in render_source(hostile().article, (), (), None)
