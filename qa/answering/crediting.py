"""Whom a sentence credits: the one it begins with, or the one after "said" or "according to" at its end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qa.answering.forms import SPEAKING
from qa.answering.naming import TITLES, name_tokens
from qa.answering.wording import FUNCTION_WORDS, WORD, bare, fold, tokens
from qa.domain import Speaker, SpeakerKind

_ENDS_IN_SAYING = re.compile(
    rf"(?:\baccording to|\bin the (?:words|view|opinion) of|\b{SPEAKING})\s*(?:the|a|an)?\s*$", re.I
)
_SPOKEN_TO = re.compile(rf"(?:\b(?:told|tells|tell)|[^\s,:;–—-]\s{{1,2}}{SPEAKING})(?:\s+(?:the|a|an))?\s*$", re.I)
"""Ends what stands before a name in "the farmer told …" or "the farmers warned …"; a quotation leaves more blanks."""
_JOINED = re.compile(
    r"\S\s+(?:and|or|nor|&|with|for|of|to|by|from|about|against|alongside|like|than)(?:\s+(?:the|a|an))?\s*$", re.I
)
_SAYING = re.compile(rf"\b(?:according to|{SPEAKING})\b", re.I)
_PASSIVE = re.compile(
    r"^\W*(?:[^\W\d_]+ ){0,2}?(?:was|were|is|are|been|being|be|got|gets)\s+(?:\w+ly\s+)?(?!(?:quoted|cited|reported)\b)"
    rf"{SPEAKING}\b",
    re.I,
)
_OTHERS = re.compile(r"^(?:['’]s?\b|\s*(?:,|and|or|&|/)\s+(?:and\s+)?(?=[A-Z]))")
_APPOSITION = re.compile(r"^\s*(?:\([^()]*\)|,[^,]{1,120},)")


def name_forms(speaker: Speaker) -> tuple[tuple[str, ...], ...]:
    """The folded words of each name that ``speaker`` goes by, and a person's surname."""
    forms = [tuple(tokens(name)) for name in (speaker.name, *speaker.aliases)]
    telling = name_tokens(speaker.name)
    if speaker.kind is SpeakerKind.PERSON and len(telling) > 1:
        forms.append((telling[-1],))
    return tuple(dict.fromkeys(form for form in forms if not set(form) <= FUNCTION_WORDS))


def credit_faults(
    outside: str, speaker: Speaker | None, rivals: Sequence[Speaker], texts: Sequence[str]
) -> Iterable[str]:
    """Why ``outside``, a sentence with its quotations blanked, does not credit ``speaker`` and nobody else.

    ``rivals`` are the other speakers of the articles, ``texts`` what the sentence cites.
    """
    shared = {form for rival in rivals for form in name_forms(rival)}
    own = [f for f in name_forms(speaker) if f not in shared or f == tuple(tokens(speaker.name))] if speaker else []
    place = _first(outside, own)
    if place and speaker and (stranger := _another_given_name(outside, place, speaker)):
        yield f"it credits {stranger}, not {speaker.name}"
    # A name may hold another ("a person close to Reed"): what is left without it tells who else is credited.
    rest = outside if place is None else f"{outside[: place[0]]}{outside[place[1] :]}"
    said = _said_by(rest, rivals, texts)
    if said:
        yield f"it credits {said.name}, whose statement this is not"
    if speaker is None:
        return
    if place is None:
        yield f"it does not name {speaker.name}, who said this"
        return
    before, after = outside[: place[0]], outside[place[1] :]
    if not _leads_to(before, speaker, rivals):
        yield f"it does not credit {speaker.name} at its beginning"
    if _OTHERS.match(after):
        yield f"it does not credit {speaker.name} alone"
    action = _APPOSITION.sub("", after, count=1)
    if _PASSIVE.match(action) and not any(_has_passive(text, place, outside) for text in texts):
        yield f"it makes {speaker.name} the one spoken to"


_AND = re.compile(r"\band\s+$", re.I)
"""With words of the role behind it, and no article, one person in two roles: "journalist and author Ada Moss"."""
_LAST_WORD = re.compile(r"\w\S*\s*$")
_WORD_BEFORE = re.compile(r"([^\W\d_][\w’'-]+)\s+$")


