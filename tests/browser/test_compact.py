"""The page in a frame, by itself: labels in another language, an accent in any colour, sources that open in place."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, ask

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]

UNTRANSLATED = """async () => {
  const { LANGUAGES: { de } } = await import(new URL("page/labels.js", document.baseURI).href);
  const known = [...de.words.values(), ...de.patterns.map(([, put]) => put)];
  // A label is German where every one of its parts is what the table has, up to the numbers and names in it.
  const forms = known.map((words) => new RegExp(
    `^${words.replace(/[.*+?^${}()|[\\]\\\\]/g, "\\\\$&").replace(/\\\\\\$\\d/g, ".+")}$`, "s"));
  const german = (label) => label.split("·").map((part) => part.trim()).every((part) =>
    !/[a-z]{2}/i.test(part) || part === "whosaid" || forms.some((form) => form.test(part)));
  const found = new Set();
  const shown = (node) => node.checkVisibility({ visibilityProperty: true });
  const kept = "[dir=auto], bdi, time, textarea, option, #caption, #live";
  for (const node of document.querySelectorAll("#ws *")) {
    if (!shown(node) || node.closest(kept)) continue;
    for (const child of node.childNodes) if (child.nodeType === 3 && !german(child.data)) found.add(child.data);
  }
  for (const node of document.querySelectorAll("#ws :is([aria-label], [placeholder], [title])")) {
    if (!shown(node)) continue;
    for (const name of ["aria-label", "placeholder"]) {
      const label = node.getAttribute(name);
      if (label && !german(label)) found.add(`${name}: ${label}`);
    }
  }
  return [...found];
}"""


def test_every_label_has_its_german(site: Site, visit: Visit) -> None:
    page = visit(site, "/embed#lang=de", width=400, height=640)
    english = page.evaluate(UNTRANSLATED)
    page.locator("#pick").click()
    english += page.evaluate(UNTRANSLATED)
    page.keyboard.press("Escape")
    ask(page, "Did Fenn and Teller speak?")
    page.locator(".cite .open").first.click()
    expect(page.locator(".excerpt .whole")).to_have_text("ganzer Artikel")
    english += page.evaluate(UNTRANSLATED)
    page.locator(".excerpt .whole").click()
    expect(page.locator("#paper .text")).to_be_visible()
    expect(page.locator("#paper time")).to_have_text("18. April 2024")
    expect(page.locator("#caption")).to_have_text("Odile Fenn · in den Worten des Artikels · ¶9")
    assert "Alle Personen" in (page.locator("#whom").text_content() or "")
    english += page.evaluate(UNTRANSLATED)
    page.keyboard.press("Escape")
    ask(page, "Nobody knows?")
    page.locator("#question").fill("x" * 2_100)
    english += page.evaluate(UNTRANSLATED)
    assert sorted(set(english)) == []
    # What the articles and people say stays as it is.
    assert page.locator(".asked").first.text_content() == "Did Fenn and Teller speak?"
    assert page.locator(".words[dir=auto]").first.get_attribute("lang") == "en"


ACCENTS = """async (colours) => {
  const { accent } = await import(new URL("page/frame.js", document.baseURI).href);
  return colours.map((colour) => [accent(colour, false), accent(colour, true)]);
}"""


def luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split()]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_any_colour_becomes_an_accent_that_can_be_read(site: Site, visit: Visit) -> None:
    page = visit(site, "/embed", width=400, height=640)
    colours = ["#000000", "#ffffff", "#ffd34d", "#7a2e1f", "#00ff00", "#0000ff", "#808080", "#F0f0F0"]
    grounds = (["rgb(252 251 248)", "rgb(255 255 255)", "rgb(243 240 232)"], ["rgb(23 23 22)", "rgb(38 37 35)"])
    for given, accents in zip(colours, page.evaluate(ACCENTS, colours), strict=True):
        for accent, ground in zip(accents, grounds, strict=True):
            assert min(contrast(accent, one) for one in ground) >= 4.5, given
    assert page.evaluate(ACCENTS, ["red", "#12345", "#12345g", "url(x)"]) == [[None, None]] * 4


def test_sources_open_in_place_one_at_a_time(site: Site, visit: Visit) -> None:
    page = visit(site, "/embed", width=400, height=640)
    ask(page, "What did Fenn and Teller say?")
    first, third = page.locator(".cite .open").nth(0), page.locator(".cite .open").nth(2)
    page.locator(".chip").nth(0).click()
    expect(page.locator(".excerpt")).to_have_count(1)
    expect(first).to_have_attribute("aria-expanded", "true")
    assert page.locator(f"#{first.get_attribute('aria-controls')}").is_visible()
    page.locator("#talk").focus()
    page.keyboard.press("]")
    page.keyboard.press("]")
    expect(third).to_have_attribute("aria-expanded", "true")
    expect(first).to_have_attribute("aria-expanded", "false")
    expect(page.locator(".excerpt .text")).to_contain_text("“No, we have not been hacked,” he wrote.")
    expect(page.locator(".excerpt .facts bdi")).to_have_text("Paylark outage leaves millions unable to pay")
    third.click()
    expect(page.locator(".excerpt")).to_have_count(0)
    site.script.failure = None
    page.route("**/desk/excerpt", lambda route: route.abort())
    third.click()
    expect(page.locator(".excerpt")).to_have_text("The service did not answer. Try again.")


def test_a_speaker_of_the_set_up_begins_the_question(site: Site, visit: Visit) -> None:
    page = visit(site, "/embed#speaker=Odile%20Fenn", width=400, height=640)
    expect(page.locator("#question")).to_have_value("What did Odile Fenn say about ")
    expect(page.locator(".suggestion").first).to_have_text(re.compile("the charge|repairs"))
    expect(page.locator("#whom")).to_be_hidden()
