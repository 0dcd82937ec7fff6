"""Whether a language model's sentence is borne out by the evidence that it names: pure, strict, with reasons.

A sentence passes when its markers exist, its quoted words stand in quotation marks in the cited text, it credits the
speaker of the cited statement and nobody else, and its names, numbers, negations, doubts and nearly all its other
words are those of the cited text. What cannot be shown to be right fails: the answer in the article's own words is
always at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qa.answering.briefing import Offered
from qa.answering.crediting import credit_faults, name_forms
from qa.answering.figures import number_faults, without_numbers
from qa.answering.quoting import printed_quotations, quoted, stands_in, visible, without_quotations
from qa.answering.verdicts import negations, opposed
from qa.answering.wording import FUNCTION_WORDS, SPEECH_STEMS, WORD, content_stems, fold, stem, tokens
from qa.domain import Span, Speaker

LONGEST = 600
"""Characters of a sentence."""
LEAST_SUPPORT = 0.8
"""The share of a sentence's telling words that its evidence must have."""

_MARKERS = re.compile(r"\s*\[\s*(\d{1,4}(?:\s*,\s*\d{1,4})*)\s*\]")
_VERDICT = re.compile(r"^[^\w“„\"«‘']*(yes|no)\b\s*(?:[.,:;!–—-]+\s*|$)", re.I)
_BULLET = re.compile(r"^(?:[-*•·>#]+\s+|\(?\d{1,2}[.)]\s+)+")
_MARKUP = re.compile(r"</?\w|<!|\]\(|```|https?:|www\.|javascript:|[{}]", re.I)
_BREAK = re.compile(r"(?<=[.!?…])[)\]]?\s+(?=[\W_]*[^\W\d_a-z])")
_SHORT = re.compile(
    r"(?:^|[\s(.])(?:[^\W\d_]|mrs?|ms|dr|st|sen|rep|gov|gen|col|lt|capt|sgt|prof|rev|hon|jr|sr|no|vs|etc|inc|ltd|co|"
    r"corp|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$",
    re.I,
)
_HEDGES = re.compile(
    r"\b(?:may|might|could|perhaps|possibl[ey]|maybe|probabl[ey]|(?:un)?likely|alleged(?:ly)?|reportedly|apparently|"
    r"seem(?:s|ed|ingly)?|if|unless|would)\b"
)
_NEUTRAL = frozenset(
    stem(word)
    for word in """say said says saying state stated states tell told tells telling speak spoke talk talked comment
    commented comments remark remarked note noted notes add added adds mention mentioned word words statement account
    according report reported""".split()
)
"""Verbs and nouns of saying that claim nothing about how it was said."""
_PERSONAL = frozenset("he she they him her his their".split())
_ABSENT = re.compile(
    r"\b(?:(?:does|do|did|has|have|is|are|was|were)(?:n['’]t| not)|never|nothing|nobody|no one|none)\b.{0,40}"
    r"\b(?:mention|say|said|comment|address|evidence|article|quoted|stated?|specif\w+|discuss\w*|provided?|available|found)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A language model's sentence: its words without markers, the markers in order, the verdict it opens with."""

    words: str
    markers: tuple[int, ...] = ()
    verdict: str | None = None


def read_draft(text: str) -> Draft:
    """``text`` on one line, without what cannot be seen, bullets and bold; the markers taken out."""
    line = _BULLET.sub("", visible(text)).replace("**", "").replace("__", "")
    markers = [int(n) for found in _MARKERS.findall(line) for n in found.split(",")]
    line = re.sub(r"\s+([.,;:!?])", r"\1", _MARKERS.sub("", line)).strip()
    opening = _VERDICT.match(line)
    if opening:
        line = line[opening.end() :]
    return Draft(line.strip(), tuple(dict.fromkeys(markers)), opening.group(1).lower() if opening else None)


def is_refusal(draft: Draft) -> bool:
    """Whether the model says that the evidence does not answer."""
    return bool(re.match(r"^\W*not in the evidence\b", draft.words, re.I)) and not draft.markers


def faults(
    draft: Draft, offered: Mapping[int, Offered], speakers: Sequence[Speaker], verdict: str | None = None
) -> tuple[str, ...]:
    """Why ``draft`` may not be shown, each reason worded for the model; nothing where it may.

    ``offered`` is the evidence by marker, ``speakers`` are all who speak in the articles, ``verdict`` is what the
    evidence says to a yes-or-no question.
    """
    form = _form_faults(draft, offered, verdict)
    if form:
        return form
    cited = [offered[marker] for marker in draft.markers]
    names = {piece.speaker.name for piece in cited if piece.speaker}
    if len(names) > 1 or (names and any(piece.speaker is None for piece in cited)):
        return ("it rests on several speakers at once: write one sentence for each",)
    speaker = cited[0].speaker
    rivals = [s for s in speakers if speaker is None or s.name != speaker.name]
    outside = without_quotations(draft.words)
    found = [*_quotation_faults(draft, cited), *credit_faults(outside, speaker, rivals, [p.quote for p in cited])]
    known = " ".join([*(piece.quote for piece in cited), *_names(speaker)])
    found += _name_faults(draft.words, known, rivals)
    found += number_faults(draft.words, [piece.quote for piece in cited], " ".join(_names(speaker)))
    found += _meaning_faults(draft.words, cited, speaker)
    return tuple(dict.fromkeys(found))


def _form_faults(draft: Draft, offered: Mapping[int, Offered], verdict: str | None) -> tuple[str, ...]:
    if not draft.markers:
        return ("it carries no marker",)
    unknown = [marker for marker in draft.markers if marker not in offered]
    if unknown:
        return (f"there is no statement [{unknown[0]}] in the evidence",)
    if len(draft.words) > LONGEST:
        return ("it is too long",)
    if not content_stems(draft.words):
        return ("it says nothing",)
    if _MARKUP.search(draft.words):
        return ("it holds a link or markup",)
    if draft.verdict is not None and draft.verdict != verdict:
        return ("its yes or no does not agree with the evidence",)
    outside = without_quotations(draft.words)
    if (
        verdict != "yes"
        and "yes" in tokens(outside)
        and all("yes" not in tokens(offered[m].quote) for m in draft.markers)
    ):
        return ("its yes or no does not agree with the evidence",)
    breaks = [m for m in _BREAK.finditer(outside) if not _SHORT.search(outside[: m.start()])]
    if breaks or ";" in outside:
        return ("it is more than one sentence under one marker",)
    return ()


def _names(speaker: Speaker | None) -> tuple[str, ...]:
    return (speaker.name, speaker.role or "", *speaker.aliases) if speaker else ()


def _quotation_faults(draft: Draft, cited: Sequence[Offered]) -> Iterable[str]:
    """Quoted words must be a run of what the cited statement prints in quotation marks."""
    runs, balanced = quoted(draft.words)
    if not balanced:
        yield "a quotation mark has no partner"
    printed = [text for piece in cited for text in _quotable(piece)]
    if not all(any(stands_in(run.of(draft.words), text) for text in printed) for run in runs):
        yield "the words in quotation marks do not stand in quotation marks in the cited sentence, exactly so"


def _quotable(piece: Offered) -> Iterable[str]:
    """What ``piece`` prints in quotation marks, and in a statement only the speaker's own."""
    for span in printed_quotations(piece.article, piece.span):
        if piece.statement is None or any(part.span.overlaps(span) for part in piece.statement.content):
            yield span.of(piece.article.text)


def _name_faults(words: str, known: str, rivals: Sequence[Speaker]) -> Iterable[str]:
    """Every word with a capital must occur in the evidence, and so must every speaker's name however it is written."""
    held = {part for word in tokens(known) for part in (word, word.replace(".", ""), *word.split("-"))}
    stems = {stem(word) for word in held}
    for number, match in enumerate(WORD.finditer(words)):
        if match.group() == match.group().lower():
            continue
        parts = [part for word in tokens(match.group()) for part in word.split("-") if part]
        for part in parts:
            if part in held or part.replace(".", "") in held or part in FUNCTION_WORDS:
                continue
            if number == 0 and (stem(part) in stems or stem(part) in SPEECH_STEMS):
                continue
            yield f"{match.group()} does not occur in the cited sentence"
    said = set(tokens(words))
    for rival in rivals:
        for form in name_forms(rival):
            if set(form) <= said and not set(form) <= held:
                yield f"{rival.name} does not occur in the cited sentence"
                break


def _meaning_faults(words: str, cited: Sequence[Offered], speaker: Speaker | None) -> Iterable[str]:
    """Negations, opposites, doubts, verbs of saying, and how much of the rest the evidence has."""
    told = " ".join(_aligned(words, piece) for piece in cited)
    if _ABSENT.search(without_quotations(words)) and not _ABSENT.search(told):
        yield "it says that something is missing"
    if negations(words) % 2 != negations(told) % 2 or opposed(words, told):
        yield "it turns the meaning of the cited sentence round"
    if _HEDGES.search(told.replace("May ", " ").casefold()) and not _HEDGES.search(words.casefold()):
        yield "it leaves out that the cited sentence is not certain"
    quotes = " ".join(piece.quote for piece in cited)
    own, label = set(content_stems(quotes)), set(content_stems(" ".join(_names(speaker))))
    stems = [s for s in content_stems(without_numbers(words)) if s not in label and not (speaker and s in _NEUTRAL)]
    coloured = [s for s in stems if s in SPEECH_STEMS and s not in own]
    if coloured:
        yield "it describes how something was said by a word that the cited sentence does not use: write said"
    plain = [s for s in stems if s not in coloured]
    missing = [s for s in plain if s not in own]
    # A sentence of the article's own may hold somebody's words that nobody marked: then none may be put in their mouth.
    spoken = speaker is None and any(s in SPEECH_STEMS for s in stems)
    if plain and len(missing) > (0.0 if spoken else (1.0 - LEAST_SUPPORT) * len(plain)):
        yield "too many of its words are not those of the cited sentence"
    if not plain:
        yield "it says nothing that the cited sentence says"
    if any(not set(content_stems(piece.quote)) & set(plain) for piece in cited):
        yield "it cites a statement that it does not use"
    if speaker is None and tokens(words)[0] in _PERSONAL:
        yield "it begins with a pronoun: name who is meant"


def _aligned(words: str, piece: Offered) -> str:
    """The sentences of ``piece`` that ``words`` tell; of a statement, its verb of saying and the content.

    Those share most words with them, or have most of their own words there.
    """
    text, wanted = piece.article.text, set(content_stems(words))
    sentences = [s for s in piece.article.sentences if s.overlaps(piece.span)] or [piece.span]
    stems = [set(content_stems(s.of(text))) for s in sentences]
    shared = [len(wanted & own) for own in stems]
    told = [2 * n > min(max(shared), len(own)) for n, own in zip(shared, stems, strict=True)]
    chosen = [s for s, is_told in zip(sentences, told, strict=True) if is_told] or sentences
    if piece.statement is None:
        return " ".join(s.of(text) for s in chosen)
    cue = piece.statement.cue.text if piece.statement.cue else ""
    parts = [
        Span(max(part.span.start, s.start), min(part.span.end, s.end)).of(text)
        for s in chosen
        for part in piece.statement.content
        if part.span.overlaps(s)
    ]
    return " ".join([cue, *parts]) if parts else " ".join(s.of(text) for s in chosen)


def folded(draft: Draft) -> str:
    """What two drafts share that say the same."""
    return fold(draft.words).strip(" .")
