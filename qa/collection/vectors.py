"""The search by vectors, and the only module that knows FAISS.

A **base** is a FAISS index of many articles' vectors, never changed once it is made: exact while it is small, a graph
(HNSW) when it is large. A **view** is what one state of the catalogue holds: a base, less the articles that are gone,
plus the vectors that came since, which are searched one by one. Making a view costs as much as what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss as _faiss
import numpy as np
from numpy.typing import NDArray

from qa.collection.keys import MAX_ITEMS, POSITION_BITS, item_number
from qa.ports import Vectors

# FAISS's own type stubs lack half of what it has.
faiss: Any = _faiss

Numbers = NDArray[np.int64]
Found = list[tuple[int, float]]
"""Item numbers with their inner products, best first."""

_LINKS = 32
_BUILD_WIDTH = 80
_SEARCH_WIDTH = 256
_ADDED_AT_ONCE = 4096


class UnusableFileError(Exception):
    """A file of vectors that cannot be what it should be."""


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A finished FAISS index; ``rows`` says where each article's vectors lie in ``matrix``, FAISS's own memory."""

    index: Any
    matrix: Vectors
    rows: dict[int, slice]
    is_graph: bool

    def __len__(self) -> int:
        return len(self.matrix)


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The vectors of one kind in one state of the catalogue."""

    base: Base
    gone: frozenset[int]
    """Keys that the base holds and the catalogue no longer does."""
    numbers: Numbers
    matrix: Vectors
    """What came since: item numbers (n,) and vectors (n, dimension)."""
    rows: dict[int, slice]
    """Where each article's vectors lie in ``matrix``."""

    def search(self, query: Vectors, limit: int) -> Found:
        """The nearest of all; exact unless the base is a graph."""
        found = _best(self.numbers, self.matrix @ query, limit)
        return _first(found + self._search_base(query, limit), limit)

    def within(self, query: Vectors, limit: int, keys: Iterable[int]) -> Found:
        """The nearest in some articles; exact."""
        known = [(key, matrix) for key in keys if (matrix := self.vectors_of(key)) is not None and len(matrix)]
        if not known:
            return []
        numbers = [np.arange(len(matrix), dtype=np.int64) + item_number(key, 0) for key, matrix in known]
        scores = [matrix @ query for _, matrix in known]
        return _best(np.concatenate(numbers), np.concatenate(scores), limit)

    def vectors_of(self, key: int) -> Vectors | None:
        """(items, dimension) of one article; None where the view has none."""
        if (rows := self.rows.get(key)) is not None:
            return self.matrix[rows]
        if key not in self.gone and (rows := self.base.rows.get(key)) is not None:
            return self.base.matrix[rows]
        return None

    def _search_base(self, query: Vectors, limit: int) -> Found:
        if not len(self.base):
            return []
        gone = [_numbers_of(self.base, key) for key in self.gone]
        selector = faiss.IDSelectorNot(faiss.IDSelectorBatch(np.concatenate(gone))) if gone else None
        if self.base.is_graph:
            parameters = faiss.SearchParametersHNSW(sel=selector, efSearch=max(_SEARCH_WIDTH, 2 * limit))
        else:
            parameters = faiss.SearchParameters(sel=selector)
        with _one_thread():
            scores, numbers = self.base.index.search(query[None], min(limit, len(self.base)), params=parameters)
        pairs = zip(numbers[0].tolist(), scores[0].tolist(), strict=True)
        return [(number, score) for number, score in pairs if number >= 0]


@contextmanager
def _one_thread() -> Iterator[None]:
    """One query is searched by one thread anyway; others would only wait for it, and burn the processor doing so."""
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)


def best_of(key: int, matrix: Vectors, query: Vectors, limit: int) -> Found:
    """The nearest of one article's vectors; exact."""
    numbers = np.arange(len(matrix), dtype=np.int64) + item_number(key, 0)
    return _best(numbers, matrix @ query, limit)


def _best(numbers: Numbers, scores: Vectors, limit: int) -> Found:
    if len(scores) > 4 * limit:
        # Only those that could be among the first are sorted, with all that are level with the last of them.
        threshold = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        kept = np.flatnonzero(scores >= threshold)
        numbers, scores = numbers[kept], scores[kept]
    order = np.lexsort((numbers, -scores))[:limit]
    return list(zip(numbers[order].tolist(), scores[order].tolist(), strict=True))


def _first(found: Found, limit: int) -> Found:
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]


