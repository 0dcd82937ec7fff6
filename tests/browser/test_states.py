"""What the page shows when there is nothing to show yet, or not any more: each state says what it is, and passes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
LOADING = {"error": {"code": "not_ready", "message": "the models are being loaded"}}


def test_a_service_that_is_loading_says_so_and_the_page_opens_by_itself(site: Site, visit: Visit) -> None:
    page = visit(site)
    loading = True

    def answer(route: Route) -> None:
        if loading:
            route.fulfill(status=503, json=LOADING)
        else:
            route.continue_()

    page.route("**/desk/opening", answer)
    page.reload()
    expect(page.locator(".welcome.loading")).to_contain_text("Getting ready …")
    expect(page.locator("#live")).to_contain_text("The models are being loaded.")
    page.locator("#question").fill("What did Fenn say?")
    expect(page.locator("#send")).to_be_disabled()
    loading = False
    page.locator("#ws[data-ready=true]").wait_for()
    expect(page.locator("#send")).to_be_enabled()
    page.locator("#question").press("Enter")
    expect(page.locator(".card.answer")).to_be_visible()


def test_a_service_that_is_gone_is_waited_for(site: Site, visit: Visit) -> None:
    page = visit(site)
    gone = True
    page.route("**/desk/opening", lambda route: route.abort() if gone else route.continue_())
    page.reload()
    expect(page.locator(".welcome.gone")).to_contain_text("The service does not answer.")
    gone = False
    page.locator("#ws[data-ready=true]").wait_for()
    expect(page.locator(".welcome")).to_contain_text("Who said what?")


RIGHT = "() => document.querySelector('#paper .bar').getBoundingClientRect().left"
LINES = "() => document.querySelector('#paper .para').getBoundingClientRect()"


def test_text_from_right_to_left_has_its_numbers_and_its_bar_on_the_right(site: Site, visit: Visit) -> None:
    page = visit(site)
    arabic = (
        '<header class="source-head"><h2 class="title" dir="auto">تقرير</h2></header><div class="text">'
        '<p class="para" dir="auto"><span class="number" aria-hidden="true">1</span>'
        '<mark class="cited" data-markers="1">قال المدير إن الميناء سيبقى مغلقا</mark></p></div>'
    )
    page.route("**/desk/source", lambda route: route.fulfill(json={"html": arabic}))
    page.locator("#question").fill("What did Fenn say?")
    page.keyboard.press("Enter")
    expect(page.locator("#paper .bar")).to_have_count(1)
    lines = page.evaluate(LINES)
    assert page.evaluate(RIGHT) > lines["left"] + lines["width"]
    number = page.locator("#paper .number").bounding_box()
    assert number
    assert number["x"] > lines["left"] + lines["width"]
    assert number["x"] + number["width"] < 1440


@pytest.mark.parametrize(("width", "height"), [(360, 740), (720, 450), (640, 360)], ids=["phone", "zoom", "more zoom"])
def test_nothing_is_cut_off_where_there_is_little_room(site: Site, visit: Visit, width: int, height: int) -> None:
    page = visit(site, width=width, height=height)
    page.locator("#question").fill("Nobody knows?")
    page.keyboard.press("Enter")
    expect(page.locator(".card.abstention")).to_be_visible()
    for name in ("pick", "whom", "theme", "send", "save", "new"):
        box = page.locator(f"#{name}").bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
    assert page.evaluate(
        "() => document.querySelector('#picked').scrollWidth <= document.querySelector('#picked').clientWidth"
    )
    page.get_by_role("tab", name="Articles").click()
    page.get_by_role("button", name="Add an article").click()
    page.get_by_label("Address").scroll_into_view_if_needed()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
