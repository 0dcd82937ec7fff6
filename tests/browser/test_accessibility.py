"""What axe, a checker of accessibility, has to say of the page, the compact page and a site with the widget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, ask
from tests.browser.hosts import host_site

pytestmark = pytest.mark.browser

DEMO = Path(__file__).parents[2] / "examples" / "host.html"
Visit = Callable[..., Page]


def findings(page: Page, state: str) -> list[str]:
    """What axe finds serious or critical; each with where it is found. The dark theme differs in its colours alone."""
    found = []
    for theme, rules in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        for violation in Axe().run(page, options={"resultTypes": ["violations"], **rules}).response["violations"]:
            if violation["impact"] in ("serious", "critical"):
                nodes = [(node["target"], node["failureSummary"]) for node in violation["nodes"]]
                found.append(f"{state}, {theme}: {violation['id']} at {nodes}")
    return found


def test_the_page(site: Site, visit: Visit) -> None:
    page = visit(site)
    found = findings(page, "welcome")
    ask(page, "Did Fenn and Teller speak?")
    ask(page, "Nobody knows?")
    page.locator(".chip").first.click()
    expect(page.locator("#paper mark.on").first).to_be_visible()
    found += findings(page, "answers")
    page.locator("#pick").click()
    expect(page.locator("#find")).to_be_focused()
    found += findings(page, "picker")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Who said what").click()
    expect(page.locator("table.statements")).to_be_visible()
    found += findings(page, "table")
    page.get_by_role("tab", name="Articles").click()
    found += findings(page, "articles")
    assert found == []


def test_the_page_on_a_phone(site: Site, visit: Visit) -> None:
    page = visit(site, width=360, height=740)
    ask(page, "What did Fenn say?")
    found = findings(page, "answer")
    page.locator(".chip").first.click()
    expect(page.locator("#paper mark.on").first).to_be_visible()
    found += findings(page, "sheet")
    assert found == []


def test_the_compact_page(site: Site, visit: Visit) -> None:
    page = visit(site, "/embed#lang=de&theme=auto&color=%23c0a000", width=400, height=640)
    found = findings(page, "welcome")
    ask(page, "What did Fenn and Teller say?")
    ask(page, "Nobody knows?")
    page.locator(".cite .open").first.click()
    expect(page.locator(".excerpt .text")).to_be_visible()
    found += findings(page, "source")
    assert found == []


def test_the_demo_site(site: Site, visit: Visit) -> None:
    with host_site() as host:
        host.pages["/"] = DEMO.read_text("utf-8").replace("http://127.0.0.1:7860", site.address)
        page = visit(site, "/embed", width=400, height=640)
        page.goto(f"{host.address}/")
        found = findings(page, "closed")
        page.get_by_role("button", name="Ask our reports").click()
        expect(page.get_by_role("button", name="Close")).to_be_visible()
        found += findings(page, "open")
    assert found == []
