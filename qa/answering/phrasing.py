"""Statements put into sentences: who, by which words, and what; only what is printed as a quotation is shown as one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.fitting import is_pronoun
from qa.answering.forms import SPEAKING, WORDY
from qa.answering.naming import name_tokens
from qa.answering.quoting import quoted
from qa.answering.types import Candidate
from qa.answering.wording import FUNCTION_WORDS, content_stems
from qa.domain import Article, Mode, Span, Speaker, SpeakerKind, Statement

_OPEN, _CLOSE = "“\"‘«„'", "”\"’»“'"
_PARTNERS = {"“": "”", "«": "»", '"': '"'}
_FINITE = re.compile(
    rf"^(?:(?:\w+ly|also|further|then|later|again|even|once|never) )*"
    rf"(?:{SPEAKING}|{WORDY}|is|was|were|has|have|had|would|could|did|does|\w+ed)\b",
    re.I,
)
_BARE = {"told": "said", "tells": "says", "called": "said", "described": "said"}
"""Verbs that lack their object when they stand alone, and what may stand for them."""
_CUT_SHORT = re.compile(r"\s(?:in|on|at|during|through|via|to)\s(?:an?|the|his|her|their|its)$", re.I)
"""The end of a cue of which the tagger found only the first words: "said in an [email]"."""
_ACCORDING = re.compile(r"^(?:according to|per|in the words of|in the view of)\b", re.I)
_MOVABLE = re.compile(
    r"(?:(?:Also )?[A-Z]\w+ing|Asked|In|On|At|During|After|Before|With|As|For|Among|Amid|Despite|From|To|By|Under|Upon|"
    r"Over|Since|Throughout|Within|When|While|Later|Earlier|"
    r"(?:Early|Late|Last|Next|This|That|The (?:same|next|previous|following)|An?|Two|Three|Four|Five|Several|A few)"
    r"(?: \w+)? (?:hour|day|night|morning|afternoon|evening|week|weekend|month|year|spring|summer|autumn|fall|winter"
    r"|decade|[A-Z]\w+day)s?(?: ago| later| earlier| before| after)?(?=,| (?:in|on|at|after|before|during)\b))"
    r"\b[^.!?“”\"]*,"
)
"""A phrase before the subject that may also stand behind it."""
_ASIDE = re.compile(
    r",?\s*(?=(?:however|meanwhile|though|too|also|instead|nonetheless|nevertheless|moreover|therefore|in turn"
    r"|by contrast|for (?:his|her|its|their) part|\w+ly),\s)"
)
"""Where a word that belongs to nobody stands between a speaker and the verb: "Okafor, however, said"."""
_RELATIVE = re.compile(r"\b(?:who|whom|which|what)\s+$", re.I)
"""What before a source stands for words that its verb has no room for: "Dorn, whom she called …"."""
_LONGEST_LEAD = 160
LONGEST = 900
"""Characters of a statement that are shown and cited whole; of a longer one, the sentences that match best."""
_MOST_SENTENCES = 5


_DOES = re.compile(
    r"(?:was|(?:leads|chairs|heads|runs|commands|works|covers|studies)(?! (?:of|director|manager|editor|chief)\b)"
    r"|led|chaired|headed|ran|founded|directs|directed|represents?|serves?|served|edits|owns?|manages?|oversees?|worked"
    r"|teaches|helped|co-founded)\b"
)
"""How a role begins that says what somebody does, as "head of the hospital" does not."""


def label(speaker: Speaker) -> str:
    """A speaker's name, with the role where the article gives one that the name does not hold already."""
    role = speaker.role
    if not role or role.casefold() in speaker.name.casefold() or speaker.name.casefold() in role.casefold():
        return speaker.name
    if _DOES.match(role):
        return f"{speaker.name}, who {role}"
    # An article's capital is that of the sentence it opened.
    return f"{speaker.name} ({re.sub(r'^(?:The|An?)(?= )', lambda the: the.group().lower(), role)})"


def as_subject(speaker: Speaker) -> str:
    """A speaker's label as a verb can follow it."""
    name = label(speaker)
    return name if name == speaker.name or name.endswith(")") else f"{name},"


def credited(statement: Statement) -> Speaker | None:
    """Whom an answer may credit with ``statement``: its speaker, else the article's phrase unless that is a pronoun."""
    if statement.speaker is not None:
        return statement.speaker
    if statement.source is None or is_pronoun(statement.source.text) or len(statement.source.text) > 120:
        return None
    return Speaker(" ".join(statement.source.text.split()))


