"""Tagged spans to drafts of statements: which source, cue and content belong together.

The tagger weighs, for each source and content, the cues that it may belong to. Linking takes the best, repairs what is
left over by position, lets a cue without a source of its own share its neighbour's ("stressed X while warning Y"), and
carries a quotation on into the paragraphs that continue it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.attribution.lexicon import VAGUE_CUE
from qa.attribution.quotes import Quoted
from qa.attribution.transcripts import Turn, turns
from qa.domain import Article, BlockKind, Markup, Mode, Name, Span, Tag, TagRole

STRONG = 0.5
"""A link at least this likely is taken wherever its cue stands; a weaker one only within the paragraph."""

SURE = 0.75
"""How sure every part of a statement inside another has to be."""

BESIDE = 3.0
"""How much likelier a cue is for a content that directly follows it, or that it directly follows."""

LENT = 0.15
"""From which weight on a source goes to its second cue, where the first one has no content."""

LEADS = 20.0
"""How much likelier a cue is for a source that directly precedes it."""

_NOUN = re.compile(
    r"(?:claim|concern|fear|report|rumou?r|allegation|accusation|criticism|call|demand|warning|promise|hope)s?\b", re.I
)
_BEHIND = re.compile(r"\b(?:despite|amid|over|by|from|after|following|of|about|against|with)\s+(?:\w+\s+)?$", re.I)
_IMPERSONAL = re.compile(
    r"\b(?:is|are|was|were|been|being|be)\s+(?:\w+ly\s+)?\w+(?:ed|wn|id|en|ught|old)\b|^it\b", re.I
)
_TOLD = "told|asked|informed|warned|advised|assured|reminded"
_HEARD = re.compile(rf"\b(?:was|were|is|are|been|being)\s+(?:\w+\s+)?(?:{_TOLD})$", re.I)
_ADDRESSES = re.compile(rf"\b(?:{_TOLD}|instructed|ordered|directed|urged)$", re.I)
_BIDDEN = re.compile(r"(?:to|that)\s", re.I)
_SHARES = re.compile(r"(?:^|\s)(?:and|but|while|then|or|also|yet|,)\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement before its speaker is known.

    ``shared``: the source is a neighbour's. ``continued``: a quotation that goes on from the draft before. ``via``: who
    passed the statement on; where ``source`` and ``via`` are those of "Reuters reported, citing the ministry", the
    source is the ministry. ``nested``: it stands in the content of another. ``turn``: whose turn it is in an interview,
    where no source or only "I" says so.
    """

    source: Span | None
    cue: Span | None
    content: tuple[Span, ...]
    confidence: float
    antecedents: tuple[tuple[int, float], ...] = ()
    shared: bool = False
    continued: bool = False
    via: Span | None = None
    nested: bool = False
    turn: Span | None = None

    @property
    def start(self) -> int:
        return min(span.start for span in (self.source, self.cue, *self.content) if span)


@dataclass(slots=True)
class _Group:
    """A cue with what gathers around it while linking."""

    cue: Tag
    sources: list[tuple[float, Tag]] = field(default_factory=list)
    contents: list[tuple[float, Tag]] = field(default_factory=list)


def link(article: Article, markup: Markup, quoted: Quoted) -> list[Draft]:
    """Drafts of the statements of ``article``, in the order of their first character."""
    groups = {index: _Group(tag) for index, tag in enumerate(markup.tags) if tag.role is TagRole.CUE}
    loose = _attach(article, markup.tags, groups)
    _adopt(article, groups)
    drafts = [_draft(article.text, group) for group in groups.values() if group.contents]
    drafts = _passed_on(article, drafts, [group for group in groups.values() if not group.contents])
    drafts += [
        Draft(None, None, (_widened(article.text, tag.span),), tag.confidence)
        for tag in loose
        if quoted.mode([tag.span]) is Mode.DIRECT
    ]
    drafts.sort(key=lambda draft: draft.start)
    drafts = _with_turns(article, [_completed(article.text, draft, markup.names) for draft in drafts], markup.names)
    return _continued(article, _shared(article, drafts), quoted)


def with_nested(article: Article, markup: Markup, drafts: Sequence[Draft]) -> list[Draft]:
    """``drafts``, behind each those of the statements in its contents: only what was tagged whole and surely."""
    found: list[Draft] = []
    for tags in markup.nested:
        groups = {index: _Group(tag) for index, tag in enumerate(tags) if tag.role is TagRole.CUE}
        _attach(article, tags, groups)
        whole = [group for group in groups.values() if group.contents and _is_sure(article.text, group)]
        sure = [replace(_draft(article.text, group), nested=True) for group in whole]
        found += _shared(article, sorted(sure, key=lambda draft: draft.start))
    out = []
    for draft in drafts:
        inside = [d for d in found if all(part and _holds(draft, part) for part in (d.source, d.cue))]
        found = [d for d in found if d not in inside]
        out += [draft, *inside]
    return out


