"""How much of the evidence is read: a few of the best, more where none of these answers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.ranking import Piece
from qa.answering.reading import read
from qa.answering.types import Candidate, Kind, Understood
from qa.domain import Question, Reading, Span

PIECES = [Piece("a", Span(10 * n, 10 * n + 9), None, (), (), (), f"line {n}", 0.0, 0.0, 0.0, 0.0) for n in range(20)]
RANKED = [Candidate(p.article_id, p.span, None, 1 - n / 20) for n, p in enumerate(PIECES)]


class _Reader:
    """Finds relevant what it is told to, and remembers what it was given at a time."""

    def __init__(self, relevant: str | None = None, sure: float = 0.9) -> None:
        self.relevant, self.sure = relevant, sure
        self.rounds: list[list[str]] = []

    def read(self, question: str, contexts: Sequence[str]) -> list[Reading]:
        self.rounds.append(list(contexts))
        return [Reading(None, 0.0, self.sure if context == self.relevant else 0.01) for context in contexts]


def rounds(kind: Kind, relevant: str | None = None, *, many: bool = False, sure: float = 0.9) -> list[int]:
    reader = _Reader(relevant, sure)
    understood = Understood(Question("What about the line?"), kind, "What about the line?", "line")
    out = read(understood, PIECES, RANKED, reader, many=many)
    seen = [context for group in reader.rounds for context in group]
    assert seen == [p.text for p in PIECES[: len(seen)]]  # the likeliest first, each once
    assert [p.text for p in out if p.reading] == seen
    return [len(group) for group in reader.rounds]


@pytest.mark.parametrize(("many", "few", "more"), [(False, 4, 6), (True, 4, 4)])
def test_more_is_read_where_none_of_the_best_answers(many: bool, few: int, more: int) -> None:
    assert rounds(Kind.WHAT, "line 1", many=many) == [few]
    assert rounds(Kind.WHAT, many=many) == [few, more]
    assert rounds(Kind.FACT, f"line {few}", many=many) == [few, more]


def test_all_that_may_tell_who_spoke_is_read_at_once() -> None:
    assert rounds(Kind.WHO, "line 0") == [10]
    assert rounds(Kind.WHO, "line 0", sure=0.99) == [10]
    assert rounds(Kind.LIST) == rounds(Kind.LIST, many=True) == [20]


@pytest.mark.parametrize(("sure", "read"), [(0.9, [4, 4]), (0.99, [4])])
def test_over_a_collection_more_is_read_for_who_spoke_but_where_one_surely_did(sure: float, read: list[int]) -> None:
    assert rounds(Kind.WHO, "line 0", many=True, sure=sure) == read


def test_no_more_is_read_where_that_would_tell_nothing_more() -> None:
    assert rounds(Kind.IDENTITY) == [4]
    assert rounds(Kind.VERIFY, many=True) == [4]


def test_what_is_far_behind_the_best_is_not_read_but_for_two() -> None:
    scores = [0.8, 0.4, 0.17, *[0.15] * 17]
    ranked = [Candidate(p.article_id, p.span, None, score) for p, score in zip(PIECES, scores, strict=True)]
    seen = {}
    for kind in (Kind.WHO, Kind.WHAT, Kind.LIST):
        reader = _Reader()
        read(Understood(Question("What?"), kind, "What?", ""), PIECES, ranked, reader, many=False)
        seen[kind] = [len(group) for group in reader.rounds]
    assert seen == {Kind.WHO: [3], Kind.WHAT: [3], Kind.LIST: [20]}
    reader = _Reader()
    far = [ranked[0], *(Candidate(c.article_id, c.span, None, 0.01) for c in ranked[1:])]
    read(Understood(Question("What?"), Kind.LIST, "What?", ""), PIECES, far, reader, many=True)
    assert reader.rounds == [["line 0", "line 1"]]


@given(st.integers(0, 20), st.sampled_from(Kind), st.booleans())
def test_fewer_pieces_than_are_wanted_are_all_read_and_kept(number: int, kind: Kind, many: bool) -> None:
    reader = _Reader()
    understood = Understood(Question("What?"), kind, "What?", "")
    out = read(understood, PIECES[:number], RANKED[:number], reader, many=many)
    assert [p.span for p in out] == [p.span for p in PIECES[:number]]
    assert sum(p.reading is not None for p in out) == sum(map(len, reader.rounds)) <= number
    assert all(reader.rounds)
