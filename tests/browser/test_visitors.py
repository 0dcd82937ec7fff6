"""The chat in a frame on another site, in Chromium: on a listed site and another, with good, old and forged tokens."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jwt
import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from qa.service.server import compose
from tests.browser.serving import running
from tests.house import TOKEN, memory_parts, write_articles

pytestmark = pytest.mark.browser

KEY = "a key of more than thirty-two characters"


@dataclass(frozen=True)
class Town:
    """A service that knows visitors, a site that it lists and one that it does not; the ids of its articles."""

    service: str
    listed: str
    strange: str
    dam: str
    fair: str


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A site with the files of ``folder``; its address."""
    handler = partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    house, folder = tmp_path_factory.mktemp("house"), tmp_path_factory.mktemp("site")
    with served(folder) as listed, served(folder) as strange:
        parts = memory_parts(house, visitor_key=KEY, embed_origins=listed, visitor_lifetime=86_400)
        list(parts.publisher.publish(write_articles(house)))
        with parts.lake.snapshot() as snapshot:
            dam, fair = (entry.id for entry in snapshot.entries())
        with running(compose(parts)) as service:
            (folder / "host.html").write_text(
                f"<!doctype html><title>Intranet</title><h1>Intranet</h1><script src='{service}/widget.js'></script>"
            )
            yield Town(service, listed, strange, dam, fair)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    page = context.new_page()
    yield page
    page.close()


def token(lives: float = 3_600, key: str = KEY, **claims: Any) -> str:
    return jwt.encode({"sub": "reader-7", "exp": int(time.time() + lives), **claims}, key, algorithm="HS256")


def opened(page: Page, site: str, shown: str = "") -> FrameLocator:
    """The chat in its frame, opened by the widget on ``site``, which gives it the token ``shown``."""
    page.goto(f"{site}/host.html")
    if shown:
        page.evaluate("token => whosaid.setToken(token)", shown)
    page.evaluate("whosaid.open()")
    return page.frame_locator("iframe")


def test_a_visitor_on_a_listed_site_sees_their_articles_and_asks(town: Town, page: Page) -> None:
    chat = opened(page, town.listed, token(articles=[town.dam]))
    expect(chat.locator(".welcome")).to_contain_text("1 article")
    chat.locator("#question").fill("Who announced that the fair would move to Orlby?")
    chat.locator("#question").press("Enter")
    expect(chat.locator(".card")).to_be_visible()
    assert "Brandt" not in chat.locator("#talk").inner_text()
    chat.locator("#question").fill("Who said the dam was safe?")
    chat.locator("#question").press("Enter")
    expect(chat.locator(".card.answer")).to_contain_text("Ada Moss")
    assert page.context.cookies() == []


@pytest.mark.parametrize(
    ("shown", "heading"),
    [
        ("", "For visitors only."),
        (token(key="another key of more than thirty-two characters"), "Not for this visitor."),
    ],
    ids=["none", "forged"],
)
def test_without_a_good_token_a_notice_stands_in_the_place_of_the_chat(
    town: Town, page: Page, shown: str, heading: str
) -> None:
    chat = opened(page, town.listed, shown)
    expect(chat.get_by_role("heading", name=heading)).to_be_visible()
    chat.locator("#question").fill("Who said the dam was safe?")
    expect(chat.locator("#send")).to_be_disabled()
    assert "Moss" not in chat.locator("body").inner_text()
    # As soon as the site has a good one, the chat opens.
    page.evaluate("token => whosaid.setToken(token)", token())
    expect(chat.locator(".welcome")).to_contain_text("2 articles")


def test_an_expired_token_is_renewed_by_the_site_or_ends_the_visit(town: Town, page: Page) -> None:
    chat = opened(page, town.listed, token(lives=-3_600))
    expect(chat.get_by_role("heading", name="Your visit has ended.")).to_be_visible()
    page.evaluate(
        "token => document.addEventListener('whosaid:expired', () => whosaid.setToken(token))", token(articles=[])
    )
    page.evaluate("token => whosaid.setToken(token)", token(lives=-3_600))
    expect(chat.locator(".welcome")).to_contain_text("No articles")


def test_a_site_that_is_not_listed_frames_nothing_and_calls_nothing(town: Town, page: Page) -> None:
    good = token()
    call = """async ([address, token]) => {
      try {
        const answer = await fetch(`${address}/api/articles`, { headers: { authorization: `Bearer ${token}` } });
        return [answer.status, (await answer.json()).length];
      } catch (error) {
        return String(error);
      }
    }"""
    blocked: list[str] = []
    page.on("console", lambda said: blocked.append(said.text) if "frame-ancestors" in said.text else None)
    opened(page, town.strange, good)
    page.wait_for_function("document.querySelector('who-said')?.shadowRoot.querySelector('iframe')")
    assert page.evaluate(call, [town.service, good]) == "TypeError: Failed to fetch"
    page.frames[-1].wait_for_load_state()
    assert page.frame_locator("iframe").locator("#ws").count() == 0
    assert blocked
    page.goto(f"{town.listed}/host.html")
    assert page.evaluate(call, [town.service, good]) == [200, 2]
    assert page.evaluate(call, [town.service, "forged"])[0] == 403


def test_the_page_on_its_own_takes_the_token_out_of_the_address(town: Town, page: Page) -> None:
    page.goto(f"{town.service}/")
    expect(page.get_by_role("heading", name="For visitors only.")).to_be_visible()
    page.goto(f"{town.service}/#token={token(articles=[town.fair])}")
    expect(page.locator(".welcome")).to_contain_text("1 article")
    assert "#" not in page.url
    page.reload()
    expect(page.locator(".welcome")).to_contain_text("1 article")
    page.get_by_role("tab", name="Who said what").click()
    expect(page.locator("table.statements")).to_contain_text("Lena Brandt")
    assert "Moss" not in page.locator("body").inner_text()
    page.goto(f"{town.service}/#token={TOKEN}")
    expect(page.locator(".welcome")).to_contain_text("2 articles")
