"""The figures of an evaluation, each with its interval: F1, AUC, calibration, error against coverage.

Every measure takes a weight per row, 1 for the figure itself. A bootstrap draw is another set of weights: texts that
repeat one another are drawn together, so that a text posted a hundred times does not pass for a hundred texts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf

_DRAWS = 300
_SEED = 20141
_BINS = 10
_Z = 1.96

Answers = NDArray[np.int64]
Marks = NDArray[np.bool_]
Groups = NDArray[np.int64]
Weights = NDArray[np.float64]
Measure = Callable[[Weights], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure with the middle 95 % of its bootstrap (None where none was drawn), and the rows it stands on."""

    name: str
    value: float
    low: float | None
    high: float | None
    rows: int
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bin:
    """Rows that were judged about equally sure: how sure, how many of them were right, and its 95 % (Wilson)."""

    rows: int
    said: float
    right: float
    low: float
    high: float


def figure(name: str, group: Groups, measure: Measure, note: str = "", *, recentre: bool = False) -> Figure:
    """A measure, and its interval over groups of rows drawn with replacement.

    `recentre` moves the draws back to the figure: a calibration error grows by being drawn again, since chance adds
    error and takes none away.
    """
    value = measure(np.ones(len(group)))
    _, member = np.unique(group, return_inverse=True)
    groups = int(member.max()) + 1
    generator = np.random.default_rng(_SEED)
    drawn = (np.bincount(generator.integers(0, groups, groups), minlength=groups) for _ in range(_DRAWS))
    draws = np.array([measure(times[member].astype(np.float64)) for times in drawn])
    if recentre:
        draws = np.maximum(draws - draws.mean() + value, 0)
    low, high = np.quantile(draws, [0.025, 0.975])
    return Figure(name=name, value=_r(value), low=_r(low), high=_r(high), rows=len(group), note=note)


def share(right: Marks, of: Marks | None = None) -> Measure:
    """How many of the rows (of those marked `of`) are right."""
    counted = np.ones(len(right)) if of is None else of.astype(np.float64)
    return lambda weights: float((weights * counted * right).sum() / max((weights * counted).sum(), 1e-9))


def macro_f1(told: Answers, given: Answers, classes: Sequence[int]) -> Measure:
    """The mean of the classes' F1."""
    return mean_of([class_f1(told == one, given == one) for one in classes])


def mean_of(measures: Sequence[Measure]) -> Measure:
    """The mean of several measures of the same rows; 0 of none."""
    return lambda weights: sum(measure(weights) for measure in measures) / max(len(measures), 1)


def class_f1(told: Marks, given: Marks, accepted: Marks | None = None) -> Measure:
    """F1 of one class, or of all cells of a table of rows and classes; 0 where it is neither told nor given.

    What is given and only `accepted` costs no precision, and is not asked for either.
    """
    hit = _by_row(told & given)
    fine = hit if accepted is None else _by_row(given & (told | accepted))
    asked, said = _by_row(told), _by_row(given)

    def f1(weights: Weights) -> float:
        precision = (weights * fine).sum() / max((weights * said).sum(), 1e-9)
        recall = (weights * hit).sum() / max((weights * asked).sum(), 1e-9)
        return float(2 * precision * recall / max(precision + recall, 1e-9))

    return f1


def auc(told: Marks, chance: NDArray[np.floating]) -> Measure:
    """How often a row that is one has a higher probability than a row that is none; .5 by guessing."""
    _, rank = np.unique(chance, return_inverse=True)

    def area(weights: Weights) -> float:
        yes = np.bincount(rank, weights * told)
        no = np.bincount(rank, weights * ~told)
        below = np.cumsum(no) - no
        return float((yes * (below + no / 2)).sum() / max(yes.sum() * no.sum(), 1e-9))

    return area


def error_at(coverage: float, right: Marks, surest: NDArray[np.floating]) -> Measure:
    """How many are wrong among the surest rows, so many that they make up `coverage` of all."""
    order = np.argsort(-surest, kind="stable")
    wrong = ~right[order]

    def error(weights: Weights) -> float:
        ordered = weights[order]
        taken = np.cumsum(ordered) <= coverage * ordered.sum() + 1e-9
        return float((ordered * wrong * taken).sum() / max((ordered * taken).sum(), 1e-9))

    return error


def calibration_error(said: NDArray[np.floating], right: Marks) -> Measure:
    """Expected calibration error in ten bins of equally many rows, less some of what chance alone adds to it.

    The debiased estimator of Kumar, Liang and Ma (Verified Uncertainty Calibration, NeurIPS 2019; compared as
    ECE-debias by Roelofs et al., Mitigating Bias in Calibration Error Estimation, AISTATS 2022). The share that is
    right in a bin is taken as normal, by which its mean distance from what was said has a closed form; what that mean
    exceeds the distance seen is subtracted from it. On few rows it still errs on the strict side.
    """
    place = _bins(said)
    count = int(place.max()) + 1

    def error(weights: Weights) -> float:
        rows = np.maximum(np.bincount(place, weights, count), 1e-9)
        hits = np.bincount(place, weights * right, count) / rows
        gap = np.abs(hits - np.bincount(place, weights * said, count) / rows)
        spread = np.maximum(np.sqrt(hits * (1 - hits) / rows), 1e-12)
        drawn = spread * np.sqrt(2 / np.pi) * np.exp(-0.5 * (gap / spread) ** 2) + gap * erf(
            gap / (spread * np.sqrt(2))
        )
        return max(float((rows * (2 * gap - drawn)).sum() / rows.sum()), 0.0)

    return error


def calibration_curve(said: NDArray[np.floating], right: Marks) -> tuple[Bin, ...]:
    """The bins of the calibration error, from the least to the most sure."""
    place = _bins(said)
    return tuple(_bin(said[place == number], right[place == number]) for number in range(int(place.max()) + 1))


def _bins(said: NDArray[np.floating]) -> Answers:
    """The bin of each row; rows with the same probability share one."""
    edges = np.unique(np.quantile(said, np.arange(1, _BINS) / _BINS))
    _, place = np.unique(np.searchsorted(edges, said, side="left"), return_inverse=True)
    return place.astype(np.int64)


def _bin(said: NDArray[np.floating], right: Marks) -> Bin:
    rows, hits = len(said), float(right.mean())
    middle = (hits + _Z**2 / (2 * rows)) / (1 + _Z**2 / rows)
    reach = _Z * np.sqrt(hits * (1 - hits) / rows + _Z**2 / (4 * rows**2)) / (1 + _Z**2 / rows)
    return Bin(rows=rows, said=_r(said.mean()), right=_r(hits), low=_r(middle - reach), high=_r(middle + reach))


def _by_row(cells: Marks) -> Weights:
    return np.asarray(cells.reshape(len(cells), -1).sum(axis=1), np.float64)


def _r(value: float | np.floating) -> float:
    return round(float(value), 4)
