"""A small convolution over characters: short windows of a text meet filters, and the best match of each counts.

The shape of Kim, "Convolutional Neural Networks for Sentence Classification" (EMNLP 2014), on characters and pairs of
them, beside the sum of all vectors. What stands at a place meets every filter by looking up a table that was
multiplied out on loading, so that judging needs no product of matrices.
"""

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from consumers.judging.features import BITS, Batch, Index, runs

OFFSETS = (-1, 0, 1)
"""The places that a window looks at, from its middle."""

_PLACES = 4000
"""So many are looked at once: the table's rows for them fit the processor's cache."""

_LARGEST = 32767

Floats = NDArray[np.float32]
Number = TypeVar("Number", np.float32, np.int16, np.int32)


@dataclass(slots=True)
class Convolution:
    """Vectors of characters and pairs in 8 bits, filters per offset, and a matrix from what they found to answers.

    `filters` holds a matrix (vector size x filters) per offset, in the order of `OFFSETS`.
    """

    names: list[str]
    buckets: NDArray[np.int32]
    quantised: NDArray[np.int8]
    scale: NDArray[np.float16]
    filters: Floats
    hidden_bias: Floats
    output: Floats
    bias: Floats
    _row: NDArray[np.int32] = field(init=False)
    _table: NDArray[np.int16] = field(init=False)
    _unit: np.float32 = field(init=False)

    def __post_init__(self) -> None:
        # The last entry is what a bucket of -1 finds: the row of zeros.
        self._row = np.zeros((1 << BITS) + 1, np.int32)
        self._row[self.buckets] = np.arange(1, len(self.buckets) + 1, dtype=np.int32)
        self._multiply_out()

    def _multiply_out(self) -> None:
        """In 16 bits, because looking up is what costs; a window adds up so few that nothing overflows."""
        parts = [slice(start, start + _PLACES) for start in range(0, len(self.buckets), _PLACES)]
        most = max((np.abs(self._met(part)).max() for part in parts), default=1.0)
        self._unit = np.float32(2 * len(OFFSETS) * most / _LARGEST)
        self._table = np.zeros((len(self.buckets) + 1, self._columns + self.quantised.shape[1]), np.int16)
        for part in parts:
            self._table[1:][part] = np.rint(self._met(part) / self._unit)

    def _met(self, part: slice) -> Floats:
        """What some vectors add where they stand at each offset, then the vectors themselves."""
        vectors = self.quantised[part] * self.scale[part].astype(np.float32)[:, None]
        return np.concatenate([*(vectors @ filters for filters in self.filters), vectors], axis=1)

    @property
    def _columns(self) -> int:
        return int(self.filters.shape[0] * self.filters.shape[2])

    def scores(self, batch: Batch) -> Floats:
        """One row per text, one column per name."""
        single, pair = self._row[runs(batch, 1)], self._row[runs(batch, 2)]
        ends = np.flatnonzero(batch.is_end)
        starts = np.r_[0, ends[:-1] + 1][: len(ends)]
        hidden = np.empty((batch.size, self.output.shape[0]), np.float32)
        first = 0
        while first < batch.size:
            last = max(int(np.searchsorted(ends, starts[first] + _PLACES)), first + 1)
            begin = starts[first]
            mine = slice(begin, ends[last - 1] + 1)
            rows = self._table[single[mine]]
            rows += self._table[pair[mine]]
            hidden[first:last] = self._hidden(rows, starts[first:last] - begin, ends[first:last] - begin)
            first = last
        # Not `@`: BLAS wakes its threads for it, and what they spin costs more than the product.
        result: Floats = np.einsum("ij,jk->ik", hidden, self.output) + self.bias
        return result

    def _hidden(self, rows: NDArray[np.int16], starts: Index, ends: Index) -> Floats:
        """What the filters found in each text, and the sum of its vectors."""
        width = self.filters.shape[2]
        matches = sum_of_windows(rows[:, : self._columns], width)
        best = np.maximum(by_text(np.maximum, matches, starts, ends) * self._unit + self.hidden_bias, 0)
        length = np.sqrt(ends - starts + 1, dtype=np.float32)
        total = by_text(np.add, rows[:, self._columns :].astype(np.int32), starts, ends) * self._unit
        total /= length[:, None]
        hidden = np.concatenate([best, np.tanh(total)], axis=1)
        hidden[ends == starts] = 0
        return hidden


def sum_of_windows(rows: NDArray[Number], width: int) -> NDArray[Number]:
    """What the windows around each place add up to; `rows` holds `width` columns per offset of `OFFSETS`."""
    before, middle, after = (rows[:, number * width : (number + 1) * width] for number in range(len(OFFSETS)))
    total = middle.copy()
    total[1:] += before[:-1]
    total[:-1] += after[1:]
    return total


def by_text(combine: np.ufunc, rows: NDArray[Number], starts: Index, ends: Index) -> NDArray[Number]:
    """The rows of each text as one; what an empty text gets means nothing."""
    bounds = np.stack([starts, ends], axis=1).ravel()
    result: NDArray[Number] = combine.reduceat(rows, bounds, axis=0)[::2]
    return result
