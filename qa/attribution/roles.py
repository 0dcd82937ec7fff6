"""What an article says a person is: titles and nouns before a name, apposition around it, "who leads …"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa.attribution.lexicon import (
    DETERMINERS,
    FEMALE_NOUNS,
    FEMALE_TITLES,
    MALE_NOUNS,
    MALE_TITLES,
    ORGANISATION_NOUNS,
    PREPOSITIONS,
    PRONOUNS,
    ROLE_NOUNS,
    TITLES,
)
from qa.attribution.names import Cast
from qa.domain import Article, Span

_WORD = re.compile(r"[^\W_][\w.’'&/-]*|[^\w\s]")
_STOP = (
    PREPOSITIONS
    | PRONOUNS
    | DETERMINERS
    | frozenset(
        [
            "and",
            "or",
            "but",
            "nor",
            "that",
            "when",
            "while",
            "if",
            "because",
            "said",
            "says",
            "told",
            "asked",
            "added",
            "wrote",
            "called",
            "quoted",
            "also",
            "then",
            "not",
            "has",
            "have",
            "had",
            "is",
            "was",
            "are",
            "were",
            "be",
            "been",
            "will",
            "would",
            "did",
            "does",
            "do",
            "can",
            "could",
            "who",
            "so",
            "yet",
            "even",
            "only",
            "just",
            "still",
            "both",
            "according",
            "however",
            "meanwhile",
            "although",
            "though",
            "since",
            "why",
            "how",
            "whether",
            "where",
            "unless",
            "until",
            "whereas",
            "similarly",
            "earlier",
            "later",
            "today",
            "yesterday",
            "tomorrow",
        ]
    )
)
_HONORIFICS = MALE_TITLES | FEMALE_TITLES | frozenset(("mx",))
_ADDRESS = frozenset("mr mrs ms miss mx mister madam dr prof".split())
"""What is put before a name and is nothing that somebody does."""
_RANK = _ADDRESS | frozenset("sir dame lord sgt lt col gen capt cpl maj det sen rep gov rev".split())
_PARTY = frozenset("republican democrat conservative liberal socialist independent libertarian".split())
_WHO = re.compile(
    r",?\s+who\s+(?:also\s+|now\s+|currently\s+)?((?:leads?|led|chairs?|chaired|heads?|headed|runs?|ran|founded|directs?"
    r"|directed|represents?|serves?|served|(?:is|was)\s+(?:the|an?|its|their)|edits?|owns?|manages?|commands?"
    r"|oversees?|works?|worked|teaches|studies|covers?|helped|co-founded)\b(?:[^,.;:—”\"]|\.(?=\w|\s[a-z])){3,110}?)"
    r"(?=[,;:—”\"]|\.(?!\w|\s[a-z])|\s+and\s+(?:has|have|is|was|will|who|also|sits|runs|leads|chairs|heads"
    r"|serves|works|lives|plays|teaches|writes|owns)\b)"
)
_SEATED = re.compile(r"\s*[,(]\s*([RDI])-([A-Z][\w. ]{1,20}?)(?=[,)])")
_PARTIES = {"R": "Republican", "D": "Democrat", "I": "independent"}
"""What "Ida Brandt, R-Utah," says: a Utah Republican."""
_CLOSED = re.compile(r"(?:['’]s)?\s*(?:[,.;:)—–”\"-]|and\b|$)")
"""What stands behind a name in apposition."""
_LIKENED = re.compile(r"(?:^|\W)(?:un)?like\s+$", re.IGNORECASE)
_LOOSE_END = re.compile(
    r"(?:,?\s+(?:who|which|whose|that|where|when|and|or|after|before|since|of|to|with|in|on|for|by|as|at|from|has|have|had"
    r"|is|was))+$"
)
_CLAUSE_BEHIND = re.compile(r",\s+(?:who|which|whose|where|when)\b.*", re.DOTALL)
"""What follows a role and may name others: "member for Aldport, who was warned by the Speaker" is no Speaker."""
_RELATIVE_CLAUSE = re.compile(r",?\s+(?:who|which|whose|that|where|when)\b.*", re.DOTALL)
_COPULA = re.compile(r"\s+(?:is|was|became)\s+((?:the|a|an)\s[^,.;:—”\"]{3,90})")
_AFTER = re.compile(
    r"(?:['’]s)?\s*(?:\([^)]{1,30}\)\s*)?(?:,|—|–|\s--?)\s*(?:(?:aged\s)?\d{1,3},\s*)?"
    r"((?:(?![,;:—–]|\s--?\s|\.(?:\s|$)|[.!?]?[”\"]).){3,160})"
)
_BEFORE_COMMA = re.compile(
    r"(?:^|[\s“\"(])((?:the|a|an|its|their|his|her|our"
    r"|(?-i:(?:(?!(?:In|At|On|To|For|From|By|With|And|But|Yet|So|As|After|Before|When|While|Under|Asked)\s)"
    r"[A-Z][\w-]+\s){0,2}[A-Z][\w-]+)['’]s)"
    r"\s[^,.;:—”\"]{3,140}),\s+(?:(?:mrs?|ms|miss|dr|prof|sir)\b\.?\s+)?$",
    re.IGNORECASE,
)
_AGE = re.compile(r"^(?:the\s+)?(?:aged\s+)?\d{1,3}(?:-year-old)?$")
_VERBAL = re.compile(r"\b(?:said|says|told|added|has|had|have|is|was|were|are|will|would)\b")
_CLAUSE = re.compile(r"\b(?:I|you|he|she|they|we|it|isn|wasn|doesn|didn|don|can|did|does)\b")
"""Words that no apposition holds: what has them is a clause of its own."""
_PARTICIPLE = re.compile(r"(?!retired|united|unelected|disgraced|jailed|convicted|accused|exiled|elected)[a-z-]+ed")
_NAMES = re.compile(r"\band\s+[A-Z]\w*\.\s|^[DRI]-[A-Z]")
"""More people, or a party and a place: nothing that somebody is."""
_MODIFIES = re.compile(r"['’]|\s+(?P<word>[a-z][\w-]*)")
"""What stands behind a name that is no next person: "Moss, Reed campaign chief and …"."""
_TIED = re.compile(
    r"^(?:(?:is|where|when|while|its|their|his|her|our|my)\s+"
    r"|(?!(?:acting|leading|managing|sitting|founding|presiding|incoming|outgoing|operating|reigning|serving|ruling)\b)"
    r"[a-z]+ing\s+(?=[A-Z]))+",
    re.IGNORECASE,
)
"""What stands before a role for the sake of its sentence."""
_LONGEST_AFTER = 160


def find_roles(article: Article, cast: Cast, cues: Sequence[Span], sources: Sequence[Span]) -> None:
    """Notes for every person of ``cast`` the role phrases that stand beside a name, each with how good it is."""
    people = [(span, entity) for span, entity in cast.mentions() if entity.kind == "PERSON"]
    spans = sorted(span for span, _ in people)
    for span, entity in people:
        sentence = article.sentence_at(span)
        found = _beside(article.text, span, sentence, cues, sources, spans)
        entity.roles += [(worth, tidy) for worth, phrase in found if (tidy := _tidied(phrase))]


def _tidied(phrase: str) -> str:
    """``phrase`` without a rank or a clause behind it, and without what ties it to its sentence ("Its president")."""
    words = _LOOSE_END.sub("", _TIED.sub("", _CLAUSE_BEHIND.sub("", phrase))).split()
    while len(words) > 1 and words[-1].casefold().rstrip(".") in _RANK and _complete(words[-2]):
        words.pop()
    return " ".join(words)


def _complete(word: str) -> bool:
    """Whether what a word heads says what somebody does: not "Republican Sen.", nor "Brig. Gen."."""
    plain = word.casefold().rstrip(".")
    return plain in ROLE_NOUNS - _PARTY or plain in _ADDRESS


def _beside(
    text: str, span: Span, sentence: Span, cues: Sequence[Span], sources: Sequence[Span], people: Sequence[Span]
) -> Iterator[tuple[float, str]]:
    ends = [cue.start for cue in cues if span.end <= cue.start < sentence.end]
    stop = min([sentence.end, *ends])
    owner = next((s for s in sources if s.start <= span.start and span.end <= s.end), None)
    before = _before(text, span, sentence, cues)
    if before:
        yield (1.0 if before.casefold().rstrip(".") in TITLES else 2.0), before
    apposed = False
    # From the space before the sentence: in a search from within the text, "^" stands for the head of the text alone.
    if match := _BEFORE_COMMA.search(text, max(0, sentence.start - 1, span.start - 160), span.start):
        phrase = _last_phrase(match.group(1))
        # "The girl woke up in the car, Campbell said" tells what she said, not what she is.
        opens = match.start(1) <= sentence.start + 1 and stop > span.end + 1
        if (opens or _CLOSED.match(text, span.end)) and is_role(phrase) and not _VERBAL.search(phrase):
            apposed = opens
            yield 3.0, phrase
    if match := _WHO.match(text, span.end, stop):
        yield 2.5, match.group(1).strip()
    if match := _SEATED.match(text, span.end, sentence.end):
        yield 0.9, f"{match.group(2).strip()} {_PARTIES[match.group(1)]}"
    likened = _LIKENED.search(text, sentence.start, span.start)
    if (match := _AFTER.match(text, span.end, sentence.end)) and match.start(1) < stop and not (likened or apposed):
        end = min(match.end(1), stop)
        if owner and owner.end > end and is_role(text[match.start(1) : owner.end]) and owner.end <= stop:
            end = owner.end
        phrase = text[match.start(1) : end].strip(" ,—–-")
        if end < match.end(1):
            phrase = _RELATIVE_CLAUSE.sub("", phrase)
        foreign = (
            _VERBAL.search(_RELATIVE_CLAUSE.sub("", phrase))
            or _CLAUSE.search(phrase)
            or _NAMES.search(phrase)
            or phrase.lower().startswith(("who ", "whose "))
            or phrase.partition(" ")[0].lower() in PREPOSITIONS | {"and", "or", "but"}
            or _lists(text, match.start(1), end + 3 * (phrase.casefold() in _RANK), people)  # "Moss, Rep. Ada Reed"
        )
        if is_role(phrase) and not foreign and match.end(1) - match.start(1) < _LONGEST_AFTER:
            yield 3.2, phrase
    told = any(sentence.start <= cue.start and cue.end <= span.start for cue in cues)
    if (match := _COPULA.match(text, span.end, sentence.end)) and not told:
        phrase = match.group(1).strip()
        if is_role(phrase) and not _CLAUSE.search(phrase):
            yield 1.5, phrase


def _lists(text: str, start: int, end: int, people: Sequence[Span]) -> bool:
    """Whether what stands behind a name is the next of several people: "Moss, Interior Minister Ada Reed and …"."""
    at = bisect_left(people, Span(start, start + 1))
    if at == len(people) or people[at].start >= end:
        return False
    following = people[at]
    tied = any(w.casefold() in PREPOSITIONS | DETERMINERS for w in _WORD.findall(text, start, following.start))
    modifies = _MODIFIES.match(text, following.end)
    return not tied and not (modifies and modifies["word"] not in _STOP)


def _last_phrase(phrase: str) -> str:
    """The part of a phrase from its last determiner that no preposition governs, behind its last verb if it has one.

    "He had lost trust in the chairman, Ivo Brandt," has its role behind the verb, whatever governs it.
    """
    if verbs := list(_VERBAL.finditer(phrase)):
        behind = re.search(r"\b(?:the|an?|its|their|his|her|our)\s.*", phrase[verbs[-1].end() :])
        phrase = behind.group() if behind else phrase
    words = phrase.split()
    for at in range(len(words) - 1, 0, -1):
        if words[at].lower() in ("the", "a", "an") and words[at - 1].lower() not in PREPOSITIONS | {"and", "or"}:
            return " ".join(words[at:])
    return phrase


def _before(text: str, span: Span, sentence: Span, cues: Sequence[Span]) -> str:
    """The run of title and role words that directly precedes a name."""
    words = list(_WORD.finditer(text, sentence.start, span.start))
    taken: list[re.Match[str]] = []
    for at, match in reversed(list(enumerate(words))):
        word = match.group()
        plain = word.casefold().rstrip(".")
        if not taken and text[match.end() : span.start].strip():
            break
        if taken and text[match.end() : taken[-1].start()].strip():
            break
        verbal = bool(_PARTICIPLE.fullmatch(word)) or (word.isupper() and len(word) > 4 and taken)
        stops = plain in _STOP and not in_name([one.group() for one in words[max(0, at - 1) : at + 2]], min(at, 1))
        if stops or verbal or not word[0].isalnum() or any(c.start <= match.start() < c.end for c in cues):
            break
        bare = all(one.group().casefold().rstrip(".") in _ADDRESS for one in taken)
        if bare and plain not in ROLE_NOUNS and plain not in TITLES:
            break
        if len(taken) > 7 or word.endswith((",", ";")):
            break
        taken.append(match)
    while taken and taken[-1].group().casefold().endswith("ly"):
        taken.pop()
    if not taken:
        return ""
    phrase = text[taken[-1].start() : taken[0].end()]
    return "" if phrase.casefold().rstrip(".") in _HONORIFICS else phrase


def in_name(words: Sequence[str], at: int) -> bool:
    """Whether the preposition at ``at`` belongs to an organisation's name: "[Bank of Norland] governor Kari Sund"."""
    before, after = words[at - 1] if at else "", words[at + 1] if at + 1 < len(words) else ""
    return (
        words[at] in ("of", "for") and before.casefold() in ORGANISATION_NOUNS and before.istitle() and after.istitle()
    )


