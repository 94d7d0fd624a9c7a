"""Finds the members that a post resembles: an inverted index in a few segments, whole batches at once.

New rows come as a segment of their own; segments of like size are joined (as in a log-structured tree), so that an
index of any size has few of them. Rows are removed by a mark, and for good when their segment is next joined.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from consumers.grouping.sketches import Sketch
from consumers.grouping.words import BITS

_ROWS_AT_ONCE = 64
"""Each row of a product may touch every member; so many rows at once keep the product small."""


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """Sketches as the rows of one matrix of whole numbers, with the length of each."""

    matrix: sparse.csr_matrix
    lengths: NDArray[np.float64]

    @classmethod
    def of(cls, sketches: Sequence[Sketch]) -> "Rows":
        """The matrix of these sketches."""
        starts = np.cumsum([0, *(len(sketch.grams) for sketch in sketches)])
        columns = np.concatenate([sketch.grams for sketch in sketches]) if sketches else np.empty(0, np.int32)
        values = np.concatenate([sketch.weights for sketch in sketches]) if sketches else np.empty(0, np.uint8)
        matrix = sparse.csr_matrix((values.astype(np.int32), columns, starts), shape=(len(sketches), 1 << BITS))
        return cls(matrix, _lengths(matrix))


@dataclass(frozen=True, eq=False, slots=True)
class _Segment:
    slots: NDArray[np.int64]
    lengths: NDArray[np.float64]
    by_gram: sparse.csr_matrix


@dataclass(frozen=True, eq=False, slots=True)
class Resemblance:
    """Which slots a row resembles and how much."""

    slots: NDArray[np.int64]
    similarities: NDArray[np.float64]


class SimilarityIndex:
    """Sketches under slot numbers."""

    def __init__(self) -> None:
        self._segments: list[_Segment] = []
        self._gone: set[int] = set()

    def add(self, slots: Sequence[int], rows: Rows) -> None:
        """Let these rows be found under these slots."""
        if not slots:
            return
        self._segments.append(_Segment(np.array(slots, np.int64), rows.lengths, rows.matrix.T.tocsr()))
        while len(self._segments) > 1 and len(self._segments[-2].slots) <= len(self._segments[-1].slots):
            last, before = self._segments.pop(), self._segments.pop()
            joined = self._joined(before, last)
            if len(joined.slots):
                self._segments.append(joined)

    def remove(self, slot: int) -> None:
        """Let a slot be found no more."""
        self._gone.add(slot)

    def resembled(self, rows: Rows, floors: NDArray[np.float64]) -> list[list[Resemblance]]:
        """For each row what it resembles by its floor or more, segment by segment; removed slots may be among it."""
        found: list[list[Resemblance]] = [[] for _ in range(rows.matrix.shape[0])]
        for segment in self._segments:
            for row, places, similarities in products(rows, segment.by_gram, segment.lengths, floors):
                found[row].append(Resemblance(segment.slots[places], similarities))
        return found

    def _joined(self, first: _Segment, second: _Segment) -> _Segment:
        slots = np.concatenate((first.slots, second.slots))
        kept = np.flatnonzero(~np.isin(slots, np.fromiter(self._gone, np.int64, len(self._gone))))
        self._gone.difference_update(slots.tolist())
        by_gram = sparse.hstack((first.by_gram, second.by_gram), format="csr")
        if len(kept) < len(slots):
            by_gram = by_gram[:, kept]
        return _Segment(slots[kept], np.concatenate((first.lengths, second.lengths))[kept], by_gram)


def products(
    rows: Rows, by_gram: sparse.csr_matrix, lengths: NDArray[np.float64], floors: NDArray[np.float64]
) -> Iterator[tuple[int, NDArray[np.int32], NDArray[np.float64]]]:
    """Row by row the columns whose cosine with it reaches its floor, with that cosine."""
    for start in range(0, rows.matrix.shape[0], _ROWS_AT_ONCE):
        some = rows.matrix[start : start + _ROWS_AT_ONCE]
        product = (some @ by_gram).tocsr()
        row_of = np.repeat(np.arange(some.shape[0]), np.diff(product.indptr))
        cosines = product.data / (rows.lengths[start + row_of] * lengths[product.indices])
        near = np.flatnonzero(cosines >= floors[start + row_of])
        bounds = np.searchsorted(row_of[near], np.arange(some.shape[0] + 1))
        columns, cosines = product.indices[near], cosines[near]
        for row in np.flatnonzero(np.diff(bounds)):
            between = slice(bounds[row], bounds[row + 1])
            yield start + int(row), columns[between], cosines[between]


def _lengths(matrix: sparse.csr_matrix) -> NDArray[np.float64]:
    squared = np.zeros(matrix.shape[0], np.int64)
    filled = np.flatnonzero(np.diff(matrix.indptr))
    if len(filled):
        squared[filled] = np.add.reduceat(matrix.data.astype(np.int64) ** 2, matrix.indptr[:-1][filled])
    return np.sqrt(np.maximum(squared, 1).astype(np.float64))
