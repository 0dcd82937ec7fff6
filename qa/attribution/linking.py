"""Tagged spans to drafts of statements: which source, cue and content belong together.

The tagger weighs, for each source and content, the cues that it may belong to. Linking takes the best, repairs what is
left over by position, lets a cue without a source of its own share its neighbour's ("stressed X while warning Y"), and
carries a quotation on into the paragraphs that continue it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.attribution.drafts import Draft
from qa.attribution.mending import completed, continued, shared
from qa.attribution.quotes import Quoted
from qa.attribution.transcripts import with_turns
from qa.domain import Article, Markup, Mode, Span, Tag, TagRole

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

_TOLD = "told|asked|informed|warned|advised|assured|reminded"
_HEARD = re.compile(rf"\b(?:was|were|is|are|been|being)\s+(?:\w+\s+)?(?:{_TOLD})$", re.I)
_ADDRESSES = re.compile(rf"\b(?:{_TOLD}|instructed|ordered|directed|urged)$", re.I)
_BIDDEN = re.compile(r"(?:to|that)\s", re.I)


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
    drafts = with_turns(article, [completed(article.text, draft, markup.names) for draft in drafts], markup.names)
    return continued(article, shared(article, drafts), quoted)


def with_nested(article: Article, markup: Markup, drafts: Sequence[Draft]) -> list[Draft]:
    """``drafts``, behind each those of the statements in its contents: only what was tagged whole and surely."""
    found: list[Draft] = []
    for tags in markup.nested:
        groups = {index: _Group(tag) for index, tag in enumerate(tags) if tag.role is TagRole.CUE}
        _attach(article, tags, groups)
        whole = [group for group in groups.values() if group.contents and _is_sure(article.text, group)]
        sure = [replace(_draft(article.text, group), nested=True) for group in whole]
        found += shared(article, sorted(sure, key=lambda draft: draft.start))
    out = []
    for draft in drafts:
        inside = [d for d in found if all(part and _holds(draft, part) for part in (d.source, d.cue))]
        found = [d for d in found if d not in inside]
        quoted = next((d for d in inside if _quoted_in(draft, d, article.text)), None)
        if quoted:
            # "“…,” Moss said on Friday, according to the Times. “…”": all of it is what Moss said.
            inside.remove(quoted)
            draft = replace(quoted, content=(*quoted.content, *draft.content[1:]), via=draft.source, nested=False)
        out += [draft, *inside]
    return out


def _quoted_in(outer: Draft, inner: Draft, text: str) -> bool:
    """Whether ``outer`` begins with the quotation that is ``inner``, and ends with who passes it on."""
    if not (outer.cue and outer.source and inner.cue and outer.content[0] < outer.cue):
        return False
    first = inner.content[0]
    return first.start == outer.content[0].start and first < inner.cue and text[first.start] in '“"«'


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
