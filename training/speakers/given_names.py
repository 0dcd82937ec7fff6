r"""Counts which given names are followed by "he" and which by "she" in the news.

    python -m training.speakers.given_names --news articles.jsonl.gz --polnear train.jsonl.gz \
        --out qa/attribution/given_names.json

A full name votes by the first pronoun behind it where no other full name stands between. A given name is kept with at
least five votes, nine tenths of them for one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

NAME = re.compile(r"\b([A-Z][a-zà-ÿ]{2,})\s(?:[A-Z]\.\s)?[A-Z][\w’'-]{2,}\b")
PRONOUN = re.compile(r"\b(?:(he|his|him)|(she|her|hers))\b", re.IGNORECASE)
TITLE = re.compile(r"\b(?:(Mr)|(Mrs|Ms))\.?\s([A-Z][a-zà-ÿ]{2,})\s[A-Z]")
NEAR = 160


def texts(paths: list[Path]) -> Iterator[str]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


def votes(text: str, counts: dict[str, Counter[str]]) -> None:
    found = list(NAME.finditer(text))
    for number, match in enumerate(found):
        stop = found[number + 1].start() if number + 1 < len(found) else len(text)
        pronoun = PRONOUN.search(text, match.end(), min(stop, match.end() + NEAR))
        if pronoun:
            counts.setdefault(match.group(1).lower(), Counter())["m" if pronoun.group(1) else "f"] += 1
    for match in TITLE.finditer(text):
        counts.setdefault(match.group(3).lower(), Counter())["m" if match.group(1) else "f"] += 3


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--news", type=Path, required=True)
    p.add_argument("--polnear", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    counts: dict[str, Counter[str]] = {}
    for text in texts([o.news, o.polnear]):
        votes(text, counts)
    kept: dict[str, list[str]] = {"f": [], "m": []}
    for name, count in sorted(counts.items()):
        gender, most = count.most_common(1)[0]
        if most >= 4 and most >= {"f": 0.6, "m": 0.85}[gender] * sum(count.values()):
            kept[gender].append(name)
    o.out.write_text(
        json.dumps({g: " ".join(names) for g, names in kept.items()}, ensure_ascii=False, indent=1) + "\n", "utf-8"
    )
    print({g: len(names) for g, names in kept.items()})


if __name__ == "__main__":
    main()
