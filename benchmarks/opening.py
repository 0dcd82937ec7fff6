"""How soon the page and the widget can be typed in, and how large the widget's script is.

    python benchmarks/opening.py [--rounds 5]

Over a fresh service with the sample reports, in Chromium: from the address to a question that can be sent on the page,
and from the click on the launcher to one in the frame. The first round fills the browser's cache and is told apart.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from playwright.sync_api import BrowserContext
from stage import chromium, stage

SCRIPT = Path(__file__).parents[1] / "qa" / "service" / "widget" / "widget.js"


def page_ready(context: BrowserContext, service: str) -> float:
    page = context.new_page()
    began = time.perf_counter()
    page.goto(service, wait_until="commit")
    page.locator("#ws[data-ready=true]").wait_for()
    took = time.perf_counter() - began
    page.close()
    return took


def widget_ready(context: BrowserContext, site: str) -> float:
    page = context.new_page()
    page.goto(site)
    launch = page.locator("who-said .launch")
    launch.wait_for()
    began = time.perf_counter()
    launch.click()
    page.frame_locator("who-said iframe").locator("#ws[data-ready=true]").wait_for()
    took = time.perf_counter() - began
    page.close()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"widget.js: {SCRIPT.stat().st_size:,} bytes")
    with stage() as (service, site), chromium() as browser:
        for name, ready, address in (("page", page_ready, service), ("widget", widget_ready, site)):
            context = browser.new_context()
            context.set_default_timeout(120_000)
            first, *others = [ready(context, address) for _ in range(1 + rounds)]
            middle = statistics.median(others)
            print(f"{name}: first {first:.2f} s, then {middle:.2f} s median of {rounds}, {max(others):.2f} s most")
            context.close()


if __name__ == "__main__":
    main()