def _holds(outer: Draft, part: Span) -> bool:
    return any(content.holds(part) for content in outer.content)


def _is_sure(text: str, group: _Group) -> bool:
    tags = (group.cue, *(tag for _, tag in (*group.sources, *group.contents)))
    return min(tag.confidence for tag in tags) >= SURE and any(c.isalpha() for c in group.cue.span.of(text))


def _attach(article: Article, tags: Sequence[Tag], groups: dict[int, _Group]) -> list[Tag]:
    """Puts sources and contents to their cues; returns the contents that belong to none."""
    loose = []
    for tag in tags:
        if tag.role is TagRole.CUE or not any(char.isalnum() for char in tag.span.of(article.text)):
            continue
        choice = _best(article, tag, groups)
        if choice is None:
            near = _nearest_cue(article, tag, groups)
            choice = (near, 0.1) if near is not None else None
        if choice is None:
            if tag.role is TagRole.CONTENT:
                loose.append(tag)
            continue
        group = groups[choice[0]]
        (group.sources if tag.role is TagRole.SOURCE else group.contents).append((choice[1], tag))
    return loose


def _best(article: Article, tag: Tag, groups: dict[int, _Group]) -> tuple[int, float] | None:
    """The likeliest cue of ``tag`` with its weight, those beside it preferred."""
    best: tuple[int, float] | None = None
    for cue, weight in tag.links:
        span = groups[cue].cue.span
        if weight < STRONG and not _together(article, tag.span, span):
            continue
        first, second = (span, tag.span) if span.start < tag.span.start else (tag.span, span)
        if not article.text[first.end : second.start].strip():
            weight *= LEADS if tag.role is TagRole.SOURCE and first is tag.span else BESIDE
        if best is None or weight > best[1]:
            best = (cue, weight)
    return best


def _adopt(article: Article, groups: dict[int, _Group]) -> None:
    """Gives a second source to the cue beside it that has none, and a spare content to a cue that has none."""
    for group in groups.values():
        before = any(tag.span.end <= group.cue.span.start for _, tag in group.sources)
        group.sources.sort(key=lambda pair: (before and pair[1].span.start > group.cue.span.start, -pair[0]))
        for spare in group.sources[1:]:
            heir = _nearest_cue(article, spare[1], {i: g for i, g in groups.items() if not g.sources and g.contents})
            if heir is not None:
                groups[heir].sources.append(spare)
        del group.sources[1:]
    for bare in groups.values():
        if bare.contents:
            continue
        lenders = [g for g in groups.values() if len(g.contents) > 1]
        for lender in lenders:
            for pair in lender.contents:
                gap = article.text[bare.cue.span.end : pair[1].span.start]
                if pair[0] < STRONG and bare.cue.span.end <= pair[1].span.start and len(gap) < 3:
                    lender.contents.remove(pair)
                    bare.contents.append(pair)
                    break
    for bare in groups.values():
        if bare.sources and not bare.contents:
            likely = [groups[cue] for cue, weight in bare.sources[0][1].links if weight >= LENT]
            needy = next((group for group in likely if group.contents and not group.sources), None)
            if needy:
                needy.sources.append(bare.sources.pop())


def _together(article: Article, one: Span, other: Span) -> bool:
    """Whether two spans share a sentence, or lie in neighbouring ones of a paragraph."""
    low, high = min(one.start, other.start), max(one.end, other.end)
    return "\n" not in article.text[low:high].strip() and high - low < 1500


def _nearest_cue(article: Article, tag: Tag, groups: dict[int, _Group]) -> int | None:
    """The cue nearest to ``tag`` in the sentences that it touches."""
    sentence = article.sentence_at(tag.span)
    best, least = None, 10**9
    for index, group in groups.items():
        span = group.cue.span
        if not sentence.overlaps(span):
            continue
        distance = max(span.start - tag.span.end, tag.span.start - span.end)
        if distance < least:
            best, least = index, distance
    return best


def _draft(text: str, group: _Group) -> Draft:
    contents = sorted((tag for _, tag in group.contents), key=lambda tag: tag.span)
    source = group.sources[0][1] if group.sources else None
    if source and source.span < group.cue.span and _HEARD.search(group.cue.span.of(text)):
        source = None  # "Staff were told that …": they did not say it
    if source and source.span > group.cue.span and _ADDRESSES.search(group.cue.span.of(text)):
        behind = next((tag.span for tag in contents if tag.span > source.span), None)
        if behind and _BIDDEN.match(text, behind.start):
            source = None  # "The letter instructed the clerk to …"
    parts = [group.cue, *contents, *([source] if source else [])]
    confidence = sum(tag.confidence * (tag.span.end - tag.span.start) for tag in parts)
    confidence /= sum(tag.span.end - tag.span.start for tag in parts)
    return Draft(
        source.span if source else None,
        group.cue.span,
        _joined(text, [tag.span for tag in contents]),
        min(1.0, confidence),
        source.antecedents if source else (),
    )


