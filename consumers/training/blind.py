"""Answers about texts that were not shown to what gave them: all an evaluation needs to know of a judgement."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from consumers.judging.calibration import Floats
from consumers.training.measures import Answers, Groups, Marks


@dataclass(frozen=True, kw_only=True, slots=True)
class Blind:
    """A row per text, a column per possible answer.

    `rows` names each text as `set:row`. Texts that repeat one another share a number in `group`. `told` marks the
    right answers, `accepted` those that count as no mistake but are not asked for either. `sure` is the probability
    from which on an answer is given at all, text by text because each fold has its own.
    """

    answers: tuple[str, ...]
    rows: tuple[str, ...]
    texts: tuple[str, ...]
    group: Groups
    told: Marks
    accepted: Marks
    chance: Floats
    sure: Floats

    @property
    def sets(self) -> NDArray[np.str_]:
        """The set each row belongs to."""
        return np.array([row.partition(":")[0] for row in self.rows], np.str_)

    @property
    def best(self) -> Answers:
        """The likeliest answer."""
        best: Answers = self.chance.argmax(axis=1)
        return best

    @property
    def surest(self) -> Floats:
        """The probability of the likeliest answer."""
        surest: Floats = self.chance.max(axis=1)
        return surest

    @property
    def right(self) -> Marks:
        """Whether the likeliest answer is right or accepted."""
        return self.right_among(1)

    @property
    def given(self) -> Marks:
        """The answers that are given, each for itself."""
        given: Marks = self.chance >= self.sure[:, None]
        return given

    def right_among(self, most: int) -> Marks:
        """Whether one of the likeliest answers is right or accepted."""
        best = np.argsort(-self.chance, axis=1, kind="stable")[:, :most]
        return np.asarray(np.take_along_axis(self.told | self.accepted, best, axis=1).any(axis=1), np.bool_)

    def where(self, mine: Marks) -> "Blind":
        """Some of the rows."""
        at = np.flatnonzero(mine)
        return replace(
            self,
            rows=tuple(self.rows[row] for row in at),
            texts=tuple(self.texts[row] for row in at),
            group=self.group[at],
            told=self.told[at],
            accepted=self.accepted[at],
            chance=self.chance[at],
            sure=self.sure[at],
        )

    def of(self, *sets: str) -> "Blind":
        """The rows of some sets."""
        return self.where(np.isin(self.sets, sets))


def marks(answers: Sequence[str | int], told: Sequence[Sequence[str | int]]) -> Marks:
    """A row per text, True in the columns of its answers."""
    return np.array([[answer in right for answer in answers] for right in told], np.bool_).reshape(len(told), -1)
