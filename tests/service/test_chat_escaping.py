"""Untrusted text never becomes markup, and only web addresses become links."""

from __future__ import annotations

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.service.page.escaping import attributes, escape, escape_json, plain, site, web_address

ANY = st.text(st.characters(exclude_categories=()))


@given(ANY)
def test_escaped_text_holds_no_markup_and_reads_as_before(text: str) -> None:
    shown = escape(text)
    assert not set(shown) & set("<>\"'")
    assert html.unescape(shown) == plain(text) or "&" in text  # an entity in the text itself may unescape further
    shown.encode()


@given(ANY)
def test_plain_text_keeps_its_length_and_reorders_nothing(text: str) -> None:
    shown = plain(text)
    assert len(shown) == len(text)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00\x1b\x7f\x9b")


@given(st.recursive(ANY | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(ANY, inner)))
def test_json_in_an_attribute_is_read_back_whole(value: object) -> None:
    written = escape_json(value)
    assert not set(written) & set("<>\"'")
    assert json.loads(html.unescape(written)) == value


@pytest.mark.parametrize(
    "source",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "http:///x",
        "http://[broken",
        "reports/storm.txt",
        "",
    ],
)
def test_what_is_no_web_address_is_no_link(source: str) -> None:
    assert web_address(source) is None


def test_a_web_address_is_named_by_its_host_and_a_file_by_its_name() -> None:
    assert web_address(" https://www.news.example/a?b=1 ") == "https://www.news.example/a?b=1"
    assert site("https://www.news.example/a") == "news.example"
    assert site("C:\\reports\\storm.txt") == "storm.txt"
    assert site("reports/storm/") == "storm"


def test_an_attribute_without_a_value_is_left_out() -> None:
    assert attributes([("title", 'a "b"'), ("lang", None)]) == ' title="a &quot;b&quot;"'
