"""Fits the few numbers that turn scores and words into probabilities, on scores of texts the heads had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from consumers.judging.calibration import (
    Calibration,
    Floats,
    ToneHabits,
    candidate_parts,
    sigmoid,
    softmax,
    weighted_sum,
)
from consumers.judging.evidence import Clues, Evidence
from consumers.judging.matters import duty_parts
from consumers.training.corpora import LabelledRow
from consumers.training.matters import URGENT
from huiying.post import Kind

_TIE = 0.002
_ONE_OF_TWO = 0.3
_SURE_ERROR = 0.06
"""A lead is named only where, among rows at least so sure, no more than this share is wrong."""

TONE_HABITS = ToneHabits(mix=0.5, heat=1.0, negative_words=0.0, positive_words=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseen:
    """Texts as heads that had not seen them scored them, and the words in them."""

    scores: Floats
    evidence: Evidence


def rows_of(evidence: Evidence, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Evidence:
    """The evidence of some texts."""
    return Evidence(**{name: getattr(evidence, name)[rows] for name in Evidence.__slots__})


def fit_calibration(
    rows: Sequence[LabelledRow], unseen: Unseen, names: list[str], clues: Clues, public: tuple[float, ...]
) -> Calibration:
    """From messages that were read, each by its standard; `public` was fitted apart, on posts."""
    scores, evidence = unseen.scores, unseen.evidence
    at = {name: number for number, name in enumerate(names)}
    standard = np.array([row.standard for row in rows])
    bureaus = scores[:, [at[f"bureau:{bureau}"] for bureau in clues.bureaus]]
    lead_parts = candidate_parts(bureaus, evidence.bureaus, evidence.bureaus_early)
    lead = _fit_choice(lead_parts, right_bureaus(rows, clues), standard)
    chance = softmax(weighted_sum(lead_parts, lead))
    duties = scores[:, [at[f"duty:{number}"] for number in clues.duties]]
    duty, duty_sure = _fit_duties(duty_parts(duties, chance, clues.leads_of, evidence), rows, clues)
    kinds = scores[:, [at[f"kind:{kind.value}"] for kind in Kind]]
    return Calibration(
        lead=lead,
        lead_sure=_sure_enough(chance, right_bureaus(rows, clues), standard),
        duty=duty,
        duty_sure=duty_sure,
        kind=_fit_choice(
            [kinds, np.log1p(evidence.kinds), np.log1p(evidence.kinds_early)], right_kinds(rows), standard
        ),
        urgent={
            str(level): _fit_urgency(scores[:, at[f"urgent:{level}"]], evidence, rows, level) for level in URGENT
        },
        tone=TONE_HABITS,
        public=public,
    )


def right_bureaus(rows: Sequence[LabelledRow], clues: Clues) -> NDArray[np.bool_]:
    """Which bureaus are right for each row; an equally defensible one counts."""
    return np.array([[bureau in (row.bureau, *row.also) for bureau in clues.bureaus] for row in rows])


def right_kinds(rows: Sequence[LabelledRow]) -> NDArray[np.bool_]:
    """Which kinds are right for each row; either of two readers' counts."""
    return np.array([[kind.value in row.kinds for kind in Kind] for row in rows])


def _fit_choice(parts: list[Floats], right: NDArray[np.bool_], standard: Floats) -> tuple[float, ...]:
    """Weights of the parts by which the right candidates become likeliest."""
    start = np.array([1.0] + [0.3] * (len(parts) - 1))

    def cost(weights: Floats) -> float:
        chance = (softmax(weighted_sum(parts, tuple(weights))) * right).sum(axis=1)
        return float(-np.average(np.log(chance + 1e-9), weights=standard) + _TIE * np.square(weights).sum())

    return tuple(round(float(weight), 4) for weight in minimize(cost, start, bounds=[(0, None)] * len(parts)).x)


def _sure_enough(chance: Floats, right: NDArray[np.bool_], standard: Floats) -> float:
    """The lowest sureness from which on few enough leads are wrong."""
    surest = chance.max(axis=1)
    order = np.argsort(-surest, kind="stable")
    wrong = ~right[np.arange(len(right)), chance.argmax(axis=1)][order]
    share = np.cumsum(wrong * standard[order]) / np.cumsum(standard[order])
    good = np.flatnonzero(share <= _SURE_ERROR)
    return round(float(surest[order[good[-1]]]), 3) if len(good) else 0.9


def _fit_duties(parts: list[Floats], rows: Sequence[LabelledRow], clues: Clues) -> tuple[tuple[float, ...], float]:
    """Weights of the parts, and the threshold with the best F1; what one of two readers saw counts little."""
    told = np.array([[number in (row.duties or ()) for number in clues.duties] for row in rows])
    either = np.array([[number in row.duties_any for number in clues.duties] for row in rows])
    standard = np.array([row.standard for row in rows])[:, None] * np.where(either & ~told, _ONE_OF_TWO, 1.0)
    weights = fit_log_odds(parts, told, standard)
    chance = sigmoid(weighted_sum(parts, weights))

    def gain(threshold: float) -> float:
        given = chance >= threshold
        both, one = (told & given) * standard, (told * standard).sum() + (given * standard).sum()
        return float(2 * both.sum() / max(one, 1e-9))

    return weights, round(float(max(np.arange(0.1, 0.8, 0.01), key=gain)), 2)


def _fit_urgency(linear: Floats, evidence: Evidence, rows: Sequence[LabelledRow], level: int) -> tuple[float, ...]:
    """Weights of the parts, and a constant that puts the best F1 at one half."""
    parts = [linear, *(np.log1p(evidence.levels[:, column]) for column in range(3))]
    told = np.array([(row.urgency or 0) >= level for row in rows])
    standard = np.array([row.standard for row in rows])
    weights = fit_log_odds(parts, told, standard)
    odds = weighted_sum(parts, weights)

    def gain(threshold: float) -> float:
        given = odds >= threshold
        return float(2 * standard[told & given].sum() / max(standard[told].sum() + standard[given].sum(), 1e-9))

    best = float(max(np.quantile(odds, np.linspace(0.02, 0.98, 97)), key=gain))
    return (*weights[:-1], round(weights[-1] - best, 4))


def fit_log_odds(parts: list[Floats], yes: NDArray[np.bool_], standard: Floats | None = None) -> tuple[float, ...]:
    """Weights, none below zero (what speaks for a thing must not speak against it), and a constant."""
    table = np.stack([*(part.ravel() for part in parts), np.ones(parts[0].size)], axis=1).astype(np.float64)
    sign = np.where(yes.ravel(), 1.0, -1.0)
    share = np.ones(len(sign)) if standard is None else np.broadcast_to(standard, yes.shape).ravel()

    def cost(weights: Floats) -> tuple[float, Floats]:
        margin = sign * (table @ weights)
        slope = -sign * share * sigmoid(-margin)
        loss = float((share * np.logaddexp(0, -margin)).sum() + 0.5 * np.square(weights[:-1]).sum())
        return loss, table.T @ slope + np.r_[weights[:-1], 0]

    bounds = [(0, None)] * len(parts) + [(None, None)]
    fitted = minimize(cost, np.zeros(len(parts) + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return tuple(round(float(number), 4) for number in fitted)
