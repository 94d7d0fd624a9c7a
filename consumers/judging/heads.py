"""What is learnt on hashed grams: a row of numbers per gram, summed per text, and two kinds of answers from it."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consumers.judging.features import BITS, Index, sum_by_text

Scores = NDArray[np.float32]


def in_eight_bits(rows: Scores) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Rows as whole numbers, and the scale of each row that gives its numbers back."""
    scale = np.maximum((np.abs(rows).max(axis=1) / 127 + 1e-7).astype(np.float16), np.float16(1e-7))
    return np.rint(rows / scale.astype(np.float32)[:, None]).clip(-127, 127).astype(np.int8), scale


@dataclass(slots=True)
class GramTable:
    """A row per gram as it is shipped: whole numbers of 8 bits, already times the gram's idf, and a scale per row."""

    buckets: NDArray[np.int32]
    idf: NDArray[np.float16]
    quantised: NDArray[np.int8]
    scale: NDArray[np.float16]
    _row: NDArray[np.int32] = field(init=False)
    rows: Scores = field(init=False)

    def __post_init__(self) -> None:
        self._row = np.full(1 << BITS, -1, np.int32)
        self._row[self.buckets] = np.arange(len(self.buckets), dtype=np.int32)
        # The last column carries the squared idf, so that one sum gives the numbers and the vector's length.
        self.rows = np.empty((len(self.buckets), self.quantised.shape[1] + 1), np.float32)
        self.rows[:, :-1] = self.quantised * self.scale.astype(np.float32)[:, None]
        self.rows[:, -1] = self.idf.astype(np.float32) ** 2

    @classmethod
    def of(cls, buckets: NDArray[np.int32], idf: NDArray[np.float16], rows: Scores) -> "GramTable":
        """Rows of full numbers, rounded."""
        quantised, scale = in_eight_bits(rows)
        return cls(buckets=buckets, idf=idf, quantised=quantised, scale=scale)

    def sums(self, owner: Index, bucket: Index, size: int) -> Scores:
        """The sum of each text's rows over the length of its vector; the grams come from `features.grams`."""
        rows, of_text = self.rows_of(owner, bucket)
        total = sum_by_text(of_text, self.rows[rows], size)
        result: Scores = total[:, :-1] / np.sqrt(np.maximum(total[:, -1:], 1e-6))
        return result

    def rows_of(self, owner: Index, bucket: Index) -> tuple[NDArray[np.int32], Index]:
        """The rows of the grams that have one, and the text of each."""
        row = self._row[bucket]
        known = np.flatnonzero(row >= 0)
        return row[known], owner[known]


@dataclass(frozen=True, slots=True)
class Heads:
    """Linear answers: a column of the table per name, plus a bias."""

    names: list[str]
    table: GramTable
    bias: Scores

    def scores(self, owner: Index, bucket: Index, size: int) -> Scores:
        """One row per text, one column per name."""
        result: Scores = self.table.sums(owner, bucket, size) + self.bias
        return result


@dataclass(frozen=True, slots=True)
class Network:
    """A small network: the sum of a text's gram vectors goes through tanh, and a matrix gives every answer.

    The averaged vectors of Joulin et al., "Bag of Tricks for Efficient Text Classification" (EACL 2017), with a layer
    between.
    """

    names: list[str]
    table: GramTable
    hidden_bias: Scores
    output: Scores
    bias: Scores

    def scores(self, owner: Index, bucket: Index, size: int) -> Scores:
        """One row per text, one column per name."""
        hidden = np.tanh(self.table.sums(owner, bucket, size) + self.hidden_bias)
        # Not `@`: BLAS wakes its threads for it, and what they spin costs more than the product.
        result: Scores = np.einsum("ij,jk->ik", hidden, self.output) + self.bias
        return result
