"""What tells that a statement or sentence answers a question, and how much each sign counts."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from qa.answering.calibration import FEATURES, Calibration, log_odds, probability
from qa.answering.naming import described_by, head, name_tokens
from qa.answering.types import UNREAD, Candidate, Kind, Mention, Understood
from qa.answering.wording import SPEECH_STEMS, Rarity, Wanted, content_stems, fold
from qa.domain import Reading, Span, Statement

GROUP: Mapping[Kind, str] = {
    Kind.WHO: "who",
    Kind.LIST: "who",
    Kind.WHAT: "what",
    Kind.FACT: "fact",
    Kind.VERIFY: "verify",
    Kind.IDENTITY: "identity",
    Kind.CHAT: "fact",
}

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"dozens?|hundreds?|thousands?|millions?|billions?|half|third|quarter|majority|once|twice)\b",
    re.I,
)
_TYPED: Mapping[str, re.Pattern[str]] = {
    "number": _NUMBER,
    "time": re.compile(
        r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\.?\b|"
        r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:1[5-9]|20)\d\d\b|\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b|"
        r"\b(?:today|tomorrow|yesterday|tonight|noon|midnight|morning|afternoon|evening|week|month|year|spring|summer|autumn|fall|winter|ago|since|until)\b",
        re.I,
    ),
    "place": re.compile(r"\b(?:in|at|on|near|outside|behind|from|to|off|across|inside)\s+(?:the\s+)?[A-Z]\w+"),
    "reason": re.compile(
        r"\b(?:because|since|due to|so that|in order to|as a result|owing to|reason|cause[sd]?|after|led to|to)\b", re.I
    ),
}


_ABOUT = re.compile(r"\b(?:about|on|regarding|concerning) (?:the|an?|his|her|their|its|any) (?P<what>.+)", re.I)
"""Where a question says what it is about."""
_WHOLE = frozenset(content_stems("everything anything all"))
"""How much is asked for, which is no topic."""
_HEADING = 0.5
"""What a headline's score counts: it sums up what the text says in full, with whoever says it."""
_PROPER = re.compile(r"\b[A-Z][\w’'-]+")
_HEART = 0.999
"""The share of its best sentence's score that a statement has at least: just behind that, which has no speaker."""
_HARDLY = 0.3
"""The share of the certainty needed below which the words asked for do not settle that they are an answer."""
_TOLD = 0.5
"""The score that what has the one word asked for has at least."""
THEIRS = 0.6
"""The fit from which a statement is theirs."""
_ALL_BUT = 0.5
"""By how much in log-odds something is less relevant that the reader finds clearly so."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that may answer, with what retrieval says of it: nearness (−1…1) of itself and of its passage.

    ``own`` are the stems of the statement's own words (of a sentence, all), ``stems`` those of its sentences,
    ``context`` those with the sentences around; ``closeness`` is made of nearness and the question's words; ``fit`` see
    ``fitting``; ``distance`` is how many sentences it stands behind what the last answer came from (None: nothing went
    before); ``heading`` says that it is a headline, standfirst or sub-heading; ``reading`` is what the reader made of
    it, None where it was not read.
    """

    article_id: str
    span: Span
    statement: Statement | None
    own: tuple[str, ...]
    stems: tuple[str, ...]
    context: tuple[str, ...]
    text: str
    dense: float
    passage: float
    closeness: float
    fit: float
    distance: int | None = None
    heading: bool = False
    reading: Reading | None = None


def scorer(
    understood: Understood, pieces: Sequence[Piece], rarity: Rarity, calibration: Calibration
) -> Callable[[Piece], Candidate]:
    """What makes each of ``pieces``, not none, a candidate: each by itself, so that those it made may be kept."""
    best = max(piece.closeness for piece in pieces)
    texts = understood.topic, " ".join(understood.said), understood.fresh
    topic, said, fresh = (rarity.wanted(content_stems(text)) for text in texts)
    weights = calibration.rank[GROUP[understood.kind]]

    def scored(piece: Piece) -> Candidate:
        features = featured(understood, piece, best, topic, said, fresh)
        focus = None
        if piece.reading and piece.reading.span:
            focus = Span(piece.span.start + piece.reading.span.start, piece.span.start + piece.reading.span.end)
        score = probability(weights, features) * (_HEADING if piece.heading else 1.0)
        agreement = piece.reading.agreement if piece.reading else 0.5
        return Candidate(piece.article_id, piece.span, piece.statement, score, piece.fit, focus, features, agreement)

    return scored


