"""Every error of the service as the contract has it: a fitting status, a code, one line; never a traceback."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from qa.errors import AuthenticationError, NotReadyError, QaError, RateLimitError
from qa.service.schemas import error_out

RETRY_WHEN_LOADING = 1
"""Seconds after which a client may ask again while the models are being loaded."""

CODES = {
    400: "bad_input",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unreadable_format",
    422: "bad_input",
    429: "too_many_requests",
    503: "unavailable",
}
MESSAGES = {
    404: "there is nothing at this address",
    405: "this address does not take that method",
    413: "the request is larger than this service accepts",
}

log = logging.getLogger("qa.service")


def install(app: FastAPI) -> None:
    """Makes ``app`` answer every exception with the contract's error object."""
    app.add_exception_handler(QaError, _on_reported)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


async def answer_to(request: Request, error: Exception) -> JSONResponse:
    """What is answered where ``error`` came through everything else; what nobody foresaw is logged in full.

    The caller gets a number to name, under which the log has it.
    """
    if isinstance(error, HTTPException):
        return await _on_http(request, error)
    if isinstance(error, QaError):
        return await _on_reported(request, error)
    log.error("unexpected error", exc_info=error, extra=_about(request))
    number = _about(request)["request"]
    return response(500, "internal", f"something went wrong; the log has it under {number}")


def response(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(error_out(code, message), status, headers)


async def _on_reported(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, QaError)
    headers: dict[str, str] = {}
    if isinstance(error, AuthenticationError):
        headers["www-authenticate"] = "Bearer"
    elif isinstance(error, RateLimitError):
        headers["retry-after"] = str(error.retry_after)
    elif isinstance(error, NotReadyError):
        headers["retry-after"] = str(RETRY_WHEN_LOADING)
    elif error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("could not answer: %s", error, extra=_about(request))
    return response(error.status, error.code, str(error), headers)


async def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    """Malformed JSON is 400; JSON of another shape is 422, with the first thing that does not fit."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return response(400, CODES[400], "the body is not valid JSON")
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
    return response(422, CODES[422], f"{where}: {first['msg']}" if where else f"the body: {first['msg']}")


async def _on_http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = CODES.get(error.status_code, "error")
    message = MESSAGES.get(error.status_code, str(error.detail))
    return response(error.status_code, code, message, dict(error.headers or {}))


def _about(request: Request) -> dict[str, str]:
    return {
        "request": getattr(request.state, "request_id", "unknown"),
        "method": request.method,
        "path": request.url.path,
    }
