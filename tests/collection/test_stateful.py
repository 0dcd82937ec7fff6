"""Whatever is done to an embedded lake, in whatever order and through however many openings, it equals the fake."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from qa.collection.embedded import EmbeddedLake
from qa.collection.memory import MemoryLake
from qa.domain import HitKind
from qa.ports import Snapshot
from tests.collection.material import DIMENSION, MODEL, embed, publication, vectors_of

QUERY = embed(["what is asked"])[0]
IDS = st.sampled_from([f"article-{number}" for number in range(7)])


def contents(snapshot: Snapshot) -> tuple[object, ...]:
    entries = snapshot.entries()
    nearest = [
        # Of equals either may come first: their last digits depend on how many are compared at once.
        sorted((-round(hit.score, 4), hit.article_id, hit.item) for hit in snapshot.nearest(QUERY, kind, 999, articles))
        for kind in HitKind
        for articles in ((), [entry.id for entry in entries[::2]])
    ]
    words = {hit.article_id for hit in snapshot.lexical("crowns", HitKind.STATEMENT, 999)}
    statements = [snapshot.statements(entry.id) for entry in entries]
    return entries, nearest, words, statements, [snapshot.article(e.id) for e in entries], snapshot.speakers()


class LakeMachine(RuleBasedStateMachine):
    """``exact_below`` and the small-change limit are low enough for bases, differences and graphs all to be met."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.lakes = [self.open(), self.open()]
        self.model = MemoryLake(DIMENSION)
        self.held: tuple[ExitStack, Snapshot, tuple[object, ...]] | None = None

    def open(self) -> EmbeddedLake:
        return EmbeddedLake.open(self.directory, **MODEL, exact_below=30)

    @rule(which=st.booleans(), article_id=IDS, version=st.integers(0, 3), statements=st.integers(0, 6))
    def put(self, which: bool, article_id: str, version: int, statements: int) -> None:
        published = publication(article_id, version, statements=statements)
        vectors = vectors_of(published)
        assert self.lakes[which].put(published, *vectors) == self.model.put(published, *vectors)

    @precondition(lambda self: self.model.find(source="news/article-1.txt"))
    @rule(which=st.booleans())
    def remove(self, which: bool) -> None:
        self.lakes[which].remove("article-1")
        self.model.remove("article-1")

    @rule(which=st.booleans())
    def settle(self, which: bool) -> None:
        self.lakes[which].settle()

    @rule(which=st.booleans())
    def reopen(self, which: bool) -> None:
        if not (self.held and which):
            self.lakes[which].close()
            self.lakes[which] = self.open()

    @rule(kind=st.sampled_from(["passage", "statement"]))
    def lose_a_file(self, kind: str) -> None:
        for path in self.directory.glob(f"vectors-{kind}-*.faiss"):
            path.unlink()

    @precondition(lambda self: self.held is None)
    @rule()
    def hold(self) -> None:
        stack = ExitStack()
        snapshot = stack.enter_context(self.lakes[1].snapshot())
        with self.model.snapshot() as model:
            self.held = stack, snapshot, contents(model)

    @precondition(lambda self: self.held is not None)
    @rule()
    def let_go(self) -> None:
        stack, snapshot, expected = self.held
        assert contents(snapshot) == expected
        stack.close()
        self.held = None

    @invariant()
    def same(self) -> None:
        with self.model.snapshot() as model:
            expected = contents(model)
        for lake in self.lakes:
            with lake.snapshot() as snapshot:
                assert contents(snapshot) == expected

    def teardown(self) -> None:
        if self.held:
            self.held[0].close()
        self.lakes[0].verify()
        for lake in self.lakes:
            lake.close()
        shutil.rmtree(self.directory)


TestLakeMachine = LakeMachine.TestCase
TestLakeMachine.settings = settings(max_examples=12, stateful_step_count=20, deadline=None)
