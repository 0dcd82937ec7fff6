"""What is damaged is refused in one clear line or made again from the truth; what is interrupted loses nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.collection import catalogue, manifest
from qa.collection.embedded import EmbeddedLake
from qa.domain import HitKind
from qa.errors import CollectionError, ModelMismatchError
from tests.collection.material import DIMENSION, MODEL, embed, publication, vectors_of

ROOT = Path(__file__).parents[2]
QUERY = embed(["x"])[0]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A collection of three articles, closed."""
    path = tmp_path / "lake"
    with EmbeddedLake.open(path, **MODEL) as lake:
        for name in ("a", "b", "c"):
            lake.put(publication(name), *vectors_of(publication(name)))
    return path


def hits(directory: Path) -> list[list[tuple[str, int, float]]]:
    with EmbeddedLake.open(directory, **MODEL) as lake, lake.snapshot() as snapshot:
        return [
            [(hit.article_id, hit.item, round(hit.score, 5)) for hit in snapshot.nearest(QUERY, kind, 99)]
            for kind in HitKind
        ]


def refusal(directory: Path, **changes: object) -> str:
    with pytest.raises(CollectionError) as caught:
        EmbeddedLake.open(directory, **{**MODEL, **changes}).verify()
    line = str(caught.value)
    assert line
    assert "\n" not in line
    return line


# --- what is there at all ---


def test_a_collection_that_does_not_exist_is_empty_until_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lake"
    with EmbeddedLake.open(path, **MODEL) as lake:
        with lake.snapshot() as snapshot:
            assert snapshot.entries() == ()
        assert not path.exists()
        with EmbeddedLake.open(path, **MODEL) as other:
            other.put(publication("a"), *vectors_of(publication("a")))
        with lake.snapshot() as snapshot:
            assert [entry.id for entry in snapshot.entries()] == ["a"]


def test_without_creating_there_must_be_a_collection(tmp_path: Path, directory: Path) -> None:
    assert "There is no collection at" in refusal(tmp_path / "none", create=False)
    catalogue.connect_for_creation(tmp_path / catalogue.NAME, 1).close()
    assert "There is no collection at" in refusal(tmp_path, create=False)
    EmbeddedLake.open(directory, **MODEL, create=False).close()


def test_the_directory_holds_what_it_should(directory: Path) -> None:
    names = sorted(path.name.split("-")[0] for path in directory.iterdir())
    assert names == ["catalogue.sqlite", "manifest.json", "vectors", "vectors"]
    assert json.loads((directory / "manifest.json").read_text()) == {
        "format": 1,
        "embedding_model": "test-model",
        "dimension": DIMENSION,
        "fingerprint": "ab" * 32,
    }


def test_a_closed_lake_and_an_ended_snapshot_say_so(directory: Path) -> None:
    lake = EmbeddedLake.open(directory, **MODEL)
    with lake.snapshot() as snapshot:
        pass
    with pytest.raises(CollectionError, match="has ended"):
        snapshot.entries()
    lake.close()
    lake.close()
    with pytest.raises(CollectionError, match="is closed"), lake.snapshot():
        pass
    with pytest.raises(CollectionError, match="is closed"):
        lake.remove("a")


# --- the manifest ---


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"format": 1}', b'{"format": "1", "embedding_model": "m"}', b"[" * 9999],
)
def test_a_damaged_manifest_is_refused(directory: Path, content: bytes) -> None:
    (directory / "manifest.json").write_bytes(content)
    assert "manifest.json cannot be read" in refusal(directory)


def test_a_missing_manifest_is_refused(directory: Path) -> None:
    (directory / "manifest.json").unlink()
    assert "manifest.json is missing" in refusal(directory)


def test_a_later_format_is_refused(directory: Path) -> None:
    path = directory / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 2, "new": []}))
    assert "has format 2; this version of whosaid reads up to format 1" in refusal(directory)


def test_a_catalogue_of_a_later_format_is_refused(directory: Path) -> None:
    edit(directory, "PRAGMA user_version = 7")
    assert "has format 7" in refusal(directory)


def test_a_manifest_of_another_model_is_put_right(directory: Path) -> None:
    manifest.write_manifest(directory, manifest.Model("other", 3, "cd" * 32))
    EmbeddedLake.open(directory, **MODEL).close()
    assert manifest.read_manifest(directory) == manifest.Model("test-model", DIMENSION, "ab" * 32)


