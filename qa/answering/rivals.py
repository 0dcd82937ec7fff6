"""Who else may be meant by a question after whoever says something."""

from __future__ import annotations

from qa.answering.naming import same_name
from qa.answering.nesting import passed_on
from qa.answering.phrasing import credited, identified
from qa.answering.ranking import far_behind
from qa.answering.sifting import heads
from qa.answering.types import Candidate, Evidence
from qa.domain import Speaker

_NEAR, _TIED, _AS_RELEVANT = 0.3, 0.85, 2.0
"""The share of the best score from which somebody else's statement may be the one asked about, where the reader finds
it as relevant but for so much in log-odds; and from which it may be whatever the reader finds."""
_SURELY = 2.0
"""The log-odds from which the reader has found who says it: nobody far behind is meant."""
_WORDED = 0.5
"""The share of the question's words that the best statement must have more than the other to be meant all the same."""
_MOST = 3


def rivals(best: Candidate, evidence: Evidence) -> list[Candidate]:
    """Others' statements that answer all but as well as ``best``, one of each speaker, likeliest first.

    None is one that it passes on, or that passes it on. Which of them is meant would be a guess.
    """
    one = credited(best.statement) if best.statement else None
    if best.statement is None or one is None or not identified(one):
        return []
    found: list[Candidate] = []
    speakers: list[Speaker] = [one]
    for candidate in evidence.candidates:
        statement = candidate.statement
        other = credited(statement) if statement else None
        if candidate.score < _NEAR * best.score or len(found) == _MOST:
            break
        less = candidate.odds <= best.odds - _AS_RELEVANT or far_behind(candidate, best, _SURELY)
        if candidate.score < _TIED * best.score and (less or best.lexical - candidate.lexical >= _WORDED):
            continue
        if statement is None or other is None or not identified(other) or any(same_name(s, other) for s in speakers):
            continue
        # A headline sums up what somebody says below it.
        echo = heads(candidate, evidence) and not heads(best, evidence)
        if not echo and not passed_on(statement, best.statement, evidence):
            found.append(candidate)
            speakers.append(other)
    return found
