"""``qa add``: one line for each article as it comes, and a progress bar where somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qa.cli import show
from qa.cli.text import json_text
from qa.domain import Outcome
from qa.publishing import Publisher, opened
from qa.service import schemas


def add_all(publisher: Publisher, sources: Sequence[str], *, as_json: bool = False) -> int:
    """Publishes ``sources`` and tells of each as it comes; gives how many were refused.

    Lines on articles go to stdout, those on refused sources to stderr; with ``as_json`` all go to stdout, as JSON
    lines, and stderr has one line on how many were refused.
    """
    refused = 0
    for outcome in _watched(publisher, sources):
        failed = outcome.status == "refused"
        refused += failed
        if as_json:
            typer.echo(json_text(schemas.outcome_out(outcome)))
        else:
            typer.echo(show.outcome(outcome), err=failed)
    if refused and as_json:
        typer.echo(f"qa: {refused} of the sources could not be added", err=True)
    return refused


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """A function to tell how much of how much is done, which a progress bar on stderr shows if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Lines for stdout must reach it, even where it is a file and only the bar is on a terminal.
    on_screen = sys.stdout.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=on_screen) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _watched(publisher: Publisher, sources: Sequence[str]) -> Iterator[Outcome]:
    found = opened(sources)
    with counted("adding") as progress:
        progress(0, len(found))
        for done, outcome in enumerate(publisher.flow(found), 1):
            progress(done, len(found))
            yield outcome
