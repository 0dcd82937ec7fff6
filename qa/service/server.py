"""Starts the service: parts, pages, and uvicorn around them."""

from __future__ import annotations

import gc
import logging
import socket
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from qa.errors import ConfigurationError
from qa.service import chat, logs
from qa.service.api import create_app
from qa.settings import Settings
from qa.wiring import Parts, open_parts

GRACE = 10
"""Seconds that requests under way are given when the service is told to stop."""

GARBAGE = (50_000, 50, 100)
"""How seldom Python looks for cycles among its objects: with a large collection in memory, each look at all of them
would hold up a question for a tenth of a second."""

log = logging.getLogger("qa.service")


def run(settings: Settings, prepare: Callable[[Parts], object] | None = None) -> None:
    """Serves until it is told to stop; ``prepare`` runs first, once the collection is open.

    Raises:
        ConfigurationError: the address cannot be listened on.
        CollectionError, ModelError: what the service needs cannot be opened.
    """
    # Before anything slow: whoever mistyped the port should not wait for the models to learn it.
    listener = listen(settings.host, settings.port)
    with listener, open_parts(settings, create=True) as parts:
        parts.check()
        if prepare:
            prepare(parts)
        gc.set_threshold(*GARBAGE)
        logs.configure()
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        log.info("serving", extra={"address": f"http://{host}:{settings.port}{settings.root_path}"})
        server_of(parts).run(sockets=[listener])


def server_of(parts: Parts) -> uvicorn.Server:
    """The web server around the whole service; who asks is whom a trusted proxy names, or whoever sent the request."""
    config = uvicorn.Config(
        compose(parts),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        proxy_headers=bool(parts.settings.trusted_proxies),
        forwarded_allow_ips=list(parts.settings.trusted_proxies),
    )
    return uvicorn.Server(config)


def compose(parts: Parts) -> FastAPI:
    """The whole service over ``parts``: interface, page and widget."""
    service = create_app(parts)
    return chat.mount(
        service,
        stream=lambda question, lake: parts.asker.within(lake).stream(question),
        lake=parts.lake,
        settings=parts.settings,
        ready=service.state.warmup.require,
        gate=service.state.gate,
    )


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on ``host`` and ``port``; raises ConfigurationError where none can."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ConfigurationError(f"cannot listen on {host} port {port}: {error.strerror or error}") from error
