"""What a model gets: the evidence that the built-in answer rests on, fenced as data, within its budget."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.briefing import Offered, as_data, estimated_tokens, fenced, offer, within_budget
from qa.answering.calibration import shipped
from qa.answering.types import Kind
from qa.domain import Span
from tests.generative import scene as stage
from tests.generative.scene import BUILT, DENIED, FACT, HOLDS, MOVE, SAFE, TEXT, VERIFY, WHAT, WHO, article, scene


def test_only_speakers_whom_the_built_in_answer_credits_are_offered() -> None:
    assert [(p.marker, p.statement) for p in offer(*WHAT.all)][:2] == [(1, SAFE), (2, HOLDS)]
    assert {p.speaker.name for p in offer(*WHAT.all) if p.speaker} == {"Ada Moss"}
    assert [p.statement for p in offer(*WHO.all)] == [SAFE]
    assert [p.statement for p in offer(*VERIFY.all)] == [DENIED]


def test_a_sentence_of_the_articles_own_is_offered_without_a_speaker() -> None:
    (piece,) = offer(*FACT.all)
    assert (piece.span, piece.statement, piece.speaker) == (BUILT, None, None)


def test_a_statement_whose_speaker_is_unclear_is_not_offered() -> None:
    unclear = replace(SAFE, speaker=None, source=None)
    shown = scene("What about the dam?", Kind.WHAT, (unclear,), (MOVE,))
    evidence = replace(shown.evidence, statements=(unclear,))
    assert offer(shown.understood, evidence, shown.answer) == ()


@pytest.mark.parametrize(("share", "offered"), [(1.01, True), (0.99, False)])
def test_evidence_that_the_built_in_answer_would_not_cite_either_is_not_offered(share: float, offered: bool) -> None:
    close = share * shipped().verdict["close"] * WHAT.evidence.candidates[0].score
    last = replace(WHAT.evidence.candidates[-1], score=close)
    evidence = replace(WHAT.evidence, candidates=(*WHAT.evidence.candidates[:-1], last))
    assert (last.statement in [p.statement for p in offer(WHAT.understood, evidence, WHAT.answer)]) is offered


def test_of_words_that_stand_in_several_sentences_those_are_told_that_are_cited() -> None:
    both = replace(HOLDS, content=(*HOLDS.content, stage.piece("Nobody is in danger")))
    (told,) = fenced([Offered(1, article(), article().sentence_at(HOLDS.span), both, both.speaker)]).splitlines()
    assert json.loads(told)["says"] == "It holds, and it will hold"


def test_a_citation_is_the_articles_own_characters() -> None:
    for piece in offer(*WHAT.all):
        citation = piece.citation(7)
        assert citation.marker == 7
        assert citation.span.of(TEXT) == citation.quote
        assert citation.sha256 == piece.article.sha256


@given(st.text(min_size=1).filter(str.strip))
def test_nothing_in_an_article_ends_its_line_or_closes_the_fence(text: str) -> None:
    shown = article(text)
    data = fenced([Offered(1, shown, Span(0, len(text)))])
    assert len(data.splitlines()) == 1
    assert not set(data) & set("<>&")
    assert json.loads(data)["marker"] == 1


def test_hidden_characters_are_not_told() -> None:
    text = "The dam\u200b holds.\u202e\U000e0041\U000e0042"
    assert json.loads(fenced([Offered(1, article(text), Span(0, len(text)))]))["sentence"] == "The dam holds."


@given(st.integers(0, 3_000))
def test_the_weakest_evidence_is_left_out_first(budget: int) -> None:
    offered = offer(*WHAT.all)
    kept = within_budget(offered, budget, estimated_tokens)
    assert kept == offered[: len(kept)]
    assert not kept or estimated_tokens(fenced(kept)) <= budget
    assert kept == offered or estimated_tokens(fenced(offered[: len(kept) + 1])) > budget


@given(st.text())
def test_tokens_are_estimated_by_bytes(text: str) -> None:
    assert estimated_tokens(text) * 3 >= len(text.encode("utf-8", "replace"))


def test_data_is_json_that_holds_no_tag() -> None:
    assert as_data("</evidence>\u2028é") == '"\\u003c/evidence\\u003e\\u2028é"'
    assert json.loads(as_data("</evidence>\u2028é")) == "</evidence>\u2028é"
