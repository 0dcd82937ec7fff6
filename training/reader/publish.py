"""Lets whosaid find who says what in the training articles, so that the reader learns from what it will be given.

python -m training.reader.publish --articles train_articles --out statements.jsonl [--tagger WEIGHTS]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from qa.articles import Limits, read_bytes
from qa.attribution import find_statements
from qa.neural.tagger import open_tagger

LIMITS = Limits(max_bytes=20_000_000, max_chars=1_000_000, timeout=20.0)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--articles", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--tagger", type=Path, help="weights other than those in the package")
    o = p.parse_args()
    tagger = open_tagger(threads=2, weights=o.tagger)
    with o.out.open("w", encoding="utf-8") as lines:
        for path in sorted(o.articles.glob("*.txt")):
            article = read_bytes(path.read_bytes(), source=path.name, media_type=None, limits=LIMITS)
            for statement in find_statements(article, tagger.tag(article.text)):
                if statement.speaker is None:
                    continue
                for piece in statement.content:
                    row = {"article": path.stem, "start": piece.span.start, "end": piece.span.end}
                    row |= {"speaker": statement.speaker.name, "role": statement.speaker.role}
                    print(json.dumps(row, ensure_ascii=False), file=lines)


if __name__ == "__main__":
    main()
