"""How alike texts are by the measure that gathers them; for telling a person why posts stand together."""

from collections.abc import Sequence

from consumers.grouping.sketches import sketch_all
from consumers.grouping.weights import Weights


def likeness(texts: Sequence[str]) -> list[float]:
    """The similarity of each text to the first, 0..1, before places and days apart count."""
    if not texts:
        return []
    sketches = sketch_all(Weights.load(), list(texts), [""] * len(texts))
    return [round(sketches[0].similarity(sketch), 3) for sketch in sketches]
