"""What every lake does, whatever it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.collection.embedded import EmbeddedLake
from qa.collection.memory import MemoryLake
from qa.domain import Excerpt, HitKind, Publication, Span, Speaker, SpeakerKind
from qa.errors import InputError, NotFoundError
from qa.ports import Lake
from tests.collection.material import DIMENSION, MODEL, NAMES, embed, publication, vectors_of

Make = Callable[[Path], Lake]


def _embedded(directory: Path) -> Lake:
    return EmbeddedLake.open(directory, **MODEL)


def _embedded_graph(directory: Path) -> Lake:
    lake = EmbeddedLake.open(directory, **MODEL, exact_below=4)
    lake.put(publication("seed"), *vectors_of(publication("seed")))
    lake.put(publication("seed2"), *vectors_of(publication("seed2")))
    lake.settle()
    lake.remove("seed")
    lake.remove("seed2")
    return lake


@pytest.fixture(
    params=[lambda _: MemoryLake(DIMENSION), _embedded, _embedded_graph], ids=["memory", "embedded", "embedded-graph"]
)
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lake]:
    made = request.param(tmp_path / "lake")
    yield made
    made.close()


def put(lake: Lake, article_id: str, version: int = 0, **more: Any) -> Publication:
    published = publication(article_id, version, **more)
    lake.put(published, *vectors_of(published))
    return published


def test_an_empty_lake_answers(lake: Lake) -> None:
    with lake.snapshot() as snapshot:
        assert snapshot.entries() == ()
        assert snapshot.speakers() == ()
        for kind in HitKind:
            assert snapshot.nearest(embed(["x"])[0], kind, 5) == []
            assert snapshot.nearest(embed(["x"])[0], kind, 5, ["a"]) == []
            assert snapshot.lexical("harbour", kind, 5) == [] == snapshot.lexical("harbour", kind, 5, ["a"])
        for call in (snapshot.article, snapshot.passages, snapshot.statements):
            with pytest.raises(NotFoundError, match="no article 'a'"):
                call("a")
    assert lake.find(source="x") is None
    assert lake.find(sha256="x") is None
    with pytest.raises(NotFoundError, match="no article 'a'"):
        lake.remove("a")


def test_what_is_put_is_read_back_whole(lake: Lake) -> None:
    given_ = [publication(name, statements=count) for name, count in (("b", 3), ("a", 0), ("c", 7))]
    for published in given_:
        assert lake.put(published, *vectors_of(published)) == "added"
    with lake.snapshot() as snapshot:
        assert [entry.id for entry in snapshot.entries()] == ["b", "a", "c"]
        for published, entry in zip(given_, snapshot.entries(), strict=True):
            article = published.article
            assert snapshot.article(article.id) == article
            assert snapshot.passages(article.id) == published.passages
            assert snapshot.statements(article.id) == published.statements
            assert (entry.title, entry.source, entry.published) == (article.title, article.source, article.published)
            assert (entry.passages, entry.statements) == (len(published.passages), len(published.statements))


def test_replacing_keeps_the_place_and_drops_the_old(lake: Lake) -> None:
    old = put(lake, "a", 0, statements=5)
    put(lake, "b")
    new = publication("a", 1)
    with lake.snapshot() as before:
        first = before.generation
    assert lake.put(new, *vectors_of(new)) == "replaced"
    with lake.snapshot() as snapshot:
        assert snapshot.generation > first
        assert [entry.id for entry in snapshot.entries()] == ["a", "b"]
        assert snapshot.statements("a") == new.statements
        hits = snapshot.nearest(embed([old.passages[4].text])[0], HitKind.PASSAGE, 99)
        assert len(hits) == 6
        assert all(hit.item < 3 for hit in hits)
        assert all(hit.item < 3 for hit in snapshot.lexical("crowns", HitKind.STATEMENT, 99))


def test_removing_leaves_nothing(lake: Lake) -> None:
    put(lake, "a")
    kept = put(lake, "b")
    lake.remove("a")
    with lake.snapshot() as snapshot:
        assert [entry.id for entry in snapshot.entries()] == ["b"]
        for kind in HitKind:
            assert {hit.article_id for hit in snapshot.nearest(embed(["x"])[0], kind, 99)} == {"b"}
            assert {hit.article_id for hit in snapshot.lexical("crowns", kind, 99)} == {"b"}
            assert snapshot.lexical("crowns", kind, 99, ["a"]) == []
            assert snapshot.nearest(embed(["x"])[0], kind, 99, ["a"]) == []
        assert sum(speaker.statements for speaker in snapshot.speakers()) == sum(
            statement.speaker is not None for statement in kept.statements
        )


def test_finds_by_source_and_by_hash(lake: Lake) -> None:
    published = put(lake, "a").article
    put(lake, "b")
    assert lake.find(source=published.source).id == "a"
    assert lake.find(sha256=published.sha256).id == "a"
    assert lake.find(source="elsewhere", sha256=published.sha256).id == "a"
    assert lake.find(source="elsewhere") is None
    lake.remove("a")
    assert lake.find(sha256=published.sha256) is None


def test_nearest_is_the_inner_product(lake: Lake) -> None:
    publications = [put(lake, f"a{n}", statements=n % 5) for n in range(12)]
    query = embed(["a question"])[0]
    for kind in HitKind:
        expected = []
        for published in publications:
            matrix = vectors_of(published)[list(HitKind).index(kind)]
            expected += [(published.article.id, item, float(row @ query)) for item, row in enumerate(matrix)]
        expected.sort(key=lambda row: -row[2])
        some = ["a3", "a7", "a4", "nowhere"]
        with lake.snapshot() as snapshot:
            for articles, rows in ((), expected), (some, [row for row in expected if row[0] in some]):
                hits = snapshot.nearest(query, kind, 6, articles)
                assert [(hit.kind, hit.article_id, hit.item) for hit in hits] == [(kind, *row[:2]) for row in rows[:6]]
                assert np.allclose([hit.score for hit in hits], [row[2] for row in rows[:6]], atol=1e-5)
            assert len(snapshot.nearest(query, kind, 1000)) == len(expected)
            assert snapshot.nearest(query, kind, 0) == []


@pytest.mark.parametrize("vector", [np.zeros(DIMENSION + 1), np.zeros((1, DIMENSION)), np.full(DIMENSION, np.nan)])
def test_a_query_of_another_shape_is_a_mistake(lake: Lake, vector: np.ndarray) -> None:
    put(lake, "a")
    with lake.snapshot() as snapshot, pytest.raises(ValueError, match="not a query of 8 numbers"):
        snapshot.nearest(vector, HitKind.PASSAGE, 1)


def _saying(article_id: str, title: str, *contents: str) -> Publication:
    base = publication(article_id, statements=len(contents))
    text, passages, statements = title, [], []
    for number, content in enumerate(contents):
        start = len(text) + 1
        text += "\n" + content
        span = Span(start, len(text))
        passages.append(replace(base.passages[number], span=span, text=content))
        speaker = Speaker(NAMES[number], None, ())
        statements.append(
            replace(base.statements[number], content=(Excerpt(span, content),), cue=None, source=None, speaker=speaker)
        )
    article = replace(base.article, title=title, text=text, blocks=(), sentences=())
    return Publication(article, tuple(passages), tuple(statements))


@pytest.mark.parametrize("word", ["Strauß", "İzmir", "λόγος", "Łódź", "Ørsted"])
def test_a_word_finds_itself_in_any_alphabet(lake: Lake, word: str) -> None:
    published = _saying("a", "On trade", f"the firm {word} left", "nothing of note", "rain tomorrow")
    lake.put(published, *vectors_of(published))
    with lake.snapshot() as snapshot:
        assert [hit.item for hit in snapshot.lexical(f"What of {word}?", HitKind.PASSAGE, 9)] == [0]


def test_words_rank_what_has_them(lake: Lake) -> None:
    for published in (
        _saying("a", "On trade", "the tariffs on steel fall", "nothing of note about tea", "rain tomorrow"),
        _saying("b", "On weather", "storms in the north", "more rain and more rain", "steel is dear"),
    ):
        lake.put(published, *vectors_of(published))
    with lake.snapshot() as snapshot:
        for kind in HitKind:
            hits = snapshot.lexical("What about tariffs on STEEL?", kind, 9)
            assert [(hit.article_id, hit.item) for hit in hits] == [("a", 0), ("b", 2)]
            assert hits[0].score > hits[1].score > 0
            assert [hit.item for hit in snapshot.lexical("tariffs on steel", kind, 9, ["b"])] == [2]
            assert len(snapshot.lexical("steel rain storms", kind, 2)) == 2
            titled = snapshot.lexical("weather", kind, 9)
            assert {hit.article_id for hit in titled} == {"b"}
            assert len(titled) == 3
        who = snapshot.lexical("Chiara Vance", HitKind.STATEMENT, 9)
        assert {(hit.article_id, hit.item) for hit in who} == {("a", 2), ("b", 2)}
        assert snapshot.lexical("Chiara Vance", HitKind.PASSAGE, 9) == []


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(max_size=60)
    | st.sampled_from(
        [
            '"',
            '"" OR',
            "title:x",
            "NEAR(a b)",
            "* AND -",
            "\x00",
            "a\x00b",
            "🌫️",
            "_",
            "\ud800",
            "'; DROP TABLE",
            "的",
            "^a",
        ]
    )
)
def test_any_text_is_a_query(lake: Lake, query: str) -> None:
    with lake.snapshot() as snapshot:
        if not snapshot.entries():
            put(lake, "a")
    with lake.snapshot() as snapshot:
        for kind in HitKind:
            for articles in ((), ("a",)):
                for hit in snapshot.lexical(query, kind, 5, articles):
                    assert 0 <= hit.item < 3
            assert [hit.item for hit in snapshot.lexical(f"{query} crowns", kind, 9)]


def test_speakers_come_together_over_articles(lake: Lake) -> None:
    for name, speakers in (
        (
            "a",
            (Speaker("Ada Quill", "harbour master", ("Quill",)), Speaker("Marsh Port", kind=SpeakerKind.ORGANISATION)),
        ),
        ("b", (Speaker("ADA  QUILL", "mayor", ("Mayor Quill",)), Speaker("Ada Quill", "mayor"))),
    ):
        base = publication(name, statements=3)
        statements = [replace(base.statements[n], speaker=s) for n, s in enumerate((*speakers, speakers[-1]))]
        lake.put(replace(base, statements=tuple(statements)), *vectors_of(base))
    with lake.snapshot() as snapshot:
        first, second = snapshot.speakers()
        assert (first.name, first.role, first.statements, first.articles) == ("Ada Quill", "mayor", 4, 2)
        assert first.aliases == ("Quill", "Mayor Quill", "ADA  QUILL")
        assert (second.name, second.role, second.statements, second.articles) == ("Marsh Port", None, 2, 1)
        assert (first.kind, second.kind) == (SpeakerKind.PERSON, SpeakerKind.ORGANISATION)


def test_a_snapshot_sees_none_of_what_comes_later(lake: Lake) -> None:
    old = put(lake, "a", 0)
    put(lake, "b")
    query = embed(["x"])[0]
    with lake.snapshot() as snapshot:
        before = snapshot.nearest(query, HitKind.STATEMENT, 99)
        generation = snapshot.generation
        put(lake, "a", 1, statements=5)
        lake.remove("b")
        put(lake, "c")
        with lake.snapshot() as later:
            assert len(later.nearest(query, HitKind.STATEMENT, 99)) == 8
        assert snapshot.generation == generation
        assert [entry.id for entry in snapshot.entries()] == ["a", "b"]
        assert snapshot.statements("a") == old.statements
        assert snapshot.article("a") == old.article
        assert snapshot.nearest(query, HitKind.STATEMENT, 99) == before
        assert {hit.article_id for hit in snapshot.nearest(query, HitKind.PASSAGE, 99)} == {"a", "b"}
        assert {hit.article_id for hit in snapshot.lexical("crowns", HitKind.PASSAGE, 99)} == {"a", "b"}


def _broken() -> dict[str, tuple[Publication, Any, Any]]:
    good = publication("a")
    passages, statements = vectors_of(good)
    moved = replace(good.passages[0], span=Span(1, 1 + len(good.passages[0].text)))
    words = good.statements[0].content[0]
    elsewhere = replace(good.statements[0], content=(Excerpt(Span(0, len(words.text)), words.text),))
    surrogate = replace(good.article, title="half a pair \ud800")
    return {
        "passage not in the text": (replace(good, passages=(moved, *good.passages[1:])), passages, statements),
        "passages out of order": (replace(good, passages=good.passages[::-1]), passages, statements),
        "statement not in the text": (
            replace(good, statements=(elsewhere, *good.statements[1:])),
            passages,
            statements,
        ),
        "another's statement": (
            replace(good, statements=(replace(good.statements[0], article_id="z"), *good.statements[1:])),
            *(passages, statements),
        ),
        "too few vectors": (good, passages[:-1], statements),
        "vectors of another length": (good, passages, statements[:, :-1]),
        "vectors that are no numbers": (good, passages, statements * np.nan),
        "not Unicode": (replace(good, article=surrogate), passages, statements),
        "no id": (replace(good, article=replace(good.article, id="")), passages, statements),
    }


@pytest.mark.parametrize("case", _broken())
def test_what_is_not_true_is_refused_whole(lake: Lake, case: str) -> None:
    before = put(lake, "a", 7)
    published, passages, statements = _broken()[case]
    with pytest.raises(InputError):
        lake.put(published, passages, statements)
    with lake.snapshot() as snapshot:
        assert snapshot.article("a") == before.article
        assert len(snapshot.entries()) == 1


def test_strange_text_survives(lake: Lake) -> None:
    text = "Zero \x00 and\u2028 the 𝒮cript 👩‍👩‍👧 said: “naïve”\r\n\ttab"
    base = publication("ü/\"'%_\x00🌫", statements=0)
    odd = replace(
        base, article=replace(base.article, title="\x00", source="C:\\ü\n", text=text, blocks=(), sentences=())
    )
    lake.put(odd, *vectors_of(odd))
    with lake.snapshot() as snapshot:
        assert snapshot.article(odd.article.id) == odd.article
    assert lake.find(source="C:\\ü\n").id == odd.article.id


def test_half_a_surrogate_pair_names_nothing(lake: Lake) -> None:
    put(lake, "a")
    assert lake.find(source="\udcff.txt") is None
    with lake.snapshot() as snapshot:
        assert snapshot.lexical("crowns", HitKind.PASSAGE, 5, ["\ud800"]) == []
        with pytest.raises(NotFoundError):
            snapshot.article("\ud800")
    with pytest.raises(NotFoundError):
        lake.remove("\ud800")
