"""A language model behind the page: its checked lines show while it still writes, and nothing else of it does."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.hosts import service
from tests.generative.server import Reply, serving
from tests.service.shelf import Script, Shelf

pytestmark = pytest.mark.browser

TRUE = "Ada Moss, the chief engineer, said the dam was safe."
LIE = "Tom Reed, a farmer, said the dam was safe. [1]"
SCRIPT = f"{LIE}\n{TRUE} [1]\n"


def test_a_checked_line_shows_while_the_model_still_writes(visit: Callable[..., Page], tmp_path: Path) -> None:
    held = len(re.findall(r"\s*\S{1,9}|\s+$", SCRIPT))
    reply = Reply(f"{SCRIPT}Ada Moss said the dam <img src=x onerror=alert(1)> was safe. [1]\n", held=held)
    with (
        serving(reply, Reply(LIE)) as model,
        service(tmp_path, model="openai:scripted", model_url=model.url, model_deadline=300.0) as address,
    ):
        site = Site(address, Script(Shelf()))
        page = visit(site)
        page.locator("#question").fill("List everything Ada Moss said.")
        page.keyboard.press("Enter")
        expect(page.locator(".making")).to_contain_text(TRUE)
        assert not model.released.is_set()
        assert "Tom Reed, a farmer, said" not in page.locator("#talk").inner_text()
        model.released.set()
        card = page.locator(".card.answer")
        expect(card).to_contain_text("the dam was safe")
        expect(card).to_contain_text("Left out: 2 sentences of the language model")
        assert "Tom Reed, a farmer, said" not in page.locator("#talk").inner_text()
        assert page.locator("#talk img[src=x]").count() == 0
        # While the service loads, it says 503 to a page that asks.
        assert (site.outside, [said for said in site.complaints if "503" not in said]) == ([], [])
