"""How scores and words become probabilities: a few numbers per question, fitted on texts the heads had not seen."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True, slots=True)
class ToneHabits:
    """How far single readers count beside all pooled, how sharp the probabilities are, and how much words add."""

    mix: float
    heat: float
    negative_words: float
    positive_words: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """Weights of the parts of each judgement (their order is that of the functions below), and the thresholds.

    `lead_sure` is the probability below which no lead is named; `duty_sure` the one from which a duty is touched.
    """

    lead: tuple[float, ...]
    lead_sure: float
    duty: tuple[float, ...]
    duty_sure: float
    kind: tuple[float, ...]
    urgent: Mapping[str, tuple[float, ...]]
    tone: ToneHabits
    public: tuple[float, ...]


def candidate_parts(linear: Floats, words: Floats, early: Floats) -> list[Floats]:
    """What speaks for each candidate bureau or duty: model, words against and for, their share, the title."""
    for_it = np.maximum(words, 0)
    share = for_it / np.maximum(for_it.sum(axis=1, keepdims=True), 1)
    return [linear, np.minimum(words, 0), np.log1p(for_it), share, np.log1p(np.maximum(early, 0))]


def weighted_sum(parts: list[Floats], weights: tuple[float, ...]) -> Floats:
    """Parts times weights; one more weight than parts is a constant."""
    total = parts[0] * weights[0]
    for part, weight in zip(parts[1:], weights[1:], strict=False):
        total = total + part * weight
    return total + weights[-1] if len(weights) > len(parts) else total


def softmax(scores: Floats) -> Floats:
    """Probabilities that add up to 1 along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    result: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return result


def sigmoid(scores: Floats) -> Floats:
    """The probability that goes with log odds."""
    result: Floats = 1 / (1 + np.exp(-np.clip(scores, -30, 30)))
    return result
