"""The chat page: Gradio carries it, ``qa.service.page`` makes it. The only module that knows Gradio."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.routing import Mount

from qa.ports import Lake
from qa.service.local import is_at_this_machine
from qa.service.page import routes
from qa.service.page.desk import Adding, Desk, Stream
from qa.service.page.door import Door, head_of
from qa.service.visitors import Gate, Visitor
from qa.settings import Settings

_STATIC = Path(__file__).parent / "page" / "static"
_WIDGET = Path(__file__).parent / "widget" / "widget.js"
_SYSTEM = ["system-ui", "sans-serif"]
_CORS = "CustomCORSMiddleware"
_ASKING, _READING = ("ask", "export"), ("restore", "source")
"""What of the page's calls costs so much that it is counted: as a question, or apart from the questions."""
_BEGIN = 'import(new URL("page/main.js", document.baseURI).href).then((page) => page.begin(element))'


def mount(
    app: FastAPI,
    *,
    stream: Stream,
    lake: Lake,
    settings: Settings,
    ready: Callable[[], object] = lambda: None,
    gate: Gate | None = None,
) -> FastAPI:
    """Puts the chat at ``/``, the compact one at ``/embed``, the script for other sites at ``/widget.js``.

    Everything else must be routed before: what no earlier route takes comes here. ``stream`` is called in a worker
    thread and may raise QaError, as may ``ready`` as long as nothing can be asked. ``gate`` tells who asks and counts
    how often (default: one by the settings). No file, font or figure leaves or enters but over this application.
    """

    @app.get("/widget.js", include_in_schema=False)
    def widget() -> FileResponse:
        return FileResponse(_WIDGET, media_type="text/javascript", headers={"cache-control": "no-cache"})

    app.mount("/page", StaticFiles(directory=_STATIC), name="page")
    gate = gate or Gate(settings)

    def desk_of(request: Request) -> Desk:
        name = request.path_params["name"]
        if name in _ASKING or name in _READING:
            gate.count(request, reading=name in _READING)
        visitor = gate.admit(request)
        ready()
        return Desk(stream, visitor.sees(lake), settings.max_question_chars, _adding(request, visitor, settings))

    app.include_router(routes.router(desk_of))
    return _in_a_loop(lambda: _carried(app, settings))


def _adding(request: Request, visitor: Visitor, settings: Settings) -> Adding:
    """How whoever sends ``request`` may add articles."""
    if is_at_this_machine(request, settings):
        return "open"
    return "token" if settings.admin_token is not None and not visitor.subject else "off"


def _carried(app: FastAPI, settings: Settings) -> FastAPI:
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        _blocks(),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        favicon_path=str(_STATIC / "favicon.svg"),
        root_path=settings.root_path or None,
        # Named fonts would be fetched from a font service; these are on the reader's own machine.
        theme=gr.themes.Base(font=_SYSTEM, font_mono=["ui-monospace", "monospace"]),
        app_kwargs={
            "middleware": [Middleware(Door, head=head_of(_STATIC), framed_by=settings.embed_origins)],
            "docs_url": None,
            "redoc_url": None,
        },
    )
    _keep_out(mounted)
    return mounted


def _keep_out(app: FastAPI) -> None:
    """Gradio would let pages of any site read along, cookies included; who may call is ours to say (``origins``)."""
    carrier = next(route.app for route in app.routes if isinstance(route, Mount) and isinstance(route.app, FastAPI))
    carrier.user_middleware = [m for m in carrier.user_middleware if getattr(m.cls, "__name__", "") != _CORS]


def _in_a_loop(make: Callable[[], FastAPI]) -> FastAPI:
    """What ``make`` gives. Outside of an event loop Gradio opens one for each of its locks, and closes none."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:

        async def inside() -> FastAPI:
            return make()

        return asyncio.run(inside())
    return make()


def _blocks() -> gr.Blocks:
    """One HTML component: the page's frame. Its words come later, over ``routes``, and never pass a template."""
    blocks: gr.Blocks = gr.Blocks(analytics_enabled=False, title="whosaid", fill_width=True, fill_height=True)
    with blocks:
        gr.HTML(
            html_template=(_STATIC / "shell.html").read_text(encoding="utf-8"),
            js_on_load=_BEGIN,
            apply_default_css=False,
        )
    return blocks
