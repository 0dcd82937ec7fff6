"""News articles as scenes: their sentences, and who speaks in each, for questions about who said what."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.articles.blocks import split_blocks
from qa.articles.sentences import split_sentences
from qa.domain import Span
from training.reader.rows import Place

PRONOUNS = re.compile(r"(he|she|they|it|we|i|who|him|her|them|you|his|their|its|this|that|which|these)", re.I)


@dataclass(frozen=True, slots=True)
class Said:
    """One attribution: its content, the name or phrase of the speaker, and where its source stands."""

    content: tuple[Place, ...]
    speaker: str | None
    source: Place | None


@dataclass(frozen=True)
class Scene:
    """An article's sentences; ``speakers`` has, for each, who speaks in it as a prefix would name them."""

    name: str
    text: str
    sentences: tuple[Span, ...]
    speakers: tuple[str | None, ...]
    statements: tuple[Said, ...] = field(default=())

    def touched(self, places: Iterable[Place]) -> list[int]:
        """The sentences of which at least half, or half of the place, lies in one of ``places``."""
        spots = list(places)
        return [
            number
            for number, s in enumerate(self.sentences)
            if any(2 * (min(s.end, e) - max(s.start, b)) >= min(s.end - s.start, e - b) for b, e in spots)
        ]

    def words(self, number: int) -> str:
        return self.sentences[number].of(self.text)

    def context(self, first: int, last: int, *, named: bool) -> Context:
        """Sentences ``first`` to ``last``, behind the name of who speaks in the last of them where ``named``."""
        speaker = next((s for s in reversed(self.speakers[first : last + 1]) if s), None) if named else None
        words, parts = f"{speaker}: " if speaker else "", []
        for number in range(max(0, first), min(len(self.sentences), last + 1)):
            sentence = self.sentences[number]
            parts.append((sentence.start, sentence.end, len(words)))
            words += sentence.of(self.text) + " "
        return Context(words.rstrip(), speaker, tuple(parts))


@dataclass(frozen=True, slots=True)
class Context:
    """What the reader is given of a scene, and where its sentences (start, end, offset in ``words``) come from."""

    words: str
    speaker: str | None
    parts: tuple[tuple[int, int, int], ...]

    def places(self, spots: Iterable[Place]) -> tuple[Place, ...]:
        """Where the parts of ``spots`` that lie in these sentences stand in ``words``."""
        return tuple(
            (max(a, start) - start + offset, min(b, end) - start + offset)
            for a, b in spots
            for start, end, offset in self.parts
            if max(a, start) < min(b, end)
        )


def sentences_of(text: str) -> tuple[Span, ...]:
    return split_sentences(text, split_blocks(text))


def located(words: str, text: str) -> Place | None:
    """Where ``words`` stand in ``text``, any white space matching any other."""
    found = re.search(r"\s+".join(re.escape(word) for word in words.split()), text)
    return found.span() if found else None


def polnear(path: Path) -> list[Scene]:
    """PolNeAR's articles, their speakers named by automatic coreference where the source is no name itself."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return [_polnear_scene(json.loads(line)) for line in lines]


def _polnear_scene(row: Mapping[str, Any]) -> Scene:
    text = row["text"]
    names = [(start, end) for start, end, kind in row.get("entities", []) if kind in ("PERSON", "ORGANIZATION")]
    statements = []
    for item in row["attributions"]:
        source = (item["source"][0][0], item["source"][-1][1]) if item["source"] else None
        speaker = _speaker(text, source, names, row.get("coreference", [])) if source else None
        statements.append(Said(tuple((a, b) for a, b in item["content"]), speaker, source))
    sentences = sentences_of(text)
    return Scene(row["id"], text, sentences, _by_sentence(sentences, statements), tuple(statements))


def _speaker(text: str, source: Place, names: list[Place], chains: list[list[Place]]) -> str | None:
    """The fullest name of the source's chain, else the source's own words, unless they are a pronoun."""
    inside = [n for n in names if source[0] <= n[0] and n[1] <= source[1]]
    head = inside[-1] if inside else source
    linked = [m for chain in chains for m in chain if any(a < head[1] and b > head[0] for a, b in chain)]
    full = [n for n in names for m in linked if m[0] <= n[0] and n[1] <= m[1] and m[1] - m[0] < 80]
    candidates = [text[a:b] for a, b in (full if not inside else [*inside, *_agreeing(text, head, full)])]
    if candidates:
        return max(candidates, key=len)
    words = text[source[0] : source[1]]
    return None if PRONOUNS.fullmatch(words) or len(words) > 80 else words


def _agreeing(text: str, head: Place, names: list[Place]) -> list[Place]:
    """Of ``names``, those that hold the last word of ``head``: automatic chains mix people up."""
    last = text[head[0] : head[1]].rsplit(maxsplit=1)[-1]
    return [(a, b) for a, b in names if last in text[a:b].split()]


def _by_sentence(sentences: tuple[Span, ...], statements: Iterable[Said]) -> tuple[str | None, ...]:
    speakers: list[str | None] = [None] * len(sentences)
    for said in statements:
        for start, end in said.content:
            for number, sentence in enumerate(sentences):
                if sentence.start < end and start < sentence.end and speakers[number] is None:
                    speakers[number] = said.speaker
    return tuple(speakers)


def published(path: Path) -> dict[str, list[tuple[Place, str]]]:
    """What ``whosaid`` itself found in articles: lines of ``{"article", "start", "end", "speaker", "role"}``."""
    out: dict[str, list[tuple[Place, str]]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        name = f"{row['speaker']} ({row['role']})" if row["role"] else row["speaker"]
        out.setdefault(row["article"], []).append(((row["start"], row["end"]), name))
    return out


def articles(folder: Path, spoken: Mapping[str, list[tuple[Place, str]]]) -> dict[str, Scene]:
    """The articles of a folder, by file name; ``spoken`` says who speaks where."""
    scenes = {}
    for path in sorted(folder.glob("*.txt")):
        text = path.read_bytes().decode()
        sentences = sentences_of(text)
        statements = [Said((place,), speaker, None) for place, speaker in spoken.get(path.stem, [])]
        scenes[path.stem] = Scene(path.stem, text, sentences, _by_sentence(sentences, statements), tuple(statements))
    return scenes