def likeliest_first(candidates: Sequence[Candidate]) -> list[Candidate]:
    """``candidates`` in the order of their scores, statements lifted to their hearts'."""
    return sorted(_lifted(candidates), key=lambda c: -c.score)


def _lifted(candidates: Sequence[Candidate]) -> list[Candidate]:
    """``candidates``, each statement over several sentences scored as the best of these, its ``heart``."""
    alone = sorted((c for c in candidates if c.statement is None), key=lambda c: (c.article_id, c.span))
    places = [(c.article_id, c.span.start) for c in alone]
    out = []
    for candidate in candidates:
        statement, span = candidate.statement, candidate.span
        first, last = (bisect_left(places, (candidate.article_id, at)) for at in (span.start, span.end))
        content = statement.content if statement else ()
        inside = (c for c in alone[first:last] if c.span != span)
        said = [c for c in inside if any(words.span.overlaps(c.span) for words in content)]
        if said:
            best = max(said, key=lambda c: c.score)
            candidate = replace(candidate, score=max(candidate.score, _HEART * best.score), heart=best.span)
        out.append(candidate)
    return out


def featured(
    understood: Understood, piece: Piece, best: float, topic: Wanted, said: Wanted, fresh: Wanted
) -> tuple[float, ...]:
    """The features of one piece, in the order of ``calibration.FEATURES``."""
    wanted = _TYPED.get(understood.wants or "")
    statement = piece.statement
    return (
        1.0,
        piece.dense,
        piece.closeness - best,
        topic.covered(piece.stems),
        topic.covered(piece.context),
        _fitting(understood, piece),
        1.0 if statement else 0.0,
        1.0 if wanted and wanted.search(piece.text) else 0.0,
        piece.passage,
        said.covered(piece.stems),
        piece.reading.relevance if piece.reading else 0.0,
        piece.reading.confidence if piece.reading else 0.0,
        1.0 if piece.reading else 0.0,
        1.0 if statement and statement.speaker else 0.0,
        topic.covered(piece.own),
        piece.closeness,
        1.0 / piece.distance if piece.distance and piece.distance > 0 else 0.0,
        piece.fit if understood.mention and understood.mention.role and understood.kind is not Kind.VERIFY else 0.0,
        -1.0 / piece.distance if piece.distance and piece.distance < 0 else 0.0,
        float(piece.distance == 0),
        fresh.covered(piece.stems),
        log_odds(piece.reading.relevance) if piece.reading else UNREAD,
    )


def _fitting(understood: Understood, piece: Piece) -> float:
    """How well the speaker fits the name asked for; whoever is only described counts apart, being less sure.

    A verdict weighs the words alone, since somebody else may have said them.
    """
    if understood.mention is None or understood.mention.role or understood.kind is Kind.VERIFY:
        return 1.0
    return piece.fit if piece.statement else 0.0


def answerable(
    understood: Understood, ranked: Sequence[Candidate], named: bool, speaks: bool, calibration: Calibration
) -> tuple[float, tuple[float, ...]]:
    """How likely the best candidate answers the question, 0…1, with the features of that decision.

    ``named`` is whether the one asked about stands in the articles, ``speaks`` whether anybody fits; see ``Evidence``.
    A question that has nothing to do with the articles and one that they all but answer are unlike each other, so two
    models judge, and the less sure of them counts.
    """
    top = ranked[0]
    rival = next((c for c in ranked[1:] if not c.span.overlaps(top.span) or c.article_id != top.article_id), None)
    value = dict(zip(FEATURES, top.features, strict=True))
    mention = understood.mention
    features = (
        1.0,
        top.score,
        top.score - (rival.score if rival else 0.0),
        top.fit if mention and top.statement else float(mention is None),
        value["closeness"],
        value["lexical"],
        value["own"],
        float(mention is not None and not mention.role and not speaks),
        float(mention is not None and mention.role and not (speaks and named)),
        float(mention is not None and mention.role and speaks),
        float(mention is not None and not mention.role and speaks),
        value["relevance"],
        value["read"],
        float(understood.followup),
        float(top.statement is None),
        value["odds"],
        max(c.odds for c in ranked),
        log_odds(top.score),
    )
    likely = probability(calibration.decide[GROUP[understood.kind]], features)
    if doubts := tempting(understood, ranked, likely):
        likely = min(likely, probability(calibration.tempting, doubts))
    return likely, features


