"""The grounds of a judgement for a person's eye: the words that decided, and the lines that had to be reached."""

from dataclasses import dataclass

import numpy as np

from consumers.judging.judge import Judge
from consumers.judging.why import Reason, explain
from huiying.post import Because

_READ = 400
_LEAST_FALL = 0.05
_MOST = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Grounds:
    """Why one text is judged as it is by the model in force.

    `kind` are the office's words for kinds of request without which the kind would be less sure. `relevant_from`,
    `lead_from` and `duty_from` are the probabilities from which on a post counts as relevant, a lead is named, a duty
    is touched. `model` is the version that was asked; it need not be the one that judged the post.
    """

    because: Because
    kind: Reason
    relevant_from: float
    lead_from: float
    duty_from: float
    everywhere: bool
    model: str


def grounds_of(judge: Judge, text: str) -> Grounds:
    """The grounds of one text; computed only when a person asks."""
    return Grounds(
        because=explain(judge, text),
        kind=_kind_words(judge, text[:_READ]),
        relevant_from=judge.city.threshold,
        lead_from=judge.calibration.lead_sure,
        duty_from=judge.calibration.duty_sure,
        everywhere=judge.city.scope.value == "everywhere",
        model=judge.version,
    )


def _kind_words(judge: Judge, text: str) -> Reason:
    words = [word for word in judge.clues.words_in(text) if word in text]
    chance = judge.score([text, *(text.replace(word, "") for word in words)]).kind.astype(np.float64)
    likeliest = np.clip(chance[:, int(chance[0].argmax())], 1e-9, 1 - 1e-9)
    odds = np.log(likeliest / (1 - likeliest))
    falls = sorted(zip(words, (odds[0] - odds[1:]).tolist(), strict=True), key=lambda fall: -fall[1])
    return tuple((word, round(fall, 4)) for word, fall in falls[:_MOST] if fall >= _LEAST_FALL)
