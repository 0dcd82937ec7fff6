"""A speech of many sentences answers by its best one, which is what is cited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.answering.evidence import gather, speakers_in
from qa.answering.extractive import compose
from qa.answering.phrasing import cited
from qa.answering.question import understand
from qa.answering.types import Candidate
from qa.articles.blocks import split_blocks
from qa.articles.sentences import split_sentences
from qa.collection.memory import MemoryLake
from qa.domain import Answer, Article, Excerpt, Mode, Publication, Question, Span, Speaker, Statement
from qa.neural.fakes import HashingEmbedder, OverlapReader

SPEECH = (
    "“The harbour was dug by our grandmothers.",
    "They had two shovels between them.",
    "Nobody paid them for a single day.",
    "My aunt kept the list of names in a biscuit tin.",
    "The tin went to the museum last spring.",
    "Now the museum wants to sell the apple trees.",
    "I shall sit under the trees until the saw comes.",
    "Bring a chair if you like.”",
)
OPENING = "Ana Brito spoke at the quay on Sunday."
TEXT = " ".join(("Quay Speech Draws a Crowd.", OPENING, "Brito said:", *SPEECH))
BRITO = Speaker("Ana Brito", "beekeeper", ("Brito",))


def speech() -> tuple[Article, Statement]:
    blocks = split_blocks(TEXT)
    article = Article("quay", "Quay Speech Draws a Crowd.", "quay.txt", TEXT, blocks, split_sentences(TEXT, blocks))

    def excerpt(words: str) -> Excerpt:
        at = TEXT.index(words, TEXT.index("Brito said:"))
        return Excerpt.cut(Span(at, at + len(words)), TEXT)

    content, source, cue = excerpt(" ".join(SPEECH)), excerpt("Brito"), excerpt("said")
    return article, Statement("quay", Mode.DIRECT, 0.9, (content,), cue, source, BRITO, 0.9)


def ask(text: str) -> Answer:
    article, statement = speech()
    embedder = HashingEmbedder()
    lake = MemoryLake(embedder.dimension)
    lake.put(
        Publication(article, (), (statement,)),
        embedder.embed_passages([]),
        embedder.embed_passages([f"Ana Brito {statement.words}"]),
    )
    with lake.snapshot() as seen:
        question = Question(text, articles=("quay",))
        understood = understand(question, speakers_in(seen, question))
        return compose(understood, gather(understood, seen, embedder, OverlapReader()))


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Who said that the museum wants to sell the apple trees?", SPEECH[5]),
        ("What did Brito say about her aunt and the biscuit tin?", SPEECH[3]),
    ],
)
def test_the_sentence_that_answers_is_cited_and_not_the_whole_speech(question: str, sentence: str) -> None:
    answer = ask(question)
    assert [s.name for s in answer.speakers] == ["Ana Brito"]
    assert sentence in answer.citations[0].quote
    assert len(answer.citations[0].quote) < len(" ".join(SPEECH)) / 2


def test_a_sentence_out_of_a_quotation_has_both_its_marks() -> None:
    assert f"said: “{SPEECH[5]} {SPEECH[6]}”" in ask("Who said that the museum wants to sell the apple trees?").answer


def test_a_claim_is_judged_by_the_sentence_it_is_about() -> None:
    answer = ask("Did Brito say that the museum wants to sell the apple trees?")
    assert answer.verdict == "yes"
    assert SPEECH[5] in answer.citations[0].quote


def test_without_a_heart_the_words_of_the_topic_choose() -> None:
    article, statement = speech()
    topic, heart = "the tin and the museum last spring", TEXT.index(SPEECH[6])
    whole = Candidate("quay", article.sentence_at(statement.span), statement, 0.9)
    assert cited(whole, article, topic).of(TEXT).startswith(SPEECH[4])
    hearty = replace(whole, heart=Span(heart, heart + len(SPEECH[6])))
    assert cited(hearty, article, topic).of(TEXT).startswith(SPEECH[6])
