"""Fits tone: one reader per labelled source, all pooled, and the gate that tells whose text it is like."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.judging.convolution import Convolution
from consumers.judging.tone import POOLED, TONES
from consumers.training.convolving import Sequences, fit_convolution
from consumers.training.corpora import THREE_TONES, TWO_TONES, Corpora
from consumers.training.folds import near_duplicates
from consumers.training.measures import Groups, Marks
from consumers.training.networks import Floats, Task
from consumers.training.vectors import Vectors

MESSAGES = "messages"
"""Citizens' messages that were read, posts written by hand, and what officers said of tone."""

_SHARE_OF_POOLED, _SHARE_OF_GATE = 0.7, 0.3
_SMALL_COUNT_MORE, _COMMON_SIZE = 0.25, 6000


@dataclass(frozen=True, kw_only=True, slots=True)
class ToneLibrary:
    """All texts with a known tone; messages whose readers differ are left out.

    `rows` names each text as `set:row`; near-duplicates share a number in `group`. `trust` is how much each counts.
    `vectors` is where those of characters and pairs begin.
    """

    rows: list[str]
    texts: list[str]
    group: Groups
    source: NDArray[np.str_]
    tone: NDArray[np.str_]
    trust: Floats
    vectors: Vectors
    sequences: Sequences


def gather_tones(corpora: Corpora, vectors: Vectors) -> ToneLibrary:
    """The rows of every source of tone."""
    within = Counter[str]()
    names = []
    for post in corpora.tone:
        names.append(f"{post.source}:{within[post.source]}")
        within[post.source] += 1
    messages = [row for row in corpora.labelled if len(row.tones) == 1]
    posts = len(corpora.tone)
    texts = [row.text for row in corpora.tone] + [row.text for row in messages]
    return ToneLibrary(
        rows=[*names, *(row.id for row in messages)],
        texts=texts,
        group=near_duplicates(texts, authors=[""] * posts + [row.author for row in messages]),
        source=np.array([row.source for row in corpora.tone] + [MESSAGES] * len(messages)),
        tone=np.array([row.tone for row in corpora.tone] + [row.tones[0] for row in messages]),
        trust=np.array([1.0] * posts + [row.trust for row in messages], np.float32),
        vectors=vectors,
        sequences=Sequences.of(texts),
    )


def fit_tones(library: ToneLibrary, allowed: Marks, seed: int) -> Convolution:
    """All columns that `judging.tone` mixes, learnt from the allowed rows only; a source without any has none."""
    tasks = _tasks(library, allowed)
    return fit_convolution(library.sequences, np.flatnonzero(allowed), library.vectors, tasks, seed)


def _tasks(library: ToneLibrary, allowed: Marks) -> list[Task]:
    taught = set(library.source[allowed].tolist())
    threes = [source for source in (*THREE_TONES, MESSAGES) if source in taught]
    twos = [source for source in TWO_TONES if source in taught]
    tones, sources = _columns(library.tone, TONES), _columns(library.source, [*threes, *twos])
    weight = _weights(library, allowed)
    gate = [f"gate:{source}" for source in (*threes, *twos)]
    tasks = [Task(names=gate, target=sources, weight=library.trust, exclusive=True, share=_SHARE_OF_GATE)]
    for name in (POOLED, *threes):
        mine = np.isin(library.source, THREE_TONES if name == POOLED else (name,))
        share = _SHARE_OF_POOLED if name == POOLED else 1.0
        names = [f"{name}:{tone}" for tone in TONES]
        tasks.append(Task(names=names, target=tones, weight=weight * mine, exclusive=True, share=share))
    for name in (POOLED, *twos):
        mine = np.isin(library.source, (*threes, *twos) if name == POOLED else (name,))
        share = _SHARE_OF_POOLED if name == POOLED else 1.0
        counts = (weight * mine)[:, None]
        tasks.append(
            Task(names=[f"negative:{name}"], target=tones[:, :1], weight=counts, exclusive=False, share=share)
        )
    return tasks


def _columns(told: NDArray[np.str_], names: Sequence[str]) -> Floats:
    columns: Floats = (told[:, None] == np.array(names)).astype(np.float32)
    return columns


def _weights(library: ToneLibrary, allowed: Marks) -> Floats:
    """By trust; within a source every tone counts alike, and a small source's rows count more than a large one's.

    Not so in messages to an office: that most of them complain is no accident of how they were collected.
    """
    weight = library.trust.copy()
    for source in np.unique(library.source[allowed]):
        mine = library.source == source
        size = (mine & allowed).sum()
        tones, counts = np.unique(library.tone[mine & allowed], return_counts=True)
        for tone, count in zip(tones, counts, strict=True):
            balance = 1.0 if source == MESSAGES else size / len(tones) / count
            weight[mine & (library.tone == tone)] *= balance * (_COMMON_SIZE / size) ** _SMALL_COUNT_MORE
    return weight