def head(phrase: str) -> str:
    """The head noun of a noun phrase, in lower case: its last word before a preposition, comma or clause."""
    words = _WORD.findall(phrase)
    while words and words[0].casefold() in DETERMINERS | {"“", '"'}:
        words = words[1:]
    last = ""
    for word, after in pairwise([*words, "."]):
        plain = word.casefold()
        if plain in PREPOSITIONS or plain in RELATIVE_OR_VERB or not word[0].isalnum():
            break
        last = plain
        if after.casefold() in ("and", "or") and plain in ROLE_NOUNS:
            break
    return re.sub(r"['’]s$", "", last)


RELATIVE_OR_VERB = frozenset(
    [
        "who",
        "which",
        "that",
        "whose",
        "is",
        "was",
        "are",
        "were",
        "has",
        "had",
        "have",
        "and",
        "or",
        "but",
        "familiar",
        "close",
    ]
)


def is_role(phrase: str) -> bool:
    """Whether a phrase names what somebody is: a role noun heads it or stands before its first preposition."""
    words = [w.casefold() for w in _WORD.findall(phrase)]
    if not words or _AGE.match(phrase):
        return False
    lead: list[str] = []
    for word in words[:12]:
        if word in PREPOSITIONS and lead:
            break
        lead.append(word.rstrip("."))
    return any(part in ROLE_NOUNS or part in TITLES for word in lead for part in (word, word.split("-")[-1]))


def gender_of_words(words: Sequence[str]) -> str | None:
    """ "m" or "f" where a noun says so."""
    if any(word in MALE_NOUNS for word in words):
        return "m"
    return "f" if any(word in FEMALE_NOUNS for word in words) else None
