"""Retrieval: the statements and sentences that may answer, by nearness, words and speaker, best first."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import chain
from typing import Generic, TypeVar

from qa.answering.calibration import Calibration, shipped
from qa.answering.fitting import fit, fits_of
from qa.answering.letters import Letter, heard, letters, of_no_writer, told
from qa.answering.naming import Roster
from qa.answering.ranking import Piece, answerable, bounded, likeliest_first, scorer, told_first
from qa.answering.reading import SPEAKS, read
from qa.answering.searching import passage_nearness, searches
from qa.answering.sections import section_asked
from qa.answering.sifting import told_apart
from qa.answering.types import Candidate, Evidence, Kind, Mention, Understood
from qa.answering.wording import FUNCTION_WORDS, Rarity, Wanted, content_stems, fold, tokens, with_cue
from qa.domain import Article, BlockKind, HitKind, Question, Span, Speaker, SpeakerEntry, Statement
from qa.ports import Embedder, Reader, Snapshot, Vectors

__all__ = ["Candidate", "Evidence", "gather", "speakers_in", "spoken_of"]

FEW = 3
"""Up to so many articles are looked through whole; more are searched."""
_SEARCHED = 5
"""So many articles of those that are searched are looked through where search finds most."""
_FIRST = 3
"""The constant of reciprocal rank fusion of articles, each in its best place: the first of a search count for much."""
_OWN, _PASSAGE, _WORDS = 0.55, 0.15, 0.3
"""What the nearness of its own words (else its passage), that of its passage and the words asked for count as close."""
_CLOSEST = 12
"""Of the sentences of so many of the closest pieces, each is also a candidate without a speaker."""
_LEAST_ANCHOR = 0.5
"""The share of the last question's and answer's words, of 2, that shows the sentence they were about."""


def speakers_in(snapshot: Snapshot, question: Question) -> Roster:
    """Those who speak in the articles that ``question`` names, or in the whole collection where it names none."""
    if question.articles:
        return Roster(_distinct(s for a in question.articles for s in _statements(snapshot, a)))
    return _everybody(_Same(snapshot.speakers()))


def spoken_of(understood: Understood, snapshot: Snapshot) -> str | None:
    """The one of several articles that the last question and answer are about, where a question follows up on them."""
    asked = understood.asked
    if not understood.followup or not asked.history or len(asked.articles) == 1:
        return None
    last = asked.history[-1]
    hits = snapshot.lexical(f"{last.question} {last.answer}", HitKind.PASSAGE, 1, asked.articles)
    return hits[0].article_id if hits else None


def _statements(snapshot: Snapshot, article_id: str) -> tuple[Statement, ...]:
    """What is said in an article, and behind it what its letters say."""
    found, own = snapshot.statements(article_id), _told(_Same(snapshot.article(article_id)))
    return (*found, *own) if own else found


T = TypeVar("T")


class _Same(Generic[T]):
    """A value that equals only itself: thousands of speakers need not be compared to find what was made of them.

    A snapshot gives the same object until the collection changes, or has forgotten it.
    """

    def __init__(self, value: T) -> None:
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.value is other.value


@lru_cache(maxsize=2)
def _everybody(speakers: _Same[tuple[SpeakerEntry, ...]]) -> Roster:
    return Roster([_speaker(entry) for entry in speakers.value])


def _speaker(entry: SpeakerEntry) -> Speaker:
    return Speaker(entry.name, entry.role, entry.aliases, entry.kind)


def _distinct(statements: Iterable[Statement]) -> tuple[Speaker, ...]:
    """The speakers of ``statements``, each once, with the fullest role, in the order they first speak."""
    found: dict[str, Speaker] = {}
    for statement in statements:
        speaker = statement.speaker
        if speaker and (speaker.name not in found or (speaker.role and not found[speaker.name].role)):
            found[speaker.name] = speaker
    return tuple(found.values())


def gather(
    understood: Understood,
    snapshot: Snapshot,
    embedder: Embedder,
    reader: Reader | None = None,
    calibration: Calibration | None = None,
) -> Evidence:
    """The evidence for ``understood`` in ``snapshot``, judged by ``calibration`` (default: the one that ships).

    Raises:
        NotFoundError: the question names an article that is not there.
        ModelError: the calibration is missing or damaged.
    """
    if understood.kind is Kind.CHAT:
        return Evidence((), {})
    weights = calibration or shipped()
    # A claim is looked for by its words alone: whoever it is put to would pull towards what else they said.
    query = understood.topic if understood.kind is Kind.VERIFY and understood.topic else understood.text
    embed = cache(lambda: embedder.embed_queries([query])[0])
    scope, places = _scope(understood, snapshot, embed)
    vector = embed()
    articles = {a: snapshot.article(a) for a in scope}
    statements = {a: _statements(snapshot, a) for a in scope}
    everyone = tuple(s for a in scope for s in statements[a])
    speakers = _distinct(everyone)
    understood = told_apart(_named_writer(understood, articles.values()), articles.values(), speakers)
    fits = fits_of(understood.mention, speakers, articles.values())
    near = _nearness(snapshot, vector, scope, statements)
    passages = passage_nearness(snapshot, vector, scope)
    pieces: list[Piece] = []
    sections = {a: found for a, article in articles.items() if (found := section_asked(understood.text, article))}
    asked_of = {a: [sections[a].span] if a in sections else [] for a in articles} if sections else places
    within = {a: _within(article, asked_of.get(a)) for a, article in articles.items()}
    if places:  # to count in all of a long article would take longer than anything else
        rarity = Rarity.of(chain.from_iterable(_stems(_Same(articles[a])).of(within[a]) for a in articles))
    else:
        rarity = Rarity.over(_rarity(_Same(a)) for a in articles.values())
    asked = [rarity.wanted(content_stems(text)) for text in (understood.text, understood.fresh)]
    for article_id, article in articles.items():
        of_article = statements[article_id], near, passages[article_id], fits, within[article_id]
        pieces += _pieces(understood, asked, article, *of_article)
    order = _ordered(understood, _closest(pieces), rarity, weights, reader, many=len(articles) > FEW)
    named = _named(understood, articles.values())
    speaks = understood.mention is None or any(p.statement and p.fit >= SPEAKS for p in pieces)
    likely = 0.0
    if order:
        likely = answerable(understood, order, named, speaks, weights)[0]
        texts = {article_id: article.text for article_id, article in articles.items()}
        order = told_first(understood, order, texts)
        likely = bounded(understood, order, texts, likely, weights.threshold)
    heading = next((section.heading for section in sections.values()), "")
    return Evidence(tuple(order), articles, everyone, named, speaks, likely, heading)


def _ordered(
    understood: Understood,
    pieces: Sequence[Piece],
    rarity: Rarity,
    weights: Calibration,
    reader: Reader | None,
    *,
    many: bool,
) -> list[Candidate]:
    """``pieces`` as candidates, likeliest first, with what the reader makes of those that are so without it."""
    if not pieces:
        return []
    scored = scorer(understood, pieces, rarity, weights)
    plain = [scored(piece) for piece in pieces]
    order = likeliest_first(plain)
    if reader is None:
        return order
    now = read(understood, pieces, order, reader, many=many)
    return likeliest_first([c if new is old else scored(new) for old, new, c in zip(pieces, now, plain, strict=True)])


def _named_writer(understood: Understood, articles: Iterable[Article]) -> Understood:
    """``understood`` with whom it names, where only letters tell: a collection knows nobody who signs one."""
    mention = understood.mention
    if mention is None or mention.speakers:
        return understood
    writers = [letter.writer for article in articles for letter in _letters(_Same(article))]
    found = Roster(writers).find(mention.words) if writers else ()
    known = Mention(mention.words, found[0].speakers, found[0].weights) if found else mention
    return replace(understood, mention=known)


@lru_cache(maxsize=512)
def _letters(article: _Same[Article]) -> tuple[Letter, ...]:
    return letters(article.value)


@lru_cache(maxsize=512)
def _told(article: _Same[Article]) -> tuple[Statement, ...]:
    return told(article.value, _letters(article))


class _Stems:
    """The stems of each sentence of an article, made when they are first asked for."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self._made: list[tuple[str, ...] | None] = [None] * len(article.sentences)

    def of(self, numbers: Iterable[int]) -> Iterator[tuple[str, ...]]:
        """Those of some sentences."""
        for number in numbers:
            stems = self._made[number]
            if stems is None:
                sentence = self._article.sentences[number]
                stems = self._made[number] = tuple(content_stems(sentence.of(self._article.text)))
            yield stems

    def all(self) -> list[tuple[str, ...]]:
        return list(self.of(range(len(self._made))))


