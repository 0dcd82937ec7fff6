"""The page as a reader meets it: in Chromium, by mouse and by keyboard, wide and narrow."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from qa.errors import CollectionError
from qa.service.returned import FeedbackIn
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

IN_VIEW = """() => {
  const mark = document.querySelector('#paper mark.on');
  const box = mark.getBoundingClientRect(), paper = document.querySelector('#paper').getBoundingClientRect();
  return box.top >= paper.top && box.bottom <= paper.bottom;
}"""
LIT = "() => [...document.querySelectorAll('#paper mark.on')].map(mark => mark.textContent).join('')"


def ask(page: Page, question: str) -> None:
    page.locator("#question").fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(".slot").last.locator(".card")).to_be_visible()


def test_an_example_is_answered_by_a_card_with_its_sentence_beside_it(site: Site, visit: Visit) -> None:
    page = visit(site)
    page.get_by_role("button", name="Who called on Mayor Odile Fenn").click()
    card = page.locator(".card.answer")
    expect(card.get_by_role("heading", name="Tomasz Brandt")).to_be_visible()
    expect(card.locator(".words").first).to_contain_text("called on Mayor Odile Fenn to visit the terminal")
    expect(card.locator(".meta").first).to_have_text("reported in the article’s words · ¶4")
    expect(page.locator("#paper mark.on").first).to_be_visible()
    assert page.evaluate(LIT) == "He called on Mayor Odile Fenn to visit the terminal before the weekend."
    expect(page.locator("#paper .bar")).to_have_count(1)
    assert page.evaluate(IN_VIEW)


def test_a_chip_brings_its_sentence_into_view_and_tints_the_others(site: Site, visit: Visit) -> None:
    page = visit(site, height=560)
    ask(page, "What did Fenn and Solvang say?")
    page.locator(".chip[data-marker='4']").click()
    expect(page.locator("#place")).to_have_text("source 4 of 4")
    page.wait_for_function(f"({LIT})() === 'She promised that repairs to the terminal would begin in May.'")
    assert page.evaluate(IN_VIEW)
    assert page.locator("#paper mark.cited:not(.on)").count() >= 3
    expect(page.locator(".chip[aria-current=true]")).to_have_text("4")
    expect(page.locator("#paper a.original")).to_have_attribute(
        "href",
        "https://news.example/coast/harbour-reopens"
        "#:~:text=She%20promised%20that%20repairs%20to%20the%20terminal%20would%20begin%20in%20May.",
    )
    page.locator("#previous").click()
    expect(page.locator("#place")).to_have_text("source 3 of 4")
    page.wait_for_function(f"({LIT})().startsWith('Mayor Odile Fenn rejected')")


def test_sources_in_two_articles_change_the_article(site: Site, visit: Visit) -> None:
    page = visit(site)
    ask(page, "What did Fenn and Teller say?")
    expect(page.locator("#paper .title")).to_have_text("Harbour reopens after storm, but ferries wait")
    page.locator(".open[data-marker='3']").click()
    expect(page.locator("#paper .title")).to_have_text("Paylark outage leaves millions unable to pay")
    expect(page.locator("#caption")).to_have_text("Bram Teller · quoted · ¶1")


def test_a_follow_up_takes_the_conversation_along_until_a_new_one(site: Site, visit: Visit) -> None:
    page = visit(site)
    ask(page, "What did Fenn say?")
    ask(page, "And what did Brandt say?")
    (turn,) = site.script.asked[-1].history
    assert turn.question == "What did Fenn say?"
    assert turn.answer.startswith("Odile Fenn (Mayor) rejected the charge")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, "What did Teller say?")
    assert site.script.asked[-1].history == ()


def test_an_abstention_looks_different_and_leads_on(site: Site, visit: Visit) -> None:
    page = visit(site)
    ask(page, "Nobody knows?")
    card = page.locator(".card.abstention")
    expect(card.locator(".words")).to_have_text("The articles do not say.")
    assert card.evaluate("card => getComputedStyle(card).borderTopStyle") == "dashed"
    card.locator(".nearest .open").click()
    page.wait_for_function(f"({LIT})() === 'She affirmed that no ship had been lost in the night of the storm.'")
    card.locator(".suggestion").first.click()
    expect(page.locator(".card.answer")).to_be_visible()


def test_nothing_leaves_the_host_and_nothing_goes_wrong(site: Site, visit: Visit) -> None:
    for path in ("/", "/embed"):
        page = visit(site, path)
        ask(page, "What did Fenn say?")
        page.locator(".chip").last.click()
        if path == "/":
            page.get_by_role("tab", name="Who said what").click()
            expect(page.locator("table.statements")).to_be_visible()
            page.get_by_role("tab", name="Articles").click()
            expect(page.locator(".shelf li")).to_have_count(3)
        page.wait_for_load_state("networkidle")
    assert site.outside == []
    assert site.complaints == []


def test_all_of_it_goes_by_keyboard(site: Site, visit: Visit) -> None:
    page = visit(site)
    page.locator("#talk").focus()
    page.keyboard.press("/")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type("What did Brandt say?")
    page.keyboard.press("Enter")
    expect(page.locator(".card.answer")).to_be_visible()
    page.locator("#talk").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".chip[data-marker='1']")).to_be_focused()
    width = page.locator(".chip[data-marker='1']").evaluate("chip => getComputedStyle(chip).outlineStyle")
    assert width == "solid"
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator(".chip[data-marker='2']")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#place")).to_have_text("source 2 of 2")
    page.keyboard.press("[")
    expect(page.locator("#place")).to_have_text("source 1 of 2")
    page.keyboard.press("]")
    expect(page.locator("#place")).to_have_text("source 2 of 2")
    page.locator("#pick").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#choices")).to_be_hidden()
    expect(page.locator("#pick")).to_be_focused()
    page.locator("#tab-ask").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-said")).to_be_focused()
    expect(page.locator("#view-said")).to_be_visible()


def test_the_answer_is_announced_once(site: Site, visit: Visit) -> None:
    page = visit(site)
    page.evaluate(
        "() => { window.told = []; const live = document.querySelector('#live');"
        "new MutationObserver(() => live.textContent && window.told.push(live.textContent))"
        ".observe(live, { childList: true, characterData: true, subtree: true }); }"
    )
    ask(page, "Did Fenn promise repairs?")
    page.wait_for_function("() => window.told.length > 0")
    page.locator(".chip").last.click()
    expect(page.locator("#place")).to_have_text("source 2 of 2")
    told = page.evaluate("() => window.told")
    assert len(told) == 1
    assert told[0].startswith("Yes. Odile Fenn")


def test_hostile_words_stay_words(site: Site, visit: Visit) -> None:
    page = visit(site)
    ask(page, "What did Mallory <img src=x onerror='window.ran=1'><script>window.ran=1</script> say? ${window.ran=1}")
    ask(page, "who said everyone agreed?")
    expect(page.locator(".card.answer")).to_be_visible()
    expect(page.locator("#paper .title")).to_contain_text("<script>window.ran=1</script>")
    page.get_by_role("tab", name="Who said what").click()
    expect(page.locator("table.statements")).to_contain_text("Mallory <img")
    page.get_by_role("tab", name="Articles").click()
    page.locator(".read").last.click()
    page.locator("#pick").click()
    page.locator(".choice input").last.check()
    expect(page.locator("#picked")).to_contain_text("<img src=x")
    page.wait_for_timeout(100)
    assert page.evaluate("() => window.ran") is None
    assert page.locator("#ws img, #ws script, #ws svg, #ws a[href^=javascript]").count() == 0
    assert site.complaints == []


@pytest.mark.parametrize(("width", "height"), [(360, 740), (740, 360)])
def test_a_narrow_page_opens_sources_as_a_sheet(site: Site, visit: Visit, width: int, height: int) -> None:
    page = visit(site, width=width, height=height)
    sheet = page.locator("#source")
    expect(sheet).to_be_hidden()
    ask(page, "What did Brandt say?")
    expect(sheet).to_be_hidden()
    page.locator(".chip[data-marker='2']").click()
    expect(sheet).to_be_visible()
    expect(sheet).to_have_attribute("role", "dialog")
    expect(page.locator("#close")).to_be_focused()
    page.wait_for_function(f"({LIT})().startsWith('Brandt added that two hundred')")
    assert page.evaluate(IN_VIEW)
    assert abs(sheet.bounding_box()["height"] - 0.75 * height) < 2  # type: ignore[index]
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator(".chip[data-marker='2']")).to_be_focused()
    page.locator(".chip[data-marker='1']").click()
    page.locator("#close").click()
    expect(sheet).to_be_hidden()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_compact_page_has_the_conversation_and_its_sources_only(site: Site, visit: Visit) -> None:
    page = visit(site, "/embed", width=400, height=640)
    expect(page.locator(".tabs")).to_be_hidden()
    ask(page, "What did Fenn say?")
    page.locator(".chip").first.click()
    expect(page.locator(".excerpt .text")).to_contain_text("Mayor Odile Fenn rejected")
    page.get_by_role("button", name="whole article").click()
    page.wait_for_function(f"({LIT})().startsWith('Mayor Odile Fenn rejected')")
    assert page.evaluate(IN_VIEW)


def test_picked_articles_go_with_the_question(site: Site, visit: Visit) -> None:
    page = visit(site)
    page.locator("#pick").click()
    page.locator(".choice", has_text="Paylark").locator("input").check()
    expect(page.locator("#picked")).to_have_text("Paylark outage leaves millions unable to pay")
    ask(page, "What did Teller say?")
    assert site.script.asked[-1].articles == ("payments",)


def test_a_speaker_is_picked_to_ask_about(site: Site, visit: Visit) -> None:
    page = visit(site)
    page.get_by_label("Speaker to ask about").select_option("Odile Fenn")
    field = page.locator("#question")
    expect(field).to_be_focused()
    expect(field).to_have_value("What did Odile Fenn say about ")
    page.get_by_label("Speaker to ask about").select_option("Bram Teller")
    expect(field).to_have_value("What did Bram Teller say about ")
    field.press("End")
    page.keyboard.type("the outage?")
    page.get_by_label("Speaker to ask about").select_option("Odile Fenn")
    expect(field).to_have_value("What did Bram Teller say about the outage?")
    page.keyboard.press("Enter")
    expect(page.locator(".card.answer .speaker")).to_have_text("Bram Teller")
    assert site.script.asked[-1].text == "What did Bram Teller say about the outage?"
    expect(page.get_by_label("Speaker to ask about")).to_have_value("")


def test_the_table_finds_a_speaker_and_opens_the_sentence(site: Site, visit: Visit) -> None:
    page = visit(site)
    page.get_by_role("tab", name="Who said what").click()
    page.locator("#speaker").select_option("Odile Fenn")
    expect(page.locator("table.statements tbody tr")).to_have_count(2)
    page.locator("td .open").last.click()
    page.wait_for_function(f"({LIT})() === 'She promised that repairs to the terminal would begin in May.'")
    expect(page.locator("#caption")).to_have_text("Odile Fenn · reported in the article’s words")
    page.get_by_label("Speech").select_option("Quoted")
    expect(page.locator("#table")).to_contain_text("No statement fits")
    page.locator("#speaker").select_option("All speakers")
    expect(page.locator("table.statements tbody tr").first).to_contain_text("quoted")
    expect(page.locator("table.statements")).not_to_contain_text("in the article’s words")


def test_the_theme_follows_the_system_until_it_is_chosen(site: Site, visit: Visit) -> None:
    page = visit(site, scheme="dark")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Dark theme").click()
    expect(root).to_have_attribute("data-theme", "light")
    page.reload()
    expect(root).to_have_attribute("data-theme", "light")


def test_a_question_that_is_too_long_is_stopped_before_it_is_sent(site: Site, visit: Visit) -> None:
    page = visit(site)
    page.locator("#question").fill("x" * 2_100)
    expect(page.locator("#limit")).to_have_text("Too long by 100 of 2,000 characters.")
    expect(page.locator("#send")).to_be_disabled()
    page.keyboard.press("Enter")
    assert site.script.asked == []


def test_an_outline_shows_only_when_an_answer_takes_its_time(site: Site, visit: Visit) -> None:
    page = visit(site)
    site.script.gate = threading.Event()
    page.locator("#question").fill("What did Fenn say?")
    page.keyboard.press("Enter")
    expect(page.locator(".outline")).to_be_visible()
    expect(page.get_by_role("button", name="Stop")).to_be_enabled()
    site.script.gate.set()
    expect(page.locator(".card.answer")).to_be_visible()
    expect(page.locator(".outline")).to_have_count(0)


def test_words_show_as_they_come_and_make_room_for_the_card(site: Site, visit: Visit) -> None:
    page = visit(site)
    site.script.pause = threading.Event()
    page.locator("#question").fill("What did Fenn say?")
    page.keyboard.press("Enter")
    expect(page.locator(".making .words")).to_have_text("Odile")
    expect(page.locator("#talk")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#live")).to_have_text("")
    site.script.pause.set()
    expect(page.locator(".card.answer .speaker")).to_have_text("Odile Fenn")
    expect(page.locator(".making")).to_have_count(0)
    expect(page.locator("#live")).to_contain_text("Odile Fenn")


def test_another_question_stops_the_one_before(site: Site, visit: Visit) -> None:
    page = visit(site)
    site.script.gate = gate = threading.Event()
    page.locator("#question").fill("What did Fenn say?")
    page.keyboard.press("Enter")
    expect(page.locator(".outline")).to_be_visible()
    site.script.gate = None
    page.locator("#question").fill("What did Brandt say?")
    page.keyboard.press("Enter")
    expect(page.locator(".card.answer .speaker")).to_have_text("Tomasz Brandt")
    gate.set()
    expect(page.locator(".slot").first).to_contain_text("Stopped.")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".slot").last.locator(".speaker")).to_have_text("Odile Fenn")
    expect(page.locator(".card.answer")).to_have_count(2)


def test_escape_stops_a_question(site: Site, visit: Visit) -> None:
    page = visit(site)
    site.script.gate = threading.Event()
    page.locator("#question").fill("What did Fenn say?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".card.refusal")).to_contain_text("Stopped.")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_disabled()
    site.script.gate.set()


def test_a_failing_service_says_so_and_can_be_tried_again(site: Site, visit: Visit) -> None:
    page = visit(site)
    site.script.failure = CollectionError("the collection is locked")
    ask(page, "What did Fenn say?")
    expect(page.locator(".card.refusal")).to_contain_text("The collection is locked.")
    site.script.failure = None
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".card.answer")).to_be_visible()
    site.complaints.clear()
    page.route("**/desk/**", lambda route: route.abort())
    page.locator("#question").fill("What did Brandt say?")
    page.keyboard.press("Enter")
    expect(page.locator(".card.refusal").last).to_contain_text("The service did not answer. Your question is kept.")
    expect(page.locator("#question")).to_have_value("What did Brandt say?")


def test_an_empty_collection_says_how_to_begin(empty_site: Site, visit: Visit) -> None:
    page = visit(empty_site)
    expect(page.locator(".welcome")).to_contain_text("No articles yet.")
    expect(page.locator(".welcome pre")).to_have_text("qa add FILE-OR-FOLDER-OR-URL")
    expect(page.locator("#paper")).to_contain_text("Articles are read here.")


def test_a_vote_goes_out_at_once_and_its_reason_after_it(site: Site, visit: Visit) -> None:
    page = visit(site)
    votes: list[FeedbackIn] = []

    def keep(route: Route) -> None:
        votes.append(FeedbackIn.model_validate(route.request.post_data_json))
        route.fulfill(status=201, json={"id": votes[-1].id, "status": "kept"})

    page.route("**/api/feedback", keep)
    ask(page, "What did Fenn say?")
    page.get_by_role("button", name="Bad answer").click()
    expect(page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("What is wrong?").fill("too short")
    page.keyboard.press("Enter")
    expect(page.locator(".card.answer")).to_contain_text("Your vote is kept.")
    assert [(vote.vote, vote.reason) for vote in votes] == [("down", ""), ("down", "too short")]
    assert votes[0].id == votes[1].id
    assert votes[0].question == "What did Fenn say?"
    assert [citation.article_id for citation in votes[0].citations] == ["harbour", "harbour"]
    page.get_by_role("button", name="Good answer").click()
    page.get_by_role("button", name="Right speaker").click()
    expect(page.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("button", name="Good answer")).to_be_focused()
    assert (votes[-1].vote, votes[-1].reason) == ("up", "Right speaker")


CONTRAST = """() => {
  const parse = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const light = ([r, g, b]) => { const f = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
  const ground = node => { for (; node; node = node.parentElement) {
    const c = parse(getComputedStyle(node).backgroundColor); if (c[3] === 1) return c; } return [255, 255, 255]; };
  const poor = [];
  for (const node of document.querySelectorAll('#ws *')) {
    const words = [...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    const shown = node.checkVisibility({visibilityProperty: true});
    if (!words || !shown || node.matches('option, :disabled, :disabled *')) continue;
    const a = light(parse(getComputedStyle(node).color)), b = light(ground(node));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(`${node.className || node.tagName} ${ratio.toFixed(2)} ${node.textContent}`);
  }
  return poor;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(site: Site, visit: Visit, scheme: str) -> None:
    page = visit(site, scheme=scheme)
    assert page.evaluate(CONTRAST) == []
    ask(page, "Did Fenn and Solvang speak?")
    ask(page, "Nobody knows?")
    page.locator(".chip").first.click()
    page.wait_for_function(f"({LIT})() !== ''")
    assert page.evaluate(CONTRAST) == []
    page.get_by_role("tab", name="Who said what").click()
    expect(page.locator("table.statements")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
