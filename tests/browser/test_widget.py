"""The widget as visitors of another site meet it: two origins, a site that carries it and the service it comes from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, Request, expect

from tests.browser.hosts import KEY, HostSite, host_site, service, visitor_token

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "examples" / "host.html"
SAFE = "Ada Moss, the chief engineer, said the dam was safe."
FOCUSED = "() => document.activeElement === document.querySelector('#question')"

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def host() -> Iterator[HostSite]:
    with host_site() as site:
        yield site


@pytest.fixture(scope="module")
def stranger() -> Iterator[HostSite]:
    """A site that no service lists."""
    with host_site() as site:
        yield site


@pytest.fixture(scope="module")
def open_to_all(host: HostSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with service(tmp_path_factory.mktemp("open"), embed_origins=host.address) as address:
        yield address


@pytest.fixture(scope="module")
def for_visitors(host: HostSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with service(tmp_path_factory.mktemp("keyed"), embed_origins=host.address, visitor_key=KEY) as address:
        yield address


@pytest.fixture
def asked_for() -> list[str]:
    """Every address that the pages of a test asked for."""
    return []


@pytest.fixture
def go(context: BrowserContext, asked_for: list[str]) -> Iterator[Visit]:
    pages = []

    def go(address: str, width: int = 1280, height: int = 800, scheme: str = "light") -> Page:
        page = context.new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

        def note(request: Request) -> None:
            if urlsplit(request.url).scheme not in ("data", "blob"):
                asked_for.append(request.url)

        page.on("request", note)
        page.goto(address)
        return page

    yield go
    for page in pages:
        page.close()


def script(address: str, **attributes: str) -> str:
    given = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<script src="{address}/widget.js"{given} defer></script>'


def launcher(page: Page, name: str = "Who said what?") -> FrameLocator:
    """Opens the widget and waits until its question can be typed; gives what is in the frame."""
    page.get_by_role("button", name=name).click()
    return inside(page)


def inside(page: Page) -> FrameLocator:
    frame = page.frame_locator("who-said iframe")
    frame.locator("#ws[data-ready=true]").wait_for()
    return frame


def panel_is_open(page: Page) -> bool:
    return bool(page.locator("who-said dialog").evaluate("dialog => dialog.open"))


def hosts(addresses: list[str]) -> set[str]:
    return {f"{urlsplit(one).scheme}://{urlsplit(one).netloc}" for one in addresses}


def test_the_script_is_small() -> None:
    assert (ROOT / "qa" / "service" / "widget" / "widget.js").stat().st_size <= 10_000


def test_the_demo_page_is_asked_answered_and_told(
    host: HostSite, open_to_all: str, go: Visit, asked_for: list[str]
) -> None:
    host.pages["/"] = DEMO.read_text("utf-8").replace("http://127.0.0.1:7860", open_to_all)
    page = go(f"{host.address}/")
    launch = page.get_by_role("button", name="Ask our reports")
    expect(launch).to_be_visible()
    page.wait_for_load_state("networkidle")
    # Nothing but the script comes before it is opened.
    assert [one for one in asked_for if one.startswith(open_to_all)] == [f"{open_to_all}/widget.js"]

    launch.click()
    frame = inside(page)
    expect(frame.locator("#question")).to_be_focused()
    page.keyboard.type("Who said the dam was safe?")
    page.keyboard.press("Enter")
    expect(frame.locator(".card .speaker")).to_have_text("Ada Moss")
    expect(page.locator("#heard")).to_have_text("“Who said the dam was safe?”: answered with 1 source.")

    # The sentence opens under the answer, marked, with a little of the article around it; then the whole article.
    source = frame.locator(".cite .open")
    expect(source).to_have_attribute("aria-expanded", "false")
    source.click()
    expect(source).to_have_attribute("aria-expanded", "true")
    excerpt = frame.locator(".excerpt .text")
    expect(excerpt).to_contain_text("“It holds,” she added.")
    assert "".join(excerpt.locator("mark.on").all_text_contents()) == SAFE
    frame.get_by_role("button", name="whole article").click()
    expect(frame.locator("#paper")).to_contain_text("Tom Reed, a farmer")

    # Escape closes one thing after the other, from inside the frame too; the focus returns to where it came from.
    page.keyboard.press("Escape")
    expect(frame.locator("#source")).to_be_hidden()
    assert panel_is_open(page)
    page.keyboard.press("Escape")
    expect(page.locator("who-said dialog")).to_be_hidden()
    expect(launch).to_be_focused()
    expect(launch).to_have_attribute("aria-expanded", "false")

    # Opened again it is as it was left.
    page.keyboard.press("Enter")
    expect(frame.locator(".card .speaker")).to_have_text("Ada Moss")
    expect(frame.locator("#question")).to_be_focused()
    page.get_by_role("button", name="Close").click()
    expect(launch).to_be_focused()

    # The page's own button asks, through the interface.
    page.get_by_role("button", name="Who called off the strike talks?").click()
    expect(page.locator("#heard")).to_contain_text("“Who called off the strike talks?”: ")
    expect(frame.locator(".asked")).to_have_count(2)
    assert hosts(asked_for) == {host.address, open_to_all}


def test_a_site_that_is_not_listed_gets_a_clear_word_and_no_article(
    stranger: HostSite, open_to_all: str, go: Visit, asked_for: list[str]
) -> None:
    page = go(stranger.show(script(open_to_all)))
    page.clock.install()
    page.get_by_role("button", name="Who said what?").click()
    page.wait_for_function("() => document.querySelector('who-said').shadowRoot.querySelector('iframe')")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.clock.fast_forward(13_000)
    expect(page.get_by_role("alert")).to_have_text("The chat did not load. It may not be allowed on this site.")
    assert not [one for one in asked_for if "/desk/" in one]
    refused = page.evaluate(
        "address => fetch(address, {method: 'POST', headers: {'content-type': 'application/json'},"
        " body: JSON.stringify({question: 'What did Ada Moss say?'})}).then(() => 'read', () => 'refused')",
        f"{open_to_all}/api/ask",
    )
    assert refused == "refused"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({}, "For visitors only."),
        ({"token": visitor_token(key="another key of more than thirty-two characters")}, "not a valid visitor's token"),
        ({"token": visitor_token(lives=-3_600)}, "Your visit has ended."),
    ],
    ids=["without", "forged", "expired"],
)
def test_without_a_valid_token_nothing_of_the_articles_is_shown(
    host: HostSite, for_visitors: str, go: Visit, given: dict[str, str], word: str
) -> None:
    page = go(host.show(script(for_visitors, **given)))
    page.evaluate("() => document.addEventListener('whosaid:expired', () => { window.expired = true; })")
    page.get_by_role("button", name="Who said what?").click()
    frame = page.frame_locator("who-said iframe")
    expect(frame.locator(".welcome")).to_contain_text(word)
    expect(frame.locator(".suggestion")).to_have_count(0)
    expect(frame.locator("#send")).to_be_disabled()
    assert bool(page.evaluate("() => window.expired")) == ("ended" in word)


def test_a_visitor_sees_the_articles_of_the_token_and_a_new_one_takes_the_place_of_an_expired(
    host: HostSite, for_visitors: str, go: Visit
) -> None:
    page = go(host.show(script(for_visitors, token=visitor_token(lives=-3_600))))
    only = page.evaluate(
        "([address, token]) => fetch(`${address}/api/articles`, {headers: {authorization: `Bearer ${token}`}})"
        ".then((response) => response.json())",
        [for_visitors, visitor_token()],
    )
    fair = next(one["id"] for one in only if one["title"] == "Fair moves to Orlby")
    # The site's page hears that the token has expired, gets another from its server, and hands it over.
    page.evaluate(
        "token => document.addEventListener('whosaid:expired', () => whosaid.setToken(token))",
        visitor_token(articles=[fair]),
    )
    frame = launcher(page)
    expect(frame.locator(".welcome")).to_contain_text("1 article")
    page.evaluate("() => whosaid.ask('What did Lena Brandt announce?')")
    expect(frame.locator(".card.answer .speaker")).to_have_text("Lena Brandt")
    page.evaluate("() => whosaid.ask('What did Ada Moss say?')")
    expect(frame.locator(".asked")).to_have_count(2)
    expect(frame.locator(".slot").last.locator(".card:not(.making)")).to_be_visible()
    expect(frame.locator("#ws")).not_to_contain_text("dam was safe")


def test_on_a_phone_it_fills_the_screen(host: HostSite, open_to_all: str, go: Visit) -> None:
    page = go(host.show('<button id="behind">behind</button>' + script(open_to_all)), width=360, height=740)
    frame = launcher(page)
    box = page.locator("who-said dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert page.locator("who-said dialog").evaluate("dialog => dialog.matches(':modal')")
    expect(frame.locator("#question")).to_be_focused()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.wait_for_function(
        "() => !document.querySelector('who-said').shadowRoot.querySelector('dialog').matches(':modal')"
    )
    box = page.locator("who-said dialog").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (400, 640)
    expect(frame.locator("#question")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Who said what?")).to_be_focused()


STYLES = """() => [...document.querySelector('who-said').shadowRoot.querySelectorAll('button, dialog, iframe, b')]
  .map((node) => { const of = getComputedStyle(node);
    return ['font-size', 'color', 'background-color', 'width', 'height', 'display', 'letter-spacing', 'text-transform']
      .map((name) => of.getPropertyValue(name)).join(' '); })"""
LOUD = (
    "<style>* { all: unset !important; color: red !important; font-size: 40px !important; letter-spacing: 9px;"
    " text-transform: uppercase; } who-said { display: block !important; width: 10px; } iframe { display: none; }"
    " button { background: lime !important; }</style>"
)


def test_styles_go_neither_way(host: HostSite, open_to_all: str, go: Visit) -> None:
    words = '<p id="own">words of the page</p><button>its button</button>'
    look = "() => [...document.querySelectorAll('#own, body > button')].map((node) => getComputedStyle(node).cssText"
    look += " || [...getComputedStyle(node)].map((name) => getComputedStyle(node).getPropertyValue(name)).join())"
    page = go(host.show(words + script(open_to_all)))
    launcher(page)
    plain, own = page.evaluate(STYLES), page.evaluate(look)
    loud = go(host.show(LOUD + words + script(open_to_all)))
    launcher(loud)
    assert loud.evaluate(STYLES) == plain
    assert own == go(host.show(words)).evaluate(look)


def test_the_site_sets_it_up(host: HostSite, open_to_all: str, go: Visit) -> None:
    page = go(
        host.show(
            script(
                open_to_all,
                title="Zum Damm",
                lang="de",
                theme="dark",
                color="#ffd34d",
                position="left",
                articles="dam.txt",
                speaker="Tom Reed",
                question="What did Ada Moss say?",
            )
        )
    )
    launch = page.get_by_role("button", name="Zum Damm")
    box = launch.bounding_box()
    assert box is not None
    assert box["x"] == 20
    assert launch.evaluate("node => getComputedStyle(node).color") == "rgb(0, 0, 0)"
    launch.click()
    frame = inside(page)
    expect(frame.locator(".card .speaker")).to_have_text("Ada Moss")
    root = frame.locator("html")
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("lang", "de")
    expect(frame.locator(".cite .meta").first).to_have_text("in den Worten des Artikels · ¶1")
    expect(frame.locator("#question")).to_have_attribute("placeholder", "Fragen, wer was gesagt hat …")
    expect(frame.locator(".card .words").first).to_have_attribute("lang", "en")
    expect(frame.locator(".picker")).to_be_hidden()
    page.evaluate("() => whosaid.ask('What did Lena Brandt announce?')")
    expect(frame.locator(".asked")).to_have_count(2)
    expect(frame.locator(".slot").last.locator(".card:not(.making)")).to_be_visible()
    expect(frame.locator("#ws")).not_to_contain_text("Orlby")


def test_it_stands_in_the_text_where_an_element_is_placed(host: HostSite, open_to_all: str, go: Visit) -> None:
    element = '<p>Before.</p><who-said data-position="inline" data-title="Ask this report"></who-said><p>After.</p>'
    page = go(host.show(element + script(open_to_all)))
    assert page.locator("who-said").count() == 1
    launch = page.get_by_role("button", name="Ask this report")
    expect(launch).to_have_text("Ask this report")
    page.evaluate(
        "() => { window.told = []; for (const name of ['open', 'answer', 'close'])"
        " document.addEventListener(`whosaid:${name}`, ({ detail }) => window.told.push([name, detail])); }"
    )
    launch.click()
    frame = inside(page)
    frame.locator("#question").fill("Who announced that the summer fair would move to Orlby?")
    frame.locator("#question").press("Enter")
    expect(frame.locator(".card .speaker")).to_have_text("Lena Brandt")
    after, box = page.locator("body > p").last.bounding_box(), page.locator("who-said dialog").bounding_box()
    assert after is not None
    assert box is not None
    assert after["y"] >= box["y"] + box["height"]
    page.evaluate("() => whosaid.close()")
    expect(page.locator("who-said dialog")).to_be_hidden()
    told = page.evaluate("() => window.told")
    assert [name for name, _ in told] == ["open", "answer", "close"]
    answer = told[1][1]
    assert answer["speakers"][0]["name"] == "Lena Brandt"
    (citation,) = answer["citations"]
    assert citation["quote"] == "The mayor, Lena Brandt, announced that the summer fair would move to Orlby."


def test_neither_side_hears_anybody_else(host: HostSite, stranger: HostSite, open_to_all: str, go: Visit) -> None:
    # A frame that was told another site as its host hears nothing from this one, and says nothing to it.
    address = f"{open_to_all}/embed#{'host=' + stranger.address}"
    page = go(host.show(f'<iframe src="{address}" width="400" height="640"></iframe>'))
    page.evaluate("() => { window.heard = []; addEventListener('message', ({ data }) => window.heard.push(data)); }")
    frame = page.frame_locator("iframe")
    frame.locator("#ws[data-ready=true]").wait_for()
    ask = {"type": "whosaid:ask", "question": "What did Ada Moss say?"}
    page.evaluate("ask => frames[0].postMessage(ask, '*')", ask)
    frame.locator("#question").fill("What did Lena Brandt announce?")
    frame.locator("#question").press("Enter")
    expect(frame.locator(".card .speaker")).to_have_text("Lena Brandt")
    assert frame.locator(".asked").count() == 1
    assert page.evaluate("() => window.heard") == []

    # The widget hears its own frame alone, and the frame its own host alone.
    page = go(host.show(script(open_to_all)))
    frame = launcher(page)
    for message in ({"type": "whosaid:close"}, {"type": "whosaid:answer", "answer": {}}):
        page.evaluate("message => postMessage(message, '*')", message)
    frame.locator("html").evaluate("(_, ask) => postMessage(ask, '*')", json.loads(json.dumps(ask)))
    page.evaluate("() => new Promise((go) => setTimeout(go))")
    frame.locator("#question").fill("What did Lena Brandt announce?")
    frame.locator("#question").press("Enter")
    expect(frame.locator(".card .speaker")).to_have_text("Lena Brandt")
    assert frame.locator(".asked").count() == 1
    assert panel_is_open(page)