@lru_cache(maxsize=512)
def _stems(article: _Same[Article]) -> _Stems:
    """Kept, since an article is often asked several questions."""
    return _Stems(article.value)


@lru_cache(maxsize=512)
def _rarity(article: _Same[Article]) -> Rarity:
    return Rarity.of(_stems(article).all())


@lru_cache(maxsize=1 << 14)
def _own_stems(statement: _Same[Statement]) -> tuple[str, ...]:
    """The stems of the cue and words of a statement."""
    return tuple(content_stems(with_cue(statement.value)))


def _scope(
    understood: Understood, snapshot: Snapshot, embed: Callable[[], Vectors]
) -> tuple[tuple[str, ...], Mapping[str, Sequence[Span]]]:
    """The articles to look through: those named if few, whole; else those where search finds most, where it does."""
    asked = understood.asked.articles
    if asked and len(asked) <= FEW:
        return tuple(dict.fromkeys(asked)), {}
    entries = snapshot.entries()
    if not asked and len(entries) <= FEW:
        return tuple(entry.id for entry in entries), {}
    weight: dict[str, float] = defaultdict(float)
    hits_of: dict[str, set[tuple[HitKind, int]]] = defaultdict(set)
    for hits in searches(understood.text, embed, snapshot, tuple(HitKind), asked):
        best: dict[str, int] = {}
        for place, hit in enumerate(hits):
            hits_of[hit.article_id].add((hit.kind, hit.item))
            best.setdefault(hit.article_id, place)
        for article_id, place in best.items():
            weight[article_id] += 1 / (_FIRST + place)
    scope = tuple(sorted(weight, key=lambda a: -weight[a])[:_SEARCHED])
    return scope, {a: _spans(snapshot, a, hits_of[a]) for a in scope}


