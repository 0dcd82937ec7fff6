"""Kills a process that adds articles, at random moments, and looks whether anything that it had promised is gone.

    python benchmarks/kills.py                      # 200 kills of a worker on the lake, a few minutes
    python benchmarks/kills.py --cli a.txt b.md …   # the same with `qa add` and real articles, slower

Every round starts a process, lets it work up to a random moment, and sends SIGKILL. What the process said is done (a
line that it printed) must be there when the collection is opened again; what was being done at that moment may be
there whole, or not at all. Then everything in the collection is read and checked: articles, passages and statements
equal what was put, words find each article, and the search by vectors equals a search of every vector there is.
Exit status 0 where no kill lost or broke anything.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from qa.collection.embedded import EmbeddedLake
from qa.collection.manifest import read_manifest
from qa.domain import Article, Excerpt, HitKind, Mode, Passage, Publication, Span, Speaker, Statement
from qa.ports import Vectors

DIMENSION = 32
MODEL: dict[str, Any] = {"model": "kills", "dimension": DIMENSION, "fingerprint": "0" * 64}
ARTICLES = 40
GRAPH_FROM = 250
"""So low that both ways of searching vectors are met."""
ROUNDS_PER_COLLECTION = 20
LINES = 60
"""Two lines for each change: so many changes, at most, are waited for before a kill."""

Held = dict[str, int]
"""Article ids and their versions."""


# --- the worker: what is killed ---------------------------------------------------------------------------------


def publication(article_id: str, version: int) -> Publication:
    """A made-up article: the same for the same id and version."""
    choose = random.Random(f"{article_id}/{version}")
    text, passages, statements = f"Article {article_id}, version {version}", [], []
    for number in range(choose.randint(1, 12)):
        start = len(text) + 2
        who, what = f"Speaker {choose.randint(1, 9)}", f"the cost is {choose.randint(1, 10**6)} crowns in {article_id}"
        text += f"\n\n{who} said {what}."
        span = Span(start, len(text))
        passages.append(Passage(article_id, number, span, span.of(text)))
        at = start + len(who) + 6
        content = Excerpt.cut(Span(at, at + len(what)), text)
        source = Excerpt.cut(Span(start, start + len(who)), text)
        statements.append(Statement(article_id, Mode.INDIRECT, 0.9, (content,), None, source, Speaker(who), 0.8))
    sentences = tuple(passage.span for passage in passages)
    article = Article(article_id, f"Title of {article_id}", f"{article_id}.txt", text, (), sentences)
    return Publication(article, tuple(passages), tuple(statements))


def embed(texts: Sequence[str]) -> Vectors:
    """A direction for each text, drawn from its hash."""
    seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
    rows = [np.random.default_rng(seed).normal(size=DIMENSION) for seed in seeds]
    matrix: Vectors = np.array(rows, dtype=np.float32).reshape(-1, DIMENSION)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix


def vectors_of(published: Publication) -> tuple[Vectors, Vectors]:
    return embed([p.text for p in published.passages]), embed([s.words for s in published.statements])


def open_lake(directory: Path) -> EmbeddedLake:
    return EmbeddedLake.open(directory, **MODEL, exact_below=GRAPH_FROM)


def work(directory: Path, seed: int) -> None:
    """Adds, replaces and removes until it is killed; says what it is about to do, and when it is done."""
    choose = random.Random(seed)
    print("ready", flush=True)
    lake = open_lake(directory)
    with lake.snapshot() as snapshot:
        held = {entry.id for entry in snapshot.entries()}
    for step in range(10**9):
        article_id, version = f"a{choose.randrange(ARTICLES)}", seed * 10**6 + step
        if article_id in held and choose.random() < 0.2:
            print(json.dumps(["remove", article_id, 0]), flush=True)
            lake.remove(article_id)
            held.discard(article_id)
        else:
            published = publication(article_id, version)
            vectors = vectors_of(published)
            print(json.dumps(["put", article_id, version]), flush=True)
            lake.put(published, *vectors)
            held.add(article_id)
        print("done", flush=True)
        if choose.random() < 0.15:
            lake.settle()
        if choose.random() < 0.05:
            lake.close()
            lake = open_lake(directory)


# --- the judge --------------------------------------------------------------------------------------------------


def run_and_kill(command: list[str], after_lines: int, delay: float) -> tuple[list[str], bool]:
    """Kills a process ``delay`` seconds after it has printed so many lines.

    Counting lines keeps the moments spread over the work, however fast or busy the machine is.

    Returns:
        The lines that it printed whole, and whether it had ended by itself before that.
    """
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stderr
    lines: list[str] = []
    heard = threading.Semaphore(0)

    def listen() -> None:
        assert process.stdout
        for line in process.stdout:
            if line.endswith("\n"):
                lines.append(line.rstrip("\n"))
                heard.release()
        for _ in range(after_lines):
            heard.release()

    listener = threading.Thread(target=listen)
    listener.start()
    for _ in range(after_lines):
        heard.acquire(timeout=120)
    time.sleep(delay)
    ended = process.poll() is not None
    process.kill()
    process.wait()
    listener.join()
    complaint = process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    if ended and process.returncode != 0:
        raise SystemExit(f"the process failed by itself: {complaint.strip()[-2000:]}")
    return lines, ended


def expected_after(held: Held, lines: list[str]) -> tuple[Held, Held]:
    """What must be there after these lines; and what may be, if the last thing begun was done but not yet said."""
    sure = dict(held)
    begun: tuple[str, str, int] | None = None
    for line in lines[1:]:
        if line == "done":
            assert begun
            apply(sure, begun)
            begun = None
        else:
            kind, article_id, version = json.loads(line)
            begun = kind, article_id, version
    possible = dict(sure)
    if begun:
        apply(possible, begun)
    return sure, possible


def apply(held: Held, change: tuple[str, str, int]) -> None:
    kind, article_id, version = change
    if kind == "put":
        held[article_id] = version
    else:
        held.pop(article_id, None)


def look_through(directory: Path, sure: Held, possible: Held) -> Held:
    """Opens the collection and checks everything in it; what it holds. Raises AssertionError, CollectionError."""
    with open_lake(directory) as lake:
        lake.verify()
        with lake.snapshot() as snapshot:
            titles = {entry.id: snapshot.article(entry.id).text.split("\n")[0] for entry in snapshot.entries()}
            found = {article_id: int(title.rsplit(" ", 1)[1]) for article_id, title in titles.items()}
            assert found in (sure, possible), f"expected {sure} or {possible}, found {found}"
            matrices: dict[HitKind, list[tuple[str, int, np.ndarray]]] = {kind: [] for kind in HitKind}
            for article_id, version in found.items():
                published = publication(article_id, version)
                assert snapshot.article(article_id) == published.article
                assert snapshot.passages(article_id) == published.passages
                assert snapshot.statements(article_id) == published.statements
                words = snapshot.lexical(article_id, HitKind.STATEMENT, 99, [article_id])
                assert len(words) == len(published.statements), "words are missing"
                for kind, matrix in zip(HitKind, vectors_of(published), strict=True):
                    matrices[kind] += [(article_id, item, row) for item, row in enumerate(matrix)]
            for kind, rows in matrices.items():
                compare_search(snapshot, kind, rows)
    return found


def compare_search(snapshot: Any, kind: HitKind, rows: list[tuple[str, int, np.ndarray]]) -> None:
    """Whether the search by vectors finds what a search of every vector finds."""
    for query in embed([f"query {number}" for number in range(5)]):
        hits = [(hit.article_id, hit.item) for hit in snapshot.nearest(query, kind, 10)]
        best = sorted(rows, key=lambda row: -float(row[2] @ query))[:10]
        assert hits == [(article_id, item) for article_id, item, _ in best], f"the search for {kind.value}s differs"


def kill_the_worker(kills: int, seed: int, longest: float, root: Path) -> dict[str, Any]:
    choose = random.Random(seed)
    counts = {"kills": 0, "changes said done": 0, "unsaid, there": 0, "unsaid, not there": 0, "before any change": 0}
    opening: list[float] = []
    held: Held = {}
    directory = root
    for number in range(kills):
        if number % ROUNDS_PER_COLLECTION == 0:
            directory, held = root / f"collection-{number}", {}
        command = [
            sys.executable,
            str(Path(__file__).resolve()),
            "--worker",
            str(directory),
            "--seed",
            str(seed + number),
        ]
        # One kill in five while the collection is opened or made, the others anywhere in its work.
        after_lines = 1 if number % 5 == 0 else choose.randint(1, LINES)
        lines, _ = run_and_kill(command, after_lines, choose.uniform(0, longest))
        sure, possible = expected_after(held, lines)
        started = time.perf_counter()
        held = look_through(directory, sure, possible)
        opening.append(time.perf_counter() - started)
        counts["kills"] += 1
        counts["changes said done"] += lines.count("done")
        counts["before any change"] += "done" not in lines
        if sure != possible:
            counts["unsaid, there" if held == possible else "unsaid, not there"] += 1
        if (number + 1) % 20 == 0:
            print(f"{number + 1} kills: nothing lost", file=sys.stderr, flush=True)
    return {**counts, "lost": 0, "slowest check, s": round(max(opening), 2)}


def kill_the_command(kills: int, seed: int, longest: float, root: Path, files: list[str]) -> dict[str, Any]:
    """`qa add` on real files: what it said is added must be there, with its words, and nothing half."""
    choose = random.Random(seed)
    counts = {"kills": 0, "articles said added": 0, "ended by itself": 0}
    directory, said = root, set[str]()
    for number in range(kills):
        if number % ROUNDS_PER_COLLECTION == 0:
            directory, said = root / f"collection-{number}", set()
        command = [sys.executable, "-m", "qa", "--index", str(directory), "add", "--json", *files]
        after_lines = choose.randint(0, len(files))
        lines, ended = run_and_kill(command, after_lines, choose.uniform(0, longest))
        now = [article_id for line in lines for article_id in added_by(line)]
        said.update(now)
        model = read_manifest(directory)
        if model is not None:
            options: dict[str, Any] = {"dimension": model.dimension, "fingerprint": model.fingerprint}
            with EmbeddedLake.open(directory, model=model.name, **options) as lake:
                lake.verify()
                with lake.snapshot() as snapshot:
                    missing = said - {entry.id for entry in snapshot.entries()}
            assert not missing, f"said to be added, but not there: {missing}"
        else:
            assert not said, f"said to be added, but there is no collection: {said}"
        counts["kills"] += 1
        counts["articles said added"] += len(now)
        counts["ended by itself"] += ended
    return {**counts, "lost": 0}


def added_by(line: str) -> list[str]:
    """The id of the article that a line of `qa add --json` says is in the collection."""
    try:
        outcome = json.loads(line)
    except ValueError:
        return []
    if isinstance(outcome, dict) and outcome.get("status") in {"added", "replaced", "unchanged"}:
        return [str(outcome["article"]["id"])]
    return []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, help="seconds to wait at most before a kill (default 0.05; --cli: 3)")
    parser.add_argument("--cli", nargs="+", metavar="FILE", help="kill `qa add FILE…` instead of the worker")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.worker, options.seed)
        return
    root = Path(tempfile.mkdtemp(prefix="kills-"))
    started = time.perf_counter()
    try:
        if options.cli:
            result = kill_the_command(options.kills, options.seed, options.longest or 3.0, root, options.cli)
        else:
            result = kill_the_worker(options.kills, options.seed, options.longest or 0.05, root)
    except AssertionError as error:
        raise SystemExit(f"LOST OR BROKEN: {error} (the collection is left in {root})") from error
    shutil.rmtree(root)
    for name, value in {**result, "seconds": round(time.perf_counter() - started)}.items():
        print(f"{name:>20}  {value}")


if __name__ == "__main__":
    main()
