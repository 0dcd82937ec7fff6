"""Follow-ups made stand-alone: pronouns, "what else", "and X?", "why?" completed from what went before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.asked import asked_about
from qa.answering.naming import Roster
from qa.answering.types import Kind, Mention
from qa.answering.wording import content_stems
from qa.domain import SpeakerKind, Turn

_PERSONAL = re.compile(
    r"\b(?:he|she|him|her|his|hers|they|them|their|theirs|it|its|that (?:person|paper|group|company|outlet))\b", re.I
)
_OPENING = re.compile(
    r"^\W*(?:and|but|so|what about|how about|what else|anything else|who else|why|how so|when|where|else|also|then)\b",
    re.I,
)
_POINTING = re.compile(r"\b(?:that|this|those|these|there|one|ones|same|else|other)\b", re.I)
_ELSE = re.compile(r"\b(?:else|other|others|besides|more|add|also|another)\b", re.I)
_SWAP = re.compile(r"^\W*(?:and|what about|how about|and what about|and how about)\s+(?P<np>[^?]{2,60}?)\W*$", re.I)
_BARE = 3
"""A follow-up with fewer telling words than this leans on the topic of the question before."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A question that stands alone; ``mention`` and ``kind`` are carried over where it has none of its own."""

    text: str
    followup: bool = False
    mention: Mention | None = None
    said: tuple[str, ...] = ()
    kind: Kind | None = None


def stand_alone(text: str, history: Sequence[Turn], roster: Roster) -> Completed:
    """``text`` completed from ``history``; as it is where it already stands alone."""
    if not history or not leans(text, roster):
        return Completed(text)
    last = history[-1]
    swap = _SWAP.match(text)
    said = tuple(turn.answer for turn in history) if _ELSE.search(text) else (last.answer,)
    if swap and (roster.find(swap.group("np")) or swap.group("np").istitle()):
        return _swapped(swap.group("np"), last, roster, said)
    mention = None
    if _PERSONAL.search(text) or not roster.find(text):
        mention = _spoken_of(text, history, roster)
    telling = content_stems(_OPENING.sub(" ", text))
    whole = _replaced(text, mention)
    if len(telling) < _BARE:
        whole = f"{whole} {last.question}"
    return Completed(whole, True, mention, said)


def leans(text: str, roster: Roster) -> bool:
    """Whether a question leans on what went before."""
    if _OPENING.search(text) or _PERSONAL.search(text):
        return True
    return not roster.find(text) or (bool(_POINTING.search(text)) and len(content_stems(text)) < 2 * _BARE)


def _swapped(words: str, last: Turn, roster: Roster, said: tuple[str, ...]) -> Completed:
    """ "And X?": the question before, asked of X."""
    found = roster.find(words)
    named = Mention(words, found[0].speakers, found[0].weights) if found else None
    mention = named or Mention(words, *roster.by_role(words), role=True)
    before = asked_about(last.question, Kind.WHAT, roster)
    if before and before.words in last.question:
        return Completed(last.question.replace(before.words, words, 1), True, mention, said, Kind.WHAT)
    return Completed(f"{words} {last.question}", True, mention, said, Kind.WHAT)


def _spoken_of(text: str, history: Sequence[Turn], roster: Roster) -> Mention | None:
    """Whom the pronouns of ``text`` mean: the one last asked about, else the one the last answer names first."""
    person = bool(re.search(r"\b(?:he|she|him|her|his|hers)\b", text, re.I))
    for turn in reversed(history):
        who = re.match(r"^\W*(?:who|which|whose|whom|by whom)\b", turn.question, re.I)
        asked = None if who else asked_about(turn.question, Kind.WHAT, roster)
        named = _named_in(turn.answer, roster)
        order = [*named, asked] if who else [asked, *named]
        if who and not named:
            order += _named_in(turn.question, roster)
        for mention in order:
            if mention and (not person or not mention.speakers or _may_be_person(mention)):
                return mention
    return None


def _named_in(text: str, roster: Roster) -> list[Mention]:
    return [Mention(text[f.start : f.end], f.speakers, f.weights) for f in roster.find(text)]


def _may_be_person(mention: Mention) -> bool:
    return mention.speakers[0].kind in (SpeakerKind.PERSON, SpeakerKind.ROLE)


def _replaced(text: str, mention: Mention | None) -> str:
    """``text`` with its first personal pronoun replaced by the name it stands for."""
    if not mention:
        return text
    name = mention.speakers[0].name if mention.speakers else mention.words

    def put(match: re.Match[str]) -> str:
        return f"{name}'s" if match.group().lower() in ("his", "its", "their") else name

    changed = _PERSONAL.sub(put, text, count=1)
    return changed if changed != text or name in text else f"{name}: {text}"
