"""All hostile articles and questions in one Chromium: nothing runs, nothing leaves, nothing looks different."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from qa.service.server import compose
from tests.browser.conftest import Site
from tests.browser.serving import running
from tests.hostile.cases import ARTICLES, QUESTIONS, parts_over, published
from tests.service.shelf import Script, Shelf

pytestmark = pytest.mark.browser

LOOK = """() => {
  const seen = (node) => {
    const { color, backgroundColor, fontFamily, fontSize, display, visibility, position } = getComputedStyle(node);
    return { color, backgroundColor, fontFamily, fontSize, display, visibility, position };
  };
  const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round);
  const parts = ["body", "#ws", ".mast", ".brand", "#form", "#question", "#source", ".left"];
  return parts.map((part) => document.querySelector(part))
    .map((node) => [seen(node), node.matches("#ws, .mast, #source") ? box(node.getBoundingClientRect()) : []]);
}"""
"""How the fixed parts of the page look and where they are."""

STRANGE = """() => [
  ...document.querySelectorAll(
    "#ws :is(script, style, link, meta, base, iframe, object, embed, img, svg, video, audio, math, template)"),
  ...[...document.querySelectorAll("#talk *, #paper *, #table *, #shelf *, #boxes *")].filter((node) =>
    [...node.attributes].some(({ name, value }) => name.startsWith("on") || /^\\\\s*javascript:/i.test(value))),
].map((node) => node.outerHTML.slice(0, 200))"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    parts = parts_over(tmp_path_factory.mktemp("hostile"), rate_limit="")
    published(parts)
    with running(compose(parts)) as address:
        yield Site(address, Script(Shelf()))


def test_nothing_runs_nothing_leaves_and_nothing_looks_different(
    hostile: Site, site: Site, visit: Callable[..., Page]
) -> None:
    ordinary = visit(site)
    look = ordinary.evaluate(LOOK)
    page = visit(hostile)
    moved: list[Any] = []

    def dismiss(dialog: Dialog) -> None:
        moved.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.on("popup", lambda popup: moved.append(popup.url))
    page.on("download", lambda download: moved.append(download.url))
    address, title = page.url, page.title()

    def check() -> None:
        assert page.evaluate("globalThis.ran") is None
        assert page.evaluate(STRANGE) == []
        assert page.evaluate(LOOK) == look
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert (page.url, page.title()) == (address, title)

    page.locator("#pick").click()
    expect(page.locator("#boxes .choice")).to_have_count(len(ARTICLES))
    check()
    page.locator("#pick").click()
    page.get_by_role("tab", name="Articles").click()
    for number, one in enumerate(ARTICLES):
        page.locator(".shelf .read").nth(number).click()
        expect(page.locator("#paper")).to_contain_text(f"that the {one.id} was harmless")
    check()
    page.get_by_role("tab", name="Who said what").click()
    expect(page.locator("table.statements tbody tr")).to_have_count(2 * len(ARTICLES))
    check()
    page.get_by_role("tab", name="Ask").click()
    asked = [question for name, question in QUESTIONS.items() if name != "halves of characters"]
    for number, question in enumerate([*asked, "What did Mallory say?", "Who said that all was well?"], 1):
        page.locator("#question").fill(question)
        page.locator("#question").press("Enter")
        expect(page.locator(".slot .card:not(.making)")).to_have_count(number)
    page.locator(".chip").last.click()
    expect(page.locator("#paper mark.on").first).to_be_visible()
    check()
    page.set_viewport_size({"width": 360, "height": 720})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "long words break"
    assert moved == []
    assert hostile.outside == []
    assert hostile.complaints == []
