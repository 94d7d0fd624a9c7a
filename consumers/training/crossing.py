"""Scores of texts by heads that have not seen them: the heads are fitted without a fold and asked about that fold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.judging.evidence import Clues
from consumers.judging.heads import Heads
from consumers.training.corpora import Corpora
from consumers.training.fitting import Column, Matrix, Vocabulary, build_heads, choose_vocabulary, count_grams, weigh
from consumers.training.folds import near_duplicates, spread
from consumers.training.matters import Library, evidence_of, fit_matters
from consumers.training.readings import read_messages, read_place_posts, read_written_posts
from consumers.training.tones import ToneLibrary, fit_tones

FOLDS = 5
MOST_TONE_ROWS, MOST_MATTER_ROWS = 150_000, 60_000
_SEEN = 6
_TITLE = 40
_CHATTER = ("nlpcc2014_emotion", "smp2020_usual", "weibo2018")

Note = Callable[[str], None]
"""Where progress is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossed:
    """Scores of rows by heads that did not see them; rows not asked about are NaN."""

    names: list[str]
    scores: NDArray[np.float32]
    fold: NDArray[np.int64]


def gather_matters(corpora: Corpora, clues: Clues) -> Library:
    """The texts of every set about matters, and general chatter to tell them from."""
    written, placed = read_written_posts(), read_place_posts()
    parts: list[list[str]] = [
        [row.text for row in corpora.gold],
        [row.text for row in corpora.replies],
        [row.text for row in (*corpora.hot_issues, *corpora.category_raw)],
        [row.text for row in corpora.tone if row.source in _CHATTER][::2],
        [title_of(row.text) for row in corpora.gold],
        [title_of(row.text) for row in corpora.hot_issues],
        [*(post.text for post in written), *(post.text for post in placed), *(row.text for row in corpora.watched)],
    ]
    texts = [text for part in parts for text in part]
    ends = np.cumsum([len(part) for part in parts]).tolist()
    counts = count_grams(texts)
    vocabulary = choose_vocabulary(counts[: ends[2]], _SEEN)
    ids = {f"routing_gold:{row}": row for row in range(ends[0])}
    ids |= {row.id: ends[0] + at for at, row in enumerate((*corpora.replies, *corpora.hot_issues))}
    strangers = [f"written:{post.id}" for post in written] + [f"placed:{post.id}" for post in placed]
    strangers += [row.id for row in corpora.watched]
    ids |= {row: ends[5] + at for at, row in enumerate(strangers)}
    return Library(
        texts=texts,
        group=near_duplicates(texts),
        matrix=weigh(counts, vocabulary),
        vocabulary=vocabulary,
        evidence=evidence_of(clues, texts),
        gold=range(ends[0]),
        replies=range(ends[0], ends[1]),
        unlabelled=range(ends[1], ends[2]),
        chatter=range(ends[2], ends[3]),
        gold_titles=range(ends[3], ends[4]),
        titles=range(ends[3], ends[5]),
        strangers=range(ends[5], ends[6]),
        ids=ids,
        readings={ids[row]: reading for row, reading in read_messages().items() if row in ids},
    )


def title_of(text: str) -> str:
    """A message's first line: as short as what people post, so that length does not tell the two apart."""
    return text.lstrip().partition("\n")[0][:_TITLE]


def cross_matters(corpora: Corpora, library: Library, clues: Clues, seed: int, note: Note) -> Crossed:
    """Every fold's scores of all texts."""
    fold = spread(library.group, FOLDS, seed)
    asked = np.arange(len(library.texts))

    def fit(allowed: NDArray[np.bool_]) -> Sequence[Column]:
        return fit_matters(corpora, library, clues, allowed)

    return _cross(library.matrix, library.vocabulary, fold, asked, fit, MOST_MATTER_ROWS, note, range(FOLDS))


def cross_tones(library: ToneLibrary, seed: int, note: Note, folds: Sequence[int] = range(FOLDS)) -> Crossed:
    """The folds' scores of all texts."""
    fold = spread(library.group, FOLDS, seed)
    asked = np.arange(len(library.texts))

    def fit(allowed: NDArray[np.bool_]) -> Sequence[Column]:
        return fit_tones(library, allowed)

    return _cross(library.matrix, library.vocabulary, fold, asked, fit, MOST_TONE_ROWS, note, folds)


def _cross(  # noqa: PLR0913, PLR0917 - one loop shared by both families
    matrix: Matrix,
    vocabulary: Vocabulary,
    fold: NDArray[np.int64],
    asked: NDArray[np.int64],
    fit: Callable[[NDArray[np.bool_]], Sequence[Column]],
    most_rows: int,
    note: Note,
    folds: Sequence[int],
) -> Crossed:
    names: list[str] = []
    scores = np.zeros((0, 0), np.float32)
    for number in folds:
        heads = build_heads(vocabulary, fit(fold != number), most_rows)
        if not names:
            names = heads.names
            scores = np.full((matrix.shape[0], len(names)), np.nan, np.float32)
        rows = asked[fold[asked] == number]
        scores[rows] = score_rows(heads, vocabulary, matrix, rows)
        note(f"第 {number + 1} 折，共 {FOLDS} 折")
    return Crossed(names=names, scores=scores, fold=fold)


def score_rows(heads: Heads, vocabulary: Vocabulary, matrix: Matrix, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Scores as the shipped form gives them: rounded to 8 bits, with the rows that were left out left out."""
    part = matrix[rows]
    owner = np.repeat(np.arange(len(rows)), np.diff(part.indptr))
    return heads.scores(owner, vocabulary.buckets[part.indices].astype(np.int64), len(rows))
