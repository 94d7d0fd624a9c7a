"""A 64-bit SimHash of a text's three-character runs: near-duplicates differ in few bits."""

import numpy as np
from numpy.typing import NDArray

from consumers.judging.features import Batch, hash_runs, sum_by_text

_RUN = 3
_BYTES = 8


def fingerprints(batch: Batch) -> NDArray[np.uint64]:
    """One fingerprint per text. A text shorter than a run is hashed as a whole; an empty one is 0."""
    result = np.zeros(batch.size, np.uint64)
    hashes, positions = hash_runs(batch, np.flatnonzero(~batch.is_end), _RUN)
    if len(hashes):
        owner = batch.owner[positions]
        bits = np.unpackbits(hashes.view(np.uint8).reshape(-1, _BYTES), axis=1)
        ones = sum_by_text(owner, bits.astype(np.int16), batch.size)
        runs = np.bincount(owner, minlength=batch.size)
        packed = np.packbits(ones * 2 > runs[:, None], axis=1)
        result = np.ascontiguousarray(packed).view(np.uint64).ravel().copy()
    lengths = np.bincount(batch.owner[~batch.is_end], minlength=batch.size)
    starts = np.flatnonzero(np.r_[True, batch.is_end[:-1]])[: batch.size]
    for length in range(1, _RUN):
        short = lengths == length
        result[short] = hash_runs(batch, starts[short], length)[0]
    return result
