"""How well the speaker of a statement fits the one a question asks about."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from qa.answering.naming import name_tokens, namesake
from qa.answering.nations import of_another_nation
from qa.answering.types import Mention
from qa.answering.wording import WORD, Rarity, bare, content_stems, fold, tokens
from qa.domain import Article, Speaker, SpeakerKind, Statement

PRONOUNS = frozenset("he she they it we i you him her them his their who which that this one himself herself".split())
_BEFORE, _AFTER = 70, 110
"""Characters around a name in which an article says who somebody is."""
_UNKNOWN = 0.35
"""The fit of a statement whose speaker could not be resolved: it may be anybody's."""
_NEAR = 0.6
"""The fit of such a statement whose sentence has the name asked for."""
_LEAST_ROLE = 0.34
BORNE = 0.85
"""How well a role must fit for its bearer to be as good as named."""
_FEW = 3
"""Up to so many articles are looked through for how they introduce somebody."""


def is_pronoun(text: str) -> bool:
    """Whether a source phrase is only a pronoun."""
    return all(word in PRONOUNS for word in tokens(text))


def introductions(speaker: Speaker, article: Article, folded: str, most: int = 6) -> str:
    """The words around the first mentions of ``speaker`` in ``article``, where it says who somebody is.

    No further than the sentence, whose neighbour may say it of somebody else. ``folded`` is the text folded: an article
    is looked through for each of its speakers.
    """
    last = name_tokens(speaker.name)[-1]
    out = []
    for match in itertools.islice(re.finditer(rf"(?<!\w){re.escape(last)}(?!\w)", folded), most):
        at = bisect_right(article.sentences, match.start(), key=lambda sentence: sentence.start) - 1
        if at >= 0:
            sentence = article.sentences[at]
            out.append(
                article.text[max(sentence.start, match.start() - _BEFORE) : min(sentence.end, match.end() + _AFTER)]
            )
    return " ".join(out)


def fits_of(mention: Mention | None, speakers: Sequence[Speaker], articles: Iterable[Article]) -> Mapping[str, float]:
    """How well each of ``speakers`` fits ``mention``, by name, 0 if surely not; empty where nobody is asked about.

    A described speaker ("the attaché") is looked for in the roles and around the names in the articles.
    """
    if mention is None:
        return {}
    fits = {s.name: w for s, w in zip(mention.speakers, mention.weights, strict=True)}
    if not mention.role:
        return {**dict.fromkeys(_others(mention, speakers) | _namesakes(mention, speakers), 0.0), **fits}
    asked = content_stems(mention.words)
    if not asked:
        return fits
    if (meant := mention.meant(BORNE)) and (meant.role or fold(meant.name) == fold(mention.words)):
        # Whoever is known to have the very role is meant, and not who merely stands near the words for it.
        return {name: weight for name, weight in fits.items() if weight >= BORNE * mention.weights[0]}
    known = list(articles)
    folded = [(article, fold(article.text)) for article in known] if len(known) <= _FEW else []
    profiles = {}
    for speaker in speakers:
        if of_another_nation(mention.words, speaker):
            continue
        near = " ".join(introductions(speaker, *both) for both in folded)
        profiles[speaker.name] = content_stems(" ".join((speaker.name, speaker.role or "", *speaker.aliases, near)))
    wanted = Rarity.of(profiles.values()).wanted(asked)
    for name, stems in profiles.items():
        share = wanted.covered(stems)
        if share >= _LEAST_ROLE:
            fits[name] = max(fits.get(name, 0.0), 0.9 * share)
    best = max(fits.values(), default=0.0)
    return {name: weight for name, weight in fits.items() if weight >= 0.6 * best}


def proper(words: str, texts: Sequence[str]) -> set[str]:
    """The folded words of a name among ``words``: those with a capital; where none has, those with one in ``texts``."""
    found = WORD.findall(words)
    if words != words.lower():
        return {fold(word) for word in found if word[0].isupper() and content_stems(word)}
    whole = "\n".join(texts)
    return {
        fold(w)
        for w in found
        if content_stems(w)
        and re.search(rf"\b{re.escape(w.capitalize())}\b", whole)
        and not re.search(rf"\b{re.escape(w)}\b", whole)
    }


def fit(statement: Statement, mention: Mention | None, fits: Mapping[str, float], around: str = "") -> float:
    """How well the speaker of ``statement`` fits, 0…1; 1 where nobody is asked about.

    ``around`` are the sentences that the statement stands in: they may name whoever could not be resolved.
    """
    if mention is None:
        return 1.0
    if statement.speaker is not None:
        if mention.role and of_another_nation(mention.words, statement.speaker):
            return 0.0
        known = fits.get(statement.speaker.name)
        passed = max((0.5 * fits.get(name, 0.0) for name in statement.via), default=0.0)
        return max(known or 0.0, passed, 0.0 if known == 0.0 else _by_words(statement, mention))
    if statement.source is None or is_pronoun(statement.source.text):
        name = [w for w in name_tokens(mention.words) if w]
        return _NEAR if not mention.role and name and set(name) <= set(tokens(around)) else _UNKNOWN
    return max(_by_words(statement, mention), 0.05)


def _others(mention: Mention, speakers: Sequence[Speaker]) -> set[str]:
    """Those among ``speakers`` who are at most called or described after the person whom ``mention`` names.

    "The mayor of Lund" is not Lund, nor is "Lund's office"; a spokesman may speak for Lund.
    """
    meant = mention.meant(BORNE)
    if meant is None or not any(s.name == meant.name and s.kind is SpeakerKind.PERSON for s in speakers):
        return set()
    return {s.name for s in speakers if s.kind in (SpeakerKind.PERSON, SpeakerKind.ORGANISATION)}


def _namesakes(mention: Mention, speakers: Sequence[Speaker]) -> set[str]:
    """Those among ``speakers`` who have the surname, but not the first name, of the one whom ``mention`` names."""
    words = mention.words.split()
    if len(words) < 2:
        return set()
    alike = (s for s in speakers if name_tokens(s.name)[-1] == bare(fold(words[-1])))
    return {s.name for s in alike if namesake(words[-2], s)}


def _by_words(statement: Statement, mention: Mention) -> float:
    """The fit of the source phrase itself to the words of the question."""
    if statement.source is None:
        return 0.0
    asked, offered = set(content_stems(mention.words)), set(content_stems(statement.source.text))
    if not asked:
        return 0.0
    share = len(asked & offered) / len(asked)
    return 0.85 * share if share >= 0.5 else 0.0
