"""Fits the heads about the matter: lead bureau, duties, kind, urgency, and whether it is a public matter at all.

Hand-labelled messages are few (300), so weaker teachers join: bureau words in official replies, the office's own
words where they are clear, and the verb a citizen begins the title with.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from consumers.judging.evidence import Clues, Evidence
from consumers.judging.features import encode
from consumers.training.corpora import Corpora, GoldRow
from consumers.training.fitting import Column, Matrix, Vocabulary, fit_classes, fit_yes_no
from consumers.training.measures import Groups
from consumers.training.readings import Reading
from huiying.post import Kind

_CHUNK = 500
_STRENGTH = 8.0
_GOLD, _READ, _REPLY, _WORDS = 1.0, 1.0, 0.6, 0.25
_ALSO = 0.35
_CLEAR, _MARGIN = 4.0, 2.0
_TITLE_VERBS = {
    "咨询": Kind.ENQUIRY,
    "请问": Kind.ENQUIRY,
    "投诉": Kind.COMPLAINT,
    "反映": Kind.COMPLAINT,
    "建议": Kind.SUGGESTION,
    "呼吁": Kind.SUGGESTION,
    "举报": Kind.REPORT,
    "求助": Kind.HELP,
    "请求": Kind.HELP,
    "表扬": Kind.PRAISE,
    "感谢": Kind.PRAISE,
}


@dataclass(slots=True)
class Lessons:
    """Which rows of the matrix teach which label, with what weight."""

    rows: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, row: int, label: str, weight: float) -> None:
        """One more example."""
        self.rows.append(row)
        self.labels.append(label)
        self.weights.append(weight)

    def fit(self, matrix: Matrix, names: Sequence[str], prefix: str) -> list[Column]:
        """A column per name."""
        return fit_classes(
            matrix[self.rows],
            np.array(self.labels),
            names,
            prefix=prefix,
            strength=_STRENGTH,
            weight=np.array(self.weights),
            balanced=False,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """The texts of all matter sets end to end with their grams and words, so that folds only choose rows.

    Near-duplicates share a number in `group`; `strangers` teach nothing and are only asked about; `ids` finds rows by
    `set:row`.
    """

    texts: list[str]
    group: Groups
    matrix: Matrix
    vocabulary: Vocabulary
    evidence: Evidence
    gold: range
    replies: range
    unlabelled: range
    chatter: range
    gold_titles: range
    titles: range
    strangers: range
    ids: dict[str, int]
    readings: dict[int, Reading]


def evidence_of(clues: Clues, texts: Sequence[str]) -> Evidence:
    """The words' evidence in many texts, a batch at a time."""
    parts = [clues.of(encode(texts[start : start + _CHUNK])) for start in range(0, len(texts), _CHUNK)]
    return Evidence(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in Evidence.__slots__})


def fit_matters(corpora: Corpora, library: Library, clues: Clues, allowed: NDArray[np.bool_]) -> list[Column]:
    """All columns, learnt from the allowed rows only."""
    return [
        *_fit_bureaus(corpora, library, clues, allowed),
        *_fit_duties(corpora, library, clues, allowed),
        *_fit_kinds(corpora, library, allowed),
        *_fit_urgency(corpora, library, allowed),
        _fit_matter(library, allowed),
    ]


def _fit_bureaus(corpora: Corpora, library: Library, clues: Clues, allowed: NDArray[np.bool_]) -> list[Column]:
    lessons = Lessons()
    for row, gold in _pairs(library.gold, corpora.gold, allowed):
        lessons.add(row, gold.bureau, _GOLD)
        for other in set(gold.also) - {gold.bureau}:
            lessons.add(row, other, _GOLD * _ALSO)
    for row, reading in library.readings.items():
        if allowed[row]:
            lessons.add(row, reading.bureau, _READ)
    for row, reply in zip(library.replies, corpora.replies, strict=True):
        if allowed[row] and reply.label is not None and row not in library.readings:
            lessons.add(row, reply.label, _REPLY)
    for row, label in _clear_by_words(library, clues):
        if allowed[row] and row not in library.readings:
            lessons.add(row, label, _WORDS)
    return lessons.fit(library.matrix, clues.bureaus, "bureau:")


