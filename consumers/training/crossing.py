"""Scores of texts by weights that have not seen them: fitted without a fold, asked about that fold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.judging.convolution import Convolution
from consumers.judging.evidence import Clues
from consumers.judging.features import encode
from consumers.judging.heads import Network
from consumers.training.folds import spread
from consumers.training.matters import Library, fit_matters
from consumers.training.measures import Marks
from consumers.training.networks import Floats, build_network
from consumers.training.tones import ToneLibrary, fit_tones

FOLDS = 5
MOST_MATTER_ROWS = 55_000
_CHUNK = 1000

Note = Callable[[str], None]
"""Where progress is told."""

Rows = NDArray[np.int64]
_Scored = tuple[Sequence[str], Callable[[Rows], Floats]]
"""The names of what was fitted, and its scores of some rows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossed:
    """Scores of rows by weights that did not see them; rows not asked about are NaN."""

    names: list[str]
    scores: NDArray[np.float32]
    fold: NDArray[np.int64]


def cross_matters(library: Library, clues: Clues, seed: int, note: Note) -> Crossed:
    """Every fold's scores of the messages with labels."""

    def fit(allowed: Marks) -> _Scored:
        fitted = fit_matters(library, clues, allowed, seed)
        network = build_network(library.vocabulary, fitted, library.matrix, MOST_MATTER_ROWS)
        return network.names, lambda rows: _score_rows(network, library, rows)

    fold = spread(library.group, FOLDS, seed)
    return _cross(fit, fold, np.arange(len(library.labelled)), note)


def cross_tones(library: ToneLibrary, seed: int, note: Note) -> Crossed:
    """Every fold's scores of all texts."""

    def fit(allowed: Marks) -> _Scored:
        fitted = fit_tones(library, allowed, seed)
        return fitted.names, lambda rows: score_tones(fitted, library, rows)

    return _cross(fit, spread(library.group, FOLDS, seed), np.arange(len(library.texts)), note)


def score_tones(fitted: Convolution, library: ToneLibrary, rows: Rows) -> Floats:
    """Scores of some texts as the shipped form gives them, rounded to 8 bits."""
    parts = [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]
    return np.concatenate([fitted.scores(encode([library.texts[row] for row in part])) for part in parts])


def _cross(fit: Callable[[Marks], _Scored], fold: NDArray[np.int64], asked: Rows, note: Note) -> Crossed:
    names: Sequence[str] = ()
    scores = np.zeros((0, 0), np.float32)
    for number in range(FOLDS):
        known, score = fit(fold != number)
        if not names:
            names = known
            scores = np.full((len(fold), len(names)), np.nan, np.float32)
        rows = asked[fold[asked] == number]
        scores[rows] = score(rows)
        note(f"第 {number + 1} 折，共 {FOLDS} 折")
    return Crossed(names=list(names), scores=scores, fold=fold)


def _score_rows(network: Network, library: Library, rows: Rows) -> Floats:
    """Scores as the shipped form gives them: rounded to 8 bits, with the rows that were left out left out."""
    part = library.matrix[rows]
    owner = np.repeat(np.arange(len(rows)), np.diff(part.indptr))
    return network.scores(owner, library.vocabulary.buckets[part.indices].astype(np.int64), len(rows))
