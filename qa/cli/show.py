"""How answers, articles, speakers and statements look in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from qa.cli.text import line, plain
from qa.collection.feedback import Feedback
from qa.domain import Answer, ArticleEntry, Citation, Mode, Outcome, SpeakerEntry
from qa.evaluation.run import Row, Summary
from qa.service.browse import Found
from qa.service.exports import REPORTED

if TYPE_CHECKING:
    from qa.service.verifying import Checked

PIPE_WIDTH = 100_000
"""Columns where the output goes to a file or program, which wants one row on one line."""

LONGEST_TITLE = 60


def console(stream: TextIO | None = None) -> Console:
    """A console on ``stream`` (default: stdout) that never reads markup, emoji codes or links out of what it prints."""
    stream = stream or sys.stdout
    width = None if stream.isatty() else PIPE_WIDTH
    return Console(file=stream, width=width, markup=False, emoji=False, highlight=False)


def answer(out: Console, given: Answer) -> None:
    """The answer, then each source under its number."""
    out.print(Text(plain(given.answer), style="dim" if given.abstained else "bold"))
    for citation in given.citations:
        out.print()
        _citation(out, f"[{citation.marker}]", citation)
    if given.nearest:
        out.print()
        _citation(out, "Nearest:", given.nearest)
    if given.note:
        out.print()
        out.print(Text(line(given.note), style="dim"))


def articles(out: Console, entries: Sequence[ArticleEntry]) -> None:
    table = _table("id", "title", "published", "passages", "statements", "source")
    for entry in entries:
        table.add_row(
            entry.id,
            _cell(entry.title),
            entry.published.isoformat() if entry.published else "",
            str(entry.passages),
            str(entry.statements),
            _cell(entry.source),
        )
    out.print(table)


def speakers(out: Console, entries: Sequence[SpeakerEntry]) -> None:
    table = _table("name", "role", "also called", "statements", "articles")
    for entry in entries:
        also = _cell(", ".join(entry.aliases))
        table.add_row(_cell(entry.name), _cell(entry.role or ""), also, str(entry.statements), str(entry.articles))
    out.print(table)


def statements(out: Console, found: Sequence[Found]) -> None:
    table = _table("speaker", "how", "cue", "words", "article")
    for item in found:
        statement = item.statement
        who = statement.speaker.name if statement.speaker else statement.source.text if statement.source else "–"
        via = f" (via {', '.join(statement.via)})" if statement.via else ""
        table.add_row(
            _cell(who + via),
            "quoted" if statement.mode is Mode.DIRECT else statement.mode.value,
            _cell(statement.cue.text if statement.cue else ""),
            _cell(statement.words),
            _cell(_short(item.entry.title)),
        )
    out.print(table)


def feedback(out: Console, votes: Sequence[Feedback]) -> None:
    table = _table("when", "vote", "reason", "question", "answer")
    for vote in votes:
        when = vote.at.strftime("%Y-%m-%d %H:%M")
        table.add_row(when, vote.vote, _cell(vote.reason or ""), _cell(vote.question), _cell(_short(vote.answer, 200)))
    out.print(table)


def checked(out: Console, found: Sequence[Checked]) -> None:
    """Each quotation on a line, how it stands first; under a changed one what the article has in its place."""
    for item in found:
        title = line(item.quotation.title)
        out.print(Text(f"{item.standing.value:9}  ").append(_short(line(item.quotation.words), 100)))
        out.print(_indented(Text(title, style="dim"), 11))
        if item.now:
            out.print(_indented(Text(f"now: {line(item.now)}"), 11))


def checked_out(item: Checked) -> dict[str, object]:
    """A checked quotation as JSON."""
    quotation = item.quotation
    return {
        "standing": item.standing.value,
        "quote": quotation.words,
        "title": quotation.title,
        "article_id": quotation.article_id,
        "start": quotation.span.start if quotation.span else None,
        "end": quotation.span.end if quotation.span else None,
        "now": item.now,
    }


def outcome(given: Outcome) -> str:
    """One line on what became of a source."""
    if given.entry is None:
        return f"{given.status:9}  {line(given.reason or given.source)}"
    entry = given.entry
    counts = f"{entry.passages} passages, {entry.statements} statements"
    because = f"; {line(given.reason)}" if given.reason else ""
    return f"{given.status:9}  {entry.id}  {line(entry.title)} ({counts}{because})"


def summary(out: Console, scores: Summary) -> None:
    table = _table("measure", "score", "questions")
    table.add_row("accuracy", _share(scores.accuracy), str(scores.questions))
    for kind, (share, count) in scores.by_kind.items():
        table.add_row(f"  {kind}", _share(share), str(count))
    for name in (
        "wrong_speaker_rate",
        "needs_coref_accuracy",
        "indirect_accuracy",
        "abstain_recall",
        "abstained_on_answerable",
        "citations_exact",
        "citation_precision",
    ):
        table.add_row(name.replace("_", " "), _share(getattr(scores, name)), "")
    for fifth in scores.reliability:
        table.add_row(
            f"right where confidence is about {fifth.confidence:.2f}", _share(fifth.right), str(fifth.answers)
        )
    table.add_row("milliseconds, median", f"{scores.ms_p50:.1f}", "")
    table.add_row("milliseconds, 95 of 100", f"{scores.ms_p95:.1f}", "")
    out.print(table)


def failure(out: Console, row: Row) -> None:
    said = row.answer.answer if row.answer else "(the question was refused)"
    out.print(Text(f"{line(row.case.id)} [{row.case.kind.value}] {line(row.case.question)}"))
    out.print(Text(f"    {line(row.score.why)}\n    -> {line(said)[:300]}", style="dim"))


def _citation(out: Console, label: str, citation: Citation) -> None:
    title = Text(f"{label} ", style="bold").append(line(citation.title))
    out.print(title.append(f"  {line(citation.source)}", style="dim"))
    # A bar in the margin and no quotation marks: the sentence is the article's, which need not be what was said.
    quoted = "\n".join(f"│ {part}" for part in plain(citation.quote).splitlines())
    out.print(_indented(Text(quoted)))
    who = line(citation.speaker) if citation.speaker else ""
    how = REPORTED[citation.mode] if citation.mode else ""
    if who or how:
        out.print(_indented(Text(", ".join(part for part in (who, how) if part), style="dim")))


def _indented(text: Text, columns: int = 4) -> Padding:
    return Padding(text, (0, 0, 0, columns), expand=False)


def _table(*columns: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _cell(text: str) -> Text:
    return Text(line(text))


def _short(text: str, longest: int = LONGEST_TITLE) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.4f}"
