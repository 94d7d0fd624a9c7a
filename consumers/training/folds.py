"""Divides texts into folds so that near-duplicates never stand on both sides of a test."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from consumers.judging.features import encode
from consumers.judging.fingerprint import fingerprints

_BANDS = 4
_BITS_APART = 12
_CHUNK = 2000


def fold_of(texts: Sequence[str], folds: int, seed: int) -> NDArray[np.int64]:
    """The fold of each text; texts whose fingerprints differ in few bits share one."""
    prints = np.concatenate(
        [fingerprints(encode(texts[start : start + _CHUNK])) for start in range(0, len(texts), _CHUNK)]
    )
    group = _groups(prints)
    draw = np.random.default_rng(seed).permutation(len(texts))
    result: NDArray[np.int64] = draw[group] % folds
    return result


def _groups(prints: NDArray[np.uint64]) -> NDArray[np.int64]:
    """A representative row for each row: rows that share a 16-bit band and are close are joined."""
    parent = np.arange(len(prints))
    for band in range(_BANDS):
        key = (prints >> np.uint64(16 * band)) & np.uint64(0xFFFF)
        order = np.lexsort((prints, key))
        for near in (1, 2, 3):
            first, second = order[:-near], order[near:]
            apart = np.bitwise_count(prints[first] ^ prints[second])
            close = (key[first] == key[second]) & (apart <= _BITS_APART)
            for one, other in zip(first[close].tolist(), second[close].tolist(), strict=True):
                _join(parent, one, other)
    return np.array([_root(parent, row) for row in range(len(prints))], np.int64)


def _root(parent: NDArray[np.int64], row: int) -> int:
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = int(parent[row])
    return row


def _join(parent: NDArray[np.int64], one: int, other: int) -> None:
    one, other = _root(parent, one), _root(parent, other)
    parent[max(one, other)] = min(one, other)
