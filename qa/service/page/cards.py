"""What the conversation shows: an answer, an abstention, a refusal, each a card of its own kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qa.domain import Answer, Article, Citation, Mode, Speaker
from qa.service.page.escaping import attributes, escape, escape_json, origin, plain
from qa.service.page.original import original
from qa.service.page.wording import label, long_date, paragraph_number, worded

SILENT = "The articles do not say."
_JUDGE = (
    '<div class="judge" role="group" aria-label="Is this answer good?">'
    '<span class="small" aria-hidden="true">good?</span>'
    '<button type="button" class="icon vote" data-vote="up" aria-pressed="false" aria-label="Good answer">'
    '<span aria-hidden="true">▲</span></button>'
    '<button type="button" class="icon vote" data-vote="down" aria-pressed="false" aria-label="Bad answer">'
    '<span aria-hidden="true">▼</span></button></div>'
)
_MARKER = re.compile(r"\s*\[(\d{1,4})\]")
_VERDICT = re.compile(r"^(yes|no)\b[.,:;–—-]*\s*", re.IGNORECASE)


def render_answer(answer: Answer, articles: Mapping[str, Article], questions: Sequence[str]) -> str:
    """The card of ``answer``; ``articles`` are the cited ones by id, ``questions`` can be asked next."""
    if answer.abstained:
        return _abstention(answer, articles, questions)
    verdict = f'<p class="verdict {answer.verdict}">{answer.verdict.capitalize()}.</p>' if answer.verdict else ""
    data = escape_json(citation_data(answer.citations, articles))
    return (
        f'<article class="card answer" data-cites="{data}">{verdict}'
        f"{_passages(answer, articles)}{_note(answer)}{_JUDGE}{render_questions(questions)}</article>"
    )


def render_refusal(line: str, *, retry: bool = False) -> str:
    """The card of an error: one clear line, and a way on where trying again can help."""
    again = '<p><button type="button" class="again">Try again</button></p>' if retry else ""
    return f'<article class="card refusal"><p dir="auto">{escape(line)}</p>{again}</article>'


def render_questions(questions: Sequence[str], heading: str = "") -> str:
    """Buttons that ask; nothing where there is nothing to ask."""
    if not questions:
        return ""
    buttons = "".join(
        f'<li><button type="button" class="suggestion" dir="auto">{escape(q)}</button></li>' for q in questions
    )
    above = f'<p class="small">{escape(heading)}</p>' if heading else ""
    return f'<div class="questions">{above}<ul aria-label="Questions to ask">{buttons}</ul></div>'


def spoken(answer: Answer) -> str:
    """What a screen reader is told of ``answer``, once."""
    words = plain(_MARKER.sub("", answer.answer)).strip()
    if answer.abstained:
        near = f" Nearest: {plain(answer.nearest.quote)}" if answer.nearest else ""
        return (words or SILENT) + near
    verdict = f"{answer.verdict.capitalize()}. " if answer.verdict else ""
    sources = len(answer.citations)
    return (
        f"{verdict}{_VERDICT.sub('', words) if verdict else words} {sources} {'source' if sources == 1 else 'sources'}."
    )


def citation_data(citations: Sequence[Citation], articles: Mapping[str, Article]) -> list[dict[str, object]]:
    """What the page's script needs to open each source: no words that it would have to escape."""
    return [
        {
            "marker": c.marker,
            "article": c.article_id,
            "start": c.span.start,
            "end": c.span.end,
            "sha256": c.sha256,
            "caption": plain(" · ".join(filter(None, [c.speaker, _caption(c, articles.get(c.article_id))]))),
            "copy": quotation(c, articles.get(c.article_id)),
            "original": _original(c, articles.get(c.article_id)),
        }
        for c in citations
    ]


def _original(citation: Citation, article: Article | None) -> str | None:
    """Where the cited sentence stands on its own page; None where that is not known, or not any more."""
    return original(article, citation.span) if article and article.sha256 == citation.sha256 else None


def quotation(citation: Citation, article: Article | None) -> str:
    """The citation to paste elsewhere: words, speaker, title, date, source. Indirect speech is said to be indirect."""
    day = f", {long_date(article.published)}" if article and article.published else ""
    where = f"“{citation.title}”{day}, {origin(citation.source)}"
    who = citation.speaker
    if citation.mode is Mode.DIRECT:
        return plain(f"{worded(citation.quote, Mode.DIRECT)} — {who or 'speaker not named'}. {where}")
    of_whom = f"On {who}, {label(citation.mode)}" if who else label(citation.mode).capitalize()
    return plain(f"{of_whom}: {citation.quote} — {where}")


def _note(answer: Answer) -> str:
    """How the answer was made, where that went otherwise than usual."""
    return f'<p class="small note" dir="auto">{escape(answer.note)}</p>' if answer.note else ""


