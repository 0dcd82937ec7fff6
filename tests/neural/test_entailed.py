"""Public collections of entailment become claims as the reader meets them, and shipped weights can be trained on."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import torch

from training.reader import entailed
from training.reader.export import graph_weights
from training.reader.model import ReaderModel, blank, loaded
from training.reader.restore import restored


def test_claims_of_one_edit_are_told_apart_together(tmp_path: Path) -> None:
    rows = [
        {"case_id": "1", "claim": "The ban lasts 30 days .", "evidence": "It lasts 30 days .", "label": "SUPPORTS"},
        {"case_id": "1", "claim": "The ban lasts 30 days .", "evidence": "It lasts 20 days .", "label": "REFUTES"},
        {"claim": "Ana swims .", "evidence": "Ana rows .", "label": "NOT ENOUGH INFO"},
        {"claim": "Ana swims .", "evidence": "Ana rows .", "label": "DISPUTED"},
    ]
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    edit, alone = entailed.asked(entailed.vitaminc(path), ["Ana Ruiz"], random.Random(1))
    assert [row.agrees for row in edit] == [True, False]
    assert [row.context for row in edit] == ["Ana Ruiz: It lasts 30 days.", "Ana Ruiz: It lasts 20 days."]
    assert all("the ban lasts 30 days" in row.question and "Ruiz" in row.question for row in edit)
    assert [row.agrees for row in alone] == [False]


def test_tables_and_lines_are_read_and_unknown_labels_left_out(tmp_path: Path) -> None:
    table = tmp_path / "pairs.tsv"
    table.write_text(
        'sentence1\tsentence2\tgold_label\nHe "rows".\tHe moves.\tentailment\nHe rows.\tHe sits.\t-\n', "utf-8"
    )
    assert list(entailed.pairs(table)) == [('He "rows".', 'He "rows".', "He moves.", True)]
    first, second, labels = (tmp_path / name for name in ("a", "b", "c"))
    first.write_text("He rows.\nHe rows.\n")
    second.write_text("He moves.\nHe sleeps.\n")
    labels.write_text("entailment\ncontradiction\n")
    assert [pair[3] for pair in entailed.plain(first, second, labels)] == [True, False]
    labels.write_text("entailment\n")
    with pytest.raises(ValueError, match="shorter"):
        list(entailed.plain(first, second, labels))


@pytest.mark.parametrize(
    ("spaced", "tidy"),
    [
        ("It 's `` new '' , he said ( twice ) .", 'It\'s "new", he said (twice).'),
        ("up 7 % , 10,056 died", "up 7%, 10,056 died"),
    ],
)
def test_spaces_are_as_people_write_them(spaced: str, tidy: str) -> None:
    assert entailed.tidied(spaced) == tidy


def test_weights_go_to_the_graph_and_back_whatever_the_trunks_depth() -> None:
    torch.manual_seed(1)
    trained = ReaderModel(blank(3))
    with torch.no_grad():
        for weight in trained.parameters():
            if weight.requires_grad:
                weight.add_(0.1 * torch.randn_like(weight))
    found = loaded(restored(graph_weights(trained))).state_dict()
    meant = trained.state_dict()
    assert found.keys() == meant.keys()
    assert all(torch.equal(found[name], meant[name]) for name in meant)
