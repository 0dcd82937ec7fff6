"""A small house for tests: two articles, what a tagger sees in them, and parts without weights."""

from __future__ import annotations

from pathlib import Path

from qa.collection.memory import MemoryLake
from qa.domain import Markup, Name, Span, Tag, TagRole
from qa.neural.fakes import HashingEmbedder, ScriptedTagger
from qa.settings import Settings
from qa.wiring import Parts

DAM = """Dam holds after storm

Ada Moss, the chief engineer, said the dam was safe. “It holds,” she added.

Tom Reed, a farmer, denied that the dam had leaked into his fields.
"""

FAIR = """Fair moves to Orlby

The mayor, Lena Brandt, announced that the summer fair would move to Orlby.
"""

TOKEN = "a token of twenty characters"


def tag(text: str, role: TagRole, words: str, *links: int) -> Tag:
    at = text.index(words)
    return Tag(role, Span(at, at + len(words)), 0.95, tuple((link, 0.9) for link in links))


def name(text: str, words: str) -> Name:
    at = text.index(words)
    return Name(Span(at, at + len(words)), "PERSON", 0.99)


def dam_markup() -> Markup:
    source, cue, content = TagRole.SOURCE, TagRole.CUE, TagRole.CONTENT
    return Markup(
        (
            tag(DAM, source, "Ada Moss, the chief engineer,", 1),
            tag(DAM, cue, "said"),
            tag(DAM, content, "the dam was safe", 1),
            tag(DAM, content, "“It holds,”", 5),
            Tag(
                source,
                Span(DAM.index("she added"), DAM.index("she added") + 3),
                0.95,
                ((5, 0.9),),
                ((DAM.index("Ada"), 0.97),),
            ),
            tag(DAM, cue, "added"),
            tag(DAM, source, "Tom Reed, a farmer,", 7),
            tag(DAM, cue, "denied"),
            tag(DAM, content, "that the dam had leaked into his fields", 7),
        ),
        (name(DAM, "Ada Moss"), name(DAM, "Tom Reed")),
    )


def fair_markup() -> Markup:
    return Markup(
        (
            tag(FAIR, TagRole.SOURCE, "The mayor, Lena Brandt,", 1),
            tag(FAIR, TagRole.CUE, "announced"),
            tag(FAIR, TagRole.CONTENT, "that the summer fair would move to Orlby", 1),
        ),
        (name(FAIR, "Lena Brandt"),),
    )


def tagger() -> ScriptedTagger:
    return ScriptedTagger({DAM: dam_markup(), FAIR: fair_markup()})


def settings(folder: Path, **given: object) -> Settings:
    return Settings.model_validate({"index": folder / "index", "admin_token": TOKEN} | given)


def memory_parts(folder: Path, **given: object) -> Parts:
    """Parts over a lake in memory; ``given`` are settings."""
    embedder = HashingEmbedder()
    lake = MemoryLake(dimension=embedder.dimension)
    return Parts(settings(folder, **given), lake=lake, embedder=embedder, tagger=tagger())


def write_articles(folder: Path) -> list[str]:
    """The two articles as files; gives their paths."""
    paths = [folder / "dam.txt", folder / "fair.txt"]
    for path, text in zip(paths, (DAM, FAIR), strict=True):
        path.write_text(text, "utf-8")
    return [str(path) for path in paths]
