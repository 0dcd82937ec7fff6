"""People and organisations of one article: which names are one and the same.

Full names come first and give surnames an owner; spelling variants, initials, titles, capitals and possessives are one
name; two people with one surname stay two, told apart by title, given name and who was named last.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from qa.attribution.lexicon import (
    FEMALE_TITLES,
    GROUP_NOUNS,
    MALE_TITLES,
    ORGANISATION_NOUNS,
    PARTICLES,
    ROLE_NOUNS,
    TITLES,
)
from qa.attribution.scoring import given_names
from qa.attribution.spelling import POSSESSIVE, SUFFIXES, bare, same_person, same_word, stands_for
from qa.domain import Name, Span

_SMALL_WORD = re.compile(r"([a-zß-ÿ][a-zß-ÿ-]*)\s+")
_HYPHENATED = re.compile(r"(?:-[A-ZÀ-Þ][\w’']+)+")
_NEAR = 400
"""Characters within which a full name settles whose a shared surname is."""
_SHORTENED = 3
"""The most letters of a given name that is written short."""
_PROPER = re.compile(r"(?!The\b)[^\W\da-zß-ÿ_]|@|\d")
_BRAND = re.compile(r"(?<![\w&-])([^\W\d_][\w&-]*+)(['’]s)\s+(?:said(?!\s+to\b)|says|would)\b(?!-)")
"""A name that ends in "'s" itself: "McDonald's said"."""
_NICKNAMED = re.compile(r"[A-Z][\w’-]+\s+(?:\"\w+\"|“\w+”)\s+[A-Z][\w’-]+")
_OPEN_BRACKET = re.compile(r"\s*\([^)]*$")


@dataclass(slots=True)
class Entity:
    """One person or organisation while an article is read: its forms, where it is named, what is known of it."""

    number: int
    kind: str
    tokens: tuple[str, ...]
    forms: Counter[str] = field(default_factory=Counter)
    mentions: list[Span] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    roles: list[tuple[float, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The fullest form, a name before a description, the most frequent of equals, the earliest of those."""
        return max(self.forms, key=lambda form: (_PROPER.search(form) is not None, len(bare(form)), self.forms[form]))

    @property
    def role(self) -> str | None:
        """The best role phrase found, the earliest of equals."""
        return max(self.roles, key=lambda pair: pair[0])[1] if self.roles else None

    @property
    def aliases(self) -> tuple[str, ...]:
        return tuple(form for form in self.forms if form != self.name)


def _title(text: str, span: Span) -> str | None:
    """The title that a name begins with, or that stands before it."""
    before = text[max(0, span.start - 20) : span.start]
    for match in (re.match(r"([A-Za-z-]+)\.?\s", span.of(text)), re.search(r"([A-Za-z-]+)\.?\s+$", before)):
        if match and match[1][0].isupper() and match[1].casefold() in TITLES:
            return match[1].casefold()
    return None


def gender_of_titles(titles: Iterable[str]) -> str | None:
    """ "m" or "f" where a title says so."""
    titles = set(titles)
    if titles & MALE_TITLES:
        return "m"
    return "f" if titles & FEMALE_TITLES else None


def _gender(entity: Entity) -> str | None:
    return gender_of_titles(entity.titles) or (given_names().get(entity.tokens[0]) if len(entity.tokens) > 1 else None)


_OFFICE = re.compile(r"(?:the )?(?:Department|Ministry|Committee) (?:of|for|on) [A-Z]\w+", re.IGNORECASE)
_FIELDS = re.compile(r"[A-Z]\w*[a-z]\w*(?: [A-Z]\w*[a-z]\w*)* and (?:[A-Z]\w*[a-z]\w* ?)+")
"""The rest of "Department for Business, | Energy and Industrial Strategy"."""
_JOINT = re.compile(r"(\w+) (?:of|for) [A-Z]\w+")


