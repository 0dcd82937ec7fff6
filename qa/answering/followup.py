"""Follow-ups made stand-alone: pronouns, "what else", "and X?", "why?" completed from what went before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.asked import asked_about, described, in_slot
from qa.answering.forms import AUX, SOMEBODY, SPEAKING, SPEECH_NOUN, VERIFY, any_of
from qa.answering.naming import Roster
from qa.answering.types import Kind, Mention
from qa.answering.wording import SPEECH_STEMS, content_stems
from qa.domain import SpeakerKind, Turn

_PERSONAL = re.compile(
    r"\b(?:he|she|him|her|his|hers|they|them|their|theirs|it|its|that (?:person|paper|group|company|outlet))\b", re.I
)
_HUMAN = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.I)
_SUBJECT = re.compile(
    rf"\b{AUX}\s+(?P<pronoun>he|she|they|it)\b|"
    rf"^\W*(?:and |but |so )?(?P<first>he|she|they|it)\s+(?:{SPEAKING}|{AUX})\b|"
    rf"\b(?P<owner>his|her|their|its)\s+(?:own |first |main )?{SPEECH_NOUN}\b|"
    r"\b(?:according to|by|from) (?:him|her|them|it)\b",
    re.I,
)
"""Where a pronoun stands for whoever speaks."""
_OPENING = re.compile(
    r"^\W*(?:and|but|so|what about|how about|what else|anything else|who else|why|how so|when|where|else|also|then)\b",
    re.I,
)
_POINTING = re.compile(r"\b(?:that|this|those|these|there|one|ones|same|else|other)\b", re.I)
_ELSE = re.compile(r"\b(?:else|other|others|besides|more|add|also|another)\b", re.I)
_ELSE_CLAIMED = re.compile(r"\b(?:else|besides|(?:any|some)thing more)\b", re.I)
"""The same of a claim, in which "more than nine weeks" and "other bridges" are what is claimed."""
_SAID = rf"{AUX}(?: [\w.’'-]+){{1,3}}? (?:say|said|add|added|mention|tell(?: us)?|have to say)"
_ANYTHING_ELSE = re.compile(
    rf"\W*(?:(?:and|so|but|ok|okay)\W+)*(?:{_SAID} )?(?:what|anything|something)(?: more| else)?"
    rf"(?: {_SAID}| from(?: [\w.’'-]+){{1,3}})?(?: (?:else|more|further|besides|then|in the article))*\W*",
    re.I,
)
"""Asks for whatever else there is: "and what else did he say?", "anything more?"; it counts where ``_ELSE`` does."""
_SWAP = re.compile(
    rf"^\W*(?:and|what about|how about|and what about|and how about)\s+"
    rf"(?!(?:what|which|who|whom|whose|how|why|when|where|{AUX})\b)(?P<np>[^?]{{2,60}}?)\W*$",
    re.I,
)
_SOMEBODY = re.compile(rf"^the (?:[\w’'-]+ )?{SOMEBODY}$", re.I)
"""Somebody who may not speak here at all: no topic, and nobody else."""
_WHO_IS = re.compile(
    r"\W*(?:(?:and|so|but)\W+)?who(?:['’]s| is| was) (?:he|she|they|that)(?: again| exactly)?\W*", re.I
)
_WHO_IS_NAMED = re.compile(r"\W*(?:and|so|but)\W+(?P<whole>who(?:['’]s| is| was) (?P<np>[^?]{2,60}?))\W*", re.I)
_BORNE = 0.6
"""How well a role must fit for "and the attaché?" to ask the same of its bearer."""
_OTHERS = re.compile(
    r"^\W*(?:and |but |so )?(?:who|which|(?:did|does) any(?:one|body))\b(?: \w+)? (?:else|disagree[sd]?|agree[sd]?"
    r"|object(?:s|ed)?|contradict(?:s|ed)?|den(?:y|ies|ied)|disput(?:e|es|ed)|criticis(?:e|es|ed)|criticiz(?:e|es|ed)"
    r"|oppos(?:e|es|ed)|back(?:s|ed)?|repl(?:y|ies|ied)|respond(?:s|ed)?)\b",
    re.I,
)
"""Asks for somebody other than whoever spoke last."""
_ANYONE = re.compile(r"\b(?:did|does) any(?:one|body)\b", re.I)
"""Asks who, where it asks for somebody other."""
_ANSWERED = any_of("reply replies replied answer/s/ed respond/s/ed response reaction react/s/ed comeback counter/s/ed")
_REPLY = re.compile(
    rf"^\W*(?:(?:and|but|so) )?(?:what|how) {AUX} (?P<np>[^?]{{2,50}}?) "
    rf"(?:{_ANSWERED}\b(?! of)|(?:take|see|greet|meet|receive)\b (?:that|this|it)\b)|"
    rf"^\W*(?:(?:and|but|so) )?(?:what (?:was|is) )?(?P<owner>[^?]{{2,50}}?)[’']s? {_ANSWERED}\W*$|"
    rf"^\W*(?:(?:and|but|so) )?(?:what (?:was|is) )?(?P<whose>his|her|their|its) {_ANSWERED}\W*$",
    re.I,
)
"""Asks how somebody answered whoever spoke last: a pronoun here stands for the other of the two."""
_TOLD_BY = re.compile(
    r"^\W*(?:(?:and|but|so) )?(?:who|which (?:journalist|reporter|correspondent|(?:news)?paper|outlet|agency|channel|"
    r"magazine|site))\b(?!['’]s?\b| (?:is|was|did|does|do)\b)",
    re.I,
)
"""Asks who told it: nobody who was spoken of is asked about."""
_WAS_IT = re.compile(r"^\W*(?:so )?(?:was|is) (?:it|that|this)\b", re.I)
"""Asks whether it was somebody: after a no, whoever it was is spoken of."""
_WHO = re.compile(r"^\W*(?:(?:and|but|so) )?who(?:se|m)?\b", re.I)
_ALONE = 2
"""A question without a name and with fewer telling words than this cannot stand alone."""
_BARE = 3
"""A follow-up with fewer telling words than this leans on the topic of the question before, unless it says whom it is
about and what it wants to know of them ("How severe would he rate it?")."""


@dataclass(frozen=True, slots=True)
class Completed:
    """A question that stands alone; ``mention`` and ``kind`` are carried over where it has none of its own.

    ``own`` is what the follow-up itself says, without what it was completed by; ``further`` asks for what was not said,
    ``others`` for what others said.
    """

    text: str
    followup: bool = False
    mention: Mention | None = None
    said: tuple[str, ...] = ()
    kind: Kind | None = None
    own: str = ""
    further: bool = False
    others: bool = False


def stand_alone(text: str, history: Sequence[Turn], roster: Roster) -> Completed:
    """``text`` completed from ``history``; as it is where it already stands alone."""
    if not history or not leans(text, roster):
        return Completed(text)
    last = history[-1]
    swap = _SWAP.match(text)
    others = bool(_OTHERS.search(text))
    text = _ANYONE.sub("who", text) if others else text
    further = others or bool((_ELSE_CLAIMED if VERIFY.search(text) else _ELSE).search(text))
    said = tuple(turn.answer for turn in history) if further else (last.answer,)
    if _WHO_IS.fullmatch(text) and (meant := _spoken_of(text, history, roster)):
        name = meant.speakers[0].name if meant.speakers else meant.words
        return Completed(f"Who is {name}?", True, meant, (), Kind.IDENTITY, own=text)
    if (named := _WHO_IS_NAMED.fullmatch(text)) and (roster.find(named["np"]) or _is_role(named["np"], roster)):
        return Completed(f"{named['whole']}?")
    if swap and (roster.find(swap["np"]) or _is_role(swap["np"], roster) or _SOMEBODY.search(swap["np"])):
        return _swapped(swap["np"], last, roster, said)
    named_alone = _WAS_IT.match(text) and roster.find(text) and not re.search(r"\bwho\b", text, re.I)
    if named_alone and _WHO.match(last.question):
        whole = f"{text.rstrip(' ?')} {_WHO.sub('who', last.question)}"
        return Completed(whole, True, in_slot(whole, roster), said, own=text)
    if reply := _REPLY.search(text):
        return _replied(reply["np"] or reply["owner"] or reply["whose"], text, history, roster, said)
    pronoun, mention = _SUBJECT.search(text), in_slot(text, roster) or described(text, roster)
    # "What has the regulator demanded from them?": who speaks is said, and "they" are others.
    beside = pronoun is not None and re.match(r"(?:by|from)\b", pronoun.group(), re.I) is not None
    speaking = pronoun is not None and not (beside and mention)
    mention = None if speaking else mention
    if swap and mention and not mention.speakers:
        mention = None  # "and the bridge?": another topic
    whole, here = text, mention is not None and not _PERSONAL.search(text)
    told_by = _TOLD_BY.search(text)
    if mention is None and (_PERSONAL.search(text) or not (told_by or roster.find(text))):
        mention = _spoken_of(text, history, roster)
        if mention:
            mention, whole = _replaced(text, mention)
    own = whole
    telling = content_stems(_OPENING.sub(" ", text))
    wanted = set(telling) - SPEECH_STEMS - set(content_stems(mention.words if mention else ""))
    whole_form = mention and (here or speaking) and wanted
    if mention and further and _ANYTHING_ELSE.fullmatch(text):
        # Of anything else, what was asked before is the one thing that is not wanted.
        whole = own = f"What else did {mention.words} say?"
    elif len(telling) < _BARE and not whole_form:
        # What is asked before need not make a question "who" of this one.
        before = last.question if _WHO.match(text) else _WHO.sub("", last.question).strip()
        whole = f"{whole} {before}"
    kind = Kind.WHO if told_by and mention is None else None
    return Completed(whole, True, mention, said, kind, own=own, further=further, others=others)


def _is_role(words: str, roster: Roster) -> bool:
    """Whether ``words`` describe somebody who speaks ("the attaché")."""
    _, weights = roster.by_role(words)
    return bool(weights) and weights[0] >= _BORNE


def leans(text: str, roster: Roster) -> bool:
    """Whether a question leans on what went before: it points back, or is too short to stand alone."""
    if _OPENING.search(text) or _PERSONAL.search(text):
        return True
    telling = len(content_stems(_ANYONE.sub("who", text)))
    return (not roster.find(text) and telling < _ALONE) or (bool(_POINTING.search(text)) and telling < 2 * _BARE)


def _swapped(words: str, last: Turn, roster: Roster, said: tuple[str, ...]) -> Completed:
    """ "And X?": the question before, asked of X; after a claim, what X said."""
    found = roster.find(words)
    named = Mention(words, found[0].speakers, found[0].weights) if found else None
    mention = named or Mention(words, *roster.by_role(words), role=not words.istitle())
    if mention.speakers and VERIFY.search(last.question):
        # After "Did Voss say …?" whatever X said is wanted, not whether X said the same.
        return Completed(f"What did {words} say?", True, mention, said, Kind.WHAT)
    before = asked_about(last.question, Kind.WHAT, roster)
    if before and before.words in last.question:
        return Completed(last.question.replace(before.words, words, 1), True, mention, said, Kind.WHAT)
    return Completed(f"{words} {last.question}", True, mention, said, Kind.WHAT)


def _replied(words: str, text: str, history: Sequence[Turn], roster: Roster, said: tuple[str, ...]) -> Completed:
    """ "What did he reply?": what the other one answered to what was said last."""
    last = history[-1]
    mention = None if _PERSONAL.fullmatch(words) else in_slot(f"What did {words} say?", roster)
    if mention is None or not mention.speakers:
        # A club that spoke is not whom "he" means, and yet it spoke.
        spoke, person = _spoken_of("", history, roster), bool(_HUMAN.search(text))
        names = {s.name for s in spoke.speakers[:1]} if spoke else set()
        there = [*_named_in(last.question, roster), *_named_in(last.answer, roster)]
        others = (m for m in there if m.speakers[0].name not in names and (not person or _may_be_person(m)))
        mention = next(others, mention)
    whole = f"What did {mention.words if mention else words} reply to that? {last.question} {last.answer[:200]}"
    return Completed(whole, True, mention, said, Kind.WHAT, own=text, others=mention is None)


def _spoken_of(text: str, history: Sequence[Turn], roster: Roster) -> Mention | None:
    """Whom the pronouns of ``text`` mean: the one last asked about, else the one the last answer names first."""
    person = bool(_HUMAN.search(text))
    for turn in reversed(history):
        who = bool(re.match(r"^\W*(?:who|which|whose|whom|by whom)\b", turn.question, re.I))
        who = who or (bool(_WAS_IT.match(turn.question)) and turn.answer.startswith("No. "))
        asked = None if who else asked_about(turn.question, Kind.WHAT, roster)
        order = [*_named_in(turn.answer, roster), asked] if who else [asked, *_named_in(turn.answer, roster)]
        if person or len(order) == 1:
            order += _named_in(turn.question, roster)
        for mention in order:
            if mention and (not person or _may_be_person(mention)):
                return mention
    return None


def _named_in(text: str, roster: Roster) -> list[Mention]:
    return [Mention(text[f.start : f.end], f.speakers, f.weights) for f in roster.find(text)]


def _may_be_person(mention: Mention) -> bool:
    """Whether "he" or "she" may mean ``mention``: somebody of somebody's ("X's team") is rather several people."""
    if not mention.speakers:
        return not (mention.role and re.search(r"[’']s?\s", mention.words))
    return mention.speakers[0].kind in (SpeakerKind.PERSON, SpeakerKind.ROLE)


def _replaced(text: str, mention: Mention) -> tuple[Mention, str]:
    """``text`` with its first pronoun for whoever speaks replaced by the name that it stands for, and that mention."""
    name = mention.speakers[0].name if mention.speakers else mention.words
    speaking = _SUBJECT.search(text)
    places = [speaking.span(g) for g in ("pronoun", "first", "owner") if speaking[g]] if speaking else []
    place = places[0] if places else next((m.span() for m in _HUMAN.finditer(text)), None)
    if place:
        owning = text[slice(*place)].lower() in ("his", "its", "their", "hers") or (
            text[slice(*place)].lower() == "her" and bool(re.match(r"\s+\w", text[place[1] :]))
        )
        text = f"{text[: place[0]]}{name}{chr(39) + 's' if owning else ''}{text[place[1] :]}"
    elif name not in text:
        text = f"{name}: {text}"
    return Mention(name, mention.speakers, mention.weights, mention.role), text
