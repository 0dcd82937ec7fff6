"""A conversation as a file: Markdown, Word or JSON, each with its citations so that ``verifying`` finds them again.

In Markdown and Word every quotation stands in a block of its own, followed by one line on where it is from and one
that says for a program what the words above should be: ``whosaid:ARTICLE;START-END;PARAGRAPHS``. What a person reads is
what is checked; there is no hidden second copy.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from qa.domain import Answer, Article, Citation
from qa.service.page.escaping import origin, plain
from qa.service.page.wording import label, long_date
from qa.service.schemas import answer_out

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

FORMAT = "whosaid-history"
VERSION = 1
TITLE = "Questions and answers"
_CHECK = "The quotations can be checked against the articles with: qa verify FILE"
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~&$]")
_AT_THE_START = re.compile(r"^([-+=]|\d+(?=[.)]))")
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML cannot hold."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with its answer, and when it was given."""

    answer: Answer
    at: datetime


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file: its extension, its media type, and what makes it."""

    extension: str
    media_type: str
    make: Callable[[Sequence[Exchange], Mapping[str, Article]], bytes]


def to_markdown(exchanges: Sequence[Exchange], articles: Mapping[str, Article]) -> bytes:
    """``articles`` are the cited ones by id, as far as they are there; they tell the dates."""
    return "".join(f"{line}\n" for line in _markdown(exchanges, articles)).encode("utf-8", "replace")


def to_json(exchanges: Sequence[Exchange], _: Mapping[str, Article]) -> bytes:
    """The answers as the HTTP interface gives them."""
    turns = [{"at": e.at.isoformat(timespec="seconds"), "answer": answer_out(e.answer, 0.0)} for e in exchanges]
    return json.dumps({"format": FORMAT, "version": VERSION, "turns": turns}, indent=1).encode()


def to_docx(exchanges: Sequence[Exchange], articles: Mapping[str, Article]) -> bytes:
    """As ``to_markdown``: each quotation in a frame of its own."""
    import docx

    document = docx.Document()
    document.core_properties.title = TITLE
    document.core_properties.author = "whosaid"
    document.add_heading(TITLE, 1)
    _small(document.add_paragraph(), _CHECK)
    for exchange in exchanges:
        _write(document, exchange, articles)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


FORMS: Mapping[str, Form] = {
    "markdown": Form("md", "text/markdown; charset=utf-8", to_markdown),
    "json": Form("json", "application/json", to_json),
    "docx": Form("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", to_docx),
}


def reference(citation: Citation) -> str:
    """What tells a program where the quotation above it is from."""
    paragraphs = len(_paragraphs(citation.quote))
    name = quote(citation.article_id, safe="")
    return f"whosaid:{name};{citation.span.start}-{citation.span.end};{paragraphs}"


def _markdown(exchanges: Sequence[Exchange], articles: Mapping[str, Article]) -> Iterator[str]:
    yield from (f"# {TITLE}", "", _escaped(_CHECK), "")
    for exchange in exchanges:
        answer = exchange.answer
        yield from (f"## {_escaped(_line(answer.question))}", "", f"*{_when(exchange.at)}*", "")
        for part in _said(answer):
            yield from (_escaped(part), "")
        for heading, citation in _cited(answer):
            yield from (_escaped(heading), "")
            for paragraph in _paragraphs(citation.quote):
                yield from (f"> {_escaped(paragraph)}", ">")
            yield from (f"> {_escaped(_credit(citation, articles))}", ">", f"> `{reference(citation)}`", "")


def _write(document: Document, exchange: Exchange, articles: Mapping[str, Article]) -> None:
    answer = exchange.answer
    document.add_heading(_fit(_line(answer.question)), 2)
    _small(document.add_paragraph(), _when(exchange.at))
    for part in _said(answer):
        document.add_paragraph(_fit(part))
    for heading, citation in _cited(answer):
        document.add_paragraph(_fit(heading)).paragraph_format.keep_with_next = True
        frame = document.add_table(1, 1, "Table Grid").cell(0, 0)
        for number, paragraph in enumerate(_paragraphs(citation.quote)):
            _next(frame, number).add_run(_fit(paragraph))
        _small(frame.add_paragraph(), _credit(citation, articles))
        _small(frame.add_paragraph(), reference(citation))
        document.add_paragraph()


def _next(frame: _Cell, number: int) -> Paragraph:
    """A paragraph to write in: a cell comes with its first."""
    first: Paragraph = frame.paragraphs[0]
    return frame.add_paragraph() if number else first


def _small(paragraph: Paragraph, text: str) -> None:
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(_fit(text))
    run.font.size = Pt(9)
    run.font.color.rgb = RGBColor(0x5D, 0x59, 0x53)


def _said(answer: Answer) -> list[str]:
    """The answer's lines, and the note on how it was made."""
    lines = [_line(line) for line in answer.answer.split("\n")]
    return [line for line in [*lines, f"({_line(answer.note)})" if answer.note else ""] if line]


def _cited(answer: Answer) -> Iterator[tuple[str, Citation]]:
    for citation in answer.citations:
        yield f"[{citation.marker}] {_how(citation)}:", citation
    if answer.nearest:
        yield f"Nearest: {_how(answer.nearest)}:", answer.nearest


def _how(citation: Citation) -> str:
    return ", ".join(filter(None, [_line(citation.speaker or ""), label(citation.mode)]))


def _credit(citation: Citation, articles: Mapping[str, Article]) -> str:
    article = articles.get(citation.article_id)
    day = long_date(article.published) if article and article.published else ""
    return ", ".join(filter(None, [f"“{_line(citation.title)}”", day, _line(origin(citation.source))]))


def _when(at: datetime) -> str:
    return f"{long_date(at.date())}, {at:%H:%M %Z}".strip()


def _paragraphs(text: str) -> list[str]:
    """The lines of a quotation that have something in them; never none."""
    return [line for line in map(_line, text.split("\n")) if line] or ["\N{REPLACEMENT CHARACTER}"]


def _line(text: str) -> str:
    return " ".join(plain(text).split())


def _escaped(text: str) -> str:
    """``text`` as Markdown in which nothing is markup."""
    return _AT_THE_START.sub(lambda match: _first(match[1]), _MARKUP.sub(r"\\\g<0>", text))


def _first(beginning: str) -> str:
    return f"{beginning}\\" if beginning.isdigit() else f"\\{beginning}"


def _fit(text: str) -> str:
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)
