"""SnowNLP's own scores beside ours: its stock sentiment on a sample of every tone set."""

import numpy as np

from consumers.judging.snow import SnowTone
from consumers.judging.tone import TONES
from consumers.training.corpora import THREE_TONES, TWO_TONES, Corpora
from consumers.training.measures import Figure, figure, macro_f1

_SAMPLE = 400


def snow_figures(corpora: Corpora, seed: int) -> list[Figure]:
    """Macro-F1 of the stock model; a sample, because it judges about a hundred posts a second."""
    snow = SnowTone()
    figures = []
    for source in (*THREE_TONES, *TWO_TONES):
        rows = [row for row in corpora.tone if row.source == source]
        drawn = np.random.default_rng(seed).permutation(len(rows))[:_SAMPLE]
        told = np.array([TONES.index(rows[at].tone) for at in drawn])
        given = snow.tones([rows[at].text for at in drawn]).argmax(axis=1)
        classes = range(3)
        if source in TWO_TONES:
            told, given, classes = (told != 0).astype(int), (given != 0).astype(int), range(2)
        figures.append(_figure(source, told, given, classes))
    return figures


def _figure(source: str, told: np.ndarray, given: np.ndarray, classes: range) -> Figure:
    return figure(
        f"SnowNLP 原装 {source} 宏平均F1", len(told), lambda rows: macro_f1(told[rows], given[rows], classes), "抽样"
    )
