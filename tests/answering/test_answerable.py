"""Whether the articles answer at all: two judgements, of which the less sure one counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.answering.calibration import FEATURES, shipped
from qa.answering.ranking import answerable, bounded, tempting
from qa.answering.types import Candidate, Kind, Mention, Understood
from qa.domain import Question
from tests.answering.town import ARTICLE_ID, SENTENCES, SOLBERG, STATEMENTS, TEXT, span_of

ASKED = Question("What did Solberg say about the ferry?")
UNDERSTOOD = Understood(ASKED, Kind.WHAT, ASKED.text, "the free ferry", Mention("Solberg", (SOLBERG,), (1.0,)))


def candidate(odds: float | None) -> Candidate:
    """Solberg's statement on the ferry as the reader finds it; None: not read."""
    value = dict.fromkeys(FEATURES, 0.5) | {"read": float(odds is not None), "odds": -4.0 if odds is None else odds}
    features = tuple(value[name] for name in FEATURES)
    return Candidate(ARTICLE_ID, span_of(SENTENCES[6]), STATEMENTS[5], 0.6, 1.0, features=features)


def test_the_less_sure_of_both_judgements_counts() -> None:
    ranked = [candidate(3.0), candidate(-2.0)]
    sure = replace(shipped(), tempting=(30.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    doubting = replace(shipped(), tempting=(-2.0, 0.0, 0.0, 0.0, 0.0, 0.0))
    likely = answerable(UNDERSTOOD, ranked, True, True, sure)[0]
    assert likely > 0.2
    assert answerable(UNDERSTOOD, ranked, True, True, doubting)[0] == pytest.approx(0.1192, abs=1e-3)


def test_what_the_reader_finds_all_over_is_answered_sooner() -> None:
    weak = answerable(UNDERSTOOD, [candidate(1.0), candidate(-6.0), candidate(-6.0)], True, True, shipped())[0]
    strong = answerable(UNDERSTOOD, [candidate(1.0), candidate(0.5), candidate(0.0)], True, True, shipped())[0]
    assert weak < strong


def test_nothing_read_leaves_nothing_to_doubt() -> None:
    assert tempting(UNDERSTOOD, [candidate(None)], 0.7) == ()
    read = tempting(UNDERSTOOD, [candidate(2.0), candidate(None), candidate(-1.0)], 0.5)
    assert read == (1.0, 0.0, 2.0, 2.0, 0.5, 0.0)


@pytest.mark.parametrize(("likely", "settled"), [(0.9, 0.9), (0.3, 0.44), (0.05, 0.05)])
def test_the_words_asked_for_settle_what_is_not_all_but_excluded(likely: float, settled: float) -> None:
    assert bounded(UNDERSTOOD, [candidate(1.0)], {ARTICLE_ID: TEXT}, likely, 0.44) == settled


@pytest.mark.parametrize(
    ("topic", "fit", "settled"),
    [("What did say?", 0.0, 0.9 * 0.44), ("What did say?", 0.5, 0.9), ("the free ferry", 0.0, 0.9)],
)
def test_a_description_that_fits_nobody_says_nothing_where_no_topic_helps(
    topic: str, fit: float, settled: float
) -> None:
    asked = replace(UNDERSTOOD, topic=topic, mention=Mention("the customers", (), (), role=True))
    ranked = [replace(candidate(1.0), fit=fit)]
    assert bounded(asked, ranked, {ARTICLE_ID: TEXT}, 0.9, 0.44) == settled
