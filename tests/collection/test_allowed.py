"""A collection to somebody who may see some of its articles: the rest is not there, by any way of asking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.collection.allowed import AllowedLake
from qa.domain import HitKind
from qa.errors import AccessError, NotFoundError
from qa.neural.fakes import HashingEmbedder
from qa.ports import Lake
from tests.house import memory_parts, write_articles


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    folder = tmp_path_factory.mktemp("house")
    parts = memory_parts(folder)
    assert [outcome.status for outcome in parts.publisher.publish(write_articles(folder))] == ["added", "added"]
    return parts.lake


@pytest.fixture(scope="module")
def ids(lake: Lake) -> tuple[str, str]:
    with lake.snapshot() as snapshot:
        dam, fair = (entry.id for entry in snapshot.entries())
    return dam, fair


def test_what_is_not_allowed_is_not_there(lake: Lake, ids: tuple[str, str]) -> None:
    dam, fair = ids
    vector = HashingEmbedder().embed_queries(["the summer fair would move to Orlby"])[0]
    with AllowedLake(lake, frozenset({dam, "no such article"})).snapshot() as snapshot:
        assert [entry.id for entry in snapshot.entries()] == [dam]
        assert snapshot.article(dam).id == dam
        for read in (snapshot.article, snapshot.passages, snapshot.statements):
            with pytest.raises(NotFoundError):
                read(fair)
        assert {speaker.name for speaker in snapshot.speakers()} == {"Ada Moss", "Tom Reed"}
        for kind in HitKind:
            assert {hit.article_id for hit in snapshot.nearest(vector, kind, 100)} == {dam}
            assert {hit.article_id for hit in snapshot.nearest(vector, kind, 100, (dam, fair))} == {dam}
            assert snapshot.nearest(vector, kind, 100, (fair,)) == []
            assert snapshot.lexical("summer fair Orlby", kind, 100) == []
            assert snapshot.lexical("summer fair Orlby", kind, 100, (fair,)) == []


def test_one_that_is_not_allowed_is_refused_like_one_that_never_was(lake: Lake, ids: tuple[str, str]) -> None:
    dam, fair = ids
    with AllowedLake(lake, frozenset({dam})).snapshot() as snapshot:
        with pytest.raises(NotFoundError) as hidden:
            snapshot.article(fair)
        with pytest.raises(NotFoundError) as unknown:
            snapshot.article("never")
    assert str(hidden.value).replace(fair, "…") == str(unknown.value).replace("never", "…")


def test_nothing_allowed_is_nothing_seen_and_not_everything(lake: Lake) -> None:
    vector = HashingEmbedder().embed_queries(["dam"])[0]
    with AllowedLake(lake, frozenset()).snapshot() as snapshot:
        assert snapshot.entries() == ()
        assert snapshot.speakers() == ()
        for kind in HitKind:
            assert snapshot.nearest(vector, kind, 100) == []
            assert snapshot.lexical("dam", kind, 100) == []


def test_everything_allowed_is_the_collection_itself(lake: Lake, ids: tuple[str, str]) -> None:
    vector = HashingEmbedder().embed_queries(["the dam"])[0]
    with lake.snapshot() as whole, AllowedLake(lake, frozenset(ids)).snapshot() as seen:
        assert seen.generation == whole.generation
        assert seen.entries() == whole.entries()
        assert seen.speakers() == whole.speakers()
        for kind in HitKind:
            assert seen.nearest(vector, kind, 5) == whole.nearest(vector, kind, 5)
            assert seen.lexical("the dam", kind, 5) == whole.lexical("the dam", kind, 5)


def test_what_is_found_by_source_is_allowed_too(lake: Lake, ids: tuple[str, str]) -> None:
    with lake.snapshot() as snapshot:
        sources = [entry.source for entry in snapshot.entries()]
    seen = AllowedLake(lake, frozenset({ids[0]}))
    assert [bool(seen.find(source=source)) for source in sources] == [True, False]


def test_a_visitor_changes_nothing(lake: Lake, ids: tuple[str, str]) -> None:
    seen = AllowedLake(lake, frozenset(ids))
    with pytest.raises(AccessError):
        seen.remove(ids[0])
    with pytest.raises(AccessError):
        seen.put(None, None, None)
    seen.close()
    with lake.snapshot() as snapshot:
        assert len(snapshot.entries()) == 2


@given(allowed=st.sets(st.integers(0, 1)), asked=st.lists(st.integers(0, 1), max_size=3))
def test_no_way_of_asking_leads_out(lake: Lake, ids: tuple[str, str], allowed: set[int], asked: list[int]) -> None:
    may = frozenset(ids[n] for n in allowed)
    named = tuple(ids[n] for n in asked)
    vector = HashingEmbedder().embed_queries(["the"])[0]
    with AllowedLake(lake, may).snapshot() as snapshot:
        for kind in HitKind:
            hits = snapshot.nearest(vector, kind, 50, named) + snapshot.lexical("the dam fair", kind, 50, named)
            assert {hit.article_id for hit in hits} <= (may & set(named) if named else may)
