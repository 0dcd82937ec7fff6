"""The mounted page: what can be reached, under which policy, and that nothing in it points elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qa.errors import NotReadyError
from qa.service.chat import mount
from qa.service.page.door import dress
from qa.service.page.routes import MAX_BODY_BYTES
from qa.settings import Settings
from tests.service.shelf import Script, Shelf, harbour, payments


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    shelf = Shelf([harbour(), payments()])
    app = FastAPI()

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    with TestClient(mount(app, stream=Script(shelf).stream, lake=shelf, settings=Settings(admin_token=None))) as client:
        yield client


def call(client: TestClient, name: str, data: object) -> dict[str, str]:
    answer = client.post(f"/desk/{name}", json=data)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    reply: dict[str, str] = answer.json()
    return reply


def test_earlier_routes_stay_reachable(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.mark.parametrize(("path", "kind"), [("/", "full"), ("/embed", "compact"), ("/embed/", "compact")])
def test_the_page_loads_nothing_from_elsewhere(client: TestClient, path: str, kind: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'data-page="{kind}"' in answer.text
    addresses = re.findall(r'\b(?:src|href|content)="([^"]*)"', answer.text)
    assert addresses
    assert not [address for address in addresses if re.match(r"(?:[a-z]+:)?//", address)]
    assert "manifest.json" not in answer.text
    assert '"analytics_enabled":false' in answer.text
    assert "fonts.googleapis" not in answer.text + client.get("/theme.css").text


def test_script_runs_by_nonce_and_frames_are_refused(client: TestClient) -> None:
    first, second = client.get("/"), client.get("/")
    policy = first.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce
    assert nonce[1] not in second.headers["content-security-policy"]
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "frame-ancestors 'self'" in policy
    scripts = re.findall(r"<script\b[^>]*>", first.text)
    assert scripts
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
    assert first.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://example.org/"),
        ("GET", "/gradio_api/heartbeat/s"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/component_server/"),
        ("POST", "/gradio_api/component_server/"),
        ("GET", "/config"),
        ("GET", "/login"),
        ("GET", "/monitoring"),
        ("GET", "/manifest.json"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/nowhere"),
        ("POST", "/"),
        ("GET", "/assets/"),
    ],
)
def test_what_the_page_does_not_need_is_not_there(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    if (method, path) == ("GET", "/openapi.json"):
        assert "gradio" not in answer.text  # the application's own, where it has one
        return
    if path == "/docs":
        assert "gradio" not in answer.text
        return
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("path", ["/page/main.js", "/page/page.css", "/page/favicon.svg", "/widget.js", "/favicon.ico"])
def test_our_own_files_are_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_files_that_are_named_by_their_content_are_kept_by_browsers(client: TestClient) -> None:
    match = re.search(r'src="\./(assets/index-[^"]+\.js)"', client.get("/").text)
    assert match
    assert "immutable" in client.get(f"/{match[1]}").headers["cache-control"]
    assert "immutable" not in client.get("/theme.css").headers.get("cache-control", "")


@pytest.mark.parametrize("path", ["/page/../chat.py", "/page/%2e%2e/chat.py", "/assets/..%2f..%2froutes.py"])
def test_nothing_outside_the_folders_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (403, 404)


def test_the_widget_is_small_and_fetches_nothing_until_it_is_opened(client: TestClient) -> None:
    script = client.get("/widget.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert len(script.content) <= 10_240
    # The second is the name of SVG, which nobody fetches.
    assert not re.search(r"https?://(?!host/|www\.w3\.org/2000/svg)", script.text)


def test_the_script_reaches_the_desk_by_name_and_nothing_else(client: TestClient) -> None:
    assert "2 articles" in call(client, "opening", {})["welcome_html"]
    assert "<table" in call(client, "statements", {})["html"]
    assert "Harbour" in call(client, "source", {"article": "harbour"})["html"]
    assert "Paylark" in call(client, "shelf", {"find": "pay"})["articles_html"]
    for name in ("postprocess", "__init__", "_card"):
        answer = client.post(f"/desk/{name}", json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_an_answer_comes_word_by_word_and_then_as_its_card(client: TestClient) -> None:
    answer = client.post("/desk/ask", json={"question": "What did Fenn say?"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    assert [name for name, _ in events] == ["event: token"] * (len(events) - 1) + ["event: card"]
    data = [json.loads(line.removeprefix("data: ")) for _, line in events]
    assert "".join(item["text"] for item in data[:-1]) == data[-1]["turn"]["answer"]
    assert "Odile Fenn" in data[-1]["html"]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_json_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post("/desk/source", content=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")


def test_an_over_large_request_stops_at_the_door(client: TestClient) -> None:
    answer = client.post("/desk/ask", content=b"x" * (MAX_BODY_BYTES + 1))
    assert answer.status_code == 413
    assert answer.json()["error"]["code"] == "too_large"


def test_until_it_is_ready_the_page_is_told_so() -> None:
    shelf, waiting = Shelf([harbour()]), [NotReadyError("the models are being loaded")]

    def ready() -> None:
        if waiting:
            raise waiting.pop()

    app = mount(FastAPI(), stream=Script(shelf).stream, lake=shelf, settings=Settings(admin_token=None), ready=ready)
    with TestClient(app) as client:
        first = client.post("/desk/opening", json={})
        assert (first.status_code, first.json()["error"]["code"]) == (503, "not_ready")
        assert "1 article" in client.post("/desk/opening", json={}).json()["welcome_html"]


def test_a_head_request_gets_the_head_alone(client: TestClient) -> None:
    answer = client.head("/")
    assert answer.status_code == 200
    assert answer.content == b""


def test_others_metadata_goes_and_scripts_keep_one_nonce() -> None:
    html = (
        b'<html lang="en"><head><base href="./" /><meta property="og:image" content="https://x.example/a.png" />'
        b'<link rel="manifest" href="/manifest.json" /><script src="https://cdn.example/a.js"></script>'
        b'<link href="https://fonts.example/css" rel="stylesheet"><script nonce="old">1</script><script>2</script>'
    )
    dressed = dress(html, b"<i></i>", "new", "full")
    assert dressed == (
        b'<html data-page="full" lang="en"><head><base href="./" /><i></i></script>'
        b'<script nonce="old">1</script><script nonce="new">2</script>'
    )
