"""The command line: ``main`` runs it and turns whatever goes wrong into one line and an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence

from qa.cli.commands import app
from qa.cli.text import plain
from qa.errors import QaError

DONE, FAILED, INTERRUPTED = 0, 1, 130
"""Exit statuses, beside 2 for wrong usage; the last is what a shell reports for that signal."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line (default: that of this process) and gives its exit status."""
    return guarded(lambda: _run(arguments))


def guarded(action: Callable[[], int]) -> int:
    """Runs ``action`` and gives its exit status, or that of its failure, which it tells in one line on stderr."""
    try:
        status = action()
        sys.stdout.flush()
    except QaError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return _silenced()
    except UnicodeEncodeError as error:
        # Where the output is not in UTF-8, by PYTHONIOENCODING or the locale, it cannot hold every text.
        there = error.object[error.start]
        return _fail(f"the output is in {error.encoding}, which has no {there!a}: set PYTHONIOENCODING=utf-8")
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except MemoryError:
        return _fail("this machine has not enough memory for that")
    return status


def _run(arguments: Sequence[str] | None) -> int:
    try:
        app(None if arguments is None else list(arguments), prog_name="qa")
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else DONE
    return DONE


def _fail(line: str) -> int:
    sys.stderr.write(f"qa: {' '.join(plain(line).split())}\n")
    return FAILED


def _silenced() -> int:
    """The reader of our output has gone (``qa statements | head``): there is nobody left to tell.

    Python flushes stdout once more as it ends, which must not fail again.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
