"""SnowNLP beside ours: its stock sentiment, and its own Bayes taught anew with the other folds of each set."""

from collections.abc import Sequence

import numpy as np

from consumers.judging.snow import SnowTone
from consumers.judging.tone import TONES
from consumers.training.corpora import THREE_TONES, TWO_TONES, Corpora
from consumers.training.folds import near_duplicates, spread
from consumers.training.measures import Answers, Figure, Groups, figure, macro_f1

_FOLDS = 5
_SAMPLE = 1_500
"""Rows of each set; SnowNLP finds the words of about a hundred posts a second."""


def snow_figures(corpora: Corpora, seed: int) -> list[Figure]:
    """Macro-F1 on a sample of every set of tone."""
    snow = SnowTone()
    figures = []
    for source in (*THREE_TONES, *TWO_TONES):
        rows = [row for row in corpora.tone if row.source == source]
        drawn = [rows[at] for at in np.random.default_rng(seed).permutation(len(rows))[:_SAMPLE]]
        words = [snow.words(row.text) for row in drawn]
        group = near_duplicates([row.text for row in drawn])
        told = np.array([TONES.index(row.tone) for row in drawn])
        stock = snow.tones_of_words(words).argmax(axis=1)
        taught = _taught_anew(snow, words, told, spread(group, _FOLDS, seed))
        figures += [
            _figure(f"SnowNLP 原装 {source}", group, told, stock, two=source in TWO_TONES),
            _figure(f"SnowNLP 重新训练 {source}", group, told, taught, two=source in TWO_TONES),
        ]
    return figures


def _taught_anew(snow: SnowTone, words: Sequence[list[str]], told: Answers, fold: Answers) -> Answers:
    given = np.zeros(len(words), np.int64)
    for number in range(_FOLDS):
        known = np.flatnonzero(fold != number).tolist()
        classify = snow.taught([words[row] for row in known], [TONES[told[row]] for row in known])
        for row in np.flatnonzero(fold == number).tolist():
            given[row] = TONES.index(classify(words[row]))
    return given


def _figure(name: str, group: Groups, told: Answers, given: Answers, *, two: bool) -> Figure:
    if two:
        told, given = (told != 0).astype(np.int64), (given != 0).astype(np.int64)
    return figure(f"{name} 宏平均F1", group, macro_f1(told, given, range(2 if two else 3)), "抽样")
