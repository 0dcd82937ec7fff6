"""Did X say Y? Yes with the statement; no with who did say it, or with what X said instead; else neither found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from qa.answering.calibration import AGAINST, Calibration, log_odds, probability
from qa.answering.figures import PRONOUN, VALUES, in_digits, unrounded
from qa.answering.fitting import proper
from qa.answering.forms import ANYTHING, VERIFY
from qa.answering.naming import named_by
from qa.answering.types import Candidate, Evidence, Mention, Understood
from qa.answering.wording import SPEECH_STEMS, content_stems, fold, tokens, with_cue
from qa.domain import Mode, Span, SpeakerKind, Statement

_NEGATIONS = re.compile(
    r"\b(?:not(?! (?:only|just)\b)|no(?! (?:matter|doubt|wonder)\b)|never|none|nobody|nothing|neither|nor|cannot|"
    r"without|hardly|barely|scarcely|"
    r"(?:is|are|was|were|do|does|did|wo|would|ca|could|should|has|have|had|ai)n't|den(?:y|ies|ied)|refus\w+|reject\w*|"
    r"rul\w+ out|fail\w*|unlikely|declin\w+|dismiss\w*|lack\w*|far from|unable|contrary|false|untrue|stop\w*|"
    r"oppos\w+)\b"
)
_DENIALS = re.compile(
    r"\b(?:den(?:y|ies|ied)|denying|rul(?:ed|es|ing) out|refut\w+|disput\w+|rebut\w+|contradict\w+)\b"
)
_OPPOSITES: tuple[tuple[frozenset[str], frozenset[str]], ...] = tuple(
    (frozenset(left.split()), frozenset(right.split()))
    for left, right in (
        ("above ahead lead leading leads", "behind below trail trailing trails"),
        ("allow allowed permit permitted", "ban banned barred forbid prohibit"),
        ("began begin start started", "end ended finish finished stop stopped"),
        ("before", "after"),
        ("better improve improved improving", "worse worsen worsened"),
        ("big bigger large larger", "small smaller"),
        ("cheap cheaper cheaply", "costly dear dearer expensive"),
        ("close closer near", "far farther"),
        ("confident hopeful optimistic", "doubtful pessimistic"),
        ("deliberate deliberately intentional", "accident accidental"),
        ("earlier early", "late later"),
        ("east eastern", "west western"),
        ("north northern", "south southern"),
        ("first", "last"),
        ("good great best positive excellent", "bad terrible worst negative awful"),
        ("hot hotter hottest warm warmer", "cold colder coldest cool cooler"),
        ("increase increased raise raised", "cut lower lowered reduce reduced"),
        ("man men", "woman women"),
        ("most majority", "minority few"),
        ("old older oldest", "young younger youngest"),
        ("open opened", "closed shut"),
        ("rise rises rising rose grow grows growing grew", "fall falls falling fell shrink shrinks shrinking shrank"),
        ("safe safer", "dangerous risky"),
        ("slow slower slowly", "fast faster quick quickly"),
        ("strengthen strong stronger", "weak weaken weaker"),
        (
            "support supports supported back backs backed endorse endorsed praise praised",
            "oppose opposes opposed condemn condemned criticise criticised criticize criticized",
        ),
        ("temporary", "permanent"),
        ("victory win winning won", "defeat lose losing lost"),
    )
)
"""Words that say the contrary of each other, as far as 16,000 claims bear out that they do."""
_CONTRARY = re.compile(r"(?:un|in|im|il|ir|dis|non|mis)(?=(?!less\b)\w{4})")
"""What turns a word into its contrary; "unless" is none."""
_WELCOMING = (
    r"(?:welcom\w+|prais\w+|commend\w*|applaud\w*|hail(?:s|ed)?|endors\w+|support\w*|backs?|backed|favou?r\w*"
    r"|approv\w+|celebrat\w+|embrac\w+)"
)
_AGAINST = (
    r"(?:condemn\w*|criticis\w+|criticiz\w+|denounc\w+|oppos\w+|reject\w*|lament\w*|deplor\w+|blast(?:s|ed)?|slam\w*"
    r"|decri\w+|object(?:s|ed)?)"
)
_WORRIED = rf"(?:{_AGAINST}|concerns?|concerned|worr\w+|alarm\w*|fear(?:s|ed)|warn\w*|caution\w*)"
_STANCES = tuple(
    (
        re.compile(rf"^\W*(?:did|does|do|has|have)\s+(?:\w+ly\s+)?{asked}\b", re.I),
        re.compile(rf"\b{asked}\b", re.I),
        re.compile(rf"\b{told}\b", re.I),
    )
    for asked, told in ((_WELCOMING, _WORRIED), (_AGAINST, _WELCOMING))
)
"""A stance that a claim asks about with its verb ("Did she welcome …?"), words for it, and words for the contrary."""
_TOKEN = re.compile(r"[\w'-]+")
_THEIRS = 0.5
"""The fit from which a resolved speaker is the one asked about."""
_CLEARLY = 0.1
"""By how much somebody else's statement in the same sentence must fit better to be what was asked about."""
_SCOPE = 4
"""How many words after it a negation still bears on."""
_OTHER_WISE = 0.7
"""How likely a claim is denied by words that give another number in its place, an opposite, or the contrary stance."""
_BORNE_OUT = 0.85
"""The reader's agreement from which a claim needs no word in common, and opposite words do not turn it round."""
_WORDS = 3
"""How many telling words a claim has at least that is borne out by the same words."""
_RUN = 3
"""How many words a claim has at least that stands in a statement just so."""
_CLAIMS = re.compile(r"^\W*\w+ \w+ (?:that )?")
"""What a topic has before its claim: "Did say that …"."""
_SAID = frozenset(content_stems("say said tell told state stated claim claimed add added mention mentioned note noted"))
_OPEN = re.compile(
    r"\b(?:if|whether|unless|ask(?:s|ed|ing)?|could|might|may|suggestions?|reports?|rumou?rs?|talk)\b", re.I
)
"""What leaves open whether something is so."""
_OPPOSITE = AGAINST.index("opposite")
_LIKELY = 0.3
"""The score from which a statement may bear on a claim without a word in common."""
_ANSWERED, _LEADING, _LEAST = 0.5, 0.8, 0.1
"""How likely the articles answer at all, and the share of the best score and the score, from which it may as well."""
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_SILENT = re.compile(
    r"\b(?:declin\w+|refus\w+|(?:did|would|could|does|do)(?: not|n['’]t) (?:\w+ly )?(?:\w+ )?"
    r"(?:say|comment|clarify|explain|specify|elaborate|disclose|respond|reply|answer|discuss|address|give|provide)"
    r"|not (?:\w+ )?(?:prepared|ready|willing|able|immediately)|no comment|unwilling"
    r"|sa(?:id|ys|y) nothing|(?:kept|stayed|remained) silent)\b",
    re.IGNORECASE,
)
"""Words by which an article says that somebody did not say."""
_TOLD_OF = re.compile(
    r"\b(?:say|said|explain|explained|told|tell|specify|specified|clarify|clarified|discuss) "
    r"(?:whether|when|where|who|which)\b(?P<what>[^?]*)",
    re.IGNORECASE,
)
"""What somebody may have told, where a question asks whether they did; a reason is told in other words."""
_ASKED_OF_THEM = re.compile(
    r"\basked (?:(?:by|on|in|at) [^,]*?)?(?:if|whether|why|how|what|when|where|who|which)\b[^,]*,", re.I
)
"""What they were asked, which is nothing that they told."""
_WHAT = re.compile(r"\b(?:what did (?:he|she|they|it) say|why or why not)\b", re.IGNORECASE)
_SURVEY = re.compile(r"\b(?:polls?|surveys?)\b", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"«]([^“”\"«»]+)[”\"»]")
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says of a claim: ``answer`` is "yes", "no" or None (neither found), shown by ``candidate``.

    ``other`` says that somebody else said it, ``sure`` in 0.5…1 how clearly the words bear the claim out or deny it,
    ``verbatim`` that the claim quotes them.
    """

    answer: str | None
    candidate: Candidate | None
    other: bool = False
    sure: float = 1.0
    verbatim: bool = False


def negations(text: str) -> int:
    """How many words of ``text`` negate or deny."""
    return len(_NEGATIONS.findall(fold(text)))


def negated(text: str, stems: AbstractSet[str]) -> bool:
    """Whether a negation stands shortly before one of ``stems`` in ``text``, an odd number of times."""
    words = [m.group() for m in _TOKEN.finditer(fold(text))]
    denied = [at for at, word in enumerate(words) if _NEGATIONS.fullmatch(word)]
    for at, word in enumerate(words):
        if stems & set(content_stems(word)) and len([d for d in denied if at - _SCOPE <= d < at]) % 2:
            return True
    return False


def numbers(text: str) -> frozenset[str]:
    """The numbers in ``text``, in digits without separators, shares in per cent, and the days of the week."""
    text = in_digits(text)
    found = {n.replace(",", "").rstrip(".") for n in _NUMBER.findall(text)}
    words = tokens(text)
    return frozenset(found | {VALUES[w] for w in words if w in VALUES and w != PRONOUN} | (_DAYS & set(words)))


def opposed(claim: str, said: str) -> int:
    """How many words of ``claim`` and ``said`` are opposites ("early" and "late", "legal" and "illegal").

    Where either stands on both sides, the pair tells nothing.
    """
    ours, theirs = set(tokens(claim)), set(tokens(said))

    def crossed(a: AbstractSet[str], b: AbstractSet[str]) -> bool:
        return bool(ours & a and theirs & b) and not (theirs & a or ours & b)

    pairs: list[tuple[AbstractSet[str], AbstractSet[str]]] = list(_OPPOSITES)
    pairs += [({word}, {_CONTRARY.sub("", word, count=1)}) for word in ours ^ theirs if _CONTRARY.match(word)]
    return sum(crossed(a, b) or crossed(b, a) for a, b in pairs)


def signs(claim: str, said: str, agreement: float) -> tuple[float, ...]:
    """What may tell that ``said`` speaks against ``claim``, in the order of ``calibration.AGAINST``.

    A negation on one side only, a denial, opposites, other numbers, numbers of which nothing is said, and the log-odds
    of the reader's ``agreement``.
    """
    shared = set(content_stems(claim)) & set(content_stems(said))
    claimed, given = numbers(claim), numbers(said)
    return (
        1.0,
        float(negated(claim, shared) != negated(said, shared)),
        float(bool(_DENIALS.search(fold(said))) and not _DENIALS.search(fold(claim))),
        float(min(2, opposed(claim, said))),
        float(bool(claimed and given and not claimed & given)),
        float(bool(claimed - given)),
        log_odds(agreement),
    )


def told_anything(question: str, lines: Sequence[str]) -> str | None:
    """Yes or no where a question asks whether somebody said anything ("Did he explain why …?"), answered by ``lines``.

    No where all that they tell is that it was not said; None for questions of another form, for how many where they
    give no number, and where they have no word of what the question wants to hear ("say who was to blame").
    """
    if not VERIFY.search(question) or not ANYTHING.search(question) or _WHAT.search(question):
        return None
    if all(_SILENT.search(line) for line in lines):
        return "no"
    wanted = _TOLD_OF.search(question)
    if wanted:
        telling = set(content_stems(wanted["what"]))
        telling = telling - SPEECH_STEMS or telling
        shown = set(content_stems(" ".join(_ASKED_OF_THEM.sub(" ", line) for line in lines)))
        if telling and telling.isdisjoint(shown):
            return None
    figures = re.search(r"\bhow (?:many|much|long|old|far|often|big|high|large)\b", question, re.IGNORECASE)
    return "yes" if not figures or any(numbers(line) for line in lines) else None


def theirs(understood: Understood, evidence: Evidence, least: float) -> Candidate | None:
    """The best statement of the one asked about, whom its speaker must fit by ``least``."""
    spoken = [c for c in evidence.candidates if c.statement]
    named = understood.mention is not None and not understood.mention.role
    # Whoever could not be resolved may be the one; whoever is another by name is not.
    fitting = [c for c in spoken if c.fit >= least and not (named and (_another(c) or _nobodys(c, spoken)))]
    fitting += [c for c in spoken if c not in fitting and _may_be_it(understood.mention, c)]
    if understood.mention is not None and understood.mention.role and not evidence.speaks:
        # Described in words that the articles do not use: it may be whoever said it, unless a name is among them.
        names = proper(understood.mention.words, [article.text for article in evidence.articles.values()])
        fitting = [c for c in spoken if not names or _bears(c, names)]
    return _best(fitting)


def _bears(candidate: Candidate, names: AbstractSet[str]) -> bool:
    """Whether a statement's speaker may bear one of ``names``: nobody is known to speak, or one of them is theirs."""
    statement = candidate.statement
    speaker = statement.speaker if statement else None
    if statement is None or speaker is None or statement.source is None:
        return True
    return not names.isdisjoint(named_by(speaker, statement.source.text))