def _passages(answer: Answer, articles: Mapping[str, Article]) -> str:
    """The answer line by line under whoever speaks, each line with its sources; then sources that no line names."""
    text = _VERDICT.sub("", answer.answer.strip()) if answer.verdict else answer.answer.strip()
    known = {citation.marker: citation for citation in answer.citations}
    several = len({citation.article_id for citation in answer.citations}) > 1
    out: list[str] = []
    shown: set[int] = set()
    before: Speaker | None = None
    for line in filter(None, map(str.strip, text.split("\n"))):
        cited = [known[m] for m in dict.fromkeys(map(int, _MARKER.findall(line))) if m in known]
        speaker = _speaker(cited, answer.speakers)
        if speaker and speaker != before:
            out.append(_lead(speaker))
        before = speaker
        out.append(f'<p class="words" dir="auto">{_words(_without_name(line, speaker), known)}</p>')
        out.append(_sources([c for c in cited if c.marker not in shown], articles, line, titled=several))
        shown.update(c.marker for c in cited)
    return "".join(out) + _sources([c for c in answer.citations if c.marker not in shown], articles, "", titled=several)


def _speaker(cited: Sequence[Citation], speakers: Sequence[Speaker]) -> Speaker | None:
    """Who says a line: the one speaker of all its sources, where there is one."""
    names = {citation.speaker for citation in cited}
    name = names.pop() if len(names) == 1 else None
    return next((speaker for speaker in speakers if speaker.name == name), None)


def _without_name(line: str, speaker: Speaker | None) -> str:
    """``line`` without the name and role that begin it, which stand above it already."""
    if speaker is None:
        return line
    for beginning in (f"{speaker.name} ({speaker.role})", f"{speaker.name}, who {speaker.role}", speaker.name):
        head, rest = line[: len(beginning)], line[len(beginning) :]
        if head.casefold() == beginning.casefold() and rest.startswith((" ", ":", ",")):
            return rest.lstrip(":,").strip()
    return line


def _lead(speaker: Speaker) -> str:
    role = f'<p class="role" dir="auto">{escape(speaker.role)}</p>' if speaker.role else ""
    return f'<h3 class="speaker" dir="auto">{escape(speaker.name)}</h3>{role}'


def _words(line: str, known: Mapping[int, Citation]) -> str:
    """A line of the answer with its markers as buttons; a marker that cites nothing stays text."""
    parts = _MARKER.split(line)
    out = [escape(parts[0])]
    for marker, after in zip(parts[1::2], parts[2::2], strict=True):
        citation = known.get(int(marker))
        out.append(_chip(citation) if citation else escape(f" [{marker}]"))
        out.append(escape(after))
    return "".join(out)


def _sources(cited: Sequence[Citation], articles: Mapping[str, Article], line: str, *, titled: bool) -> str:
    if not cited:
        return ""
    items = "".join(_citation(c, articles.get(c.article_id), line, titled=titled) for c in cited)
    return f'<ol class="cites" aria-label="Sources">{items}</ol>'


def _chip(citation: Citation) -> str:
    hint = f"Source {citation.marker}: {citation.title}"
    return (
        f'<button type="button" class="chip" data-marker="{citation.marker}" aria-controls="source"'
        f"{attributes([('aria-label', hint)])}>{citation.marker}</button>"
    )


def _citation(citation: Citation, article: Article | None, line: str, *, titled: bool) -> str:
    """One source under ``line``: its words unless the line is just those, how they came into the article, where."""
    title = f'<span class="from"><bdi>{escape(citation.title)}</bdi></span>' if titled else ""
    same = " ".join(_MARKER.sub("", line).split()) == " ".join(citation.quote.split())
    words = escape(worded(citation.quote, citation.mode))
    quote = "" if same else f'<q class="quote" dir="auto">{words}</q>'
    return (
        f'<li class="cite"><button type="button" class="open" data-marker="{citation.marker}" aria-controls="source">'
        f'<span class="n{" wide" if citation.marker > 99 else ""}" aria-hidden="true">{citation.marker}</span>'
        f'<span class="sr">Open source {citation.marker}: </span>{quote}'
        f'<span class="meta">{escape(_caption(citation, article))}{title}</span></button>'
        f'<button type="button" class="copy" data-marker="{citation.marker}">copy'
        f'<span class="sr"> source {citation.marker} as a quotation</span></button></li>'
    )


def _caption(citation: Citation, article: Article | None) -> str:
    number = paragraph_number(article, citation.span) if article else None
    place = f" · ¶{number}" if number else ""
    return f"{label(citation.mode)}{place}"


def _abstention(answer: Answer, articles: Mapping[str, Article], questions: Sequence[str]) -> str:
    said = _MARKER.sub("", answer.answer).strip() or SILENT
    near = answer.nearest
    if near is None:
        found, data = "", "[]"
    else:
        data = escape_json(citation_data([near], articles))
        who = f"<b><bdi>{escape(near.speaker)}</bdi></b> · " if near.speaker else ""
        found = (
            f'<div class="nearest"><p class="small">Nearest:</p>'
            f'<button type="button" class="open" data-marker="{near.marker}" aria-controls="source">'
            f'<q class="quote" dir="auto">{escape(worded(near.quote, near.mode))}</q>'
            f'<span class="meta">{who}{escape(_caption(near, articles.get(near.article_id)))}</span></button></div>'
        )
    return (
        f'<article class="card abstention" data-cites="{data}"><p class="words">{escape(said)}</p>'
        f"{found}{_JUDGE}{render_questions(questions, 'The articles can answer:')}</article>"
    )
