"""Turns of transcripts and interviews: "WALLACE: Let's start …", "Wen: It is rare." and the paragraphs after it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.attribution.drafts import Draft
from qa.attribution.lexicon import ROLE_NOUNS
from qa.domain import Article, BlockKind, Name, Span

_LABEL = re.compile(r"[\s\"“*]*(?P<label>[A-Z][A-Z.’' -]{2,40}|[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]*){0,3}):\s+(?=\S)")
_TURNS = 2
"""So many turns have those of an interview that two take, each at least."""
_WORDS = 10
"""So many words a turn of an interview has on average: a table of results has fewer."""
_MOSTLY = 0.8
"""So many of what look like labels are, in an interview (of "Denver: …", "Austin: …" few come again), and so many turns
end like a sentence."""
_QUESTION = re.compile(r"[^.!?]*\?[”\"’')\]\s]*")
_ENDS = frozenset(".!?…")
_CLOSING = "”\"’')] \t\r\n"


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says in turn from ``start`` on: who that is, and the paragraphs, the first without the label."""

    start: int
    label: Span
    paragraphs: tuple[Span, ...]


def turns(article: Article, known: Sequence[Span], names: Sequence[Name]) -> list[Turn]:
    """The turns in ``article``, none where these are no labels of people who talk ("PRICE: …", "Details: …").

    In capitals, two different labels do, one of them over a span that is ``known`` to name somebody or a role; else two
    that are named elsewhere too, one of them a person, who take two turns each. Questions of an interviewer that is no
    person are left out.
    """
    text = article.text
    found = [(at, m) for at, b in enumerate(article.blocks) if (m := _LABEL.match(text, b.span.start, b.span.end))]
    if len(found) < 2:
        return []
    capitals = [(at, m) for at, m in found if m["label"].isupper()]
    named = {at for span in known for at in range(span.start, span.end)}
    if len({m["label"] for _, m in capitals}) > 1 and any(
        m["label"].casefold() in ROLE_NOUNS or not named.isdisjoint(range(*m.span("label"))) for _, m in capitals
    ):
        return _if_talk(article, [_turn(article, at, m, at + 1) for at, m in capitals])
    people = {_last(name.span.of(text)) for name in names if name.kind == "PERSON"}
    others = {_last(name.span.of(text)) for name in names} - people
    often = Counter(_last(m["label"]) for _, m in found)
    taking = [(at, m) for at, m in found if often[_last(m["label"])] >= _TURNS and _last(m["label"]) in people | others]
    labels = {_last(m["label"]) for _, m in taking}
    if len(labels) < 2 or labels.isdisjoint(people) or len(taking) < _MOSTLY * len(found):
        return []
    ends = [at for at, _ in taking[1:]] + [taking[-1][0] + 1]  # who speaks last is followed by the rest of the article
    taken = [_turn(article, at, m, end) for (at, m), end in zip(taking, ends, strict=True)]
    taken = _if_talk(article, taken, _WORDS)
    return [t for t in taken if _last(t.label.of(text)) in people or _mark(t.paragraphs[-1].of(text)) != "?"]


def _if_talk(article: Article, taken: list[Turn], least: int = 0) -> list[Turn]:
    """``taken``, if most turns are sentences, of ``least`` words on average: links and tables have no full stop."""
    said = [turn.paragraphs[0].of(article.text) for turn in taken]
    ended = sum(_mark(words) in _ENDS for words in said)
    return taken if ended >= _MOSTLY * len(said) and sum(len(w.split()) for w in said) >= least * len(said) else []


def _last(name: str) -> str:
    """The last word of a name, by which a label calls who bears it."""
    return " ".join(name.rsplit(maxsplit=1)[-1:]).casefold()


def _mark(words: str) -> str:
    """What ``words`` end with, before what closes a quotation."""
    return words.rstrip(_CLOSING)[-1:]


def _turn(article: Article, first: int, match: re.Match[str], end: int) -> Turn:
    """The turn in the block ``first`` and the paragraphs up to ``end``, a heading, a label or a mere question."""
    text, block = article.text, article.blocks[first].span
    paragraphs = [Span(match.end(), match.end() + len(text[match.end() : block.end].rstrip()))]
    for block_ in article.blocks[first + 1 : end]:
        words = block_.span.of(text)
        if block_.kind is not BlockKind.PARAGRAPH or _LABEL.match(words) or _QUESTION.fullmatch(words):
            break
        if _mark(words) in _ENDS:  # a caption is no sentence
            paragraphs.append(block_.span)
    return Turn(block.start, Span(*match.span("label")), tuple(paragraphs))


def with_turns(article: Article, drafts: Sequence[Draft], names: Sequence[Name]) -> list[Draft]:
    """``drafts`` with the turns of a transcript or an interview, where the tagger saw no statement."""
    known = [*(name.span for name in names), *(draft.source for draft in drafts if draft.source)]
    taken = turns(article, known, names)
    if not taken:
        return list(drafts)
    parts = [(part, turn) for turn in taken for part in turn.paragraphs]
    starts = [turn.start if part is turn.paragraphs[0] else part.start for part, turn in parts]

    def part_at(place: int) -> tuple[Span, Turn] | None:
        """The paragraph, its label included, that a place lies in."""
        at = bisect_right(starts, place) - 1
        return parts[at] if at >= 0 and place < parts[at][0].end else None

    heard = [(d.source, here[1].label) for d in drafts if d.source and (here := part_at(d.source.start))]
    credited = {label for source, label in heard if source.overlaps(label)}
    out = []
    for draft in drafts:
        content, source = draft.content[0], draft.source
        if here := part_at(content.start):
            part, turn = here
            tagged = turn.label in credited and part is turn.paragraphs[0]
            if not (draft.cue or source or tagged):
                continue
            if content < part and part.start < content.end:  # the label is no part of what is said
                draft = replace(draft, content=(Span(part.start, content.end), *draft.content[1:]))
        if source and source.of(article.text) == "I" and (here := part_at(source.start)):
            draft = replace(draft, turn=here[1].label)
        out.append(draft)
    for turn in taken:
        first, *rest = turn.paragraphs
        if turn.label not in credited:
            out.append(Draft(turn.label, Span(turn.label.end, turn.label.end + 1), (first,), 0.8))
        out += [Draft(None, None, (part,), 0.8, turn=turn.label) for part in rest]
    return sorted(out, key=lambda draft: draft.start)
