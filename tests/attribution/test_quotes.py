from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.attribution.quotes import Quoted, quotations
from qa.domain import Mode, Span


def quoted(text: str) -> list[str]:
    spans = quotations(text, [Span(0, len(text))]) if text else ()
    return [span.of(text) for span in spans]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('He said "We left." Then "No."', ['"We left."', '"No."']),
        ("“We left,” she said. “For good.”", ["“We left,”", "“For good.”"]),
        ("«Nous partons», dit-il", ["«Nous partons»"]),
        ("„Wir gehen“, sagte er", ["„Wir gehen“"]),
        ("‘We’re leaving,’ she said", ["‘We’re leaving,’"]),
        ("''We can't stay,'' she said", ["''We can't stay,''"]),
        ("'We can't stay,' the minister's aide said", ["'We can't stay,'"]),
        ("It is the voters’ choice, he said.", []),
        ("The dogs' owner isn't here", []),
        ("‘It was the voters’ choice,’ he said", ["‘It was the voters’ choice,’"]),
        ("“He told me ‘go’ and I went,” she said", ["“He told me ‘go’ and I went,”"]),
        ("“A quotation that runs on", ["“A quotation that runs on"]),
        ("He is 6'2\" tall and wore a cap, she said.", []),
        ('A 40" pipe burst, he said. "It was old."', ['"It was old."']),
        ('"There were 12" and "no more than 9".', ['"There were 12"', '"no more than 9"']),
    ],
)
def test_every_style_of_mark_is_paired(text: str, found: list[str]) -> None:
    assert quoted(text) == found


@pytest.mark.parametrize(
    ("text", "content", "mode"),
    [
        ("“We left,” she said.", "“We left,”", Mode.DIRECT),
        ("She said that they had left.", "that they had left", Mode.INDIRECT),
        ("She said they had “left for good”.", "they had “left for good”", Mode.MIXED),
        ("'We can't stay,' she said", "'We can't stay,'", Mode.DIRECT),
    ],
)
def test_the_mode_follows_the_marks(text: str, content: str, mode: Mode) -> None:
    at = text.index(content)
    marks = Quoted(text, quotations(text, [Span(0, len(text))]))
    assert marks.mode([Span(at, at + len(content))]) is mode


@given(st.text(alphabet="ab '’‘“”\"«»„“,.\n", max_size=80))
def test_quotations_lie_in_order_and_apart(text: str) -> None:
    blocks = [Span(0, len(text))] if text else []
    spans = quotations(text, blocks)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(span.end <= len(text) for span in spans)
    marks = Quoted(text, spans)
    assert all(marks.at(span.start) == span for span in spans)


@pytest.mark.parametrize("unit", ["'A ", "‘a "])
def test_marks_that_nothing_closes_are_looked_for_once(unit: str) -> None:
    started = time.perf_counter()
    assert quoted(unit * 20_000) == []
    assert time.perf_counter() - started < 5
