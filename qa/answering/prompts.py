"""What a language model is told: files with declared variables, checked when read, rendered by one function."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import qa
from qa.errors import ConfigurationError

VARIABLES: Mapping[str, frozenset[str]] = {
    "system": frozenset(),
    "answer": frozenset({"question", "evidence"}),
    "verdict": frozenset({"question", "evidence", "verdict"}),
    "repair": frozenset({"sentences"}),
    "rewrite": frozenset({"history", "question"}),
}
"""The prompts, and what each is filled with."""

LONGEST = 40_000
"""Characters of a prompt's file."""

_FILE = re.compile(r"\A---\n(?P<head>.*?)\n---\n(?P<body>.*)\Z", re.S)
_PLACE = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text with places for ``variables``, written ``{{ name }}``; ``version`` grows when its meaning changes.

    Raises:
        ConfigurationError: a place names no variable, or a variable has no place.
    """

    name: str
    version: int
    variables: frozenset[str]
    text: str

    def __post_init__(self) -> None:
        places = frozenset(_PLACE.findall(self.text))
        if unknown := sorted(places - self.variables):
            raise ConfigurationError(f"the prompt {self.name} uses {unknown[0]}, which it does not declare")
        if unused := sorted(self.variables - places):
            raise ConfigurationError(f"the prompt {self.name} declares {unused[0]} and does not use it")
        rest = _PLACE.sub("", self.text)
        if "{{" in rest or "}}" in rest:
            raise ConfigurationError(f"the prompt {self.name} has braces that are no place for a variable")

    def render(self, **values: str) -> str:
        """The text with every variable in its place, in one pass: what looks like a place in a value stays as it is.

        Raises:
            ConfigurationError: a value is missing, or one is given that the prompt does not declare.
        """
        if missing := sorted(self.variables - values.keys()):
            raise ConfigurationError(f"the prompt {self.name} was not given {missing[0]}")
        if unknown := sorted(values.keys() - self.variables):
            raise ConfigurationError(f"the prompt {self.name} was given {unknown[0]}, which it does not declare")
        return _PLACE.sub(lambda match: values[match.group(1)], self.text)


@dataclass(frozen=True, slots=True)
class Prompts:
    """All that a language model is told."""

    system: Prompt
    answer: Prompt
    verdict: Prompt
    repair: Prompt
    rewrite: Prompt


def load_prompts(folder: Path | None = None) -> Prompts:
    """The prompts of ``folder``, and those that come with the installation where it has none of that name.

    Raises:
        ConfigurationError: the folder or a file in it cannot be used; the line says which and why.
    """
    own = shipped_folder()
    if folder is None:
        return Prompts(**{name: read_prompt(own / f"{name}.md") for name in VARIABLES})
    if not folder.is_dir():
        raise ConfigurationError(f"there is no folder of prompts at {folder}")
    strange = sorted(path.name for path in folder.glob("*.md") if path.stem not in VARIABLES)
    if strange:
        raise ConfigurationError(f"{folder / strange[0]} is no prompt; there are {', '.join(VARIABLES)}")
    places = {name: folder / f"{name}.md" for name in VARIABLES}
    return Prompts(**{n: read_prompt(path if path.exists() else own / path.name) for n, path in places.items()})


def read_prompt(path: Path) -> Prompt:
    """The prompt in ``path``: name, version and variables between two lines of three hyphens, then the text.

    Raises:
        ConfigurationError: the file cannot be read, or is not such a file.
    """
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the prompt {path} cannot be read") from error
    found = _FILE.match(text) if len(text) <= LONGEST else None
    if found is None:
        raise ConfigurationError(f"the prompt {path} does not begin with name, version and variables, or is too long")
    head = dict(_entry(line, path) for line in found.group("head").split("\n") if line.strip())
    if head.keys() != {"name", "version", "variables"}:
        raise ConfigurationError(f"the prompt {path} must declare name, version and variables, and nothing else")
    if head["name"] != path.stem or not re.fullmatch(r"[1-9]\d{0,5}", head["version"]):
        raise ConfigurationError(f"the prompt {path} must be named {path.stem} and have a whole number as its version")
    variables = frozenset(filter(None, (name.strip() for name in head["variables"].split(","))))
    expected = VARIABLES[path.stem]
    if variables != expected:
        wanted = ", ".join(sorted(expected)) or "none"
        raise ConfigurationError(f"the prompt {path} must declare these variables: {wanted}")
    if not found.group("body").strip():
        raise ConfigurationError(f"the prompt {path} has no text")
    return Prompt(head["name"], int(head["version"]), variables, found.group("body").strip())


def shipped_folder() -> Path:
    """Where the prompts lie that come with the installation: inside the package, or beside it in a source tree."""
    package = Path(qa.__file__).parent
    inside = package / "prompts"
    return inside if inside.is_dir() else package.parent / "prompts"


def _entry(line: str, path: Path) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise ConfigurationError(f"the prompt {path} has a line without a colon at its head: {line[:60]}")
    return name.strip(), value.strip()
