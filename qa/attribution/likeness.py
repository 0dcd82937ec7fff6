"""Whether a role phrase may be said of an entity: its nouns, their likes, and the words they share."""

from __future__ import annotations

import re

from qa.attribution.lexicon import (
    DETERMINERS,
    FEMALE_NOUNS,
    GROUP_NOUNS,
    MALE_NOUNS,
    ORGANISATION_NOUNS,
    ROLE_NOUNS,
    TITLES,
)
from qa.attribution.names import Entity, bare
from qa.attribution.roles import head

_ALIKE = tuple(
    frozenset(group.split())
    for group in (
        "ambassador envoy",
        "sen senator lawmaker legislator politician",
        "rep representative congressman congresswoman lawmaker legislator politician mp",
        "gov governor politician",
        "gen general colonel officer commander",
        "dr doctor physician surgeon epidemiologist",
        "prof professor lecturer researcher scientist academic scholar",
        "candidate nominee contender front-runner frontrunner hopeful",
        "businessman businesswoman mogul billionaire tycoon entrepreneur developer",
        "chief head leader director boss ceo executive chairman chairwoman chair president",
        "lawyer attorney counsel solicitor barrister",
        "reporter journalist correspondent columnist editor host anchor",
        "adviser advisor aide strategist consultant staffer manager",
        "spokesman spokeswoman spokesperson",
        "analyst economist strategist expert",
        "player striker midfielder goalkeeper captain athlete",
        "officer detective inspector sheriff sergeant constable",
    )
)
_OFFICES = {
    "official": frozenset(
        "minister attaché ambassador envoy secretary director spokesman spokeswoman deputy commissioner".split()
    ),
    "diplomat": frozenset("ambassador envoy attaché consul".split()),
}


def nameless(entity: Entity) -> bool:
    """Whether an entity is only "the 44-year-old": somebody who must have a name, and not another."""
    return entity.kind == "ROLE" and anybody(head(entity.name)) and entity.name.split()[0].casefold() == "the"


def anybody(noun: str) -> bool:
    """Whether a noun fits any person: "the 44-year-old", "the woman"."""
    return noun in MALE_NOUNS | FEMALE_NOUNS or noun.endswith("-year-old")


def alike(one: str, other: str) -> bool:
    """Whether ``one`` may be said of who is an ``other``: like offices, and an official for any office."""
    wider = other in _OFFICES.get(one, frozenset())
    return one == other or wider or any(one in group and other in group for group in _ALIKE)


def _role_words(entity: Entity) -> set[str]:
    words = {w for _, role in entity.roles for w in re.findall(r"[\w’-]+", role.casefold())}
    words |= {part for word in words for part in word.split("-")} | entity.titles
    if entity.kind != "PERSON":
        words |= set(entity.tokens)
    return {w.rstrip(".") for w in words}


def role_fit(noun: str, entity: Entity) -> float:
    """1 where the noun is among the entity's role words, 0.5 where a like one is, else 0."""
    words = _role_words(entity)
    noun = noun.rstrip(".")
    if noun in words:
        return 1.0
    if noun in ROLE_NOUNS | ORGANISATION_NOUNS | GROUP_NOUNS and any(alike(noun, word) for word in words):
        return 0.5
    return 0.0


def name_holds(entity: Entity, phrase: str) -> bool:
    """Whether all words of a phrase are words of one name of an organisation: "the hurricane centre"."""
    words = {w for w in bare(phrase) if w not in DETERMINERS}
    return entity.kind == "ORGANIZATION" and any(words and words < set(bare(form)) for form in entity.forms)


def shared_words(phrase: str, entity: Entity) -> float:
    """The share of the phrase's other words that the entity's role has as well."""
    words = [w.casefold() for w in re.findall(r"[^\W_][\w-]+", phrase)][:-1]
    words = [w for w in words if len(w) > 3 and w not in TITLES]
    return sum(w in _role_words(entity) or w in bare(entity.name) for w in words) / len(words) if words else 0.0
