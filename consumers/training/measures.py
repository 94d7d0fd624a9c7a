"""The figures of an evaluation: F1, shares with bootstrap intervals, coverage and error of abstention."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DRAWS = 300
_SEED = 20141

Answers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One figure with the middle 95 % of its bootstrap, and what it was measured on."""

    name: str
    value: float
    low: float
    high: float
    rows: int
    note: str = ""


def macro_f1(told: Answers, given: Answers, classes: Sequence[int]) -> float:
    """The mean of the classes' F1."""
    return float(np.mean([class_f1(told == one, given == one) for one in classes]))


def class_f1(told: NDArray[np.bool_], given: NDArray[np.bool_]) -> float:
    """F1 of one class; 0 where it is neither told nor given."""
    both = int((told & given).sum())
    return 2 * both / max(int(told.sum()) + int(given.sum()), 1)


def figure(name: str, rows: int, measure: Callable[[NDArray[np.int64]], float], note: str = "") -> Figure:
    """A measure of rows, and its interval over rows drawn with replacement."""
    generator = np.random.default_rng(_SEED)
    draws = [measure(generator.integers(0, rows, rows)) for _ in range(_DRAWS)]
    low, high = np.quantile(draws, [0.025, 0.975])
    value = measure(np.arange(rows))
    return Figure(
        name=name, value=round(value, 4), low=round(float(low), 4), high=round(float(high), 4), rows=rows, note=note
    )
