"""Whom a question asks about: the slot where it names the speaker, and the speakers that the slot may mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from qa.answering.forms import AUX, SPEAKING, SPEECH_NOUN, WORDY, any_of
from qa.answering.naming import Found, Roster, namesake, says_what
from qa.answering.types import Kind, Mention
from qa.answering.wording import FUNCTION_WORDS, content_stems, fold, tokens
from qa.domain import Speaker, SpeakerKind

_NP = r"(?P<np>[^?,;:]{2,70}?)(?<!\sof)(?<!\sthe)(?<!\sand)(?<!\sto)(?<!\sin)(?<!\sfor)(?<!\snot)"
_ON = r"(?=\s+(?:on|about|re|of|regarding|in|to|as|whether|why|how|when|concerning)\b|\W*$)"
_TELLING = r"(?:[’']s? (?:own )?(?:account|telling|reckoning|words?|lights|view|estimates?|admission|figures|count))?"
_HAVE = r"(?:(?:(?:has|had|have)(?: to)?|was|were|also|ever|once|then|later|first|just|even|\w+ly) ){0,4}"
_SLOTS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"\b(?:everything|all|(?:list|show|sum up|summari[sz]e)(?: all)? what)(?: that)? (?!{AUX}\b)"
        rf"(?![^?,;:]*\bwho\b){_NP}\s+{_HAVE}{SPEAKING}\b",
        rf"^\W*{AUX}\s+(?:not )?{_NP}\s+{_HAVE}{SPEAKING}\b",
        rf"\b(?:according to|per|going by|in the (?:view|eyes|words|opinion|judgement|judgment) of) {_NP}"
        r"(?:[’']s? (?:account|telling|reckoning|words?|lights|view|own \w+|\w+))?"
        r"(?=\s*[,?]|\s+(?:what|how|why|who|when)\b|$)",
        rf"\bin {_NP}[’']s? (?:own )?(?:{SPEECH_NOUN}|eyes|book|words|mind|analysis|judge?ment|estimation)\b",
        rf"^\W*(?:was|is) it (?!right|true|correct|fair|the case|accurate){_NP}\s+(?:who|that|which|to)\b",
        rf"^\W*(?:was|is|were) {_NP} the (?:one|person|people|first|source)\b",
        rf"\b(?:right|true|correct|fair|case|accurate) (?:that|to say (?:that )?){_NP}\s+{_HAVE}{SPEAKING}\b",
        r"\b(?:anything|something|word|comments?|reaction|response|quotes?|statements?|remarks?) (?:said )?(?:from|by) "
        rf"{_NP}{_ON}",
        r"\b(?:said|made|given|stated|put|voiced|claimed|suggested|reported|written|called|described|announced) "
        rf"(?:\w+ ){{0,8}}?by {_NP}{_ON}",
        rf"\b{AUX}\s+(?:not )?{_NP}\s+{_HAVE}{SPEAKING}\b",
        rf"\b{AUX}\s+(?:not )?{_NP}\s+{_HAVE}{WORDY}\b",
        rf"\bby (?!\w+ing\b|now\b|then\b|the time\b|which\b|what\b){_NP}{_TELLING}"
        r"(?=\s*[,?]|\s+(?:what|how|why|who|when)\b|$)",
        rf"(?:^(?!\W*(?:what|who|how|which|why)\b)|\b(?:was|is|are|were|what['’]s|what(?!\s+{AUX}\b)|about|with)\s+){_NP}[’']s?\s+"
        r"(?:own |first |final |main |latest )?"
        rf"(?:\w+ ){{0,2}}?{SPEECH_NOUN}\b",
        rf"\b{SPEECH_NOUN} (?:of|from|by) {_NP}(?=\s+(?:on|about|of|to|in|that|regarding)\b|\W*$)",
        rf"^\W*{_NP}\s+(?:on|about|re|regarding|to)\s+\w+",
        rf"^\W*(?:and |what about |how about |and what about ){_NP}\W*$",
        rf"^\W*{_NP}\s+{_HAVE}{SPEAKING}\b",
        rf"^\W*{_NP}\s*[:,–-]\s+(?:what|who|how|why|where|when|which|anything|any)\b",
    )
)
"""Where a question names the speaker it asks about, the surest form first."""
_SUREST = 12
"""The forms up to here have room for nothing but who speaks."""

_FORM = re.compile(
    r"^(?:what|which|how|why|who|whom|whose|when|where|and|so|but|there|that|his|her|their|its|my|your|our|not|it|"
    r"(?:he|she|they|we|you|i)(?=\s)|"
    rf"{AUX})\b",
    re.I,
)
"""Words that begin no name and no description of a speaker."""
_ROLE = re.compile(r"^(?:the|a|an|that|this|one|his|her|their|our|another)\s", re.I)
_HEARD_OF = re.compile(
    r"^(?:the (?:article|story|report|piece|text|page|news)|it|they|we|you|there|this|that|people|"
    r"(?:any|some|no)(?:one|body|thing)(?: else)?|no one(?: else)?|every(?:one|body|thing))$",
    re.I,
)
PRONOUN = re.compile(r"^(?:he|she|they|him|her|them|his|their|hers|theirs|it|its|that person|the same person)$", re.I)


_TOLD_TO = any_of(
    "accused urged warned asked told blamed criticised criticized praised condemned denounced thanked advised"
)
_WHOM = r"(?!(?:it|that|this|there)\b)(?:(?!(?:who|that|which)\b)[\w.’'-]+ ){1,6}?"
_SPOKEN_TO = re.compile(
    rf"\b(?:was|were|is|are)(?:n['’]?t)? {_WHOM}(?:\w+ly )?(?:being )?{_TOLD_TO}\b(?! (?:that|if|whether)\b)|"
    rf"\b(?:has|have|had)(?:n['’]?t)? {_WHOM}(?:\w+ly )?been (?:\w+ly )?{_TOLD_TO}\b",
    re.I,
)
"""Names whom others spoke to or about: "Was Reyes accused of …?"."""


def asked_about(text: str, kind: Kind, roster: Roster) -> Mention | None:
    """The speaker that a stand-alone question asks about, None where it names none (as most "who" questions)."""
    if kind in (Kind.WHO, Kind.LIST) or _SPOKEN_TO.search(text):
        return None
    mention = in_slot(text, roster)
    if mention:
        return mention
    found = roster.find(text)
    first = _subject(text, found)
    role = described(text, roster, _SURELY if first is None else _SURELY_BESIDE_NAME)
    # "How does the Paylark chief see it?" asks about the chief, not about Paylark.
    if role and (first is None or fold(role.words).startswith(fold(text[first.start : first.end]) + " ")):
        return role
    first = first or (found[0] if found else None)
    if first:
        return Mention(text[first.start : first.end], first.speakers, first.weights)
    return None


def in_slot(text: str, roster: Roster) -> Mention | None:
    """The speaker where the form of a question has room for one; None where no form fits.

    A description that nobody bears ("by the falling land") gives way to whoever stands where a speaker must.
    """
    found = roster.find(text)
    nobody: Mention | None = None
    for place, pattern in enumerate(_SLOTS):
        for match in pattern.finditer(text) if nobody is None or place < _SUREST else ():
            mention = _from_slot(match.group("np"), match.start("np"), found, roster)
            if mention and (mention.speakers or not mention.role):
                return mention
            nobody = nobody or mention
    return nobody


_TITLED = r"(?:(?:the|mr|mrs|ms|sen|gov|president|governor|senator)\.? )*"


def _subject(text: str, found: Sequence[Found]) -> Found | None:
    """The named one right after an auxiliary: the subject of the question, whatever its verb."""
    for match in re.finditer(rf"\b(?P<aux>{AUX})\s+{_TITLED}", text, re.I):
        for candidate in found:
            if candidate.start in (match.end(), match.end("aux") + 1):
                return candidate
    return None


_SURELY, _SURELY_BESIDE_NAME = 0.8, 0.7
"""How well a role must fit to be the subject of a question whose verb is any; and one that begins with a name."""


def described(text: str, roster: Roster, surely: float = _SURELY) -> Mention | None:
    """The role right after an auxiliary that somebody has: "Why is the analyst upbeat about theatres?"."""
    for match in re.finditer(
        rf"\b{AUX}\s+(?:the|this|that|his|her|their)\s+(?P<np>(?:[\w’'-]+\s+){{1,4}})", text, re.I
    ):
        words = match.group("np").split()
        for size in range(len(words), 0, -1):
            phrase = " ".join(words[:size])
            speakers, weights = roster.by_role(phrase)
            fits = len(content_stems(phrase)) == size and weights and weights[0] >= surely
            if fits and roster.bears(phrase, speakers[0]):
                return Mention(phrase, speakers, weights, role=True)
    return None


def _from_slot(phrase: str, offset: int, found: Sequence[Found], roster: Roster) -> Mention | None:
    words = re.sub(r"[’']s?$", "", phrase.strip(" \"“”'’"))
    if not words or PRONOUN.match(words) or _FORM.match(words) or _HEARD_OF.match(words):
        return None
    within = [f for f in found if offset <= f.start and f.end <= offset + len(phrase) + 2]
    inside = [kept for f in within if (kept := _called_so(f, phrase, f.start - offset))]
    if within and not inside and phrase.endswith(words) and within[-1].end >= offset + len(phrase):
        return Mention(words)  # a surname that others bear
    if inside and (owner := _owner(phrase, inside[0], offset)):
        return owner
    if _ROLE.match(words) or (inside and _possessed(words, inside[0], offset)):
        return _role(words, inside, roster)
    if inside:
        best = inside[-1] if len(inside) > 1 and not _separate(phrase, inside, offset) else inside[0]
        return Mention(words, best.speakers, best.weights)
    if words.islower() and len(tokens(words)) <= 2:
        fit = roster.loosely(words)
        if fit:
            return Mention(words, *fit)
    if not content_stems(words) or all(w in FUNCTION_WORDS for w in tokens(words)):
        return None
    return _role(words, [], roster) if (words[0].islower() or words.islower()) else _stranger(words, roster)


_GIVEN = re.compile(r"(?:^|\s)(?=[A-Z])(?P<word>[\w’'.-]+)\s$|^(?P<lower>[a-z][\w’'.-]+)\s$")


def _called_so(found: Found, phrase: str, at: int) -> Found | None:
    """``found``, a name at ``at`` of ``phrase``, without those who have not the first name that stands before it."""
    given = _GIVEN.search(phrase[:at])
    first = given and (given["word"] or (phrase[at:].islower() and given["lower"]))
    if not first:
        return found
    kept = _only(found.speakers, found.weights, lambda speaker, _: not namesake(first, speaker))
    return Found(found.start, found.end, *kept) if kept[0] else None


def _only(
    speakers: Sequence[Speaker], weights: Sequence[float], keep: Callable[[Speaker, float], bool]
) -> tuple[tuple[Speaker, ...], tuple[float, ...]]:
    """Those of ``speakers`` who are kept, and how well these fit."""
    kept = [(s, w) for s, w in zip(speakers, weights, strict=True) if keep(s, w)]
    return tuple(s for s, _ in kept), tuple(w for _, w in kept)


def _separate(phrase: str, inside: list[Found], offset: int) -> bool:
    between = phrase[inside[0].end - offset : inside[1].start - offset]
    return bool(re.search(r"\b(?:and|or|about|on|of|to|with)\b", between))


_THEIRS = re.compile(
    rf"[’']s?\s+(?:\w+\s+){{0,2}}?(?:{SPEECH_NOUN}|letter|video|ad|report|group|book|post|e-?mail|memo|speech|column|blog|quip|joke|"
    r"testimony|filing|lawsuit|numbers|figures|data|article|campaign)\b",
    re.I,
)


def _owner(phrase: str, first: Found, offset: int) -> Mention | None:
    """The named one whose letter, group or explanation the phrase begins with; not one of somebody's people."""
    if first.start - offset > 4 or not _THEIRS.match(phrase, first.end - offset):
        return None
    return Mention(phrase[first.start - offset : first.end - offset], first.speakers, first.weights)


