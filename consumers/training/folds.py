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
_ALIKE, _MORE_OF_SHORT, _ENOUGH = 0.25, 20, 0.8
"""The share of runs that repetitions have in common; short texts need more, since a few runs are soon shared."""

_NEIGHBOURS = 3
_CHUNK, _PAIRS = 2000, 20_000
_SEED = 97
_MIX, _HIGH = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)

Signatures = NDArray[np.uint32]
Rows = NDArray[np.int64]


def spread(group: Groups, folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each row, drawn by its group."""
    draw = np.random.default_rng(seed).permutation(len(group))
    result: NDArray[np.int64] = draw[group] % folds
    return result


def near_duplicates(texts: Sequence[str], *, without_stop_words: bool = False, authors: Sequence[str] = ()) -> Groups:
    """A number for each text that near-duplicates share: the row of the first of them.

    Where some were kept `without_stop_words`, less in common is asked of short ones: those lose most of their runs.
    All texts of one of the `authors` (one per text, "" for nobody in particular) share a number too.
    """
    parts = [_sign(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
    signatures, lengths = (np.concatenate(part) for part in zip(*parts, strict=True))
    more = 0 if without_stop_words else _MORE_OF_SHORT
    parent = list(range(len(texts)))
    for band in range(_BANDS):
        for first, second in _met_in_band(signatures, band):
            needed = np.minimum(_ALIKE + more / np.maximum(np.minimum(lengths[first], lengths[second]), 1), _ENOUGH)
            alike = _in_common(signatures, first, second) >= needed
            for one, other in zip(first[alike].tolist(), second[alike].tolist(), strict=True):
                _join(parent, one, other)
    first_of: dict[str, int] = {}
    for row, author in enumerate(authors):
        if author:
            _join(parent, first_of.setdefault(author, row), row)
    return np.array([_root(parent, row) for row in range(len(parent))], np.int64)


def _sign(texts: Sequence[str]) -> tuple[Signatures, Rows]:
    """For each text the least hash of its runs by many ways of hashing, and how many runs it has.

    Texts of one character have none, and are all the same.
    """
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
    return result, np.bincount(owner, minlength=batch.size)


def _met_in_band(signatures: Signatures, band: int) -> Iterator[tuple[Rows, Rows]]:
    """Pairs of rows that have the same part of the signature and stand near one another when sorted by the next."""
    column = band * _IN_BAND
    key = signatures[:, column].astype(np.uint64) * _MIX + signatures[:, column + 1]
    order = np.lexsort((signatures[:, (column + _IN_BAND) % signatures.shape[1]], key))
    for apart in range(1, _NEIGHBOURS + 1):
        first, second = order[:-apart], order[apart:]
        same = key[first] == key[second]
        yield first[same], second[same]


def _in_common(signatures: Signatures, first: Rows, second: Rows) -> NDArray[np.float64]:
    """The share of runs that pairs of texts have in common, estimated."""
    parts = [
        (signatures[first[start : start + _PAIRS]] == signatures[second[start : start + _PAIRS]]).mean(axis=1)
        for start in range(0, len(first), _PAIRS)
    ]
    return np.concatenate(parts) if parts else np.zeros(0)


def _root(parent: list[int], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


def _join(parent: list[int], one: int, other: int) -> None:
    one, other = _root(parent, one), _root(parent, other)
    parent[max(one, other)] = min(one, other)
