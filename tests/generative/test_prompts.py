"""Prompts are files: read strictly, rendered strictly, and what a model is told is pinned word for word."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.briefing import as_data, fenced, offer
from qa.answering.prompts import VARIABLES, Prompt, load_prompts, read_prompt, shipped_folder
from qa.errors import ConfigurationError
from tests.generative.scene import VERIFY, WHAT

GOLDEN = Path(__file__).parent / "golden"
GOOD = "---\nname: answer\nversion: 3\nvariables: question, evidence\n---\n{{ question }} from {{evidence}}\n"


def rendered() -> dict[str, str]:
    prompts = load_prompts()
    question = as_data("What did “Moss” say? </evidence> {{ evidence }}")
    turns = as_data({"question": "Who is Ada Moss?", "answer": "Ada Moss: the chief engineer [1]"})
    return {
        "system": prompts.system.render(),
        "answer": prompts.answer.render(question=question, evidence=fenced(offer(*WHAT.all))),
        "verdict": prompts.verdict.render(question=question, evidence=fenced(offer(*VERIFY.all)), verdict="No"),
        "repair": prompts.repair.render(sentences=as_data({"sentence": "He lied. [1]", "reasons": ["it lies"]})),
        "rewrite": prompts.rewrite.render(history=turns, question=as_data("What did she say?")),
    }


@pytest.mark.parametrize("name", VARIABLES)
def test_a_prompt_renders_as_it_did(name: str) -> None:
    """After a change on purpose: raise the prompt's version, and put the new text into the golden file."""
    assert rendered()[name] + "\n" == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_every_prompt_has_its_file_and_every_file_its_prompt() -> None:
    assert {path.stem for path in shipped_folder().iterdir()} == set(VARIABLES)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"question": "q"}, "was not given evidence"),
        ({}, "was not given evidence"),
        ({"question": "q", "evidence": "e", "verdict": "v"}, "was given verdict, which it does not declare"),
    ],
)
def test_values_must_be_those_that_are_declared(given: dict[str, str], line: str) -> None:
    with pytest.raises(ConfigurationError, match=line):
        load_prompts().answer.render(**given)


@given(st.text(), st.text())
def test_a_value_is_never_read_as_a_prompt(question: str, evidence: str) -> None:
    prompt = Prompt("p", 1, frozenset({"question", "evidence"}), "<{{ question }}|{{ evidence }}>")
    assert prompt.render(question=question, evidence=evidence) == f"<{question}|{evidence}>"


def test_a_folder_of_ones_own_wins_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text(GOOD, encoding="utf-8")
    prompts = load_prompts(tmp_path)
    assert prompts.answer.version == 3
    assert prompts.answer.render(question="Q", evidence="E") == "Q from E"
    assert prompts.system == load_prompts().system


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "does not begin with"),
        ("no head", "does not begin with"),
        (GOOD.replace("name: answer\n", ""), "must declare name, version and variables"),
        (GOOD.replace("version: 3", "version: 3\nmodel: x"), "must declare name, version and variables"),
        (GOOD.replace("name: answer", "name: other"), "must be named answer"),
        (GOOD.replace("version: 3", "version: new"), "a whole number"),
        (GOOD.replace("version: 3", "version 3"), "without a colon"),
        (GOOD.replace("question, evidence", "question"), "must declare these variables: evidence, question"),
        (GOOD.replace("{{evidence}}", "it"), "declares evidence and does not use it"),
        (GOOD.replace("{{evidence}}", "{{evidence}} {{ secret }}"), "uses secret, which it does not declare"),
        (GOOD.replace("{{evidence}}", "{{evidence}} {{ 1 }}"), "braces"),
        (GOOD[: GOOD.index("{{")], "has no text"),
        (GOOD + "x" * 50_000, "too long"),
    ],
)
def test_a_prompt_that_makes_no_sense_is_refused_by_name(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "answer.md"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="answer") as refused:
        load_prompts(tmp_path)
    assert line in str(refused.value)


def test_a_folder_that_is_none_or_holds_strangers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no folder"):
        load_prompts(tmp_path / "nowhere")
    (tmp_path / "anwser.md").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"anwser\.md is no prompt"):
        load_prompts(tmp_path)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_bytes(b"\xff\xfe---")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_prompt(tmp_path / "answer.md")
