"""Roles that speak at the top of an article, before the one who has them is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.attribution.likeness import alike, role_fit
from qa.attribution.names import Entity
from qa.attribution.roles import head
from qa.attribution.sources import Form, Source
from qa.domain import Article, BlockKind, Span, SpeakerKind

if TYPE_CHECKING:
    from qa.attribution.resolving import Resolved


def introduced(article: Article, results: list[Resolved], sources: Mapping[Span, Source]) -> list[Resolved]:
    """A role at the top ("Iran's envoy …") is the first person heard below who has that role, or none of their own.

    That it is who has none holds only where the roles at the top are all one, and where the next sentence goes on with
    that name: somebody in the street who is asked further down is not the mayor.
    """
    heard = list({e.number: e for r in results for e in r.entities if e.kind == "PERSON"}.values())
    if not heard:
        return results
    announced = _announced(article, results, sources, min(heard[0].mentions).start)
    nouns = {head(e.name) for e in announced}
    alone = all(alike(one, other) for one in nouns for other in nouns)
    alone = alone and not any(score >= 2 for score, _ in heard[0].roles)
    plain = heard[0] if alone and _goes_on(article, results, announced, heard[0]) else None
    meant: dict[int, Entity] = {}
    for role in announced:
        person = next((e for e in heard if role_fit(head(role.name), e) >= 0.5), plain)
        if person:
            meant[role.number] = person
            person.roles.append((2.0 + len(role.name) / 1000, role.name))
    return [
        replace(r, entities=(meant[r.entities[0].number],), certainty=0.75)
        if r.entities and r.entities[0].number in meant
        else r
        for r in results
    ]


def _goes_on(article: Article, results: Sequence[Resolved], announced: Sequence[Entity], person: Entity) -> bool:
    """Whether ``person`` is first named right behind what the roles say, and ahead of what they say themselves."""
    first = min(person.mentions)
    numbers = {entity.number for entity in announced}
    before = [
        r.draft for r in results if r.entities and r.entities[0].number in numbers and r.draft.start < first.start
    ]
    own = next((r.draft for r in results if any(e is person for e in r.entities)), None)
    end = max((span.end for draft in before for span in (*draft.content, draft.cue) if span), default=0)
    if own is None or not end <= first.start < own.content[0].start:
        return False
    return not any(end <= sentence.start and sentence.end <= first.start for sentence in article.sentences)


def _announced(
    article: Article, results: Sequence[Resolved], sources: Mapping[Span, Source], first: int
) -> list[Entity]:
    """The definite roles that speak in headline, standfirst or first paragraph, before the name at ``first``."""
    top = [b.span.end for b in article.blocks if b.kind in (BlockKind.HEADLINE, BlockKind.STANDFIRST)]
    lead = next((b.span.end for b in article.blocks if b.kind is BlockKind.PARAGRAPH), 0)
    limit = min(max([*top, lead], default=0), first)
    found: dict[int, Entity] = {}
    for result in results:
        source = sources.get(result.draft.source) if result.draft.source else None
        if source is None or source.form is not Form.PHRASE or not source.definite or source.span.end > limit:
            continue
        if source.kind is SpeakerKind.ROLE and result.entities and result.entities[0].kind == "ROLE":
            found[result.entities[0].number] = result.entities[0]
    return list(found.values())