def judge(understood: Understood, evidence: Evidence, calibration: Calibration) -> Verdict:
    """The verdict on the claim that ``understood`` asks about."""
    weights = calibration.verdict
    own = theirs(understood, evidence, weights["fit"])
    mention = understood.mention
    # Of somebody who is known to speak here, whoever shares a mere word of the name ("Mayor", "News") is another.
    known = mention is not None and mention.meant(_THEIRS) is not None
    foreign = _THEIRS if known else weights["foreign"]
    spoken = [c for c in evidence.candidates if c.statement and c.statement.speaker]
    others = [c for c in spoken if c.fit < foreign and not _may_be_it(mention, c)]
    # Two in one sentence: the other one must fit clearly better.
    other = _best([c for c in others if own is None or not c.span.overlaps(own.span) or c.score > own.score + _CLEARLY])
    lead = other.score - (own.score if own else 0.0) if other else 0.0
    if quoted := _verbatim(others, understood, evidence):
        return quoted
    if (
        other
        and other.score >= weights["least_other"]
        and lead > weights["margin"]
        and _near(other, understood, evidence)
    ):
        return Verdict("no", other, other=True)
    least = weights["least_own"] if mention or understood.followup else _LIKELY  # "Was anyone charged?"
    if own is None or own.score < least or not _near(own, understood, evidence):
        return Verdict(None, own or other)
    said = _said(own, understood, evidence)
    given = numbers(own.span.of(evidence.articles[own.article_id].text))
    topic = unrounded(in_digits(understood.topic), given)
    found = signs(topic, said, own.agreement)
    against = probability(calibration.against, found)
    claimed = numbers(topic)
    even = negations(understood.topic) % 2 == negations(said) % 2
    turned = even and own.agreement < _BORNE_OUT and found[_OPPOSITE] > 0
    if (given and claimed - given) or turned or contrary(understood.topic, said):
        against = max(against, _OTHER_WISE)
    elif even and not any(found[1:-1]) and own.statement and word_for_word(topic, own.statement):
        against = min(against, 1.0 - _OTHER_WISE)
    return Verdict("no" if against >= 0.5 else "yes", own, sure=max(against, 1.0 - against))


