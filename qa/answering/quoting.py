"""Where quotation marks stand in a text, and whether quoted words are somebody's printed words."""

from __future__ import annotations

import re
import unicodedata

from qa.domain import Article, Span

_CLOSERS = {
    "“": "”",
    "„": "“”",
    "«": "»",
    "‹": "›",
    "「": "」",
    "『": "』",
    '"': '"',
    "‘": "’'",
    "'": "'’",
    "`": "`´'",
}
_SINGLE = frozenset("‘'`")
"""Marks that are apostrophes too."""
_STRAY = frozenset("”»›」』„")
_UNREAD = frozenset("‚‛‟＂＇〝〞〟❛❜❝❞《》〈〉´′″")
"""Marks that quote as well, in some hands; nothing here pairs them, so what they open has no partner."""
_APOSTROPHE_CLOSES = re.compile(r"(?<=\S)’(?!\w)")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_JOINERS = frozenset("\u200c\u200d")


def visible(text: str) -> str:
    """``text`` on one line, without characters that cannot be seen."""
    seen = "".join(c for c in re.sub(r"\s", " ", text) if c in _JOINERS or unicodedata.category(c)[0] != "C")
    return " ".join(seen.split())


def quoted(text: str) -> tuple[tuple[Span, ...], bool]:
    """The insides of the outermost quotations of ``text`` in order, and whether every mark has its partner.

    What opens and does not close reaches to the end of the text; a lone straight apostrophe is no quotation.
    """
    spans: list[Span] = []
    balanced, at = True, 0
    unclosed: set[str] = set()  # single marks that nothing further on closes, to look for but once
    last = max((match.start() for match in _APOSTROPHE_CLOSES.finditer(text)), default=0)
    while at < len(text):
        mark = text[at]
        if (mark in _STRAY and mark not in _CLOSERS) or _opens_unread(text, at, last):
            balanced = False
        if mark not in _CLOSERS or mark in unclosed or not _opens(text, at):
            at += 1
            continue
        end = _closing(text, at)
        if end is None and mark in "'`":
            unclosed.add(mark)
            at += 1
            continue
        balanced = balanced and end is not None
        end = len(text) if end is None else end
        if at + 1 < end:
            spans.append(Span(at + 1, end))
        at = end + 1
    return tuple(spans), balanced


def without_quotations(text: str) -> str:
    """``text`` with every quotation, marks included, as spaces: the same length."""
    shown = list(text)
    for span in quoted(text)[0]:
        for at in range(span.start - 1, min(span.end + 1, len(text))):
            shown[at] = " "
    return "".join(shown)


def printed_quotations(article: Article, within: Span) -> tuple[Span, ...]:
    """The words of ``article`` that stand in quotation marks, as far as they lie in ``within``.

    Marks are paired in whole blocks: a quotation may have begun before ``within``.
    """
    found = []
    for block in article.blocks:
        if not block.span.overlaps(within):
            continue
        for inside in quoted(block.span.of(article.text))[0]:
            start = max(block.span.start + inside.start, within.start)
            end = min(block.span.start + inside.end, within.end)
            if start < end:
                found.append(Span(start, end))
    return tuple(found)


def stands_in(words: str, text: str) -> bool:
    """Whether ``words`` are a verbatim run of whole words of ``text``.

    The shape of apostrophes and inner marks, white space, and a comma, stop or ellipsis at either end do not count.
    """
    wanted = _plain(words).strip(" ,.;:…")
    if not re.search(r"\w", wanted):
        return False
    before = r"(?<!\w)" if wanted[0].isalnum() else ""
    after = r"(?!\w)" if wanted[-1].isalnum() else ""
    return re.search(before + re.escape(wanted) + after, _plain(text)) is not None


def _plain(text: str) -> str:
    return visible(text).translate(_PLAIN)


def _opens(text: str, at: int) -> bool:
    """Whether the mark at ``at`` opens a quotation, and is no apostrophe and no sign for inches."""
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < len(text) else " "
    if text[at] in _SINGLE:
        return not before.isalnum() and not after.isspace()
    if text[at] == '"':
        return not before.isdigit() or not after.isspace()
    return True


def _opens_unread(text: str, at: int, last: int) -> bool:
    """Whether a quotation opens at ``at`` with a mark that is not read, or with an apostrophe that another closes.

    ``last`` is where the last apostrophe stands that may close one.
    """
    if text[at] not in _UNREAD and text[at] != "’":
        return False
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if before.isalnum() or not after.strip():
        return False
    return text[at] != "’" or (after.isalpha() and at + 1 < last)


def _closing(text: str, at: int) -> int | None:
    """Where the quotation ends that opens at ``at``."""
    closers = _CLOSERS[text[at]]
    if text[at] == "“" and "”" not in text[at:]:
        closers = '"'  # mixed marks, as some sites print them
    for end in range(at + 1, len(text)):
        if text[end] not in closers:
            continue
        if text[at] in _SINGLE and (text[end - 1].isspace() or text[end + 1 : end + 2].isalnum()):
            continue
        return end
    return None
