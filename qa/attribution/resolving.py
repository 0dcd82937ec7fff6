"""Drafts to statements: every source resolved to a speaker, in text order, with how sure that is.

A name is its entity. A pronoun or a definite role phrase ("the attaché") is weighed against everybody named or heard
before it (``scoring``); below the threshold a pronoun stays without a speaker and a phrase stands for itself. An
indefinite phrase ("a police spokesman") is a speaker of its own, to whom "the spokesman" may later refer.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qa.attribution.announcing import introduced
from qa.attribution.drafts import Draft
from qa.attribution.lexicon import HE, IT, RELATIVE, SELF, SHE, THEY
from qa.attribution.likeness import anybody, as_old, name_holds, nameless, role_fit, role_holds, shared_words, trade
from qa.attribution.names import Cast, Entity, gender_of_titles
from qa.attribution.places import Past, Places
from qa.attribution.quotes import Quoted
from qa.attribution.roles import gender_of_words, head
from qa.attribution.scoring import given_names, probabilities, weights
from qa.attribution.sources import Form, Source, author_of, read_source, signed_by
from qa.domain import Article, BlockKind, Span, SpeakerKind

CERTAIN = 0.97
"""How sure a name is its bearer."""

SURE = 0.98
"""From how sure a resolved pronoun on, it tells the gender of whom it refers to."""

LIKELY = 0.1
"""How much of the tagger's antecedent score makes somebody a candidate for a phrase, whatever the role."""

CAREFUL = 0.83
"""From how sure on somebody known is "the man" or "the letter", which fit too many or nobody."""

NEAR = 8
"""Within how many sentences before a phrase somebody is named who is weighed though no role bears it out."""