def word_for_word(claim: str, statement: Statement) -> bool:
    """Whether a statement has a claim just so, or every telling word of it, in the claim's order, three at least.

    Plain verbs of saying aside; what is only asked, or said to be if something else is, bears nothing out.
    """
    said = with_cue(statement)
    run = " ".join(tokens(_CLAIMS.sub("", claim)))
    if run.count(" ") >= _RUN - 1 and f" {run} " in f" {' '.join(tokens(said))} ":
        return not _OPEN.search(said) or bool(_OPEN.search(claim))
    wanted = [stem for stem in content_stems(claim) if stem not in _SAID]
    if len(wanted) < _WORDS or (_OPEN.search(said) and not _OPEN.search(claim)):
        return False
    told = iter(content_stems(said))
    return all(stem in told for stem in wanted)


def contrary(claim: str, said: str) -> bool:
    """Whether a claim asks about a stance, and what was said has words for the contrary alone, and no negation."""
    return not negations(said) and any(
        asked.search(claim) and told.search(said) and not same.search(said) for asked, same, told in _STANCES
    )


def _verbatim(others: Sequence[Candidate], understood: Understood, evidence: Evidence) -> Verdict | None:
    """No where the claim quotes, in two words or more, what another says and not the one asked about."""
    quoted = [q for q in (" ".join(tokens(m)) for m in _QUOTED.findall(understood.asked.text)) if " " in q]

    def has(candidate: Candidate) -> bool:
        words = " ".join(tokens(candidate.statement.words if candidate.statement else ""))
        return all(f" {q} " in f" {words} " for q in quoted)

    if not quoted or any(has(c) for c in evidence.candidates if c not in others):
        return None
    told = _best([c for c in others if has(c)])
    return Verdict("no", told, other=True, verbatim=True) if told else None


