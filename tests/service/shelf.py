"""A small collection in memory, and an asker that answers from a script: the page's two neighbours."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qa.asking import pieces
from qa.domain import (
    Answer,
    Article,
    ArticleEntry,
    Block,
    BlockKind,
    Citation,
    Excerpt,
    Hit,
    HitKind,
    Mode,
    Passage,
    Publication,
    Question,
    Span,
    Speaker,
    SpeakerEntry,
    SpeakerKind,
    Statement,
)
from qa.errors import NotFoundError
from qa.ports import Lake, Vectors

HERE = Path(__file__).parent


SOLVANG = Speaker("Ingrid Solvang", "harbour master", ("Solvang",))
BRANDT = Speaker("Tomasz Brandt", "who runs the line to Saltmarsh", ("Brandt",))
FENN = Speaker("Odile Fenn", "Mayor", ("Fenn",))
TELLER = Speaker("Bram Teller", "chief technology officer", ("Teller",))


def make_article(
    text: str, *, article_id: str, source: str, title: str | None = None, published: date | None = None
) -> Article:
    """``text``, each line a block: headline, standfirst, then paragraphs, and headings where a line has no stop."""
    blocks: list[Block] = []
    sentences: list[Span] = []
    for match in re.finditer(r"[^\n]+", text):
        span = Span(*match.span())
        ended = match.group().rstrip().endswith((".", "”", "!", "?", "…"))
        if not blocks:
            kind = BlockKind.HEADLINE
        elif len(blocks) == 1 and not ended:
            kind = BlockKind.STANDFIRST
        else:
            kind = BlockKind.PARAGRAPH if ended else BlockKind.HEADING
        blocks.append(Block(kind, span))
        sentences += [
            Span(span.start + s.start(), span.start + s.end())
            for s in re.finditer(r"\S.*?(?:[.!?]”?(?=\s)|$)", match.group())
        ]
    heading = title or blocks[0].span.of(text)
    return Article(article_id, heading, source, text, tuple(blocks), tuple(sentences), published)


def excerpt(article: Article, words: str, after: int = 0) -> Excerpt:
    """The first place from ``after`` where ``words`` stand in the article."""
    start = article.text.index(words, after)
    return Excerpt.cut(Span(start, start + len(words)), article.text)


def make_statement(article: Article, speaker: Speaker, source: str, cue: str, content: str) -> Statement:
    """An indirect statement whose source, cue and content follow one another, all three given by their words."""
    start = article.text.index(f"{source} {cue} {content}")
    return Statement(
        article.id,
        Mode.INDIRECT,
        0.95,
        (excerpt(article, content, start),),
        excerpt(article, cue, start + len(source)),
        excerpt(article, source, start),
        speaker,
        0.95,
    )


@dataclass
class Shelf:
    """A lake that holds its publications in memory, and is its own snapshot."""

    publications: list[Publication] = field(default_factory=list)
    generation: int = 1

    @contextmanager
    def snapshot(self) -> Iterator[Shelf]:
        yield self

    def entries(self) -> tuple[ArticleEntry, ...]:
        return tuple(
            ArticleEntry(p.article.id, p.article.title, p.article.source, p.article.published, 0, len(p.statements))
            for p in self.publications
        )

    def _of(self, article_id: str) -> Publication:
        for publication in self.publications:
            if publication.article.id == article_id:
                return publication
        raise NotFoundError(f"no article {article_id} in the collection")

    def article(self, article_id: str) -> Article:
        return self._of(article_id).article

    def passages(self, article_id: str) -> tuple[Passage, ...]:
        return self._of(article_id).passages

    def statements(self, article_id: str) -> tuple[Statement, ...]:
        return self._of(article_id).statements

    def speakers(self) -> tuple[SpeakerEntry, ...]:
        counted: dict[str, list[Statement]] = {}
        for publication in self.publications:
            for statement in publication.statements:
                if statement.speaker:
                    counted.setdefault(statement.speaker.name, []).append(statement)
        entries = [
            SpeakerEntry(n, s[0].speaker.role, s[0].speaker.aliases, len(s), len({x.article_id for x in s}))  # type: ignore[union-attr]
            for n, s in counted.items()
        ]
        return tuple(sorted(entries, key=lambda e: -e.statements))

    def nearest(self, vector: Vectors, kind: HitKind, limit: int, articles: Sequence[str] = ()) -> list[Hit]:
        raise AssertionError("the page has no embedder")

    def lexical(self, query: str, kind: HitKind, limit: int, articles: Sequence[str] = ()) -> list[Hit]:
        words = query.casefold().split()
        return [
            Hit(kind, p.article.id, number, 1.0)
            for p in self.publications
            for number, statement in enumerate(p.statements)
            if (not articles or p.article.id in articles) and all(word in statement.words.casefold() for word in words)
        ][:limit]

    def find(self, *, source: str | None = None, sha256: str | None = None) -> ArticleEntry | None:
        return None

    def put(self, publication: Publication, passages: Vectors, statements: Vectors) -> str:
        self.publications.append(publication)
        return "added"

    def remove(self, article_id: str) -> None:
        self.publications.remove(self._of(article_id))

    def close(self) -> None:
        pass


def cite(article: Article, statement: Statement, marker: int) -> Citation:
    span = article.sentence_at(statement.span)
    speaker = statement.speaker.name if statement.speaker else None
    return Citation(
        marker,
        article.id,
        article.title,
        article.source,
        span,
        span.of(article.text),
        article.sha256,
        speaker,
        statement.mode,
    )


@dataclass
class Script:
    """Answers by words that the question holds; abstains where none fits. Remembers what it was asked."""

    shelf: Shelf
    asked: list[Question] = field(default_factory=list)
    gate: threading.Event | None = None
    pause: threading.Event | None = None
    failure: Exception | None = None

    def stream(self, question: Question, lake: Lake) -> Iterator[str | Answer]:
        """The words of the answer, each after what ``pause`` waits for, then the answer."""
        answer = self(question, lake)
        for piece in pieces(answer.answer):
            yield piece
            if self.pause:
                assert self.pause.wait(60)
        yield answer

    def __call__(self, question: Question, lake: Lake | None = None) -> Answer:
        self.asked.append(question)
        if self.gate:
            assert self.gate.wait(60)
        if self.failure:
            raise self.failure
        text = question.text.casefold()
        with (lake or self.shelf).snapshot() as snapshot:
            articles = [snapshot.article(entry.id) for entry in snapshot.entries()]
            every = [(article, said) for article in articles for said in snapshot.statements(article.id)]
        found = [(a, s) for a, s in every if s.speaker and self._fits(text, question, s)]
        if "nobody" in text or not found:
            nearest = cite(*every[0], 1) if every else None
            return Answer(question.text, "The articles do not say.", True, 0.2, nearest=nearest)
        citations = tuple(cite(a, s, n) for n, (a, s) in enumerate(found, 1))
        lines = [
            f"{s.speaker.name} ({s.speaker.role}) {s.cue.text if s.cue else 'said'} {s.words} [{n}]"
            for n, (_, s) in enumerate(found, 1)
            if s.speaker
        ]
        verdict = "yes" if text.startswith("did") else None
        speakers = tuple(dict.fromkeys(s.speaker for _, s in found if s.speaker))
        opening = "Yes. " if verdict else ""
        return Answer(question.text, opening + "\n".join(lines), False, 0.9, citations, speakers, verdict)

    @staticmethod
    def _fits(text: str, question: Question, statement: Statement) -> bool:
        assert statement.speaker
        names = {statement.speaker.name.casefold(), *(a.casefold() for a in statement.speaker.aliases)}
        words = [w.casefold() for w in re.findall(r"\w{5,}", statement.words)]
        return any(name in text for name in names) or ("who" in text.split() and any(w in text for w in words))


def harbour() -> Publication:
    """A long enough report to scroll in: three speakers, headings, six statements."""
    source = "https://news.example/coast/harbour-reopens"
    article = make_article(
        (HERE / "harbour.txt").read_text(encoding="utf-8"),
        article_id="harbour",
        source=source,
        published=date(2024, 4, 18),
    )
    said = (
        make_statement(article, SOLVANG, "She", "affirmed", "that no ship had been lost in the night of the storm"),
        make_statement(
            article,
            SOLVANG,
            "Solvang",
            "warned",
            "shipping companies that the outer basin would stay closed until the divers had finished",
        ),
        make_statement(article, BRANDT, "He", "called on", "Mayor Odile Fenn to visit the terminal before the weekend"),
        make_statement(
            article, BRANDT, "Brandt", "added", "that two hundred passengers had slept in the sports hall of Lindhafen"
        ),
        make_statement(article, FENN, "Mayor Odile Fenn", "rejected", "the charge that the council had looked away"),
        make_statement(article, FENN, "She", "promised", "that repairs to the terminal would begin in May"),
    )
    return Publication(article, (), said)


def payments() -> Publication:
    """A short report with direct speech, from a file."""
    article = make_article(
        (HERE / "payments.txt").read_text(encoding="utf-8"), article_id="payments", source="samples/paylark-outage.txt"
    )
    start = article.text.index("“No, we have not been hacked,” he wrote.")
    said = Statement(
        article.id,
        Mode.DIRECT,
        0.98,
        (excerpt(article, "“No, we have not been hacked,”", start),),
        excerpt(article, "wrote", start),
        excerpt(article, "he", start + 28),
        TELLER,
        0.97,
    )
    return Publication(article, (), (said,))


def hostile() -> Publication:
    """An article that tries everything in title, source, text, names and roles."""
    bad = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>'
    text = (
        f"Headline {bad}\n\nStandfirst ${{window.ran=1}} {{{{constructor}}}}\n\n"
        f"Mallory {bad} said that </mark><svg onload=window.ran=1> \u202eeveryone agreed\u202c "
        "[link](javascript:window.ran=1) `x`.\n"
    )
    article = make_article(
        text, article_id="bad\"'><b>", source="javascript:window.ran=1", title=f"Headline {bad} \u202edesrever"
    )
    start = text.index("Mallory")
    content = text.index("</mark>")
    said = Statement(
        article.id,
        Mode.INDIRECT,
        0.9,
        (Excerpt.cut(Span(content, len(text) - 2), text),),
        excerpt(article, "said", start),
        Excerpt.cut(Span(start, start + 7), text),
        Speaker(f"Mallory {bad}", f"role {bad}", kind=SpeakerKind.PERSON),
        0.9,
    )
    return Publication(article, (), (said,))
