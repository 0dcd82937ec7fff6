"""Reports written for training in registers that PolNeAR lacks, their attributions marked in the text.

``{S1 the envoy} {Q1 said} {C1 that the talks would go on}``: source, cue and content of attribution 1; a source
shared by two is ``{S1,2 …}``. Below each report ``@SPEAKERS 1=Mira Holt|2=-`` says whom the sources mean. Reports
begin with a line ``=== style``.
"""

from __future__ import annotations

import re
from pathlib import Path

from training.tagger.data import Document, meant

FOLDER = Path(__file__).parent / "reports"
ROLES = {"S": "source", "Q": "cue", "C": "content"}
_PIECE = re.compile(r"\{([SQC])([\d,]+) ([^{}]*)\}|([^{}])", re.S)


def parsed(block: str) -> Document:
    """One report. Raises ValueError where an attribution has no cue, no content or no speaker."""
    body, _, named = block.partition("\n")[2].partition("@SPEAKERS")
    text = ""
    found: dict[int, dict[str, list[list[int]]]] = {}
    for piece in _PIECE.finditer(body.strip("\n")):
        role, numbers, words, plain = piece.groups()
        for number in (numbers or "").split(",") if role else ():
            places = found.setdefault(int(number), {name: [] for name in ROLES.values()})
            places[ROLES[role]].append([len(text), len(text) + len(words)])
        text += words if role else plain
    speakers = {int(number): name.strip() for number, name in re.findall(r"(\d+)=([^|\n]*)", named)}
    for number, places in found.items():
        if not places["cue"] or not places["content"] or number not in speakers:
            raise ValueError(f"attribution {number} of {text[:40]!r} is not whole")
    sources = [(places["source"][0], speakers[number]) for number, places in found.items() if places["source"]]
    known = [((start, end), None if name == "-" or name in text[start:end] else name) for (start, end), name in sources]
    return Document(text, [found[number] for number in sorted(found)], referring=meant(text, known))


def reports(folder: Path = FOLDER) -> list[Document]:
    """All reports of the folder, in order."""
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("*.txt"))]
    blocks = [block for text in texts for block in re.split(r"^=== ", text, flags=re.M)]
    return [parsed(block) for block in blocks if block.strip()]
