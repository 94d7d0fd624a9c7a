"""Vectors of grams from texts without labels: grams that stand in the same texts get like vectors.

A truncated singular value decomposition of the matrix of texts and grams (latent semantic analysis, Deerwester et
al., 1990). The texts are none of those that are ever asked about in an evaluation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

from consumers.training.fitting import Vocabulary, choose_vocabulary, count_grams, weigh

SIZE = 64
_SEEN = 5
_STEPS = 2
_LENGTH = 30.0
"""Of a vector's own length, so that a text's sum reaches the bend of tanh."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Vectors:
    """A vector for each of some buckets, in their order."""

    buckets: NDArray[np.int32]
    rows: NDArray[np.float32]

    def of(self, vocabulary: Vocabulary) -> NDArray[np.float32]:
        """The vector of each bucket of a vocabulary; zeros where none is known."""
        at = np.searchsorted(self.buckets, vocabulary.buckets)
        at = np.minimum(at, len(self.buckets) - 1)
        known = self.buckets[at] == vocabulary.buckets
        return np.where(known[:, None], self.rows[at], np.float32(0))


def learn_vectors(texts: Sequence[str], seed: int) -> Vectors:
    """From many texts; with fewer texts than numbers in a vector, the last numbers are zero."""
    counts = count_grams(texts)
    vocabulary = choose_vocabulary(counts, min(_SEEN, len(texts)))
    matrix = weigh(counts, vocabulary)
    size = min(SIZE, *matrix.shape)
    _, _, directions = randomized_svd(matrix, n_components=size, n_iter=_STEPS, random_state=seed)
    rows = np.zeros((len(vocabulary.buckets), SIZE), np.float32)
    rows[:, :size] = directions.T * _LENGTH
    return Vectors(buckets=vocabulary.buckets, rows=rows)
