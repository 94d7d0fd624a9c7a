"""SnowNLP as the tone scorer, where the office's settings choose it: slow and weaker, kept to compare with.

Its stock model gives one number, the probability of "positive" as in shopping reviews; its middle counts as neutral.
"""

from collections.abc import Sequence

import numpy as np

from consumers.judging.calibration import Floats

_NEUTRAL, _WIDTH = 0.5, 0.2
_READ = 500


class SnowTone:
    """Three tones from SnowNLP's stock sentiment."""

    name = "snownlp"

    def __init__(self) -> None:
        # Imported here only: it takes seconds and some 400 MB that the default scorer must not cost.
        from snownlp import SnowNLP  # noqa: PLC0415

        self._model = SnowNLP

    def tones(self, texts: Sequence[str]) -> Floats:
        """One row per text: negative, neutral, positive."""
        positive = np.array([self._positive(text) for text in texts], np.float64)
        # A bump in the middle is the neutral share; what is left goes to the side on which the number lies.
        neutral = np.exp(-(((positive - _NEUTRAL) / _WIDTH) ** 2)) * 0.6
        return np.stack([(1 - neutral) * (1 - positive), neutral, (1 - neutral) * positive], axis=1)

    def _positive(self, text: str) -> float:
        clean = text[:_READ].encode("utf-8", "ignore").decode("utf-8")
        return float(self._model(clean).sentiments) if clean.strip() else _NEUTRAL
