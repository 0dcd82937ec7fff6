"""Articles that were read for this project: by id, and those whose sources were labelled with whom they mean."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def by_id(news: Path, polnear: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Id, text and row of every article: "news:" with the URL, "polnear:" with the article's id."""
    for path, kind, key in ((news, "news", "url"), (polnear, "polnear", "id")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            for row in map(json.loads, lines):
                yield f"{kind}:{row[key]}", row["text"].replace("\r\n", "\n"), row


def labelled_texts(labels: Path, news: Path, polnear: Path) -> dict[str, tuple[str, list[dict]]]:
    """Text and labels of each labelled article, by its id."""
    rows: dict[str, list[dict]] = {}
    for line in labels.read_text("utf-8").splitlines():
        row = json.loads(line)
        rows.setdefault(row["article"], []).append(row)
    return {article: (text, rows[article]) for article, text, _ in by_id(news, polnear) if article in rows}
