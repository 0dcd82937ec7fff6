"""Letters to the editor, posts by readers and opinion pieces: whoever signs one says all that stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from qa.answering.forms import any_of
from qa.answering.opinions import FURTHER_NAMES, opinion
from qa.answering.sifting import MEANT
from qa.answering.types import Kind, Mention, Understood
from qa.answering.wording import SPEECH_STEMS, content_stems
from qa.domain import Article, Block, BlockKind, Excerpt, Mode, Span, Speaker, SpeakerKind, Statement

_SECTION = re.compile(
    r"\W*(?:letters?(?: to (?:the|our) editors?)?|facebook|twitter|"
    r"(?:readers?['’]?s?|your) (?:letters|comments|views|mail))\W*",
    re.IGNORECASE,
)
"""A line that stands over letters or posts."""
_TITLED = re.compile(r"\bletters? to (?:the|our) editors?\b|^\W*(?:readers?['’]?s? )?letters\b", re.IGNORECASE)
_LINE = 60
"""The most characters of a signature or a place."""
_SIGNATURE = re.compile(
    rf"\W*?(@\w{{2,30}}|[A-Z][\w'’-]+{FURTHER_NAMES})"
    r"(?:, ([A-Z][\w'’-]+(?:,? [A-Z][\w.'’-]+)*))?\W*"
)
"""A name or handle, and where they write from: "Michael Pravica.", "— Herb Strentz, Urbandale"."""
_PLACE = re.compile(r"[A-Z][\w'’-]+\.?(?: [A-Z][\w'’-]+\.?){0,3}(?:, [A-Z][\w .'’-]{1,20})?\.?")
"""Where somebody writes from, on a line below the name: "Henderson, Nev."."""
_STATE = any_of(
    """Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Tenn
    Tex Va Vt Wash Wis Wyo"""
)
_SHORTENED = re.compile(rf"(?:\w\.\w|\b{_STATE})\.$")
"""A state as Americans shorten it, which keeps its full stop."""
_OF_THE_PAPER = re.compile(r"\W*we asked\b[^.?!]*\b(?:followers|readers|fans|users|you)\b", re.I)
"""What a paper says itself above what its readers answer."""
_AFTER_WRITERS = re.compile(
    r"\b(?:which|what|whose) (?:[\w’'-]+ ){0,2}?(?:letters?|writers?|readers?|followers?|commenters?|users?|tweeters?|"
    r"posts?|tweets?|comments?)\b|\bwho (?:tweeted|posted|wrote)\b",
    re.I,
)
"""Asks for whoever wrote something that is printed."""
_HOME = re.compile(
    r"\bwhere(?:['’]s| is| does| do)\b.*\b(?:from|live|write|based)\W*$"
    r"|\b(?:which|what) (?:city|town|state|place)\b.*\b(?:from|in)\W*$|\bhome ?town\b",
    re.I,
)
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter or post: whoever signs it, with where they write from as their role, its words, and it with both.

    ``whole`` says that the article is nothing else: an opinion piece, whose author writes of what others say as the
    news does.
    """

    writer: Speaker
    body: Span
    span: Span
    whole: bool = False


def letters(article: Article) -> tuple[Letter, ...]:
    """Every signed letter and post on a page of letters, in the order of the text, or an opinion piece as one."""
    if signed := tuple(_signed(article)):
        return signed
    written = opinion(article)
    return (Letter(*written, written[1], True),) if written else ()


def told(article: Article, page: Sequence[Letter]) -> tuple[Statement, ...]:
    """Every sentence of the letters of an article, its ``page``, as a statement of whoever signs."""
    return tuple(
        Statement(
            article.id,
            Mode.DIRECT,
            confidence=_SURE,
            content=(Excerpt.cut(sentence, article.text),),
            speaker=letter.writer,
            certainty=_SURE,
        )
        for letter in page
        for sentence in article.sentences
        if letter.body.holds(sentence)
    )