_ASKED_BY = re.compile(
    r"\b(?:asked|pressed|questioned|challenged|prompted|quizzed)\s+by\s+[^,;.]{2,80}?(?=,|\s(?:whether|if|about|why|how|what)\b)",
    re.IGNORECASE,
)
_NOUN_OF = re.compile(r",\s+(?:an?|the)\s+(?:[\w’'-]+\s+){1,4}?(?:of|to|for|with|from)\s+")
_APPOSED = re.compile(r",\s(?:\d|(?:an?|the|his|her|its|their|former)\b|[\w’'-]+\sof\b|[A-Z])[^“”\"();:]*,\s*")
"""What stands between somebody and the "who" that means them: an age, or what they are, between commas."""
_BEARERS = frozenset(("PERSON", "ORGANIZATION", "ROLE", "MISC"))
_PRONOUN_KINDS: tuple[tuple[frozenset[str], tuple[str, ...]], ...] = (
    (HE | SHE, ("PERSON", "ROLE")),
    (THEY, ("GROUP", "ORGANIZATION", "MISC", "ROLE")),
    (IT, ("ORGANIZATION", "LOCATION", "DOCUMENT", "MISC")),
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A draft with the entity or group that speaks; no entities: unknown."""

    draft: Draft
    entities: tuple[Entity, ...]
    certainty: float
    via: tuple[Entity, ...] = ()


@dataclass(slots=True)
class Phrase:
    """What a choice is made from: a source with the features of each candidate, for fitting and for inspection."""

    source: Source
    candidates: list[Entity | None]
    features: list[dict[str, float]]


@dataclass(slots=True)
class Resolver:
    """Reads one article's drafts in order. ``choices`` keeps what each pronoun and phrase was chosen from."""

    article: Article
    cast: Cast
    quoted: Quoted
    choices: list[Phrase] = field(default_factory=list)
    _spoken: list[tuple[int, Entity]] = field(default_factory=list)
    _heard: Counter[int] = field(default_factory=Counter)
    _phrases: dict[str, Entity] = field(default_factory=dict)
    _genders: dict[int, str] = field(default_factory=dict)
    _places: Places = field(init=False)

    def __post_init__(self) -> None:
        self._places = Places(self.article, self.quoted)

    def resolve(self, drafts: Sequence[Draft]) -> list[Resolved]:
        """One result for each draft, in order; of the nested ones, those that somebody else than the outer speaks."""
        spans = {span for d in drafts for span in (d.source, d.turn) if span}
        sources = {span: read_source(self.article.text, span, self.cast) for span in spans}
        for span, entity in self.cast.mentions():
            self._places.add(span, entity)
        out: list[Resolved] = []
        every: list[Resolved] = []
        for draft in drafts:
            named = draft.turn or draft.source
            result = self._one(draft, sources[named] if named else None, out)
            if draft.via:
                through = read_source(self.article.text, draft.via, self.cast)
                result = replace(
                    result, via=self._one(Draft(draft.via, None, draft.content, 1.0), through, ()).entities
                )
            every.append(result)
            if not draft.nested:
                out.append(result)
                self._remember(result)
        return list(_passed_on(every, introduced(self.article, self._first_person(out, sources), sources)))

    def _one(self, draft: Draft, source: Source | None, before: Sequence[Resolved]) -> Resolved:
        if source is None:
            if draft.continued and before and before[-1].entities:
                here = self._places.block(draft.start) == self._places.block(before[-1].draft.content[-1].end - 1)
                return Resolved(draft, before[-1].entities, before[-1].certainty * (0.9 if here else 0.7))
            return Resolved(draft, (), 0.0)
        if source.form is Form.NAMES:
            return Resolved(draft, source.entities, CERTAIN)
        if source.form is Form.PRONOUN:
            return self._pronoun(draft, source)
        return self._phrase(draft, source)

    def _remember(self, result: Resolved) -> None:
        for entity in result.entities:
            self._heard[entity.number] += 1
            if not self._above(Span(result.draft.start, result.draft.start + 1)):
                self._spoken.append((result.draft.start, entity))
            if result.draft.source and len(result.entities) == 1:
                self._places.add(result.draft.source, entity, speaks=True)

    def _first_person(self, results: list[Resolved], sources: Mapping[Span, Source]) -> list[Resolved]:
        """An "I" outside of all quotations is the author, by byline or signature."""
        author = author_of(self.article, self.cast)
        out = list(results)
        for at, result in enumerate(results):
            source = sources.get(result.draft.source) if result.draft.source else None
            if source is None or result.entities or source.pronoun not in SELF or self.quoted.at(source.span.start):
                continue
            if writer := author or signed_by(self.article, self.cast, source.span.end):
                out[at] = replace(result, entities=(writer,), certainty=0.9)
        return out

    def _pronoun(self, draft: Draft, source: Source) -> Resolved:
        word = source.pronoun
        if word in RELATIVE:
            return self._relative(draft, source)
        kinds = next((kinds for words, kinds in _PRONOUN_KINDS if word in words), ())
        gender = "m" if word in HE else "f" if word in SHE else None
        found = [e for e in self._places.known(source.span.start) if e.kind in kinds and not nameless(e)]
        found = self._not_asking(found, source)
        if not found:
            return Resolved(draft, (), 0.0)
        past = self._places.past(source.span.start, self._places.masses(draft))
        rows = [self._features(e, past, draft, source, gender) for e in found] + [{"none": 1.0}]
        for row in rows[:-1]:
            others = [other for other in rows[:-1] if other is not row]
            row["sole"] = float(all(other["gender_clashes"] for other in others))
        self.choices.append(Phrase(source, [*found, None], rows))
        best, sure = self._choose([*found, None], rows, weights().person if gender else weights().thing)
        known = best is not None and sure >= weights().thresholds["person" if gender else "thing"]
        if best and gender and sure >= SURE:
            self._genders.setdefault(best.number, gender)
        return Resolved(draft, (best,) if known and best else (), sure if known else 0.0)

    def _not_asking(self, found: Sequence[Entity], source: Source) -> list[Entity]:
        """``found`` without whoever asks right before ("asked by X whether …, she allowed"): the other one answers."""
        start = self.article.sentence_at(source.span).start
        asking = [Span(*m.span()) for m in _ASKED_BY.finditer(self.article.text, start, source.span.start)]
        left = [e for e in found if not any(a.holds(place) for a in asking for place in self._places.of(e))]
        return left or list(found)

    def _phrase(self, draft: Draft, source: Source) -> Resolved:
        own = self._own(source)
        if self._above(source.span):
            below = self._named_below(source)
            return Resolved(draft, (below or own,), 0.8)
        if not source.definite:
            return Resolved(draft, (own,), 0.9)
        kinds = ("PERSON", "ROLE") if source.kind is SpeakerKind.ROLE else ("ORGANIZATION",)
        masses = self._places.masses(draft)
        known = [e for e in self._places.known(source.span.start) if e is not own]
        known = [e for e in known if as_old(source.words, self.article.text, e) is not False]
        found = [e for e in known if self._may_be(e, kinds, masses, source)]
        named = [e for e in found if name_holds(e, source.words)] or [e for e in found if self._described(e, source)]
        named = [e for e in known if as_old(source.words, self.article.text, e)] or named
        if len(named) == 1:
            return Resolved(draft, (named[0],), 0.85)
        held = {e.number for e in found}
        organisations = {e.number for e in known if e.kind == "ORGANIZATION"}
        likely = held | organisations if source.kind is SpeakerKind.ORGANISATION else held
        found += [e for e in known if e.number not in held and e.kind == kinds[0] and self._near(e, source)]
        if not found:
            return Resolved(draft, (own,), 0.8)
        past, gender = self._places.past(source.span.start, masses), gender_of_words([source.noun])
        rows = [self._features(e, past, draft, source, gender) for e in found]
        for row, entity in zip(rows, found, strict=True):
            row["kind_fits"] = float(entity.kind in kinds)
            row["trade"] = trade(source.noun, entity)
        fitting = sum(row["kind_fits"] for row in rows)
        for row in rows:
            row["sole_fit"] = float(fitting == row["kind_fits"])
        bound = sum(weight for _, weight in draft.antecedents)
        itself = {"none": 1.0, "unbound": 1.0 - bound if draft.antecedents else 0.0, "owned": float(source.owned)}
        rows.append({**itself, "organisation": float(source.kind is SpeakerKind.ORGANISATION)})
        self.choices.append(Phrase(source, [*found, None], rows))
        best, sure = self._choose([*found, None], rows, weights().phrase)
        loose = anybody(source.noun) or source.kind is SpeakerKind.DOCUMENT
        least = CAREFUL if loose else weights().thresholds["phrase"]
        if best is not None and best.number in likely and sure >= least:
            if best.kind != "PERSON":
                best.forms[source.words] += 1
            return Resolved(draft, (best,), sure)
        return Resolved(draft, (own,), max(0.5, sure if best is None else 1 - sure))

    def _near(self, entity: Entity, source: Source) -> bool:
        """Whether somebody is named close enough before a phrase to be meant by it."""
        here = self._places.sentence(source.span.start)
        before = (span for span in self._places.of(entity) if span.start < source.span.start)
        near = any(here - self._places.sentence(span.start) <= NEAR for span in before)
        return near and source.kind is not SpeakerKind.GROUP and source.noun != "government"

    @staticmethod
    def _may_be(entity: Entity, kinds: tuple[str, ...], masses: Mapping[int, float], source: Source) -> bool:
        """Whether a phrase may mean ``entity``: it has that role, or the tagger points at it."""
        if entity.kind in _BEARERS and source.noun in source.words and masses.get(entity.number, 0.0) >= LIKELY:
            return True
        if entity.kind not in kinds or source.kind in (SpeakerKind.GROUP, SpeakerKind.DOCUMENT):
            return False
        return role_fit(source.noun, entity) >= (1.0 if source.owned else 0.5) or anybody(source.noun)

    @staticmethod
    def _described(entity: Entity, source: Source) -> bool:
        """Whether somebody has the very role of a phrase, and of its other words a third."""
        fits = entity.kind == "PERSON" and role_fit(source.noun, entity) == 1.0
        return fits and (shared_words(source.words, entity) >= 1 / 3 or role_holds(entity, source.words))

    def _above(self, span: Span) -> bool:
        """Whether ``span`` lies in a sub-heading."""
        block = self._places.block(span.start)
        return block >= 0 and self.article.blocks[block].kind is BlockKind.HEADING

    def _named_below(self, source: Source) -> Entity | None:
        """Who a phrase in a heading announces: the first person of that role named in the two paragraphs below it."""
        block = self._places.block(source.span.start)
        for span, entity in self.cast.mentions():
            near = entity.kind == "PERSON" and block < self._places.block(span.start) <= block + 2
            if near and role_fit(source.noun, entity) == 1.0:
                return entity
        return None

    def _choose(
        self, found: Sequence[Entity | None], rows: Sequence[Mapping[str, float]], weight: Mapping[str, float]
    ) -> tuple[Entity | None, float]:
        chances = probabilities(rows, weight)
        best = max(range(len(found)), key=chances.__getitem__)
        return found[best], chances[best]

    def _relative(self, draft: Draft, source: Source) -> Resolved:
        """ "who" and "which" refer to what directly precedes them: a name, or the noun phrase there."""
        text, start = self.article.text, source.span.start
        near = [(s, e) for s, e in self._places.all if s.end <= start and start - s.end < 100]
        near = [(s, e) for s, e in near if self.article.sentence_at(s).overlaps(source.span)]
        close = [e for s, e in near if not text[s.end : start].strip(" ,’'s")]
        if source.pronoun == "who" and not (close and close[-1].kind == "PERSON"):
            people = [(s, e) for s, e in near if e.kind == "PERSON"]
            close = [e for s, e in people if _APPOSED.fullmatch(text, s.end, start)] or close
        last = max((s for s, e in near if close and e is close[-1]), key=lambda s: s.end, default=None)
        if last and close[-1].kind == "PERSON" and "," not in text[last.end : start]:
            # "Moss, a friend of Reed who saw it": a name takes no clause without a comma, the noun before it does.
            close += [e for s, e in near if e.kind == "PERSON" and _NOUN_OF.fullmatch(text, s.end, last.start)]
        if close:
            return Resolved(draft, (close[-1],), 0.9)
        sentence = self.article.sentence_at(source.span)
        words = re.findall(r"[\w’'-]+", self.article.text[sentence.start : start])
        if not words or source.pronoun != "who":
            return Resolved(draft, (), 0.0)
        size = next((n for n in range(1, 5) if words[-n:][0].casefold() in ("a", "an", "the", "some", "many")), 1)
        phrase = " ".join(words[-size:])
        kind = SpeakerKind.GROUP if words[-1].endswith("s") else SpeakerKind.ROLE
        noun = Source(Form.PHRASE, source.span, phrase, noun=words[-1].casefold(), kind=kind)
        return Resolved(draft, (self._own(noun),), 0.6)

    def _own(self, source: Source) -> Entity:
        """The entity that a phrase itself is; the same words are the same speaker."""
        key = " ".join(source.words.casefold().split())
        if key not in self._phrases:
            kind = {
                SpeakerKind.GROUP: "GROUP",
                SpeakerKind.DOCUMENT: "DOCUMENT",
                SpeakerKind.ORGANISATION: "ORGANIZATION",
            }.get(source.kind, "ROLE")
            entity = Entity(len(self.cast.entities), kind, tuple(key.split()), roles=[(1.0, source.words)])
            entity.forms[source.words] += 1
            self.cast.entities.append(entity)
            self._phrases[key] = entity
        entity = self._phrases[key]
        entity.mentions.append(source.span)
        return entity

    def _features(
        self, entity: Entity, past: Past, draft: Draft, source: Source, gender: str | None
    ) -> dict[str, float]:
        start = source.span.start
        places = [span for span in self._places.of(entity) if span.start < start]
        spoken = [span for span in places if not self.quoted.at(span.start)]
        apart = [span for span in spoken if not any(content.holds(span) for content in draft.content)]
        last = max(apart or spoken or places)
        mass = past.masses.get(entity.number, 0.0)
        block, sentence = self._places.block(start), self._places.sentence(start)
        spoke = next((e for _, e in reversed(self._spoken)), None)
        where = self._places.block(self._spoken[-1][0]) if self._spoken else -9
        led = past.subjects.get(entity.number)
        known = self._gender(entity)
        fit = role_fit(source.noun, entity) if source.form is Form.PHRASE else 0.0
        first = self.article.sentences[self._places.sentence(last.start)] if self.article.sentences else last
        return {
            "antecedent": math.log(mass + 0.01) - math.log(0.01),
            "antecedent_share": mass,
            "spoke_here": float(spoke is entity and where == block),
            "spoke_before": float(spoke is entity and where != block),
            "in_sentence": float(self._places.sentence(last.start) == sentence),
            "in_block": float(self._places.block(last.start) == block),
            "distance": -math.log1p(sentence - self._places.sentence(last.start)),
            "leads_sentence": float(last.start - first.start < 25),
            "subject": float(self._places.leads(last)),
            "subject_distance": -math.log1p(sentence - self._places.sentence(led.start)) if led else -3.0,
            "latest_subject": float(past.latest_subject == entity.number),
            "block_only": float(past.here[entity.kind] == {entity.number}),
            "plural": float(source.pronoun in THEY and entity.name.endswith("s")),
            "gender_fits": float(gender is not None and known == gender),
            "gender_clashes": float(gender is not None and known is not None and known != gender),
            "mentions": math.log1p(len(places)),
            "only_quoted": float(not spoken),
            "only_in_content": float(bool(spoken) and not apart),
            "latest": float(past.latest[entity.kind] == entity.number),
            "has_spoken": math.log1p(self._heard[entity.number]),
            "role": fit,
            "role_words": shared_words(source.words, entity) if fit else 0.0,
            "is_named": float(entity.kind in ("PERSON", "ORGANIZATION")),
        }

    def _gender(self, entity: Entity) -> str | None:
        if entity.number in self._genders:
            return self._genders[entity.number]
        if entity.kind == "ROLE":
            return gender_of_words([head(entity.name)])
        titled = gender_of_titles(entity.titles)
        if titled:
            return titled
        for _, role in entity.roles:
            if gender := gender_of_words([head(role)]):
                return gender
        return given_names().get(entity.tokens[0]) if len(entity.tokens) > 1 else None


def _passed_on(results: Sequence[Resolved], outer: Sequence[Resolved]) -> Iterator[Resolved]:
    """``results`` with the ``outer`` ones as they are, and the nested ones behind them that credit somebody else."""
    left = iter(outer)
    around: Resolved | None = None
    for result in results:
        if not result.draft.nested:
            around = next(left)
            yield around
        elif around:
            through = (*around.via, *around.entities)
            if result.entities and not any(one is other for one in result.entities for other in through):
                yield replace(result, via=through)
