"""Who else may be meant: others whose statements answer all but as well."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.answering.extractive import compose
from qa.answering.rivals import rivals
from qa.answering.types import Candidate, Evidence, Kind, Understood
from qa.domain import Question, Speaker
from tests.answering.town import ARTICLE_ID, STATEMENTS, article

TEXT = "Who warned that the closure would ruin the market?"
SPOKEN = [s for s in STATEMENTS if s.speaker]
OTHERS = tuple(Speaker(name) for name in ("Odd Lunde", "Ida Moe", "Per Vik", "Eva Lie", "Jon Sand"))


def told(*scored: tuple[Speaker, float]) -> Evidence:
    """Statements of different speakers, each with its score, over different words."""
    statements = [replace(SPOKEN[at % len(SPOKEN)], speaker=speaker) for at, (speaker, _) in enumerate(scored)]
    few = [Candidate(ARTICLE_ID, s.span, s, score) for s, (_, score) in zip(statements, scored, strict=True)]
    return Evidence(tuple(few), {ARTICLE_ID: article()}, answerable=0.99)


@pytest.mark.parametrize(("alike", "said"), [(0, ""), (1, "two"), (2, "three"), (3, "four"), (5, "four")])
def test_all_who_fit_alike_are_told_and_none_is_credited(alike: int, said: str) -> None:
    evidence = told((Speaker("Ada Holm"), 0.9), *((other, 0.88) for other in OTHERS[:alike]))
    answer = compose(Understood(Question(TEXT), Kind.WHO, TEXT, TEXT), evidence)
    opening = f"This fits {said} speakers, and which is meant is not certain:\n" if said else ""
    assert answer.answer.startswith(f"{opening}Ada Holm")
    assert len(answer.answer.removeprefix(opening).split("\n")) == len(answer.citations) == min(alike, 3) + 1
    assert [s.name for s in answer.speakers] == ([] if said else ["Ada Holm"])


def test_each_speaker_is_one_rival_and_whoever_is_far_behind_none() -> None:
    odd, moe = OTHERS[:2]
    evidence = told(
        (Speaker("Ada Holm"), 0.9), (odd, 0.89), (Speaker("Lunde"), 0.88), (Speaker("Holm"), 0.87), (moe, 0.2)
    )
    found = rivals(evidence.candidates[0], evidence)
    assert [c.statement.speaker for c in found if c.statement] == [odd]
