"""Fits linear heads: the grams of many texts as a sparse matrix, one regularised logistic regression per question."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from consumers.judging.features import BITS, encode, grams
from consumers.judging.heads import GramTable, Heads

_CHUNK = 2000
_RAREST = -5.0
_TOLERANCE = 0.01
Matrix = sp.csr_array


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """The buckets that are used, and how telling each is."""

    buckets: NDArray[np.int32]
    idf: NDArray[np.float16]


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One fitted question: a weight per bucket of the vocabulary, and a bias."""

    name: str
    weights: NDArray[np.float32]
    bias: float


def count_grams(texts: Sequence[str]) -> Matrix:
    """A row per text, a column per bucket, 1 where the text has the gram."""
    parts = []
    for start in range(0, len(texts), _CHUNK):
        batch = encode(texts[start : start + _CHUNK])
        owner, bucket = grams(batch)
        ends = np.searchsorted(owner, np.arange(batch.size + 1)).astype(np.int32)
        ones = np.ones(len(bucket), np.float32)
        parts.append(sp.csr_array((ones, bucket.astype(np.int32), ends), shape=(batch.size, 1 << BITS)))
    return sp.csr_array(sp.vstack(parts, format="csr"))


def choose_vocabulary(counts: Matrix, seen_in_texts: int) -> Vocabulary:
    """Buckets that occur in at least so many texts."""
    frequency = np.bincount(counts.indices, minlength=1 << BITS)
    buckets = np.flatnonzero(frequency >= seen_in_texts)
    idf = np.log((1 + counts.shape[0]) / (1 + frequency[buckets])) + 1
    return Vocabulary(buckets=buckets.astype(np.int32), idf=idf.astype(np.float16))


def weigh(counts: Matrix, vocabulary: Vocabulary) -> Matrix:
    """The same rows over a vocabulary, weighted by idf and of length 1."""
    matrix = sp.csr_array(counts[:, vocabulary.buckets])
    matrix.data = matrix.data * vocabulary.idf.astype(np.float32)[matrix.indices]
    length = np.sqrt(np.maximum(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel(), 1e-6))
    matrix.data /= np.repeat(length, np.diff(matrix.indptr)).astype(np.float32)
    return matrix


def fit_classes(matrix: Matrix, labels: NDArray[Any], names: Sequence[str], *, strength: float) -> list[Column]:
    """One column per class name, each class against the rest; one without examples gets no weight and a low bias."""
    told = labels.astype(str)
    columns = []
    for name in names:
        yes = told == name
        weight = _balanced(yes) if yes.any() and not yes.all() else None
        columns.append(fit_yes_no(matrix, yes, name=name, strength=strength, weight=weight))
    # How often a class stands in the training sets says little about how often citizens mean it.
    most = max(column.bias for column in columns)
    return [replace(column, bias=max(column.bias - most, _RAREST)) for column in columns]


def fit_yes_no(
    matrix: Matrix,
    yes: NDArray[np.bool_],
    *,
    name: str,
    strength: float,
    weight: NDArray[np.float64] | None = None,
) -> Column:
    """One column whose score is the log odds of yes; without both answers it says nothing."""
    if yes.all() or not yes.any():
        return Column(name=name, weights=np.zeros(matrix.shape[1], np.float32), bias=_RAREST)
    weights, bias = _fit(matrix, yes, strength, weight)
    return Column(name=name, weights=weights, bias=bias)


def _balanced(yes: NDArray[np.bool_]) -> NDArray[np.float64]:
    weight: NDArray[np.float64] = np.where(yes, 0.5 / yes.mean(), 0.5 / (1 - yes.mean()))
    return weight


def build_heads(vocabulary: Vocabulary, columns: Sequence[Column], most_rows: int) -> Heads:
    """The columns side by side, the rows that matter least left out, in 8 bits."""
    weights = np.stack([column.weights for column in columns], axis=1) * vocabulary.idf.astype(np.float32)[:, None]
    strongest = np.sort(np.argsort(-np.abs(weights).max(axis=1), kind="stable")[:most_rows])
    return Heads(
        names=[column.name for column in columns],
        table=GramTable.of(vocabulary.buckets[strongest], vocabulary.idf[strongest], weights[strongest]),
        bias=np.array([column.bias for column in columns], np.float32),
    )


def _fit(
    matrix: Matrix, yes: NDArray[np.bool_], strength: float, weight: NDArray[np.float64] | None
) -> tuple[NDArray[np.float32], float]:
    """Weights and bias of one question; only the columns that the rows have are looked at."""
    used = np.flatnonzero(np.bincount(matrix.indices, minlength=matrix.shape[1]))
    model = LogisticRegression(
        C=strength, solver="liblinear", dual=True, tol=_TOLERANCE, max_iter=200, random_state=1
    )
    with warnings.catch_warnings():
        # The last digits do not change a judgement.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix[:, used], yes, sample_weight=weight)
    weights = np.zeros(matrix.shape[1], np.float32)
    weights[used] = model.coef_[0]
    return weights, float(model.intercept_[0])
