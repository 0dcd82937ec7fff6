"""Whose ambassador is asked about; the last with the models that ship, over the report of the ceremony."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa import samples
from qa.answering.nations import nations, of_another_nation
from qa.asking import Asker
from qa.domain import Question, Speaker, SpeakerKind, Turn
from qa.wiring import open_parts, read_settings

ENVOY = Speaker("Odd Lunde", "the Ambassador of the Kingdom of Norway to Japan")


@pytest.mark.parametrize(
    ("described", "found"),
    [
        ("the US ambassador", {"america"}),
        ("tell us", set()),
        ("a U.S. envoy", {"america"}),
        ("the ambassador of Norway to Japan", {"norway"}),
        ("the Dutch premier", {"netherlands"}),
        ("the mayor", set()),
    ],
)
def test_nations_are_found_by_country_and_adjective(described: str, found: set[str]) -> None:
    assert nations(described) == found


def test_only_what_is_expressly_of_another_nation_is_another_s() -> None:
    assert of_another_nation("the Japanese ambassador", ENVOY)
    assert not of_another_nation("the Norwegian ambassador", ENVOY)
    assert not of_another_nation("the ambassador", ENVOY)
    assert not of_another_nation("the Norwegian coach", Speaker("Michael Jordan", "coach"))
    assert of_another_nation("the Norwegian ministry", Speaker("Ministry of Japan", None, (), SpeakerKind.ORGANISATION))


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    report = next(path for path in samples.paths() if path.stem == "army-day-moscow")
    with open_parts(read_settings(index=tmp_path_factory.mktemp("ceremony") / "index"), create=True) as parts:
        assert [outcome.status for outcome in parts.publisher.publish([str(report)])] == ["added"]
        yield parts.asker


def test_another_nation_s_ambassador_is_not_the_one_quoted(asker: Asker) -> None:
    right = asker.ask(Question("What did the Iranian ambassador say about the consulate?"))
    assert [speaker.name for speaker in right.speakers] == ["Kazem Jalali"]
    for question in ("What did the Israeli ambassador say about the consulate?", "What did the US ambassador say?"):
        assert asker.ask(Question(question)).abstained
    verdict = asker.ask(Question("Did the Israeli ambassador warn Tel Aviv?"))
    assert (verdict.verdict, [s.name for s in verdict.speakers]) == ("no", ["Kazem Jalali"])


@pytest.mark.parametrize("more", ["and what else did he say?", "What else?", "Did he say anything else?"])
def test_what_else_repeats_nothing(asker: Asker, more: str) -> None:
    question = "Who warned Tel Aviv?"
    first = asker.ask(Question(question))
    then = asker.ask(Question(more, (Turn(question, first.answer),)))
    assert [speaker.name for speaker in then.speakers] == ["Kazem Jalali"]
    assert not {c.quote for c in then.citations} & {c.quote for c in first.citations}
    assert len(then.citations) > 1
