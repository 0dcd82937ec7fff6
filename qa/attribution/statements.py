"""The attribution room's way in: an article and its markup to statements with their speakers."""

from __future__ import annotations

from qa.attribution.drafts import Draft
from qa.attribution.lexicon import TITLES
from qa.attribution.linking import link, with_nested
from qa.attribution.names import Cast, Entity, unmarked_people
from qa.attribution.quotes import Quoted, quotations
from qa.attribution.resolving import Resolved, Resolver
from qa.attribution.roles import find_roles
from qa.domain import Article, Excerpt, Markup, Speaker, SpeakerKind, Statement, TagRole

_KINDS = {
    "PERSON": SpeakerKind.PERSON,
    "ORGANIZATION": SpeakerKind.ORGANISATION,
    "LOCATION": SpeakerKind.ORGANISATION,
    "MISC": SpeakerKind.GROUP,
    "GROUP": SpeakerKind.GROUP,
    "DOCUMENT": SpeakerKind.DOCUMENT,
    "ROLE": SpeakerKind.ROLE,
}


def find_statements(article: Article, markup: Markup) -> tuple[Statement, ...]:
    """Every statement of ``article`` that its markup shows, in text order, each under the speaker it belongs to."""
    quoted = Quoted(article.text, quotations(article.text, [block.span for block in article.blocks]))
    drafts = with_nested(article, markup, link(article, markup, quoted))
    resolver = resolver_for(article, markup, quoted)
    return tuple(_statement(article, result, quoted) for result in resolver.resolve(drafts))


def resolver_for(article: Article, markup: Markup, quoted: Quoted) -> Resolver:
    """A resolver that knows the article's names and roles."""
    cues = [tag.span for tag in markup.tags if tag.role is TagRole.CUE]
    sources = [tag.span for tag in markup.tags if tag.role is TagRole.SOURCE]
    cast = Cast(article.text, [*markup.names, *unmarked_people(article.text, sources, markup.names)])
    find_roles(article, cast, cues, sources)
    return Resolver(article, cast, quoted)


def _statement(article: Article, result: Resolved, quoted: Quoted) -> Statement:
    draft: Draft = result.draft
    text = article.text
    return Statement(
        article_id=article.id,
        mode=quoted.mode(draft.content),
        confidence=round(draft.confidence, 4),
        content=tuple(Excerpt.cut(span, text) for span in draft.content),
        cue=Excerpt.cut(draft.cue, text) if draft.cue else None,
        source=Excerpt.cut(draft.source, text) if draft.source else None,
        speaker=_speaker(result.entities),
        certainty=round(min(1.0, result.certainty), 4),
        via=tuple(display(entity) for entity in result.via),
    )


def _speaker(entities: tuple[Entity, ...]) -> Speaker | None:
    if not entities:
        return None
    if len(entities) == 1:
        entity = entities[0]
        name = display(entity)
        role = entity.role if entity.kind == "PERSON" else None
        return Speaker(name, role, tuple(a for a in entity.aliases if a != name), _KINDS[entity.kind])
    names = [display(entity) for entity in entities]
    joined = ", ".join(names[:-1]) + " and " + names[-1]
    return Speaker(joined, None, tuple(names), SpeakerKind.GROUP)


def display(entity: Entity) -> str:
    """The entity's name without the titles before it."""
    words = entity.name.split()
    if entity.kind != "PERSON":
        return entity.name
    while len(words) > 1 and words[0].rstrip(".").casefold() in TITLES:
        words = words[1:]
    return " ".join(words)
