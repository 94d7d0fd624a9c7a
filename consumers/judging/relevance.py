"""Whether a post is about this city's public affairs: is the matter public, and is the place ours?"""

from collections.abc import Sequence

import numpy as np

from consumers.judging.calibration import Calibration, Floats, sigmoid, weighted_sum
from consumers.judging.evidence import Evidence
from huiying.city import City, Scope
from huiying.post import ADDRESSED_TO_THE_OFFICE, SourceKind

_SURE_PLACE = 3.0
_ELSEWHERE_ONLY = 0.08


def public_matter(linear: Floats, evidence: Evidence, calibration: Calibration) -> Floats:
    """How far the text is about what a public body answers for, wherever that may be."""
    strongest = np.maximum(evidence.bureaus.max(axis=1), evidence.duties.max(axis=1))
    parts = [linear, np.log1p(np.maximum(strongest, 0)), np.log1p(evidence.institution)]
    return sigmoid(weighted_sum(parts, calibration.matter))


def our_place(evidence: Evidence, city: City) -> Floats:
    """How far the place is this city: its own names count most, other cities' names alone speak against it."""
    ours = np.minimum(evidence.place / _SURE_PLACE, 1)
    theirs = np.minimum(evidence.elsewhere / _SURE_PLACE, 1)
    unnamed = city.without_place + (_ELSEWHERE_ONLY - city.without_place) * theirs
    # A text that names both is weighed by which it names more.
    named = np.where(
        evidence.place >= evidence.elsewhere, 1.0, 0.5 + 0.5 * evidence.place / np.maximum(evidence.elsewhere, 1)
    )
    result: Floats = np.maximum(ours * named, unnamed)
    return result


def relevance(
    linear: Floats,
    evidence: Evidence,
    calibration: Calibration,
    city: City,
    source_kinds: Sequence[SourceKind | None] | None,
) -> Floats:
    """0..1 per text. What is written to the office is relevant by definition."""
    result = public_matter(linear, evidence, calibration)
    if city.scope is Scope.CITY:
        result = result * our_place(evidence, city)
    if source_kinds is not None:
        addressed = np.array([kind in ADDRESSED_TO_THE_OFFICE for kind in source_kinds], np.bool_)
        result = np.where(addressed, 1.0, result)
    return result
