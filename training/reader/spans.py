"""SQuAD 2.0 and QAMR: questions whose answer is marked in a text, or stands nowhere in it."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from training.reader.rows import Group, Place, Row, plain_sentences, roughened, shared, words


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on a text with the places of its right answers (none: not answered) and their wordings."""

    title: str
    context: str
    question: str
    answers: tuple[Place, ...]
    wordings: tuple[str, ...]


def squad(path: Path) -> list[Asked]:
    """All questions; an answer is marked wherever its words stand in the context."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    out = []
    for row in rows:
        context = row["context"]
        for item in row["questions"]:
            wordings = tuple(dict.fromkeys(item["answers"]))
            places = {p for wording in wordings for p in _occurrences(wording, context)}
            out.append(Asked(row["title"], context, item["question"].strip(), tuple(sorted(places)), wordings))
    return out


def _occurrences(wording: str, context: str) -> list[Place]:
    found = re.finditer(r"(?<!\w)" + re.escape(wording) + r"(?!\w)", context)
    return [match.span() for match in found] or [m.span() for m in re.finditer(re.escape(wording), context)][:1]


def split(asked: list[Asked], held: int, tuned: int, seed: int) -> tuple[list[Asked], list[Asked], list[Asked]]:
    """Questions to train on, those of ``tuned`` articles to calibrate on, those of ``held`` articles to report on."""
    titles = sorted({item.title for item in asked})
    random.Random(seed).shuffle(titles)
    reported, calibrated = set(titles[:held]), set(titles[held : held + tuned])
    train = [item for item in asked if item.title not in reported | calibrated]
    return (
        train,
        [item for item in asked if item.title in calibrated],
        [item for item in asked if item.title in reported],
    )


def squad_groups(asked: list[Asked], whole: float, chance: random.Random) -> list[Group]:
    """Each question once: a share ``whole`` with its whole context, the others with a few sentences of it.

    The service reads sentences, so that short contexts are what the reader mostly meets; they also train faster.
    """
    groups: list[Group] = []
    for item in asked:
        context, answers = item.context, item.answers
        if chance.random() >= whole:
            context, answers = cropped(item, chance)
        groups.append((Row(roughened(item.question, chance), context, answers, bool(answers)),))
    chance.shuffle(groups)
    return groups


def cropped(item: Asked, chance: random.Random) -> tuple[str, tuple[Place, ...]]:
    """A run of sentences around an answer, or around the sentence most like the question where there is none."""
    sentences = plain_sentences(item.context)
    if len(sentences) < 2:
        return item.context, item.answers
    asked = words(item.question)
    if item.answers:
        start, end = chance.choice(item.answers)
    else:
        start, end = max(sentences, key=lambda s: shared(asked, words(item.context[s[0] : s[1]])))
    first = max((n for n, s in enumerate(sentences) if s[0] <= start), default=0)
    last = min((n for n, s in enumerate(sentences) if s[1] >= end), default=len(sentences) - 1)
    last = max(first, last)
    for _ in range(chance.choice((0, 1, 1, 2, 2, 3))):
        if (chance.random() < 0.5 and first > 0) or last == len(sentences) - 1:
            first = max(0, first - 1)
        else:
            last += 1
    begin, stop = sentences[first][0], sentences[last][1]
    inside = tuple((a - begin, b - begin) for a, b in item.answers if begin <= a and b <= stop)
    return item.context[begin:stop], inside


def qamr(path: Path) -> list[tuple[str, Asked]]:
    """Every question with the document that its sentence comes from."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    out = []
    for row in rows:
        document = ":".join(row["id"].split(":")[:3])
        for item in row["questions"]:
            places = tuple(dict.fromkeys((a, b) for a, b in item["answers"]))
            wordings = tuple(row["context"][a:b] for a, b in places)
            out.append((document, Asked(document, row["context"], item["question"].strip(), places, wordings)))
    return out


def qamr_groups(asked: list[tuple[str, Asked]], strange: float, chance: random.Random) -> list[Group]:
    """Each question once, a share ``strange`` of them with a sentence of the same document that does not answer."""
    contexts: dict[str, list[str]] = defaultdict(list)
    for document, item in asked:
        if item.context not in contexts[document]:
            contexts[document].append(item.context)
    groups: list[Group] = []
    for document, item in asked:
        others = [c for c in contexts[document] if c != item.context]
        if others and chance.random() < strange and len(words(item.question)) > 1:
            about = words(item.question)
            likely = sorted(others, key=lambda c: (-shared(about, words(c)), chance.random()))[:2]
            row = Row(item.question, chance.choice(likely), (), False)
        else:
            row = Row(roughened(item.question, chance), item.context, item.answers, True)
        groups.append((row,))
    chance.shuffle(groups)
    return groups