def _another_given_name(outside: str, place: tuple[int, int], speaker: Speaker) -> str | None:
    """The name at ``place`` with the given name before it, where that is none of the names of ``speaker``."""
    found, name = _WORD_BEFORE.search(outside[: place[0]]), outside[slice(*place)]
    if found is None or " " in name or speaker.kind is not SpeakerKind.PERSON or not found[1][0].isupper():
        return None
    word = bare(fold(found[1]))
    known = TITLES | FUNCTION_WORDS | set(tokens(f"{speaker.role or ''} {speaker.name} {' '.join(speaker.aliases)}"))
    return None if word in known or re.fullmatch(SPEAKING, word) else f"{found[1]} {name}"


def _leads_to(before: str, speaker: Speaker, rivals: Sequence[Speaker]) -> bool:
    """Whether nobody else speaks or is named as a speaker in what stands before the speaker's name.

    Nor may that leave the speaker spoken to ("the farmer told …") or beside another ("a spokesman for …").
    """
    role = set(tokens(speaker.role or "")) | TITLES
    nearest, joining = before, FUNCTION_WORDS - set(tokens(speaker.role or ""))
    while (word := _LAST_WORD.search(nearest)) and set(tokens(word[0])) <= role - joining:
        nearest = nearest[: word.start()]
    twofold = _AND.search(nearest) and re.match(r"(?!(?:the|a|an)\b)\w", before[len(nearest) :], re.I)
    joined = _JOINED.search(nearest) and not _ENDS_IN_SAYING.search(nearest) and not twofold
    if joined or _SPOKEN_TO.search(nearest):
        return False
    rest = _ENDS_IN_SAYING.sub("", before)
    plain = " ".join(w for w in re.findall(r"\S+", rest) if not set(tokens(w)) <= role)
    if _SAYING.search(plain):
        return False
    return not any(_first(rest, name_forms(rival)) for rival in rivals)


def _first(text: str, forms: Iterable[Sequence[str]]) -> tuple[int, int] | None:
    """Where the first, then longest, of ``forms`` stands in ``text``: the places of its first and last character."""
    words = [(bare(fold(m.group())), m.start(), m.start() + len(bare(fold(m.group())))) for m in WORD.finditer(text)]
    best: tuple[int, int] | None = None
    for form in forms:
        for at in range(len(words) - len(form) + 1):
            if all(words[at + i][0] == part for i, part in enumerate(form)):
                spot = (words[at][1], words[at + len(form) - 1][2])
                if best is None or (spot[0], -spot[1]) < (best[0], -best[1]):
                    best = spot
                break
    return _with_first_names(text, best, forms) if best else None


def _with_first_names(text: str, spot: tuple[int, int], forms: Iterable[Sequence[str]]) -> tuple[int, int]:
    """``spot`` widened to the left over further words of the same name ("Mr. Moss", "Ada B. Moss")."""
    own = {part for form in forms for part in form} | TITLES
    start = spot[0]
    for match in reversed(list(WORD.finditer(text[: spot[0]]))):
        gap = text[match.end() : start]
        if gap.strip(" .") or bare(fold(match.group())) not in own or not match.group()[0].isupper():
            break
        start = match.start()
    return start, spot[1]


def _said_by(outside: str, rivals: Sequence[Speaker], texts: Sequence[str]) -> Speaker | None:
    """The rival that ``outside`` lets speak ("Reed said", "said Reed") where no cited text does."""
    read = fold(outside)
    for rival in rivals:
        for form in name_forms(rival):
            if not all(part in read for part in form):
                continue  # compiling the pattern for everybody who speaks in the articles takes a fifth of a second
            name = r"\W+".join(map(re.escape, form))
            speaks = re.compile(
                rf"\b{name}\b(?:\s*\([^()]*\)|\s*,[^,]{{1,80}},)?\s+(?:\w+ly\s+|(?:also|has|had)\s+)*{SPEAKING}\b"
                rf"|\b(?:according to|{SPEAKING} by|said|says|told by)\s+(?:\w+\.?\s+){{0,3}}?{name}\b"
                r"(?=\s*(?:[,.;:(]|$|\b(?:on|in|at|of|who|after|during)\b))"
            )
            if speaks.search(read) and not any(speaks.search(fold(text)) for text in texts):
                return rival
    return None


def _has_passive(text: str, place: tuple[int, int], outside: str) -> bool:
    """Whether the cited text itself has the passive that follows the speaker's name."""
    match = _PASSIVE.match(_APPOSITION.sub("", outside[place[1] :], count=1))
    return bool(match) and fold(match.group()).strip() in fold(text) if match else False