def _widened(text: str, span: Span) -> Span:
    """``span`` with the quotation mark that stands at its edge and belongs to it."""
    start, end = span.start, span.end
    inside = text[start:end]
    if start > 0 and text[start - 1] in "“«„" and text[start - 1] not in inside:
        start -= 1
    if end < len(text) and text[end] in "”»" and text[end] not in inside:
        end += 1
    return Span(start, end)


def _joined(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Pieces that only white space keeps apart become one; quotation marks at the edges are taken in."""
    out: list[Span] = []
    for span in spans:
        if out and not text[out[-1].end : span.start].strip() and "\n" not in text[out[-1].end : span.start]:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(_widened(text, span) for span in out)


_CITING = re.compile(r"\b(?:citing|cited|quoting)$", re.IGNORECASE)
_REPORTING = re.compile(r"(?:ha(?:s|ve|d) )?report", re.IGNORECASE)
_PASSING = re.compile(r"\b(?:according to|per|report(?:ed|s|ing)?|said|says|wrote|quoted)\b", re.IGNORECASE)


def _passed_on(article: Article, drafts: Sequence[Draft], bare: Sequence[_Group]) -> list[Draft]:
    """Keeps the chain of nested statements: the innermost source speaks, the outer one is who it came through."""
    text = article.text
    out: list[Draft] = []
    for draft in drafts:
        sentence = article.sentence_at(draft.cue) if draft.cue else draft.content[0]
        beside = (d for d in drafts if d is not draft and d.cue and sentence.overlaps(d.cue))
        citing = next((d for d in beside if d.cue and _CITING.search(d.cue.of(text))), None)
        passing = (g for g in bare if g.sources and sentence.overlaps(g.cue.span))
        outer = next((g for g in passing if _PASSING.search(g.cue.span.of(text))), None)
        if citing and draft.source and citing.source in (None, draft.source):
            draft = replace(draft, source=citing.content[0], via=draft.source, antecedents=())
        elif outer and draft.source and not outer.sources[0][1].span.overlaps(draft.source):
            cue, other = outer.cue.span, outer.sources[0][1]
            if draft.cue and cue < draft.content[0] < draft.cue and not _REPORTING.match(cue.of(text)):
                # "Reed said that …, the Times reported": Reed says it, and the Times passes it on.
                draft = replace(draft, source=other.span, cue=cue, via=draft.source, antecedents=other.antecedents)
            else:
                draft = replace(draft, via=other.span)
        out.append(draft)
    return out


def _with_turns(article: Article, drafts: list[Draft], names: Sequence[Name]) -> list[Draft]:
    """``drafts`` with the turns of a transcript or an interview, where the tagger saw no statement."""
    known = [*(name.span for name in names), *(draft.source for draft in drafts if draft.source)]
    out = list(drafts)
    for turn in turns(article, known, names):
        first, *rest = turn.paragraphs
        if not any(d.source and d.source.overlaps(turn.label) for d in out):
            out = [d for d in out if d.cue or d.source or not first.overlaps(d.content[0])]
            out.append(Draft(turn.label, Span(turn.label.end, turn.label.end + 1), (first,), 0.8))
        out = [d for d in out if d.cue or d.source or not any(part.holds(d.content[0]) for part in rest)]
        out = [_without_label(d, turn.label, first) for d in out]
        out = [replace(d, turn=turn.label) if _in_turn(article.text, d, turn) else d for d in out]
        out += [Draft(None, None, (part,), 0.8, turn=turn.label) for part in rest]
    return sorted(out, key=lambda draft: draft.start)


def _without_label(draft: Draft, label: Span, words: Span) -> Draft:
    """``draft`` with contents that begin behind the label of the turn whose ``words`` they are."""
    begun = (
        Span(words.start, span.end) if span.holds(label) and span.end > words.start else span for span in draft.content
    )
    return replace(draft, content=tuple(begun))


def _in_turn(text: str, draft: Draft, turn: Turn) -> bool:
    """Whether the source of ``draft`` is whoever says "I" in ``turn``."""
    source = draft.source
    return source is not None and source.of(text) == "I" and any(part.holds(source) for part in turn.paragraphs)


_SAYING = re.compile(
    r"(?:says?|said|adds?|added|tells?|told|notes?|noted|writes?|wrote|argue[sd]?|claim(?:s|ed)|explain(?:s|ed)"
    r"|insist(?:s|ed)|warn(?:s|ed)|report(?:s|ed)|agree[sd]|suggest(?:s|ed)|announce[sd]|stated?|recall(?:s|ed))\b"
)
_ASIDE = re.compile(
    r"(?:,\s(?:though|however|meanwhile|too|in turn|for (?:his|her|its) part|by contrast),?)?"
    r"\s+(?:\w+ly\s|also\s|later\s)?"
)
_OPEN_END = re.compile(r"\b(?:the|a|an|of|from|by|at|for)$", re.IGNORECASE)


def _completed(text: str, draft: Draft, names: Sequence[Name]) -> Draft:
    """``draft`` with the name that stands right beside its cue or goes on with its source, where tagging missed it."""
    if draft.source:
        if not _OPEN_END.search(draft.source.of(text)):
            return draft
        start, least = draft.source.start, draft.source.end
        reach = re.compile(r"\s(?:the\s)?").match(text, least)
        behind = next((n.span for n in names if reach and n.span.start == reach.end()), None)
        return replace(draft, source=Span(start, behind.end)) if behind else draft
    if draft.cue is None or not _SAYING.search(draft.cue.of(text)):
        return draft
    after = re.compile(r"\s(?:the\s)?", re.IGNORECASE).match(text, draft.cue.end)
    if after and draft.content[0].start < draft.cue.start and _SAYING.fullmatch(draft.cue.of(text)):
        behind = next((n.span for n in names if n.span.start == after.end()), None)
        if behind:
            return replace(draft, source=Span(after.start() + 1, behind.end))
    before = next((n.span for n in reversed(names) if n.span.end <= draft.cue.start), None)
    if before and _SAYING.match(text, draft.cue.start) and _ASIDE.fullmatch(text, before.end, draft.cue.start):
        return replace(draft, source=before)
    return draft


def _shared(article: Article, drafts: Sequence[Draft]) -> list[Draft]:
    """Lets a cue without a source take that of the statement beside it in its sentence."""
    out: list[Draft] = list(drafts)
    for index, draft in enumerate(out):
        if draft.source or not draft.cue or not _personal(article.text, draft.cue):
            continue
        sentence = article.sentence_at(draft.cue)
        beside = [d for d in out if d.source and d.cue and not d.shared and sentence.overlaps(d.cue)]
        leading = next((d for d in beside if d.source and _leads(article.text, d.source, draft.cue)), None)
        before = [leading] if leading else [d for d in beside if d.start < draft.start]
        after = [d for d in beside if d.start > draft.start]
        donor = before[-1] if before else (after[0] if after and _joins(article.text, draft.cue) else None)
        if donor:
            out[index] = replace(draft, source=donor.source, antecedents=donor.antecedents, shared=True)
    return out


def _leads(text: str, source: Span, cue: Span) -> bool:
    """Whether nothing stands between a source and a cue behind it."""
    return source.end <= cue.start and not text[source.end : cue.start].strip()


def _personal(text: str, cue: Span) -> bool:
    """Whether somebody must be meant: not "it was reported", not "so-called", not "despite claims of"."""
    words = cue.of(text)
    if _NOUN.match(words) and _BEHIND.search(text[max(0, cue.start - 30) : cue.start]):
        return False
    return words.split()[0].lower().strip(",") not in VAGUE_CUE and not _IMPERSONAL.search(words)


def _joins(text: str, cue: Span) -> bool:
    """Whether a cue leans on a clause that comes later: a participle, or a verb joined to another."""
    if cue.of(text).split()[0].lower().endswith("ing"):
        return True
    before = text[max(0, cue.start - 12) : cue.start]
    return bool(_SHARES.search(before) or before.rstrip().endswith(","))


def _continued(article: Article, drafts: Sequence[Draft], quoted: Quoted) -> list[Draft]:
    """Marks quoted drafts without cue and source that go on with the quotation of the paragraph before."""
    out: list[Draft] = []
    blocks = [block.span for block in article.blocks]
    plain = [block.kind is BlockKind.PARAGRAPH for block in article.blocks]
    for draft in drafts:
        if draft.cue or draft.source or draft.turn or not out:
            out.append(draft)
            continue
        first = draft.content[0]
        here = next((i for i, span in enumerate(blocks) if span.overlaps(first)), None)
        before = next((i for i, span in enumerate(blocks) if span.overlaps(out[-1].content[-1])), None)
        near = here is not None and before is not None and plain[here] and plain[before] and here - before in (0, 1)
        if near and here != before:
            near = article.text[out[-1].content[-1].end - 1] not in "”»\"'’"
        out.append(replace(draft, continued=near and quoted.at(first.start) is not None))
    return out