def signs_of(own: Candidate, understood: Understood, evidence: Evidence) -> tuple[float, ...]:
    """``signs`` of the claim of ``understood`` and the sentence of ``own`` that is nearest to it."""
    return signs(understood.topic, _said(own, understood, evidence), own.agreement)


def _another(candidate: Candidate) -> bool:
    """Whether the statement is somebody's whom the name that was asked for hardly fits."""
    return candidate.statement is not None and candidate.statement.speaker is not None and candidate.fit < _THEIRS


def _may_be_it(mention: Mention | None, candidate: Candidate) -> bool:
    """Whether a statement's speaker, no person and without a name, may be the thing that is asked about.

    "The newspaper" may be the Daily News; what "most" or "only 7 percent" say is what a poll found, and "the Q poll" a
    poll's other name.
    """
    speaker = candidate.statement.speaker if candidate.statement else None
    if mention is None or speaker is None or speaker.kind in (SpeakerKind.PERSON, SpeakerKind.ROLE):
        return False
    asked = [s for s in mention.speakers[:1] if s.kind is not SpeakerKind.PERSON]
    survey = any(_SURVEY.search(words) for words in (mention.words, *(s.name for s in asked)))
    nameless = not re.search(r"(?<=\s)[A-Z]", speaker.name)
    if survey:
        return bool(_SURVEY.search(speaker.name)) or (nameless and speaker.kind is SpeakerKind.GROUP)
    return bool(asked) and nameless and speaker.name[:1].islower() and speaker.kind is not SpeakerKind.GROUP


