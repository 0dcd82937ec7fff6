"""The reports that come with the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa import samples

REPORTS = samples.paths()


def test_every_report_in_the_folder_is_named_once() -> None:
    folder = Path(samples.__file__).parent
    assert sorted(REPORTS) == sorted(folder.glob("*.txt"))


def test_the_report_of_the_ceremony_opens_first() -> None:
    assert REPORTS[0].name == "army-day-moscow.txt"
    assert min(REPORTS) == REPORTS[0], "and stays first where reports are sorted by name"


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_report_is_plain_text_with_a_headline(path: Path) -> None:
    text = path.read_bytes().decode("utf-8", errors="strict")
    assert "\r" not in text
    assert "\x00" not in text
    assert "<" not in text, "no mark-up"
    headline, blank, rest = text.split("\n", 2)
    assert 10 < len(headline) < 120
    assert blank == ""
    assert len(rest.split()) > 400


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("army-day-moscow", ("Khosravi Moghaddam", "Khosravi Moghadam", "Kazem Jalali", "Alexander Fomin")),
        ("lindhafen-strike", ("Karin Voss", "Dieter Voss")),
        ("water-bill-debate", ("Philippa Crane", "Lucas Crane")),
    ],
)
def test_the_hard_cases_that_the_tests_lean_on_are_there(name: str, spellings: tuple[str, ...]) -> None:
    text = next(path for path in REPORTS if path.stem == name).read_text(encoding="utf-8")
    assert [spelling for spelling in spellings if spelling not in text] == []
    if name == "army-day-moscow":
        assert not set('“”"«»') & set(text), "every statement of this report is indirect"