def _clear_by_words(library: Library, clues: Clues) -> list[tuple[int, str]]:
    rows = np.array([*library.replies, *library.unlabelled])
    words = library.evidence.bureaus[rows] + library.evidence.bureaus_early[rows]
    ranked = np.sort(words, axis=1)
    clear = (ranked[:, -1] >= _CLEAR) & (ranked[:, -1] - ranked[:, -2] >= _MARGIN)
    best = words.argmax(axis=1)
    return [(int(row), clues.bureaus[at]) for row, at in zip(rows[clear], best[clear], strict=True)]


def _fit_duties(corpora: Corpora, library: Library, clues: Clues, allowed: NDArray[np.bool_]) -> list[Column]:
    gold = _pairs(library.gold, corpora.gold, allowed)
    weak = np.array([row for row in (*library.replies, *library.unlabelled) if allowed[row]])
    rows = np.array([row for row, _ in gold] + weak.tolist())
    weight = np.r_[np.full(len(gold), 3.0), np.full(len(weak), _WORDS)]
    columns = []
    for at, number in enumerate(clues.duties):
        words = library.evidence.duties[weak, at] + library.evidence.duties_early[weak, at]
        told = np.array([number in row.duties or number in row.duties_any for _, row in gold])
        yes = np.r_[told, words >= 2 * _CLEAR]
        unsure = np.r_[np.zeros(len(gold), np.bool_), (words >= _MARGIN) & (words < 2 * _CLEAR)]
        columns.append(
            fit_yes_no(
                library.matrix[rows[~unsure]],
                yes[~unsure],
                name=f"duty:{number}",
                strength=_STRENGTH,
                weight=weight[~unsure],
            )
        )
    matrix = library.matrix[[row for row, _ in gold]]
    columns += [
        fit_yes_no(
            matrix,
            np.array([number in row.duties for _, row in gold]),
            name=f"read-duty:{number}",
            strength=_STRENGTH,
        )
        for number in clues.duties
    ]
    return columns


def _fit_kinds(corpora: Corpora, library: Library, allowed: NDArray[np.bool_]) -> list[Column]:
    lessons = Lessons()
    for row, gold in _pairs(library.gold, corpora.gold, allowed):
        for kind in gold.kinds:
            lessons.add(row, kind, _GOLD / len(gold.kinds))
    for row in (*library.replies, *library.unlabelled):
        title = library.texts[row].lstrip()[:2]
        if allowed[row] and title in _TITLE_VERBS:
            lessons.add(row, _TITLE_VERBS[title].value, _WORDS)
    return lessons.fit(library.matrix, [kind.value for kind in Kind], "kind:")


def _fit_urgency(corpora: Corpora, library: Library, allowed: NDArray[np.bool_]) -> list[Column]:
    pairs = _pairs(library.gold, corpora.gold, allowed)
    matrix = library.matrix[[row for row, _ in pairs]]
    return [
        fit_yes_no(
            matrix, np.array([gold.urgency >= level for _, gold in pairs]), name=f"urgent:{level}", strength=_STRENGTH
        )
        for level in (1, 2)
    ]


def _fit_matter(library: Library, allowed: NDArray[np.bool_]) -> Column:
    rows = np.array([row for part in (library.titles, library.chatter) for row in part if allowed[row]])
    return fit_yes_no(library.matrix[rows], rows >= library.titles.start, name="matter", strength=1.0)


def _pairs(rows: range, gold: Sequence[GoldRow], allowed: NDArray[np.bool_]) -> list[tuple[int, GoldRow]]:
    return [(row, label) for row, label in zip(rows, gold, strict=True) if allowed[row]]
