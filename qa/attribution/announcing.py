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

    That it is who has none holds only where the roles at the top are all one.
    """
    heard = list({e.number: e for r in results for e in r.entities if e.kind == "PERSON"}.values())
    if not heard:
        return results
    announced = _announced(article, results, sources, min(heard[0].mentions).start)
    nouns = {head(e.name) for e in announced}
    alone = all(alike(one, other) for one in nouns for other in nouns)
    plain = heard[0] if alone and not any(score >= 2 for score, _ in heard[0].roles) else None
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
