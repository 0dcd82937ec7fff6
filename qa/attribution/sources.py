"""What a source span says: a pronoun, one name or several, or a phrase with a head noun."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from qa.attribution.lexicon import (
    DETERMINERS,
    DOCUMENT_NOUNS,
    GROUP_NOUNS,
    INDEFINITE,
    ORGANISATION_NOUNS,
    PREPOSITIONS,
    PRONOUNS,
    ROLE_NOUNS,
    TITLES,
)
from qa.attribution.names import Cast, Entity
from qa.attribution.roles import head, in_name
from qa.domain import Article, Span, SpeakerKind

_WORD = re.compile(r"[^\W_][\w.’'&/-]*|[^\w\s]")
_TRAILING = re.compile(r"\s*(?:,(?=\s|$)|—|–|--|\(|\bwho\b|\bwhich\b|\bthat\b).*$", re.DOTALL)
_RELATIVE = re.compile(r",\s+(?:which|who|whose)\b")
_SPELT_OUT = re.compile(r"([A-Z][\w’'-]*(?:\s+(?:[a-z]{1,4}\s+)?[A-Z][\w’'-]*)+)\s+\(([A-Z]{2,7})\)?\s*$")
_HANDLE = re.compile(r"(?<!\w)(@\w{2,30})")
_HANDLE_BEHIND = re.compile(r",?\s+\(?(@\w{2,30})")
_BYLINE = re.compile(r"[Bb][Yy]:?\s+(?=[A-Z])")
_JOINED = re.compile(r",?\s+(?:and|or|&)\s+(?:the\s+)?(?:[A-Z][\w.’'-]*\s+)*")
"""What joins two names that one preposition governs: "a spokesman for Ida Brandt[ and Mr. ]Moss"."""
_SMALL = frozenset(("of", "and", "the", "for", "&", "to", "in", "on", "de", "la", "a", "an"))


class Form(StrEnum):
    """The kinds of source."""

    PRONOUN = "pronoun"
    NAMES = "names"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Source:
    """A source as read: its form; the names that head it; or its words, head noun, definiteness and possessive."""

    form: Form
    span: Span
    words: str
    entities: tuple[Entity, ...] = ()
    noun: str = ""
    definite: bool = False
    kind: SpeakerKind = SpeakerKind.ROLE
    owned: bool = False
    pronoun: str = ""


def read_source(text: str, span: Span, cast: Cast) -> Source:
    """The source at ``span``; a capitalised source that no name was marked in is taken into ``cast`` as one."""
    span = _trimmed(text, span)
    surface = " ".join(span.of(text).split())
    plain = re.sub(r"['’]s$", "", surface).casefold()
    if plain in PRONOUNS:
        return Source(Form.PRONOUN, span, surface, pronoun=plain)
    if surface.casefold().startswith(("he, ", "she, ", "he himself", "she herself")):
        return Source(Form.PRONOUN, span, surface, pronoun=plain.split(",")[0].split()[0])
    heads, owner = _heads(text, span, cast)
    if (
        heads
        and heads[0].kind != "PERSON"
        and len(surface.split()) > len(heads[0].name.split())
        and _capitalised(surface)
    ):
        heads = [cast.alias(heads[0], span)]
    spelt = _SPELT_OUT.search(text, span.start, span.end)
    if heads and heads[0].kind != "PERSON" and spelt and spelt[2] == "".join(re.findall(r"\b[A-Z]", spelt[1])):
        heads = [cast.alias(heads[0], Span(*spelt.span(1)))]
    if not heads and _capitalised(surface) and not cast.within(span):
        added = cast.add(span, "PERSON" if cast.surname(span) else "ORGANIZATION")
        if added:
            heads = [added]
    if heads:
        return Source(Form.NAMES, span, surface, tuple(heads))
    if apposed := _handle(text, span, cast) or _apposed(text, span, cast):
        return Source(Form.NAMES, span, surface, (apposed,))
    return _phrase(span, surface, owner)


def author_of(article: Article, cast: Cast) -> Entity | None:
    """Whose name follows "By" at the beginning of one of the first blocks."""
    for block in article.blocks[:6]:
        if match := _BYLINE.match(article.text, block.span.start, block.span.end):
            named = cast.within(Span(match.end(), match.end() + 1))
            if named and named[0][1].kind == "PERSON":
                return named[0][1]
    return None


def signed_by(article: Article, cast: Cast, offset: int) -> Entity | None:
    """Whose name is all there is of the first such block behind ``offset``, as under a letter."""
    for block in article.blocks:
        if block.span.start > offset:
            named = cast.within(block.span)
            plain = block.span.of(article.text).strip(" .\n")
            if named and named[0][1].kind == "PERSON" and named[0][0].of(article.text).strip(".") == plain:
                return named[0][1] if len(plain.split()) > 1 else None
    return None


def _handle(text: str, span: Span, cast: Cast) -> Entity | None:
    """Whoever posts under a handle in the source, or right behind it: "one user[, @hanna_on_wheels,] wrote"."""
    match = _HANDLE.search(text, span.start, span.end) or _HANDLE_BEHIND.match(text, span.end)
    if match is None:
        return None
    place = Span(*match.span(1))
    known = cast.within(place)
    return known[0][1] if known else cast.add(place, "PERSON")


def _apposed(text: str, span: Span, cast: Cast) -> Entity | None:
    """The person whose name stands in apposition right behind the source: "its president[, Anselm Rook,] said"."""
    match = re.match(r",\s+", text[span.end : span.end + 4])
    if not match or head(span.of(text)) not in ROLE_NOUNS:
        return None
    start = span.end + match.end()
    for place, entity in cast.within(Span(start, start + 30)):
        if place.start <= start + 12 and entity.kind == "PERSON" and text[place.end : place.end + 1] == ",":
            return entity
    return None


def _trimmed(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end - 1 and not (text[start].isalnum() or text[start] in "“\"'‘"):
        start += 1
    while end > start + 1 and (text[end - 1] in ",;:—–-(" or text[end - 1].isspace()):
        end -= 1
    return Span(start, end)


def _heads(text: str, span: Span, cast: Cast) -> tuple[list[Entity], Entity | None]:
    """The entities that head the source, and one that owns its head ("Trump’s campaign")."""
    people: list[Entity] = []
    others: list[Entity] = []
    owner: Entity | None = None
    governed: tuple[Span, Entity] | None = None
    for place, entity in cast.within(span):
        after = text[place.end : span.end]
        if re.match(r"['’]s?\s+\w", after) or (re.search(r"['’]s?$", place.of(text)) and after.strip()):
            owner = owner or entity
            continue
        joined = governed and (governed[1].kind == "PERSON") is (entity.kind == "PERSON")
        beside = joined and governed and _JOINED.fullmatch(text, governed[0].end, place.start)
        if beside or _governed(text[span.start : place.start]) or _RELATIVE.search(text, span.start, place.start):
            governed = place, entity
            continue
        if _modifies(after):
            owner = owner or entity
            continue
        group = people if entity.kind == "PERSON" else others
        if entity not in group:
            group.append(entity)
    if people:
        return (people if _listed(text, span, people) else people[:1]), owner
    return others[:1], owner


def _governed(before: str) -> bool:
    """Whether a preposition governs what follows ``before`` ("a spokesman for …")."""
    written = _WORD.findall(before)
    words = [w.casefold() for w in written]
    if written and written[-1][0].isupper() and words[-1] not in ROLE_NOUNS | TITLES:
        last = next((w for w in reversed(words) if w in PREPOSITIONS), "")
        if last in ("of", "at") and head(before) in ROLE_NOUNS:
            return False  # "Secretary of State Antony Blinken"
    while words and (words[-1] in DETERMINERS or words[-1].rstrip(".") in TITLES or words[-1] in ("former", "then")):
        words.pop()
    for at, word in reversed(list(enumerate(words))):
        if word in (",", "—", "–", "and"):
            return False
        if word in PREPOSITIONS and not in_name(written, at):
            return len(words) > 1
        if word in ROLE_NOUNS or word in ORGANISATION_NOUNS:
            comma = max((i for i in range(at) if words[i] == ","), default=-1)
            return any(words[i] in PREPOSITIONS and not in_name(written, i) for i in range(comma + 1, at))
    return False


def _modifies(after: str) -> bool:
    """Whether the name stands before a noun that heads the source ("Clinton campaign", "Labour-led states")."""
    if re.match(r"-[a-z]", after):
        return True
    match = re.match(r"\s+([^\W\d_][\w’'-]*)", after)
    if not match:
        return False
    word = match.group(1).casefold()
    return word not in PREPOSITIONS and word not in (
        "and",
        "or",
        "who",
        "himself",
        "herself",
        "itself",
        "also",
        "jr",
        "sr",
    )


def _listed(text: str, span: Span, people: list[Entity]) -> bool:
    """Whether the persons of a source are joined by "and" rather than explained by one another."""
    return len(people) > 1 and bool(re.search(r"\band\b|&", span.of(text)))


def _capitalised(surface: str) -> bool:
    words = [w for w in _WORD.findall(surface) if w[0].isalnum()]
    content = [w for w in words if w.casefold() not in _SMALL]
    if not content or any(not (w[0].isupper() or w[0].isdigit()) for w in content):
        return False
    plain = content[-1].casefold()
    if len(content) == 1 and (
        plain in GROUP_NOUNS or plain in ROLE_NOUNS or plain in INDEFINITE or plain in DOCUMENT_NOUNS
    ):
        return False
    return not (len(words) == 2 and words[0].casefold() in DETERMINERS and plain in ORGANISATION_NOUNS | ROLE_NOUNS)


def _phrase(span: Span, surface: str, owner: Entity | None) -> Source:
    words = _TRAILING.sub("", surface) or surface
    first = words.split()[0].casefold()
    if first in DETERMINERS and words[0].isupper():
        words = words[0].lower() + words[1:]
    noun = head(words)
    definite = first in DETERMINERS - {"a", "an", "some", "one", "another"} or (
        first.endswith(("’s", "'s")) or (first not in INDEFINITE | {"a", "an"} and noun.rstrip("s") in ROLE_NOUNS)
    )
    owned = owner is not None or first in ("his", "her", "its", "their", "my", "our")
    return Source(Form.PHRASE, span, words, noun=noun, definite=definite, kind=_kind(noun, first), owned=owned)


def _kind(noun: str, first: str) -> SpeakerKind:
    if noun in GROUP_NOUNS or first in ("many", "several", "few", "some", "most", "both", "two", "others"):
        return SpeakerKind.GROUP
    if noun in DOCUMENT_NOUNS:
        return SpeakerKind.DOCUMENT
    if noun in ORGANISATION_NOUNS:
        return SpeakerKind.ORGANISATION
    if noun in ROLE_NOUNS or noun.rsplit("-", maxsplit=1)[-1] in ROLE_NOUNS:
        return SpeakerKind.ROLE
    return SpeakerKind.GROUP if noun.endswith("s") and not noun.endswith("ss") else SpeakerKind.ROLE
