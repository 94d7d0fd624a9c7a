"""Scores of texts by weights that have not seen them: fitted without a fold, asked about that fold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.judging.evidence import Clues
from consumers.judging.heads import Heads, Network
from consumers.training.fitting import Matrix, Vocabulary, build_heads
from consumers.training.folds import spread
from consumers.training.matters import Library, fit_matters
from consumers.training.networks import build_network
from consumers.training.tones import ToneLibrary, fit_tones

FOLDS = 5
MOST_TONE_ROWS, MOST_MATTER_ROWS = 150_000, 60_000

Note = Callable[[str], None]
"""Where progress is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossed:
    """Scores of rows by weights that did not see them; rows not asked about are NaN."""

    names: list[str]
    scores: NDArray[np.float32]
    fold: NDArray[np.int64]


def cross_matters(library: Library, clues: Clues, seed: int, note: Note) -> Crossed:
    """Every fold's scores of the messages with labels."""

    def fit(allowed: NDArray[np.bool_]) -> Network:
        fitted = fit_matters(library, clues, allowed, seed)
        return build_network(library.vocabulary, fitted, library.matrix, MOST_MATTER_ROWS)

    asked = np.arange(len(library.labelled))
    return _cross(fit, library.matrix, library.vocabulary, spread(library.group, FOLDS, seed), asked, note)


def cross_tones(library: ToneLibrary, seed: int, note: Note) -> Crossed:
    """Every fold's scores of all texts."""

    def fit(allowed: NDArray[np.bool_]) -> Heads:
        return build_heads(library.vocabulary, fit_tones(library, allowed), MOST_TONE_ROWS)

    asked = np.arange(len(library.texts))
    return _cross(fit, library.matrix, library.vocabulary, spread(library.group, FOLDS, seed), asked, note)


def _cross(
    fit: Callable[[NDArray[np.bool_]], Heads | Network],
    matrix: Matrix,
    vocabulary: Vocabulary,
    fold: NDArray[np.int64],
    asked: NDArray[np.int64],
    note: Note,
) -> Crossed:
    names: Sequence[str] = ()
    scores = np.zeros((0, 0), np.float32)
    for number in range(FOLDS):
        weights = fit(fold != number)
        if not names:
            names = weights.names
            scores = np.full((matrix.shape[0], len(names)), np.nan, np.float32)
        rows = asked[fold[asked] == number]
        scores[rows] = score_rows(weights, vocabulary, matrix, rows)
        note(f"第 {number + 1} 折，共 {FOLDS} 折")
    return Crossed(names=list(names), scores=scores, fold=fold)


def score_rows(
    weights: Heads | Network, vocabulary: Vocabulary, matrix: Matrix, rows: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Scores as the shipped form gives them: rounded to 8 bits, with the rows that were left out left out."""
    part = matrix[rows]
    owner = np.repeat(np.arange(len(rows)), np.diff(part.indptr))
    return weights.scores(owner, vocabulary.buckets[part.indices].astype(np.int64), len(rows))
