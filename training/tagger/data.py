"""PolNeAR and GAP as training examples for the tagger: windows with labels, restyled on the fly."""

from __future__ import annotations

import bisect
import csv
import gzip
import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tokenizers import Tokenizer

from qa.neural.decoding import ATTRIBUTION, NAMES
from qa.neural.windows import Window, pack, tokenize

IGNORED = -100
STYLES = ("‘’", '""', "«»", "„“", "“”", "''")


@dataclass
class Document:
    """A text with its spans.

    ``chains`` are mentions of one thing; ``referring`` are places of words that refer to something, with the places of
    what they mean (none: nothing that is named). Where ``only_referring``, nothing else is known of the text.
    """

    text: str
    attributions: list[dict] = field(default_factory=list)
    entities: list[tuple[int, int, str]] = field(default_factory=list)
    chains: list[list[tuple[int, int]]] = field(default_factory=list)
    referring: list[tuple[int, list[int]]] = field(default_factory=list)
    only_referring: bool = False


@dataclass
class Example:
    window: Window
    attribution: list[int]
    names: list[int]
    links: dict[int, int]
    antecedents: dict[int, list[int]]


def polnear(path: Path) -> list[Document]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Document(
            row["text"],
            row["attributions"],
            [tuple(e) for e in row.get("entities", [])],
            [[tuple(m) for m in chain] for chain in row.get("coreference", [])],
        )
        for row in rows
    ]


def gap(path: Path) -> list[Document]:
    documents = []
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            names = [(int(row[f"{x}-offset"]), row[f"{x}-coref"] == "TRUE") for x in "AB"]
            at = int(row["Pronoun-offset"])
            right = [start for start, true in names if true]
            documents.append(Document(row["Text"], referring=[(at, right)], only_referring=True))
    return documents


def labelled_sources(texts: Mapping[str, tuple[str, list[dict]]]) -> list[Document]:
    """Texts whose sources were labelled by reading with whom they mean, as ``training.labels`` gives them.

    What a source means is every earlier mention of that name or its last word, and every earlier source that means the
    same; later ones where there is no earlier.
    """
    return [
        Document(
            text,
            referring=meant(text, [((x["start"], x["end"]), _name(x["speaker"])) for x in labels]),
            only_referring=True,
        )
        for text, labels in texts.values()
    ]


def _name(speaker: str | None) -> str | None:
    return None if speaker == "SELF" else speaker


def meant(text: str, sources: list[tuple[tuple[int, int], str | None]]) -> list[tuple[int, list[int]]]:
    """Where each source stands, with the places of what it means; no places where it means nobody named."""
    out = []
    for (start, end), name in sources:
        if name is None:
            out.append((start, []))
            continue
        names = [name] if name in text else name.split(" and ")
        forms = {*names, *(n.split()[-1] for n in names if n[:1].isupper())}
        spots = {m.start() for form in forms for m in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text)}
        spots |= {other[0] for other, same in sources if same == name}
        spots = {spot for spot in spots if not start <= spot < end}
        out.append((start, sorted({spot for spot in spots if spot < start} or spots)))
    return out


def restyled(text: str, chance: random.Random) -> str:
    """``text`` with its double quotation marks in another style, character for character, so that offsets hold."""
    opening, closing = chance.choice(STYLES)
    out, open_now = [], False
    for char in text:
        if char == "“":
            out.append(opening)
        elif char == "”":
            out.append(closing)
        elif char == '"':
            out.append(closing if open_now else opening)
            open_now = not open_now
        else:
            if char == "\n":
                open_now = False
            out.append(char)
    return "".join(out)


def examples(
    document: Document, tokenizer: Tokenizer, cls: int, sep: int, chance: random.Random | None
) -> Iterator[Example]:
    """Labelled windows of ``document``; with ``chance``, restyled and cut from a random paragraph on."""
    text = document.text
    if chance and chance.random() < 0.35:
        text = restyled(text, chance)
    parts = tokenize(text, tokenizer)
    windows: list[Window] = []
    if chance and len(parts) > 3:
        cut = chance.randrange(0, 4)
        if cut:
            windows += pack(parts[:cut], text, cls=cls, sep=sep)
        parts = parts[cut:]
    windows += pack(parts, text, cls=cls, sep=sep)
    for window in windows:
        yield labelled(window, document)


def _inside(starts: list[int], span: tuple[int, int]) -> range:
    """The words whose start lies in ``span``."""
    return range(bisect.bisect_left(starts, span[0]), bisect.bisect_left(starts, span[1]))


def labelled(window: Window, document: Document) -> Example:
    starts = [start for _, start, _ in window.words]
    if not starts:
        return Example(window, [], [], {}, {})
    at = [position for position, _, _ in window.words]
    attribution = [0] * len(starts)
    names = [0 if document.entities else IGNORED] * len(starts)
    if document.only_referring:
        attribution = [IGNORED] * len(starts)
    links: dict[int, int] = {}
    for statement in document.attributions:
        cues = [w for span in statement["cue"] for w in _inside(starts, span)]
        for role in ("source", "cue", "content"):
            for span in statement[role]:
                inside = _inside(starts, span)
                for word in inside:
                    start = word == inside[0] and span[0] >= starts[0] - 1
                    attribution[word] = ATTRIBUTION.index(("B-" if start else "I-") + role)
                    if role != "cue":
                        links[word] = at[cues[0]] if cues else 0
    for start, end, kind in document.entities:
        for word in (inside := _inside(starts, (start, end))):
            names[word] = NAMES.index(("B-" if word == inside[0] else "I-") + kind)
    antecedents: dict[int, list[int]] = {}
    for chain in document.chains:
        mentions = sorted({inside[0] for span in chain if (inside := _inside(starts, span))})
        for number, word in enumerate(mentions):
            antecedents[word] = [at[w] for w in mentions[:number]] or [0]
    for where, right in document.referring:
        words = list(_inside(starts, (where, where + 1)))
        named = [at[w] for start in right for w in _inside(starts, (start, start + 1))]
        if words:
            antecedents[words[0]] = named or [0]
    return Example(window, attribution, names, links, antecedents)
