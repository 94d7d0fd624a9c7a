"""Linear heads on hashed grams: a row of weights per bucket, one column per question, all columns in one pass.

A text's score in a column is the sum of the rows of its grams over the length of its vector, plus a bias.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consumers.judging.features import BITS, Index, sum_by_text

Scores = NDArray[np.float32]


@dataclass(slots=True)
class Heads:
    """The weights of one family of questions, as they are shipped: whole numbers of 8 bits and a scale per row."""

    names: list[str]
    buckets: NDArray[np.int32]
    idf: NDArray[np.float16]
    quantised: NDArray[np.int8]
    scale: NDArray[np.float16]
    bias: Scores
    _row: NDArray[np.int32] = field(init=False)
    table: Scores = field(init=False)

    def __post_init__(self) -> None:
        self._row = np.full(1 << BITS, -1, np.int32)
        self._row[self.buckets] = np.arange(len(self.buckets), dtype=np.int32)
        # The last column carries the squared idf, so that one sum gives the scores and the vector's length.
        self.table = np.empty((len(self.buckets), len(self.names) + 1), np.float32)
        self.table[:, :-1] = self.quantised * self.scale.astype(np.float32)[:, None]
        self.table[:, -1] = self.idf.astype(np.float32) ** 2

    def scores(self, owner: Index, bucket: Index, size: int) -> Scores:
        """One row per text, one column per name; `owner` and `bucket` come from `features.grams`."""
        rows, of_text = self.rows_of(owner, bucket)
        total = sum_by_text(of_text, self.table[rows], size)
        length = np.sqrt(np.maximum(total[:, -1:], 1e-6))
        scores: Scores = total[:, :-1] / length + self.bias
        return scores

    def rows_of(self, owner: Index, bucket: Index) -> tuple[NDArray[np.int32], Index]:
        """The rows of weights of the grams that have one, and the text of each."""
        row = self._row[bucket]
        known = np.flatnonzero(row >= 0)
        return row[known], owner[known]


def quantise(weights: Scores) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Weights as 8-bit numbers with one scale per row."""
    scale = (np.abs(weights).max(axis=1) / 127 + 1e-7).astype(np.float16)
    scale = np.maximum(scale, np.float16(1e-7))
    return np.rint(weights / scale.astype(np.float32)[:, None]).clip(-127, 127).astype(np.int8), scale
