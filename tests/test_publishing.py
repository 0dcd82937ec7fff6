"""The publishing river: what becomes of each source, and what of it the lake then holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.articles import FakeFetcher, Limits
from qa.collection.memory import MemoryLake
from qa.domain import ArticleEntry, Excerpt, HitKind, Mode, Outcome, Span, Speaker, Statement
from qa.errors import CollectionError, SourceError
from qa.neural.fakes import HashingEmbedder
from qa.publishing import Publisher, embedded_words, opened
from tests.house import DAM, FAIR, tagger, write_articles

LIMITS = Limits(max_bytes=1_000_000, max_chars=100_000, timeout=1.0)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    lake = MemoryLake(dimension=HashingEmbedder.dimension)
    yield Publisher(lake, tagger(), HashingEmbedder(), LIMITS)
    lake.close()


def statuses(outcomes: Iterator[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


def test_an_article_comes_with_its_passages_statements_and_speakers(publisher: Publisher, tmp_path: Path) -> None:
    (outcome,) = publisher.publish(write_articles(tmp_path)[:1])
    assert outcome.status == "added"
    assert outcome.entry is not None
    with publisher.lake.snapshot() as snapshot:
        assert snapshot.entries() == (outcome.entry,)
        article = snapshot.article(outcome.entry.id)
        said = snapshot.statements(outcome.entry.id)
        assert article.text == DAM
        assert article.title == "Dam holds after storm"
        names = [statement.speaker.name for statement in said if statement.speaker]
        assert names == ["Ada Moss", "Ada Moss", "Tom Reed"]
        assert [statement.mode for statement in said] == [Mode.INDIRECT, Mode.DIRECT, Mode.INDIRECT]
        assert len(snapshot.passages(outcome.entry.id)) == outcome.entry.passages > 0
        assert len(said) == outcome.entry.statements


def test_statements_are_found_by_who_and_by_what(publisher: Publisher, tmp_path: Path) -> None:
    list(publisher.publish(write_articles(tmp_path)))
    vector = publisher.embedder.embed_queries(["Tom Reed denied the dam leaked into fields"])[0]
    with publisher.lake.snapshot() as snapshot:
        best = snapshot.nearest(vector, HitKind.STATEMENT, 1)[0]
        found = snapshot.statements(best.article_id)[best.item].speaker
    assert found is not None
    assert found.name == "Tom Reed"


def test_the_same_again_changes_nothing(publisher: Publisher, tmp_path: Path) -> None:
    paths = write_articles(tmp_path)
    list(publisher.publish(paths))
    with publisher.lake.snapshot() as before:
        assert statuses(publisher.publish([*paths, str(tmp_path)])) == ["unchanged"] * 4
        with publisher.lake.snapshot() as after:
            assert after.generation == before.generation


def test_a_changed_source_replaces_what_was_there(publisher: Publisher, tmp_path: Path) -> None:
    path = Path(write_articles(tmp_path)[0])
    (first,) = publisher.publish([str(path)])
    path.write_text(DAM.replace("Tom Reed", "Tim Reed"), "utf-8")
    (second,) = publisher.publish([str(path)])
    assert second.status == "replaced"
    assert first.entry is not None
    assert second.entry is not None
    assert second.entry.id == first.entry.id
    with publisher.lake.snapshot() as snapshot:
        assert "Tim Reed" in snapshot.article(second.entry.id).text
        assert len(snapshot.entries()) == 1


def test_the_same_text_from_elsewhere_is_not_kept_twice(publisher: Publisher, tmp_path: Path) -> None:
    path = Path(write_articles(tmp_path)[0])
    copy = tmp_path / "copy.txt"
    copy.write_bytes(path.read_bytes())
    first, second = publisher.publish([str(path), str(copy)])
    assert second.status == "unchanged"
    assert second.entry == first.entry
    assert "dam.txt" in (second.reason or "")


def test_a_source_that_becomes_the_same_as_another_is_replaced_once(publisher: Publisher, tmp_path: Path) -> None:
    dam, fair = map(Path, write_articles(tmp_path))
    list(publisher.publish([str(dam), str(fair)]))
    fair.write_bytes(dam.read_bytes())
    assert statuses(publisher.publish([str(fair)])) == ["replaced"]
    assert statuses(publisher.publish([str(fair), str(dam)])) == ["unchanged", "unchanged"]


def test_an_article_that_is_removed_meanwhile_is_added_again(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_articles(tmp_path)[0]
    list(publisher.publish([path]))
    find = MemoryLake.find

    def found_and_removed(lake: MemoryLake, **which: str) -> ArticleEntry | None:
        if (entry := find(lake, **which)) is not None:
            lake.remove(entry.id)
        return entry

    monkeypatch.setattr(MemoryLake, "find", found_and_removed)
    assert statuses(publisher.publish([path])) == ["added"]


def test_one_bad_source_never_stops_the_rest(publisher: Publisher, tmp_path: Path) -> None:
    dam, fair = write_articles(tmp_path)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "noise.pdf").write_bytes(b"%PDF-1.4 \x00\x01 nothing")
    (tmp_path / "bare").mkdir()
    bad = [str(tmp_path / name) for name in ("empty.txt", "noise.pdf", "bare", "gone.txt")]
    outcomes = list(publisher.publish([dam, *bad, fair]))
    assert [outcome.status for outcome in outcomes] == ["added", *["refused"] * 4, "added"]
    assert [outcome.source for outcome in outcomes][1:5] == bad
    for outcome in outcomes[1:5]:
        assert outcome.reason
        assert "\n" not in outcome.reason
        assert outcome.entry is None


def test_a_folder_is_its_files_in_order(publisher: Publisher, tmp_path: Path) -> None:
    paths = write_articles(tmp_path)
    assert opened([str(tmp_path)]) == sorted(paths)
    assert statuses(publisher.publish([str(tmp_path)])) == ["added", "added"]


def test_a_page_is_fetched(tmp_path: Path) -> None:
    url = "https://news.example/dam"
    lake = MemoryLake(dimension=HashingEmbedder.dimension)
    fetch = FakeFetcher({url: (FAIR.encode(), "text/plain; charset=utf-8")})
    publisher = Publisher(lake, tagger(), HashingEmbedder(), LIMITS, fetch)
    added, refused = publisher.publish([url, "https://news.example/gone"])
    assert (added.status, refused.status) == ("added", "refused")
    assert added.entry is not None
    assert added.entry.source == url
    assert added.entry.statements == 1


def test_a_file_that_was_sent_is_published_under_its_name(publisher: Publisher) -> None:
    outcome = publisher.publish_bytes(DAM.encode(), "dam.txt", "text/plain")
    assert outcome.status == "added"
    assert outcome.entry is not None
    assert outcome.entry.source == "dam.txt"
    assert publisher.publish_bytes(DAM.encode(), "dam.txt").status == "unchanged"


def test_a_file_that_was_sent_and_is_none_is_refused_with_its_status(publisher: Publisher) -> None:
    with pytest.raises(SourceError) as refusal:
        publisher.publish_bytes(b"\x7fELF\x00\x00\x01", "tool.bin", "application/octet-stream")
    assert refusal.value.status == 415
    with pytest.raises(SourceError) as refusal:
        publisher.publish_bytes(b"x" * 1_000_001, "long.txt")
    assert refusal.value.status == 413


def test_a_broken_lake_is_no_bad_source(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> str:
        raise CollectionError("the disk is full")

    monkeypatch.setattr(MemoryLake, "put", full)
    with pytest.raises(CollectionError, match="full"):
        list(publisher.publish(write_articles(tmp_path)))


def excerpt(text: str) -> Excerpt:
    return Excerpt(Span(0, len(text)), text)


def test_what_is_embedded_says_who_in_which_role_by_which_words_and_what() -> None:
    content = (excerpt("every customer"), excerpt("would be\n refunded"))
    speaker = Speaker("Delphine Maurois", "a spokeswoman for Paylark")
    whole = Statement("a", Mode.INDIRECT, 0.9, content, excerpt("said that"), excerpt("She"), speaker)
    assert embedded_words(whole) == (
        "Delphine Maurois (a spokeswoman for Paylark) said that: every customer would be refunded"
    )
    phrase = Statement("a", Mode.INDIRECT, 0.9, content, None, excerpt("the spokeswoman"))
    assert embedded_words(phrase) == "the spokeswoman: every customer would be refunded"
    assert embedded_words(Statement("a", Mode.INDIRECT, 0.9, content)) == "every customer would be refunded"


def test_an_article_in_which_nobody_speaks_is_published(publisher: Publisher, tmp_path: Path) -> None:
    path = tmp_path / "rain.txt"
    path.write_text("Rain fell on Orlby for three days. The river rose by a metre.\n", "utf-8")
    (outcome,) = publisher.publish([str(path)])
    assert outcome.entry is not None
    assert (outcome.status, outcome.entry.statements) == ("added", 0)
