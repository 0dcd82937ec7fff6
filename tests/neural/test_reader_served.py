"""What the reader learns from of what the answerer would give it."""

from __future__ import annotations

import json
import random
from pathlib import Path

from training.reader.served import NEAREST, served_groups


def written(path: Path, kind: str, right: int, wrong: int) -> Path:
    contexts = [[f"Ada Holm: yes {n}", 10, True] for n in range(right)]
    contexts += [[f"Bo Lind: no {n}", 9, False] for n in range(wrong)]
    item = {"question": "Who spoke?", "kind": kind, "names": [], "facts": [], "agrees": None, "contexts": contexts}
    path.write_text(json.dumps(item) + "\n", "utf-8")
    return path


def test_several_that_belong_in_a_list_compete_with_others_near_it(tmp_path: Path) -> None:
    (group,) = served_groups(written(tmp_path / "served.jsonl", "list", 5, 20), 8, random.Random(1))
    assert [row.relevant for row in group] == [True] * 3 + [False] * 5


def test_of_any_other_question_one_or_two_answer_beside_the_nearest(tmp_path: Path) -> None:
    path = written(tmp_path / "served.jsonl", "what", 5, 20)
    for seed in range(20):
        (group,) = served_groups(path, 12, random.Random(seed))
        assert sum(row.relevant for row in group) in (1, 2)
        assert {row.context for row in group if not row.relevant} == {f"Bo Lind: no {n}" for n in range(NEAREST)}
