"""Packs what the reader learns from into one file of tokens, so that a graphics processor need not wait for it.

    python -m training.reader.pack --served FILE … --claims FILE … --squad FILE --paragraphs FILE … --qamr FILE \\
        [--kept-out TEXT …] [--held FILE …] --out packed.npz [--seed 5]

Nothing is drawn here but what would cost time later: two croppings of each text of SQuAD's form, the wrong sentence of
a QAMR question, and how some questions are mistyped. What an epoch takes of it, ``training.reader.packed`` draws.

``--held`` are files of ``training.reader.served`` to tell what was learnt by, ``--kept-out`` the texts of their
articles: claims on a sentence of these are told by, not learnt. So are SQuAD's five articles kept out.

The first such file came from an older format than that of ``served``, which also had the contexts that lie on the
evidence and are credited to somebody else, without anybody's word on whether they answer; ``served`` leaves these out.
Nor did it mark a name within a statement whose speaker is called otherwise, and it left a question one token more room.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from qa.neural.reading import QUESTION, PairEncoder
from training.reader.data import HELD_SQUAD, TUNED_SQUAD
from training.reader.packed import OPEN, RIGHT, TWIN, WRONG, Piece, Posed
from training.reader.pairs import Claim, claims
from training.reader.rows import Place, Row, piece, shared, slipped, tokens_of, words
from training.reader.served import places
from training.reader.spans import Asked, cropped, qamr, split, squad
from training.trunk import TRUNK, tokenizer_of

CONTEXTS, JUDGED = 12, 10
"""The contexts of a served question that are packed, and the first of them, of which the wrong ones count as wrong."""

CROPPINGS = 2
MISTYPED, MISTYPED_PLAIN = 0.12, 0.06
"""The share of questions, and of QAMR's, that are packed mistyped as well; half of the time that is what is read."""

Context = tuple[str, int, tuple[Place, ...] | None]
"""A context, its state (RIGHT, WRONG, TWIN, OPEN), and what is marked in it, as ``Row.answers``."""


class Packer:
    """Gives each question and each context, or piece of one, a number, and keeps its tokens once."""

    def __init__(self, tokenizer: Tokenizer, chance: random.Random) -> None:
        self.chance = chance
        self._tokenizer, self._encoder = tokenizer, PairEncoder(tokenizer)
        self._questions: dict[tuple[int, ...], int] = {}
        self._contexts: dict[tuple[int, ...], int] = {}
        self._mistyped: dict[int, int] = {}

    def group(
        self, question: str, contexts: Iterable[Context], agrees: bool | None = None, mistyped: float = MISTYPED
    ) -> Posed:
        """A question with its contexts: of one too long the piece that holds an answer, of one without a word none."""
        rows = []
        for context, state, answers in contexts:
            pair = piece(Row(question, context, answers, state == RIGHT), self._encoder)
            if pair is None:
                continue
            marks = None
            if answers is not None:
                found = [tokens_of(pair, answer) for answer in answers]
                marks = [(first - pair.first, last - pair.first) for first, last in filter(None, found)]
            number = self._contexts.setdefault(pair.ids[pair.first : -1], len(self._contexts))
            rows.append(Piece(number, state, marks))
        return Posed(self._question(question, mistyped), -1 if agrees is None else int(agrees), rows)

    def _question(self, question: str, share: float) -> int:
        number = self._number(question)
        if number not in self._mistyped and self.chance.random() < share:
            typed = slipped(question, self.chance)
            if typed != question:
                self._mistyped[number] = self._number(typed)
        return number

    def _number(self, question: str) -> int:
        ids = tuple(self._tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION])
        return self._questions.setdefault(ids, len(self._questions))

    def write(self, path: Path, parts: dict[str, list[Posed]]) -> None:
        """The file as ``training.reader.packed.Packed`` opens it."""
        special = [self._tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]", "?")]
        arrays: dict[str, Any] = {
            "mistyped": np.array([self._mistyped.get(n, -1) for n in range(len(self._questions))], np.int32),
            "special": np.array(special, np.uint16),
            "groups": np.frombuffer(json.dumps(parts, separators=(",", ":")).encode(), np.uint8),
        }
        for name, texts in (("question", self._questions), ("context", self._contexts)):
            arrays[f"{name}s"] = np.array([token for ids in texts for token in ids], np.uint16)
            arrays[f"{name}_ends"] = np.cumsum([len(ids) for ids in texts], dtype=np.uint32)
        np.savez_compressed(path, **arrays)


