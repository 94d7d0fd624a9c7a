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
from consumers.training.corpora import GoldRow
from huiying.post import Kind

_TIE = 0.002
_SURE_ERROR = 0.08
"""A lead is named only where, among rows at least so sure, no more than this share is wrong."""

TONE_HABITS = ToneHabits(mix=0.5, heat=1.0, negative_words=0.0, positive_words=0.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseen:
    """Texts as heads that had not seen them scored them, and the words in them."""

    scores: Floats
    evidence: Evidence


def rows_of(evidence: Evidence, rows: NDArray[np.int64]) -> Evidence:
    """The evidence of some texts."""
    return Evidence(**{name: getattr(evidence, name)[rows] for name in Evidence.__slots__})


def fit_calibration(
    gold: Sequence[GoldRow], told: Unseen, titles: Unseen, chatter: Unseen, names: list[str], clues: Clues
) -> Calibration:
    """From the hand-labelled messages and as much chatter as there is."""
    scores, evidence = told.scores, told.evidence
    at = {name: number for number, name in enumerate(names)}
    bureaus = scores[:, [at[f"bureau:{bureau}"] for bureau in clues.bureaus]]
    lead_parts = candidate_parts(bureaus, evidence.bureaus, evidence.bureaus_early)
    lead, right = _fit_choice(lead_parts, right_bureaus(gold, clues))
    duties, read = (scores[:, [at[f"{name}:{number}"] for number in clues.duties]] for name in ("duty", "read-duty"))
    chance = softmax(weighted_sum(lead_parts, lead))
    duty, duty_sure = _fit_duties(
        duty_parts(duties, read, chance, clues.leads_of, evidence), touched_duties(gold, clues)
    )
    kinds = scores[:, [at[f"kind:{kind.value}"] for kind in Kind]]
    kind, _ = _fit_choice([kinds, np.log1p(evidence.kinds), np.log1p(evidence.kinds_early)], right_kinds(gold))
    return Calibration(
        lead=lead,
        lead_sure=_sure_enough(right),
        duty=duty,
        duty_sure=duty_sure,
        kind=kind,
        urgent={
            str(level): _fit_urgency(scores[:, at[f"urgent:{level}"]], evidence, gold, level) for level in (1, 2)
        },
        tone=TONE_HABITS,
        matter=_fit_matter(
            titles.scores[:, at["matter"]], titles.evidence, chatter.scores[:, at["matter"]], chatter.evidence
        ),
    )


def right_bureaus(gold: Sequence[GoldRow], clues: Clues) -> NDArray[np.bool_]:
    """Which bureaus are right for each row; an equally defensible one counts."""
    return np.array([[bureau in (row.bureau, *row.also) for bureau in clues.bureaus] for row in gold])


def right_kinds(gold: Sequence[GoldRow]) -> NDArray[np.bool_]:
    """Which kinds are right for each row; either of two readers' counts."""
    return np.array([[kind.value in row.kinds for kind in Kind] for row in gold])


def touched_duties(gold: Sequence[GoldRow], clues: Clues) -> NDArray[np.bool_]:
    """Which duties each row touches, both readers agreeing."""
    return np.array([[number in row.duties for number in clues.duties] for row in gold])


def _fit_choice(parts: list[Floats], right: NDArray[np.bool_]) -> tuple[tuple[float, ...], Floats]:
    """Weights of the parts by which the right candidates become likeliest, and (sureness, rightness) per row."""
    start = np.array([1.0] + [0.3] * (len(parts) - 1))

    def cost(weights: Floats) -> float:
        chance = (softmax(weighted_sum(parts, tuple(weights))) * right).sum(axis=1)
        return float(-np.log(chance + 1e-9).mean() + _TIE * np.square(weights).sum())

    weights = tuple(round(float(weight), 4) for weight in minimize(cost, start, bounds=[(0, None)] * len(parts)).x)
    chance = softmax(weighted_sum(parts, weights))
    best = chance.argmax(axis=1)
    return weights, np.stack([chance.max(axis=1), right[np.arange(len(right)), best]], axis=1)


def _sure_enough(right: Floats) -> float:
    """The lowest sureness from which on few enough leads are wrong."""
    order = np.argsort(-right[:, 0], kind="stable")
    wrong = 1 - np.cumsum(right[order, 1]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(wrong <= _SURE_ERROR)
    return round(float(right[order[good[-1]], 0]), 3) if len(good) else 0.9


def _fit_duties(parts: list[Floats], told: NDArray[np.bool_]) -> tuple[tuple[float, ...], float]:
    """Weights of the parts, and the threshold with the best F1."""
    weights = fit_log_odds(parts, told)
    chance = sigmoid(weighted_sum(parts, weights))
    thresholds = np.arange(0.1, 0.8, 0.01)
    gain = [2 * (told & (chance >= t)).sum() / (told.sum() + (chance >= t).sum()) for t in thresholds]
    return weights, round(float(thresholds[int(np.argmax(gain))]), 2)


def _fit_urgency(linear: Floats, evidence: Evidence, gold: Sequence[GoldRow], level: int) -> tuple[float, ...]:
    parts = [linear, *(np.log1p(evidence.levels[:, column]) for column in range(3))]
    return fit_log_odds(parts, np.array([row.urgency >= level for row in gold]))


def _fit_matter(ours: Floats, evidence: Evidence, chatter: Floats, chatter_evidence: Evidence) -> tuple[float, ...]:
    def parts(linear: Floats, words: Evidence) -> list[Floats]:
        strongest = np.maximum(words.bureaus.max(axis=1), words.duties.max(axis=1))
        return [linear, np.log1p(np.maximum(strongest, 0)), np.log1p(words.institution)]

    both = [
        np.r_[mine, theirs]
        for mine, theirs in zip(parts(ours, evidence), parts(chatter, chatter_evidence), strict=True)
    ]
    return fit_log_odds(both, np.r_[np.ones(len(ours), np.bool_), np.zeros(len(chatter), np.bool_)], balanced=True)


def fit_log_odds(parts: list[Floats], yes: NDArray[np.bool_], *, balanced: bool = False) -> tuple[float, ...]:
    """Weights, none below zero (what speaks for a thing must not speak against it), and a constant."""
    table = np.stack([*(part.ravel() for part in parts), np.ones(parts[0].size)], axis=1).astype(np.float64)
    sign = np.where(yes.ravel(), 1.0, -1.0)
    share = np.where(sign > 0, 0.5 / (sign > 0).mean(), 0.5 / (sign < 0).mean()) if balanced else np.ones(len(sign))

    def cost(weights: Floats) -> tuple[float, Floats]:
        margin = sign * (table @ weights)
        slope = -sign * share * sigmoid(-margin)
        loss = float((share * np.logaddexp(0, -margin)).sum() + 0.5 * np.square(weights[:-1]).sum())
        return loss, table.T @ slope + np.r_[weights[:-1], 0]

    bounds = [(0, None)] * len(parts) + [(None, None)]
    fitted = minimize(cost, np.zeros(len(parts) + 1), jac=True, bounds=bounds, method="L-BFGS-B").x
    return tuple(round(float(number), 4) for number in fitted)
