"""An answer while a language model writes it: the lines that may be shown, the sentences that failed and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from qa.answering.briefing import Offered
from qa.answering.checking import Draft, faults, folded, is_refusal, read_draft
from qa.domain import Answer, Citation, Speaker

MOST_SHOWN = 15
"""Sentences of an answer: as many as the built-in answer has at most."""

Failure = tuple[str, tuple[str, ...]]
"""A sentence as the model wrote it, and the reasons why it may not be shown."""


@dataclass(slots=True)
class Page:
    """Fills line by line; ``speakers`` are all who speak in the articles, ``verdict`` what the evidence says."""

    offered: Mapping[int, Offered]
    speakers: Sequence[Speaker]
    verdict: str | None = None
    lines: list[str] = field(default_factory=list)
    cited: list[Citation] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _missed: set[int] = field(default_factory=set)

    @property
    def full(self) -> bool:
        return len(self.lines) >= MOST_SHOWN

    def take(self, sentence: str) -> str | None:
        """The line to show for ``sentence``, its markers renumbered in the order of use; None where none may be shown.

        A line after the first begins with a line break, so that all of them put together are the answer.
        """
        draft = read_draft(sentence)
        if self.full or folded(draft) in self._seen or is_refusal(draft) or not (draft.words or draft.markers):
            return None
        reasons = faults(draft, self.offered, self.speakers, self.verdict)
        if reasons:
            self.failed.append((sentence, reasons))
            self._missed.update(draft.markers)
            return None
        self._seen.add(folded(draft))
        self.lines.append(self._shown(draft))
        return self.lines[-1] if len(self.lines) == 1 else "\n" + self.lines[-1]

    def restored(self, answer: Answer) -> Iterator[str]:
        """The lines of the built-in ``answer`` on evidence that the model only failed at, or that it was not offered.

        None where the model has no line at all: then ``answer`` stands as it is.
        """
        built_in = {m.group(2): m.group(1) for m in re.finditer(r"^(.*\S) \[(\d+)\]$", answer.answer, re.M)}
        for citation in answer.citations:
            words = built_in.get(str(citation.marker))
            piece = next((p for p in self.offered.values() if p.cites(citation)), None)
            missed = piece is None or piece.marker in self._missed
            if self.lines and not self.full and words and missed and self._place(citation) is None:
                self.cited.append(citation)
                self.lines.append(f"{words} [{len(self.cited)}]")
                yield "\n" + self.lines[-1]

    def result(self, answer: Answer) -> Answer:
        """The answer that the lines make, in the place of the built-in ``answer``; there is at least one line."""
        credited = {citation.speaker for citation in self.cited if citation.speaker}
        return replace(
            answer,
            answer="\n".join(self.lines),
            citations=tuple(replace(citation, marker=n) for n, citation in enumerate(self.cited, start=1)),
            speakers=tuple(s for s in answer.speakers if not credited or s.name in credited),
            mode="generative",
        )

    def _shown(self, draft: Draft) -> str:
        places = set()
        for citation in (self.offered[marker].citation(marker) for marker in draft.markers):
            place = self._place(citation)
            if place is None:
                self.cited.append(citation)
            places.add(len(self.cited) if place is None else place)
        # The verdict is the evidence's: it opens the answer whether or not the model wrote it.
        opening = f"{self.verdict.capitalize()}. " if self.verdict and not self.lines else ""
        return f"{opening}{draft.words} {''.join(f'[{place}]' for place in sorted(places))}"

    def _place(self, citation: Citation) -> int | None:
        """The number under which the place in the article that ``citation`` cites is cited already."""
        places = [(cited.article_id, cited.span) for cited in self.cited]
        here = (citation.article_id, citation.span)
        return places.index(here) + 1 if here in places else None
