"""Letters to the editor and posts: whoever signs one says what stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.evidence import gather, speakers_in
from qa.answering.extractive import compose
from qa.answering.letters import heard, letters
from qa.answering.letters import told as told_on
from qa.answering.question import understand
from qa.answering.types import Understood
from qa.articles.blocks import split_blocks
from qa.articles.sentences import split_sentences
from qa.collection.memory import MemoryLake
from qa.domain import (
    Answer,
    Article,
    Excerpt,
    Mode,
    Publication,
    Question,
    Span,
    Speaker,
    SpeakerKind,
    Statement,
)
from qa.neural.fakes import HashingEmbedder, OverlapReader

PAGE = """The tram is late again.

LETTERS.

The new timetable was drawn by somebody who has never missed a connection.
My daughter now waits forty minutes at Kelp Street.

Nobody at the depot answers the telephone.

Oda Brandvik.

Marlow, East Shore.

FACEBOOK.

A tram that comes when it likes is still better than a bus. Give the drivers a rest, neighbours!

Pio Lantz.

Sell the depot and plant apple trees.

@quayside_kit.
"""


def read(text: str) -> Article:
    blocks = split_blocks(text)
    return Article("page", text.split("\n", maxsplit=1)[0], "page.txt", text, blocks, split_sentences(text, blocks))


def told(article: Article) -> tuple[Statement, ...]:
    return told_on(article, letters(article))


def ask(question: str, text: str = PAGE) -> Answer:
    embedder, article = HashingEmbedder(), read(text)
    lake = MemoryLake(embedder.dimension)
    lake.put(Publication(article, (), ()), embedder.embed_passages([]), embedder.embed_passages([]))
    with lake.snapshot() as seen:
        asked = Question(question, articles=("page",))
        understood = understand(asked, speakers_in(seen, asked))
        return compose(understood, gather(understood, seen, embedder, OverlapReader()))


def test_each_sentence_is_said_by_whoever_signs_below() -> None:
    said = [(s.speaker.name, s.words) for s in told(read(PAGE)) if s.speaker]
    assert said == [
        ("Oda Brandvik", "The new timetable was drawn by somebody who has never missed a connection."),
        ("Oda Brandvik", "My daughter now waits forty minutes at Kelp Street."),
        ("Oda Brandvik", "Nobody at the depot answers the telephone."),
        ("Pio Lantz", "A tram that comes when it likes is still better than a bus."),
        ("Pio Lantz", "Give the drivers a rest, neighbours!"),
        ("@quayside_kit", "Sell the depot and plant apple trees."),
    ]


def test_a_place_behind_the_name_belongs_to_the_signature() -> None:
    text = "Letters: Trams\n\nI wrote in May, and nobody replied.\n\nIt is cold.\n\n— Oda Brandvik, Marlow\n"
    assert [(one.writer.name, one.writer.role) for one in letters(read(text))] == [("Oda Brandvik", "Marlow")]


@pytest.mark.parametrize(
    "text",
    [
        PAGE.replace("LETTERS.\n\n", "").replace("FACEBOOK.\n\n", ""),
        "Letters burn at the depot\n\nA fire broke out at noon, the police said.\n\nThe tram stood still.\n",
    ],
)
def test_what_is_no_page_of_letters_has_none(text: str) -> None:
    assert letters(read(text)) == ()


def test_a_place_below_the_name_is_where_they_write_from() -> None:
    page = PAGE.replace("Marlow, East Shore.", "Marlow, Nev.").replace("Pio Lantz.", "Pio Lantz, Kelp End.")
    found = {one.writer.name: one.writer.role for one in letters(read(page))}
    assert found == {"Oda Brandvik": "Marlow, Nev.", "Pio Lantz": "Kelp End", "@quayside_kit": None}
    (home,) = ask("Where is Oda Brandvik from?").citations
    assert home.quote == "Marlow, East Shore."


def test_a_short_sentence_with_two_capitals_signs_nothing() -> None:
    page = PAGE.replace("Sell the depot and plant apple trees.", "Unlike Trams, buses come.\n\nSell the depot.")
    assert [one.writer.name for one in letters(read(page))] == ["Oda Brandvik", "Pio Lantz", "@quayside_kit"]


def test_what_the_paper_asked_its_readers_is_in_no_letter() -> None:
    page = PAGE.replace("A tram that comes", "We asked our followers what they think of trams.\n\nA tram that comes")
    assert [s.words for s in told(read(page))] == [s.words for s in told(read(PAGE))]


@pytest.mark.parametrize(
    ("question", "writers"),
    [
        ("Whose comments are printed in the Facebook section?", ["Pio Lantz", "@quayside_kit"]),
        ("Who commented on Facebook?", ["Pio Lantz", "@quayside_kit"]),
        ("Which Facebook users are quoted?", ["Pio Lantz", "@quayside_kit"]),
        ("Whose letters are printed?", ["Oda Brandvik"]),
        ("Who wrote the letters?", ["Oda Brandvik"]),
        ("Whose comments are printed?", ["Oda Brandvik", "Pio Lantz", "@quayside_kit"]),
    ],
)
def test_who_writes_in_a_section(question: str, writers: list[str]) -> None:
    assert [s.name for s in ask(question).speakers] == writers


def test_who_wrote_it_and_what_they_wrote() -> None:
    who = ask("Who says that nobody at the depot answers the telephone?")
    assert [s.name for s in who.speakers] == ["Oda Brandvik"]
    what = ask("What did Pio Lantz say about the bus?")
    assert what.citations[0].quote == "A tram that comes when it likes is still better than a bus."
    assert what.answer.startswith("Pio Lantz")


def passed_on(line: str, source: str, cue: str, article: Article) -> Statement:
    """What an indirect statement in ``line`` says of ``source``: all behind the ``cue``."""
    at = article.text.index(line)
    ends = at + line.index(cue) + len(cue)
    who, how = (Span(at + line.index(words), at + line.index(words) + len(words)) for words in (source, cue))
    what = Excerpt.cut(Span(ends + 1, at + len(line)), article.text)
    speaker = Speaker(source, kind=SpeakerKind.GROUP if source.islower() else SpeakerKind.ORGANISATION)
    how_, who_ = Excerpt.cut(how, article.text), Excerpt.cut(who, article.text)
    return Statement("page", Mode.INDIRECT, 0.9, (what,), how_, who_, speaker)


def understood(question: str) -> Understood:
    return understand(Question(question), [Speaker("Oda Brandvik"), Speaker("Pio Lantz"), Speaker("Council")])


@pytest.mark.parametrize(
    ("line", "cue", "question", "kept"),
    [
        ("The neighbours have had enough of the depot.", "have had enough of", "Who has had enough of it?", False),
        ("The neighbours said the depot stays.", "said", "Who said that the depot stays?", True),
        ("The neighbours said the depot stays.", "said", "Which reader mentions the depot?", False),
    ],
)
def test_what_a_letter_passes_on_in_so_many_words_is_also_of_whom_it_names(
    line: str, cue: str, question: str, kept: bool
) -> None:
    article = read(PAGE.replace("Nobody at the depot answers the telephone.", line))
    found = passed_on(line, "neighbours", cue, article)
    own = told(article)
    assert heard([found, *own], letters(article), understood(question)) == [*([found] if kept else []), *own]
    assert heard([found], (), understood(question)) == [found]


OPINION = """Leave the tram alone

