"""How far two readers of the same rows agree: no model can be asked to be surer than they are of one another."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from consumers.training.measures import Figure, Weights, class_f1, figure, share
from consumers.training.readings import Reading, read_messages, read_second

_DUTIES = range(1, 21)


def agreement_figures() -> list[Figure]:
    """Of the messages that were read twice: share and Cohen's kappa of each label, and F1 of the duties."""
    second = read_second()
    first = read_messages()
    pairs = [(first[row], second[row]) for row in sorted(second)]
    rows = np.arange(len(pairs))
    duties = class_f1(*(_duties([pair[at] for pair in pairs]) for at in (0, 1)))
    accepted = np.array([_accepts(one, other) or _accepts(other, one) for one, other in pairs])
    return [
        *_choice("牵头单位", [(one.bureau, other.bureau) for one, other in pairs]),
        figure("　连同也说得通的单位", rows, share(accepted)),
        figure("两次阅读 职责 F1", rows, duties),
        *_choice("诉求类别", [(one.kind, other.kind) for one, other in pairs]),
        *_choice("语气", [(one.tone, other.tone) for one, other in pairs]),
        *_choice("紧急程度", [(str(one.urgency), str(other.urgency)) for one, other in pairs]),
    ]


def _accepts(one: Reading, other: Reading) -> bool:
    return other.bureau in (one.bureau, *one.also)


def _duties(readings: Sequence[Reading]) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    return np.array([[number in reading.duties for number in _DUTIES] for reading in readings])


def _choice(name: str, pairs: Sequence[tuple[str, str]]) -> list[Figure]:
    same = np.array([one == other for one, other in pairs])
    rows = np.arange(len(pairs))

    def kappa(weights: Weights) -> float:
        """Cohen, "A coefficient of agreement for nominal scales" (1960)."""
        total = float(weights.sum())
        sides = [Counter[str](), Counter[str]()]
        for pair, weight in zip(pairs, weights.tolist(), strict=True):
            for side, answer in zip(sides, pair, strict=True):
                side[answer] += weight
        chance: float = sum(sides[0][answer] * sides[1][answer] for answer in sides[0]) / max(total * total, 1e-9)
        agreed = float((weights * same).sum() / max(total, 1e-9))
        return (agreed - chance) / max(1 - chance, 1e-9)

    return [figure(f"两次阅读 {name} 一致", rows, share(same)), figure(f"　{name} κ", rows, kappa)]
