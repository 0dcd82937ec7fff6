"""The two searches where a collection is large: fewer words, graphs, differences to what was derived before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa.collection import ranking, shelf, vectors
from qa.collection.caches import WeighedCache
from qa.collection.embedded import EmbeddedLake
from qa.collection.keys import MAX_ITEMS, item_number, item_range, new_key, parts_of
from qa.collection.words import any_of, searched_words, words_asked
from qa.domain import HitKind
from tests.collection.material import DIMENSION, MODEL, embed, publication, vectors_of


def filled(directory: Path, articles: int, *, exact_below: int = 50_000) -> EmbeddedLake:
    lake = EmbeddedLake.open(directory, **MODEL, exact_below=exact_below)
    for number in range(articles):
        published = publication(f"a{number}")
        lake.put(published, *vectors_of(published))
    return lake


def test_a_large_collection_ranks_by_its_rarest_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with filled(tmp_path, 12) as lake, lake.snapshot() as snapshot:
        everything = snapshot.lexical("crowns a7", HitKind.PASSAGE, 99)
        assert len(everything) == 36
        monkeypatch.setattr(ranking, "_ROWS_RANKED", 10)
        rare = snapshot.lexical("crowns a7", HitKind.PASSAGE, 99)
        assert [hit.article_id for hit in rare] == ["a7"] * 3
        assert [(hit.article_id, hit.item) for hit in rare] == [(hit.article_id, hit.item) for hit in everything[:3]]
        assert len(snapshot.lexical("crowns", HitKind.PASSAGE, 99)) == 36
        assert len(snapshot.lexical("crowns unheardof", HitKind.PASSAGE, 99)) == 36
        some = [f"a{number}" for number in range(10)]
        assert {hit.article_id for hit in snapshot.lexical("crowns", HitKind.PASSAGE, 99, some)} == set(some)
        assert {hit.article_id for hit in snapshot.lexical("crowns a7", HitKind.PASSAGE, 99, some)} == {"a7"}


def test_many_named_articles_are_searched_exactly(tmp_path: Path) -> None:
    query = embed(["x"])[0]
    with filled(tmp_path, 70, exact_below=100) as lake:
        lake.settle()
        lake.put(publication("later"), *vectors_of(publication("later")))
        some = [*(f"a{number}" for number in range(3, 70)), "later", "nowhere"]
        with lake.snapshot() as snapshot:
            for kind in HitKind:
                hits = snapshot.nearest(query, kind, 999, some)
                expected = np.concatenate(
                    [vectors_of(publication(name))[list(HitKind).index(kind)] @ query for name in some[:-1]]
                )
                assert np.allclose([hit.score for hit in hits], np.sort(expected)[::-1], atol=1e-6)


def test_a_graph_grows_by_what_came_and_finds_nearly_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_SMALL_CHANGE", 10)
    grown: list[int] = []
    original = vectors.extended
    monkeypatch.setattr(vectors, "extended", lambda *given: (grown.append(len(given[1])), original(*given))[1])
    with filled(tmp_path, 150, exact_below=200) as lake:
        lake.settle()
        for number in range(150, 200):
            lake.put(publication(f"a{number}"), *vectors_of(publication(f"a{number}")))
        lake.remove("a20")
        lake.settle()
    assert grown == [150, 150]
    names = [f"a{number}" for number in range(200) if number != 20]
    matrix = np.concatenate([vectors_of(publication(name))[0] for name in names])
    with EmbeddedLake.open(tmp_path, **MODEL, exact_below=200) as lake, lake.snapshot() as snapshot:
        found = 0
        for query in embed([f"query {number}" for number in range(20)]):
            hits = snapshot.nearest(query, HitKind.PASSAGE, 10)
            assert all(hit.article_id != "a20" for hit in hits)
            best = {(names[row // 3], int(row % 3)) for row in np.argsort(-(matrix @ query))[:10]}
            found += len(best & {(hit.article_id, hit.item) for hit in hits})
        assert found >= 195


def test_a_reader_takes_up_a_newer_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "_SMALL_CHANGE", 10)
    query = embed(["x"])[0]
    with filled(tmp_path, 5) as writer:
        writer.settle()
        with EmbeddedLake.open(tmp_path, **MODEL) as reader:
            with reader.snapshot() as snapshot:
                assert len(snapshot.nearest(query, HitKind.PASSAGE, 999)) == 15
            for number in range(5, 25):
                writer.put(publication(f"a{number}"), *vectors_of(publication(f"a{number}")))
            writer.settle()
            reads: list[object] = []
            original = vectors.read
            monkeypatch.setattr(vectors, "read", lambda *given: (reads.append(given), original(*given))[1])
            with reader.snapshot() as snapshot:
                assert len(snapshot.nearest(query, HitKind.PASSAGE, 999)) == 75
            assert len(reads) == 1


def _base(numbers: list[int]) -> vectors.Base:
    matrix = embed([str(number) for number in numbers])
    return vectors.build(np.array(numbers, dtype=np.int64), matrix, DIMENSION, graph=False)


def test_an_index_of_mixed_up_vectors_is_not_used() -> None:
    first, second = item_number(new_key(1), 0), item_number(new_key(2), 0)
    _base([first, first + 1, second])
    for numbers in ([first + 1, first], [first, second, first + 1], [first, first], [first + 1]):
        with pytest.raises(vectors.UnusableFileError):
            _base(numbers)


def test_a_file_of_another_length_of_vectors_is_not_used(tmp_path: Path) -> None:
    vectors.write(_base([item_number(new_key(1), 0)]), tmp_path / "x.faiss")
    assert len(vectors.read(tmp_path / "x.faiss", DIMENSION)) == 1
    with pytest.raises(vectors.UnusableFileError):
        vectors.read(tmp_path / "x.faiss", DIMENSION + 1)
    with pytest.raises(OSError, match=r"x\.faiss cannot be written"):
        vectors.write(_base([]), tmp_path / "missing" / "x.faiss")


def test_item_numbers_come_apart_again() -> None:
    for generation in (1, 2**26 - 1):
        key = new_key(generation)
        first, last = item_range(key)
        assert parts_of(first) == (key, 0)
        assert parts_of(last) == (key, MAX_ITEMS - 1)
        assert last < 2**63
    assert len({new_key(7) for _ in range(50)}) > 45


def test_questions_lose_their_stop_words_but_not_all() -> None:
    assert words_asked("What did the US mayor say about US “tariffs”?") == ["us", "mayor", "tariffs"]
    assert words_asked("Who said that?") == ["who", "said", "that"]
    assert words_asked('"" * _ - 🌫') == []
    assert any_of(words_asked('tea OR "NEAR(')) == '"tea" OR "near"'
    assert len(words_asked(" ".join(f"w{number}" for number in range(500)))) == 48


def test_a_statement_is_searched_by_who_how_and_what() -> None:
    statement = publication("a").statements[1]
    assert statement.speaker
    assert statement.source
    assert statement.cue
    expected = [statement.speaker.name, statement.source.text, statement.cue.text, statement.words]
    assert searched_words(statement) == " ".join(expected)


def test_a_cache_forgets_what_was_used_longest_ago() -> None:
    cache: WeighedCache[str, int] = WeighedCache(10)
    cache.put("a", 1, 4)
    cache.put("b", 2, 4)
    assert cache.get("a") == 1
    cache.put("c", 3, 4)
    assert cache.get("b") is None
    assert cache.get("a") == 1
    cache.put("huge", 4, 11)
    assert cache.get("huge") is None
    cache.put("a", 5, 1)
    assert (cache.get("a"), cache.weight) == (5, 5)
    cache.clear()
    assert (cache.get("a"), cache.weight) == (None, 0)


def test_what_is_kept_is_made_once_until_it_is_forgotten() -> None:
    cache: WeighedCache[str, str] = WeighedCache(10)
    made: list[str] = []

    def word(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key * 4

        return cache.kept(key, make, len)

    assert [word(key) for key in "aabca"] == ["aaaa", "aaaa", "bbbb", "cccc", "aaaa"]
    assert made == ["a", "b", "c", "a"]
