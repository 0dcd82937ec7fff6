"""Servers on real ports of this machine, for as long as a test needs them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


@contextmanager
def running(served: FastAPI | uvicorn.Server) -> Iterator[str]:
    """The address at which an application, or a server that was set up otherwise, answers."""
    server = served
    if not isinstance(server, uvicorn.Server):
        server = uvicorn.Server(uvicorn.Config(server, log_level="warning", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)
