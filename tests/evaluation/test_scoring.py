"""The rules by which answers are scored, one at a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.domain import Answer, Citation, Mode, Span, Speaker
from qa.evaluation.cases import Case, Kind
from qa.evaluation.scoring import locate, names_any, score, shared

TEXT = "Ada Moss said the dam was safe. “It holds,” she added. Tom Reed denied that it leaked."
TEXTS = {"a": TEXT, "b": "Another text about nothing."}
FIRST = "Ada Moss said the dam was safe."


def case(kind: Kind, **given: object) -> Case:
    fields = {
        "article": "dam",
        "id": "dam-1",
        "kind": kind,
        "question": "Who said the dam was safe?",
        "speakers": ["Ada Moss"],
        "aliases": [["Moss"]],
        "evidence": [FIRST],
        "answer_any": ["safe"],
        "verdict": "yes" if kind is Kind.VERIFY else None,
    }
    return Case.model_validate(fields | given)


def citation(quote: str, article_id: str = "a") -> Citation:
    at = TEXTS[article_id].index(quote)
    return Citation(1, article_id, "t", "s", Span(at, at + len(quote)), quote, "0" * 64, "Ada Moss", Mode.INDIRECT)


def answer(text: str = "Ada Moss said the dam was safe. [1]", *names: str, **given: object) -> Answer:
    fields = {
        "question": "q",
        "answer": text,
        "abstained": False,
        "confidence": 0.9,
        "citations": (citation(FIRST),),
        "speakers": tuple(Speaker(name) for name in names or ("Ada Moss",)),
    }
    return Answer(**(fields | given))  # type: ignore[arg-type]


def abstention() -> Answer:
    return Answer("q", "The articles do not say.", abstained=True, confidence=0.1)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ABSTAIN])
def test_a_right_answer_passes_whatever_was_asked(kind: Kind) -> None:
    given = answer(verdict="yes") if kind is Kind.VERIFY else answer()
    got = score(case(kind), given, "a", TEXTS)
    assert got.ok
    assert got.why == ""
    assert (got.citations, got.exact, got.supported) == (1, 1, 1)


def test_an_unanswerable_question_wants_an_abstention() -> None:
    wanted = case(Kind.ABSTAIN, speakers=[], aliases=[], evidence=[])
    assert score(wanted, abstention(), "a", TEXTS).ok
    assert score(wanted, answer(), "a", TEXTS).why == "answered what the article does not say"
    assert not score(wanted, None, "a", TEXTS).ok


def test_an_answerable_question_wants_none() -> None:
    got = score(case(Kind.WHAT), abstention(), "a", TEXTS)
    assert not got.ok
    assert got.abstained
    assert got.why == "abstained"
    assert not got.wrong_speaker


def test_a_who_answer_must_credit_the_speaker_first() -> None:
    both = answer("Tom Reed and Ada Moss said it was safe. [1]", "Tom Reed", "Ada Moss")
    assert score(case(Kind.WHO), both, "a", TEXTS).wrong_speaker
    assert not score(case(Kind.WHAT), both, "a", TEXTS).wrong_speaker
    assert score(case(Kind.WHAT), answer("It is safe. [1]", "Tom Reed"), "a", TEXTS).wrong_speaker


def test_an_alias_names_the_speaker_and_a_part_of_a_word_does_not() -> None:
    assert score(case(Kind.WHO), answer("moss said it was safe", "MOSS"), "a", TEXTS).ok
    assert score(case(Kind.WHO), answer("Mossad said it was safe", "Mossad"), "a", TEXTS).wrong_speaker


def test_a_speaker_who_is_not_named_at_all_fails_without_a_wrong_one() -> None:
    got = score(case(Kind.WHAT), answer("The dam is safe. [1]", speakers=()), "a", TEXTS)
    assert got.why == "speaker not named: Ada Moss"
    assert not got.wrong_speaker


def test_a_list_names_three_quarters_of_its_speakers() -> None:
    four = case(Kind.LIST, speakers=["A", "B", "C", "D"], aliases=[[], [], [], []])
    assert score(four, answer("A, B, C [1]", "A", "B", "C"), "a", TEXTS).ok
    assert not score(four, answer("A, B [1]", "A", "B"), "a", TEXTS).ok


def test_a_verdict_must_be_the_gold_one() -> None:
    assert score(case(Kind.VERIFY), answer(verdict="no"), "a", TEXTS).why == "verdict no, not yes"
    assert not score(case(Kind.VERIFY), answer(verdict=None), "a", TEXTS).ok


def test_a_citation_must_lie_on_the_evidence_of_the_right_article() -> None:
    off = answer(citations=(citation("Tom Reed denied that it leaked."),))
    assert score(case(Kind.WHAT), off, "a", TEXTS).why == "no citation on the evidence"
    elsewhere = answer(citations=(citation("Another text about nothing.", "b"),))
    assert score(case(Kind.WHAT), elsewhere, "a", TEXTS).supported == 0


def test_evidence_that_does_not_stand_in_the_article_is_not_asked_for() -> None:
    off = answer(citations=(citation("Tom Reed denied that it leaked."),))
    assert score(case(Kind.WHAT, evidence=["Words that nobody wrote."]), off, "a", TEXTS).ok


def test_an_answer_must_hold_one_of_the_words() -> None:
    assert score(case(Kind.WHAT), answer("Ada Moss spoke. [1]"), "a", TEXTS).why == "answer lacks safe"
    assert score(case(Kind.WHO), answer("Ada Moss spoke. [1]"), "a", TEXTS).ok


def test_a_quote_that_is_not_the_text_is_not_exact() -> None:
    wrong = Citation(1, "a", "t", "s", Span(0, 3), "Eve", "0" * 64)
    assert score(case(Kind.WHAT), answer(citations=(wrong, citation(FIRST))), "a", TEXTS).exact == 1


def test_a_refused_question_fails_and_did_not_abstain() -> None:
    got = score(case(Kind.WHAT), None, "a", TEXTS)
    assert (got.ok, got.abstained, got.citations) == (False, False, 0)


def test_names_hold_whatever_a_pattern_would_make_of_them() -> None:
    assert names_any(["C++ (Inc.)"], "said C++ (Inc.) today")
    assert not names_any(["a.b"], "acb")


@given(
    st.lists(st.text(alphabet="ab.(", min_size=1, max_size=4), min_size=1, max_size=6),
    st.sampled_from([" ", "\n", " \t "]),
)
def test_evidence_is_found_whatever_the_white_space(words: list[str], space: str) -> None:
    text = f"x {space.join(words)} y"
    found = locate(" ".join(words), text)
    assert found is not None
    assert found.of(text).split() == words


spans = st.tuples(st.integers(0, 50), st.integers(1, 50)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@given(spans, spans)
def test_what_two_spans_share_is_a_share_and_the_same_both_ways(one: Span, other: Span) -> None:
    assert 0.0 <= shared(one, other) <= 1.0
    assert shared(one, other) == shared(other, one)
    assert (shared(one, other) > 0) == one.overlaps(other)
    assert (shared(one, other) == 1.0) == (one.holds(other) or other.holds(one))