def heard(statements: Sequence[Statement], page: Sequence[Letter], understood: Understood) -> list[Statement]:
    """The ``statements`` of an article with letters, its ``page``, that may answer: one for each thing that is said.

    What a letter passes on in so many words ("Clinton said …") is said by whom it names, too; all else in it ("Voters
    are rejecting him") is its writer's. In an opinion piece whatever a person or body is reported to say is theirs, and
    not its author's where it is most of the sentence. Who asks for a writer ("which letter writer …?") wants nobody
    else; a plain fact wants no speaker.
    """
    if not page:
        return list(statements)
    own = {id(s) for s in statements if _is_writers(s, page)}
    if of_no_writer(understood, page):
        return [s for s in statements if id(s) not in own]
    passed_on = [] if _AFTER_WRITERS.search(understood.text) else [s for s in statements if _passed_on(s, page)]
    elsewhere = (s for s in statements if not any(letter.body.holds(s.span) for letter in page))
    over = passed_on if any(letter.whole for letter in page) else []
    written = (s for s in statements if id(s) in own and not _mostly(s, over))
    kept = {id(s) for s in (*passed_on, *elsewhere, *written)}
    return [s for s in statements if id(s) in kept]


def of_no_writer(understood: Understood, page: Sequence[Letter]) -> bool:
    """Whether a plain fact is asked for, or what somebody said who does not write on the ``page``."""
    asked = understood.mention.meant(MEANT) if understood.mention else None
    if asked and any(letter.writer.name == asked.name for letter in page):
        return False
    plain = understood.kind is Kind.FACT or understood.wants in ("number", "time", "place")
    return plain or (asked is not None and understood.kind is Kind.WHAT and any(letter.whole for letter in page))


def _is_writers(statement: Statement, page: Sequence[Letter]) -> bool:
    """Whether a statement is one of those that ``told`` gives."""
    plain = statement.cue is None and statement.source is None
    return plain and any(one.writer == statement.speaker and one.body.holds(statement.span) for one in page)


def _passed_on(statement: Statement, page: Sequence[Letter]) -> bool:
    """Whether somebody else than its writer says something in a letter, by a verb of saying or in quotation marks."""
    cue, speaker = statement.cue, statement.speaker
    letter = next((one for one in page if one.body.holds(statement.span)), None)
    if letter is None or cue is None or speaker is None or speaker.name == letter.writer.name:
        return False
    if letter.whole and speaker.kind in (SpeakerKind.PERSON, SpeakerKind.ORGANISATION):
        return True
    return statement.mode is Mode.DIRECT or not SPEECH_STEMS.isdisjoint(content_stems(cue.text))


def _mostly(written: Statement, passed_on: Sequence[Statement]) -> bool:
    """Whether what it passes on takes half of a sentence and more."""
    span = written.span
    inside = (s.span for s in passed_on if s.span.overlaps(span))
    return any(2 * (min(span.end, s.end) - max(span.start, s.start)) >= span.end - span.start for s in inside)


def home_asked(understood: Understood, articles: Iterable[Article]) -> Mention | None:
    """The writer of a letter in ``articles`` that says where they are from, where that is asked."""
    mention = understood.mention if _HOME.search(understood.text) else None
    if mention is None:
        return None
    asked = mention.meant(MEANT)
    name = asked.name if asked else mention.words
    writers = (one.writer for article in articles for one in letters(article) if not one.whole)
    return next((Mention(mention.words, (w,), (1.0,)) for w in writers if w.name == name and w.role), None)


def _signed(article: Article) -> Iterator[Letter]:
    """A page's letters; a place on the line below a name is where that one writes from."""
    body: list[Block] = []
    last: Letter | None = None
    page = _TITLED.search(article.title) is not None
    for block in article.blocks:
        words = block.span.of(article.text).strip()
        short = len(words) <= _LINE
        page = page or _SECTION.fullmatch(words) is not None
        name = _SIGNATURE.fullmatch(words) if short and not words.isupper() else None
        heads = block.kind in (BlockKind.HEADLINE, BlockKind.HEADING)
        placed = not body and not heads and short and _PLACE.fullmatch(words)
        if last:
            if placed and (name is None or name[2]):
                writer, name = replace(last.writer, role=_place(words)), None
                last = replace(last, writer=writer, span=Span(last.span.start, block.span.end))
            yield last
            last = None
        if page and name and body:
            start = body[0].span.start
            last = Letter(_writer(name[1], name[2]), Span(start, body[-1].span.end), Span(start, block.span.end))
        body = [] if name or heads or placed or _OF_THE_PAPER.match(words) else [*body, block]
    if last:
        yield last


def _writer(name: str, place: str | None) -> Speaker:
    return Speaker(name, place and _place(place), (name[1:],) if name.startswith("@") else ())


def _place(words: str) -> str:
    """A place without the full stop of its line."""
    return words if _SHORTENED.search(words) else words.removesuffix(".")