def _whole(text: str, names: Sequence[Name]) -> Iterator[tuple[Span, str]]:
    """The names, those that the tagger cut put together: "Federation of Quay | and Crane Workers", Ada "Kit|" Moss.

    So is a given name written short with the rest: "Md.| Shafiq Haque".
    """
    end = -1
    for at, name in enumerate(names):
        if name.span.start < end:
            continue
        span = name.span
        if name.kind == "PERSON" and (match := _NICKNAMED.match(text, span.start)):
            span, end = Span(span.start, match.end()), match.end()
        behind = names[at + 1] if at + 1 < len(names) else None
        short = span.end - span.start <= _SHORTENED and {name.kind, behind.kind if behind else ""} == {"PERSON"}
        if behind and short and text[span.end : behind.span.start] == ". ":
            span, end = Span(span.start, behind.span.end), behind.span.end
        if behind and {name.kind, behind.kind} == {"ORGANIZATION"} and text[span.end : behind.span.start] == " and ":
            first, last = _JOINT.fullmatch(span.of(text)), behind.span.of(text).split()[-1].casefold()
            if first and first[1].casefold() in ORGANISATION_NOUNS and last not in ORGANISATION_NOUNS:
                span, end = Span(span.start, behind.span.end), behind.span.end
        listed = behind and text[span.end : behind.span.start] == ", " and _FIELDS.fullmatch(behind.span.of(text))
        if behind and listed and _OFFICE.fullmatch(span.of(text)):
            span, end = Span(span.start, behind.span.end), behind.span.end
        yield span, name.kind