_NOBODY = re.compile(
    r"(?:one(?: of \w+)?|an individual|any(?:one|body)|some(?:one|body|)|people|counterpart|another|others?|both|all"
    r"|many|most|several|few)(?:[’']s)?",
    re.I,
)


def identified(speaker: Speaker) -> bool:
    """Whether a speaker's name tells who it is: "the group" alone points at somebody it does not name."""
    if _NOBODY.fullmatch(speaker.name):
        return False
    if not re.match(r"(?:the|that|this|these|those|his|her|their|its|both|another)\s", speaker.name, re.I):
        return True
    described = speaker.kind in (SpeakerKind.ROLE, SpeakerKind.GROUP)
    return not described and bool(re.search(r"(?<=\s)[A-Z]", speaker.name))


def cited(candidate: Candidate, article: Article, topic: str) -> Span:
    """The sentences to cite: all that a statement touches, of a long one its heart and what follows.

    Without a heart the sentence that matches ``topic`` best.
    """
    span, heart = candidate.span, candidate.heart
    touched = [s for s in article.sentences if s.overlaps(span)]
    if len(touched) <= _MOST_SENTENCES and span.end - span.start <= LONGEST:
        return span
    asked = set(content_stems(topic))
    worth = [
        (heart is not None and s.overlaps(heart), len(asked & set(content_stems(s.of(article.text))))) for s in touched
    ]
    best = max(range(len(touched)), key=lambda i: (worth[i], -i))
    last = best
    if last + 1 < len(touched) and touched[last + 1].end - touched[best].start <= LONGEST:
        last += 1
    return Span(touched[best].start, touched[last].end)


def told_together(statements: Sequence[Statement], article: Article, within: Span) -> str:
    """What one speaker says in the same sentences, told in one."""
    ordered = sorted(statements, key=lambda s: s.span)
    for statement in ordered:
        if text := retold(statement, article, within):
            return text
    first = ordered[0]
    speaker = credited(first)
    if len(ordered) == 1 or speaker is None or all(s.mode is Mode.DIRECT for s in ordered):
        return told(first, article, within)
    return _labelled(speaker, sentence(article, within))


def retold(statement: Statement, article: Article, within: Span) -> str | None:
    """The article's own sentences with the speaker's name in the place of the source, and before all else.

    None where the source does not open its sentence, but for an adverb or a phrase that may follow the name as well
    ("Referring to the strike, he warned …").
    """
    speaker, source, cue = credited(statement), statement.source, statement.cue
    if speaker is None or source is None or cue is None or cue.span.start < source.span.end:
        return None
    if _first_person(statement):
        return None
    opening = article.sentence_at(source.span)
    if not within.holds(opening) or any(c.span.start < source.span.start for c in statement.content):
        return None
    lead = " ".join(article.text[opening.start : source.span.start].split())
    named = _named(speaker, source.text)
    tail = " ".join(article.text[source.span.start + len(named) : within.end].split())
    if "," in named and article.text[source.span.end : cue.span.start].strip() == ",":
        tail = tail[1:].lstrip()  # the end of an apposition that the source holds
    if not re.match(r"\w|,", tail) or _unclosed(article.text[opening.start : within.end]):
        return None
    aside = _ASIDE.match(tail)
    if aside:
        tail = f", {tail[aside.end() :]}"  # the comma before it may have gone with the source's own
    # An apposition that follows in the text already says who it is.
    name = speaker.name if tail.startswith(",") and not aside else as_subject(speaker)
    name = name.rstrip(",") if aside else name
    between = "" if tail.startswith(",") else " "
    if not lead or re.fullmatch(r"\w+,", lead) or lead in ("And", "But", "Yet", "So"):
        return f"{name}{between}{tail}".rstrip(" .")
    if tail.startswith(",") or not _MOVABLE.fullmatch(lead) or len(lead) > _LONGEST_LEAD:
        return None
    return f"{name.rstrip(',')}, {lead[0].lower()}{lead[1:]} {tail}".rstrip(" .")


