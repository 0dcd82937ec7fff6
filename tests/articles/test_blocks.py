"""Blocks told apart by their looks and their place."""

from __future__ import annotations

import pytest

from qa.articles import split_blocks
from qa.articles.blocks import plain
from qa.domain import BlockKind

H, S, T, P = BlockKind.HEADLINE, BlockKind.STANDFIRST, BlockKind.HEADING, BlockKind.PARAGRAPH

BODY = "The dockers walked out on Monday and said that they would not come back before the company gave in to them."

MORE = "The company, whose ships lie at anchor in the bay, did not answer. The minister was not to be reached either."


def kinds(text: str) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.span.of(text)) for block in split_blocks(text)]


def test_headline_and_paragraphs() -> None:
    assert kinds(f"Port strike goes on\n\n{BODY}\n{MORE}\n") == [(H, "Port strike goes on"), (P, BODY), (P, MORE)]


def test_a_headline_with_a_full_stop_stands_alone_above_a_longer_paragraph() -> None:
    assert kinds(f"Port strike goes on.\n\n{BODY}")[0] == (H, "Port strike goes on.")
    assert kinds(f"D.C. strike goes on.\n\nABSTRACT.\n\n{BODY}")[0] == (H, "D.C. strike goes on.")
    assert kinds(f"Nothing happened. He left.\n\n{BODY}")[0] == (P, "Nothing happened. He left.")
    assert kinds(f"He left.\n{BODY}")[0] == (P, "He left.")


def test_a_text_of_one_block_is_a_paragraph() -> None:
    assert kinds("Port strike goes on") == [(P, "Port strike goes on")]


def test_no_headline_above_a_text_that_begins_with_its_body() -> None:
    assert [kind for kind, _ in kinds(f"{BODY} {MORE}\n\n{MORE}")] == [P, P]


def test_a_repeated_standfirst_is_known_by_its_copy_whatever_its_full_stop() -> None:
    text = f"Port strike goes on\n\n{BODY[:-1]}\n\n{BODY}\n\n{MORE} He said so."
    assert [kind for kind, _ in kinds(text)] == [H, S, P, P]


def test_a_standfirst_that_the_first_paragraph_begins_with() -> None:
    text = f"Port strike goes on\n\n{BODY}\n\n{BODY} The company did not answer."
    assert [kind for kind, _ in kinds(text)] == [H, S, P]


def test_a_standfirst_without_a_final_full_stop() -> None:
    text = f"Port strike goes on\n\nThe union is angry. The company, for its part, says nothing\n\n{BODY}"
    assert [kind for kind, _ in kinds(text)] == [H, S, P]


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Doe",
        "JIMMY GOLEN",
        "CNN —",
        "Al Bayt Stadium, Al Khor, Qatar CNN —",
        "Posted by Communications | Reading time 4 min",
        "6 May 2024",
    ],
)
def test_bylines_are_neither_headings_nor_standfirst(line: str) -> None:
    assert kinds(f"Port strike goes on\n\n{line}\n\n{BODY}")[1] == (P, line)


@pytest.mark.parametrize(
    "heading",
    [
        "No relation",
        "NO RELATION",
        "Russia supports Iran’s sovereignty",
        "Drones shown in the parade: military attaché",
        "“Who checks the checker?”",
        "Hospital ‘busy but coping’",
        "What wasn't answered",
        "FACEBOOK.",
        "61 and a first play",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_headings_with_and_without_an_empty_line(heading: str, gap: str) -> None:
    text = f"Port strike goes on\n\n{BODY}\n\n{MORE}{gap}{heading}{gap}{MORE}\n{MORE}"
    assert [kind for kind, _ in kinds(text)] == [H, P, P, T, P, P]


@pytest.mark.parametrize(
    "line",
    [
        "He said so.",
        "“No!”",
        "Partial transcript as follows:",
        "- bread and butter",
        "1. Bread and butter",
        "He did not answer.\ufeff",
        "and so it went on",
        "— With reporting by John Smith",
        "Photo: Jane Doe",
        "(CROSSTALK.)",
    ],
)
def test_short_lines_that_are_no_headings(line: str) -> None:
    assert kinds(f"Port strike goes on\n\n{BODY}\n\n{line}\n\n{MORE}")[2] == (P, line)


def test_a_list_of_names_is_no_pile_of_headings() -> None:
    names = "Anna Berg\nBen Carr\nCleo Dahl\nDan Eder"
    text = f"Port strike goes on\n\n{BODY}\n\n{names}\n{MORE}"
    assert [kind for kind, _ in kinds(text)] == [H, P, P, P, P, P, P]


def test_nothing_is_headed_at_the_end() -> None:
    assert kinds(f"Port strike goes on\n\n{BODY}\n\nJane Doe")[-1] == (P, "Jane Doe")


def test_markdown_headings() -> None:
    text = f"# Port strike\n\n{BODY}\n## What now?\n{MORE}\n\n### He won!\n\n{MORE}\n"
    assert [kind for kind, _ in kinds(text)] == [H, P, T, P, T, P]
    assert plain("## **What** now? ##") == "What now?"
    assert plain("- *Port strike*") == "Port strike"


def test_front_matter_and_rules_belong_to_no_block() -> None:
    text = f"---\ntitle: Port\ndate: 2024-05-06\n---\nPort strike\n\n{BODY}\n\n* * *\n\n{MORE}\n___.\n{MORE}"
    assert kinds(text) == [(H, "Port strike"), (P, BODY), (P, MORE), (P, MORE)]


WRAPPED = """Port strike goes on

LINDHAFEN -- Talks to end a strike that has paralysed the country's
largest container port broke up after barely an hour on Monday, the
union said. Karin Voss, who leads it, said that she would not come
back.

NO RELATION
On the picket line at Gate 3, crane driver Dieter Voss -- no relation
to the union leader -- was warming his hands over an oil drum.

- The first demand is more money for the night shift, and for those
  who work on Sundays.
- The second demand is more time.
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_hard_wrapped_lines_are_joined(end: str) -> None:
    found = kinds(WRAPPED.replace("\n", end))
    assert [kind for kind, _ in found] == [H, P, T, P, P, P]
    assert found[1][1].startswith("LINDHAFEN")
    assert found[1][1].endswith("come" + end + "back.")
    assert found[4][1].endswith("work on Sundays.")


def test_short_paragraphs_of_one_line_each_stay_apart() -> None:
    lines = ["“We shall go,” she said to the men at the gate.", "“We shall stay,” he said and sat down on a box."]
    assert [words for _, words in kinds("\n".join(lines * 4))] == lines * 4


def test_a_documents_own_markup_wins() -> None:
    text = f"Port strike goes on\n\nThis sentence is a heading.\n\n{BODY}\n\nAnna Berg\n\n{MORE}"
    known = {21: T, text.index("Anna"): P}
    assert [block.kind for block in split_blocks(text, known)] == [H, T, P, P, P]
