"""Does a language model make the answers worse? The same questions without one, with an honest one, and with a liar.

    python benchmarks/language_model.py --gold GOLD.jsonl --articles DIR [--index DIR] [--limit N] [--here]

Builds the collection, starts ``qa serve`` three times (without a model, then with each manner of scripted_model.py),
asks every question of GOLD over HTTP, streamed, and prints the scores side by side. Also how long after the model had
sent its first line whole the first checked line was here, where the model pauses for a fifth of a second after it.
With --here everything but the model's server is in this process, which is several times quicker.
Ends with status 1 where the honest model is worse than none in any share, or the liar credits wrongly more often.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from latency import QA, free_port, wait_ready
from scripted_model import Server

from qa.answering.generative import Limits, Writer
from qa.answering.language_model import open_chat_model
from qa.answering.prompts import load_prompts
from qa.domain import Answer, Citation, Question, Span, Speaker
from qa.evaluation.cases import Case, read_cases
from qa.evaluation.run import Row, Summary, evaluate, summarise
from qa.settings import Settings
from qa.wiring import Parts, open_catalogue

SHARES = {
    "accuracy": 1,
    "wrong_speaker_rate": -1,
    "needs_coref_accuracy": 1,
    "indirect_accuracy": 1,
    "abstain_recall": 1,
    "abstained_on_answerable": -1,
    "citations_exact": 1,
    "citation_precision": 1,
}
"""What is compared, and whether more of it is better."""
MANNERS = ("none", "honest", "lying")
PAUSE = 0.2
"""Seconds for which the model says nothing after each line."""


class OverHttp:
    """Asks a service, streamed; ``lags`` are the seconds from the model's first line to ours."""

    def __init__(self, url: str, model: Server | None) -> None:
        self._url, self._model = url, model
        self.lags: list[float] = []

    def ask(self, question: Question) -> Answer:
        body = {
            "question": question.text,
            "history": [asdict(turn) for turn in question.history],
            "articles": question.articles,
        }
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self._url}/api/ask/stream", json.dumps(body).encode(), headers)
        first, data = None, "{}"
        with urllib.request.urlopen(request, timeout=300) as response:
            event = ""
            for raw in response:
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    event = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    data = line.removeprefix("data: ")
                    if event == "token" and first is None:
                        first = time.monotonic()
        record = json.loads(data)
        # Where there was a repair, the first line that was shown may not be the first that was sent.
        if self._model and first and record["mode"] == "generative" and record["note"] is None:
            self.lags.append(first - (self._model.first_line_sent or first))
        return answer_of(record)


def answer_of(record: dict) -> Answer:
    """An answer out of the JSON of the interface, as far as it is scored."""
    citations = tuple(
        Citation(
            c["marker"],
            c["article_id"],
            c["title"],
            c["source"],
            Span(c["start"], c["end"]),
            c["quote"],
            c["sha256"],
            c["speaker"],
        )
        for c in record["citations"]
    )
    speakers = tuple(Speaker(s["name"], s["role"]) for s in record["speakers"])
    return Answer(
        record["question"],
        record["answer"],
        record["abstained"],
        record["confidence"],
        citations,
        speakers,
        record["verdict"],
        mode=record["mode"],
        note=record["note"],
    )


@contextmanager
def service(index: list[str], model: Server | None) -> Iterator[str]:
    """The address of a service over the collection, with the model where there is one."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("QA_MODEL")}
    if model:
        env |= {"QA_MODEL": "openai:scripted", "QA_MODEL_URL": model.url, "QA_MODEL_DEADLINE": "120"}
    port = free_port()
    server = subprocess.Popen([*QA, *index, "serve", "--port", str(port)], stderr=subprocess.DEVNULL, env=env)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_ready(url, server, 600.0)
        yield url
    finally:
        server.terminate()
        server.wait(60)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--gold", type=Path, required=True)
    p.add_argument("--articles", type=Path, required=True)
    p.add_argument("--index", type=Path, help="a collection of these articles, if there is one already")
    p.add_argument("--here", action="store_true", help="without the service: only the model is asked over HTTP")
    p.add_argument("--limit", type=int, help="ask every n-th question only, so many in all")
    o = p.parse_args()
    cases = read_cases(o.gold)
    if o.limit:
        cases = cases[:: max(1, len(cases) // o.limit)][: o.limit]
    summaries: dict[str, Summary] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = o.index or Path(folder) / "index"
        index = ["--index", str(path)]
        if not o.index:
            files = sorted(map(str, o.articles.glob("*.txt")))
            subprocess.run([*QA, *index, "add", *files], check=True, stdout=subprocess.DEVNULL)
        ways = here(path, cases) if o.here else over_http(path, cases)
        for manner, rows, lags in ways:
            summaries[manner] = summarise(rows)
            tell(manner, rows, lags)
    print(f"\n{'':26}{''.join(f'{name:>10}' for name in summaries)}")
    for name in SHARES:
        print(f"{name:26}{''.join(f'{shown(getattr(s, name)):>10}' for s in summaries.values())}")
    sys.exit(0 if holds(summaries) else 1)


def over_http(index: Path, cases: Sequence[Case]) -> Iterator[tuple[str, list[Row], list[float]]]:
    """The rows of each manner, and how long after the model's first line ours was, from services of their own."""
    lake = open_catalogue(Settings(index=index))
    for manner in MANNERS:
        model = Server(manner, pause=PAUSE).start() if manner != "none" else None
        with service(["--index", str(index)], model) as url:
            asker = OverHttp(url, model)
            yield manner, list(evaluate(cases, asker, lake)), asker.lags
    lake.close()


def here(index: Path, cases: Sequence[Case]) -> Iterator[tuple[str, list[Row], list[float]]]:
    """The same from one house in this process."""
    with Parts(Settings(index=index)) as parts:
        for manner in MANNERS:
            writer = None
            if manner != "none":
                model = open_chat_model("openai:scripted", url=Server(manner).start().url, timeout=120.0)
                writer = Writer(model, load_prompts(), Limits(deadline=120.0, context_tokens=6_000))
            yield manner, list(evaluate(cases, replace(parts.asker, writer=writer), parts.lake)), []


def tell(manner: str, rows: list[Row], lags: list[float]) -> None:
    """What became of the model's answers."""
    modes = [row.answer.mode for row in rows if row.answer and not row.answer.abstained]
    print(f"{manner}: {modes.count('generative')} of {len(modes)} answers worded by the model", flush=True)
    if lags:
        lags = sorted(1000 * lag for lag in lags)
        print(
            f"first checked line after the model's: p50 {statistics.median(lags):.0f} ms,"
            f" p95 {lags[int(0.95 * (len(lags) - 1))]:.0f} ms, most {lags[-1]:.0f} ms, of {len(lags)}",
            flush=True,
        )


def shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def holds(summaries: dict[str, Summary]) -> bool:
    """Whether the honest model is worse in nothing, and the liar no worse in crediting."""
    none, honest, lying = (summaries[name] for name in ("none", "honest", "lying"))
    worse = [
        name
        for name, sign in SHARES.items()
        if sign * ((getattr(honest, name) or 0.0) - (getattr(none, name) or 0.0)) < 0
    ]
    for name in worse:
        print(f"the honest model is worse in {name}")
    lied = (lying.wrong_speaker_rate or 0.0) > (none.wrong_speaker_rate or 0.0)
    if lied:
        print("the lying model is believed")
    return not worse and not lied


if __name__ == "__main__":
    main()
