"""How well the same features tell the seven categories of a portal: a check of the method, not a shipped head."""

import numpy as np

from consumers.judging.calibration import softmax
from consumers.training.blind import Blind, marks
from consumers.training.corpora import Corpora
from consumers.training.fitting import choose_vocabulary, count_grams, fit_classes, weigh
from consumers.training.folds import near_duplicates, spread
from consumers.training.measures import Figure, figure, macro_f1, share

_FOLDS, _SEEN, _STRENGTH = 5, 3, 8.0


def ask_category(corpora: Corpora, seed: int) -> Blind:
    """`category_raw` by cross-validation, the segmented set always among what is learnt from.

    The segmented set holds most of the raw messages once more, without their stop words: those are left out of what
    is learnt from, as any other repetition.
    """
    raw, segmented = corpora.category_raw, corpora.category_segmented
    texts = [row.text for row in (*raw, *segmented)]
    labels = np.array([row.label or "" for row in (*raw, *segmented)])
    names = sorted(set(labels.tolist()))
    counts = count_grams(texts)
    matrix = weigh(counts, choose_vocabulary(counts, _SEEN))
    group = near_duplicates(texts, without_stop_words=True)
    fold = spread(group, _FOLDS, seed)
    chance = np.zeros((len(raw), len(names)))
    for number in range(_FOLDS):
        known = np.flatnonzero(fold != number)
        columns = fit_classes(matrix[known], labels[known], names, strength=_STRENGTH)
        rows = np.flatnonzero(fold[: len(raw)] == number)
        weights = np.stack([column.weights for column in columns], axis=1)
        chance[rows] = softmax(matrix[rows] @ weights + np.array([column.bias for column in columns]))
    told = marks(names, [[label] for label in labels[: len(raw)]])
    return Blind(
        answers=tuple(names),
        rows=tuple(f"category_raw:{number}" for number in range(len(raw))),
        texts=tuple(texts[: len(raw)]),
        group=group[: len(raw)],
        told=told,
        accepted=np.zeros_like(told),
        chance=chance,
        sure=np.zeros(len(raw)),
    )


def category_figures(blind: Blind) -> list[Figure]:
    """Macro-F1 and the share that is right."""
    told, given = blind.told.argmax(axis=1), blind.best
    return [
        figure("类别 category_raw 宏平均F1", blind.group, macro_f1(told, given, range(len(blind.answers)))),
        figure("　正确", blind.group, share(blind.right)),
        figure("　前二含正确", blind.group, share(blind.right_among(2))),
    ]
