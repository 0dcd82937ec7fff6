"""The last look: what the texts do not bear out does not leave."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from qa.answering.verification import NOT_SAID, verify
from qa.domain import Answer, Citation, Span, Speaker

TEXT = "Ingrid Solberg said the bridge would close. Reyes disagreed loudly."


def citation(marker: int, start: int, end: int, quote: str | None = None) -> Citation:
    span = Span(start, end)
    return Citation(marker, "a", "t", "s", span, span.of(TEXT) if quote is None else quote, "0" * 64)


def answer(*citations: Citation, text: str, speakers: tuple[Speaker, ...] = ()) -> Answer:
    return Answer("q", text, False, 0.9, citations, speakers, "yes")


def test_a_true_answer_passes_untouched() -> None:
    given_ = answer(citation(1, 0, 43), text="Ingrid Solberg said it [1]", speakers=(Speaker("Ingrid Solberg"),))
    assert verify(given_, {"a": TEXT}) is given_


def test_a_false_quote_takes_its_line_along() -> None:
    given_ = answer(citation(1, 0, 43), citation(2, 44, 67, "x" * 23), text="First [1]\nSecond [2]")
    checked = verify(given_, {"a": TEXT})
    assert checked.answer == "First [1]"
    assert [c.marker for c in checked.citations] == [1]


def test_nothing_left_is_an_abstention() -> None:
    checked = verify(answer(citation(1, 0, 43, "y" * 43), text="First [1]"), {"a": TEXT})
    assert checked.abstained
    assert checked.answer == NOT_SAID
    assert checked.verdict is None


def test_an_unknown_article_bears_nothing_out() -> None:
    assert verify(answer(citation(1, 0, 43), text="First [1]"), {}).abstained


def test_a_speaker_that_the_article_does_not_name_goes() -> None:
    speakers = (Speaker("Ingrid Solberg"), Speaker("Harald Lund"))
    checked = verify(answer(citation(1, 0, 43), text="It [1]", speakers=speakers), {"a": TEXT})
    assert [s.name for s in checked.speakers] == ["Ingrid Solberg"]


def test_a_false_nearest_goes() -> None:
    given_ = Answer("q", NOT_SAID, True, 0.5, nearest=citation(1, 0, 43, "z" * 43))
    assert verify(given_, {"a": TEXT}).nearest is None


@given(st.lists(st.tuples(st.integers(0, 66), st.integers(1, 30), st.booleans()), min_size=1, max_size=5))
def test_whatever_leaves_is_true_to_the_character(parts: list[tuple[int, int, bool]]) -> None:
    citations = []
    for marker, (start, length, true) in enumerate(parts, start=1):
        made = citation(marker, start, min(len(TEXT), start + length))
        citations.append(made if true else replace(made, quote=made.quote[::-1] + "!"))
    lines = "\n".join(f"line {c.marker} [{c.marker}]" for c in citations)
    checked = verify(answer(*citations, text=lines), {"a": TEXT})
    assert all(c.span.of(TEXT) == c.quote for c in checked.citations)
    assert checked.abstained == (not any(true for _, _, true in parts))
    assert all(f"[{c.marker}]" in checked.answer for c in checked.citations)
