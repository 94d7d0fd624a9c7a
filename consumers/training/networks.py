"""Trains the small network of `judging.heads` on several questions at once: what one teaches helps the others.

AdaGrad (Duchi et al., JMLR 2011) with one step size per gram's vector, grams left out at random (Srivastava et al.,
JMLR 2014), vectors begun from texts without labels. The same seed gives the same weights on the same machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from consumers.judging.calibration import sigmoid, softmax
from consumers.judging.heads import GramTable, Network
from consumers.training.fitting import Matrix, Vocabulary

_EPOCHS, _BATCH = 8, 64
_STEP, _OUTPUT_STEP = 0.5, 0.1
_LEFT_OUT = 0.3
_SMOOTHING = 0.02
_FEWEST = 1e-6

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One question about every text of a matrix: a column per name.

    `target` is what was told, between 0 and 1; `weight` is how much that counts, 0 where nothing was told: one number
    per text where exactly one answer holds (`exclusive`), else one per answer. `share` is the task's beside others.
    """

    names: Sequence[str]
    target: Floats
    weight: Floats
    exclusive: bool
    share: float = 1.0


@dataclass(slots=True)
class Fitted:
    """The weights in full: a vector per bucket of the vocabulary, then the layers on top."""

    names: list[str]
    vectors: Floats
    hidden_bias: Floats
    output: Floats
    bias: Floats


def fit_network(matrix: Matrix, rows: NDArray[np.int64], vectors: Floats, tasks: Sequence[Task], seed: int) -> Fitted:
    """Learnt from these rows; `vectors` (a row per column of the matrix) is where the grams' vectors begin."""
    generator = np.random.default_rng(seed)
    names = [name for task in tasks for name in task.names]
    layers = _Layers.begin(vectors, len(names), generator)
    for epoch in range(_EPOCHS):
        step = _STEP * (1 - epoch / _EPOCHS)
        order = generator.permutation(rows)
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            layers.learn(_thinned(matrix[batch], generator), batch, tasks, step)
    return Fitted(names, layers.vectors, layers.hidden_bias, layers.output, layers.bias)


def build_network(vocabulary: Vocabulary, fitted: Fitted, matrix: Matrix, most_rows: int) -> Network:
    """The shipped form: in 8 bits, without the grams that move texts least (length of the vector, and how often)."""
    idf = vocabulary.idf.astype(np.float32)
    weighted = fitted.vectors * idf[:, None]
    often = np.bincount(matrix.indices, minlength=len(idf))
    moves = np.linalg.norm(weighted, axis=1) * np.sqrt(often)
    kept = np.sort(np.argsort(-moves, kind="stable")[:most_rows])
    return Network(
        names=fitted.names,
        table=GramTable.of(vocabulary.buckets[kept], vocabulary.idf[kept], weighted[kept]),
        hidden_bias=fitted.hidden_bias,
        output=fitted.output,
        bias=fitted.bias,
    )


@dataclass(slots=True)
class _Layers:
    """What is learnt, and for each part the sum of its squared slopes so far."""

    vectors: Floats
    hidden_bias: Floats
    output: Floats
    bias: Floats
    _of_vectors: Floats
    _of_hidden_bias: Floats
    _of_output: Floats
    _of_bias: Floats

    @classmethod
    def begin(cls, vectors: Floats, answers: int, generator: np.random.Generator) -> "_Layers":
        size = vectors.shape[1]
        output = (generator.standard_normal((size, answers)) * 0.1).astype(np.float32)
        return cls(
            vectors.copy(),
            np.zeros(size, np.float32),
            output,
            np.zeros(answers, np.float32),
            np.full(len(vectors), _FEWEST, np.float32),
            np.full(size, _FEWEST, np.float32),
            np.full_like(output, _FEWEST),
            np.full(answers, _FEWEST, np.float32),
        )

    def learn(self, texts: Matrix, rows: NDArray[np.int64], tasks: Sequence[Task], step: float) -> None:
        """One step against the slope of all tasks on a batch; only the vectors of grams in it move."""
        grams, place = np.unique(texts.indices, return_inverse=True)
        inside = sp.csr_array((texts.data, place.astype(np.int32), texts.indptr), shape=(len(rows), len(grams)))
        hidden = np.tanh(inside @ self.vectors[grams] + self.hidden_bias)
        slope = slope_of(hidden @ self.output + self.bias, rows, tasks)
        of_hidden = (slope @ self.output.T) * (1 - hidden * hidden)
        of_vectors = inside.T @ of_hidden
        self._of_vectors[grams] += np.square(of_vectors).mean(axis=1)
        self.vectors[grams] -= step * of_vectors / np.sqrt(self._of_vectors[grams])[:, None]
        step *= _OUTPUT_STEP / _STEP
        _descend(self.output, self._of_output, hidden.T @ slope, step)
        _descend(self.bias, self._of_bias, slope.sum(axis=0), step)
        _descend(self.hidden_bias, self._of_hidden_bias, of_hidden.sum(axis=0), step)


def _descend(layer: Floats, so_far: Floats, slope: Floats, step: float) -> None:
    so_far += slope * slope
    layer -= step * slope / np.sqrt(so_far)


def slope_of(scores: Floats, rows: NDArray[np.int64], tasks: Sequence[Task]) -> Floats:
    """The slope of the tasks' cross entropies by the scores."""
    slope = np.zeros_like(scores)
    start = 0
    for task in tasks:
        mine = slice(start, start + len(task.names))
        start = mine.stop
        target, weight = task.target[rows], task.weight[rows]
        if task.exclusive:
            target = (1 - _SMOOTHING) * target + _SMOOTHING / len(task.names)
            slope[:, mine] = (softmax(scores[:, mine]) - target) * weight[:, None] * task.share
        else:
            slope[:, mine] = (sigmoid(scores[:, mine]) - target) * weight * task.share
    return slope / np.float32(4 * np.sqrt(len(rows)))


def _thinned(texts: Matrix, generator: np.random.Generator) -> Matrix:
    """The texts with some of their grams left out, the rest a little heavier."""
    kept = generator.random(len(texts.data)) >= _LEFT_OUT
    data = np.where(kept, texts.data / np.sqrt(1 - _LEFT_OUT), 0).astype(np.float32)
    return sp.csr_array((data, texts.indices, texts.indptr), shape=texts.shape)
