"""What of the evidence may not answer a question, however near it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from qa.answering.fitting import BORNE
from qa.answering.naming import BY_SURNAME, TITLES, described_by, head, name_tokens, named_by
from qa.answering.nations import nations, nations_in, of_another_nation
from qa.answering.phrasing import credited
from qa.answering.ranking import THEIRS
from qa.answering.types import Candidate, Evidence, Mention, Understood
from qa.answering.wording import FUNCTION_WORDS, bare, content_stems, fold, tokens
from qa.domain import Article, BlockKind, Speaker, SpeakerKind

MEANT = 0.7
"""How well a speaker must fit the one asked about to be named where no line names anybody."""
_SURELY = 0.95
"""From how sure a speaker is on, a sentence of theirs is not given for another's."""
_TOLD = 0.7
"""The share of a sentence's words in an earlier answer from which that has told it."""

_THROUGHOUT = 4
"""How often an article names whom it is about."""


def told_apart(understood: Understood, articles: Iterable[Article], speakers: Iterable[Speaker]) -> Understood:
    """``understood`` without speakers whom its words only sound like, where ``articles`` name another one so.

    "Jeh Johnson" is not Perry Johnson, nor is "Jomar" a slip of the pen for Omar. Nor is meant who is only called after
    the one named: whether that is a person, the ``speakers`` of the articles tell.
    """
    mention = understood.mention
    if mention is None or mention.role or not mention.speakers:
        return understood
    mention = _not_called_after(mention, {s.name: s.kind for s in speakers})
    understood = replace(understood, mention=mention)
    asked = name_tokens(mention.words)
    if len(asked) > 1 and re.search(r"\s[a-z]{4,}", mention.words):
        return understood  # "the Russian deputy minister": a description
    pattern = re.compile(rf"(?<!\w){' '.join(map(re.escape, asked))}(?!\w)")
    if not any(pattern.search(fold(article.text)) for article in articles):
        return understood
    pairs = zip(mention.speakers, mention.weights, strict=True)
    # "Barker Green", of which an article writes, is not Neil Barker.
    whole = {asked[0], asked[-1]} if mention.words.istitle() else {asked[0]}
    kept = [(s, w) for s, w in pairs if whole <= _parts(named_by(s)) or s.kind is not SpeakerKind.PERSON]
    if len(kept) == len(mention.speakers):
        return understood
    meant = Mention(mention.words, tuple(s for s, _ in kept), tuple(w for _, w in kept))
    return replace(understood, mention=meant)


def _not_called_after(mention: Mention, known: Mapping[str, SpeakerKind]) -> Mention:
    """``mention`` without what is only called after a person whom it names: "Dostal's office", "Dostal Bank".

    Several who speak together stay, of whom that person may be one.
    """
    found = [
        (replace(s, kind=known.get(s.name, s.kind)), w) for s, w in zip(mention.speakers, mention.weights, strict=True)
    ]
    if any(w >= BY_SURNAME and s.kind is SpeakerKind.PERSON and s.name in known for s, w in found):
        together = [s for s, _ in found if s.kind is SpeakerKind.GROUP and s.aliases]
        found = [(s, w) for s, w in found if w >= BY_SURNAME or s.kind is SpeakerKind.PERSON or s in together]
    return Mention(mention.words, tuple(s for s, _ in found), tuple(w for _, w in found))


def _parts(words: AbstractSet[str]) -> set[str]:
    """``words`` and the parts of those with a hyphen."""
    return {*words, *(part for word in words for part in word.split("-"))}


def may_be_theirs(mention: Mention | None, evidence: Evidence, least: float) -> list[Candidate]:
    """The candidates that the one asked about may have said, best first; all of them where nobody is asked about.

    A statement's speaker must fit by ``least``, unless somebody is only described in words that nobody surely bears.
    Nobody of another nation is meant; where nobody who fits speaks, and no line names the nation, nothing is theirs.
    """
    if mention is None:
        return list(evidence.candidates)
    loosely = mention.role and not mention.meant(BORNE)
    fitting = [c for c in evidence.candidates if loosely or c.statement is None or c.fit >= least]
    if mention.role:
        foreign = [c for c in fitting if _foreign(c, mention.words)]
        left = [c for c in fitting if c not in foreign]
        if not loosely:
            words = set(tokens(mention.words)) - FUNCTION_WORDS
            left = [c for c in left if c.statement or not _of_another(c, words, evidence)]
        return [] if foreign and not evidence.speaks and not _of_nation(left, mention.words, evidence) else left
    speaker = mention.meant(MEANT)
    if speaker and speaker.kind is SpeakerKind.PERSON:
        names = set(name_tokens(mention.words))
        return [c for c in fitting if c.statement or not _of_another(c, names, evidence)]
    return fitting