def test_another_model_is_refused_with_the_way_out(directory: Path) -> None:
    with pytest.raises(ModelMismatchError) as caught:
        EmbeddedLake.open(directory, model="other-model", dimension=5, fingerprint="cd" * 32)
    line = str(caught.value)
    assert '"test-model" (8 dimensions)' in line
    assert '"other-model" (5 dimensions)' in line
    assert f"qa --index {directory} reindex" in line
    with pytest.raises(ModelMismatchError, match="with other weights"):
        EmbeddedLake.open(directory, **{**MODEL, "fingerprint": "cd" * 32})
    # The same weights under another name are the same model.
    EmbeddedLake.open(directory, **{**MODEL, "model": "a/path/to/test-model"}).close()


# --- the catalogue ---


def edit(directory: Path, *commands: str) -> None:
    connection = sqlite3.connect(directory / catalogue.NAME)
    for command in commands:
        connection.execute(command)
    connection.commit()
    connection.close()


def _cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _scribble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096 * 2 : 4096 * 12] = b"\x5a" * (4096 * 10)
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"no database at all, but long enough " * 200),
        lambda path: path.write_bytes(path.read_bytes()[:100]),
        _cut,
        _scribble,
        lambda path: path.write_bytes(b""),
        lambda path: path.unlink(),
    ],
    ids=["garbage", "header only", "cut in half", "scribbled over", "empty", "missing"],
)
def test_a_damaged_catalogue_is_refused(directory: Path, damage: Callable[[Path], None]) -> None:
    damage(directory / catalogue.NAME)
    assert "is damaged" in refusal(directory)


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    edit(tmp_path, "CREATE TABLE mine (a)")
    assert "is not a catalogue of whosaid" in refusal(tmp_path)
    with pytest.raises(CollectionError, match="is not a catalogue of whosaid"):
        EmbeddedLake.open(tmp_path, **MODEL)


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE texts SET text = 'shorter'",
        "UPDATE texts SET blocks = '['",
        "UPDATE texts SET blocks = '[[\"sidebar\",0,3]]'",
        "UPDATE texts SET blocks = '[[\"headline\",0,99999]]'",
        "UPDATE texts SET sentences = '[[3,1]]'",
        "UPDATE texts SET sentences = '[[true,4]]'",
        "UPDATE texts SET sentences = '{}'",
        "DELETE FROM texts",
        "UPDATE articles SET sha256 = 'x'",
        "UPDATE articles SET published = 'yesterday'",
        "UPDATE articles SET passages = passages + 1",
        "UPDATE passages SET end = 99999",
        "DELETE FROM passages WHERE number = 1",
        "UPDATE statements SET content = '[]'",
        "UPDATE statements SET content = '[[0,3,\"xyz\"]]'",
        "UPDATE statements SET content = '[[0,99999,\"xyz\"]]'",
        "UPDATE statements SET cue = '\"said\"'",
        "UPDATE statements SET mode = 'shouted'",
        "UPDATE statements SET confidence = 2.0",
        "UPDATE statements SET certainty = 'sure'",
        "UPDATE statements SET speaker = 99",
        "UPDATE statements SET via = '[1]'",
        "DELETE FROM statements WHERE position = 2",
        "UPDATE speakers SET kind = 'ghost'",
        "UPDATE speakers SET name = ' '",
        "UPDATE vectors SET data = zeroblob(length(data))",
        "UPDATE vectors SET data = x'00'",
        "DELETE FROM vectors",
        "DELETE FROM passage_words WHERE rowid = (SELECT max(rowid) FROM passage_words)",
        "DELETE FROM state",
    ],
)
def test_what_does_not_prove_true_is_refused(directory: Path, command: str) -> None:
    edit(directory, command)
    assert "damaged" in refusal(directory)


def test_the_line_names_the_article(directory: Path) -> None:
    edit(directory, "UPDATE statements SET content = '[[0,3,\"xyz\"]]'")
    with EmbeddedLake.open(directory, **MODEL) as lake, lake.snapshot() as snapshot:
        with pytest.raises(CollectionError, match=r"article 'b' cannot be read .*not in its text at 0"):
            snapshot.statements("b")
        assert snapshot.article("b") == publication("b").article


# --- the derived files ---


