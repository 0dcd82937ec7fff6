"""Questions about who said what: those written for the training articles, and those made from PolNeAR."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa.ports import Embedder
from training.reader.rows import Group, Place, Row, roughened, shared, words
from training.reader.scenes import Context, Said, Scene, located

HARD = 10
"""The negatives nearest to a question among which some are drawn each time."""

_PRONOUN = re.compile(r"\b(he|she|they|it)\b", re.I)


@dataclass(frozen=True)
class Question:
    """A written question: the runs of sentences (first, last) that answer it, all others of the scene do not."""

    id: str
    kind: str
    question: str
    scene: Scene
    evidence: tuple[tuple[int, int], ...]
    names: tuple[str, ...]
    facts: tuple[str, ...]
    agrees: bool | None = None
    """Of a question "did X say Y?": whether its evidence bears it out; None where somebody else said it."""

    @property
    def answering(self) -> frozenset[int]:
        return frozenset(n for first, last in self.evidence for n in range(first, last + 1))


def questions(path: Path, scenes: Mapping[str, Scene]) -> list[Question]:
    """The written questions, those that only follow from a history made to stand alone."""
    out = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        scene = scenes[row["article"]]
        runs = []
        for words_ in row["evidence"]:
            place = located(words_, scene.text)
            numbers = scene.touched([place]) if place else []
            if numbers:
                runs.append((numbers[0], numbers[-1]))
        if bool(runs) == row["abstain"]:
            continue
        question = row["question"].strip()
        if row["kind"] == "followup":
            question = _alone(question, row["speakers"], row["history"])
        names = tuple(dict.fromkeys([*row["speakers"], *(a for group in row["aliases"] for a in group)]))
        facts = tuple(row["answer_any"])
        verdict = None if row["abstain"] else row.get("verdict")
        agrees = agreeing(row["kind"], verdict, row["question"], names)
        out.append(Question(row["id"], row["kind"], question, scene, tuple(runs), names, facts, agrees))
    return out


def agreeing(kind: str, verdict: str | None, question: str, names: Sequence[str]) -> bool | None:
    """Whether the evidence bears out a claim: not known where the question gives it to another speaker."""
    if kind != "verify" or verdict is None:
        return None
    if verdict == "yes":
        return True
    asked = question.casefold()
    return False if any(re.search(rf"(?<!\w){re.escape(n.casefold())}(?!\w)", asked) for n in names) else None


def _alone(question: str, speakers: Sequence[str], history: Sequence[Mapping[str, str]]) -> str:
    """A follow-up with its pronoun replaced by the speaker, else behind the question that it follows."""
    if speakers and _PRONOUN.search(question):
        return _PRONOUN.sub(lambda _: speakers[0], question, count=1)
    if speakers and not any(part.casefold() in question.casefold() for part in speakers[0].split()):
        return f"{speakers[0]}: {question}"
    return f"{history[-1]['question']} {question}" if history else question


def hardness(items: Sequence[Question], embedder: Embedder) -> dict[str, list[int]]:
    """For each question all sentences of its scene, those most like it in meaning and words first."""
    vectors: dict[str, np.ndarray] = {}
    asked = embedder.embed_queries([item.question for item in items])
    out = {}
    for item, vector in zip(items, asked, strict=True):
        scene = item.scene
        lines = [s.of(scene.text) for s in scene.sentences]
        if scene.name not in vectors:
            vectors[scene.name] = embedder.embed_passages(lines)
        about = words(item.question)
        lexical = [shared(about, words(line)) / max(1, len(about)) for line in lines]
        scores = vectors[scene.name] @ vector + 0.5 * np.array(lexical, dtype=np.float32)
        out[item.id] = [int(n) for n in (-scores).argsort(kind="stable")]
    return out


def written_group(item: Question, order: Sequence[int], size: int, chance: random.Random) -> Group:
    """A question with one or two contexts that answer and others, mostly hard ones, that do not: ``size`` in all.

    Names stand before all contexts of a group or before none, so that a name alone says nothing.
    """
    named = chance.random() < 0.6
    rows = []
    for first, last in chance.sample(item.evidence, min(len(item.evidence), chance.choice((1, 1, 2)))):
        context = item.scene.context(*_widened(item.scene, first, last, chance), named=named)
        asked = roughened(item.question, chance)
        places = marked(item.kind, item.names, item.facts, context.speaker, context.words)
        rows.append(Row(asked, context.words, places, True, item.agrees))
    wrong = [n for n in order if n not in item.answering]
    hard = chance.sample(wrong[:HARD], min(len(wrong[:HARD]), (size - len(rows) + 1) // 2))
    speakers = {item.scene.speakers[n] for n in item.answering} - {None}
    same = [n for n in wrong if item.scene.speakers[n] in speakers and n not in hard]
    drawn = [*hard, *chance.sample(same, min(2, len(same)))]
    rest = [n for n in wrong if n not in drawn]
    drawn += chance.sample(rest, min(len(rest), max(0, size - len(rows) - len(drawn))))
    for number in drawn[: size - len(rows)]:
        first, last = _widened(item.scene, number, number, chance)
        if item.answering & set(range(first, last + 1)):
            first = last = number
        context = item.scene.context(first, last, named=named)
        rows.append(Row(rows[0].question if rows else item.question, context.words, unmarked(chance), False))
    return tuple(rows)


def _widened(scene: Scene, first: int, last: int, chance: random.Random) -> tuple[int, int]:
    """Now and then with the sentence before or after."""
    if chance.random() < 0.2:
        first = max(0, first - 1)
    if chance.random() < 0.07:
        last = min(len(scene.sentences) - 1, last + 1)
    return first, last


def unmarked(chance: random.Random) -> tuple[Place, ...] | None:
    """Wrong contexts are many: most do not train the span, so that it does not learn to be always empty."""
    return () if chance.random() < 0.3 else None


def marked(
    kind: str, names: Sequence[str], facts: Sequence[str], speaker: str | None, context: str
) -> tuple[Place, ...] | None:
    """The answer's places where they are beyond doubt: the speaker's name, or a figure or name that is the fact.

    ``speaker`` is what ``context`` begins with, without its colon.
    """
    if kind == "who":
        if speaker and any(_mentions(speaker, name) for name in names):
            return ((0, len(speaker.partition(" (")[0])),)
        return tuple({p for name in names for p in _mentions(context, name)}) or None
    if kind == "fact" and len(facts) == 1 and re.search(r"\d", facts[0]):
        return tuple(_mentions(context, facts[0])) or None
    return None


def _mentions(text: str, name: str) -> list[Place]:
    return [m.span() for m in re.finditer(r"(?<!\w)" + re.escape(name) + r"(?!\w)", text, re.I)]


WHO = (
    "Who said {c}?", "Who said that {c}?", "Who claimed {c}?", "Who told reporters {c}?", "Who believes {c}?",
    "According to whom {c}?", "Which person said {c}?", "who said {c}", "Who argued {c}?", "Who stated that {c}?",
    "Who is quoted as saying {c}?", "Who warned {c}?", "Whose words were {c}?", "who thinks {c}",
    "Who spoke about {t}?",
)  # fmt: skip
WHAT = (
    "What did {s} say about {t}?", "What does {s} think of {t}?", "What is {s}'s view on {t}?", "{s} on {t}",
    "What did {s} claim about {t}?", "How did {s} describe {t}?", "What did {s} tell reporters about {t}?",
    "what has {s} said regarding {t}", "What was {s}'s comment on {t}?", "According to {s}, what about {t}?",
)  # fmt: skip
VERIFY = ("Did {s} say {c}?", "Did {s} claim {c}?", "Was it {s} who said {c}?", "Is it true that {s} said {c}?")


def made_group(scene: Scene, size: int, chance: random.Random) -> Group | None:
    """A question made from one attribution of ``scene`` with contexts that answer it or do not; None where none fits.

    The attribution's words are thinned out, since people ask in words of their own. About one in six asks somebody
    about what only somebody else spoke of: no context answers.
    """
    fitting = [s for s in scene.statements if s.speaker and _length(scene, s.content) >= 5]
    if not fitting:
        return None
    said = chance.choice(fitting)
    content = " ".join(scene.text[a:b] for a, b in said.content)
    topic = _topic(content, chance)
    kind = chance.choice((WHO, WHO, WHAT, WHAT, VERIFY))
    speaker = said.speaker or ""
    template = chance.choice(kind)
    stranger = None
    if kind is WHAT and topic and chance.random() < 0.4:
        stranger = _stranger(scene, speaker, topic, chance)
    if "{t}" in template and not topic:
        return None
    question = template.format(c=_clause(content, chance), s=_short(stranger or speaker, chance), t=topic)
    right = [] if stranger else scene.touched(said.content)[:2]
    if not right and not stranger:
        return None
    question = roughened(question, chance)
    named = chance.random() < 0.6
    rows = []
    if right:
        context = scene.context(right[0], right[-1], named=named)
        rows.append(Row(question, context.words, _answers(kind, said, context), True))
    wrong = _unlike(scene, question, said, right, chance)
    hard = (size - len(rows) + 1) // 2
    drawn = wrong[:hard] + chance.sample(wrong[hard:], min(len(wrong[hard:]), size - len(rows) - hard))
    contexts = [scene.context(number, number, named=named) for number in drawn]
    return (*rows, *(Row(question, context.words, unmarked(chance), False) for context in contexts))


def _answers(kind: tuple[str, ...], said: Said, context: Context) -> tuple[Place, ...] | None:
    """What was said, or the name before the context; nothing is marked where that is not what is asked for."""
    if kind is WHAT:
        return context.places(said.content) or None
    return ((0, len(context.speaker)),) if kind is WHO and context.speaker else None


def _unlike(scene: Scene, question: str, said: Said, right: list[int], chance: random.Random) -> list[int]:
    """The sentences that do not answer, those with most of the question's words first; a near copy of one is none."""
    told, about = words(" ".join(scene.text[a:b] for a, b in said.content)), words(question)
    scored = []
    for number in range(len(scene.sentences)):
        have = words(scene.words(number))
        twin = shared(told, have) > 0.5 * min(len(told), len(have) or 1)
        if number not in right and (not right or not twin):
            scored.append((shared(about, have) + chance.random(), number))
    return [number for _, number in sorted(scored, reverse=True)]


