"""Who somebody is: the role as the article words it, and the sentence where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.forms import SPEAKING, any_of
from qa.answering.naming import described_by, likened, name_tokens
from qa.answering.nations import country
from qa.answering.types import Evidence, Mention
from qa.answering.wording import FUNCTION_WORDS, Rarity, content_stems, fold, tokens
from qa.domain import Article, Span, Speaker


@dataclass(frozen=True, slots=True)
class Introduction:
    """Where an article says who somebody is: the sentence, and the words that say it (None: the whole of it)."""

    article_id: str
    sentence: Span
    name: str
    role: str | None
    strength: float


_ROLE_WORD = any_of(
    """president director chairman chairwoman chair chief head spokesman spokeswoman spokesperson professor secretary
    minister senator sen rep representative congressman congresswoman governor gov mayor judge attorney lawyer analyst
    economist editor reporter journalist columnist author writer founder co-founder ceo cfo coo executive manager
    officer official leader member owner coach captain player actor actress singer artist scientist researcher expert
    historian teacher student doctor physician nurse aunt uncle brother sister mother father son daughter wife husband
    ambassador commissioner general admiral colonel sheriff adviser advisor aide strategist candidate nominee
    consultant coordinator activist advocate producer host correspondent critic engineer fellow partner deputy vice
    former retired delegate pollster lobbyist neurosurgeon billionaire businessman businesswoman pastor rabbi imam
    priest bishop cleric king queen prince princess duke duchess trainer fan resident neighbour neighbor friend driver
    farmer worker organiser organizer regulator agency organisation organization group company firm union council
    councilman councilwoman councillor lieutenant sergeant detective inspector superintendent principal dean chancellor
    curator archaeologist biologist psychologist psychiatrist astronaut meteorologist forecaster attaché envoy chef
    designer developer investor magnate owner painter photographer poet novelist biographer reviewer"""
)
_WORD = r"(?:[A-Z0-9][\w’'.&/-]*|[a-z][\w’'/-]*)"
_STOP = FUNCTION_WORDS | frozenset("said says told adds added according including fellow alongside".split())
_LINKING = frozenset("of in and for from".split())

GOES_ON = re.compile(
    r"(?:of|from|at|is|was|has|serves|served|works|worked|chairs|chaired|heads|headed|leads|led|runs|ran|directs"
    r"|directed|founded|co-founded|teaches|taught|owns|edits) "
)
"""How a role begins that follows the name as it stands: "chairs the harbour board"."""
_ANOTHER = re.compile(
    rf"(?:[A-Z]\w+ )?(?i:{_ROLE_WORD}|gov|sen|gen|mr|ms|mrs|dr|prof)\.? (?:[A-Z][\w’'.-]* )*(?!(?i:{_ROLE_WORD})\b)"
    r"[A-Z][\w’'-]*(?=,| and\b|$)"
)
"""The next of several people: "Interior Minister Ada Reed and …"."""
_ARTICLES = frozenset(("the", "a", "an", "his", "her", "their", "its"))
_SURE = 2.0
"""The strength from which a second introduction is worth giving."""


_IS_IT = re.compile(
    r"^\W*(?:and |so )?(?:is|was) (?![^?]*\bwho\b)(?:[\w.’'-]+ ){1,4}?"
    r"(?P<what>(?:the|an?|[\w]+[’']s?|[A-Z]\w+) (?:[\w’'-]+ ){0,5}?"
    rf"{_ROLE_WORD}(?: of [\w’' -]{{2,40}})?)\W*$",
    re.I,
)


def role_asked(question: str) -> str | None:
    """The role in "Is Jalali the ambassador?"; None for another form, as "Was it Jalali who met the ambassador?"."""
    match = _IS_IT.match(question)
    return match["what"] if match else None


def bears(role: str, found: Sequence[Introduction]) -> bool | None:
    """Whether the introductions of somebody bear out that they have ``role``; None where it cannot be told."""
    roles = [i.role for i in found if i.role]
    if not roles:
        return None
    asked = set(content_stems(" ".join(map(country, tokens(role)))))
    theirs = likened(described_by(Speaker(found[0].name, "; ".join(roles))))
    share = len(asked & theirs) / len(asked) if asked else 0.5
    return True if share == 1.0 else False if share <= 0.5 else None


def introduce(mention: Mention | None, topic: str, evidence: Evidence, most: int = 2) -> list[Introduction]:
    """The best introductions of whoever ``mention`` names, surest first; the second only where it is sure too."""
    if mention is None:
        return []
    speaker = mention.meant(0.5)
    name = speaker.name if speaker else mention.words
    found: list[Introduction] = []
    for article in evidence.articles.values():
        found += _introductions(name, speaker, topic, article)
    found.sort(key=lambda i: -i.strength)
    kept = found[:1]
    for other in found[1:]:
        if len(kept) == most or other.role is None or other.strength < _SURE:
            break
        known = set(content_stems(" ".join(i.role or "" for i in kept)))
        if len(set(content_stems(other.role)) - known) > 1:
            kept.append(other)
    return kept


def _introductions(name: str, speaker: Speaker | None, topic: str, article: Article) -> list[Introduction]:
    words = [w for w in name_tokens(name) if w not in FUNCTION_WORDS]
    if not words:
        return []
    described = speaker is None and tokens(name)[0] in _ARTICLES
    rarity = Rarity.of(content_stems(s.of(article.text)) for s in article.sentences)
    asked = rarity.wanted(content_stems(topic))
    role_line = " ".join((speaker.role or "").split()).casefold() if speaker else ""
    found = []
    for number, span in enumerate(article.sentences):
        line = " ".join(span.of(article.text).split())
        held = {w.rstrip(".") for w in tokens(line)}
        given = bool(role_line) and role_line in line.casefold()
        if words[-1] not in held and words[-1] not in fold(line) and not given:
            continue
        if described and not all(w in held for w in words):
            continue
        # Beside a description stands who bears it, and no role: the sentence tells it.
        role, strength = (None, 0.0) if described else role_in(line, words)
        if given and speaker and speaker.role:
            longer = role and role_line in role.casefold()
            role, strength = (role if longer else " ".join(speaker.role.split())), max(strength, 2.0) + 0.5
        strength += 0.6 * all(w in held for w in words) + 0.8 * asked.covered(content_stems(line))
        found.append(Introduction(article.id, span, speaker.name if speaker else name, role, strength - 0.01 * number))
    return found


def role_in(line: str, words: Sequence[str]) -> tuple[str | None, float]:
    """The words beside the name (its folded ``words``) that say in ``line`` who it is, and how surely they do."""
    first, last = re.escape(words[0]), re.escape(words[-1])
    after = re.search(
        rf"(?i:\b{last})(?:,\s+(?:\d{{1,3}},\s+)?|\s+(?=(?:of|from|at) (?:the )?[A-Z]))"
        r"(?P<role>[^;“”\"]{4,160}?)(?:,(?! (?:and|[A-Z]))|\.(?=\s|$)|;|$|[”\"]|\s+(?:said|says|told|wrote)\b)",
        line,
    )
    behind = after.group("role").strip(" ,") if after and _tells(after.group("role")) else ""
    before = re.search(rf"(?P<role>{_WORD}(?:\s+{_WORD}){{0,9}}),?\s+(?:[A-Z]\.?\s+)?(?i:{first})\b", line)
    ahead = _trimmed(before.group("role")) if before else ""
    ahead = ahead if re.search(rf"\b{_ROLE_WORD}\b", ahead, re.I) else ""
    if ahead or behind:
        return " ".join(
            (ahead + (", " if ahead and behind and not behind[0].isupper() else " ") + behind).split()
        ), 2.0 + (0.5 if behind else 0.0)
    being = re.search(
        rf"(?i:\b{last})\s+(?P<role>(?:is|was|serves as|works (?:as|for|at)|chairs|heads|leads|runs)\s+[^.;]{{4,120}})"
        r"(?=[.;]|$)",
        line,
    )
    if being and being.group("role").count("(") == being.group("role").count(")"):
        sure = re.search(rf"^\w+ (?:the |an? )?(?:\w+ ){{0,2}}{_ROLE_WORD}\b", being.group("role"), re.I)
        return being.group("role").strip(), 2.0 if sure else 1.0
    return None, 0.0


def _tells(words: str) -> bool:
    """Whether the words after a name say who it is, and do not only go on."""
    going_on = re.match(
        r"(?:who (?:had|has|did|would|could|could)|which|and|but|where|when|in|on|alongside|with|like|unlike|including"
        rf"|than|someone|{SPEAKING})\b",
        words,
    )
    if going_on or _ANOTHER.match(words):
        return False
    return bool(re.search(rf"\b{_ROLE_WORD}\b|^(?:of|from|at|who) ", words, re.I))


def _trimmed(words: str) -> str:
    """The end of the words before a name that is the role: from behind the last word that cannot be part of it."""
    parts = words.split()
    for at in range(len(parts) - 1, -1, -1):
        word = parts[at].strip(",.").lower()
        if not (parts[at].islower() or (at == 0 and not parts[at].isupper())):
            continue
        if word in _ARTICLES:
            return " ".join(parts[at:])
        # "of", "for" and the like go on with a role that began before ("chief of staff").
        linking = word in _LINKING and re.search(rf"\b{_ROLE_WORD}\b", " ".join(parts[:at]), re.I)
        if word in _STOP and not linking:
            return " ".join(parts[at + 1 :])
    return words
