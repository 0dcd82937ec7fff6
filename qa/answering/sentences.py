"""A language model's answer as it streams, cut into sentences: marked text, or JSON where the model writes that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from qa.errors import LanguageModelError

MOST_CHARS = 20_000
"""Characters of an answer that are read; a model that writes on has lost its way."""
MOST_OPEN = 3_000
"""Characters in which a sentence must have come to its end."""
MOST_SENTENCES = 24
"""Sentences of an answer that are read."""

SCHEMA: dict[str, object] = {
    "title": "answer",
    "description": "The sentences of the answer, each with the markers of the statements it rests on.",
    "type": "object",
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "description": "One sentence, without markers."},
                    "sources": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["text", "sources"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["sentences"],
    "additionalProperties": False,
}
"""What a model with structured output is asked to fill in."""

_MARKER = r"\[\s*\d{1,4}(?:\s*,\s*\d{1,4})*\s*\]"
_MARKED_END = re.compile(rf"(?:{_MARKER}[ \t]?)*{_MARKER}[.!?]?(?=\n|[ \t]+[^\s\[.,;:a-z])|\n")
_THOUGHT = re.compile(r"\A\s*<think(?:ing)?>.*?</think(?:ing)?>\s*", re.S)
_THINKS, _THOUGHT_ENDS = "<think", "</think"
_FENCE = re.compile(r"\s*```\w*\n")
_MARKED = re.compile(rf"[.!?…][”\"’»)]*\s*(?:{_MARKER}\s*)+\Z|(?:{_MARKER}\s*)+[.!?]\s*\Z")
_MARKED_ONLY = re.compile(rf"{_MARKER}\s*\Z")
_LATE = re.compile(rf"\A(?:\s*{_MARKER})*\s*[.!?]?\s*")
_BEGUN = re.compile(r"\A\[[\d\s,]*\Z")
_REFUSAL = "NOT IN THE EVIDENCE"
"""What the prompts have a model write where the evidence does not answer: whole without a stop."""
_NO_SENTENCES = re.compile(r'\s*\{\s*"sentences"\s*:\s*\[\s*\]\s*\}')
"""The same as JSON."""
_WHOLE = re.compile(r"(?:[.!?…][”\"’»)]*|\])\s*$")


class _Cutter(Protocol):
    def feed(self, piece: str) -> Iterator[str]:
        """The sentences that ``piece`` makes whole."""
        ...

    def rest(self) -> Iterator[str]:
        """What is whole at the end of the answer."""
        ...


def sentences_of(pieces: Iterable[str]) -> Iterator[str]:
    """The sentences that ``pieces`` make, each as soon as it is whole; half a sentence at the end is left out.

    A sentence ends with its line, or with its markers; where an empty piece tells of a pause, also with a stop and its
    markers, whatever may follow; where a second one follows, also with markers alone. Thoughts between tags before the
    answer are passed over. JSON is read as ``SCHEMA`` has it, whether or not it was asked for.

    Raises:
        LanguageModelError: the answer does not come to an end, or what the pieces raise.
    """
    given, read = 0, 0
    opening, cutter = "", None
    for piece in pieces:
        read += len(piece)
        if read > MOST_CHARS:
            raise LanguageModelError("it did not come to an end", kind="endless")
        if cutter is None:
            opening += piece
            answer = _after_thoughts(opening)
            if answer is None:
                continue
            cutter, piece = _cutter_for(answer), answer
        for sentence in cutter.feed(piece):
            given += 1
            if given > MOST_SENTENCES:
                raise LanguageModelError("it did not come to an end", kind="endless")
            yield sentence
    if cutter is not None:
        yield from cutter.rest()


def _after_thoughts(opening: str) -> str | None:
    """The beginning of the answer proper; None as long as it cannot be told."""
    rest = _THOUGHT.sub("", opening, count=1) if _THOUGHT_ENDS in opening else opening
    begun = rest.lstrip()
    if not begun or begun.startswith(_THINKS) or _THINKS.startswith(begun):
        return None
    if rest.lstrip().startswith("`"):
        fence = _FENCE.match(rest)
        return rest[fence.end() :] if fence and rest[fence.end() :].strip() else None
    return rest


def _cutter_for(answer: str) -> _Cutter:
    return _JsonCutter() if answer.lstrip()[0] == "{" else _TextCutter()


class _TextCutter:
    """Cuts marked text."""

    def __init__(self) -> None:
        self._buffer = ""
        self._paused = False
        self._silent = 0

    def feed(self, piece: str) -> Iterator[str]:
        self._buffer += piece
        self._silent = 0 if piece else self._silent + 1
        if self._silent and (_MARKED if self._silent == 1 else _MARKED_ONLY).search(self._buffer):
            yield self._buffer.strip()
            self._buffer, self._paused = "", True
        if self._paused:
            # A further marker of a sentence that was given already is no sentence.
            self._buffer = _LATE.sub("", self._buffer)
            self._paused = not self._buffer or _BEGUN.match(self._buffer) is not None
        while end := _MARKED_END.search(self._buffer):
            sentence, self._buffer = self._buffer[: end.end()].strip(), self._buffer[end.end() :]
            if sentence and not sentence.startswith("```"):
                yield sentence
        _require_end(len(self._buffer))

    def rest(self) -> Iterator[str]:
        sentence = self._buffer.strip()
        if sentence and (_WHOLE.search(sentence) or sentence.strip("*_ ").upper() == _REFUSAL):
            yield sentence


class _JsonCutter:
    """Cuts the objects out of a JSON list while it grows."""

    def __init__(self) -> None:
        self._buffer = ""
        self._at: int | None = None
        self._decoder = json.JSONDecoder()
        self._between = re.compile(r"[\s,]*")

    def feed(self, piece: str) -> Iterator[str]:
        self._buffer += piece
        if self._at is None:
            start = re.match(r'\s*\{\s*"sentences"\s*:\s*\[', self._buffer)
            if start is None:
                return
            self._at = start.end()
        while "}" in self._buffer[self._at :]:
            begin = self._between.match(self._buffer, self._at)
            try:
                value, self._at = self._decoder.raw_decode(self._buffer, begin.end() if begin else self._at)
            except (ValueError, RecursionError):
                break
            yield from _marked(value)
        _require_end(len(self._buffer) - self._at)

    def rest(self) -> Iterator[str]:
        if _NO_SENTENCES.match(self._buffer):
            yield _REFUSAL


def _require_end(length: int) -> None:
    """``length``: characters since the last sentence ended."""
    if length > MOST_OPEN:
        raise LanguageModelError("it did not come to an end", kind="endless")


def _marked(value: object) -> Iterator[str]:
    """The sentence that one object of the list holds, with its markers; nothing where it is no such object."""
    if not isinstance(value, dict) or not isinstance(value.get("text"), str) or not value["text"].strip():
        return
    sources = value.get("sources")
    numbers = [s for s in sources if isinstance(s, int) and 0 <= s <= 9_999] if isinstance(sources, list) else []
    yield " ".join(value["text"].split()) + "".join(f" [{number}]" for number in numbers)
