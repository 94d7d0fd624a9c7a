"""How well the same features tell the seven categories of a portal: a check of the method, not a shipped head."""

import numpy as np

from consumers.training.corpora import Corpora
from consumers.training.fitting import choose_vocabulary, count_grams, fit_classes, weigh
from consumers.training.folds import fold_of
from consumers.training.measures import Figure, figure, macro_f1

_FOLDS, _SEEN, _STRENGTH = 5, 3, 8.0


def category_figures(corpora: Corpora, seed: int) -> list[Figure]:
    """`category_raw` by cross-validation, the segmented set always among what is learnt from."""
    raw, segmented = corpora.category_raw, corpora.category_segmented
    texts = [row.text for row in (*raw, *segmented)]
    labels = np.array([row.label or "" for row in (*raw, *segmented)])
    names = sorted(set(labels.tolist()))
    counts = count_grams(texts)
    vocabulary = choose_vocabulary(counts, _SEEN)
    matrix = weigh(counts, vocabulary)
    fold = fold_of(texts, _FOLDS, seed)
    given = np.zeros(len(raw), np.int64)
    for number in range(_FOLDS):
        known = np.flatnonzero(fold != number)
        columns = fit_classes(matrix[known], labels[known], names, prefix="", strength=_STRENGTH)
        rows = np.flatnonzero(fold[: len(raw)] == number)
        weights = np.stack([column.weights for column in columns], axis=1)
        given[rows] = (matrix[rows] @ weights + np.array([column.bias for column in columns])).argmax(axis=1)
    told = np.array([names.index(label) for label in labels[: len(raw)]])
    classes = range(len(names))
    return [figure("类别 category_raw 宏平均F1", len(raw), lambda rows: macro_f1(told[rows], given[rows], classes))]
