"""Questions that the collection can answer, made from its own statements and never about a guessed speaker."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from qa.domain import Article, SpeakerKind, Statement

_CERTAIN = 0.6
_WORD = re.compile(r"[^\W\d_][\w’'\-]*")
_CAPITALISED = re.compile(r"(?:[A-Z][\w’'\-]*|[A-Z]\.)(?:\s+(?:(?:of|for|and)\s+(?:the\s+)?)?(?:[A-Z][\w’'\-]+))*")
_COMMON = """
    i i’m i’ve i’d we we’re monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december he she it they the a an and but if in on at no yes what who
    when how this that these those there our my your his her their its you
"""
_NOT_A_TOPIC = frozenset(_COMMON.split())
_FORM = (
    r"(?:of|in|on|at|for|to|by|from|with|about|into|over|was|were|is|are|be|been|has|have|had|will|would|could|should|"
    r"may|might|must|can|that|which|who|and|or|but|not|after|before|during|until|as|while|than|because|if)\b"
)
_PLAIN = rf"(?!{_FORM})[a-z][\w’'\-]*"
# Between two words of form, or at an end: elsewhere the last word may as well be a verb ("the law allowed").
_NOUN_PHRASE = re.compile(
    r"\b(?:of|in|on|at|for|to|by|from|with|about|against|over)\s+"
    rf"(?P<phrase>(?:the|an?)\s+(?:{_PLAIN}\s+){{0,2}}{_PLAIN}(?:\s+of\s+(?:the\s+)?{_PLAIN})?)(?=[,.;:]|\s+{_FORM}|\s*$)"
)
_NO_NOUN = re.compile(r"(?:ed|ly|ing|\bup|\bout|\bthere|\bearly)$")
_AFTER_A_NAME = re.compile(rf"(?:[’']s\b|[,.;:!?”\")]|\s*$|\s+(?:{_FORM}|[–—-]))")
_FILLERS = re.compile(
    r"^(?:also|further|then|later|similarly|repeatedly|again|went on to|has|had|have)\s+", re.IGNORECASE
)
_FINITE = re.compile(r"^(?:[a-z]+ed|said|told|wrote|gave|made|found|took|spoke|swore|saw|laid|drew|set out|put)\b")
_VERB = re.compile(r"\b(?:is|are|was|were|has|had|have|will|would|could|should|must|may|might|can|did|does|[a-z]+ed)\b")
_CLAUSE_END = re.compile(r"[,;:.!?—–](?=\s|$)|\s[-–—]\s")
_POINTS_ELSEWHERE = re.compile(r"\b(?:him|them|this|these|those|here|there|i|we|my|our|us|me|you)\b", re.IGNORECASE)
_BEGINS_ELSEWHERE = re.compile(r"^(?:that\s+)?(?:it|he|she|they|its|his|her|their)\b", re.IGNORECASE)
_SPOKEN = frozenset('"“”„«»')


def suggest(
    shelf: Sequence[tuple[Article, Sequence[Statement]]],
    limit: int,
    *,
    first: str | None = None,
    without: frozenset[str] = frozenset(),
) -> tuple[str, ...]:
    """Up to ``limit`` questions, each answered by another statement of ``shelf``.

    One speaker after another, each asked about once before anybody is asked about twice; the speaker named ``first``
    leads. Statements whose ids are in ``without`` are not asked about.
    """
    rounds: dict[tuple[str, str], list[tuple[Article, Statement]]] = {}
    for article, statements in shelf:
        for statement in statements:
            if statement.id not in without and _named(statement):
                rounds.setdefault((article.id, _name(statement)), []).append((article, statement))
    groups = sorted(rounds.items(), key=lambda item: item[0][1] != first)
    chosen: list[str] = []
    makers: tuple[Callable[[Article, Statement], str | None], ...] = (_about, _who)
    for turn in range(2):
        for number, (_, group) in enumerate(groups):
            if len(chosen) >= limit:
                return tuple(chosen)
            preferred = makers[(number + turn) % 2]
            question = _first(_made(group, preferred, chosen)) or _first(
                _made(group, makers[(number + turn + 1) % 2], chosen)
            )
            if question:
                chosen.append(question)
    return tuple(chosen)


def _made(
    group: Iterable[tuple[Article, Statement]], make: Callable[[Article, Statement], str | None], taken: Sequence[str]
) -> Iterable[str]:
    return (q for article, statement in group if (q := make(article, statement)) and q not in taken)


def _first(questions: Iterable[str]) -> str | None:
    return next(iter(questions), None)


def _name(statement: Statement) -> str:
    return statement.speaker.name if statement.speaker else ""


def _named(statement: Statement) -> bool:
    """Whether a person with a name said it, beyond doubt enough to be asked about."""
    speaker = statement.speaker
    return speaker is not None and speaker.kind is SpeakerKind.PERSON and statement.certainty >= _CERTAIN


def _about(_: Article, statement: Statement) -> str | None:
    """What did NAME say about TOPIC?"""
    topic = _topic(statement)
    return f"What did {_name(statement)} say about {topic}?" if topic else None


def _topic(statement: Statement) -> str | None:
    own = {word.casefold() for word in _WORD.findall(" ".join([_name(statement), *_aliases(statement)]))}
    for piece in statement.content:
        for match in _CAPITALISED.finditer(piece.text):
            run = match.group().removesuffix("’s").removesuffix("'s")
            end = match.start() + len(run)
            words = {word.casefold() for word in _WORD.findall(run)}
            sentence_start = match.start() == 0 or piece.text[: match.start()].rstrip()[-1:] in '.!?“"‘'
            usable = len(run) > 2 and not sentence_start and not words & (_NOT_A_TOPIC | own)
            # A name before a plain word may be its adjective ("Iranian troops"), which makes no topic.
            if usable and _AFTER_A_NAME.match(piece.text, end):
                return f"the {run}" if re.search(r"\bthe\s+$", piece.text[: match.start()]) else run
    for piece in statement.content:
        for match in _NOUN_PHRASE.finditer(piece.text):
            # "The charge" alone could be any; two words with a meaning of their own make a question.
            if len(match["phrase"].split()) > 2 and not _NO_NOUN.search(match["phrase"]):
                return match["phrase"]
    return None


def _aliases(statement: Statement) -> tuple[str, ...]:
    return statement.speaker.aliases if statement.speaker else ()


def _who(article: Article, statement: Statement) -> str | None:
    """Who CUE CONTENT?, where the article's own words run on from the cue into what was said."""
    cue, content = statement.cue, statement.content[0]
    if cue is None or statement.source is None or statement.source.span.start > cue.span.start:
        return None
    between = article.text[cue.span.end : content.span.start].strip()
    if cue.span.end > content.span.start or between not in ("", "that") or _BEGINS_ELSEWHERE.match(content.text):
        return None
    lead = _FILLERS.sub("", cue.text.strip())
    clause = _CLAUSE_END.split(content.text, maxsplit=1)[0].strip()
    if "that" in (between, clause.partition(" ")[0]) and not _VERB.search(clause):
        return None  # cut at a comma before its verb
    phrase = " ".join(" ".join([lead, between, clause]).split())
    plain = not _SPOKEN & set(phrase) and not _POINTS_ELSEWHERE.search(phrase)
    return f"Who {phrase}?" if _FINITE.match(lead) and plain and 4 <= len(phrase.split()) <= 18 else None
