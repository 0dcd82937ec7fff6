"""The last look before an answer leaves: every citation true to the character, every speaker borne out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from qa.answering.wording import fold, tokens
from qa.domain import Answer, Citation, Speaker

NOT_SAID = "The articles do not say."


def verify(answer: Answer, texts: Mapping[str, str]) -> Answer:
    """``answer`` as far as ``texts`` (article id to canonical text) bear it out; an abstention where nothing is left.

    A citation that is not the article's own characters goes, with the line that leans on it; so does a speaker that
    neither a citation nor the cited article names.
    """
    true = tuple(c for c in answer.citations if is_true(c, texts))
    nearest = answer.nearest if answer.nearest and is_true(answer.nearest, texts) else None
    if answer.abstained:
        return replace(answer, citations=true, nearest=nearest, speakers=())
    if not true:
        return _nothing(answer, nearest)
    speakers = tuple(s for s in answer.speakers if _borne_out(s, true, texts))
    if len(true) == len(answer.citations) and len(speakers) == len(answer.speakers):
        return answer
    text = _without(answer.answer, {c.marker for c in answer.citations} - {c.marker for c in true})
    if not text:
        return _nothing(answer, nearest)
    return replace(answer, answer=text, citations=true, speakers=speakers)


def _nothing(answer: Answer, nearest: Citation | None) -> Answer:
    return replace(
        answer,
        answer=NOT_SAID,
        abstained=True,
        citations=(),
        speakers=(),
        verdict=None,
        confidence=0.0,
        nearest=nearest,
    )


def is_true(citation: Citation, texts: Mapping[str, str]) -> bool:
    """Whether the quote is the article's text at the span, to the character."""
    text = texts.get(citation.article_id)
    return text is not None and citation.span.end <= len(text) and citation.span.of(text) == citation.quote


def _borne_out(speaker: Speaker, citations: tuple[Citation, ...], texts: Mapping[str, str]) -> bool:
    """Whether a cited article has the words of the speaker's name."""
    wanted = [w.rstrip(".") for w in tokens(speaker.name)]
    for article_id in {c.article_id for c in citations}:
        held = {w.rstrip(".") for w in tokens(texts[article_id])}
        if all(word in held or word in fold(texts[article_id]) for word in wanted):
            return True
    return False


def _without(text: str, markers: set[int]) -> str:
    """``text`` without the lines that carry only these ``markers``."""
    kept = []
    for line in text.split("\n"):
        carried = {int(m) for m in re.findall(r"\[(\d+)\]", line)}
        if carried and carried <= markers:
            continue
        kept.append(re.sub(r"\s*\[(\d+)\]", lambda m: "" if int(m.group(1)) in markers else m.group(), line))
    return "\n".join(kept).strip()