def _spans(snapshot: Snapshot, article_id: str, hits: Iterable[tuple[HitKind, int]]) -> list[Span]:
    """Where in an article the hits are."""
    passages, statements = snapshot.passages(article_id), snapshot.statements(article_id)
    return [(passages[item] if kind is HitKind.PASSAGE else statements[item]).span for kind, item in hits]


def _nearness(
    snapshot: Snapshot, vector: Vectors, scope: Sequence[str], statements: Mapping[str, Sequence[Statement]]
) -> Mapping[tuple[str, int], float]:
    number = sum(len(found) for found in statements.values())
    if not number:
        return {}
    hits = snapshot.nearest(vector, HitKind.STATEMENT, number, scope)
    return {(hit.article_id, hit.item): hit.score for hit in hits}


def _pieces(
    understood: Understood,
    asked: Sequence[Wanted],
    article: Article,
    statements: Sequence[Statement],
    near: Mapping[tuple[str, int], float],
    passages: Sequence[tuple[Span, float]],
    fits: Mapping[str, float],
    within: Sequence[int],
) -> list[Piece]:
    """The sentences ``within`` an article, and every statement that touches one, as pieces."""
    sentences, stems = article.sentences, _stems(_Same(article))
    anchor = _anchor(understood, stems)
    touched = _touching(article)
    kept = frozenset(within)
    passage, heading = [0.0] * len(sentences), [False] * len(sentences)
    for span, score in passages:
        for i in touched(span):
            passage[i] = max(passage[i], score)
    for block in article.blocks:
        for i in touched(block.span) if block.kind is not BlockKind.PARAGRAPH else ():
            heading[i] = True

    def piece(over: range, own: tuple[str, ...] | None, dense: float, statement: Statement | None) -> Piece:
        first, last = over[0], over[-1]
        span = Span(sentences[first].start, sentences[last].end)
        whole = tuple(chain.from_iterable(stems.of(over)))
        around = tuple(chain.from_iterable(stems.of(range(max(0, first - 1), min(last + 2, len(sentences))))))
        text = span.of(article.text)
        fits_ = fit(statement, understood.mention, fits, text) if statement else 0.0
        around_ = max(passage[first : last + 1])
        words = max(wanted.covered(whole) for wanted in asked)
        closeness = _OWN * (dense or around_) + _PASSAGE * around_ + _WORDS * words
        return Piece(
            article.id,
            span,
            statement,
            whole if own is None else own,
            whole,
            around,
            text,
            # A letter's statements and plain sentences have no vectors of their own.
            dense or closeness,
            around_,
            closeness,
            fits_,
            distance=_distance(anchor, over),
            heading=any(heading[first : last + 1]),
        )

    page = _letters(_Same(article))
    numbers = {id(statement): number for number, statement in enumerate(statements)}
    pieces = []
    for statement in heard(statements, page, understood):
        over = touched(statement.span)
        if over and not kept.isdisjoint(over):
            own = _own_stems(_Same(statement))
            dense = near.get((article.id, numbers[id(statement)]), 0.0)
            pieces.append(piece(over, own, dense, statement))
    signed = [] if of_no_writer(understood, page) else [letter.span for letter in page]
    plain = [i for i in within if not any(span.holds(sentences[i]) for span in signed)]
    return pieces + [piece(range(i, i + 1), None, 0.0, None) for i in plain]


