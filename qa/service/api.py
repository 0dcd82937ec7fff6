"""The asking river over HTTP, and the gate through which an administrator adds to the publishing river."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.routing import Match

from qa import __version__
from qa.domain import Answer, Outcome
from qa.errors import InputError, SourceError
from qa.service import errors, schemas
from qa.service.access import require_token
from qa.service.browse import Wanted, browse
from qa.service.doorway import BodyLimit, Doorway
from qa.service.local import is_at_this_machine
from qa.service.metrics import metrics
from qa.service.origins import Origins
from qa.service.paths import Under
from qa.service.returned import FeedbackIn
from qa.service.visitors import Gate, Visitor
from qa.service.warmup import Warmup
from qa.wiring import Parts

ASK_BYTES = 1_000_000
"""The largest body of a question with its history, and of a vote on an answer."""

SMALL = ("/api/ask", "/api/ask/stream", "/api/feedback")
"""The addresses that take such a body and no larger one."""

FORM_MARGIN = 100_000
"""What a form may add to the file that it carries."""

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

LIST_LIMIT = 100
LIST_MOST = 1_000
"""How many statements a list holds: usually, and at most."""


async def _visitor(request: Request) -> Visitor:
    gate: Gate = request.app.state.gate
    return gate.admit(request)


async def _rate_limited(request: Request) -> None:
    gate: Gate = request.app.state.gate
    gate.count(request)


Who = Annotated[Visitor, Depends(_visitor)]
"""Who asks; the request is refused before it comes to this where they may not."""


def create_app(parts: Parts) -> FastAPI:
    """The HTTP service over ``parts``, which it loads in the background once it starts and closes when it ends.

    The chat page is not part of it; ``chat.mount`` adds that.
    """
    warmup = Warmup(parts.warm)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        warmup.start()
        yield
        await run_in_threadpool(warmup.join)
        parts.close()

    app = FastAPI(
        title="whosaid",
        version=__version__,
        lifespan=lifespan,
        # The documentation pages that FastAPI offers load scripts from elsewhere; nothing here may.
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.warmup, app.state.gate = warmup, Gate(parts.settings)
    largest = parts.settings.max_source_bytes + FORM_MARGIN
    app.add_middleware(BodyLimit, largest=largest, of_paths=dict.fromkeys(SMALL, ASK_BYTES))
    app.add_middleware(Origins, listed=parts.settings.embed_origins)
    app.add_middleware(Doorway)
    app.add_middleware(Under, root=parts.settings.root_path)
    errors.install(app)
    app.include_router(_health(warmup))
    app.include_router(_reading(parts, warmup))
    app.include_router(_asking(parts, warmup), dependencies=[Depends(_rate_limited)])
    app.include_router(_voting(parts, warmup), dependencies=[Depends(_rate_limited)])
    app.include_router(_publishing(parts, warmup), dependencies=[Depends(_rate_limited)])
    if parts.settings.metrics_token:
        app.include_router(metrics(parts.registry, parts.settings.metrics_token))
    # What no route above answers must not fall through to the page, which is mounted at the root.
    for path in ("/api", "/api/{rest:path}", "/healthz", "/readyz", "/metrics"):
        app.add_api_route(path, _nowhere, methods=METHODS, include_in_schema=False)
    return app


def _nowhere(request: Request) -> None:
    """Tells an address that is not there from one that does not take the method."""
    partly = any(route.matches(request.scope)[0] is Match.PARTIAL for route in request.app.routes)
    raise HTTPException(405 if partly else 404)


def _health(warmup: Warmup) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Alive."""
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> dict[str, str]:
        """Models and index are loaded; 503 until then."""
        warmup.require()
        return {"status": "ready"}

    return router


def _reading(parts: Parts, warmup: Warmup) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["reading"])

    @router.get("/articles")
    def articles(who: Who) -> list[schemas.ArticleOut]:
        """All articles, in the order they were added."""
        with who.sees(parts.lake).snapshot() as snapshot:
            return [schemas.article_out(entry) for entry in snapshot.entries()]

    @router.get("/articles/{article_id}")
    def article(article_id: str, who: Who) -> schemas.FullArticleOut:
        """One article with its canonical text."""
        with who.sees(parts.lake).snapshot() as snapshot:
            found = snapshot.article(article_id)
            counts = len(snapshot.passages(article_id)), len(snapshot.statements(article_id))
        return schemas.full_article_out(found, *counts)

    @router.get("/articles/{article_id}/statements")
    def article_statements(article_id: str, who: Who) -> list[schemas.WholeStatementOut]:
        """The statements of one article, in text order; what others say in somebody's words stands under them."""
        with who.sees(parts.lake).snapshot() as snapshot:
            return schemas.statements_out(snapshot.statements(article_id))

    @router.get("/statements")
    def statements(
        who: Who,
        speaker: Annotated[str, Query(max_length=500)] = "",
        about: Annotated[str, Query(max_length=2_000)] = "",
        article: Annotated[tuple[str, ...], Query(max_length=1_000)] = (),
        limit: Annotated[int, Query(ge=1, le=LIST_MOST)] = LIST_LIMIT,
    ) -> list[schemas.StatementOut]:
        """Who said what: nearest to the topic first, or surest first where none is given."""
        if about.strip():
            warmup.require()
        with who.sees(parts.lake).snapshot() as snapshot:
            found = browse(snapshot, Wanted(speaker, about, article), parts.embedder)
            return [schemas.statement_out(item.statement) for item in found[:limit]]

    @router.get("/speakers")
    def speakers(who: Who) -> list[schemas.SpeakerEntryOut]:
        """Who speaks, most statements first."""
        with who.sees(parts.lake).snapshot() as snapshot:
            return [schemas.speaker_entry_out(entry) for entry in snapshot.speakers()]

    return router


