"""What was asked survives a reload, leaves as a file, and goes when it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from qa.service.verifying import Standing, check, quotations_in
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
READY = "#ws[data-ready=true]"


def ask(page: Page, question: str) -> None:
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".slot").last.locator(".card")).to_be_visible()


def again(page: Page) -> None:
    page.reload()
    page.locator(READY).wait_for()


def test_a_conversation_is_there_after_a_reload_and_goes_on(site: Site, visit: Visit) -> None:
    page = visit(site)
    ask(page, "What did Fenn say?")
    ask(page, "Nobody knows?")
    again(page)
    expect(page.locator(".asked")).to_have_text(["What did Fenn say?", "Nobody knows?"])
    expect(page.locator(".card.answer .speaker")).to_have_text("Odile Fenn")
    expect(page.locator(".card.abstention")).to_be_visible()
    page.locator(".chip[data-marker='2']").click()
    expect(page.locator("#place")).to_have_text("source 2 of 2")
    ask(page, "And what did Brandt say?")
    assert [turn.question for turn in site.script.asked[-1].history] == ["What did Fenn say?", "Nobody knows?"]
    assert site.complaints == []


def test_earlier_conversations_are_shown_when_they_are_asked_for(site: Site, visit: Visit) -> None:
    page = visit(site)
    ask(page, "What did Fenn say?")
    page.get_by_role("button", name="New conversation").click()
    page.wait_for_timeout(5)  # conversations are told apart by the millisecond
    ask(page, "What did Brandt say?")
    again(page)
    expect(page.locator(".asked")).to_have_text(["What did Brandt say?"])
    page.get_by_role("button", name="Show 1 earlier question").click()
    expect(page.locator(".asked")).to_have_text(["What did Fenn say?", "What did Brandt say?"])
    ask(page, "And what else?")
    assert [turn.question for turn in site.script.asked[-1].history] == ["What did Brandt say?"]


def test_it_is_saved_with_citations_that_can_be_checked(site: Site, visit: Visit) -> None:
    page = visit(site)
    ask(page, "What did Fenn and Teller say?")
    for name, extension in (("Markdown", "md"), ("Word", "docx"), ("JSON", "json")):
        page.get_by_role("button", name="Save").click()
        with page.expect_download() as coming:
            page.get_by_role("button", name=name, exact=True).click()
        assert coming.value.suggested_filename.endswith(f".{extension}")
        data = coming.value.path().read_bytes()
        with site.script.shelf.snapshot() as snapshot:
            standings = [check(quotation, snapshot).standing for quotation in quotations_in(data, name)]
        assert standings == [Standing.TRUE] * 3
    assert site.complaints == []


def test_it_is_forgotten_at_the_second_press(site: Site, visit: Visit) -> None:
    page = visit(site)
    expect(page.locator("#save")).to_be_hidden()
    ask(page, "What did Fenn say?")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Clear history").click()
    page.get_by_role("button", name="Really clear?").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#save")).to_be_hidden()
    assert page.evaluate("() => localStorage.getItem('whosaid-history')") is None
    again(page)
    expect(page.locator(".asked")).to_have_count(0)


def test_what_is_kept_is_bounded_and_may_be_broken(site: Site, visit: Visit) -> None:
    page = visit(site)
    ask(page, "What did Fenn say?")
    many = "() => { const [turn] = JSON.parse(localStorage.getItem('whosaid-history'));"
    many += "localStorage.setItem('whosaid-history', JSON.stringify(Array(150).fill(turn))); }"
    page.evaluate(many)
    ask(page, "What did Brandt say?")
    kept = json.loads(page.evaluate("() => localStorage.getItem('whosaid-history')"))
    assert len(kept) == 100
    assert kept[-1]["answer"]["question"] == "What did Brandt say?"
    for broken in ("{", "7", '[{"answer": 1}]', '[{"at": "noon", "answer": {"question": "x"}}]'):
        page.evaluate("broken => localStorage.setItem('whosaid-history', broken)", broken)
        again(page)
        expect(page.locator(".welcome")).to_be_visible()
    assert site.complaints == []
