"""Divides texts into folds so that near-duplicates never stand on both sides of a test.

Two texts repeat one another where they share enough of their two-character runs (estimated by MinHash, Broder 1997):
copies with a changed word, a message that one set has whole and another cut, or keeps without its stop words.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from consumers.judging.features import encode, hash_runs
from consumers.training.measures import Groups

_RUN = 2
_BANDS, _IN_BAND = 96, 2
_ALIKE = 0.25
_NEIGHBOURS = 3
_CHUNK, _PAIRS = 2000, 20_000
_SEED = 97
_MIX, _HIGH = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)

Signatures = NDArray[np.uint32]
Rows = NDArray[np.int64]


def fold_of(texts: Sequence[str], folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each text; near-duplicates share one."""
    return spread(near_duplicates(texts), folds, seed)


def spread(group: Groups, folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each row, drawn by its group."""
    draw = np.random.default_rng(seed).permutation(len(group))
    result: NDArray[np.int64] = draw[group] % folds
    return result


def near_duplicates(texts: Sequence[str]) -> Groups:
    """A number for each text that near-duplicates share: the row of the first of them."""
    signatures = np.concatenate(
        [_signatures(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
    )
    parent = list(range(len(texts)))
    for band in range(_BANDS):
        for first, second in _met_in_band(signatures, band):
            for one, other in _alike(signatures, first, second):
                _join(parent, one, other)
    return np.array([_root(parent, row) for row in range(len(parent))], np.int64)


def _signatures(texts: Sequence[str]) -> Signatures:
    """For each text the least hash of its runs, by many ways of hashing; texts of one character are all the same."""
    batch = encode(texts)
    runs, positions = hash_runs(batch, np.flatnonzero(~batch.is_end), _RUN)
    owner = batch.owner[positions]
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])[: len(owner)]
    ways = np.random.default_rng(_SEED).integers(1, 1 << 63, _BANDS * _IN_BAND, dtype=np.uint64) | np.uint64(1)
    result = np.zeros((batch.size, len(ways)), np.uint32)
    if len(owner):
        for number, way in enumerate(ways):
            hashes = ((runs * way) >> _HIGH).astype(np.uint32)
            result[owner[starts], number] = np.minimum.reduceat(hashes, starts)
    return result


def _met_in_band(signatures: Signatures, band: int) -> Iterator[tuple[Rows, Rows]]:
    """Pairs of rows that have the same part of the signature and stand near one another when sorted by the next."""
    column = band * _IN_BAND
    key = signatures[:, column].astype(np.uint64) * _MIX + signatures[:, column + 1]
    order = np.lexsort((signatures[:, (column + _IN_BAND) % signatures.shape[1]], key))
    for apart in range(1, _NEIGHBOURS + 1):
        first, second = order[:-apart], order[apart:]
        same = key[first] == key[second]
        yield first[same], second[same]


def _alike(signatures: Signatures, first: Rows, second: Rows) -> Iterator[tuple[int, int]]:
    """Those of the pairs that share enough."""
    for start in range(0, len(first), _PAIRS):
        one, other = first[start : start + _PAIRS], second[start : start + _PAIRS]
        shared = (signatures[one] == signatures[other]).mean(axis=1)
        enough = shared >= _ALIKE
        yield from zip(one[enough].tolist(), other[enough].tolist(), strict=True)


def _root(parent: list[int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def _join(parent: list[int], one: int, other: int) -> None:
    one, other = _root(parent, one), _root(parent, other)
    parent[max(one, other)] = min(one, other)