def _named(speaker: Speaker, source: str) -> str:
    """The part of ``source`` that the speaker's label stands for: all of it, or what is before a comma.

    Where the name stands before the comma and the label says nothing of what follows, or only begins to ("Lund, on the"
    of "Lund, on the other hand, said"; "Lund, an editor" whose role is "an editor from Malmö"), the article's words do.
    """
    head, comma, rest = source.partition(",")
    apart = comma and "," not in speaker.name and head.casefold().endswith(speaker.name.casefold().split()[-1])
    role, rest = (speaker.role or "").casefold(), rest.strip().casefold()
    return head if apart and (not role or (role.startswith(rest) and role != rest)) else source


def words_of(statement: Statement, article: Article, within: Span) -> str:
    """The content of ``statement`` that lies in ``within``, quotation marks as printed."""
    pieces = []
    for excerpt in statement.content:
        start, end = max(excerpt.span.start, within.start), min(excerpt.span.end, within.end)
        if start < end:
            piece = " ".join(_with_marks(article.text, start, end).split())
            first = article.text[max(0, excerpt.span.start - 1) : excerpt.span.start + 1]
            mark = next((m for m in first if m in _PARTNERS), "")
            if mark and start > excerpt.span.start and piece[:1] not in _PARTNERS:
                # Of a quotation that is cut the words are one still.
                piece = mark + piece.rstrip("".join(_PARTNERS.values())) + _PARTNERS[mark]
            pieces.append(piece)
    # One that runs over several paragraphs is closed only at its very end, and one that goes on, not at all.
    # An article may close with another mark than it opens with.
    unclosed = (piece.count("“") > piece.count("”") and piece[-1:] not in '"»' for piece in pieces)
    return " … ".join(f"{piece}”" if more else piece for piece, more in zip(pieces, unclosed, strict=True) if piece)


def _with_marks(text: str, start: int, end: int) -> str:
    """``text[start:end]`` with the quotation marks that stand directly around it."""
    before = start > 0 and text[start - 1] in _OPEN and (start < 2 or not text[start - 2].isalnum())
    after = end < len(text) and text[end] in _CLOSE and (end + 1 >= len(text) or not text[end + 1].isalnum())
    piece = text[start - before : end + after]
    # Law: what is not printed as a quotation is not shown as one; a mark without its partner goes.
    if before and not after and piece[0] not in piece[1:] and not set(piece[1:]) & set(_CLOSE[:4]):
        piece = piece[1:]
    return piece.strip(" ,")


def told(statement: Statement, article: Article, within: Span) -> str:
    """One sentence that tells ``statement`` as far as it lies in ``within``; no marker, no final stop added."""
    speaker = credited(statement)
    words = words_of(statement, article, within)
    if not words or speaker is None:
        return sentence(article, within)
    name, subject = label(speaker), as_subject(speaker)
    cue = statement.cue
    if cue is None or not re.search(r"\w", cue.text):
        return f"{name}: {words}"
    if _first_person(statement):
        return _labelled(speaker, sentence(article, within))
    if _ACCORDING.match(cue.text):
        if statement.mode is Mode.DIRECT:
            return f"{name}: {words}"
        if len(statement.content) > 1:  # what is left out between the pieces may be the verb's
            return with_name(speaker, sentence(article, within))
        return f"According to {name}, {_continued(words)}"
    before = statement.source is not None and cue.span.start < statement.source.span.start
    if before and article.sentence_at(cue.span).start == cue.span.start:
        return with_name(speaker, sentence(article, within))  # "Asked what worried her most, Okafor paused."
    if statement.source and _RELATIVE.search(article.text, max(0, (at := statement.source.span.start) - 8), at):
        return with_name(speaker, sentence(article, within))
    run = _run(statement, article, within)
    if run:
        return f"{subject} {run}"
    verb = _CUT_SHORT.sub("", " ".join(cue.text.split()).rstrip(" ,:;"))
    verb = verb[:1].lower() + verb[1:]
    whole = statement.mode is Mode.DIRECT or len(statement.content) == 1
    if whole and _FINITE.match(verb) and not re.search(r"\b(?:by|that|of|in|on|to|as|for|with|at|about)$", verb, re.I):
        after = " " if words.startswith("that ") else ": "
        return f"{subject} {_BARE.get(verb.lower(), verb)}{after}{words}"
    # Words that hang on a verb which cannot stand here would be a fragment: the article's sentence says it whole.
    return f"{name}: {words}" if statement.mode is Mode.DIRECT else _labelled(speaker, sentence(article, within))


