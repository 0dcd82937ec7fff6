"""What a search finds for questions: the lists that the ranker learns to order.

    python benchmarks/archive.py --articles articles.jsonl.gz --questions quiz.jsonl --index INDEX --passages
    python -m training.ranker.candidates --news articles.jsonl.gz --index INDEX --questions FILE --out LISTS

FILE holds lines of ``{"article", "question", "answer"}``, as ``questions-1.jsonl.gz`` beside this file does: questions
like those of a quiz, 4,058 on 1,120 articles, written for this project by reading them; or questions on what is said,
as ``training/reader/questions-N.jsonl.gz`` holds them, of which those with evidence in one place are taken. LISTS gets
a line for each question whose article is in the collection: what ``searching.judged`` finds, and where the answer is.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.answering.searching import judged
from qa.articles import read_bytes
from qa.domain import Article
from qa.ports import Snapshot
from qa.wiring import open_parts, read_settings

FOUND, CHARS = 32, 1_000
NOT_PLACED = {"verify", "list", "identity"}
"""Kinds of question that no single place answers."""


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().split("\n") if line]


def articles_in(index: Path, news: Path, wanted: set[str]) -> dict[str, Article]:
    """Those of the archive's articles ``wanted``, "news:" and the URL, that are in the collection."""
    found: dict[str, Article] = {}
    with open_parts(read_settings(index=index)) as parts, parts.lake.snapshot() as snapshot:
        for row in lines(news):
            if f"news:{row['url']}" not in wanted:
                continue
            text = f"{row['title']}\n\n{row['text']}".encode()
            read = read_bytes(text, source="", media_type="text/plain", limits=parts.publisher.limits)
            if entry := parts.lake.find(sha256=read.sha256):
                found[f"news:{row['url']}"] = snapshot.article(entry.id)
    return found


def placed(row: dict[str, Any], article: Article, snapshot: Snapshot) -> str | None:
    """The words that a passage must have to answer: the answer, or how the passage begins that holds the evidence."""
    if "answer" in row:
        return str(row["answer"])
    if row["history"] or row["abstain"] or row["kind"] in NOT_PLACED or not row["evidence"]:
        return None
    holding = [
        passage
        for passage in snapshot.passages(article.id)
        if any(passage.span.start < end and start < passage.span.end for start, end in row["evidence"])
    ]
    return holding[0].text.strip()[:60] if holding else None


def listed(o: argparse.Namespace) -> Iterator[dict[str, Any]]:
    asked = lines(o.questions)
    known = articles_in(o.index, o.news, {row["article"] for row in asked})
    with open_parts(read_settings(index=o.index)) as parts, parts.lake.snapshot() as snapshot:
        for number, row in enumerate(asked):
            if number % 200 == 0:
                print(f"{number} questions", flush=True)
            article = known.get(row["article"])
            answer = placed(row, article, snapshot) if article else None
            if article is None or answer is None:
                continue
            holds = re.compile(rf"(?<!\w){re.escape(answer.casefold().strip())}(?!\w)")
            vector = parts.embedder.embed_queries([row["question"]])[0]
            windows = [
                {
                    "article": one.article.id,
                    "title": one.article.title,
                    "text": one.span.of(one.article.text),
                    "score": one.score,
                }
                for one in judged(row["question"], vector, snapshot, FOUND, CHARS)
            ]
            answers = [holds.search(str(window["text"]).casefold()) is not None for window in windows]
            yield {
                "question": row["question"],
                "answer": answer,
                "article": article.id,
                "windows": [window | {"answers": here} for window, here in zip(windows, answers, strict=True)],
            }


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--news", type=Path, required=True)
    p.add_argument("--index", type=Path, required=True)
    p.add_argument("--questions", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    with gzip.open(o.out, "wt", encoding="utf-8") as out:
        for row in listed(o):
            print(json.dumps(row, ensure_ascii=False), file=out)


if __name__ == "__main__":
    main()
