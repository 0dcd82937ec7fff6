"""Other processes see the old or the new, never a mixture; and wait for each other."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.collection import catalogue
from qa.collection.embedded import EmbeddedLake
from qa.domain import HitKind
from qa.errors import CollectionError
from tests.collection.material import MODEL, embed, publication, vectors_of

WRITER = """
import sys
from pathlib import Path
from qa.collection.embedded import EmbeddedLake
from tests.collection.material import MODEL, publication, vectors_of

lake = EmbeddedLake.open(Path(sys.argv[1]), **MODEL)
print("ready", flush=True)
sys.stdin.readline()
for version in range(1, 41):
    # The number of statements tells the version, so that a mixture of two states cannot go unseen.
    published = publication("changing", version, statements=1 + version % 6)
    lake.put(published, *vectors_of(published))
    if version % 5 == 0:
        lake.settle()
lake.close()
"""

CREATOR = """
import sys
from pathlib import Path
from qa.collection.embedded import EmbeddedLake
from tests.collection.material import MODEL, publication, vectors_of

print("ready", flush=True)
sys.stdin.readline()
with EmbeddedLake.open(Path(sys.argv[1]), **MODEL) as lake:
    published = publication(sys.argv[2])
    lake.put(published, *vectors_of(published))
"""

ROOT = Path(__file__).parents[2]


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_reader_never_sees_a_mixture(tmp_path: Path) -> None:
    query = embed(["x"])[0]
    with EmbeddedLake.open(tmp_path, **MODEL) as lake:
        for published in (publication("changing", 0, statements=1), publication("steady")):
            lake.put(published, *vectors_of(published))
        process = start(WRITER, str(tmp_path))
        process.stdin.write("go\n")
        process.stdin.flush()
        seen = set()
        while process.poll() is None or not seen:
            with lake.snapshot() as snapshot:
                title = snapshot.article("changing").title
                version = int(title.rsplit(" ", 1)[1])
                expected = publication("changing", version, statements=1 + version % 6)
                count = len(expected.statements)
                assert snapshot.article("changing") == expected.article
                assert snapshot.statements("changing") == expected.statements
                assert snapshot.passages("changing") == expected.passages
                assert snapshot.entries()[0].statements == count
                hits = [hit for hit in snapshot.nearest(query, HitKind.STATEMENT, 99) if hit.article_id == "changing"]
                scores = vectors_of(expected)[1] @ query
                assert sorted(hit.item for hit in hits) == list(range(count))
                assert all(hit.score == pytest.approx(scores[hit.item], abs=1e-5) for hit in hits)
                assert len(snapshot.lexical("crowns", HitKind.STATEMENT, 99, ["changing"])) == count
                seen.add(version)
        process.communicate(timeout=60)
        assert process.returncode == 0
        with lake.snapshot() as snapshot:
            assert snapshot.article("changing").title.endswith(" 40")
        assert len(seen) > 1


def test_two_processes_make_one_collection(tmp_path: Path) -> None:
    directory = tmp_path / "deep" / "new"
    processes = [start(CREATOR, str(directory), name) for name in ("a", "b")]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    with EmbeddedLake.open(directory, **MODEL) as lake, lake.snapshot() as snapshot:
        assert {entry.id for entry in snapshot.entries()} == {"a", "b"}
        assert lake.verify() == 2


def test_a_long_lock_is_one_clear_line(tmp_path: Path) -> None:
    published = publication("a")
    with EmbeddedLake.open(tmp_path, **MODEL, timeout=0.05) as lake:
        lake.put(published, *vectors_of(published))
        other = catalogue.connect(tmp_path / catalogue.NAME, 1)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CollectionError, match="is locked: another process is writing to it") as caught:
            lake.put(publication("b"), *vectors_of(publication("b")))
        assert "\n" not in str(caught.value)
        with lake.snapshot() as snapshot:
            assert len(snapshot.entries()) == 1
        other.execute("ROLLBACK")
        other.close()
        assert lake.put(publication("b"), *vectors_of(publication("b"))) == "added"


def test_many_threads_read_while_one_writes(tmp_path: Path) -> None:
    done = threading.Event()
    query = embed(["x"])[0]
    with EmbeddedLake.open(tmp_path, **MODEL, exact_below=60) as lake:

        def read() -> None:
            while not done.is_set():
                with lake.snapshot() as snapshot:
                    expected = sum(entry.statements for entry in snapshot.entries())
                    assert len(snapshot.nearest(query, HitKind.STATEMENT, 999)) == expected
                    assert len(snapshot.lexical("crowns", HitKind.STATEMENT, 999)) == expected

        def change() -> None:
            for number in range(30):
                published = publication(f"a{number % 25}", number)
                lake.put(published, *vectors_of(published))
                if number % 10 == 9:
                    lake.settle()
                    lake.remove(f"a{number % 25}")

        with ThreadPoolExecutor(4) as pool:
            readers = [pool.submit(read) for _ in range(4)]
            try:
                change()
            finally:
                done.set()
        for reader in readers:
            reader.result()


def test_another_file_in_the_place_of_the_catalogue_is_noticed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        with EmbeddedLake.open(tmp_path / name, **MODEL) as lake:
            lake.put(publication(name), *vectors_of(publication(name)))
    query = embed(["x"])[0]
    with EmbeddedLake.open(tmp_path / "one", **MODEL) as lake:
        with lake.snapshot() as snapshot:
            assert snapshot.nearest(query, HitKind.PASSAGE, 1)[0].article_id == "one"
        (tmp_path / "two" / catalogue.NAME).replace(tmp_path / "one" / catalogue.NAME)
        with lake.snapshot() as snapshot:
            assert [entry.id for entry in snapshot.entries()] == ["two"]
            assert snapshot.nearest(query, HitKind.PASSAGE, 1)[0].article_id == "two"
