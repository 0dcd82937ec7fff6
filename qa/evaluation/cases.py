"""Gold questions as values: read from JSON lines, checked field by field, nothing guessed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from qa.errors import InputError


class Kind(StrEnum):
    """What a gold question asks for."""

    WHO = "who"
    WHAT = "what"
    IDENTITY = "identity"
    LIST = "list"
    FACT = "fact"
    VERIFY = "verify"
    ABSTAIN = "abstain"
    FOLLOWUP = "followup"


class PastTurn(BaseModel):
    """A question and answer that went before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    question: str
    answer: str


class Case(BaseModel):
    """One gold question on one article.

    ``article`` is the stem of the article's file name. ``aliases`` lists, for each of ``speakers``, what else counts
    as naming them. ``evidence`` are verbatim pieces of the article, any run of white space standing for any other.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    article: str
    id: str
    kind: Kind
    question: str = Field(min_length=1)
    history: tuple[PastTurn, ...] = ()
    speakers: tuple[str, ...] = ()
    aliases: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[str, ...] = ()
    answer_any: tuple[str, ...] = ()
    verdict: Literal["yes", "no"] | None = None
    needs_coref: bool = False
    indirect: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """All that names one of the speakers."""
        return (*(alias for group in self.aliases for alias in group), *self.speakers)

    @model_validator(mode="after")
    def _fits(self) -> Case:
        if len(self.aliases) != len(self.speakers):
            raise ValueError("aliases must be parallel to speakers")
        if (self.kind is Kind.VERIFY) != (self.verdict is not None):
            raise ValueError("a verdict belongs to verify questions, and to them alone")
        return self


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a gold file, in order.

    Raises:
        InputError: the file is missing, holds no case, or a line is not a case; the message names the line.
    """
    try:
        # Not splitlines(): a string of JSON may hold U+2028 and the like. And some editors begin a file with a mark.
        lines = path.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({_reason(error)})") from error
    cases = tuple(_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip())
    if not cases:
        raise InputError(f"{path}: holds no gold questions")
    return cases


def _case(path: Path, number: int, line: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "line"
        raise InputError(f"{path}:{number}: {where}: {first['msg']}") from error


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "unreadable") if isinstance(error, OSError) else "not UTF-8"
