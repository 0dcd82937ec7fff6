"""Statements for other programs: CSV for spreadsheets, JSON-LD (schema.org ``Quotation``) for the web."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from qa.collection.feedback import Feedback
from qa.domain import Mode, Speaker, SpeakerKind
from qa.service.browse import Found
from qa.service.schemas import feedback_out

COLUMNS = (
    "speaker",
    "role",
    "mode",
    "source",
    "cue",
    "content",
    "confidence",
    "article",
    "article_source",
    "published",
    "start",
    "end",
    "id",
)
"""The first line of the CSV."""

FEEDBACK_COLUMNS = ("at", "vote", "reason", "question", "answer", "citations", "id")
"""The first line of the CSV of votes."""

REPORTED: Mapping[Mode, str] = {
    Mode.DIRECT: "quoted",
    Mode.MIXED: "partly quoted, partly reported in the article's words",
    Mode.INDIRECT: "reported in the article's words",
}
"""How each mode is told to a person: indirect speech must never pass for a quotation."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, also in full-width characters."""


def to_csv(found: Sequence[Found]) -> str:
    """A table with one line for each statement; no cell can run as a formula in a spreadsheet.

    A cell that begins like a formula has an apostrophe put before it, which spreadsheets do not show.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for item in found:
        writer.writerow([guarded(cell) for cell in _cells(item)])
    return out.getvalue()


def feedback_to_csv(votes: Sequence[Feedback]) -> str:
    """A table with one line for each vote, its citations as JSON in one cell; as harmless as ``to_csv``."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(FEEDBACK_COLUMNS)
    for vote in votes:
        row = feedback_out(vote)
        cited = json.dumps(row["citations"], ensure_ascii=False)
        cells = (row["at"], row["vote"], row["reason"] or "", row["question"], row["answer"], cited, row["id"])
        writer.writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def guarded(cell: str) -> str:
    """``cell``, made harmless where a spreadsheet would read it as a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def to_jsonld(found: Sequence[Found]) -> dict[str, Any]:
    """The statements as a graph of schema.org ``Quotation``s.

    ``position`` is the statement's place among those of its article, from 1; ``description`` tells quotations from
    what the article reports in its own words.
    """
    return {"@context": "https://schema.org", "@graph": [_quotation(item) for item in found]}


def _cells(item: Found) -> list[str]:
    statement, entry = item.statement, item.entry
    return [
        statement.speaker.name if statement.speaker else "",
        (statement.speaker.role or "") if statement.speaker else "",
        statement.mode.value,
        statement.source.text if statement.source else "",
        statement.cue.text if statement.cue else "",
        statement.words,
        f"{statement.confidence:.3f}",
        entry.title,
        entry.source,
        entry.published.isoformat() if entry.published else "",
        str(statement.span.start),
        str(statement.span.end),
        statement.id,
    ]


def _quotation(item: Found) -> dict[str, Any]:
    statement, entry = item.statement, item.entry
    article: dict[str, Any] = {
        "@type": "NewsArticle",
        "@id": f"urn:whosaid:article:{entry.id}",
        "headline": entry.title,
        "identifier": entry.id,
    }
    if entry.source.startswith(("http://", "https://")):
        article["url"] = entry.source
    if entry.published:
        article["datePublished"] = entry.published.isoformat()
    quotation: dict[str, Any] = {
        "@type": "Quotation",
        "@id": f"urn:whosaid:statement:{statement.id}",
        "text": statement.words,
        "description": REPORTED[statement.mode],
        "position": item.number,
        "isPartOf": article,
    }
    if statement.speaker:
        speaker = _agent(statement.speaker)
        quotation |= {"creator": speaker, "spokenByCharacter": speaker}
    return quotation


def _agent(speaker: Speaker) -> dict[str, Any]:
    organisation = speaker.kind is SpeakerKind.ORGANISATION
    agent: dict[str, Any] = {"@type": "Organization" if organisation else "Person", "name": speaker.name}
    if speaker.role:
        agent["description" if organisation else "jobTitle"] = speaker.role
    if speaker.aliases:
        agent["alternateName"] = list(speaker.aliases)
    return agent
