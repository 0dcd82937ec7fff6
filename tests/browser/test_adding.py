"""Articles added from the page, over the real interface: by file, with their progress, or refused in clear words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qa.service.server import compose
from tests.browser.conftest import Site
from tests.browser.serving import running
from tests.house import DAM, FAIR, TOKEN, memory_parts
from tests.service.shelf import Script, Shelf

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def serve(folder: Path, **given: Any) -> Iterator[Site]:
    with running(compose(memory_parts(folder, **given))) as address:
        yield Site(address, Script(Shelf()))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The service of somebody at their own machine."""
    yield from serve(tmp_path_factory.mktemp("own"), admin_token=None)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A service with an administrator."""
    yield from serve(tmp_path_factory.mktemp("shared"))


def file(name: str, text: str) -> Any:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def test_at_ones_own_machine_an_empty_collection_is_filled_from_the_page(own: Site, visit: Visit) -> None:
    page = visit(own)
    page.locator(".welcome").get_by_role("button", name="Add an article").click()
    expect(page.get_by_label("Address")).to_be_focused()
    expect(page.locator("#token")).to_be_hidden()
    page.locator("#files").set_input_files([file("dam.txt", DAM), file("fair.txt", FAIR), file("dam.txt", DAM)])
    arrivals = page.locator(".arrival")
    expect(arrivals.nth(0)).to_contain_text("Dam holds after storm")
    expect(arrivals.nth(0).locator(".state")).to_have_text("added · 3 statements")
    expect(arrivals.nth(1).locator(".state")).to_have_text("added · 1 statement")
    expect(arrivals.nth(2).locator(".state")).to_contain_text("already there")
    expect(page.locator(".shelf li")).to_have_count(2)
    page.get_by_role("tab", name="Ask").click()
    expect(page.locator(".welcome")).to_contain_text("2 articles · 4 statements")
    expect(page.locator("#paper .title")).to_have_text("Dam holds after storm")
    page.locator("#question").fill("Who said the dam was safe?")
    page.keyboard.press("Enter")
    expect(page.locator(".card.answer .speaker")).to_have_text("Ada Moss")
    assert own.complaints == []


def test_what_cannot_be_read_is_refused_in_clear_words(own: Site, visit: Visit) -> None:
    page = visit(own)
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Add an article").click()
    page.locator("#files").set_input_files([{"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 no"}])
    expect(page.locator(".arrival.refused .state")).to_contain_text("x.pdf")
    page.get_by_label("Address").fill("http://nowhere.invalid/report")
    page.keyboard.press("Enter")
    expect(page.locator(".arrival.refused .state").nth(1)).to_contain_text("http://nowhere.invalid/report")
    expect(page.locator(".arrival .again")).to_have_count(2)
    expect(page.locator("#live")).not_to_have_text("")


def test_an_administrator_types_the_token_once(shared: Site, visit: Visit) -> None:
    page = visit(shared)
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Add an article").click()
    expect(page.get_by_label("Administrator’s token")).to_be_focused()
    page.locator("#files").set_input_files([file("dam.txt", DAM)])
    expect(page.locator(".arrival.refused .state")).to_contain_text("only the administrator may do this")
    page.get_by_label("Administrator’s token").fill("a wrong token of some length")
    page.locator(".arrival .again").click()
    expect(page.locator(".arrival.refused .state")).to_contain_text("this is not the administrator's token")
    page.get_by_label("Administrator’s token").fill(TOKEN)
    page.locator(".arrival .again").click()
    expect(page.locator(".arrival.done .state")).to_have_text("added · 3 statements")
    page.reload()
    page.locator("#ws[data-ready=true]").wait_for()
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Add an article").click()
    expect(page.locator("#token")).to_be_hidden()
    page.locator("#files").set_input_files([file("fair.txt", FAIR)])
    expect(page.locator(".arrival.done .state")).to_have_text("added · 1 statement")
    assert page.evaluate("() => JSON.stringify(localStorage)").find(TOKEN) == -1


def test_where_nobody_may_add_nothing_offers_it(site: Site, visit: Visit) -> None:
    page = visit(site)
    page.route("**/desk/opening", _without)
    page.reload()
    page.locator("#ws[data-ready=true]").wait_for()
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#add")).to_be_hidden()


def _without(route: Any) -> None:
    reply = route.fetch()
    route.fulfill(response=reply, json=reply.json() | {"adding": "off"})
