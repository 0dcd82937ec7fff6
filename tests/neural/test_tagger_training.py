"""What the tagger's training rests on: windows as tensors, reports marked by hand, sources and whom they mean."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from qa.neural.decoding import ATTRIBUTION
from training.tagger.data import IGNORED, Document, examples, meant
from training.tagger.distil import RESTYLED, STYLES, styles
from training.tagger.reports import parsed, reports
from training.tagger.rows import stacked
from training.tagger.train import marks
from training.trunk import TRUNK, tokenizer_of

REPORT = """court
Verdict awaited

{S1 Judge Mira Holt} {Q1 said} {C1 that the jury would sit on}.

{S2,3 She} {Q2 praised} {C2 its patience} and {Q3 ruled out} {C3 a delay}.

@SPEAKERS 1=Mira Holt|2=Mira Holt|3=Mira Holt
"""


def test_a_marked_report_gives_its_text_and_its_attributions() -> None:
    report = parsed(REPORT)
    assert "{" not in report.text
    found = [
        {role: [report.text[a:b] for a, b in places] for role, places in attribution.items()}
        for attribution in report.attributions
    ]
    assert found[0] == {"source": ["Judge Mira Holt"], "cue": ["said"], "content": ["that the jury would sit on"]}
    assert [attribution["source"] for attribution in found[1:]] == [["She"], ["She"]]
    she = report.text.index("She")
    assert dict(report.referring)[she] == [report.text.index("Mira"), report.text.index("Holt")]
    assert dict(report.referring)[report.text.index("Judge")] == []


def test_a_report_that_is_not_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="attribution 1"):
        parsed(REPORT.replace("{Q1 said}", "said"))


def test_every_report_written_for_training_is_whole() -> None:
    found = reports()
    assert len(found) > 150
    assert all(len(report.attributions) >= 3 for report in found)


def test_a_source_means_earlier_mentions_and_later_ones_only_where_there_is_no_earlier() -> None:
    text = "He spoke. Ana Ruiz and Bo Li came. She left."
    she, he = text.index("She"), 0
    found = dict(meant(text, [((he, 2), "Bo Li"), ((she, she + 3), "Ana Ruiz"), ((10, 13), None)]))
    assert found[he] == [text.index("Bo"), text.index("Li")]
    assert found[she] == [text.index("Ana"), text.index("Ruiz")]
    assert found[10] == []


def test_windows_become_tensors_that_hold_their_labels() -> None:
    tokenizer = tokenizer_of(TRUNK)
    cls, sep, mask = marks(tokenizer)
    document = parsed(REPORT)
    (example,) = examples(document, tokenizer, cls, sep, None)
    rows = stacked([example, example])
    batch = rows.batch(np.array([1]))
    label = batch["attribution"][0]
    where = [position for position, _, _ in example.window.words]
    assert [ATTRIBUTION[int(label[position])] for position in where] == [ATTRIBUTION[a] for a in example.attribution]
    assert int((label != IGNORED).sum()) == len(where)
    assert int(batch["mask"].sum()) == len(example.window.ids)
    for word, antecedents in example.antecedents.items():
        assert batch["antecedents"][0, where[word]].nonzero().flatten().tolist() == sorted(set(antecedents))
    torch.manual_seed(0)
    hidden = rows.batch(np.array([0, 1]), mask, 0.5)["ids"]
    assert 0 < int((hidden == mask).sum()) < 2 * len(where)
    assert not (hidden[:, [0]] == mask).any()


def test_only_referring_words_of_a_text_of_which_nothing_else_is_known_are_learnt_from() -> None:
    tokenizer = tokenizer_of(TRUNK)
    cls, sep, _ = marks(tokenizer)
    document = Document("Ana Ruiz spoke. She left.", referring=[(16, [0])], only_referring=True)
    (example,) = examples(document, tokenizer, cls, sep, None)
    batch = stacked([example]).batch(np.array([0]))
    assert (batch["attribution"] == IGNORED).all()
    assert (batch["links"] == IGNORED).all()
    assert int(batch["antecedents"].any(-1).sum()) == 1


def test_restyling_changes_quotation_marks_alone() -> None:
    tokenizer = tokenizer_of(TRUNK)
    table = styles(tokenizer)
    assert 0 < RESTYLED < 1
    plain = tokenizer.encode("“No,” said Ruiz.", add_special_tokens=False).ids
    assert table[0][plain].tolist() == plain
    for number, style in enumerate(STYLES, start=1):
        changed = tokenizer.encode(f"{style[3]}No,{style[4]} said Ruiz.", add_special_tokens=False).ids
        assert table[number][plain].tolist() == changed