def faiss_files(directory: Path) -> list[Path]:
    return sorted(directory.glob("vectors-*.faiss"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        _cut,
        lambda path: path.write_bytes(path.read_bytes()[:-4] + b"\x00\x00\x80?"),
        lambda path: path.rename(path.with_name(path.name.replace("vectors-", "vectors-", 1)[:-7] + "f.faiss")),
    ],
    ids=["missing", "empty", "cut in half", "one number changed", "another name"],
)
def test_damaged_vectors_are_made_again(directory: Path, damage: Callable[[Path], None]) -> None:
    expected = hits(directory)
    for path in faiss_files(directory):
        damage(path)
    assert hits(directory) == expected
    with EmbeddedLake.open(directory, **MODEL) as lake:
        lake.settle()
    assert len(faiss_files(directory)) == 2
    assert hits(directory) == expected


def test_vectors_of_another_collection_are_not_used(directory: Path, tmp_path: Path) -> None:
    expected = hits(directory)
    other = tmp_path / "other"
    with EmbeddedLake.open(other, **MODEL) as lake:
        for name in ("x", "y", "z"):
            lake.put(publication(name), *vectors_of(publication(name)))
    for path in faiss_files(directory):
        path.unlink()
    for path in faiss_files(other):
        shutil.copy(path, directory)
    assert hits(directory) == expected


def test_vectors_of_a_copy_that_went_its_own_way_are_not_believed(directory: Path, tmp_path: Path) -> None:
    """A copy has the same epoch and may have the same generation: only its keys differ."""
    copy = tmp_path / "copy"
    shutil.copytree(directory, copy)
    for path, name in ((directory, "here"), (copy, "there")):
        with EmbeddedLake.open(path, **MODEL) as lake:
            lake.put(publication(name), *vectors_of(publication(name)))
    expected = hits(directory)
    for path in faiss_files(directory):
        path.unlink()
    for path in faiss_files(copy):
        shutil.copy(path, directory)
    assert hits(directory) == expected


