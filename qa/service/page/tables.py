"""Who said what, the list of articles, and what greets a reader, as HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qa.domain import Article, ArticleEntry, Citation, Span, SpeakerEntry, Statement
from qa.service.browse import Found
from qa.service.page.cards import quotation, render_questions
from qa.service.page.escaping import escape, escape_json, plain, site
from qa.service.page.original import original
from qa.service.page.wording import count, label, long_date, paragraph_number, worded


def render_welcome(entries: Sequence[ArticleEntry], questions: Sequence[str], *, scoped: bool = False) -> str:
    """What stands in the conversation before anything was asked; ``scoped``: of articles that were named."""
    if scoped and not entries:
        return '<div class="welcome empty"><p>None of these articles is in the collection.</p></div>'
    if not entries:
        return (
            '<div class="welcome empty"><h2>No articles yet.</h2><p>Add some on the machine that runs this service, '
            "then reload this page:</p><pre>qa add FILE-OR-FOLDER-OR-URL</pre></div>"
        )
    statements = sum(entry.statements for entry in entries)
    known = f"{count(len(entries), 'article')} · {count(statements, 'statement')}"
    return (
        f'<div class="welcome"><h2>Who said what?</h2><p>{known}. Every answer shows the sentence that it rests on.</p>'
        f"{render_questions(questions, 'For example' if questions else '')}</div>"
    )


def render_choices(entries: Sequence[ArticleEntry], more: bool) -> str:
    """The articles to pick from, one box to tick each; ``more`` says that the list was cut."""
    rows = "".join(
        f'<label class="choice"><input type="checkbox" value="{escape(e.id)}">'
        f'<span dir="auto">{escape(e.title)}</span><small dir="auto">{escape(site(e.source))}</small></label>'
        for e in entries
    )
    rest = '<p class="small">Type to find the others.</p>' if more else ""
    return (rows or '<p class="small">No article of that name.</p>') + rest


def render_articles(entries: Sequence[ArticleEntry], total: int) -> str:
    """The list of articles; each opens beside it."""
    if not entries:
        return '<p class="small none">No articles.</p>'
    rows = "".join(
        f'<li><button type="button" class="read" data-article="{escape(e.id)}" aria-controls="source">'
        f'<span class="title" dir="auto">{escape(e.title)}</span><span class="meta">{_facts(e)}</span></button></li>'
        for e in entries
    )
    rest = f'<p class="small">{count(len(entries), "article")} of {total:,}.</p>' if len(entries) < total else ""
    return f'<ul class="shelf">{rows}</ul>{rest}'


def render_speakers(speakers: Sequence[SpeakerEntry], chosen: str, nobody: str = "All speakers") -> str:
    """The options of a list of speakers; ``nobody`` is the one that chooses none."""
    options = "".join(
        f'<option value="{escape(s.name)}"{" selected" if s.name == chosen else ""}>'
        f"{escape(s.name)} ({s.statements})</option>"
        for s in speakers
    )
    return f'<option value="">{escape(nobody)}</option>{options}'


def render_statements(found: Sequence[Found], article_of: Callable[[str], Article], total: int) -> str:
    """The table of statements, speaker by speaker in the order given; each opens its sentence."""
    if not found:
        return '<p class="small none">No statement fits. Try fewer words or another speaker.</p>'
    several = len({item.entry.id for item in found}) > 1
    rows, before = [], None
    for item in found:
        who = item.statement.speaker.name if item.statement.speaker else ""
        rows.append(_row(item, article_of(item.entry.id), named=who != before, titled=several))
        before = who
    rest = f'<p class="small">The first {len(found)} of {count(total, "statement")}.</p>' if len(found) < total else ""
    return (
        '<table class="statements"><thead><tr><th scope="col">Who</th><th scope="col">What</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>{rest}"
    )


def statement_data(statement: Statement, article: Article) -> list[dict[str, object]]:
    """What the page's script needs to open the sentences of ``statement``."""
    span = article.sentence_at(statement.span)
    who = statement.speaker.name if statement.speaker else None
    caption = plain(" · ".join(filter(None, [who, label(statement.mode)])))
    return [
        {
            "marker": 1,
            "article": article.id,
            "start": span.start,
            "end": span.end,
            "sha256": article.sha256,
            "caption": caption,
            "copy": _quoted(statement, article, span),
            "original": original(article, span),
        }
    ]


def _quoted(statement: Statement, article: Article, span: Span) -> str:
    who = statement.speaker.name if statement.speaker else None
    named = (article.id, article.title, article.source)
    return quotation(Citation(1, *named, span, span.of(article.text), article.sha256, who, statement.mode), article)


def _row(item: Found, article: Article, *, named: bool, titled: bool) -> str:
    statement, speaker = item.statement, item.statement.speaker
    name = f"<b><bdi>{escape(speaker.name)}</bdi></b>" if speaker else '<span class="unclear">not named</span>'
    role = f"<small><bdi>{escape(speaker.role)}</bdi></small>" if speaker and speaker.role else ""
    who = f"{name}{role}" if named else f'<span class="sr">{name}</span>'
    cue = f'<span class="cue">{escape(statement.cue.text)}</span> ' if statement.cue else ""
    number = paragraph_number(article, statement.span)
    facts = [*([f"¶{number}"] if number else []), escape(label(statement.mode))]
    if statement.via:
        facts.append(f"via <bdi>{escape(', '.join(statement.via))}</bdi>")
    if titled:
        facts.append(f"<bdi>{escape(item.entry.title)}</bdi>")
    return (
        f'<tr class="{"first" if named else "more"}"><th scope="row">{who}</th>'
        f'<td><button type="button" class="open" data-marker="1" aria-controls="source" '
        f'data-cites="{escape_json(statement_data(statement, article))}">'
        f'<span dir="auto">{cue}{escape(worded(_words(statement), statement.mode))}</span>'
        f'<span class="meta">{" · ".join(facts)}</span></button></td></tr>'
    )


def _words(statement: Statement) -> str:
    """What was said; pieces that the article sets apart are not run together."""
    return " … ".join(piece.text for piece in statement.content)


def _facts(entry: ArticleEntry) -> str:
    day = [long_date(entry.published)] if entry.published else []
    return " · ".join([escape(site(entry.source)), *day, count(entry.statements, "statement")])
