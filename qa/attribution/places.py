"""Where in an article everybody is named or heard, and what of it lies before a source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qa.attribution.drafts import Draft
from qa.attribution.lexicon import DETERMINERS, PREPOSITIONS
from qa.attribution.names import Entity
from qa.attribution.quotes import Quoted
from qa.domain import Article, Span

_LIVING = frozenset(("PERSON", "ROLE"))


@dataclass(frozen=True, slots=True)
class Past:
    """What stands before a source, the same for all its candidates; entities by their numbers.

    ``masses``: how much of the tagger's antecedent score is on each; ``subjects``: where each last led a clause;
    ``latest_subject``: who did so last (-1: nobody); ``latest``: who of each kind was named last; ``here``: who of each
    kind is named in the same paragraph, outside quotations.
    """

    masses: Mapping[int, float]
    subjects: Mapping[int, Span]
    latest_subject: int
    latest: Mapping[str, int]
    here: Mapping[str, set[int]]


@dataclass(slots=True)
class Places:
    """The names of an article, in text order, and every source that was resolved since, in the order of reading."""

    article: Article
    quoted: Quoted
    all: list[tuple[Span, Entity]] = field(default_factory=list)
    _of: defaultdict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    _speaking: set[Span] = field(default_factory=set)
    _leading: dict[Span, bool] = field(default_factory=dict)
    _block_starts: list[int] = field(init=False)
    _sentence_starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._block_starts = [block.span.start for block in self.article.blocks]
        self._sentence_starts = [sentence.start for sentence in self.article.sentences]

    def add(self, span: Span, entity: Entity, *, speaks: bool = False) -> None:
        """Takes in one more place; ``speaks``: it is the source of a statement."""
        self.all.append((span, entity))
        self._of[entity.number].append(span)
        if speaks:
            self._speaking.add(span)

    def of(self, entity: Entity) -> Sequence[Span]:
        """Where ``entity`` is named or heard."""
        return self._of[entity.number]

    def known(self, offset: int) -> list[Entity]:
        """Everybody named or heard before ``offset``."""
        seen: dict[int, Entity] = {}
        for span, entity in self.all:
            if span.start < offset:
                seen[entity.number] = entity
        return list(seen.values())

    def block(self, offset: int) -> int:
        """The number of the block that ``offset`` is in or behind (-1: before the first)."""
        return bisect_right(self._block_starts, offset) - 1

    def sentence(self, offset: int) -> int:
        """The number of the sentence that ``offset`` is in or behind (-1: before the first)."""
        return bisect_right(self._sentence_starts, offset) - 1

    def past(self, start: int, masses: Mapping[int, float]) -> Past:
        """What lies before ``start``, for a draft whose ``masses`` these are."""
        block = self.block(start)
        opens = self._block_starts[block] if block >= 0 else 0
        subjects: list[tuple[Span, int]] = []
        latest: dict[str, tuple[Span, int]] = {}
        here: defaultdict[str, set[int]] = defaultdict(set)
        for span, entity in self.all:
            if span.start >= start:
                continue
            latest[entity.kind] = max(latest.get(entity.kind, (span, -1)), (span, entity.number))
            if span.start >= opens and not self.quoted.at(span.start):
                here[entity.kind].add(entity.number)
            if entity.kind in _LIVING and self.leads(span):
                subjects.append((span, entity.number))
        subjects.sort(key=lambda pair: pair[0])
        last = {number: span for span, number in subjects}
        final = subjects[-1][1] if subjects else -1
        return Past(masses, last, final, {kind: number for kind, (_, number) in latest.items()}, here)

    def masses(self, draft: Draft) -> dict[int, float]:
        """How much of the tagger's antecedent score lies on mentions of each entity, by number."""
        masses: defaultdict[int, float] = defaultdict(float)
        for offset, weight in draft.antecedents:
            holder = next((e for s, e in reversed(self.all) if s.start <= offset < s.end), None)
            if holder is None:
                holder = next((e for s, e in self.all if 0 < s.start - offset < 40 and self._plain(offset, s)), None)
            if holder:
                masses[holder.number] += weight
        return masses

    def _plain(self, offset: int, span: Span) -> bool:
        return not re.search(r"[.,;:—\n]", self.article.text[offset : span.start].replace(". ", " ", 1))

    def leads(self, span: Span) -> bool:
        """Whether a mention looks like the subject of its clause: no preposition before, a verb's place behind."""
        if span in self._speaking:
            return True
        if span not in self._leading:
            self._leading[span] = self._at_the_head(span)
        return self._leading[span]

    def _at_the_head(self, span: Span) -> bool:
        text = self.article.text
        if self.quoted.at(span.start):
            return False
        before = re.search(r"([\w’'-]+)\s+$", text[max(0, span.start - 30) : span.start])
        if before and before.group(1).casefold() in PREPOSITIONS | DETERMINERS | {"and"}:
            return False
        after = re.match(
            r"(?:,[^,.;]{1,80},|\s(?:--|—|–)\s[^.;—–]{1,80}?\s?(?:--|—|–))?\s*([a-z][\w’'-]*)",
            text[span.end : span.end + 110],
        )
        return after is not None and after.group(1) not in PREPOSITIONS | {"and", "or"}