def _touching(article: Article) -> Callable[[Span], range]:
    """Gives the numbers of the sentences of ``article`` that a span touches."""
    starts, ends = [s.start for s in article.sentences], [s.end for s in article.sentences]
    return lambda span: range(bisect_right(ends, span.start), bisect_left(starts, span.end))


def _within(article: Article, found: Iterable[Span] | None) -> list[int]:
    """The numbers of the sentences that were ``found``, in order: all where the article is looked through whole."""
    if found is None:
        return list(range(len(article.sentences)))
    touched = _touching(article)
    return sorted({number for span in found for number in touched(span)})


def _anchor(understood: Understood, article_stems: _Stems) -> int | None:
    """The sentence that the last answer most likely came from, where the question follows up on one."""
    if not understood.followup or not understood.asked.history or not (stems := article_stems.all()):
        return None
    last = understood.asked.history[-1]
    rarity = Rarity.of(stems)
    asked, answered = (rarity.wanted(content_stems(text)) for text in (last.question, last.answer))
    worth = [asked.covered(s) + answered.covered(s) for s in stems]
    best = max(range(len(worth)), key=lambda i: worth[i])
    return best if worth[best] > _LEAST_ANCHOR else None


def _distance(anchor: int | None, touched: Sequence[int]) -> int | None:
    """How many sentences after (before: less than 0) the anchor sentences stand; 0 on it, None without one."""
    if anchor is None or not touched:
        return None
    return min((i - anchor for i in touched), key=abs)


def _closest(pieces: Sequence[Piece]) -> list[Piece]:
    """``pieces`` without the plain sentences that are not among the closest."""
    closeness: dict[tuple[str, Span], float] = {}
    for piece in pieces:
        key = piece.article_id, piece.span
        closeness[key] = max(closeness.get(key, 0.0), piece.closeness)
    chosen = set(sorted(closeness, key=lambda key: -closeness[key])[:_CLOSEST])
    return [piece for piece in pieces if piece.statement or (piece.article_id, piece.span) in chosen]


def _named(understood: Understood, articles: Iterable[Article]) -> bool:
    """Whether the words by which the question names somebody stand in the articles at all."""
    mention = understood.mention
    if mention is None or mention.speakers:
        return True
    words = [w for w in tokens(mention.words) if w not in FUNCTION_WORDS]
    texts = [fold(a.text) for a in articles]
    return not words or any(words[-1] in text for text in texts)
