"""Whether a post is about this city's public affairs: is the matter public, and is the place ours?"""

from collections.abc import Sequence

import numpy as np

from consumers.judging.calibration import Floats, sigmoid, weighted_sum
from consumers.judging.evidence import Evidence
from huiying.city import City, Scope
from huiying.post import ADDRESSED_TO_THE_OFFICE, SourceKind

_SURE_PLACE = 3.0
_ELSEWHERE_ONLY = 0.08
_WORDS_SLOPE, _WORDS_MIDDLE = 1.6, 3.0
"""The weight of a bureau's or a duty's words at which they alone make a matter as likely public as not."""


def public_matter(linear: Floats, evidence: Evidence, weights: tuple[float, ...]) -> Floats:
    """How far the text is about what a public body answers for, wherever that may be."""
    return sigmoid(weighted_sum(public_parts(linear, evidence), weights))


def public_by_words(evidence: Evidence) -> Floats:
    """How far the office's words for its duties and bureaus alone make it a public matter, whatever the tone."""
    return sigmoid(_WORDS_SLOPE * (_strongest(evidence) - _WORDS_MIDDLE))


def public_parts(linear: Floats, evidence: Evidence) -> list[Floats]:
    """What speaks for a public matter: the head, words of a bureau or a duty, words for institutions."""
    return [linear, np.log1p(np.maximum(_strongest(evidence), 0)), np.log1p(evidence.institution)]


def _strongest(evidence: Evidence) -> Floats:
    result: Floats = np.maximum(evidence.bureaus.max(axis=1), evidence.duties.max(axis=1))
    return result


def our_place(evidence: Evidence, city: City, source_kinds: Sequence[SourceKind | None] | None) -> Floats:
    """How far the place is this city: its own names count most, other cities' names alone speak against it.

    A text that names no place is more likely ours where it stands in a source of a local kind.
    """
    unnamed_here = np.array([_unnamed(kind, city) for kind in source_kinds or [None] * len(evidence.place)])
    ours = np.minimum(evidence.place / _SURE_PLACE, 1)
    theirs = np.minimum(evidence.elsewhere / _SURE_PLACE, 1)
    unnamed = unnamed_here + (_ELSEWHERE_ONLY - unnamed_here) * theirs
    # A text that names both is weighed by which it names more; a name that others have too gives way to another city.
    share = evidence.place / np.maximum(evidence.place + evidence.elsewhere, 1)
    doubtful = np.where(evidence.place >= _SURE_PLACE, 0.5 + share, share)
    named = np.where((evidence.place >= evidence.elsewhere) | (evidence.elsewhere == 0), 1.0, doubtful)
    result: Floats = np.maximum(ours * named, unnamed)
    return result


def _unnamed(kind: SourceKind | None, city: City) -> float:
    return city.without_place_locally if kind in city.local_kinds else city.without_place


def relevance(
    linear: Floats,
    evidence: Evidence,
    weights: tuple[float, ...],
    city: City,
    source_kinds: Sequence[SourceKind | None] | None,
) -> Floats:
    """0..1 per text. What is written to the office is relevant by definition."""
    result = public_matter(linear, evidence, weights)
    if city.scope is Scope.CITY:
        # The words are for this city's matters; among posts from everywhere they let in more chatter than they find.
        result = np.maximum(result, public_by_words(evidence)) * our_place(evidence, city, source_kinds)
    if source_kinds is not None:
        addressed = np.array([kind in ADDRESSED_TO_THE_OFFICE for kind in source_kinds], np.bool_)
        result = np.where(addressed, 1.0, result)
    return result