def _asking(parts: Parts, warmup: Warmup) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["asking"], responses={422: {"model": schemas.ErrorOut}})

    @router.post("/ask")
    def ask(body: schemas.QuestionIn, who: Who) -> schemas.AnswerOut:
        """Answers a question, with the verbatim sentences that bear the answer out."""
        began = time.perf_counter()
        warmup.require()
        answer = parts.asker.within(who.sees(parts.lake)).ask(body.to_question())
        return schemas.answer_out(answer, 1000 * (time.perf_counter() - began))

    @router.post("/ask/stream", response_class=StreamingResponse)
    def stream(body: schemas.QuestionIn, who: Who) -> StreamingResponse:
        """The same as server-sent events: ``token``, each with a piece of the text, then ``answer``."""
        began = time.perf_counter()
        warmup.require()
        coming = parts.asker.within(who.sees(parts.lake)).stream(body.to_question())
        # The first piece is waited for here: a question that is refused gets its status, not a stream.
        first = next(coming)
        return StreamingResponse(
            _events(first, coming, began),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    return router


def _voting(parts: Parts, warmup: Warmup) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["feedback"], responses={422: {"model": schemas.ErrorOut}})

    @router.post("/feedback", status_code=201, dependencies=[Depends(_visitor)])
    def vote(body: FeedbackIn) -> dict[str, str]:
        """Keeps what a reader thinks of an answer, for ``qa feedback``; the same ``id`` again changes it."""
        warmup.require()
        feedback = body.to_feedback()
        parts.feedback.record(feedback)
        return {"id": feedback.id, "status": "kept"}

    return router


def _publishing(parts: Parts, warmup: Warmup) -> APIRouter:
    router = APIRouter(prefix="/api", tags=["publishing"])
    settings = parts.settings

    @router.post("/articles", status_code=201)
    async def add(request: Request) -> JSONResponse:
        """Adds an article: a file in a form, or ``{"url"}``; only with the administrator's token, or at this machine.

        201 where it was added or replaced, 200 where nothing changed.
        """
        # Before the body is read: whoever may not add cannot make the service take in a file either.
        if not is_at_this_machine(request, settings):
            require_token(request.headers.get("authorization"), settings.admin_token)
        warmup.require()
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type == "multipart/form-data":
            name, data, kind = await _upload(request)
            outcome = await run_in_threadpool(parts.publisher.publish_bytes, data, name, kind)
        elif media_type == "application/json":
            address = _address(await request.body())
            outcome = await run_in_threadpool(parts.publisher.publish_one, address)
        else:
            raise SourceError("send a file in a form, or JSON with a url", code="unreadable_format", status=415)
        return _outcome_response(outcome)

    @router.delete("/articles/{article_id}")
    def remove(article_id: str, request: Request) -> dict[str, str]:
        """Removes an article; only with the administrator's token."""
        require_token(request.headers.get("authorization"), settings.admin_token)
        parts.lake.remove(article_id)
        return {"id": article_id, "status": "removed"}

    return router


async def _upload(request: Request) -> tuple[str, bytes, str | None]:
    """The one file of a form: its name without any folder, its bytes, its media type."""
    async with request.form(max_files=1, max_fields=10) as form:
        file = next((value for value in form.values() if isinstance(value, UploadFile)), None)
        if file is None:
            raise InputError("the form holds no file")
        name = PurePath((file.filename or "").replace("\\", "/")).name
        if not name:
            raise InputError("the file has no name")
        return name, await file.read(), file.content_type


def _address(body: bytes) -> str:
    try:
        return schemas.UrlIn.model_validate_json(body).url
    except ValidationError as error:
        raise RequestValidationError([{**item, "loc": ("body", *item["loc"])} for item in error.errors()]) from error


def _outcome_response(outcome: Outcome) -> JSONResponse:
    return JSONResponse(schemas.outcome_out(outcome), 200 if outcome.status == "unchanged" else 201)


def _events(first: str | Answer, coming: Iterator[str | Answer], began: float) -> Iterator[str]:
    yield _event(first, began)
    for item in coming:
        yield _event(item, began)


def _event(item: str | Answer, began: float) -> str:
    if isinstance(item, str):
        return f"event: token\ndata: {json.dumps({'text': item}, ensure_ascii=False)}\n\n"
    answer = schemas.answer_out(item, 1000 * (time.perf_counter() - began))
    return f"event: answer\ndata: {json.dumps(answer, ensure_ascii=False)}\n\n"
