"""Every command of ``qa``: what it takes, and what it asks of the house.

The parts that are slow to import (models, web server, page) are imported inside the commands that use them, so that
those that only read the catalogue start in a moment.
"""

from __future__ import annotations

import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from qa import __version__
from qa.cli import show
from qa.cli.text import json_text, line, plain
from qa.domain import Mode, Question, Turn
from qa.errors import InputError
from qa.service import exports, schemas
from qa.service.browse import Wanted, browse, in_reading_order
from qa.settings import Settings
from qa.wiring import open_catalogue, open_parts, read_settings

app = typer.Typer(
    help="Ask news articles who said what.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Articles = Annotated[
    list[str] | None,
    typer.Option("--article", metavar="ID", help="Only in this article; may be given several times."),
]


class Format(StrEnum):
    """How statements are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    JSONLD = "jsonld"


class VoteFormat(StrEnum):
    """How votes are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"whosaid {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    index: Annotated[
        Path | None,
        typer.Option("--index", metavar="DIR", help="The collection. [default: $QA_INDEX, else indexes/default]"),
    ] = None,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Ask news articles who said what."""
    context.obj = index


@app.command()
def add(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="Files, folders and URLs.")],
    as_json: AsJson = False,
) -> None:
    """Add articles: .txt, .md, .html, .pdf and .docx files, folders of them, and URLs.

    The same content twice changes nothing; a changed source replaces what was there. A source that cannot be read is
    refused with its reason, and the others are added all the same.
    """
    from qa.cli.adding import add_all

    with open_parts(_settings(context), create=True) as parts:
        refused = add_all(parts.publisher, sources, as_json=as_json)
    if refused:
        raise typer.Exit(1)


@app.command()
def articles(context: typer.Context, as_json: AsJson = False) -> None:
    """List the articles of the collection."""
    with open_catalogue(_settings(context)) as lake, lake.snapshot() as snapshot:
        entries = snapshot.entries()
    if as_json:
        _print_json([schemas.article_out(entry) for entry in entries])
    else:
        show.articles(show.console(), entries)


@app.command()
def remove(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Articles, by id.")],
) -> None:
    """Remove articles; none is removed where one is not there."""
    with open_catalogue(_settings(context)) as lake:
        with lake.snapshot() as snapshot:
            titles = {article_id: snapshot.article(article_id).title for article_id in ids}
        for article_id, title in titles.items():
            lake.remove(article_id)
            typer.echo(f"removed    {article_id}  {line(title)}")


@app.command()
def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION")],
    article: Articles = None,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="FILE", help='A JSON list of {"question", "answer"}, oldest first.'),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question, with the sentences that bear the answer out."""
    turns = _read_history(history) if history else ()
    with open_parts(_settings(context)) as parts:
        asker = parts.asker
        began = time.perf_counter()
        answer = asker.ask(Question(question, turns, tuple(article or ())))
        took_ms = 1000 * (time.perf_counter() - began)
    if as_json:
        _print_json(schemas.answer_out(answer, took_ms))
    else:
        show.answer(show.console(), answer)