def served_group(packer: Packer, item: dict[str, Any], mistyped: float = MISTYPED) -> Posed:
    """A line of ``training.reader.served``; of one asked who, what does not name the speaker is left open."""
    right = {context for context, _, answers in item["contexts"] if answers}
    if item["kind"] == "who" and any(name for context, name, _ in item["contexts"] if context in right):
        right = {context for context, name, _ in item["contexts"] if context in right and name}
    told = {context[name:] for context, name, answers in item["contexts"] if answers}
    contexts: list[Context] = []
    for at, (context, name, answers) in enumerate(item["contexts"][:CONTEXTS]):
        if context in right:
            contexts.append((context, RIGHT, places(item, context, name)))
        elif answers:
            contexts.append((context, OPEN, None))
        elif name and context[name:] in told:
            contexts.append((context, TWIN, ()))
        else:
            contexts.append((context, WRONG if at < JUDGED else OPEN, ()))
    return packer.group(item["question"], contexts, item["agrees"], mistyped)


def span_groups(packer: Packer, asked: Sequence[Asked]) -> list[Posed]:
    """Each question once, with its whole text and after it up to CROPPINGS that are shorter."""
    groups = []
    for item in {(item.context, item.question): item for item in reversed(asked)}.values():
        texts = [(item.context, item.answers), *(cropped(item, packer.chance) for _ in range(CROPPINGS))]
        kept = [(text, answers) for at, (text, answers) in enumerate(texts) if at == 0 or text != item.context]
        groups.append(packer.group(item.question, [(t, RIGHT if a else WRONG, a) for t, a in kept]))
    return groups


def plain_groups(packer: Packer, asked: Sequence[tuple[str, Asked]]) -> list[Posed]:
    """Each QAMR question with its sentence, then the sentence of its document most like the question."""
    documents: dict[str, dict[str, None]] = defaultdict(dict)
    for document, item in asked:
        documents[document][item.context] = None
    groups = []
    for document, item in asked:
        contexts: list[Context] = [(item.context, RIGHT, item.answers)]
        others, about = [text for text in documents[document] if text != item.context], words(item.question)
        if others and len(about) > 1:
            likely = max(others, key=lambda text: (shared(about, words(text)), packer.chance.random()))
            contexts.append((likely, WRONG, ()))
        groups.append(packer.group(item.question, contexts, mistyped=MISTYPED_PLAIN))
    return groups


def claim_groups(packer: Packer, items: Iterable[Claim], mistyped: float = MISTYPED) -> list[Posed]:
    """The true and the false question of each claim, one after the other."""
    groups = []
    for item in items:
        false = RIGHT if item.said else WRONG
        groups.append(packer.group(item.true, [(item.context, RIGHT, None)], True, mistyped))
        groups.append(packer.group(item.false, [(item.context, false, None)], False, mistyped))
    return groups


def about(item: Claim, texts: str) -> bool:
    """Whether the sentence of a claim stands in ``texts``, which have single spaces."""
    context = " ".join(item.context.split())
    return any(words[:70] in texts for words in (context.partition(": ")[2] or context, context))


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("served", "claims", "paragraphs", "kept-out", "held"):
        p.add_argument(f"--{name}", type=Path, nargs="*", default=[])
    for name in ("squad", "qamr", "out"):
        p.add_argument(f"--{name}", type=Path, required=True)
    p.add_argument("--seed", type=int, default=5)
    o = p.parse_args()
    packer = Packer(tokenizer_of(TRUNK), random.Random(o.seed))
    spans, _, reported = split(squad(o.squad), HELD_SQUAD, TUNED_SQUAD, seed=1)
    spans += [item for path in o.paragraphs for item in squad(path)]
    texts = " ".join(" ".join(path.read_text("utf-8").split()) for path in o.kept_out)
    told = [item for path in o.claims for item in claims(path)]
    held = [item for item in told if about(item, texts)]
    lines = {name: [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
             for name, paths in (("served", o.served), ("held", o.held))}  # fmt: skip
    whole = [(item.question, [(item.context, RIGHT if item.answers else WRONG, item.answers)]) for item in reported]
    parts = {
        "served": [served_group(packer, item) for item in lines["served"]],
        "spans": span_groups(packer, spans),
        "plain": plain_groups(packer, qamr(o.qamr)),
        "claims": claim_groups(packer, [item for item in told if not about(item, texts)]),
        "held_served": [served_group(packer, item, 0) for item in lines["held"]],
        "held_spans": [packer.group(question, contexts, mistyped=0) for question, contexts in whole],
        "held_claims": claim_groups(packer, held, 0),
    }
    parts = {name: [group for group in groups if group.rows] for name, groups in parts.items()}
    packer.write(o.out, parts)
    print(json.dumps({name: len(groups) for name, groups in parts.items()}))


if __name__ == "__main__":
    main()
