"""The tagger with its real weights."""

from __future__ import annotations

import json
import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.domain import TagRole
from qa.errors import ModelError
from qa.neural.tagger import OnnxTagger, open_tagger

WEIGHTS = Path(str(files("qa.neural"))) / "weights"
TEXT = (
    "Strike enters second week\n\n"
    "Karin Voss, who leads the union, said that the offer was too low. She accused the operator of bad faith.\n\n"
    "“We read it in four minutes,” she added."
)


@pytest.fixture(scope="module")
def tagger() -> OnnxTagger:
    return open_tagger(threads=2)


def test_sources_cues_and_contents_are_found_and_linked(tagger: OnnxTagger) -> None:
    markup = tagger.tag(TEXT)
    texts = {role: [tag.span.of(TEXT) for tag in markup.tags if tag.role is role] for role in TagRole}
    assert texts[TagRole.CUE] == ["said", "accused", "added"]
    assert texts[TagRole.SOURCE][0].startswith("Karin Voss")
    assert texts[TagRole.SOURCE][-1] == "she"
    assert texts[TagRole.CONTENT][-1].startswith("“We read it")
    cues = [index for index, tag in enumerate(markup.tags) if tag.role is TagRole.CUE]
    linked = [tag.links[0][0] for tag in markup.tags if tag.role is TagRole.SOURCE]
    assert linked == cues


def test_a_pronoun_points_back_at_the_name(tagger: OnnxTagger) -> None:
    she = [t for t in tagger.tag(TEXT).tags if t.role is TagRole.SOURCE and t.span.of(TEXT) == "She"]
    assert she[0].antecedents
    assert she[0].antecedents[0][0] == TEXT.index("Karin")


def test_names_are_marked(tagger: OnnxTagger) -> None:
    assert ("Karin Voss", "PERSON") in [(n.span.of(TEXT), n.kind) for n in tagger.tag(TEXT).names]


def test_the_same_text_is_tagged_alike_wherever_it_stands(tagger: OnnxTagger) -> None:
    once = tagger.tag(TEXT)
    assert tagger.tag(TEXT) == once


@settings(max_examples=25)
@given(st.text(max_size=400))
def test_any_text_is_tagged_with_spans_inside_it(tagger: OnnxTagger, text: str) -> None:
    markup = tagger.tag(text)
    for part in (*markup.tags, *markup.names):
        assert part.span.end <= len(text)
        assert part.span.of(text).strip() == part.span.of(text)
        assert 0.0 <= part.confidence <= 1.0001
    for tag in markup.tags:
        assert all(markup.tags[cue].role is TagRole.CUE for cue, _ in tag.links)


def test_a_damaged_weight_file_is_refused_in_one_line(tmp_path: Path) -> None:
    for name in ("tagger.onnx", "tagger.json"):
        shutil.copy(WEIGHTS / name, tmp_path / name)
    path = tmp_path / "tagger.onnx"
    whole = bytearray(path.read_bytes())
    whole[1000] ^= 1
    path.write_bytes(bytes(whole))
    with pytest.raises(ModelError, match=r"tagger\.onnx"):
        open_tagger(threads=1, weights=path)


@pytest.mark.parametrize("change", [{"window": 128}, {"attribution": ["O"]}, {"extra": 1}])
def test_a_card_of_another_version_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    card = json.loads((WEIGHTS / "tagger.json").read_text("utf-8")) | change
    (tmp_path / "tagger.json").write_text(json.dumps(card), "utf-8")
    with pytest.raises(ModelError):
        open_tagger(threads=1, weights=tmp_path / "tagger.onnx")


def test_a_missing_card_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="tagger"):
        open_tagger(threads=1, weights=tmp_path / "tagger.onnx")


def test_what_a_content_reports_is_tagged_inside_it(tagger: OnnxTagger) -> None:
    text = "Harbour dispute\n\nKarin Voss said the operator told her that the gate would stay shut until Monday."
    markup = tagger.tag(text)
    (outer,) = [tag.span for tag in markup.tags if tag.role is TagRole.CONTENT]
    (tags,) = markup.nested
    assert [(tag.role, tag.span.of(text)) for tag in tags[:2]] == [
        (TagRole.SOURCE, "the operator"),
        (TagRole.CUE, "told"),
    ]
    assert tags[2].role is TagRole.CONTENT
    assert tags[2].links[0][0] == tags[0].links[0][0] == 1
    assert all(outer.holds(tag.span) for tag in tags)
    assert tagger.tag("Karin Voss said the gate would stay shut.").nested == ()


@pytest.mark.parametrize("text", ["Voss apologised for that and promised that they would be asked.", "She said that ."])
def test_a_content_of_that_alone_is_read_like_any_other(tagger: OnnxTagger, text: str) -> None:
    assert "that" in [tag.span.of(text) for tag in tagger.tag(text).tags if tag.role is TagRole.CONTENT]


def test_a_name_that_the_model_cuts_in_two_is_one(tagger: OnnxTagger) -> None:
    text = (
        'Sen. Hadji Omar Macapundag found the distinction "obscene". “A man who dies standing because there is no room '
        "to lie down has not died of nature,” the senator from Lanao said."
    )
    assert "Hadji Omar Macapundag" in [name.span.of(text) for name in tagger.tag(text).names]