def unheard_of(mention: Mention | None, evidence: Evidence) -> bool:
    """Whether somebody is only described, by what the articles have no word for: nobody in them can be meant."""
    if mention is None or not mention.role or mention.speakers:
        return False
    theirs = head(mention.words)
    words = {stem for a in evidence.articles.values() for stem in content_stems(a.text)}
    told = (described_by(s.speaker) for s in evidence.statements if s.speaker)
    return bool(theirs) and theirs.isdisjoint(words.union(*told))


def not_named(question: str, candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """``candidates`` but for what a person says whom a "who" question names itself ("Who disagreed with Jalali?").

    All of them where it gives a choice ("Jalali or Fomin"), or where nobody else is left.
    """
    if re.search(r"\bor\b", question):
        return tuple(candidates)
    words = question.split()
    plain = [fold(word).strip("\"“”'.,?!:;()") for word in words]

    def is_named(candidate: Candidate) -> bool:
        speaker = candidate.statement.speaker if candidate.statement else None
        if speaker is None or speaker.kind is not SpeakerKind.PERSON:
            return False
        names = name_tokens(speaker.name)
        for at, word in enumerate(plain):
            if bare(word) == names[-1]:
                other = at > 1 and words[at - 1][:1].isupper() and plain[at - 1] not in (names[0], *TITLES)
                return not other and words[at][:1].isupper()
        return False

    theirs = [c for c in candidates if is_named(c)]
    over = [(c.article_id, c.span) for c in theirs]
    left = tuple(
        c
        for c in candidates
        if c not in theirs and (c.statement or not any(a == c.article_id and s.overlaps(c.span) for a, s in over))
    )
    return left if any(c.statement for c in left) else tuple(candidates)


def is_about(asked: AbstractSet[str], evidence: Evidence) -> bool:
    """Whether ``asked`` names a person who speaks, and whom the one article asked has in its title and throughout."""
    if not asked or len(evidence.articles) != 1:
        return False
    (article,) = evidence.articles.values()
    people = (s.speaker.name for s in evidence.statements if s.speaker and s.speaker.kind is SpeakerKind.PERSON)
    titled = asked <= set(content_stems(article.title))
    if not titled or not any(asked <= set(content_stems(name)) for name in people):
        return False
    words = content_stems(article.text)
    return all(words.count(stem) >= _THROUGHOUT for stem in asked)


def heads(candidate: Candidate, evidence: Evidence) -> bool:
    """Whether a candidate stands in a headline, standfirst or sub-heading."""
    blocks = evidence.articles[candidate.article_id].blocks
    return any(b.kind is not BlockKind.PARAGRAPH and b.span.holds(candidate.span) for b in blocks)


def not_said(said: Sequence[str], evidence: Evidence, *, others: bool) -> Evidence:
    """``evidence`` without what an earlier answer told and, of ``others``, without those whom the last one names."""
    told = [set(content_stems(answer)) for answer in said]
    last = fold(said[-1]) if said else ""

    def is_new(candidate: Candidate) -> bool:
        stems = set(content_stems(candidate.span.of(evidence.articles[candidate.article_id].text)))
        speaker = credited(candidate.statement) if candidate.statement else None
        if others and speaker and name_tokens(speaker.name)[-1] in last:
            return False
        return all(len(stems & answer) < _TOLD * len(stems) for answer in told)

    return replace(evidence, candidates=tuple(c for c in evidence.candidates if is_new(c)))


def _of_another(candidate: Candidate, names: AbstractSet[str], evidence: Evidence) -> bool:
    """Whether a sentence holds what others say, who are surely known, and names nobody of the ``names`` asked about."""
    text = candidate.span.of(evidence.articles[candidate.article_id].text)
    inside = [
        (c.fit, c.statement.certainty)
        for c in evidence.candidates
        if c.statement and c.article_id == candidate.article_id and c.span.overlaps(candidate.span)
    ]
    others = all(fit < THEIRS and certainty >= _SURELY for fit, certainty in inside)
    return bool(inside) and others and names.isdisjoint(tokens(text))


def _of_nation(candidates: Sequence[Candidate], described: str, evidence: Evidence) -> bool:
    texts = (c.span.of(evidence.articles[c.article_id].text) for c in candidates if c.statement)
    return any(nations(described) & nations_in(text) for text in texts)


def _foreign(candidate: Candidate, described: str) -> bool:
    speaker = candidate.statement.speaker if candidate.statement else None
    return speaker is not None and of_another_nation(described, speaker)
