"""What the answerer reads to answer each written question, so that the reader learns from what it will be given.

    python -m training.reader.served --index DIR --questions FILE … --out served.jsonl

The index holds the training articles as users publish them (``qa --index DIR add …``). Statements stand behind their
own speaker: a sentence in which two speak is there twice, and answers "who" once. To a list belong the statements on
the evidence that are its speakers'.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa.answering.calibration import shipped
from qa.answering.phrasing import credited
from qa.answering.reading import context_of
from qa.answering.types import Candidate
from qa.answering.types import Kind as Asked
from qa.domain import Reading
from qa.evaluation.cases import Case, Kind, read_cases
from qa.evaluation.scoring import OVERLAP, locate, names_any, shared
from qa.wiring import open_parts, read_settings
from training.answering.gathering import Gathered, gathered
from training.reader.news import agreeing, marked, unmarked
from training.reader.rows import Group, Place, Row, roughened

NEAREST, NEAREST_LISTED = 6, 16
"""The first of the wrong contexts, among which some are drawn each time; of those of a list."""


class Listener:
    """Finds nothing relevant, so that as much is read as ever is, and keeps what it was given."""

    def __init__(self) -> None:
        self.question = ""
        self.contexts: list[str] = []

    def read(self, question: str, contexts: Sequence[str]) -> list[Reading]:
        self.question = question
        self.contexts += contexts
        return [Reading(None, 0.0, 0.001) for _ in contexts]


def served(one: Gathered, heard: Listener, text: str) -> dict[str, Any] | None:
    """A question as JSON data, with each context, the length of the name before it, and whether it answers.

    None where nothing of what is read answers though something in the article does. What lies on the evidence and is
    credited to somebody else is wrong where the same sentences are read with the right speaker, else left out; so is
    what a speaker of a list says elsewhere.
    """
    spans = [span for piece in one.case.evidence if (span := locate(piece, text))]
    right: dict[str, tuple[int, bool, str]] = {}
    for candidate, answers in zip(one.evidence.candidates, one.right, strict=True):
        context, name = context_of(candidate.article_id, candidate.span, candidate.statement, text)
        on = any(shared(candidate.span, span) >= OVERLAP for span in spans)
        if one.case.kind is Kind.LIST:
            theirs = _of_theirs(candidate, one.case)
            answers, on = on and theirs, on or theirs
        right.setdefault(context, (name, bool(answers), context[name:] if on else ""))
    told = {words for _, answers, words in right.values() if answers}
    rows = []
    for context in heard.contexts:
        name, answers, words = right[context]
        if answers or not words or (name and words in told):
            rows.append([context, name, answers])
    if one.case.evidence and not any(answers for _, _, answers in rows):
        return None
    case = one.case
    return {
        "question": heard.question,
        "kind": "who" if one.understood.kind is Asked.WHO else case.kind.value,
        "names": case.names,
        "facts": case.answer_any,
        "agrees": agreeing(case.kind.value, case.verdict, heard.question, case.names),
        "contexts": rows,
    }


def _of_theirs(candidate: Candidate, case: Case) -> bool:
    speaker = credited(candidate.statement) if candidate.statement else None
    return speaker is not None and names_any(case.names, speaker.name)


def served_groups(path: Path, size: int, chance: random.Random) -> list[Group]:
    """A group of up to ``size`` contexts of each question: one or two that answer, of a list three, others near it."""
    groups = []
    for line in path.read_text("utf-8").splitlines():
        item = json.loads(line)
        question = roughened(item["question"], chance)
        right = [row for row in item["contexts"] if row[2]]
        wrong = [row for row in item["contexts"] if not row[2]]
        told = {context[name:] for context, name, _ in right}
        twins = [row for row in wrong if row[0][row[1] :] in told][:2]
        listed = item["kind"] == Kind.LIST
        near = [row for row in wrong if row not in twins][: NEAREST_LISTED if listed else NEAREST]
        most = 3 if listed else chance.choice((1, 1, 2))
        rows = [
            Row(question, context, places(item, context, name), True, item["agrees"])
            for context, name, _ in chance.sample(right, min(len(right), most))
        ]
        drawn = [*twins, *chance.sample(near, min(len(near), max(0, size - len(rows) - len(twins))))]
        rows += [Row(question, context, unmarked(chance), False) for context, _, _ in drawn]
        groups.append(tuple(rows))
    return groups


def places(item: dict[str, Any], context: str, name: int) -> tuple[Place, ...] | None:
    """What is marked in a right ``context`` of a line of the file, a name of ``name`` characters before it."""
    return marked(item["kind"], item["names"], item["facts"], context[:name].removesuffix(": "), context)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--index", type=Path, required=True)
    p.add_argument("--questions", type=Path, nargs="+", required=True)
    p.add_argument("--out", type=Path, required=True)
    o = p.parse_args()
    cases: list[Case] = [case for path in o.questions for case in read_cases(path)]
    with (
        open_parts(read_settings(index=o.index)) as parts,
        parts.lake.snapshot() as snapshot,
        o.out.open("w", encoding="utf-8") as lines,
    ):
        ids = {Path(entry.source).stem: entry.id for entry in snapshot.entries()}
        for case in cases:
            if case.article not in ids:
                continue
            listener = Listener()
            for one in gathered([case], ids, snapshot, parts.embedder, listener, shipped()):
                row = served(one, listener, snapshot.article(one.article_id).text)
                if row:
                    print(json.dumps(row, ensure_ascii=False), file=lines)


if __name__ == "__main__":
    main()
