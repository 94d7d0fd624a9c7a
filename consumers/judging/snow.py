"""SnowNLP as the tone scorer, where the office's settings choose it: slow and weaker, kept to compare with.

Its stock model gives one number, the probability of "positive" as in shopping reviews; its middle counts as neutral.
"""

from collections.abc import Callable, Sequence

import numpy as np

from consumers.judging.calibration import Floats

_NEUTRAL, _WIDTH = 0.5, 0.2
_READ = 500


class SnowTone:
    """Three tones from SnowNLP's stock sentiment."""

    name = "snownlp"

    def __init__(self) -> None:
        # Imported here only: it takes seconds and some 400 MB that the default scorer must not cost.
        from snownlp.sentiment import classifier  # noqa: PLC0415

        self._stock = classifier

    def tones(self, texts: Sequence[str]) -> Floats:
        """One row per text: negative, neutral, positive."""
        return self.tones_of_words([self.words(text) for text in texts])

    def words(self, text: str) -> list[str]:
        """What SnowNLP sees of a text; nearly all of its time goes into finding it."""
        clean = text[:_READ].encode("utf-8", "ignore").decode("utf-8")
        found: list[str] = self._stock.handle(clean) if clean.strip() else []
        return found

    def tones_of_words(self, texts: Sequence[list[str]]) -> Floats:
        """The tones of texts whose words were found before."""
        positive = np.array([self._positive(words) for words in texts], np.float64)
        # A bump in the middle is the neutral share; what is left goes to the side on which the number lies.
        neutral = np.exp(-(((positive - _NEUTRAL) / _WIDTH) ** 2)) * 0.6
        return np.stack([(1 - neutral) * (1 - positive), neutral, (1 - neutral) * positive], axis=1)

    def taught(self, texts: Sequence[list[str]], tones: Sequence[str]) -> Callable[[list[str]], str]:
        """SnowNLP's own Bayes taught with other texts: a function from a text's words to its tone."""
        bayes = type(self._stock.classifier)()
        bayes.train(list(zip(texts, tones, strict=True)))
        return lambda words: str(bayes.classify(words)[0])

    def _positive(self, words: list[str]) -> float:
        if not words:
            return _NEUTRAL
        answer, probability = self._stock.classifier.classify(words)
        return float(probability if answer == "pos" else 1 - probability)
