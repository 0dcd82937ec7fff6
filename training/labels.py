"""Sources labelled by reading with whom they mean, beside the articles that they stand in."""

from __future__ import annotations

import gzip
import json
from pathlib import Path


def labelled_texts(labels: Path, news: Path, polnear: Path) -> dict[str, tuple[str, list[dict]]]:
    """Text and labels of each labelled article, by its id ("news:" with the URL, "polnear:" with the article's id)."""
    rows: dict[str, list[dict]] = {}
    for line in labels.read_text("utf-8").splitlines():
        row = json.loads(line)
        rows.setdefault(row["article"], []).append(row)
    out = {}
    for path, kind, key in ((news, "news", "url"), (polnear, "polnear", "id")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            for line in lines:
                source = json.loads(line)
                identifier = f"{kind}:{source[key]}"
                if identifier in rows:
                    out[identifier] = (source["text"].replace("\r\n", "\n"), rows[identifier])
    return out