def tempting(understood: Understood, ranked: Sequence[Candidate], likely: float) -> tuple[float, ...]:
    """What tells a question that the articles answer from one that they only come near; empty where nothing was read.

    Beside how ``likely`` an answer is else, how relevant the reader finds the best candidate, the most relevant one,
    and all that it has read on average: what is answered is spoken of in more than one place.
    """
    read = FEATURES.index("read")
    found = [c.odds for c in ranked if c.features[read]]
    if not found:
        return ()
    average = sum(found) / len(found)
    return 1.0, log_odds(likely), ranked[0].odds, max(found), average, float(understood.followup)


def far_behind(candidate: Candidate, best: Candidate, surely: float) -> bool:
    """Whether the reader finds a candidate clearly less relevant than the best, which it finds relevant ``surely``."""
    return best.odds >= surely and candidate.odds < best.odds - _ALL_BUT


def subject(topic: str) -> set[str]:
    """The stems of what is asked about, without the words for saying; empty for "What did X say?".

    In "What did X say about the promise?" the promise is what is asked about.
    """
    told = set(content_stems(topic)) - SPEECH_STEMS - _WHOLE
    about = _ABOUT.search(topic)
    return told or (set(content_stems(about["what"])) if about else set())


def told_first(understood: Understood, ranked: Sequence[Candidate], texts: Mapping[str, str]) -> list[Candidate]:
    """``ranked`` with what the one asked about says of a topic of one word before all else.

    "What did Jalali say about Israel?" asks for whatever has the word; the reader looks for one answer, and finds none.
    """
    asked = subject(understood.topic)
    if not _of_one_word(understood, asked):
        return list(ranked)
    told: list[Candidate] = []
    rest: list[Candidate] = []
    for candidate in ranked:
        (told if _tell(candidate, asked, texts) else rest).append(candidate)
    best = max(ranked[0].score, _TOLD)
    return [*(replace(c, score=best) for c in told), *rest]


def _of_one_word(understood: Understood, asked: AbstractSet[str]) -> bool:
    """Whether it is asked what somebody said of a topic of one word, and no number, time or place of it."""
    theirs = understood.kind is Kind.WHAT and understood.mention is not None
    return theirs and not understood.wants and len(asked) == 1


def _tell(candidate: Candidate, asked: AbstractSet[str], texts: Mapping[str, str]) -> bool:
    """Whether a candidate is a statement of the one asked about whose sentences have all the stems ``asked``."""
    theirs = candidate.statement is not None and candidate.fit >= THEIRS
    return theirs and asked <= set(content_stems(candidate.span.of(texts[candidate.article_id])))


def _described(mention: Mention, ranked: Sequence[Candidate]) -> bool:
    """Whether the speaker of the likeliest statement is what ``mention`` calls somebody, or a like thing."""
    speaker = next((c.statement.speaker for c in ranked if c.statement), None)
    return speaker is not None and not head(mention.words).isdisjoint(described_by(speaker))


def _unheard(mention: Mention, texts: Mapping[str, str]) -> bool:
    """Whether ``mention`` is somebody's name in full who neither speaks nor stands in ``texts``."""
    name = name_tokens(mention.words)
    if mention.speakers or mention.role or len(name) < 2:
        return False
    return not any(" ".join(name) in fold(text) for text in texts.values())


def bounded(
    understood: Understood, ranked: Sequence[Candidate], texts: Mapping[str, str], likely: float, least: float
) -> float:
    """``likely`` within what the words alone settle, whatever the weights make of nearness in meaning.

    Where somebody is asked about, a statement of theirs whose sentence has every word of the topic answers, if it is
    among the likeliest and not all but excluded; without a topic, or with one of one word, any of theirs does. Nothing
    answers about names of which none stands in ``texts``, nor about somebody named in full who does not, nor what
    somebody said whose description fits nobody. The topic of a follow-up is its own: "and what did the attaché say?"
    asks for whatever that one says.
    """
    if understood.kind is not Kind.WHAT or understood.mention is None:
        return likely
    if _unheard(understood.mention, texts):
        return min(likely, 0.9 * least)
    asked = subject(understood.fresh if understood.followup else understood.topic)
    told = any(_tell(c, asked, texts) for c in ranked[: 5 if asked else None])
    if told and (not asked or _of_one_word(understood, asked) or likely >= _HARDLY * least):
        return max(likely, least)
    if not asked and understood.mention.role and not ranked[0].fit and not _described(understood.mention, ranked):
        return min(likely, 0.9 * least)
    named = {s for word in _PROPER.findall(understood.topic) for s in content_stems(word)}
    if asked and asked <= named and not any(asked & set(content_stems(text)) for text in texts.values()):
        return min(likely, 0.9 * least)
    return likely
