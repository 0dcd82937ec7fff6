"""The words beside a name that say who it is."""

from __future__ import annotations

import pytest

from qa.answering.identity import role_in
from qa.answering.wording import tokens


@pytest.mark.parametrize(
    ("line", "name", "role"),
    [
        ("That was plenty for Houston manager Ada Moss.", "Ada Moss", "Houston manager"),
        ("The job cuts came after chief executive Ada Moss wrote to all.", "Ada Moss", "chief executive"),
        ("IT director Ada Moss agreed.", "Ada Moss", "IT director"),
        ("The chief of staff Ada Moss agreed.", "Ada Moss", "The chief of staff"),
        ("Ada Moss, a spokeswoman for the port, agreed.", "Ada Moss", "a spokeswoman for the port"),
        ("His lawyer, Ada Moss, insisted that a co-writer had agreed.", "Ada Moss", "His lawyer"),
        ("Ada Moss, Interior Minister Ivo Reed and a senior official were there.", "Ada Moss", None),
        ("Senators Ada Moss, Rep. Ivo Reed, and others came.", "Ada Moss", None),
        ("It was sold to Ada Moss, alongside investor Ivo Reed.", "Ada Moss", None),
        ("Nobody was better than Moss, someone more like the driver who won.", "Moss", None),
        ("Ada Moss, who leads the harbour board, agreed.", "Ada Moss", "who leads the harbour board"),
    ],
)
def test_a_role_is_what_somebody_is(line: str, name: str, role: str | None) -> None:
    assert role_in(line, tokens(name))[0] == role
