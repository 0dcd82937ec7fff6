"""Who somebody is: the role as the article words it, and the sentence where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.answering.forms import any_of
from qa.answering.naming import name_tokens
from qa.answering.types import Evidence, Mention
from qa.answering.wording import FUNCTION_WORDS, fold, tokens
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
    minister senator sen rep representative congressman congresswoman governor gov mayor judge attorney lawyer
    analyst economist editor reporter journalist columnist author writer founder co-founder ceo cfo coo
    executive manager officer official leader member owner coach captain player actor actress singer artist
    scientist researcher expert historian teacher student doctor physician nurse aunt uncle brother sister
    mother father son daughter wife husband ambassador commissioner general admiral colonel sheriff adviser
    advisor aide strategist candidate nominee consultant coordinator activist advocate producer host
    correspondent critic engineer fellow partner deputy vice former retired delegate pollster lobbyist
    neurosurgeon billionaire businessman businesswoman pastor rabbi imam priest bishop king queen prince
    princess duke duchess trainer fan resident neighbour neighbor friend driver farmer worker organiser
    organizer regulator agency organisation organization group company firm union council councilman
    councilwoman councillor lieutenant sergeant detective inspector superintendent principal dean chancellor
    curator archaeologist biologist psychologist astronaut meteorologist forecaster attaché envoy who"""
)


def introduce(mention: Mention | None, evidence: Evidence) -> Introduction | None:
    """The best introduction of whoever ``mention`` names; None where the articles name nobody so."""
    if mention is None:
        return None
    found: list[Introduction] = []
    speaker = mention.speakers[0] if mention.speakers and mention.weights[0] >= 0.5 else None
    name = speaker.name if speaker else mention.words
    for article in evidence.articles.values():
        found += _introductions(name, speaker, article)
    return max(found, key=lambda i: i.strength, default=None)


def _introductions(name: str, speaker: Speaker | None, article: Article) -> list[Introduction]:
    words = [w for w in name_tokens(name) if w not in FUNCTION_WORDS]
    if not words:
        return []
    found = []
    for number, span in enumerate(article.sentences):
        text = span.of(article.text)
        held = tokens(text)
        if words[-1] not in held and words[-1] not in fold(text):
            continue
        full = all(w in held for w in words)
        role, strength = _role_in(text, words)
        if speaker and speaker.role and " ".join(speaker.role.split()).casefold() in " ".join(text.split()).casefold():
            role, strength = speaker.role, 3.0
        strength += 0.6 * full - 0.01 * number + (0.2 if number else -0.4)
        found.append(Introduction(article.id, span, speaker.name if speaker else name, role, strength))
    return found


def _role_in(text: str, words: Sequence[str]) -> tuple[str | None, float]:
    """The words beside the name that say who it is, and how surely they do."""
    last = re.escape(words[-1])
    line = " ".join(text.split())
    after = re.search(
        rf"(?i:\b{last}),\s+(?:\d{{1,3}},\s+)?(?P<role>(?:(?:an?|the|who|whose|his|her|its|their)\s+)?[^.;“”\"]{{4,140}}?)"
        r"(?:,|\.|;|$|\s+(?:said|says|told)\b)",
        line,
    )
    if after and re.search(rf"\b{_ROLE_WORD}\b", after.group("role"), re.I):
        return after.group("role").strip(), 2.5
    first = re.escape(words[0])
    word = r"(?:[A-Z][\w’'.&-]*|[a-z][\w’'-]*)"
    before = re.search(rf"(?P<role>{word}(?:\s+{word}){{0,7}}),?\s+(?:[A-Z]\.?\s+)?(?i:{first})\b", line)
    if before and re.search(rf"\b{_ROLE_WORD}\b", before.group("role"), re.I):
        return _trimmed(before.group("role")), 2.0
    being = re.search(
        rf"(?i:\b{last})\s+(?P<role>(?:is|was|serves as|works (?:as|for|at)|chairs|heads|leads|runs)\s+[^.;]{{4,120}})",
        line,
    )
    if being:
        return being.group("role").strip(), 1.2
    return None, 0.0


def _trimmed(words: str) -> str:
    """The part of the words before a name from the word that begins the role."""
    start = re.search(r"(?:\b(?:the|a|an|said|says|told|and|by|to|with|of)\s+)(?=[^ ]+(?: [^ ]+){0,4}$)", words)
    kept = words[start.end() :] if start and re.search(rf"\b{_ROLE_WORD}\b", words[start.end() :], re.I) else words
    return kept.strip()
