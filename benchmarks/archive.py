"""Retrieval over an archive of news, beside plain LangChain and FAISS with the same embedding model.

    pip install langchain-text-splitters
    python benchmarks/archive.py --articles articles.jsonl.gz --questions questions.jsonl --index DIR \\
        [--every] [--passages]

Articles are lines of ``{"title", "text"}``, questions lines of ``{"question", "answer"}``. Every article whose text
holds one of the answers is published into the collection at DIR with the command line, unless it is there already
(``--every``: the others, too; ``--passages``: without statements, for retrieval alone, in a fraction of the time); the
vectors of the plain chunks are kept beside it, so that a second run need not make them again. A question counts as
answered where its answer stands, in any case, in one of the five passages retrieved. Prints
both shares with a 95 % interval of their difference (bootstrap over questions), and, but with ``--passages``, the
milliseconds of ``POST /api/ask`` over the whole collection.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import faiss
import numpy as np
from langchain_core.documents import Document
from langchain_text_splitters import RecursiveCharacterTextSplitter
from latency import QA, ask, free_port, resident, wait_ready

from qa.articles import passages, read_bytes
from qa.domain import Publication
from qa.langchain_adapters import PassageRetriever
from qa.publishing import vectors_of
from qa.wiring import Parts, open_parts, read_settings

TOP, CHARS, BATCH = 5, 1_000, 256


def lines(path: Path) -> list[dict]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.decode().split("\n") if line.strip()]


def publish(texts: list[str], index: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            (Path(folder) / f"{number:05}.txt").write_text(text, "utf-8")
        subprocess.run([*QA, "--index", str(index), "add", folder], check=True)


def publish_passages(texts: list[str], index: Path) -> None:
    with open_parts(read_settings(index=index), create=True) as parts:
        for number, text in enumerate(texts):
            source, limits = f"{number:05}.txt", parts.publisher.limits
            article = read_bytes(text.encode(), source=source, media_type="text/plain", limits=limits)
            publication = Publication(article, passages(article), ())
            parts.lake.put(publication, *vectors_of(publication, parts.embedder))
            print(f"\r{number + 1}/{len(texts)} articles", end="", file=sys.stderr, flush=True)


def plain(texts: list[str], questions: list[str], parts: Parts, kept: Path) -> list[list[str]]:
    """What LangChain's recursive splitter (1,000 characters, 200 shared) and a flat FAISS index retrieve."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHARS, chunk_overlap=200)
    chunks = [c.page_content for c in splitter.split_documents([Document(text) for text in texts])]
    if not kept.exists():
        vectors = np.empty((len(chunks), parts.embedder.dimension), np.float32)
        for at in range(0, len(chunks), BATCH):
            vectors[at : at + BATCH] = parts.embedder.embed_passages(chunks[at : at + BATCH])
            print(f"\r{at}/{len(chunks)} chunks", end="", file=sys.stderr, flush=True)
        np.save(kept, vectors)
    vectors = np.load(kept)
    if vectors.shape != (len(chunks), parts.embedder.dimension):
        raise SystemExit(f"{kept} holds the vectors of other chunks: delete it")
    index = faiss.IndexFlatIP(parts.embedder.dimension)
    index.add(vectors)
    _, found = index.search(parts.embedder.embed_queries(questions), TOP)
    return [[chunks[at] for at in row] for row in found]


def ours(questions: list[str], parts: Parts) -> list[list[str]]:
    """What our retriever finds, widened to as many characters as the plain chunks may have."""
    retriever = PassageRetriever(asker=parts.asker, limit=TOP, chars=CHARS)
    found, times = [], []
    for question in questions:
        began = time.perf_counter()
        found.append([document.page_content for document in retriever.invoke(question)])
        times.append(1_000 * (time.perf_counter() - began))
        print(f"\r{len(found)}/{len(questions)} questions", end="", file=sys.stderr, flush=True)
    print(f"PassageRetriever: p50 {statistics.median(times):.0f} ms")
    return found


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--articles", type=Path, required=True)
    p.add_argument("--questions", type=Path, required=True)
    p.add_argument("--index", type=Path, required=True)
    p.add_argument("--every", action="store_true", help="publish the articles without an answer as well")
    p.add_argument("--passages", action="store_true", help="publish no statements, and ask the service nothing")
    o = p.parse_args()
    cases = lines(o.questions)
    questions, answers = [c["question"] for c in cases], [c["answer"].casefold() for c in cases]
    texts = [f"{a['title']}\n\n{a['text']}" for a in lines(o.articles)]
    folded = (text.casefold() for text in texts)
    texts = [t for t, low in zip(texts, folded, strict=True) if o.every or any(answer in low for answer in answers)]
    if not (o.index / "catalogue.sqlite").exists():
        (publish_passages if o.passages else publish)(texts, o.index)
    with open_parts(read_settings(index=o.index)) as parts:
        with parts.lake.snapshot() as snapshot:
            print(f"{len(texts)} articles, {len(snapshot.entries())} in the collection, {len(cases)} questions")
        hits = {}
        for name, found in (
            ("ours", ours(questions, parts)),
            ("plain", plain(texts, questions, parts, o.index.with_suffix(".npy"))),
        ):
            hits[name] = np.array([any(a in p.casefold() for p in row) for a, row in zip(answers, found, strict=True)])
            length = statistics.mean(len(passage) for row in found for passage in row)
            print(f"{name}: answer within the top {TOP} passages {hits[name].mean():.4f}, of {length:.0f} characters")
    chance = np.random.default_rng(1)
    lead = hits["ours"].astype(float) - hits["plain"]
    spread = np.quantile([chance.choice(lead, len(lead)).mean() for _ in range(2000)], [0.025, 0.975])
    print(f"lead {lead.mean():.4f}, 95 % interval {spread[0]:.4f} to {spread[1]:.4f}")
    if not o.passages:
        serve_and_ask(o.index, questions)


def serve_and_ask(index: Path, questions: list[str]) -> None:
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "qa", "--index", str(index), "serve", "--port", str(port)]) as server:
        url = f"http://127.0.0.1:{port}"
        print(f"served after {wait_ready(url, server):.1f} s")
        ask(url, {"question": questions[0]})
        times = [ask(url, {"question": question}) for question in questions]
        print(f"{resident(server.pid):.0f} MB resident")
        server.terminate()
    times.sort()
    print(f"POST /api/ask: p50 {statistics.median(times):.0f} ms, p95 {times[int(0.95 * len(times))]:.0f} ms")


if __name__ == "__main__":
    main()