def _possessed(words: str, first: Found, offset: int) -> bool:
    """Whether the phrase is somebody of the named one's ("Harry's biographer"), not the named one."""
    return bool(re.search(r"[’']s?\s+[\w\s-]+$", words)) and first.end - offset < len(words) - 3


_OWNED = re.compile(r"[’']s?\s")
_OF_SOMEBODY = re.compile(r"[^\W\d_]\s(?:of|for|from|at|in)(?:\s[\w’'&.-]++){1,5}\s?$", re.I)
"""The end of a description that names whose or where somebody is: "the mayor of Velden"."""


def _role(words: str, inside: list[Found], roster: Roster) -> Mention | None:
    speakers, weights = roster.by_role(words)
    named = [s for f in inside for s in f.speakers]
    tied = bool(_OF_SOMEBODY.search(words))
    if inside and not tied:
        last = inside[-1]
        if fold(words).endswith(fold(last.speakers[0].name).split()[-1]):
            return Mention(words, last.speakers, last.weights)

    def keep(speaker: Speaker, weight: float) -> bool:
        another = speaker not in named or not (tied or _OWNED.search(words))
        return another or (bool(speaker.role or fold(words) in fold(speaker.name)) and weight >= _SURELY)

    kept = _only(speakers, weights, keep)
    if not kept[0] and not content_stems(words):
        return None
    return Mention(words, *kept, role=True)


def _stranger(words: str, roster: Roster) -> Mention | None:
    """A name that no speaker bears; a capitalised phrase may still be a role ("Bartow mayor")."""
    names = re.findall(r"\b[A-Z][\w’'.-]+(?:\s+(?:[a-z]{1,3}\s+)?[A-Z][\w’'.-]+)*", words)
    if not names:
        return None
    speakers, weights = roster.by_role(words)
    if not says_what(words):  # a surname in common makes nobody the bearer of another's name
        speakers, weights = _only(speakers, weights, lambda speaker, _: speaker.kind is not SpeakerKind.PERSON)
    if not speakers and words.rsplit(maxsplit=1)[-1].islower():
        return None  # "Thanksgiving football": a thing
    return Mention(words, speakers, tuple(w * 0.8 for w in weights), role=bool(speakers))
