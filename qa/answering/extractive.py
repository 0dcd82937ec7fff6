"""Evidence to an answer in the article's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from qa.answering.calibration import Calibration, shipped
from qa.answering.figures import with_unit
from qa.answering.fitting import BORNE
from qa.answering.forms import SPEAKING
from qa.answering.identity import GOES_ON, Introduction, bears, introduce, role_asked
from qa.answering.letters import home_asked
from qa.answering.listing import NUMBERS, asked_for, listed, quoted_anyway
from qa.answering.nesting import meant, spoken
from qa.answering.phrasing import (
    as_sentence,
    as_subject,
    cited,
    credited,
    identified,
    label,
    sentence,
    told_together,
    with_name,
)
from qa.answering.ranking import THEIRS, far_behind, subject
from qa.answering.rivals import rivals
from qa.answering.sifting import MEANT, heads, is_about, may_be_theirs, not_named, not_said, unheard_of
from qa.answering.types import Candidate, Evidence, Kind, Understood
from qa.answering.verdicts import judge, told_anything
from qa.answering.verification import NOT_SAID
from qa.answering.wording import FUNCTION_WORDS, fold, tokens
from qa.domain import Answer, Article, Citation, Span, Speaker, Statement

HELP = (
    "Ask who said something, what somebody said about a topic, who somebody is, who is quoted, "
    "or whether somebody said something; the answer comes from the articles, with the sentence it rests on."
)
_MARKER = re.compile(r"\[([\d\s,]+)\]")
"""What an article prints of this kind would pass for a marker of ours, and so for a citation that is not there."""

EITHER = "This fits {} speakers, and which is meant is not certain:\n"

_WHY = re.compile(r"\W*(?:(?:and|but|so)\W+)?why(?: (?:so|not|is (?:that|this)|was (?:that|this)))?\W*", re.IGNORECASE)
"""Asks for the reason of what the last answer told, which is not that again."""

_SURELY = 0.5
"""The log-odds from which the reader has found what answers: nothing far behind answers beside it."""
_LEFT = 0.3
"""The share of the best score below which what is left answers no "who" question."""
_MOST_SAID = 4
"""How many statements answer what somebody said, with no topic."""
_MOST_WHAT, _MOST_LISTED, _MOST_ALL, _MOST_TOGETHER = 3, 8, 15, 4
_MOST_ECHOES = 3
"""How many other articles are cited that say the same."""
_ALIKE = 88.0
"""From which likeness in 0…100 on two sentences are taken to be one, printed twice."""


def compose(understood: Understood, evidence: Evidence, calibration: Calibration | None = None) -> Answer:
    """The answer that ``evidence`` bears out, or an abstention."""
    weights = calibration or shipped()
    if understood.kind is Kind.CHAT:
        return Answer(understood.asked.text, HELP, abstained=True, confidence=1.0)
    if understood.further or _WHY.fullmatch(understood.asked.text):
        evidence = not_said(understood.said, evidence, others=understood.others)
    makers = {Kind.WHO: _who, Kind.LIST: _list, Kind.IDENTITY: _identity, Kind.FACT: _fact, Kind.VERIFY: _verify}
    if writer := home_asked(understood, evidence.articles.values()):
        understood = replace(understood, kind=Kind.IDENTITY, mention=writer)
    answer = makers.get(understood.kind, _what)(understood, evidence, weights) or _abstain(understood, evidence)
    kind = "abstain" if answer.abstained else understood.kind.value
    return replace(answer, confidence=round(weights.trusted(kind, answer.confidence), 4))


@dataclass(frozen=True, slots=True)
class _Line:
    """One sentence of an answer with what it rests on; ``also`` are other articles that say the same."""

    text: str
    article: Article
    span: Span
    statement: Statement | None = None
    also: tuple[tuple[Article, Span, Statement | None], ...] = ()


def _answer(
    understood: Understood, lines: Sequence[_Line], confidence: float, verdict: str | None = None, opening: str = ""
) -> Answer:
    """``lines`` with their markers, behind the verdict where there is one; the speakers in the order of the lines."""
    opening = f"{verdict.capitalize()}. " if verdict else opening
    citations: list[Citation] = []
    shown: list[str] = []
    speakers: list[Speaker] = []
    for line in lines:
        rests_on = [(line.article, line.span, line.statement), *line.also]
        markers = range(len(citations) + 1, len(citations) + 1 + len(rests_on))
        citations += [_citation(marker, *place) for marker, place in zip(markers, rests_on, strict=True)]
        words, speaker = line.text, credited(line.statement) if line.statement else None
        if speaker and speaker in speakers and words.startswith(label(speaker)):
            known = as_subject(speaker)  # the first line has told the role
            words = speaker.name + words[len(known if words.startswith(known) else label(speaker)) :]
        words = as_sentence(_MARKER.sub(r"(\1)", words))
        shown.append(" ".join([words, *(f"[{marker}]" for marker in markers)]))
        if speaker and identified(speaker) and speaker.name not in [s.name for s in speakers]:
            speakers.append(speaker)
    return Answer(
        question=understood.asked.text,
        answer=opening + "\n".join(shown),
        abstained=False,
        confidence=round(confidence, 4),
        citations=tuple(citations),
        speakers=tuple(speakers),
        verdict=verdict,
    )


def _citation(marker: int, article: Article, span: Span, statement: Statement | None) -> Citation:
    speaker = credited(statement) if statement else None
    return Citation(
        marker=marker,
        article_id=article.id,
        title=article.title,
        source=article.source,
        span=span,
        quote=span.of(article.text),
        sha256=article.sha256,
        speaker=speaker.name if speaker else None,
        mode=statement.mode if statement else None,
    )


def _line(candidate: Candidate, understood: Understood, evidence: Evidence) -> _Line:
    """A candidate told in one sentence; where several articles say the same, the newest tells, the others are cited."""
    alike = [c for c in evidence.candidates if _echo(c, candidate, evidence)][:_MOST_ECHOES]
    first, *others = _in_order(_distinct([candidate, *alike], 1 + _MOST_ECHOES, evidence, echoes=True), evidence)
    line = _told(first, understood, evidence)
    also = []
    for other in others:
        article = evidence.articles[other.article_id]
        also.append((article, cited(other, article, understood.topic), other.statement))
    return replace(line, also=tuple(also))


def _echo(one: Candidate, other: Candidate, evidence: Evidence) -> bool:
    """Whether two candidates of different articles say the same in much the same words, of the same speaker."""
    if one.article_id == other.article_id or (one.statement is None) != (other.statement is None):
        return False
    speakers = [s.name for c in (one, other) if c.statement and (s := credited(c.statement))]
    texts = [fold(c.span.of(evidence.articles[c.article_id].text)) for c in (one, other)]
    return len(set(speakers)) <= 1 and len(speakers) != 1 and fuzz.ratio(*texts) >= _ALIKE


def _told(candidate: Candidate, understood: Understood, evidence: Evidence) -> _Line:
    article, statement = evidence.articles[candidate.article_id], candidate.statement
    if statement is None:
        return _Line(sentence(article, candidate.span), article, candidate.span)
    span = cited(candidate, article, understood.topic)
    together = _same_breath(statement, evidence, span)
    text, whole = told_together(together, article, span), sentence(article, span)
    speaker = credited(statement)
    found = candidate.focus if candidate.focus and span.holds(candidate.focus) else None
    focus = " ".join(found.of(article.text).split()) if found else ""
    beside = understood.wants in ("number", "time", "place") or focus not in text
    if beside and speaker and len(text) < len(whole):
        text = with_name(speaker, whole)  # where or when it was said stands beside the words, and not among them
    return _Line(text, article, span, statement)


def _same_breath(statement: Statement, evidence: Evidence, span: Span) -> list[Statement]:
    """``statement`` and what else its speaker says in the sentences cited, each word once."""
    kept = [statement]
    if statement.speaker is None:
        return kept
    for other in evidence.statements:
        same = (
            other.article_id == statement.article_id and other.speaker and other.speaker.name == statement.speaker.name
        )
        inside = any(piece.span.overlaps(span) for piece in other.content)
        apart = not any(a.span.overlaps(b.span) for k in kept for a in k.content for b in other.content)
        if same and inside and apart and len(kept) < _MOST_TOGETHER:
            kept.append(other)
    return kept


def _distinct(
    candidates: Sequence[Candidate], most: int, evidence: Evidence, *, echoes: bool = False
) -> list[Candidate]:
    """The best ``most`` candidates, none over the same words as a better one, nor its echo elsewhere but if asked."""
    kept: list[Candidate] = []
    for candidate in candidates:
        if len(kept) == most:
            break
        over = any(k.article_id == candidate.article_id and k.span.overlaps(candidate.span) for k in kept)
        if not over and (echoes or not any(_echo(candidate, k, evidence) for k in kept)):
            kept.append(candidate)
    return kept


def _in_order(candidates: Sequence[Candidate], evidence: Evidence) -> list[Candidate]:
    """By article, the newest first, undated ones last and by what they are worth, then in text order."""
    place: dict[str, tuple[int, int]] = {}
    for candidate in candidates:
        day = evidence.articles[candidate.article_id].published
        place.setdefault(candidate.article_id, (-day.toordinal() if day else 0, len(place)))
    return sorted(candidates, key=lambda c: (place[c.article_id], c.span.start))


def _who(understood: Understood, evidence: Evidence, weights: Calibration) -> Answer | None:
    """The one speaker first, then the words."""
    first = evidence.candidates[0].score if evidence.candidates else 0.0
    evidence = replace(evidence, candidates=not_named(understood.asked.text, evidence.candidates))
    if not evidence.candidates or evidence.answerable < weights.threshold:
        return None
    if evidence.candidates[0].score < _LEFT * first:
        return None  # whoever the question names says it, and nobody else
    best = meant(spoken(evidence.candidates), understood.asked.text, understood.topic, evidence)
    line = _line(best, understood, evidence)
    if others := rivals(best, evidence):
        lines = [line, *(_line(other, understood, evidence) for other in others)]
        opening = EITHER.format(NUMBERS[len(others) - 1])
        return replace(_answer(understood, lines, evidence.answerable, opening=opening), speakers=())
    if best.statement is None or credited(best.statement) is not None:
        return _answer(understood, [line], evidence.answerable)
    words = f"The article leaves it unclear who speaks: {sentence(line.article, line.span)}"
    unclear = _Line(words, line.article, line.span)
    return _answer(understood, [unclear], evidence.answerable)


def _what(understood: Understood, evidence: Evidence, weights: Calibration) -> Answer | None:
    """What the one asked about said on the topic, the best one to three statements in text order."""
    fitting, mention = may_be_theirs(understood.mention, evidence, weights.verdict["fit"]), understood.mention
    if understood.everything:
        least = weights.verdict["everything"] if subject(understood.topic) else 0.0
        known = mention is not None and (not mention.role or mention.meant(BORNE))
        theirs = [c for c in fitting if c.statement and (c.fit >= THEIRS or not known)]
        said = [c for c in theirs if c.score >= least] or fitting[:1]
        chosen = _distinct(said, _MOST_ALL, evidence)
    else:
        theirs = [c for c in fitting if c.statement and c.fit >= THEIRS]
        asked, answered = subject(understood.topic), evidence.answerable >= weights.threshold
        # Of whom the article is about, everything in it may be.
        named = mention is not None and not mention.role
        open_to = not asked if answered else bool(named and theirs and is_about(asked, evidence))
        if not fitting or not (answered or open_to) or (not asked and unheard_of(mention, evidence)):
            return None
        if understood.further and not theirs and mention and mention.meant(MEANT):
            return None
        if mention and theirs and open_to:
            said = [c for c in theirs if not heads(c, evidence)] or theirs
            chosen = _distinct(said, _MOST_SAID, evidence)
        else:
            best = spoken(fitting)
            least = max(weights.verdict["close"] * best.score, weights.verdict["least"])
            beside = (c for c in fitting if c.statement and c.score >= least and not far_behind(c, best, _SURELY))
            close = [best, *beside]
            chosen = _distinct([c for c in close if not heads(c, evidence)] or close, _MOST_WHAT, evidence)
    if not chosen:
        return None
    lines = [_line(c, understood, evidence) for c in _in_order(chosen, evidence)]
    answer = _answer(understood, lines, evidence.answerable)
    if answer.speakers and (spoke := told_anything(understood.text, [line.text for line in lines])):
        return _answer(understood, lines, evidence.answerable, spoke)
    # Plain facts need no speaker, unless it is one's words that the question follows up on.
    a_fact = understood.wants in ("number", "time", "place") and not (understood.followup and not chosen[0].statement)
    asked_about = mention.meant(MEANT) if mention else None
    if a_fact or answer.speakers or mention is None or asked_about is None:
        return answer
    meant = {fold(asked_about.name), fold(mention.words)}
    if any(c.statement and c.statement.speaker and fold(c.statement.speaker.name) in meant for c in chosen):
        return answer  # "the club's physician" is no name, but it is whom the question asks about
    # A pronoun that was not resolved, a phrase such as "the agency", or the article's own words.
    opening = f"The article does not clearly credit this to {label(asked_about)}: "
    return replace(answer, answer=opening + answer.answer)


def _fact(understood: Understood, evidence: Evidence, weights: Calibration) -> Answer | None:
    """The words that answer, in their sentence."""
    if not evidence.candidates or evidence.answerable < weights.threshold:
        return None
    best = evidence.candidates[0]
    line = _line(best, understood, evidence)
    if best.focus is not None and line.span.holds(best.focus):
        words = " ".join(with_unit(line.article.text, best.focus).split())
        if words and words not in (line.text, line.text[:-1]):
            line = replace(line, text=f"{words[:1].upper()}{words[1:]}: {line.text}")
    return _answer(understood, [line], evidence.answerable)


def _identity(understood: Understood, evidence: Evidence, _: Calibration) -> Answer | None:
    """Who somebody is, as the article words it."""
    found = introduce(understood.mention, understood.topic, evidence)
    if not found:
        return None
    lines = _introduced(found, evidence)
    answer = _answer(understood, lines, 0.9 if found[0].role else 0.6)
    mention = understood.mention
    speaker = mention.meant(0.5) if mention else None
    return replace(answer, speakers=(speaker,) if speaker else ())


def _introduced(found: Sequence[Introduction], evidence: Evidence) -> list[_Line]:
    lines = []
    for one in found:
        article = evidence.articles[one.article_id]
        between = " " if one.role and GOES_ON.match(one.role) else ", " if one.role and one.role[:4] == "who " else ": "
        text = f"{one.name}{between}{one.role}" if one.role else sentence(article, one.sentence)
        lines.append(_Line(text, article, one.sentence))
    return lines


def _list(understood: Understood, evidence: Evidence, weights: Calibration) -> Answer | None:
    """Everybody who speaks (on the topic, where there is one), each with the statement that fits best."""
    topic = bool(asked_for(understood, evidence.section))
    if topic and evidence.answerable < weights.threshold and not quoted_anyway(understood, evidence.candidates):
        return None
    told = [c for c in evidence.candidates if not heads(c, evidence)] or evidence.candidates
    chosen = listed(understood, told, weights, _MOST_LISTED if topic else _MOST_ALL, evidence.section)
    best = evidence.candidates[0] if topic and evidence.candidates else None
    if best and best.statement is None and evidence.answerable >= weights.threshold:
        # A sentence that names several at once ("both X and Y argued") is no one speaker's statement.
        inside = [c for c in chosen if c.article_id == best.article_id and c.span.overlaps(best.span)]
        chosen = chosen if inside else [best, *chosen]
    chosen = _in_order(chosen, evidence)
    if not chosen:
        return None
    return _answer(understood, [_line(c, understood, evidence) for c in chosen], max(evidence.answerable, 0.5))


def _verify(understood: Understood, evidence: Evidence, weights: Calibration) -> Answer | None:
    """Yes or no, with the statement that shows it, or with who somebody is."""
    mention = understood.mention
    role = role_asked(understood.text)
    if role and mention and not mention.role and mention.meant(MEANT):
        found = introduce(mention, understood.topic, evidence)
        if (is_it := bears(role, found)) is not None:
            return _answer(understood, _introduced(found, evidence), 0.8, "yes" if is_it else "no")
    verdict = judge(understood, evidence, weights)
    # A claim is mostly about something that the article speaks of: half the usual certainty is enough.
    unsure = evidence.answerable < weights.threshold / 2 and not verdict.verbatim
    if verdict.answer is None or verdict.candidate is None or unsure:
        return None
    line = _line(verdict.candidate, understood, evidence)
    sure = max(evidence.answerable, verdict.candidate.score) * verdict.sure
    return _answer(understood, [line], sure, verdict.answer)


def _abstain(understood: Understood, evidence: Evidence) -> Answer:
    """The articles do not say; the nearest statement apart, as a suggestion."""
    mention = understood.mention
    words = mention.words if mention else ""
    names = [w for w in tokens(words) if w not in FUNCTION_WORDS]
    text = NOT_SAID
    if mention and names and not mention.role and not evidence.named:
        text = NOT_SAID if words.islower() else f"{words} is not in these articles."
    elif mention and mention.role and not mention.speakers:
        if understood.kind is not Kind.FACT and re.search(rf"\b{SPEAKING}\b", understood.text, re.I):
            text = f"These articles quote nobody who is called “{words}”."
    elif mention and names:
        speaker = mention.meant(MEANT)
        thing = "nothing else" if understood.further else "nothing"
        text = f"These articles give {thing} from {as_subject(speaker) if speaker else words} on this."
    nearest = next((c for c in evidence.candidates if c.statement and c.fit >= 0.5), None)
    nearest = nearest or next((c for c in evidence.candidates if c.statement), None)
    citation = None
    if nearest and nearest.statement:
        article = evidence.articles[nearest.article_id]
        citation = _citation(1, article, cited(nearest, article, understood.topic), nearest.statement)
    return Answer(understood.asked.text, text, True, round(1.0 - evidence.answerable, 4), nearest=citation)
