"""Whose words they are, where somebody says that somebody else said it; with the models that ship."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.asking import Asker
from qa.domain import Question
from qa.service.schemas import statements_out
from qa.wiring import Parts, open_parts, read_settings

REPORT = """Quarry blast rattles Ostrava suburb

The quarry's owner told the council on Friday that the geologist Lenka Havel had warned of cracks in the northern wall.
The noise would be gone by spring, the owner added.

Residents were told that the road would stay shut.
"""


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    folder: Path = tmp_path_factory.mktemp("quarry")
    (folder / "quarry.txt").write_text(REPORT, "utf-8")
    with open_parts(read_settings(index=folder / "index"), create=True) as parts:
        assert [o.status for o in parts.publisher.publish([str(folder / "quarry.txt")])] == ["added"]
        yield parts


def named(asker: Asker, question: str) -> list[str]:
    return [speaker.name for speaker in asker.ask(Question(question)).speakers]


def test_who_said_it_is_the_innermost_speaker_whose_words_hold_it(parts: Parts) -> None:
    assert named(parts.asker, "Who warned of cracks in the northern wall?") == ["Lenka Havel"]


def test_who_reported_it_is_whoever_passes_it_on(parts: Parts) -> None:
    answer = parts.asker.ask(Question("Who reported the warning of cracks in the northern wall?"))
    assert answer.citations[0].speaker == "the quarry's owner"
    assert "Lenka Havel" not in [speaker.name for speaker in answer.speakers]


def test_both_said_something_of_it(parts: Parts) -> None:
    for question in ("What did Lenka Havel warn of?", "What did the owner tell the council?"):
        answer = parts.asker.ask(Question(question))
        assert not answer.abstained
        assert "cracks in the northern wall" in answer.answer


def test_statements_stand_under_the_one_that_passes_them_on(parts: Parts) -> None:
    with parts.lake.snapshot() as snapshot:
        (entry,) = snapshot.entries()
        told = statements_out(snapshot.statements(entry.id))
    outer = [s for s in told if s["nested"]]
    assert [s["source"]["text"] for s in outer if s["source"]] == ["The quarry's owner"]
    (inner,) = outer[0]["nested"]
    assert (inner["speaker"] or {}).get("name") == "Lenka Havel"
    assert inner["via"] == [(outer[0]["speaker"] or {}).get("name")]
    assert entry.statements == len(told) + 1


def test_whoever_was_told_is_not_credited(parts: Parts) -> None:
    with parts.lake.snapshot() as snapshot:
        statements = snapshot.statements(snapshot.entries()[0].id)
    assert "Residents" not in [s.speaker.name for s in statements if s.speaker]