def _first_person(statement: Statement) -> bool:
    """Whether the source is "I" or "we", whose verb goes with no name."""
    return statement.source is not None and statement.source.text.casefold() in ("i", "we")


_TURN = re.compile(r"(?P<name>(?:[A-Z][\w.’'-]*\s){0,3}[A-Z][\w’'-]+):\s+(?=\S)")


def with_name(speaker: Speaker, printed: str) -> str:
    """The article's own sentence, behind its speaker's label where it does not hold the name."""
    return printed if speaker.name in printed else _labelled(speaker, printed)


def _labelled(speaker: Speaker, printed: str) -> str:
    """``printed`` behind its speaker's label, in the place of that of an interview ("Wen: It is rare.")."""
    turn = _TURN.match(printed)
    if turn and name_tokens(turn["name"])[-1:] == name_tokens(speaker.name)[-1:]:
        printed = printed[turn.end() :]
    return f"{label(speaker)}: {printed}"


_PLAIN_CAPITALS = frozenset(
    "today yesterday tomorrow tonight nearly almost roughly around currently later earlier last next".split()
)
"""What has a capital only where a sentence begins, beside the function words."""


def _continued(words: str) -> str:
    """``words`` as they go on within a sentence: without the capital of a word that has none of its own.

    Nor with the conjunction that tied them to others.
    """
    words = re.sub(r"^(?:but|and|yet|so)\s+(?!far\b|many\b|much\b|few\b|long\b|another\b)", "", words)
    first = words.split(" ", 1)[0]
    plain = first.lower().rstrip(",") in FUNCTION_WORDS | _PLAIN_CAPITALS
    own = first == "I" or not plain or not (first.rstrip(",")[1:].islower() or first == "A")
    return words if own else words[0].lower() + words[1:]


def _run(statement: Statement, article: Article, within: Span) -> str | None:
    """The article's own words from the cue to the end of the content, where source, cue and content follow so."""
    cue, source = statement.cue, statement.source
    if cue is None or source is None or not _FINITE.match(cue.text) or len(statement.content) > 1:
        return None
    content = statement.content[0].span
    between = article.text[source.span.end : cue.span.start]
    ordered = source.span.end <= cue.span.start < content.start
    if not ordered or not within.holds(Span(cue.span.start, content.end)):
        return None
    if content.start - cue.span.end > 60 or len(between) > 60 or re.search(r"[.;“”\"]|[’']s\b", between):
        return None
    tail = article.text[cue.span.start : content.end]
    if content.end < len(article.text) and article.text[content.end] in '”"»' and _unclosed(tail):
        tail += article.text[content.end]
    return " ".join(tail.split()).strip(" ,") if not _unclosed(tail) else None


def _unclosed(text: str) -> bool:
    """Whether a quotation opens in ``text`` and does not end there."""
    return text.count("“") != text.count("”") or text.count("«") != text.count("»") or text.count('"') % 2 == 1


def sentence(article: Article, span: Span) -> str:
    """The article's own sentence at ``span`` on one line; a quotation that it cuts into has both its marks."""
    text = " ".join(span.of(article.text).split())
    for number, block in enumerate(article.blocks):
        if not block.span.overlaps(span):
            continue
        printed = block.span.of(article.text)
        for inside in quoted(printed)[0]:
            start, end = block.span.start + inside.start, block.span.start + inside.end
            mark = printed[inside.start - 1]
            if mark not in _PARTNERS or not start < span.end or not span.start <= end:
                continue
            following = article.blocks[number + 1 : number + 2]
            if end == block.span.end and not any(article.text[b.span.start] == mark for b in following):
                continue  # nothing closes it, and it does not go on in the next paragraph: a stray mark
            if start <= span.start < end and text[0] not in _PARTNERS:
                text = f"{mark}{text}"
            if start < span.end <= end and text[-1] not in _PARTNERS.values():
                text = f"{text}{_PARTNERS[mark]}"
    return text


def as_sentence(text: str) -> str:
    """``text`` with a capital at its head, where a small word opens it, and a stop at its end, where it has none."""
    first = re.match(r"[a-z]+(?=[\s,’'])", text)
    if first:
        text = text[0].upper() + text[1:]
    # A comma before the closing mark leads on to words that are not shown.
    text = re.sub(r",(?=[”»\"'’]+$)", "", text)
    return f"{text}." if re.search(r"[^\W_][”»\"'’]*$|[)%][”»\"]?$", text) else text
