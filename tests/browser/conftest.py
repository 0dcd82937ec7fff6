"""The page on a real port, and Chromium in front of it that finds no other host and remembers what asked for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from playwright.sync_api import BrowserContext, Page, Playwright, Request, expect, sync_playwright

from qa.service.chat import mount
from qa.settings import Settings
from tests.browser.serving import running
from tests.service.shelf import Script, Shelf, harbour, hostile, payments

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE = 60_000
"""Milliseconds; a busy machine takes its time, and no test waits this long where all is well."""

expect.set_options(timeout=PATIENCE)


@dataclass
class Site:
    """A running page: its address, and what stands behind it."""

    address: str
    script: Script
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def _serve(script: Script) -> Iterator[Site]:
    app = mount(FastAPI(), stream=script.stream, lake=script.shelf, settings=Settings(admin_token=None))
    with running(app) as address:
        yield Site(address, script)


def ask(page: Page, question: str) -> None:
    """Asks, and waits until the answer's card is whole."""
    cards = page.locator(".slot > .card:not(.making)")
    before = cards.count()
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")
    expect(cards).to_have_count(before + 1)


@pytest.fixture(scope="session")
def _site() -> Iterator[Site]:
    yield from _serve(Script(Shelf([harbour(), payments(), hostile()])))


@pytest.fixture
def site(_site: Site) -> Iterator[Site]:
    yield _site
    _site.script.gate = _site.script.pause = _site.script.failure = None
    _site.script.asked.clear()
    _site.outside.clear()
    _site.complaints.clear()


@pytest.fixture(scope="session")
def empty_site() -> Iterator[Site]:
    yield from _serve(Script(Shelf()))


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def context(_playwright: Playwright, chromium: Path) -> Iterator[BrowserContext]:
    """One profile for all tests, so that the framework's files are fetched once."""
    browser = _playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    # Storage of the last test is not this one's; a reload within a test keeps its own.
    context.add_init_script(
        "if (!window.name && location.protocol.startsWith('http')) {"
        "try { localStorage.clear(); } catch {} window.name = 'seen'; }"
    )
    yield context
    browser.close()


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Opens a path of a site and waits until it can be typed in; keeps what goes to other hosts and what goes wrong."""
    pages = []

    def visit(site: Site, path: str = "/", width: int = 1440, height: int = 900, scheme: str = "light") -> Page:
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        own = urlsplit(site.address).netloc

        def note(request: Request) -> None:
            address = urlsplit(request.url)
            if address.scheme not in ("data", "blob") and address.netloc != own:
                site.outside.append(request.url)

        page.on("request", note)
        page.on("pageerror", lambda error: site.complaints.append(str(error)))
        page.on("console", lambda said: site.complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{site.address}{path}")
        page.locator("#ws[data-ready=true]").wait_for()
        return page

    yield visit
    for page in pages:
        page.close()
