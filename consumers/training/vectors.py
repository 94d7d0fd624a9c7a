"""Vectors of runs of characters from texts without labels: runs that stand between the same neighbours get like ones.

Positive pointwise mutual information of runs and the characters and pairs beside them, with smoothed frequencies of
these and less weight for farther ones (Levy, Goldberg and Dagan, "Improving Distributional Similarity with Lessons
Learned from Word Embeddings", TACL 2015), then a truncated singular value decomposition. The texts are none of those
that are ever asked about in an evaluation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

from consumers.judging.features import BITS, LENGTHS, Index, encode, runs

SIZE = 64
_SEEN, _NEIGHBOUR_SEEN, _NEIGHBOURS = 8, 10, 20_000
_FARTHEST = {1: 2, 2: 3}
"""How many characters may stand between a run and a neighbour of one or two characters."""

_SMOOTHING = 0.75
_STEPS, _MORE = 3, 16
_CHUNK = 4000


@dataclass(frozen=True, kw_only=True, slots=True)
class Vectors:
    """A vector of length 1 for each of some buckets, in their order."""

    buckets: NDArray[np.int32]
    rows: NDArray[np.float32]

    def of(self, buckets: NDArray[np.int32]) -> NDArray[np.float32]:
        """The vector of each of other buckets; zeros where none is known."""
        at = np.searchsorted(self.buckets, buckets)
        at = np.minimum(at, len(self.buckets) - 1)
        known = self.buckets[at] == buckets
        return np.where(known[:, None], self.rows[at], np.float32(0))


def learn_vectors(texts: Sequence[str], seed: int) -> Vectors:
    """From many texts; from few, the last numbers of a vector are zero."""
    parts = [encode(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
    standing = {length: np.concatenate([runs(part, length) for part in parts]) for length in range(1, LENGTHS + 1)}
    owner = np.concatenate([part.owner + number * _CHUNK for number, part in enumerate(parts)])
    seen = {length: np.bincount(run[run >= 0], minlength=1 << BITS) for length, run in standing.items()}
    buckets = _frequent(seen[1] + seen[2] + seen[3], _SEEN, 1 << BITS)
    beside = _frequent(seen[1] + seen[2], _NEIGHBOUR_SEEN, _NEIGHBOURS)
    together = _mutual(_count_neighbours(standing, owner, _numbers(buckets), _numbers(beside)))
    size = min(SIZE, *together.shape)
    found, strength, _ = randomized_svd(
        together, n_components=size, n_iter=_STEPS, n_oversamples=_MORE, random_state=seed
    )
    rows = np.zeros((len(buckets), SIZE), np.float32)
    rows[:, :size] = found * np.sqrt(strength)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return Vectors(buckets=buckets.astype(np.int32), rows=rows)


def _frequent(seen: Index, least: int, most: int) -> Index:
    """The buckets that are seen often enough, the most frequent of them, in order; all if none is."""
    least = min(least, int(seen.max()))
    often = np.argsort(-seen, kind="stable")[:most]
    return np.sort(often[seen[often] >= least])


def _numbers(buckets: Index) -> Index:
    """The number of each bucket, -1 for others; the last entry is for places without a run."""
    numbers = np.full((1 << BITS) + 1, -1)
    numbers[buckets] = np.arange(len(buckets))
    return numbers


def _count_neighbours(standing: dict[int, Index], owner: Index, row: Index, column: Index) -> sp.csr_array:
    """How often each neighbour stands beside each run, before it or after it."""
    shape = (int(row.max()) + 1, int(column.max()) + 1)
    return reduce(
        add,
        (
            _pairs(row[run], column[standing[wide]], owner, offset, np.float32(1 / (1 + between / 2)), shape)
            for length, run in standing.items()
            for wide, farthest in _FARTHEST.items()
            for between in range(farthest + 1)
            for offset in (length + between, -between - wide)
        ),
    )


def _pairs(
    one: Index, other: Index, owner: Index, offset: int, weight: np.float32, shape: tuple[int, int]
) -> sp.csr_array:
    """Of each place and that so far from it, within one text."""
    here, there = (slice(None, -offset), slice(offset, None)) if offset > 0 else (slice(-offset, None), slice(offset))
    rows, columns = one[here], other[there]
    known = (rows >= 0) & (columns >= 0) & (owner[here] == owner[there])
    rows, columns = rows[known], columns[known]
    return sp.csr_array((np.full(len(rows), weight), (rows, columns)), shape=shape)


def _mutual(together: sp.csr_array) -> sp.csr_array:
    """Positive pointwise mutual information."""
    rows, columns, counts = sp.find(together)
    often = np.asarray(together.sum(axis=0)).ravel() ** _SMOOTHING
    share = often / often.sum()
    information = np.log(counts / (np.asarray(together.sum(axis=1)).ravel()[rows] * share[columns]))
    tells = information > 0
    return sp.csr_array((information[tells].astype(np.float32), (rows[tells], columns[tells])), shape=together.shape)
