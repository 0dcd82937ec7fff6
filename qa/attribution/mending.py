"""What drafts take from what stands beside them: a name, a neighbour's source, the quotation that goes on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa.attribution.drafts import Draft
from qa.attribution.lexicon import VAGUE_CUE
from qa.attribution.quotes import Quoted
from qa.domain import Article, BlockKind, Name, Span

_NOUN = re.compile(
    r"(?:claim|concern|fear|report|rumou?r|allegation|accusation|criticism|call|demand|warning|promise|hope)s?\b", re.I
)
_BEHIND = re.compile(r"\b(?:despite|amid|over|by|from|after|following|of|about|against|with)\s+(?:\w+\s+)?$", re.I)
_IMPERSONAL = re.compile(
    r"\b(?:is|are|was|were|been|being|be)\s+(?:\w+ly\s+)?\w+(?:ed|wn|id|en|ught|old)\b|^it\b", re.I
)
_SHARES = re.compile(r"(?:^|\s)(?:and|but|while|then|or|also|yet|,)\s*$", re.I)
_SAYING = re.compile(
    r"(?:says?|said|adds?|added|tells?|told|notes?|noted|writes?|wrote|argue[sd]?|claim(?:s|ed)|explain(?:s|ed)"
    r"|insist(?:s|ed)|warn(?:s|ed)|report(?:s|ed)|agree[sd]|suggest(?:s|ed)|announce[sd]|stated?|recall(?:s|ed))\b"
)
_ASIDE = re.compile(
    r"(?:,\s(?:though|however|meanwhile|too|in turn|for (?:his|her|its) part|by contrast),?)?"
    r"\s+(?:\w+ly\s|also\s|later\s)?"
)
_OPEN_END = re.compile(r"\b(?:the|a|an|of|from|by|at|for)$", re.IGNORECASE)


def completed(text: str, draft: Draft, names: Sequence[Name]) -> Draft:
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


def shared(article: Article, drafts: Sequence[Draft]) -> list[Draft]:
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


def continued(article: Article, drafts: Sequence[Draft], quoted: Quoted) -> list[Draft]:
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
