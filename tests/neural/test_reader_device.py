"""The reader's training on a graphics processor, tried on a processor with next to nothing to learn from."""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import sys
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from qa.neural.reading import LONGEST, PairEncoder
from training.reader import device, pack
from training.reader.device import loss_of, trained
from training.reader.model import ReaderModel, agreement_loss, blank, loaded, relevance_loss, span_loss
from training.reader.pack import Packer, claim_groups, served_group, span_groups
from training.reader.packed import LENGTHS, OPEN, RIGHT, TWIN, WRONG, Drawn, Feeder, Packed, Plan
from training.reader.pairs import Claim
from training.reader.rows import Row, batch
from training.reader.spans import Asked
from training.trunk import TRUNK, tokenizer_of

CPU = torch.device("cpu")
TEXT = "The mayor spoke. “We will rebuild the bridge,” said Ana Ruiz. She thanked the crews in 1950."
LONG = "Rain fell. " * 150 + TEXT
PARTS = ("served", "spans", "plain", "claims", "held_served", "held_spans", "held_claims")


def served(number: int) -> dict[str, object]:
    right = f"Ana Ruiz (mayor): We will rebuild bridge {number}, and soon."
    others = [[f"Bo Li: The weather of day {number}, {n} was fine.", 7, False] for n in range(8)]
    twin = ["Bo Li: " + right.partition(": ")[2], 7, False]
    contexts = [[right, 18, True], ["She said so.", 0, True], *others, twin, ["The end.", 0, False]]
    return {"question": f"Who will rebuild bridge {number}?", "kind": "who", "names": ["Ana Ruiz"], "facts": [],
            "agrees": None, "contexts": contexts}  # fmt: skip


def claim(number: int) -> Claim:
    return Claim(f"Ana Ruiz: Town {number} grows.", f"Did Ruiz say {number} grows?", f"Did Ruiz say {number} shrinks?")


@pytest.fixture
def packer() -> Packer:
    return Packer(tokenizer_of(TRUNK), random.Random(1))


def opened(packer: Packer, folder: Path, **parts: object) -> Packed:
    packer.write(folder / "packed.npz", {name: parts.get(name, []) for name in PARTS})
    return Packed(folder / "packed.npz")


def test_packed_rows_are_the_rows_that_training_makes_of_the_same_words(packer: Packer, tmp_path: Path) -> None:
    name = (TEXT.index("Ana"), TEXT.index("Ana") + 8)
    late = (LONG.index("Ana"), LONG.index("Ana") + 8)
    rows = [
        [("Who spoke?", TEXT, RIGHT, (name, (0, 9)), None), ("Who spoke?", "Nobody did.", WRONG, (), None)],
        [("Who spoke of the bridge?", LONG, RIGHT, (late,), None)],
        [("Who? " * 90, LONG, RIGHT, None, True)],
        [("Did Ruiz say “no”?", TEXT, RIGHT, None, False)],
    ]
    posed = [packer.group(g[0][0], [(c, s, a) for _, c, s, a, _ in g], g[0][4], 0) for g in rows]
    packed = opened(packer, tmp_path, spans=posed)
    drawn = [packed.plain(one) for one in packed.parts["spans"]]
    meant = batch([tuple(Row(q, c, a, s == RIGHT, g) for q, c, s, a, g in group) for group in rows],
                  PairEncoder(tokenizer_of(TRUNK)))  # fmt: skip
    found = Feeder(packed, CPU)(packed.arrays(drawn, LONGEST, 8))
    assert found.ids.shape == (8, LONGEST)
    assert meant.ids.shape[1] == LONGEST
    for field in fields(meant):
        assert torch.equal(getattr(found.rows, field.name), getattr(meant, field.name)), field.name


def test_what_nobody_judged_counts_for_nothing_but_the_teachers(packer: Packer, tmp_path: Path) -> None:
    packed = opened(packer, tmp_path, served=[served_group(packer, served(1), 0)])
    (posed,) = packed.parts["served"]
    assert [row.state for row in posed.rows] == [RIGHT, OPEN, *[WRONG] * 8, TWIN, OPEN]
    right, open_, *wrong = packed.plain(posed)
    feed, torch_model = Feeder(packed, CPU), ReaderModel(blank(1)).eval()
    with_, without = ([right, open_, *wrong[:3]], [right, *wrong[:3]])
    losses = [loss_of(torch_model, [], feed(packed.arrays([g], 72, 16)), 1, 0.5).item() for g in (with_, without)]
    assert losses[0] == pytest.approx(losses[1], abs=1e-5)
    fed = feed(packed.arrays([without], 72, 16))
    spans, relevance, agreement = device.scores_of(torch_model, fed)
    meant = span_loss(spans, fed.rows) + relevance_loss(relevance, fed.rows) + agreement_loss(agreement, fed.rows)
    assert losses[1] == pytest.approx(meant.item(), abs=1e-5)
    taught = [loss_of(torch_model, [ReaderModel(blank(1)).eval()], feed(packed.arrays([g], 72, 16)), 1, 1.0).item()
              for g in (with_, without)]  # fmt: skip
    assert taught[0] != pytest.approx(taught[1], abs=1e-5)


