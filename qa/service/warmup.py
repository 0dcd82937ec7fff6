"""Loading in the background, so that the service is alive at once and says when it is ready."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from qa.errors import NotReadyError, QaError

log = logging.getLogger("qa.service")


class Warmup:
    """Runs ``load`` once in a thread of its own; ``require`` lets pass what needs it done."""

    def __init__(self, load: Callable[[], None]) -> None:
        self._load = load
        self._thread = threading.Thread(target=self._run, name="warmup", daemon=True)
        self._done = threading.Event()
        self._failure: QaError | None = None

    def start(self) -> None:
        """May be called once."""
        self._thread.start()

    def join(self) -> None:
        """Waits until loading has ended, one way or the other."""
        self._thread.join()

    def require(self) -> None:
        """Passes when everything is loaded.

        Raises:
            NotReadyError: not yet.
            QaError: loading failed, and for this reason.
        """
        if not self._done.is_set():
            raise NotReadyError("the models are being loaded")
        if self._failure is not None:
            raise self._failure.with_traceback(None)

    def _run(self) -> None:
        began = time.perf_counter()
        try:
            self._load()
        except QaError as error:
            self._failure = error
            log.error("cannot get ready: %s", error)
        except Exception:
            # Whatever it is, it must not end unseen in a thread that nobody waits for.
            self._failure = NotReadyError("the models could not be loaded; the log says why")
            log.exception("cannot get ready")
        else:
            log.info("ready", extra={"seconds": round(time.perf_counter() - began, 2)})
        finally:
            self._done.set()