def length(base: Base, key: int) -> int:
    """How many vectors of an article the base holds."""
    rows = base.rows.get(key)
    return rows.stop - rows.start if rows else 0


def _numbers_of(base: Base, key: int) -> Numbers:
    return np.arange(length(base, key), dtype=np.int64) + item_number(key, 0)


# --- making and keeping -----------------------------------------------------------------------------------------


def stacked(parts: Sequence[tuple[int, Vectors]], dimension: int) -> tuple[Numbers, Vectors, dict[int, slice]]:
    """Several articles' vectors in one: item numbers (n,), vectors (n, dimension) and each article's rows."""
    matrix = np.empty((sum(len(part) for _, part in parts), dimension), dtype=np.float32)
    numbers = np.empty(len(matrix), dtype=np.int64)
    rows: dict[int, slice] = {}
    at = 0
    for key, part in parts:
        rows[key] = slice(at, at + len(part))
        matrix[rows[key]] = part
        numbers[rows[key]] = np.arange(len(part), dtype=np.int64) + item_number(key, 0)
        at += len(part)
    return numbers, matrix, rows


def build(numbers: Numbers, matrix: Vectors, dimension: int, *, graph: bool) -> Base:
    """A base of all these vectors; a graph takes about a second for each thousand or two."""
    if graph:
        inner = faiss.IndexHNSWFlat(dimension, _LINKS, faiss.METRIC_INNER_PRODUCT)
        inner.hnsw.efConstruction = _BUILD_WIDTH
    else:
        inner = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIDMap(inner)
    _add(index, numbers, matrix)
    return _finished(index, dimension)


def extended(base: Base, numbers: Numbers, matrix: Vectors) -> Base:
    """A base with these vectors too; ``base``, which others may be searching, stays as it is."""
    index = faiss.clone_index(base.index)
    _add(index, numbers, matrix)
    return _finished(index, base.matrix.shape[1])


def _add(index: Any, numbers: Numbers, matrix: Vectors) -> None:
    for at in range(0, len(numbers), _ADDED_AT_ONCE):
        index.add_with_ids(matrix[at : at + _ADDED_AT_ONCE], numbers[at : at + _ADDED_AT_ONCE])


def write(base: Base, path: Path) -> None:
    """Raises OSError."""
    try:
        faiss.write_index(base.index, str(path))
    except RuntimeError as error:
        raise OSError(f"{path.name} cannot be written") from error


def read(path: Path, dimension: int) -> Base:
    """Raises UnusableFileError: the file is damaged, or of vectors of another length or kind."""
    try:
        index = faiss.read_index(str(path))
    except RuntimeError as error:
        raise UnusableFileError(f"{path.name} cannot be read") from error
    if not isinstance(index, faiss.IndexIDMap):
        raise UnusableFileError(f"{path.name} is not of the kind that is written here")
    return _finished(index, dimension)


def _finished(index: Any, dimension: int) -> Base:
    inner = faiss.downcast_index(index.index)
    is_graph = isinstance(inner, faiss.IndexHNSWFlat)
    storage = faiss.downcast_index(inner.storage) if is_graph else inner
    numbers = faiss.vector_to_array(index.id_map)
    counts = {index.ntotal, inner.ntotal, storage.ntotal, len(numbers)}
    is_inner_product = inner.metric_type == faiss.METRIC_INNER_PRODUCT
    if not isinstance(storage, faiss.IndexFlat) or index.d != dimension or len(counts) > 1 or not is_inner_product:
        raise UnusableFileError("an index of another shape")
    if not index.ntotal:
        return Base(index, np.empty((0, dimension), dtype=np.float32), {}, is_graph)
    matrix = faiss.rev_swig_ptr(storage.get_xb(), index.ntotal * dimension).reshape(index.ntotal, dimension)
    return Base(index, matrix, _rows(numbers), is_graph)


def _rows(numbers: Numbers) -> dict[int, slice]:
    """Where each article's vectors lie. Raises UnusableFileError unless each lies in one piece, in order."""
    keys, positions = numbers >> POSITION_BITS, numbers & (MAX_ITEMS - 1)
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    ends = np.append(starts[1:], len(keys))
    expected = np.arange(len(keys)) - np.repeat(starts, ends - starts)
    rows = {key: slice(a, b) for key, a, b in zip(keys[starts].tolist(), starts.tolist(), ends.tolist(), strict=True)}
    if len(rows) != len(starts) or not np.array_equal(expected, positions):
        raise UnusableFileError("an index of mixed-up vectors")
    return rows
