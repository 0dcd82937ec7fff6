"""Writes the questions and claims made for this project beside the articles that they are about.

    python -m training.reader.own --news articles.jsonl.gz --polnear train.jsonl.gz --out DIR

``questions-N.jsonl.gz`` and ``claims-N.jsonl.gz`` beside this file were written by reading articles of the news archive
and of PolNeAR, and the reports written for training; they point into those by offsets, and hold none of their text.
Writes DIR/articles, DIR/questions-N.jsonl (as the benchmark, evidence in words) and DIR/claims-N.jsonl (as ``pairs``
reads).
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.labels import by_id
from training.tagger.reports import reports

HERE = Path(__file__).parent


def titled(title: str, text: str) -> str:
    """An article of the archive below its title, where it does not begin with it."""
    return f"{title}\n\n{text}" if title and title[:40] not in text[:300] else text


def texts(news: Path, polnear: Path) -> dict[str, str]:
    """Every article by id: "news:" with the URL, "polnear:" with the article's id, "report:" with a number."""
    out = {f"report:{number}": report.text for number, report in enumerate(reports())}
    return out | {article: titled(row.get("title") or "", text) for article, text, row in by_id(news, polnear)}


def rows(packed: Path) -> Iterator[dict[str, Any]]:
    """What one of the files beside this one holds."""
    return map(json.loads, gzip.decompress(packed.read_bytes()).decode().splitlines())


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--news", type=Path, required=True)
    p.add_argument("--polnear", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    known = texts(o.news, o.polnear)
    (o.out / "articles").mkdir(parents=True, exist_ok=True)
    for packed in sorted(HERE.glob("questions-*.jsonl.gz")):
        with (o.out / packed.stem).open("w", encoding="utf-8") as out:
            for row in rows(packed):
                text, name = known[row["article"]], row.pop("name")
                (o.out / "articles" / f"{name}.txt").write_bytes(text.encode())
                row |= {"article": name, "evidence": [text[start:end] for start, end in row["evidence"]]}
                print(json.dumps(row, ensure_ascii=False), file=out)
    for packed in sorted(HERE.glob("claims-*.jsonl.gz")):
        with (o.out / packed.stem).open("w", encoding="utf-8") as out:
            for row in rows(packed):
                said = known[row["article"]][row["start"] : row["end"]].replace("\n", " ")
                claim = {"context": f"{row['speaker']}: {said}", "true": row["true"], "false": row["false"]}
                claim |= {"said": row["said"]} if "said" in row else {}
                print(json.dumps(claim, ensure_ascii=False), file=out)


if __name__ == "__main__":
    main()