def test_an_epoch_has_few_shapes_and_is_drawn_anew(packer: Packer, tmp_path: Path) -> None:
    name = (TEXT.index("Ana"), TEXT.index("Ana") + 8)
    asked = [Asked("t", TEXT, f"Who spoke on day {n}?", (name,), ("Ana Ruiz",)) for n in range(60)]
    packed = opened(
        packer,
        tmp_path,
        served=[served_group(packer, served(n)) for n in range(20)],
        spans=span_groups(packer, asked),
        claims=claim_groups(packer, [claim(n) for n in range(30)]),
    )
    plan = Plan(tokens=2000, size=5, seed=1, spans=0.5)
    groups = packed.epoch(plan, random.Random(1))
    assert len(groups) == 20 * 3 + 30 + 2 * 18
    assert max(len(group) for group in groups) <= 6
    assert {row.state for group in groups for row in group} == {RIGHT, WRONG, OPEN}
    one, again, other = (packed.batches(plan, epoch) for epoch in (0, 0, 1))
    assert {(b.length, b.most) for b in one} <= {(n, max(16, 2000 // n // 8 * 8)) for n in LENGTHS}
    assert all(0.5 * b.most < len(b.rows) <= b.most for b in one)
    assert all(np.array_equal(a.rows, b.rows) for a, b in zip(one, again, strict=True))
    assert not all(np.array_equal(a.rows, b.rows) for a, b in zip(one, other, strict=False))


def test_a_mistyped_question_never_makes_a_row_too_long(packer: Packer, tmp_path: Path) -> None:
    late = (len(LONG) - 5, len(LONG) - 1)
    posed = packer.group("Wherewasitbuilt?", [(LONG, RIGHT, (late,))], mistyped=1)
    packed = opened(packer, tmp_path, spans=[posed])
    question = packed.mistyped[posed.question]
    (row,) = packed.plain(posed)
    longer = Drawn(question, row.length + 3, *row[2:])
    fed = Feeder(packed, CPU)(packed.arrays([[row], [longer]], LONGEST, 2))
    assert question >= 0
    assert fed.mask.sum(1).tolist() == [LONGEST, LONGEST]
    assert fed.rows.first.any(1).tolist() == [True, False], "what is cut off is not taken for no answer"


def test_a_few_steps_lower_the_loss(packer: Packer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packed = opened(packer, tmp_path, claims=claim_groups(packer, [claim(n) for n in range(40)]))
    feed, plan = Feeder(packed, CPU), Plan(tokens=640, size=5, seed=1, claims=1)
    batches = packed.batches(plan, 0)
    torch.manual_seed(1)
    model, teacher = ReaderModel(blank(1)), ReaderModel(blank(1))

    def loss() -> float:
        with torch.no_grad():
            return sum(loss_of(model.eval(), [], feed(one), 1, 0).item() for one in batches[:4])

    before, words = loss(), model.trunk.embeddings.word_embeddings.weight.clone()
    monkeypatch.setattr(device, "time", SimpleNamespace(time=itertools.count().__next__))
    o = argparse.Namespace(seconds=16, rate=1e-3, decay=0.9, judging=1.0, mix=0.2, out=tmp_path)
    trained(model, [teacher], itertools.cycle(batches), feed, o)
    assert loss() < 0.8 * before
    assert torch.equal(words, model.trunk.embeddings.word_embeddings.weight)


def test_both_commands_from_files_to_a_trained_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lines(name: str, rows: list[dict[str, object]]) -> str:
        written = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / name).write_bytes(gzip.compress(written.encode()) if name.endswith("gz") else written.encode())
        return str(tmp_path / name)

    def run(program: object, *options: str) -> None:
        monkeypatch.setattr(sys, "argv", ["program", *options])
        program.main()  # type: ignore[attr-defined]

    asked = [{"question": f"Who spoke on day {n}?", "answers": ["Ana Ruiz"] * (n % 2)} for n in range(40)]
    squad = [{"title": f"t{n}", "context": TEXT, "questions": asked} for n in range(8)]
    place = [TEXT.index("Ana"), TEXT.index("Ana") + 8]
    qamr = [{"id": f"w:d:{n}", "context": TEXT, "questions": [{"question": "Who?", "answers": [place]}]}
            for n in range(3)]  # fmt: skip
    told = [{"context": c.context, "true": c.true, "false": c.false} for c in map(claim, range(40))]
    (tmp_path / "kept.txt").write_text("Town 3 grows. Town\n4 grows.")
    run(
        pack,
        *("--served", lines("served.jsonl", [served(n) for n in range(40)])),
        *("--held", lines("held.jsonl", [served(n) for n in range(90, 94)])),
        *("--claims", lines("claims.jsonl", told), "--kept-out", str(tmp_path / "kept.txt")),
        *("--squad", lines("squad.jsonl.gz", squad), "--qamr", lines("qamr.jsonl.gz", qamr)),
        *("--out", str(tmp_path / "packed.npz")),
    )
    sizes = json.loads(capsys.readouterr().out)
    assert sizes == {"served": 40, "spans": 40, "plain": 3, "claims": 76, "held_served": 4, "held_spans": 200,
                     "held_claims": 4}  # fmt: skip
    torch.manual_seed(1)
    for name in ("start", "teacher"):
        (tmp_path / name).mkdir()
        torch.save(ReaderModel(blank(1)).state_dict(), tmp_path / name / "model.pt")
    run(
        device,
        *("--packed", str(tmp_path / "packed.npz"), "--start", str(tmp_path / "start"), "--out", str(tmp_path / "run")),
        *("--teachers", str(tmp_path / "teacher"), "--seconds", "1", "--tokens", "700", "--device", "cpu"),
        *("--workers", "1"),
    )
    *_, steps, figures = capsys.readouterr().out.splitlines()
    assert steps.startswith("run: ")
    assert set(json.loads(figures)) == {"first", "twins", "answered", "verdicts", "claims", "exact"}
    loaded(torch.load(tmp_path / "run" / "model.pt", weights_only=True))
