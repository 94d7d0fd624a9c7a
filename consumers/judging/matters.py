"""Who answers, for which duty, what the speaker wants and how pressing it is: model and words put together."""

import numpy as np

from consumers.judging.calibration import Calibration, Floats, candidate_parts, sigmoid, softmax, weighted_sum
from consumers.judging.evidence import Evidence
from huiying.post import Kind

_NEVER = -30.0
_WORDS_OF_DANGER, _WORDS_OF_DANGER_IN_SHORT, _SHORT = 3.0, 1.0, 120
_PLENTY = 6.0
_ONLY_BY_WORDS = np.array([kind in (Kind.REPORT, Kind.PRAISE) for kind in Kind], np.float32)


def lead_probabilities(linear: Floats, evidence: Evidence, routable: Floats, calibration: Calibration) -> Floats:
    """For each bureau, the probability that it should lead; bodies that are never routed to have none."""
    parts = candidate_parts(linear, evidence.bureaus, evidence.bureaus_early)
    return softmax(np.where(routable, weighted_sum(parts, calibration.lead), _NEVER))


def duty_probabilities(
    learnt: Floats, lead: Floats, leads_of: Floats, evidence: Evidence, calibration: Calibration
) -> Floats:
    """For each duty, the probability that the text touches it."""
    return sigmoid(weighted_sum(duty_parts(learnt, lead, leads_of, evidence), calibration.duty))


def duty_parts(learnt: Floats, lead: Floats, leads_of: Floats, evidence: Evidence) -> list[Floats]:
    """What speaks for each duty: as for bureaus, and how likely its own bureaus lead.

    `leads_of` has a row per duty and 1 in the columns of its lead bureaus.
    """
    of_its_bureaus = (lead[:, None, :] * leads_of[None, :, :]).sum(axis=2)
    parts = candidate_parts(learnt, evidence.duties, evidence.duties_early)
    return [*parts, of_its_bureaus, of_its_bureaus * parts[2]]


def kind_probabilities(linear: Floats, evidence: Evidence, calibration: Calibration) -> Floats:
    """For each kind of request; words in the title's place count again."""
    parts = [linear, np.log1p(evidence.kinds), np.log1p(evidence.kinds_early)]
    # Readers' messages hold no report of wrongdoing and no praise to learn from: plenty of their words settle it.
    settled = np.maximum(evidence.kinds - _PLENTY, 0) * _ONLY_BY_WORDS
    return softmax(weighted_sum(parts, calibration.kind) + settled)


def urgency_levels(linear: Floats, evidence: Evidence, calibration: Calibration) -> Floats:
    """0..3. Danger to life is told by the office's words alone: too rare to be learnt, and it must be explainable.

    A short cry means the danger it names; a long letter speaks of dangers that were, or may be, and needs more of it.
    """
    ordinary = _pressing(linear[:, 0], evidence, calibration.urgent["1"])
    many = _pressing(linear[:, 1], evidence, calibration.urgent["2"])
    enough = np.where(evidence.characters <= _SHORT, _WORDS_OF_DANGER_IN_SHORT, _WORDS_OF_DANGER)
    danger = evidence.levels[:, 2] >= enough
    return np.select([danger, many >= 0.5, ordinary >= 0.5], [3, 2, 1], 0)


def _pressing(linear: Floats, evidence: Evidence, weights: tuple[float, ...]) -> Floats:
    parts = [linear, *(np.log1p(evidence.levels[:, level]) for level in range(3))]
    return sigmoid(weighted_sum(parts, weights))
