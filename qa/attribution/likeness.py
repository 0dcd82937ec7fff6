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
from qa.attribution.names import Entity
from qa.attribution.roles import head
from qa.attribution.spelling import bare

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
_AGE = re.compile(r",\s+(?:aged\s+)?(\d{1,3})(?=[,.;]\s|\s+and\b)")
_YEARS = re.compile(r"the (\d{1,3})-year-old\b(?!['’])", re.IGNORECASE)
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


def _aged(text: str, entity: Entity) -> str | None:
    """How old the article says somebody is, behind their name: "Peter Holm, 34,"."""
    found = (_AGE.match(text, mention.end) for mention in entity.mentions)
    return next((match[1] for match in found if match), None) if entity.kind == "PERSON" else None


def as_old(phrase: str, text: str, entity: Entity) -> bool | None:
    """Whether "the 34-year-old" is as old as the article says of somebody; None where either says nothing."""
    said = _YEARS.match(phrase)
    age = _aged(text, entity) if said else None
    return said[1] == age if said and age else None


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


_TRADES = tuple(
    (frozenset(nouns.split()), frozenset(names.split()))
    for nouns, names in (
        (
            "newspaper magazine paper site website outlet publisher broadcaster tabloid broadsheet daily weekly"
            " journal network channel station platform periodical",
            "times post news guardian telegraph journal mail mirror sun independent express herald tribune gazette"
            " bbc cnn nbc cbs abc fox itv sky reuters ap bloomberg axios politico buzzfeed vox atlantic yorker"
            " economist observer standard star globe chronicle today magazine press daily weekly review week wire"
            " insider spectator metro hill .com",
        ),
        (
            "department ministry agency office bureau commission regulator watchdog authority service body board",
            "department ministry agency office bureau commission authority service administration center centers"
            " council institute institution survey police corps registry board fbi cia nasa fda cdc epa faa nhtsa"
            " usda fema osha sec ftc fcc nws tsa irs ofgem ofcom",
        ),
        (
            "company firm chain giant carmaker automaker lender insurer manufacturer brand supplier retailer airline"
            " operator utility corporation startup conglomerate drugmaker chipmaker brewer bank carrier",
            "inc corp co ltd llc plc group holdings motors airlines air bank energy technologies foods brands stores"
            " pharmaceuticals motor electric entertainment media",
        ),
        (
            "group organisation organization union charity federation association coalition alliance foundation"
            " trust campaign pac party nonprofit non-profit ngo",
            "union federation association alliance coalition foundation trust society action pac party league"
            " campaign for council committee fund project network watch rights",
        ),
        ("university college school institute", "university college school institute"),
        ("club team franchise league", "united city fc club league association team"),
    )
)
"""What an organisation may be called, and the words in its name that say that it is one of these."""


def trade(noun: str, entity: Entity) -> float:
    """1 where an organisation's name says that it is such a one ("the paper": the Times), -1 where that it is not."""
    if entity.kind != "ORGANIZATION":
        return 0.0
    words = {word for form in entity.forms for word in bare(form)}
    words |= {".com"} if any("." in form[1:-1] for form in entity.forms) else set()
    fits = [(noun in nouns, bool(words & names)) for nouns, names in _TRADES]
    if not any(asked for asked, _ in fits) or not any(said for _, said in fits):
        return 0.0
    return 1.0 if (True, True) in fits else -1.0


def name_holds(entity: Entity, phrase: str) -> bool:
    """Whether all words of a phrase are words of one name of an organisation: "the hurricane centre"."""
    words = {w for w in bare(phrase) if w not in DETERMINERS}
    return entity.kind == "ORGANIZATION" and any(words and words < set(bare(form)) for form in entity.forms)


def role_holds(entity: Entity, phrase: str) -> bool:
    """Whether an office of two words or more begins a role: "the chief executive", and not of a deputy's."""
    words = phrase.split()
    office = " ".join(words[1:] if words[0].casefold() in DETERMINERS else words)
    begins = re.compile(rf"(?:(?:the|an?|its|[\w.-]+['’]s?)\s)*{re.escape(office)}\b", re.IGNORECASE)
    return " " in office and any(begins.match(role) for _, role in entity.roles)


def shared_words(phrase: str, entity: Entity) -> float:
    """The share of the phrase's other words that the entity's role has as well."""
    words = [w.casefold() for w in re.findall(r"[^\W_][\w-]+", phrase)][:-1]
    words = [w for w in words if len(w) > 3 and w not in TITLES]
    return sum(w in _role_words(entity) or w in bare(entity.name) for w in words) / len(words) if words else 0.0