def test_an_earlier_file_serves_with_what_came_since(directory: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    for path in faiss_files(directory):
        shutil.copy(path, saved)
    with EmbeddedLake.open(directory, **MODEL) as lake:
        lake.remove("b")
        lake.put(publication("a", 1, statements=5), *vectors_of(publication("a", 1, statements=5)))
    expected = hits(directory)
    for path in faiss_files(directory):
        path.unlink()
    for path in saved.iterdir():
        shutil.copy(path, directory)
    assert hits(directory) == expected


def test_many_additions_write_few_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []
    from qa.collection import vectors

    original = vectors.write
    monkeypatch.setattr(vectors, "write", lambda base, path: (written.append(path), original(base, path)))
    with EmbeddedLake.open(tmp_path, **MODEL) as lake:
        for number in range(60):
            published = publication(f"a{number}")
            lake.put(published, *vectors_of(published))
        assert written == []
    assert len(written) == 2


def test_vectors_that_cannot_be_saved_are_no_harm(
    directory: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_base: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qa.collection.vectors.write", full)
    with EmbeddedLake.open(directory, **MODEL) as lake:
        lake.put(publication("d"), *vectors_of(publication("d")))
    assert "No space left on device" in caplog.text
    monkeypatch.undo()
    assert list(directory.glob("*.tmp")) == []
    assert {hit[0] for hit in hits(directory)[0]} == {"a", "b", "c", "d"}


# --- re-embedding ---


def test_reembedding_replaces_all_vectors(directory: Path) -> None:
    new = {**MODEL, "model": "new-model", "fingerprint": "cd" * 32}
    progress: list[tuple[int, int]] = []
    old = EmbeddedLake.open(directory, **MODEL)
    with old.snapshot() as before, EmbeddedLake.open(directory, **new, reembedding=True) as lake:
        with pytest.raises(ModelMismatchError), lake.snapshot() as snapshot:
            snapshot.nearest(QUERY, HitKind.PASSAGE, 1)
        with pytest.raises(ModelMismatchError):
            lake.put(publication("d"), *vectors_of(publication("d")))
        expected = before.nearest(QUERY, HitKind.PASSAGE, 9)
        assert lake.reembed(lambda it: vectors_of(it, "new"), lambda *at: progress.append(at)) == 3
        assert before.nearest(QUERY, HitKind.PASSAGE, 9) == expected
    assert progress == [(0, 3), (1, 3), (2, 3), (3, 3)]
    with old.snapshot() as after, pytest.raises(ModelMismatchError, match='"new-model"'):
        after.nearest(QUERY, HitKind.PASSAGE, 1)
    old.close()
    with EmbeddedLake.open(directory, **new) as lake, lake.snapshot() as snapshot:
        best = snapshot.nearest(vectors_of(publication("b"), "new")[1][2], HitKind.STATEMENT, 1)[0]
        assert (best.article_id, best.item, best.score) == ("b", 2, pytest.approx(1.0))
    assert manifest.read_manifest(directory).name == "new-model"
    assert len(faiss_files(directory)) == 2


def test_the_same_lake_searches_anew_after_reembedding(directory: Path) -> None:
    with EmbeddedLake.open(directory, **MODEL) as lake:
        other = EmbeddedLake.open(directory, **MODEL)
        for reader in (lake, other):
            with reader.snapshot() as snapshot:
                snapshot.nearest(QUERY, HitKind.STATEMENT, 1)
                snapshot.nearest(QUERY, HitKind.STATEMENT, 1, ["b"])
        lake.reembed(lambda it: vectors_of(it, "new"))
        query = vectors_of(publication("b"), "new")[1][2]
        for reader in (lake, other):
            with reader.snapshot() as snapshot:
                for articles in ((), ["b"]):
                    hit = snapshot.nearest(query, HitKind.STATEMENT, 1, articles)[0]
                    assert (hit.article_id, hit.item, hit.score) == ("b", 2, pytest.approx(1.0))
        other.close()


def test_reembedding_that_fails_changes_nothing(directory: Path) -> None:
    expected = hits(directory)
    new = {**MODEL, "model": "new-model", "fingerprint": "cd" * 32}

    def failing(published: object) -> tuple[object, object]:
        if published.article.id == "c":
            raise RuntimeError("out of memory")
        return vectors_of(published, "new")

    with (
        EmbeddedLake.open(directory, **new, reembedding=True) as lake,
        pytest.raises(RuntimeError, match="out of memory"),
    ):
        lake.reembed(failing)
    assert hits(directory) == expected


# --- the disk ---

FILLER = """
import resource, signal, sys
from pathlib import Path
from qa.collection.embedded import EmbeddedLake
from qa.errors import CollectionError
from tests.collection.material import MODEL, publication, vectors_of

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
lake = EmbeddedLake.open(Path(sys.argv[1]), **MODEL)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
for number in range(1000):
    published = publication(f"n{number}", statements=40)
    try:
        lake.put(published, *vectors_of(published))
    except CollectionError as error:
        print(number, error)
        break
lake.close()
"""


def test_a_full_disk_loses_nothing(directory: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILLER, str(directory)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert "Traceback" not in done.stderr
    number, line = done.stdout.strip().split(" ", 1)
    assert "nothing was changed" in line
    with EmbeddedLake.open(directory, **MODEL) as lake:
        assert lake.verify() == 3 + int(number)
        lake.put(publication("later"), *vectors_of(publication("later")))
        assert lake.verify() == 4 + int(number)


def test_where_nothing_can_be_written_the_line_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    published = publication("a")
    with EmbeddedLake.open(tmp_path / "file" / "lake", **MODEL) as lake:
        with pytest.raises(CollectionError, match="cannot be used: Not a directory"):
            lake.put(published, *vectors_of(published))
        with lake.snapshot() as snapshot:
            assert snapshot.entries() == ()
    assert "is not a directory" in refusal(tmp_path / "file")


def test_a_read_only_collection_can_be_asked(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a read-only disk: nothing but the database file, and no leave to make another beside it."""
    expected = hits(directory)
    monkeypatch.setattr("qa.collection.catalogue.os.access", lambda *_: False)
    opened: list[str] = []
    original = sqlite3.connect
    monkeypatch.setattr(
        "qa.collection.catalogue.sqlite3.connect", lambda path, **more: (opened.append(path), original(path, **more))[1]
    )
    assert hits(directory) == expected
    with EmbeddedLake.open(directory, **MODEL) as reader:
        monkeypatch.undo()
        with EmbeddedLake.open(directory, **MODEL) as lake:
            lake.remove("a")
        monkeypatch.setattr("qa.collection.catalogue.os.access", lambda *_: False)
        with reader.snapshot() as snapshot:
            assert len(snapshot.entries()) == 2
    assert opened
    assert all("immutable=1" in str(path) for path in opened)
