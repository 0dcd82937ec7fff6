"""PolNeAR and GAP as training examples for the tagger: windows with labels, restyled on the fly."""

from __future__ import annotations

import bisect
import csv
import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from tokenizers import Tokenizer

from qa.neural.decoding import ATTRIBUTION, NAMES
from qa.neural.windows import Window, pack, tokenize

IGNORED = -100
STYLES = ("‘’", '""', "«»", "„“", "“”", "''")


@dataclass
class Document:
    """A text with its spans; ``chains`` are mentions of one thing, ``apart`` marks names a pronoun may not mean."""

    text: str
    attributions: list[dict] = field(default_factory=list)
    entities: list[tuple[int, int, str]] = field(default_factory=list)
    chains: list[list[tuple[int, int]]] = field(default_factory=list)
    pronoun: tuple[int, list[int], list[int]] | None = None


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
            wrong = [start for start, true in names if not true]
            documents.append(Document(row["Text"], pronoun=(at, right, wrong)))
    return documents


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
    if document.pronoun:
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
    if document.pronoun:
        where, right, _ = document.pronoun
        words = list(_inside(starts, (where, where + 1)))
        named = [at[w] for start in right for w in _inside(starts, (start, start + 1))]
        if words and (named or not right):
            antecedents[words[0]] = named or [0]
    return Example(window, attribution, names, links, antecedents)


def batch(rows: list[Example], mask_token: int, masked: float, chance: random.Random) -> dict[str, torch.Tensor]:
    """Padded tensors; a share ``masked`` of the words is hidden from the model."""
    length = max(len(row.window.ids) for row in rows)
    shape = (len(rows), length)
    out = {name: torch.zeros(shape, dtype=torch.long) for name in ("ids", "mask", "shapes")}
    out |= {name: torch.full(shape, IGNORED) for name in ("attribution", "names", "links")}
    out["antecedents"] = torch.zeros((*shape, length), dtype=torch.bool)
    for number, row in enumerate(rows):
        size = len(row.window.ids)
        out["ids"][number, :size] = torch.tensor(row.window.ids)
        out["mask"][number, :size] = 1
        out["shapes"][number, :size] = torch.tensor(row.window.shapes)
        for word, (position, _, _) in enumerate(row.window.words):
            out["attribution"][number, position] = row.attribution[word]
            out["names"][number, position] = row.names[word]
            if word in row.links:
                out["links"][number, position] = row.links[word]
            if word in row.antecedents:
                out["antecedents"][number, position, row.antecedents[word]] = True
            if masked and chance.random() < masked:
                out["ids"][number, position] = mask_token
    return out
