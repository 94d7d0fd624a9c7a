"""Fits the tone heads: one reader per labelled source, all pooled, and the gate that tells whose text it is like."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.judging.tone import POOLED, TONES
from consumers.training.corpora import THREE_TONES, TWO_TONES, Corpora
from consumers.training.fitting import (
    Column,
    Matrix,
    Vocabulary,
    choose_vocabulary,
    count_grams,
    fit_classes,
    fit_yes_no,
    weigh,
)
from consumers.training.folds import near_duplicates
from consumers.training.measures import Groups

MESSAGES = "messages"
"""Citizens' messages that were read, posts written by hand, and what officers said of tone."""

_STRENGTH, _GATE_STRENGTH = 4.0, 3.0
_SEEN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class ToneLibrary:
    """All texts with a known tone, and messages without one (tone "") that only teach the gate.

    Messages whose readers differ are left out. `rows` names each text as `set:row`; near-duplicates share a number in
    `group`.
    """

    rows: list[str]
    texts: list[str]
    group: Groups
    source: NDArray[np.str_]
    tone: NDArray[np.str_]
    matrix: Matrix
    vocabulary: Vocabulary


def gather_tones(corpora: Corpora) -> ToneLibrary:
    """The rows of every source of tone."""
    within = Counter[str]()
    rows = []
    for row in corpora.tone:
        rows.append((f"{row.source}:{within[row.source]}", row.text, row.source, row.tone))
        within[row.source] += 1
    sure = [row for row in corpora.labelled if len(row.tones) == 1 and row.trust == 1]
    rows += [(row.id, row.text, MESSAGES, row.tones[0]) for row in sure]
    told = {row for row, *_ in rows}
    rows += [(row.id, row.text, MESSAGES, "") for row in corpora.hot_issues if row.id not in told]
    texts = [text for _, text, _, _ in rows]
    counts = count_grams(texts)
    vocabulary = choose_vocabulary(counts, _SEEN)
    return ToneLibrary(
        rows=[row for row, _, _, _ in rows],
        texts=texts,
        group=near_duplicates(texts),
        source=np.array([source for _, _, source, _ in rows]),
        tone=np.array([tone for _, _, _, tone in rows]),
        matrix=weigh(counts, vocabulary),
        vocabulary=vocabulary,
    )


def fit_tones(library: ToneLibrary, allowed: NDArray[np.bool_]) -> list[Column]:
    """All columns that `judging.tone` mixes, learnt from the allowed rows only; a source without any has none."""
    told = library.tone != ""
    taught = set(library.source[allowed & told].tolist())
    threes = [source for source in (*THREE_TONES, MESSAGES) if source in taught]
    twos = [source for source in TWO_TONES if source in taught]
    known = allowed & np.isin(library.source, [*threes, *twos])
    columns = fit_classes(
        library.matrix[np.flatnonzero(known)],
        library.source[known],
        [*threes, *twos],
        prefix="gate:",
        strength=_GATE_STRENGTH,
        balanced=False,
    )
    three = np.isin(library.source, THREE_TONES)
    for name, mine in ((POOLED, three), *((source, library.source == source) for source in threes)):
        columns += _three_tones(library, name, mine & allowed & told)
    for name, mine in ((POOLED, told), *((source, library.source == source) for source in twos)):
        rows = np.flatnonzero(mine & allowed & told)
        negative = library.tone[rows] == TONES[0]
        weight = np.where(negative, 0.5 / negative.mean(), 0.5 / (1 - negative.mean()))
        columns.append(
            fit_yes_no(library.matrix[rows], negative, name=f"negative:{name}", strength=_STRENGTH, weight=weight)
        )
    return columns


def _three_tones(library: ToneLibrary, name: str, mine: NDArray[np.bool_]) -> Sequence[Column]:
    rows = np.flatnonzero(mine)
    return fit_classes(library.matrix[rows], library.tone[rows], TONES, prefix=f"{name}:", strength=_STRENGTH)