@app.command()
def statements(
    context: typer.Context,
    speaker: Annotated[str, typer.Option("--speaker", help="Only what this speaker said: a name or a role.")] = "",
    about: Annotated[str, typer.Option("--about", help="Only what bears these words, best first.")] = "",
    article: Articles = None,
    mode: Annotated[Mode | None, typer.Option("--mode", help="Only what is reported in this way.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="At most so many.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print them.")] = Format.TABLE,
) -> None:
    """Show who said what: in reading order, or best first where words are given."""
    with open_catalogue(_settings(context)) as lake, lake.snapshot() as snapshot:
        found = browse(snapshot, Wanted(speaker, about, tuple(article or ()), mode))
        found = (found if about.strip() else in_reading_order(snapshot, found))[:limit]
    match form:
        case Format.TABLE:
            show.statements(show.console(), found)
        case Format.JSON:
            _print_json([schemas.statement_out(item.statement) for item in found])
        case Format.CSV:
            _print_csv(exports.to_csv(found))
        case Format.JSONLD:
            _print_json(exports.to_jsonld(found), in_html=True)


@app.command()
def speakers(context: typer.Context, as_json: AsJson = False) -> None:
    """Show who speaks, with roles, other names and counts."""
    with open_catalogue(_settings(context)) as lake, lake.snapshot() as snapshot:
        entries = snapshot.speakers()
    if as_json:
        _print_json([schemas.speaker_entry_out(entry) for entry in entries])
    else:
        show.speakers(show.console(), entries)


@app.command()
def feedback(
    context: typer.Context,
    form: Annotated[VoteFormat, typer.Option("--format", help="How to print it.")] = VoteFormat.TABLE,
) -> None:
    """Show what readers thought of answers: votes, reasons, and the answers with their citations."""
    with open_catalogue(_settings(context)) as lake:
        votes = lake.feedback()
    match form:
        case VoteFormat.TABLE:
            show.feedback(show.console(), votes)
        case VoteFormat.JSON:
            _print_json([schemas.feedback_out(vote) for vote in votes])
        case VoteFormat.CSV:
            _print_csv(exports.feedback_to_csv(votes))


@app.command()
def verify(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A conversation that the page exported.")],
    as_json: AsJson = False,
) -> None:
    """Check the quotations of an exported conversation: each is true, changed or gone.

    The exit status is 1 where one of them is not true.
    """
    from qa.service.verifying import LARGEST, Standing, check, quotations_in

    with file.open("rb") as opened:
        quotations = quotations_in(opened.read(LARGEST + 1), file.name)
    with open_catalogue(_settings(context)) as lake, lake.snapshot() as snapshot:
        checked = [check(quotation, snapshot) for quotation in quotations]
    if as_json:
        _print_json([show.checked_out(item) for item in checked])
    else:
        show.checked(show.console(), checked)
    untrue = sum(item.standing is not Standing.TRUE for item in checked)
    if untrue:
        typer.echo(f"qa: {untrue} of {len(checked)} quotations are not true", err=True)
        raise typer.Exit(1)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="Where to listen. [default: 127.0.0.1]")] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="The port to listen on. [default: 7860]")
    ] = None,
) -> None:
    """Serve the chat page, the widget and the HTTP interface."""
    from qa.service.server import run

    run(_settings(context, host=host, port=port))


@app.command()
def evaluate(
    context: typer.Context,
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Gold questions, JSON lines.")],
    failures: Annotated[bool, typer.Option("--failures", help="Print each question that failed.")] = False,
    everywhere: Annotated[bool, typer.Option("--open", help="Ask over all the articles, naming none.")] = False,
    as_json: AsJson = False,
) -> None:
    """Score the collection on a file of gold questions."""
    from dataclasses import asdict

    from qa.evaluation.cases import read_cases
    from qa.evaluation.run import evaluate as run
    from qa.evaluation.run import summarise

    cases = read_cases(gold)
    with open_parts(_settings(context)) as parts:
        rows = list(run(cases, parts.asker, parts.lake, everywhere=everywhere))
    scores = summarise(rows)
    if failures:
        for row in rows:
            if not row.score.ok:
                # With --json the output is JSON and nothing else.
                show.failure(show.console(sys.stderr if as_json else None), row)
    if as_json:
        _print_json(asdict(scores))
    else:
        show.summary(show.console(), scores)


@app.command()
def reindex(context: typer.Context) -> None:
    """Make all vectors anew with the embedding model that is set, after that was changed."""
    from qa.cli.adding import counted
    from qa.wiring import reindex as run

    with counted("reindexing") as progress:
        count = run(_settings(context), progress)
    typer.echo(f"reindexed  {count} articles")


def _settings(context: typer.Context, **given: object) -> Settings:
    return read_settings(index=context.obj, **given)


def _print_csv(written: str) -> None:
    """What goes to a file or program is the article's to the character; what goes to a screen steers nothing."""
    sys.stdout.write(plain(written.replace("\r\n", "\n")) if sys.stdout.isatty() else written)


def _print_json(value: object, *, in_html: bool = False) -> None:
    typer.echo(json_text(value, indent=1, in_html=in_html))


def _read_history(path: Path) -> tuple[Turn, ...]:
    try:
        given = TypeAdapter(list[schemas.TurnIn]).validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f'{path}: not a JSON list of {{"question", "answer"}}: {where} {first["msg"]}') from error
    return tuple(Turn(turn.question, turn.answer) for turn in given)
