"""Tone from several readers' habits: every labelled source drew the line elsewhere, so a gate by wording mixes them.

Columns of the heads: `gate:S` (whose text is this like?), `S:negative|neutral|positive` for sources with three
tones and for all of them pooled, `negative:S` for sources that only tell negative from not negative.
"""

from dataclasses import dataclass

import numpy as np

from consumers.judging.calibration import Floats, ToneHabits, sigmoid, softmax
from consumers.judging.evidence import Evidence

POOLED = "all"
TONES = ("negative", "neutral", "positive")
_NEVER_QUITE = 0.03


@dataclass(frozen=True, slots=True)
class ToneColumns:
    """Where the tone columns stand among the heads."""

    gate_three: list[int]
    gate_two: list[int]
    three: list[list[int]]
    pooled: list[int]
    two: list[int]
    two_pooled: int

    @classmethod
    def among(cls, names: list[str]) -> "ToneColumns":
        """Found by their names."""
        at = {name: number for number, name in enumerate(names)}
        gates = [name.removeprefix("gate:") for name in names if name.startswith("gate:")]
        threes = [source for source in gates if f"{source}:negative" in at]
        twos = [source for source in gates if source not in threes]
        return cls(
            gate_three=[at[f"gate:{source}"] for source in threes],
            gate_two=[at[f"gate:{source}"] for source in twos],
            three=[[at[f"{source}:{tone}"] for tone in TONES] for source in threes],
            pooled=[at[f"{POOLED}:{tone}"] for tone in TONES],
            two=[at[f"negative:{source}"] for source in twos],
            two_pooled=at[f"negative:{POOLED}"],
        )


def tone_probabilities(scores: Floats, at: ToneColumns, evidence: Evidence, habits: ToneHabits) -> Floats:
    """Three probabilities per text, in the order of `TONES`."""
    gate = softmax(scores[:, at.gate_three + at.gate_two])
    like_three = gate[:, : len(at.gate_three)] + _NEVER_QUITE
    like_three = like_three / like_three.sum(axis=1, keepdims=True)
    experts = (like_three[:, :, None] * scores[:, at.three]).sum(axis=1)
    three = habits.mix * experts + (1 - habits.mix) * scores[:, at.pooled]
    nudge = habits.negative_words * np.log1p(evidence.negative) - habits.positive_words * np.log1p(evidence.positive)
    three = three + np.stack([nudge, np.zeros_like(nudge), -nudge], axis=1)
    three = softmax(three * habits.heat)
    like_two = gate[:, len(at.gate_three) :].sum(axis=1)
    return _with_two_tone_readers(three, like_two, gate, scores, at, nudge * habits.heat)


def _with_two_tone_readers(
    three: Floats, like_two: Floats, gate: Floats, scores: Floats, at: ToneColumns, nudge: Floats
) -> Floats:
    """The more a text is like those of two-tone sources, the more its negative share is theirs to say."""
    alike = gate[:, len(at.gate_three) :] / np.maximum(like_two, 1e-6)[:, None]
    own = (alike * scores[:, at.two]).sum(axis=1)
    negative_two = sigmoid(0.5 * own + 0.5 * scores[:, at.two_pooled] + nudge)
    negative = (1 - like_two) * three[:, 0] + like_two * negative_two
    rest = three[:, 1:] / np.maximum(three[:, 1:].sum(axis=1, keepdims=True), 1e-9)
    # A reader with two tones does not split what is not negative: it goes to the likelier of the other two.
    winner = (rest >= rest.max(axis=1, keepdims=True)).astype(rest.dtype)
    winner[:, 1] -= winner[:, 0] * winner[:, 1]
    rest = (1 - like_two)[:, None] * rest + like_two[:, None] * winner
    return np.concatenate([negative[:, None], (1 - negative)[:, None] * rest], axis=1)
