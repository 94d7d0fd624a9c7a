"""Trains the convolution of `judging.convolution` on several questions at once.

Adam for the filters and the last layer (Kingma and Ba, ICLR 2015), AdaGrad with one step size per vector for the
vectors of characters and pairs (Duchi et al., JMLR 2011), places and findings left out at random (Srivastava et al.,
JMLR 2014). The same seed gives the same weights on the same machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from consumers.judging.convolution import OFFSETS, Convolution, by_text, sum_of_windows
from consumers.judging.features import BITS, Index, encode, runs
from consumers.judging.heads import in_eight_bits
from consumers.training.networks import Task, slope_of
from consumers.training.vectors import Vectors

FILTERS = 48
_EPOCHS, _BATCH = 5, 128
_STEP, _VECTOR_STEP = 4e-3, 0.015
_PLACES_LEFT_OUT, _FOUND_LEFT_OUT = 0.2, 0.5
_LENGTH = 0.75
"""Of a vector that was learnt from texts without labels, where training begins."""

_SEEN = 5
_CHUNK = 2000

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sequences:
    """Texts as rows of a table: at each place the row of the character, and of it with the next; 0 is none.

    After each text stands a place without rows. Text `t` has the places from `starts[t]` to `starts[t + 1] - 1`.
    """

    buckets: NDArray[np.int32]
    single: NDArray[np.int32]
    pair: NDArray[np.int32]
    starts: Index

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Sequences":
        """Of all texts; runs that few of them have get no row."""
        parts = [encode(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
        single, pair = (np.concatenate([runs(part, length) for part in parts]) for length in (1, 2))
        seen = sum(np.bincount(run[run >= 0], minlength=1 << BITS) for run in (single, pair))
        buckets = np.flatnonzero(seen >= _SEEN)
        row = np.zeros((1 << BITS) + 1, np.int32)
        row[buckets] = np.arange(1, len(buckets) + 1)
        is_end = np.concatenate([part.is_end for part in parts])
        starts = np.r_[0, np.flatnonzero(is_end) + 1]
        return cls(buckets=buckets.astype(np.int32), single=row[single], pair=row[pair], starts=starts)

    def places(self, texts: Index) -> Index:
        """The places of some texts, one text after the other."""
        lengths = self.starts[texts + 1] - self.starts[texts]
        before = np.cumsum(lengths) - lengths
        places: Index = np.repeat(self.starts[texts] - before, lengths) + np.arange(lengths.sum())
        return places


def fit_convolution(
    sequences: Sequences, rows: Index, vectors: Vectors, tasks: Sequence[Task], seed: int
) -> Convolution:
    """Learnt from these texts."""
    generator = np.random.default_rng(seed)
    layers = _Layers.begin(sequences, vectors, sum(len(task.names) for task in tasks), generator)
    steps = _EPOCHS * (-(-len(rows) // _BATCH))
    done = 0
    for _ in range(_EPOCHS):
        order = generator.permutation(rows)
        for start in range(0, len(order), _BATCH):
            layers.learn(sequences, order[start : start + _BATCH], tasks, 1 - done / steps, generator)
            done += 1
    quantised, scale = in_eight_bits(layers.vectors[1:])
    names = [name for task in tasks for name in task.names]
    return Convolution(names, sequences.buckets, quantised, scale, **layers.dense)


class _Adam:
    """How far each number of one layer moves."""

    def __init__(self, layer: Floats) -> None:
        self._mean, self._square, self._count = np.zeros_like(layer), np.zeros_like(layer), 0

    def descend(self, layer: Floats, slope: Floats, step: float) -> None:
        self._count += 1
        self._mean += 0.1 * (slope - self._mean)
        self._square += 0.001 * (slope * slope - self._square)
        mean = self._mean / np.float32(1 - 0.9**self._count)
        square = self._square / np.float32(1 - 0.999**self._count)
        layer -= np.float32(step) * mean / (np.sqrt(square) + np.float32(1e-8))


class _Layers:
    """What is learnt: a vector per row of the table (row 0 stays zero), and the dense layers on top."""

    def __init__(self, vectors: Floats, dense: dict[str, Floats]) -> None:
        self.vectors, self.dense = vectors, dense
        self._of_vectors = np.full(len(vectors), 1e-8, np.float32)
        self._adam = {name: _Adam(layer) for name, layer in dense.items()}

    @classmethod
    def begin(cls, sequences: Sequences, vectors: Vectors, answers: int, generator: np.random.Generator) -> "_Layers":
        size = vectors.rows.shape[1]

        def drawn(*shape: int, deviation: float) -> Floats:
            return (generator.standard_normal(shape) * deviation).astype(np.float32)

        known = vectors.of(sequences.buckets)
        length = np.linalg.norm(known, axis=1, keepdims=True)
        new = drawn(*known.shape, deviation=0.1)
        first = np.where(length > 0, known * (_LENGTH / np.maximum(length, 1e-6)), new)
        filters = drawn(len(OFFSETS), size, FILTERS, deviation=(len(OFFSETS) * size) ** -0.5)
        return cls(
            np.concatenate([np.zeros((1, size), np.float32), first.astype(np.float32)]),
            {
                "filters": filters,
                "hidden_bias": np.zeros(FILTERS, np.float32),
                "output": drawn(FILTERS + size, answers, deviation=0.05),
                "bias": np.zeros(answers, np.float32),
            },
        )

    def learn(
        self, sequences: Sequences, texts: Index, tasks: Sequence[Task], left: float, generator: np.random.Generator
    ) -> None:
        """One step against the slope of all tasks on a batch."""
        places = sequences.places(texts)
        ends = np.cumsum(sequences.starts[texts + 1] - sequences.starts[texts]) - 1
        starts = np.r_[0, ends[:-1] + 1]
        owner = np.repeat(np.arange(len(texts)), ends - starts + 1)
        grams, inside = _incidence(sequences.single[places], sequences.pair[places])
        kept = (generator.random((len(places), 1)) >= _PLACES_LEFT_OUT) / np.float32(1 - _PLACES_LEFT_OUT)
        inputs = (inside @ self.vectors[grams]) * kept.astype(np.float32)
        filters = self.dense["filters"]
        matches = sum_of_windows(inputs @ np.concatenate(list(filters), axis=1), FILTERS)
        best = by_text(np.maximum, matches, starts, ends)
        found = np.maximum(best + self.dense["hidden_bias"], 0)
        length = np.sqrt(ends - starts + 1, dtype=np.float32)[:, None]
        total = np.tanh(by_text(np.add, inputs, starts, ends) / length)
        hidden = np.concatenate([found, total], axis=1)
        mask = (generator.random(hidden.shape) >= _FOUND_LEFT_OUT) / np.float32(1 - _FOUND_LEFT_OUT)
        mask[ends == starts] = 0
        hidden *= mask
        slope = slope_of(hidden @ self.dense["output"] + self.dense["bias"], texts, tasks)
        of_hidden = (slope @ self.dense["output"].T) * mask.astype(np.float32)
        of_found = np.where(found > 0, of_hidden[:, : found.shape[1]], 0)
        of_total = of_hidden[:, found.shape[1] :] * (1 - total * total) / length
        of_matches = _to_the_best(of_found, matches, best, owner)
        of_inputs, of_filters = _back(inputs, filters, of_matches)
        of_inputs = (of_inputs + of_total[owner]) * kept
        self._descend_vectors(grams, inside.T @ of_inputs.astype(np.float32), left)
        slopes = {
            "filters": of_filters,
            "hidden_bias": of_found.sum(axis=0),
            "output": hidden.T @ slope,
            "bias": slope.sum(axis=0),
        }
        for name, layer in self.dense.items():
            self._adam[name].descend(layer, slopes[name].astype(np.float32), _STEP * left)

    def _descend_vectors(self, grams: Index, slope: Floats, left: float) -> None:
        slope[grams == 0] = 0
        self._of_vectors[grams] += np.square(slope).mean(axis=1)
        self.vectors[grams] -= np.float32(_VECTOR_STEP * left) * slope / np.sqrt(self._of_vectors[grams])[:, None]


def _back(inputs: Floats, filters: Floats, of_matches: sp.csr_array) -> tuple[Floats, Floats]:
    """The slope by the inputs, and by the filters, of what the windows add up to."""
    framed = np.pad(inputs, ((1, 1), (0, 0)))
    of_framed, of_filters = np.zeros_like(framed), np.zeros_like(filters)
    for number, offset in enumerate(OFFSETS):
        seen = slice(1 + offset, 1 + offset + len(inputs))
        of_filters[number] = (of_matches.T @ framed[seen]).T
        of_framed[seen] += of_matches @ filters[number].T
    return of_framed[1:-1], of_filters


def _incidence(single: NDArray[np.int32], pair: NDArray[np.int32]) -> tuple[Index, sp.csr_array]:
    """The rows that occur, and which two of them stand at each place."""
    both = np.stack([single, pair], axis=1).ravel()
    grams, column = np.unique(both, return_inverse=True)
    bounds = np.arange(0, len(both) + 1, 2)
    ones = np.ones(len(both), np.float32)
    inside = sp.csr_array((ones, column.ravel().astype(np.int32), bounds), shape=(len(single), len(grams)))
    return grams.astype(np.int64), inside


def _to_the_best(of_found: Floats, matches: Floats, best: Floats, owner: Index) -> sp.csr_array:
    """The slope of what was found, at the first place where it was found."""
    place, column = np.nonzero(matches == best[owner])
    _, first = np.unique(owner[place] * matches.shape[1] + column, return_index=True)
    place, column = place[first], column[first]
    return sp.csr_array((of_found[owner[place], column], (place, column)), shape=matches.shape)
