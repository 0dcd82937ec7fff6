"""Articles and markup written by hand, for tests that need no model.

In a marked text ``[s …]`` is a source, ``[q …]`` a cue, ``[c …]`` a content and ``{P …}``, ``{O …}``, ``{L …}`` a name;
a source or content is linked to the cue of the same number (``[s1 …]``, ``[q1 …]``, ``[c1 …]``). What is marked
inside a content is nested in it.
"""

from __future__ import annotations

import re

from qa.articles import split_blocks, split_sentences
from qa.domain import Article, Markup, Name, Span, Tag, TagRole

_MARK = re.compile(r"\[([sqc])(\d*) |\{([POLM]) |[\]}]")
_ROLES = {"s": TagRole.SOURCE, "q": TagRole.CUE, "c": TagRole.CONTENT}
_KINDS = {"P": "PERSON", "O": "ORGANIZATION", "L": "LOCATION", "M": "MISC"}


def article(text: str) -> Article:
    blocks = split_blocks(text)
    return Article("a1", "Title", "a.txt", text, blocks, split_sentences(text, blocks))


def marked(source: str) -> tuple[Article, Markup]:
    """The article and its markup."""
    text, at = "", 0
    opened: list[tuple[str, str, int]] = []
    spans: list[tuple[str, str, Span]] = []
    nested: dict[int, list[tuple[str, str, Span]]] = {}
    for match in _MARK.finditer(source):
        text += source[at : match.start()]
        at = match.end()
        if match.group() in ("]", "}"):
            kind, number, start = opened.pop()
            outer = next((place for mark, _, place in opened if mark == "c" and kind in _ROLES), None)
            (spans if outer is None else nested.setdefault(outer, [])).append((kind, number, Span(start, len(text))))
        else:
            opened.append((match.group(1) or match.group(3), match.group(2) or "", len(text)))
    text += source[at:]
    names = tuple(
        Name(span, _KINDS[kind], 0.9) for kind, _, span in sorted(spans, key=lambda s: s[2]) if kind in _KINDS
    )
    return article(text), Markup(_tags(spans), names, tuple(_tags(found) for found in nested.values()))


def _tags(spans: list[tuple[str, str, Span]]) -> tuple[Tag, ...]:
    tags = sorted((s for s in spans if s[0] in _ROLES), key=lambda s: s[2])
    cues = {number: index for index, (kind, number, _) in enumerate(tags) if kind == "q"}
    return tuple(
        Tag(_ROLES[kind], span, 0.9, ((cues[number], 0.9),) if kind != "q" and number in cues else ())
        for kind, number, span in tags
    )
