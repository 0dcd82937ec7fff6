"""The reporting clause that follows a quotation which ended in a full stop, question mark or exclamation mark."""

from __future__ import annotations

import re

from qa.articles.abbreviations import PLAINLY_SAYING, SAYING, STARTERS, SUBJECT_STARTERS

_REACH = 160
"""How many code points a reporting clause may take."""

_WORD = re.compile(r"[\w’'.-]+|[^\w\s]")
_SUBJECT_WORDS, _SHORT_SUBJECT_WORDS = 9, 4
_AFTER = frozenset(
    {"in", "to", "at", "on", "during", "of", "with", "from", "after", "before", "as", "when", "while", "through", "via"}
    | {"into", "over", "about", "again", "later", "once", "then", "back", "out", "aloud", "simply", "too", "and"}
    | {"reporters", "him", "her", "me", "them", "us"}
)
_END = frozenset(".!?…,;:—–")
_BREAK = frozenset('!?…;:—–"“”«»„‹›()') | {"and", "who", "that", "which", "to"}


def reporting_clause(text: str, start: int, limit: int, *, stopped: bool) -> bool:
    """Whether the words from ``start`` (up to ``limit``) say who spoke the quotation before them.

    A subject of a few words, then a verb of saying that takes no object of its own: "Smith asked.", "the mayor said
    in a statement." do; "Smith said the plan had failed." begins a sentence of its own. Behind a quotation that ended
    in a full stop (``stopped``) a capital letter rarely begins such a clause, and the subject must be short and bare.
    """
    words = [m.group() for m in _WORD.finditer(text, start, min(limit, start + _REACH))]
    if not words or (words[0] in STARTERS and words[0] not in SUBJECT_STARTERS):
        return False
    longest = _SHORT_SUBJECT_WORDS if stopped else _SUBJECT_WORDS
    verbs = PLAINLY_SAYING if stopped else SAYING
    for index, word in enumerate(words[: longest + 1]):
        if word in _BREAK or (stopped and word == ","):
            return False
        # A full stop is part of the word ("Mr.", "J."); one at the end of a longer word ends the sentence too early.
        if word in ("told", "tells"):
            return index > 0 and _takes_no_object(words[index + 2 :])
        if word.rstrip(".").lower() in verbs:
            return index > 0 and (word.endswith(".") or _takes_no_object(words[index + 1 :]))
        if word.endswith(".") and len(word) > 6:
            return False
    return False


def _takes_no_object(rest: list[str]) -> bool:
    if not rest:
        return True
    if (rest[0] in ",:" and len(rest) > 1 and rest[1] in _BREAK) or "that" in rest[:4]:
        # "He added, “…": the clause leads to the next quotation, not back to the last one.
        return False
    following = rest[0].rstrip(".")
    return rest[0] in _END or following.lower() in _AFTER or following.endswith("ly")