class Cast:
    """The entities of one article, with the place of each of their names."""

    def __init__(self, text: str, names: Sequence[Name]) -> None:
        self.text = text
        self.entities: list[Entity] = []
        self._by_start: list[tuple[Span, Entity]] = []
        self._brands = dict(_BRAND.findall(text))
        people = [bare(name.span.of(text)) for name in names if name.kind == "PERSON"]
        surnames = {words[-1] for words in people if len(words) > 1}
        spans = [(_tidied(text, span, surnames), kind) for span, kind in _whole(text, names)]
        tidy = [
            (span, kind) for span, kind in spans if span and text[span.end : span.end + 1] != "/"
        ]  # no photo credits
        kinds = _kinds(text, tidy)
        persons = [(s, bare(s.of(text))) for s, k in tidy if kinds[_key(text, s)] == "PERSON"]
        for span, tokens in persons:
            if len(tokens) >= 2 and tokens[0] not in PARTICLES:
                self._add_full(span, tokens)
        for span, tokens in persons:
            if len(tokens) >= 2 and tokens[0] in PARTICLES:
                self._add_surname(span, tokens)
        for span, tokens in persons:
            if len(tokens) == 1:
                self._add_short(span, tokens[0])
        for span, _ in tidy:
            if (kind := kinds[_key(text, span)]) != "PERSON":
                self._add_other(span, kind)
        self._by_start.sort(key=lambda pair: pair[0])
        for entity in self.entities:
            entity.mentions.sort()

    def mentions(self) -> list[tuple[Span, Entity]]:
        """All names in text order."""
        return self._by_start

    def within(self, span: Span) -> list[tuple[Span, Entity]]:
        """The names that lie in ``span``."""
        first, last = (bisect_left(self._by_start, at, key=lambda pair: pair[0].start) for at in (span.start, span.end))
        return self._by_start[first:last]

    def add(self, span: Span, kind: str) -> Entity | None:
        """Takes in a name that the tagger did not mark (a capitalised source, say)."""
        tidy = _tidied(self.text, span)
        if tidy is None or any(tidy.overlaps(s) for s, _ in self._by_start):
            return None
        tokens = bare(tidy.of(self.text))
        if not tokens:
            return None
        if kind == "PERSON":
            entity = self._add_full(tidy, tokens) if len(tokens) > 1 else self._add_short(tidy, tokens[0])
        else:
            entity = self._add_other(tidy, kind)
        self._by_start.sort(key=lambda pair: pair[0])
        entity.mentions.sort()
        return entity

    def alias(self, entity: Entity, span: Span) -> Entity:
        """The organisation whose name fills ``span``, of which the tagger marked only a part as ``entity``."""
        tidy = _tidied(self.text, span)
        if tidy is None or any(place == tidy for place in entity.mentions):
            return entity
        tokens = tuple(w for w in bare(tidy.of(self.text)) if w != "the")
        whole = next((e for e in self.entities if e.kind != "PERSON" and e.tokens == tokens), None)
        whole = whole or self._new("ORGANIZATION", tokens)
        self._by_start = [(s, e) for s, e in self._by_start if not tidy.holds(s)]
        for other in self.entities:
            other.mentions = [m for m in other.mentions if not tidy.holds(m)]
        self._note(whole, tidy)
        self._by_start.sort(key=lambda pair: pair[0])
        return whole

    def surname(self, span: Span) -> bool:
        """Whether the single word at ``span`` is the surname of a person, and nothing in the name of anybody else."""
        words = bare(span.of(self.text))
        owners = [e for e in self.entities if len(words) == 1 and words[0] in e.tokens]
        return bool(owners) and all(e.kind == "PERSON" and e.tokens[-1] == words[0] for e in owners)

    def _note(self, entity: Entity, span: Span) -> Entity:
        form = POSSESSIVE.sub("", span.of(self.text))
        if entity.kind != "PERSON":
            form += self._brands.get(form.rpartition(" ")[2], "")
        entity.forms[" ".join(form.split())] += 1
        entity.mentions.append(span)
        if title := _title(self.text, span):
            entity.titles.add(title)
        for word in form.split()[:-1]:
            if word.rstrip(".").casefold() in TITLES:
                entity.titles.add(word.rstrip(".").casefold())
        self._by_start.append((span, entity))
        return entity

    def _new(self, kind: str, tokens: tuple[str, ...]) -> Entity:
        entity = Entity(len(self.entities), kind, tokens)
        self.entities.append(entity)
        return entity

    def _add_full(self, span: Span, tokens: tuple[str, ...]) -> Entity:
        for entity in self.entities:
            if entity.kind == "PERSON" and same_person(entity.tokens, tokens):
                if len(tokens) > len(entity.tokens):
                    entity.tokens = tokens
                return self._note(entity, span)
        return self._note(self._new("PERSON", tokens), span)

    def _add_surname(self, span: Span, tokens: tuple[str, ...]) -> Entity:
        """Takes in "de Vries", which is the surname of several people, or else a name like others ("Ben Moss")."""
        owners = [e for e in self.entities if len(e.tokens) > len(tokens) and e.tokens[-len(tokens) :] == tokens]
        return self._note(self._owner(owners, span), span) if owners else self._add_full(span, tokens)

    def _add_short(self, span: Span, token: str) -> Entity:
        owners = [
            e
            for e in self.entities
            if e.kind == "PERSON" and any(same_word(w, token) for w in e.tokens if w not in SUFFIXES)
        ]
        last = [e for e in owners if same_word([w for w in e.tokens if w not in SUFFIXES][-1], token)]
        known = [e for e in owners if any(place < span for place in e.mentions)]
        if not any(e in known for e in last) and (first := [e for e in known if e.tokens[0] == token]):
            last = first  # "Li Wei said …, Li said", and only then Zhang Li
        owners = [e for e in last if token in e.tokens] or last or owners
        gender = gender_of_titles([title] if (title := _title(self.text, span)) else [])
        if not owners or (gender and all(self._clashes(e, gender, token) for e in owners)):
            return self._note(self._new("PERSON", (token,)), span)
        return self._note(self._owner(owners, span), span)

    @staticmethod
    def _clashes(entity: Entity, gender: str, token: str) -> bool:
        """Whether a title cannot be the bearer's of a full name: "Ms. Holm" is not Erik Holm."""
        known = _gender(entity) if len(entity.tokens) > 1 and entity.tokens[0] != token else None
        return known is not None and known != gender

    def _owner(self, owners: Sequence[Entity], span: Span) -> Entity:
        """Whose a shared surname is: whom the title before it fits, whose full name alone is near, the first of all."""
        title = _title(self.text, span)
        if title and len(owners) > 1:
            gender = gender_of_titles([title])
            known = [e for e in owners if title in e.titles or (gender and _gender(e) == gender)]
            owners = known or [e for e in owners if gender and _gender(e) is None] or owners
        near = [e for e in owners if any(0 < span.start - place.start < _NEAR for place in e.mentions)]
        if len(near) == 1:
            return near[0]
        return min(owners, key=lambda e: min((m.start for m in e.mentions), default=0))

    def _add_other(self, span: Span, kind: str) -> Entity:
        tokens = tuple(w for w in bare(span.of(self.text)) if w != "the")
        if not tokens:
            tokens = (span.of(self.text).casefold(),)
        for entity in self.entities:
            if entity.kind != "PERSON" and (entity.tokens == tokens or stands_for(entity.tokens, tokens)):
                if len(tokens) > len(entity.tokens):
                    entity.tokens = tokens
                return self._note(entity, span)
        return self._note(self._new(kind, tokens), span)