The tram has run late for years, and nobody minds but the council.

The Council has vowed to sell the depot. We should not let it.

Oda Brandvik is a teacher in Marlow and the author of Slow Rails.
"""


def test_an_opinion_piece_is_said_by_whom_its_last_paragraph_introduces() -> None:
    (piece,) = letters(read(OPINION))
    assert (piece.writer.name, piece.writer.role) == ("Oda Brandvik", "a teacher in Marlow")
    assert [s.words for s in told(read(OPINION))] == [
        "The tram has run late for years, and nobody minds but the council.",
        "The Council has vowed to sell the depot.",
        "We should not let it.",
    ]
    who = ask("Who says that we should not let it sell the depot?", OPINION)
    assert [s.name for s in who.speakers] == ["Oda Brandvik"]


def test_whoever_an_opinion_piece_reports_says_that_and_its_author_all_else() -> None:
    article = read(OPINION)
    vow = passed_on("The Council has vowed to sell the depot.", "Council", "has vowed", article)
    late, _, let = own = told(article)
    assert heard([vow, *own], letters(article), understood("Who spoke of the depot?")) == [vow, late, let]
    assert heard([vow, *own], letters(article), understood("What did the Council say?")) == [vow]
    assert heard([vow, *own], letters(article), understood("When was the depot sold?")) == [vow]


def test_a_quotation_without_a_verb_is_heard_like_any_other() -> None:
    article = read(PAGE)
    line = "Give the drivers a rest, neighbours!"
    at = article.text.index(line)
    bare = Statement(
        "page", Mode.DIRECT, 0.9, (Excerpt.cut(Span(at, at + len(line)), article.text),), speaker=Speaker("Ada")
    )
    for question in ("Who wants to give them a rest?", "When was that?"):
        assert heard([bare], (), understood(question)) == [bare]
    assert heard([bare], letters(article), understood("When was that?")) == [bare]


@pytest.mark.parametrize(
    ("last", "role"),
    [
        ("Sen. Oda Brandvik, D-Nev., was an early friend of trams.", "an early friend of trams"),
        ("Oda Brandvik, a driver from Kelp End, is coordinator of the riders.", "a driver from Kelp End"),
        (
            "Oda Brandvik is an adjunct professor of U.S. history. She writes at home.",
            "an adjunct professor of U.S. history",
        ),
        ("Rep. Oda Brandvik chairs the tram committee.", None),
        ("Oda Brandvik served as mayor of Marlow.", "mayor of Marlow"),
    ],
)
def test_an_authors_role_is_what_the_last_paragraph_says(last: str, role: str | None) -> None:
    (piece,) = letters(read(f"{OPINION.rsplit(chr(10) * 2, maxsplit=1)[0]}\n\n{last}\n"))
    assert (piece.writer.name, piece.writer.role) == ("Oda Brandvik", role)


@pytest.mark.parametrize(
    "last",
    [
        "Oda Brandvik is a reporter in Marlow. Reach her at the desk.",
        "Oda Brandvik is a teacher in Marlow. Pio Lantz is a driver and the author of Late.",
        "Oda Brandvik is selling the depot.",
        "Oda Brandvik is a columnist at the bureau in Marlow.",
        "Oda Brandvik is a politics editor in Marlow.",
        "Oda Brandvik is one of the more careful drivers.",
        "Marlow Tram Network is a member of the council.",
        "“Oda Brandvik is a teacher in Marlow,” the mayor said.",
    ],
)
def test_news_has_no_author_who_says_it(last: str) -> None:
    text = OPINION.rsplit("\n\n", maxsplit=1)[0]
    assert letters(read(f"{text}\n\n{last}\n")) == ()
    assert letters(read(f"{text} So Brandvik said.\n\n{OPINION.rsplit(chr(10) * 2, maxsplit=1)[1]}")) == ()


@given(st.lists(st.sampled_from(PAGE.split("\n\n")), min_size=1, max_size=12))
def test_every_sentence_is_true_to_the_character(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    for statement in told(read(text)):
        assert statement.words == statement.span.of(text)