def _length(scene: Scene, places: Sequence[Place]) -> int:
    return sum(len(scene.text[a:b].split()) for a, b in places)


def _clause(content: str, chance: random.Random) -> str:
    """Up to 16 words of ``content`` without quotation marks, thinned out."""
    parts = re.sub(r"[“”\"«»]|^[‘'.,]|[.,]$", " ", content).split()
    start = chance.randrange(max(1, len(parts) - 12)) if chance.random() < 0.3 else 0
    kept = chance.choice((0.55, 0.7, 0.85, 1.0))
    out = [word for word in parts[start : start + chance.choice((8, 12, 16))] if chance.random() < kept] or parts[:6]
    return " ".join([out[0].lower() if out[0] not in ("I", "U.S.") else out[0], *out[1:]])


def _topic(content: str, chance: random.Random) -> str:
    """One to three neighbouring words of ``content`` of some length, or ""."""
    parts = re.findall(r"[^\W_][\w'’.-]*[^\W_]", content)
    long = [at for at, word in enumerate(parts) if len(word) > 5 or (at and word[0].isupper() and len(word) > 2)]
    if not long:
        return ""
    at = chance.choice(long)
    return " ".join(parts[max(0, at - chance.choice((0, 0, 1, 2))) : at + 1])


def _short(name: str, chance: random.Random) -> str:
    """A full name, or its last word half the time."""
    parts = name.split()
    return parts[-1] if len(parts) > 1 and all(p[0].isupper() for p in parts) and chance.random() < 0.5 else name


def _stranger(scene: Scene, speaker: str, topic: str, chance: random.Random) -> str | None:
    """Another speaker of the scene who says nothing on the topic."""
    about = words(topic)
    tongues: dict[str, set[str]] = {}
    for said in scene.statements:
        if said.speaker:
            tongues.setdefault(said.speaker, set()).update(words(" ".join(scene.text[a:b] for a, b in said.content)))
    own = set(speaker.split())
    others = [name for name, tongue in tongues.items() if not own & set(name.split()) and not about & tongue]
    return chance.choice(others) if others and about else None
