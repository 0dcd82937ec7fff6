"""Words for the search by words: what a user types, and what of a statement is searched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.domain import Statement

_WORD = re.compile(r"[^\W_]+")
_MAX_WORDS = 48
"""A question's words beyond this many are left out: they cost time and tell little."""

TITLE_WEIGHT = 0.5
"""A word in the title counts half: all items of an article share it, so it tells articles apart but not items."""

_STOP_LIST = """
    a about an and any are as at be been but by can could did do does for from had has have he her him his how i if
    in into is it its just me more most my no not of on one or our out over said say saying says she should so some than
    that the their them then there these they this those to under up was we were what when where which who whom
    whose why will with would you your s t re ve ll d m
"""
# "us" is missing on purpose: it is also the United States.
_STOP_WORDS = frozenset(_STOP_LIST.split())


def words_of(text: str) -> list[str]:
    """The runs of letters and digits in small letters, in order.

    No further folded than that: SQLite would not find "strauss" where the article has "Strauß".
    """
    return [word.lower() for word in _WORD.findall(text)]


def words_asked(query: str) -> list[str]:
    """The words of a query worth looking for, each once; all of them where only stop words were given."""
    words = list(dict.fromkeys(words_of(query)))
    return ([word for word in words if word not in _STOP_WORDS] or words)[:_MAX_WORDS]


def any_of(words: Sequence[str]) -> str:
    """An FTS5 expression for rows with any of the words, which ``words_asked`` gave.

    Each is a quoted string of letters and digits, so nothing that a user types can be read as an operator.
    """
    return " OR ".join(f'"{word}"' for word in words)


def searched_words(statement: Statement) -> str:
    """What of a statement is searched by words: who, how and what."""
    who = statement.speaker.name if statement.speaker else ""
    pieces = [who, statement.source.text if statement.source else "", statement.cue.text if statement.cue else ""]
    return " ".join([*(piece for piece in pieces if piece), statement.words])