def _nobodys(candidate: Candidate, spoken: Sequence[Candidate]) -> bool:
    """Whether a statement without a source is no quotation ("Nobody had ever said so"), or others speak beside it."""
    statement = candidate.statement
    if statement is None or statement.speaker is not None or statement.source is not None:
        return False
    beside = (c for c in spoken if c.article_id == candidate.article_id and c.span.overlaps(candidate.span))
    return statement.mode is Mode.INDIRECT or any(_another(c) for c in beside)


def _near(candidate: Candidate, understood: Understood, evidence: Evidence) -> bool:
    """Whether a statement has a word of the claim, or is likely or borne out without: mere nearness settles nothing."""
    said = candidate.span.of(evidence.articles[candidate.article_id].text)
    least = max(_LEAST, _LEADING * evidence.candidates[0].score)
    surely = evidence.answerable >= _ANSWERED and candidate.score >= least
    if surely or candidate.score >= _LIKELY or candidate.agreement >= _BORNE_OUT:
        return True
    return bool(set(content_stems(understood.topic)) & set(content_stems(said)))


def _said(candidate: Candidate, understood: Understood, evidence: Evidence) -> str:
    """The sentence of the candidate that is nearest to the claim: another one may deny something else.

    Of a sentence in which others speak as well, the candidate's own words: theirs may deny something else.
    """
    article, own = evidence.articles[candidate.article_id], candidate.statement
    if own and len(own.content) == 1:
        here = article.sentence_at(own.content[0].span)
        if any(_shares_sentence(own, other, here) for other in evidence.statements):
            return with_cue(own)
    asked = set(content_stems(understood.topic))
    touched = [s.of(article.text) for s in article.sentences if s.overlaps(candidate.span)]
    return max(touched, key=lambda s: len(asked & set(content_stems(s))), default="")


def _shares_sentence(own: Statement, other: Statement, here: Span) -> bool:
    """Whether somebody else's words, apart from the only ones of ``own``, stand in the sentence ``here``."""
    if other.article_id != own.article_id or not own.speaker or not other.speaker or other.speaker == own.speaker:
        return False
    return any(here.holds(e.span) and not e.span.overlaps(own.content[0].span) for e in other.content)


def _best(candidates: Sequence[Candidate]) -> Candidate | None:
    return max(candidates, key=lambda c: c.score, default=None)
