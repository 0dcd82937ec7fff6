"""Pictures of the page and the widget, over a fresh collection of the sample reports.

    python benchmarks/screenshots.py --out DIR [--widths 360,768,1440] [--themes light,dark]

Writes STATE-WIDTH-THEME.png for each state of the page (welcome, answer, sources, abstention, table, articles) and of
the widget on the demo site (closed, open, widget-answer).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Browser, FrameLocator, Page
from stage import chromium, stage

PATIENCE = 120_000
HEIGHTS = {360: 740, 768: 1024}
ANSWERED = "What did the military attaché say about drones?"
SEVERAL = "What did Kazem Jalali say about Israel?"
UNANSWERED = "What did Kazem Jalali say about the price of bread?"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--widths", default="360,768,1440")
    parser.add_argument("--themes", default="light,dark")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with stage() as (service, site), chromium() as browser:
        for width in map(int, given.widths.split(",")):
            for theme in given.themes.split(","):
                take = Camera(browser, given.out, width, theme)
                take.page_of(service)
                take.widget_on(site)


class Camera:
    """Takes the pictures of one width and theme."""

    def __init__(self, browser: Browser, out: Path, width: int, theme: str) -> None:
        self.browser, self.out, self.width, self.theme = browser, out, width, theme

    def page(self) -> Page:
        """A page of a browser that remembers nothing."""
        context = self.browser.new_context(
            viewport={"width": self.width, "height": HEIGHTS.get(self.width, 900)},
            color_scheme=self.theme,  # type: ignore[arg-type]
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    def shoot(self, page: Page, state: str) -> None:
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        path = self.out / f"{state}-{self.width}-{self.theme}.png"
        page.screenshot(path=path)
        print(path)

    def page_of(self, service: str) -> None:
        page = self.page()
        page.goto(service)
        page.locator("#ws[data-ready=true]").wait_for()
        self.shoot(page, "welcome")
        ask(page, ANSWERED)
        self.shoot(page, "answer")
        ask(page, SEVERAL)
        page.locator(".slot").last.locator(".chip").last.click()
        page.locator("#paper mark.on").first.wait_for()
        self.shoot(page, "sources")
        page.keyboard.press("Escape")
        ask(page, UNANSWERED)
        self.shoot(page, "abstention")
        page.get_by_role("tab", name="Who said what").click()
        page.locator("table.statements").wait_for()
        self.shoot(page, "table")
        page.get_by_role("tab", name="Articles").click()
        self.shoot(page, "articles")
        page.context.close()

    def widget_on(self, site: str) -> None:
        page = self.page()
        page.goto(site)
        page.locator("who-said .launch").wait_for()
        self.shoot(page, "closed")
        page.locator("who-said .launch").click()
        frame = page.frame_locator("who-said iframe")
        frame.locator("#ws[data-ready=true]").wait_for()
        self.shoot(page, "open")
        ask(frame, ANSWERED)
        frame.locator(".cite .open").first.click()
        frame.locator(".excerpt .text").wait_for()
        self.shoot(page, "widget-answer")
        page.context.close()


def ask(page: Page | FrameLocator, question: str) -> None:
    cards = page.locator(".slot > .card:not(.making)")
    before = cards.count()
    page.locator("#question").fill(question)
    page.locator("#question").press("Enter")
    cards.nth(before).wait_for()


if __name__ == "__main__":
    main()
