"""What is asked: the kind of question, the speaker and the topic asked about, a follow-up made stand-alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering import forms
from qa.answering.asked import asked_about, in_slot
from qa.answering.followup import stand_alone
from qa.answering.naming import Roster
from qa.answering.types import Kind, Mention, Understood
from qa.answering.wording import FUNCTION_WORDS, bare, content_stems, fold
from qa.domain import Question, Speaker

_PARTICLES = frozenset("of the de la le von van der den di da bin al and for el du dos".split())
__all__ = ["Kind", "Mention", "Understood", "understand"]


def understand(question: Question, speakers: Sequence[Speaker] | Roster) -> Understood:
    """What ``question`` asks of articles in which ``speakers`` speak (``evidence.speakers_in`` gives them)."""
    roster = speakers if isinstance(speakers, Roster) else Roster(speakers)
    asked = question.text.strip()
    text = forms.NEGATIVE.sub(r"\g<before>\g<aux>", forms.POLITE.sub("", asked) or asked)
    if is_chat(asked, bool(question.history)) or is_chat(text, bool(question.history)):
        return Understood(question, Kind.CHAT, text, "")
    completed = stand_alone(text, question.history, roster)
    kind = kind_of(completed.text, roster)
    if completed.kind is not None and kind in (Kind.FACT, Kind.WHAT):
        kind = completed.kind
    mention = completed.mention or asked_about(completed.text, kind, roster)
    if kind is Kind.IDENTITY and completed.mention is None:
        mention = _introduced(completed.text, roster) or mention
    if kind is Kind.FACT and mention and _is_speaking(completed.text):
        kind = Kind.WHAT
    topic = topic_of(completed.text, mention)
    if kind is Kind.VERIFY and _POINTING.search(topic) and len(content_stems(topic)) < 2:
        # "Did Voss say that?", and nothing before it that "that" could be: what Voss said.
        kind = Kind.WHAT
    return Understood(
        asked=question,
        kind=kind,
        text=completed.text,
        topic=topic,
        mention=mention,
        said=completed.said,
        everything=bool(forms.WHAT_ALL.search(completed.text)),
        wants=wants_of(completed.text),
        followup=completed.followup,
        fresh=topic_of(completed.own, mention),
        further=completed.further,
        others=completed.others,
    )


def is_chat(text: str, going_on: bool = False) -> bool:
    """Whether ``text`` asks the articles nothing: a greeting, thanks, an order, a question about us."""
    if not re.search(r"\w", text):
        return True
    plain = bool(forms.GREETING.match(text) or forms.ORDER.search(text))
    return plain or (not going_on and bool(forms.ABOUT_US.match(text)))


def kind_of(text: str, roster: Roster) -> Kind:
    """The kind of a stand-alone question, by its form and by whether it names a speaker."""
    if forms.WHAT_ALL.search(text):
        return Kind.WHAT
    named = bool(roster.find(text))
    if _whom(text, roster) or _bearer(text, roster):
        return Kind.IDENTITY
    if forms.WHO_OBJECT.search(text):
        return Kind.WHAT
    if forms.LIST.search(forms.ASIDE.sub("", text)):
        return Kind.LIST
    if forms.VERIFY.search(text):
        return Kind.WHAT if forms.ANYTHING.search(text) else Kind.VERIFY
    if forms.WHO.search(text):
        return Kind.WHO
    plain = wants_of(text) in ("number", "time", "place")
    if named and not _is_speaking(text) and (plain or _BE.search(text)) and not _acts(text, roster):
        return Kind.FACT
    slot = None if named or plain else in_slot(text, roster)
    about = named or (slot and (slot.speakers or not slot.role))
    return Kind.WHAT if about or (_is_speaking(text) and not plain) else Kind.FACT


_POINTING = re.compile(r"\b(?:that|this|so|it|those|these)\W*$", re.I)
_WHO_IS_THE = re.compile(
    r"\W*(?:(?:and|so|but)\W+)?who(?:['’]s| is| was) (?P<np>(?:the|their|its) [\w’' -]{3,60}?)\W*", re.I
)
_SURELY = 0.6
"""How well a role must fit for a question after its bearer to be one after a person."""
_BE = re.compile(r"^\W*(?:what|which)\b.{0,40}?\b(?:is|are|was|were)\b", re.I)
_DONE = re.compile(r"(?!jared|alfred|wilfred|manfred|ahmed|moham+ed)\w{2,}(?:ing|ed)")
"""What opens no name in lower case: "who is criticising …?"."""
_DOING = re.compile(r"\b(?:did|does|do|has|had|have)\s+(?:(?:the|mr|mrs|ms|sen|gov|president)\.?\s+)*$", re.I)


def _acts(text: str, roster: Roster) -> bool:
    """Whether somebody named in ``text`` is whom it asks about: after "did", at the very start, or as an owner."""
    return in_slot(text, roster) is not None or any(
        found.start < 2 or _DOING.search(text[: found.start]) or text[found.end :].startswith(("'s", "’s"))
        for found in roster.find(text)
    )


def _is_speaking(text: str) -> bool:
    return bool(re.search(rf"\b(?:{forms.SPEAKING}|{forms.SPEECH_NOUN}|according to)\b", text, re.I))


def _whom(text: str, roster: Roster) -> str | None:
    """The name in a form that asks who somebody is; None where no such form fits."""
    for pattern in forms.IDENTITY:
        match = pattern.search(text)
        whom = re.sub(r"['’]s?$", "", (match.group("np") or "").strip(" ,")) if match else ""
        if whom and _nameish(whom, roster):
            return whom
    return None


def _bearer(text: str, roster: Roster) -> Mention | None:
    """Who has the role in "Who is the ambassador?"; None where nobody who speaks surely has."""
    match = _WHO_IS_THE.fullmatch(text)
    if match is None:
        return None
    speakers, weights = roster.by_role(match.group("np"))
    if not weights or weights[0] < _SURELY or (len(weights) > 1 and weights[1] == weights[0]):
        return None
    return Mention(match.group("np"), speakers[:1], weights[:1])


def _introduced(text: str, roster: Roster) -> Mention | None:
    """Whom a question wants introduced: the speaker of that name, or whoever bears it in the articles."""
    if bearer := _bearer(text, roster):
        return bearer
    whom = _whom(text, roster)
    if whom is None:
        return None
    fit = roster.loosely(whom) if whom.islower() else None
    found = roster.find(whom)
    if found and len(found[0].speakers) and found[0].weights[0] >= 0.5:
        return Mention(whom, found[0].speakers, found[0].weights)
    return Mention(whom, *fit) if fit else Mention(whom)


def _nameish(words: str, roster: Roster) -> bool:
    """Whether ``words`` look like somebody's name: capitals throughout, or a known or plain lower-case name."""
    parts = [w for w in re.sub(r"^(?:the|a|an|this|that)\s+", "", words, flags=re.I).split() if w.strip(".,’'-")]
    if not parts or len(parts) > 6 or bare(fold(parts[0])) in FUNCTION_WORDS:
        return False
    if words.islower():
        plain = all(bare(fold(w)) not in FUNCTION_WORDS for w in parts) and not _DONE.fullmatch(parts[0])
        plain = plain and not re.search(rf"\b(?:{forms.SPEECH_NOUN}|{forms.SEVERAL_QUOTED})\b", words)
        return plain and len(parts) <= 4 and (len(parts) in (2, 3) or bool(roster.loosely(words)))
    proper = [w for w in parts if w[0].isupper()]
    return len(proper) >= 1 and all(w[0].isupper() or w in _PARTICLES for w in parts)


def topic_of(text: str, mention: Mention | None) -> str:
    """The telling words of ``text`` without the question's form and the one it asks about."""
    if mention and mention.words:
        text = re.sub(re.escape(mention.words), " ", text, count=1, flags=re.IGNORECASE)
    return " ".join(text.split())


def wants_of(text: str) -> str | None:
    """The type of answer that the form of a question tells, None where it tells none."""
    return next((name for name, pattern in forms.WANTS if pattern.search(text)), None)
