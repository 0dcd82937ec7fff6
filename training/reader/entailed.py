"""Turns public collections of entailment into claims that a sentence bears out, or does not.

    python -m training.reader.entailed --claims FILE … --out entailed.jsonl.gz [--vitaminc FILE …] [--pairs FILE …]
        [--plain FIRST SECOND LABELS …]

``--vitaminc``: JSON lines of claim, evidence and label (VitaminC, Schuster et al. 2021; FEVER symmetric, Schuster et
al. 2019). ``--pairs``: tab-separated premise, hypothesis and label below a heading (counterfactual NLI, Kaushik et al.
2020; ConjNLI, Saha et al. 2020). ``--plain``: three files with a line each (SNLI, Bowman et al. 2015). The service is
asked "did X say Y?" of words behind a speaker's name: speakers are drawn from ``--claims``, so that a name tells
nothing. What one claim is compared with, or what is claimed of one premise, makes a group.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from training.reader.pairs import claims
from training.reader.rows import Group, Row

Pair = tuple[str, str, str, bool]
"""What groups it, premise, hypothesis, whether the one bears out the other."""

BORNE_OUT = {"SUPPORTS", "entailment"}
KNOWN = BORNE_OUT | {"REFUTES", "NOT ENOUGH INFO", "contradiction", "neutral"}
LONGEST = 600
"""Premises of more characters are left out: what is said is one sentence or a few."""

ASKED = (
    *("Did {} say that {}?", "Did {} say {}?", "Did {} say {}?", "Does {} say that {}?", "Did {} claim that {}?"),
    *("Did {} tell that {}?", "Has {} said {}?", "Did {} state that {}?", "Was it {} who said {}?"),
    *("did {} say {}", "Is it true that, according to {}, {}?", "Did {} report that {}?"),
)
_SPACED = ((" ,", ","), ("( ", "("), (" )", ")"), (" '", "'"), ("`` ", '"'), ("``", '"'), ("''", '"'), (" %", "%"))
_LOWERED = re.compile(r"(?:The|An?|There|This|That|These|Those|In|On|At|By|It|He|She|They|Some|Many|More|Less|Two)\b")


def vitaminc(path: Path) -> Iterator[Pair]:
    """Claims with evidence before and after an edit; grouped by the edit where it is told, else by the claim."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["label"] in KNOWN:
            yield row.get("case_id") or row["claim"], row["evidence"], row["claim"], row["label"] in BORNE_OUT


def pairs(path: Path) -> Iterator[Pair]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]:
            if len(row) == 3 and row[2] in KNOWN:
                yield row[0][:25], row[0], row[1], row[2] in BORNE_OUT


def plain(first: Path, second: Path, labels: Path) -> Iterator[Pair]:
    files = (path.read_text("utf-8").splitlines() for path in (first, second, labels))
    for premise, hypothesis, label in zip(*files, strict=True):
        if label in KNOWN:
            yield premise, premise, hypothesis, label in BORNE_OUT


def tidied(text: str) -> str:
    """``text`` with the spaces and quotation marks that people write."""
    text = text.replace("\ufffd", " ")
    for spaced, meant in _SPACED:
        text = text.replace(spaced, meant)
    return re.sub(r"\s+([.;:!?])", r"\1", " ".join(text.split()))


def asked(found: Iterable[Pair], speakers: list[str], chance: random.Random) -> list[Group]:
    """The pairs as the reader meets them; a group has one speaker, called by the last name now and then."""
    by_key: dict[str, list[Pair]] = defaultdict(list)
    for pair in found:
        if len(pair[1]) <= LONGEST:
            by_key[pair[0]].append(pair)
    groups: list[Group] = []
    for same in by_key.values():
        speaker = chance.choice(speakers)
        called = speaker.split()[-1] if speaker.istitle() and chance.random() < 0.5 else speaker
        groups.append(tuple(_row(pair, speaker, called, chance) for pair in dict.fromkeys(same)))
    return groups


def _row(pair: Pair, speaker: str, called: str, chance: random.Random) -> Row:
    hypothesis = tidied(pair[2]).rstrip(". ")
    if _LOWERED.match(hypothesis):
        hypothesis = hypothesis[0].lower() + hypothesis[1:]
    question = chance.choice(ASKED).format(called, hypothesis)
    return Row(question, f"{speaker}: {tidied(pair[1])}", None, True, pair[3])


def read(path: Path) -> list[Group]:
    """The groups that ``main`` wrote."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [tuple(Row(q, c, None, True, agrees) for q, c, agrees in json.loads(line)) for line in lines]


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--claims", type=Path, nargs="+", required=True)
    p.add_argument("--vitaminc", type=Path, nargs="*", default=[])
    p.add_argument("--pairs", type=Path, nargs="*", default=[])
    p.add_argument("--plain", type=Path, nargs=3, action="append", default=[])
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--seed", type=int, default=1)
    o = p.parse_args()
    speakers = sorted({claim.context.split(": ", 1)[0] for path in o.claims for claim in claims(path)})
    chance = random.Random(o.seed)
    groups = [
        group
        for found in (*map(vitaminc, o.vitaminc), *map(pairs, o.pairs), *(plain(*paths) for paths in o.plain))
        for group in asked(found, speakers, chance)
    ]
    with gzip.open(o.out, "wt", encoding="utf-8") as out:
        for group in groups:
            print(json.dumps([[r.question, r.context, r.agrees] for r in group], ensure_ascii=False), file=out)
    rows = [row for group in groups for row in group]
    print(f"{len(groups)} groups, {len(rows)} claims, {sum(bool(row.agrees) for row in rows)} borne out")


if __name__ == "__main__":
    main()
