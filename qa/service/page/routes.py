"""The addresses that the page's script calls: JSON in, JSON out, and an answer as server-sent events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from starlette.exceptions import HTTPException

from qa.errors import InputError, QaError
from qa.service import errors
from qa.service.page.desk import Desk, Reply

MAX_BODY_BYTES = 4_000_000
"""The largest request that the page's script may send: fifty turns of the longest kind still fit."""

DeskOf = Callable[[Request], Desk]
"""The desk for whoever sends a request; raises QaError where there is none for them, or not yet."""

_STREAM, _FILE = "ask", "export"
_CALLS: Mapping[str, Callable[[Desk, object], Reply]] = {
    "opening": Desk.opening,
    "source": Desk.source,
    "excerpt": Desk.excerpt,
    "statements": Desk.statements,
    "shelf": Desk.shelf,
    "restore": Desk.restore,
}


def router(desk_of: DeskOf) -> APIRouter:
    """``POST /desk/…``, for the page alone: what goes in and out may change with it.

    A request that gets no desk is refused with the status and the error object of the HTTP interface. Whatever else
    goes wrong is told in the reply.
    """
    calls = APIRouter(prefix="/desk", include_in_schema=False)

    @calls.post("/{name}")
    async def call(name: str, request: Request) -> Response:
        try:
            if name not in (_STREAM, _FILE, *_CALLS):
                raise HTTPException(404)
            # Before the body is read: whoever gets no desk cannot make the service take in a large one either.
            desk = await run_in_threadpool(desk_of, request)
            asked = await _body(request)
            if name == _STREAM:
                headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
                return StreamingResponse(_events(desk.ask(asked)), headers=headers, media_type="text/event-stream")
            if name == _FILE:
                form, data = await run_in_threadpool(desk.export, asked)
                headers = {"content-disposition": f'attachment; filename="whosaid.{form.extension}"'}
                return Response(data, headers=headers | {"cache-control": "no-store"}, media_type=form.media_type)
            reply = await run_in_threadpool(_CALLS[name], desk, asked)
        except (QaError, HTTPException) as error:
            return await errors.answer_to(request, error)
        return Response(_json(reply), headers={"cache-control": "no-store"}, media_type="application/json")

    return calls


async def _body(request: Request) -> object:
    """The request's JSON; raises HTTPException (413) as soon as it is too large, InputError where it is none."""
    body = bytearray()
    async for piece in request.stream():
        body.extend(piece)
        if len(body) > MAX_BODY_BYTES:
            raise HTTPException(413)
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InputError("the body is not valid JSON") from error


def _events(items: Iterator[tuple[str, Reply]]) -> Iterator[str]:
    return (f"event: {name}\ndata: {_json(reply)}\n\n" for name, reply in items)


def _json(reply: Reply) -> str:
    # In ASCII, so that no text, however broken, can keep a reply from being sent.
    return json.dumps(reply, separators=(",", ":"))