def _tidied(text: str, span: Span, surnames: Collection[str] = ()) -> Span | None:
    """``span`` without leading articles, titles' leftovers and marks around it; nothing where no letter remains.

    Of a name with a hyphen ("Jacobi-Parisi") all parts belong to it, of one with letters in brackets ("Orlby Bank
    (ORB)") what is before them. A title alone is no name, unless it is one of the
    ``surnames`` of the article ("Bishop").
    """
    start, end = span.start, span.end
    if match := _HYPHENATED.match(text, end):
        end = match.end()
    while start < end and not (text[start].isalnum() or text[start] == "@"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ".’'"):
        end -= 1
    if text[start:end].endswith((".", "'", "’")) and not re.search(r"(?:\b[A-Z]|[JS]r)\.$", text[start:end]):
        end -= 1
    if (match := _OPEN_BRACKET.search(text[start:end])) and match.start():
        end = start + match.start()
    if re.match(r"[Tt]he\s", text[start:end]):
        start += 4
    while (match := _SMALL_WORD.match(text, start, end)) and match.group(1) not in PARTICLES:
        start = match.end()
    surface = text[start:end]
    if (
        start >= end
        or not re.search(r"[^\W\d_]", surface)
        or not (surface[0] == "@" or re.search(r"[^\W\da-zß-ÿ_]", surface))
    ):
        return None
    if all(word.rstrip(".").casefold() in TITLES for word in surface.split()) and surface.casefold() not in surnames:
        return None
    return Span(start, end)


def _key(text: str, span: Span) -> str:
    return " ".join(bare(span.of(text)))


def _kinds(text: str, names: Sequence[tuple[Span, str]]) -> dict[str, str]:
    """For each name its kind by majority; the surname of a full name is a person's where not mostly otherwise."""
    votes: dict[str, Counter[str]] = {}
    for span, kind in names:
        article = re.search(r"\b[Tt]he\s$", text[max(0, span.start - 4) : span.start])
        if kind == "PERSON" and article and " " not in span.of(text):
            kind = "LOCATION"  # "the Orlby ferry"
        votes.setdefault(_key(text, span), Counter())[kind] += 1
    kinds = {key: count.most_common(1)[0][0] for key, count in votes.items()}
    surnames = {key.split()[-1] for key, kind in kinds.items() if kind == "PERSON" and len(key.split()) > 1}
    for key, count in votes.items():
        if key in surnames and (count["PERSON"] or count["LOCATION"] < 2):
            kinds[key] = "PERSON"
    return kinds


_FULL_NAME = re.compile(
    r"(?:(?<=^)|(?<=\s)|(?<=[“\"(]))[A-ZÀ-Þ][\w’'-]+(?:\s(?:[A-ZÀ-Þ]\.|(?:al|bin|de|der|van|von|el|la|di|da)\b|[A-ZÀ-Þ][\w’'-]+)){1,4}"
)


def unmarked_people(text: str, sources: Sequence[Span], names: Sequence[Name]) -> list[Name]:
    """Runs of capitalised words in sources where the tagger marked no name and a person's is likely.

    Likely: the run ends an apposition ("its president, Anselm Rook"), follows a role noun or title, or is all of the
    source; and none of its words is what an organisation is called.
    """
    found = []
    for source in sources:
        for match in _FULL_NAME.finditer(text, source.start, source.end):
            span = Span(match.start(), match.end())
            words = [w.casefold() for w in match.group().split()]
            while words and words[0].rstrip(".") in TITLES and len(words) > 2:
                span = Span(span.start + len(match.group().split()[0]) + 1, span.end)
                words = words[1:]
                break
            if any(span.overlaps(name.span) for name in names) or set(words) & (
                ORGANISATION_NOUNS | GROUP_NOUNS | ROLE_NOUNS
            ):
                continue
            before = text[source.start : span.start].split()
            last = before[-1].casefold().rstrip(".") if before else ","
            if words[-1] in TITLES:
                continue
            if last.endswith(",") or last in ROLE_NOUNS or last in TITLES:
                found.append(Name(span, "PERSON", 0.5))
    return found
