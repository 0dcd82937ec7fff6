"""Small publications made from a name and a version, and vectors made from texts: the same each time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import numpy as np

from qa.domain import (
    Article,
    Block,
    BlockKind,
    Excerpt,
    Mode,
    Passage,
    Publication,
    Span,
    Speaker,
    SpeakerKind,
    Statement,
)
from qa.ports import Vectors

DIMENSION = 8
MODEL = {"model": "test-model", "dimension": DIMENSION, "fingerprint": "ab" * 32}
NAMES = ("Ada Quill", "Bento Marsh", "Chiara Vance", "the harbour office", "Dr Émile Ørsted")
TOPICS = ("harbour", "bridge", "ferry", "budget", "lighthouse", "flood", "market", "tunnel", "orchard", "smog 🌫")
CUES = ("warned that", "said", "denied that", "announced that")


def publication(article_id: str, version: int = 0, *, statements: int = 3) -> Publication:
    """An article with a headline and ``statements`` paragraphs, each one passage of one sentence and one statement."""
    random = Random(f"{article_id}/{version}")
    title = f"The {random.choice(TOPICS)} of {article_id} in its version {version}"
    text, blocks, passages, found = title, [Block(BlockKind.HEADLINE, Span(0, len(title)))], [], []
    for number in range(statements):
        text += "\n\n"
        start = len(text)
        name, cue = random.choice(NAMES), random.choice(CUES)
        content = f"the {random.choice(TOPICS)} will cost {random.randint(2, 900)} crowns"
        text += f"{name} {cue} {content}."
        span = Span(start, len(text))
        blocks.append(Block(BlockKind.PARAGRAPH, span))
        passages.append(Passage(article_id, number, span, span.of(text)))
        at = start + len(name) + 1
        pieces = (start, start + len(name)), (at, at + len(cue)), (at + len(cue) + 1, len(text) - 1)
        source, said, words = (Excerpt.cut(Span(*piece), text) for piece in pieces)
        kind = SpeakerKind.ORGANISATION if name.startswith("the") else SpeakerKind.PERSON
        speaker = Speaker(name, random.choice((None, "harbour master")), (name.split()[-1],), kind)
        found.append(
            Statement(
                *(article_id, random.choice(list(Mode)), random.random(), (words,), said),
                *(source, speaker if number else None, random.random(), ("Reuters",) if number % 2 else ()),
            )
        )
    published = date(2024, 1, 1) + timedelta(days=version) if version % 2 == 0 else None
    sentences = tuple(block.span for block in blocks)
    article = Article(article_id, title, f"news/{article_id}.txt", text, tuple(blocks), sentences, published)
    return Publication(article, tuple(passages), tuple(found))


def embed(texts: Sequence[str], salt: str = "") -> Vectors:
    """(texts, DIMENSION): a random direction for each text."""
    rows = [
        np.random.default_rng(int.from_bytes(hashlib.sha256((salt + text).encode()).digest()[:8])).normal(
            size=DIMENSION
        )
        for text in texts
    ]
    matrix = np.array(rows, dtype=np.float32).reshape(-1, DIMENSION)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def vectors_of(published: Publication, salt: str = "") -> tuple[Vectors, Vectors]:
    """As ``Lake.put`` takes them."""
    return embed([p.text for p in published.passages], salt), embed([s.words for s in published.statements], salt)
