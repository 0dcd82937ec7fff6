"""What the repository as a whole promises: its documents are complete, its files clean, its floors kept."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest
import typer.main
from packaging.requirements import Requirement
from packaging.version import Version

from qa.cli.commands import app as command_line
from qa.service.api import create_app
from qa.settings import Settings
from qa.wiring import Parts

ROOT = Path(__file__).parent.parent
SOURCES = sorted([*(ROOT / "qa").rglob("*.py"), ROOT / "app.py"])
WEIGHTS = ROOT / "qa" / "neural" / "weights"

ADAPTERS = {
    "torch": {"qa/neural/embedder.py"},
    "transformers": {"qa/neural/embedder.py"},
    "sentence_transformers": {"qa/neural/embedder.py"},
    "faiss": {"qa/collection/vectors.py"},
    "gradio": {"qa/service/chat.py"},
    "langchain": {"qa/answering/language_model.py"},
    "langchain_core": {"qa/answering/language_model.py", "qa/langchain_adapters.py"},
    "pymilvus": {"qa/collection/milvus.py"},
}
"""Which modules may import a heavy library."""


def where(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tracked() -> tuple[Path, ...]:
    """The files that git keeps, or would with the next commit; all of them where this is no checkout."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


@cache
def texts() -> dict[str, str]:
    """Every tracked text file, by its path."""
    found = {}
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            found[where(path)] = data.decode("utf-8")
    return found


def hits(pattern: str, files: dict[str, str]) -> list[str]:
    sought = re.compile(pattern)
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if sought.search(line)
    ]


@cache
def imported(path: Path) -> frozenset[str]:
    """The top-level packages that a module imports anywhere, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return frozenset(found)


# --- documents ---------------------------------------------------------------------------------------------------


def settings_rows() -> dict[str, str]:
    rows = re.findall(r"^\| `(QA_\w+)` \| (.+?) \|", (ROOT / "docs/settings.md").read_text(encoding="utf-8"), re.M)
    return dict(rows)


def test_every_setting_has_its_row_and_every_row_its_setting() -> None:
    assert sorted(settings_rows()) == sorted(f"QA_{name.upper()}" for name in Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_setting_is_documented_with_its_default(name: str) -> None:
    default = Settings.model_fields[name].default
    stated = settings_rows()[f"QA_{name.upper()}"]
    assert stated == ("unset" if default in (None, "", ()) else f"`{default}`")
    assert Settings.model_fields[name].description, "and described where it is declared"


def command_sections() -> dict[str, str]:
    parts = re.split(r"^## qa (\w+)$", (ROOT / "docs/commands.md").read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_command_has_its_section_with_every_option() -> None:
    group = typer.main.get_command(command_line)
    commands: dict[str, object] = group.commands  # type: ignore[attr-defined]
    sections = command_sections()
    assert sorted(sections) == sorted(commands)
    missing = [
        f"{name} {option}"
        for name, command in commands.items()
        for parameter in command.params  # type: ignore[attr-defined]
        for option in parameter.opts
        if option.startswith("--") and option not in {"--help"} and f"{option}" not in sections[name]
    ]
    assert missing == []


def test_every_address_of_the_service_is_documented() -> None:
    service = create_app(Parts(Settings(index=Path("nowhere"))))
    document = (ROOT / "docs/http.md").read_text(encoding="utf-8")
    addresses = {
        f"`{method.upper()} {path}`" for path, methods in service.openapi()["paths"].items() for method in methods
    }
    assert len(addresses) >= 10
    assert sorted(address for address in addresses if address not in document) == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for name, text in texts().items():
        if name.endswith(".md"):
            for target in re.findall(r"\]\(([^)\s]+)\)", text):
                path, _, anchor = target.partition("#")
                if "://" in target or target.startswith("mailto:"):
                    continue
                goal = (ROOT / name).parent / path if path else ROOT / name
                if not goal.exists() or (anchor and anchor not in anchors(goal)):
                    broken.append(f"{name}: {target}")
    assert broken == []


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


# --- files -------------------------------------------------------------------------------------------------------


def test_no_registry_is_named() -> None:
    hosts = r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|--(?:extra-)?index-url|--find-link[s]"
    assert hits(hosts, texts()) == []


def test_no_path_of_one_machine_is_named() -> None:
    assert hits(r"(?<![\w.~-])/(?:root|work|farm|opt|home/(?!me/)\w+|Users/\w+)/", texts()) == []


def test_nothing_is_ever_unpickled() -> None:
    sources = {where(path): path.read_text(encoding="utf-8") for path in SOURCES}
    assert hits(r"torch\.load\(|allow_dangerous|allow_pickle=True|trust_remote_code=True", sources) == []
    unsafe = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    assert [where(path) for path in SOURCES if imported(path) & unsafe] == []


def test_files_stay_short() -> None:
    lengths = {where(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > 400} == {}
    assert lengths["app.py"] < 40


def test_weights_are_small_and_come_with_a_card() -> None:
    weights = [path for path in WEIGHTS.iterdir() if path.suffix in {".onnx", ".safetensors", ".npz", ".bin"}]
    assert weights
    assert [where(path) for path in weights if path.stat().st_size > 30 * 2**20] == []
    assert [where(path) for path in weights if not path.with_suffix(".md").is_file()] == []


def test_nothing_else_is_large() -> None:
    large = [where(path) for path in tracked() if path.parent != WEIGHTS and path.stat().st_size > 2**20]
    assert large == []


# --- floors and imports --------------------------------------------------------------------------------------------


def test_floors_are_kept() -> None:
    checker = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run([checker, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("library", ADAPTERS)
def test_a_heavy_library_is_imported_by_its_adapter_alone(library: str) -> None:
    assert {where(path) for path in SOURCES if library in imported(path)} <= ADAPTERS[library]


def test_the_command_line_starts_without_anything_heavy() -> None:
    """So that ``qa --help`` and ``qa articles`` answer at once."""
    heavy = [*ADAPTERS, "onnxruntime", "tokenizers", "trafilatura", "pypdf", "docx", "sklearn"]
    program = f"import sys, qa.cli; print([name for name in {heavy!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# --- packaging ---------------------------------------------------------------------------------------------------


@cache
def pins() -> dict[str, Version]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = {}
    for line in lines:
        if line and not line.startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+]+)", line)
            assert match, f"not an exact pin: {line}"
            found[normal(match[1])] = Version(match[2])
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    extras = project["optional-dependencies"]
    wanted += [Requirement(text) for extra in extras.values() for text in extra]
    assert [str(one) for one in wanted if normal(one.name) not in pins()] == []
    assert [str(one) for one in wanted if not one.specifier.contains(pins()[normal(one.name)])] == []


def test_torch_is_the_build_for_processors() -> None:
    assert str(pins()["torch"]) == "2.13.0"
    assert [name for name in pins() if name.startswith(("nvidia-", "cuda-", "triton"))] == []
