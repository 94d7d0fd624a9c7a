"""What teaches the network about matters: lead bureau, duties, kind of request, urgency.

Messages that were read are few, so weaker teachers join where nobody read: bureau words in official replies, the
office's own words where they are clear, and the verb a citizen begins the title with.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.judging.evidence import Clues, Evidence
from consumers.judging.features import encode
from consumers.training.corpora import Corpora, LabelledRow
from consumers.training.fitting import Matrix, Vocabulary, choose_vocabulary, count_grams, weigh
from consumers.training.folds import near_duplicates
from consumers.training.measures import Groups
from consumers.training.networks import Fitted, Task, fit_network
from consumers.training.vectors import Vectors, learn_vectors
from huiying.post import Kind

_CHUNK = 500
_SEEN = 4
_LENGTH = 1.0
"""Of a gram's vector where training begins, so that the sum over a text reaches the bend of tanh."""
_ALSO, _REPLY, _WORDS, _VERB = 0.3, 0.5, 0.25, 0.25
_ONE_OF_TWO = 0.2
"""How much it counts that one of two readers would name a duty; what is told of it is then one half."""
_CLEAR, _MARGIN = 4.0, 2.0
_SHARE_OF_KINDS, _SHARE_OF_URGENCY = 0.5, 0.5
URGENT = (1, 2)
"""Levels of urgency of which the network says how likely a text reaches them."""
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

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """The texts about matters end to end, with their grams and words, so that folds only choose rows.

    The first rows are `labelled`; the others are known by a reply (`replied`: row to bureau) or not at all.
    Near-duplicates share a number in `group`; `ids` finds rows by `set:row`; `vectors` is where the grams begin.
    """

    texts: list[str]
    labelled: tuple[LabelledRow, ...]
    replied: dict[int, str]
    ids: dict[str, int]
    group: Groups
    matrix: Matrix
    vocabulary: Vocabulary
    evidence: Evidence
    vectors: Floats

    @property
    def standard(self) -> NDArray[np.int64]:
        """The rows on which probabilities and thresholds are fitted."""
        return np.array([row for row, told in enumerate(self.labelled) if told.standard], np.int64)


def gather_matters(corpora: Corpora, clues: Clues, vectors: Vectors) -> Library:
    """Every message once: those with labels first, then those without."""
    labelled = tuple(row for row in corpora.labelled if row.bureau or row.duties is not None or row.kinds)
    known = {row.id for row in labelled}
    messages = (*corpora.replies, *corpora.hot_issues, *corpora.category_raw)
    others = [row for row in messages if row.id not in known]
    texts = [row.text for row in labelled] + [row.text for row in others]
    counts = count_grams(texts)
    vocabulary = choose_vocabulary(counts, _SEEN)
    names = [row.id for row in labelled] + [row.id for row in others]
    ids = {name: number for number, name in enumerate(names) if name}
    return Library(
        texts=texts,
        labelled=labelled,
        replied={ids[row.id]: row.label for row in corpora.replies if row.label and row.id not in known},
        ids=ids,
        group=near_duplicates(texts, authors=[row.author for row in labelled]),
        matrix=weigh(counts, vocabulary),
        vocabulary=vocabulary,
        evidence=evidence_of(clues, texts),
        vectors=vectors.of(vocabulary.buckets) * _LENGTH,
    )


def vectors_for(corpora: Corpora, seed: int) -> Vectors:
    """Vectors of grams from the stream and from messages that nobody labelled."""
    known = {row.id for row in corpora.labelled}
    messages = [row.text for row in (*corpora.hot_issues, *corpora.replies) if row.id not in known]
    return learn_vectors([*messages, *corpora.stream], seed)


def evidence_of(clues: Clues, texts: Sequence[str]) -> Evidence:
    """The words' evidence in many texts, a batch at a time."""
    parts = [clues.of(encode(texts[start : start + _CHUNK])) for start in range(0, len(texts), _CHUNK)]
    return Evidence(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in Evidence.__slots__})


def fit_matters(library: Library, clues: Clues, allowed: NDArray[np.bool_], seed: int) -> Fitted:
    """The network, learnt from the allowed rows only."""
    tasks = _tasks(library, clues)
    taught = np.any([task.weight.reshape(len(allowed), -1).any(axis=1) for task in tasks], axis=0)
    return fit_network(library.matrix, np.flatnonzero(taught & allowed), library.vectors, tasks, seed)


def _tasks(library: Library, clues: Clues) -> list[Task]:
    return [
        _bureaus(library, clues),
        _duties(library, clues),
        _kinds(library),
        _urgency(library),
    ]


def _bureaus(library: Library, clues: Clues) -> Task:
    at = {bureau: number for number, bureau in enumerate(clues.bureaus)}
    target = np.zeros((len(library.texts), len(at)), np.float32)
    weight = np.zeros(len(library.texts), np.float32)
    for row, told in enumerate(library.labelled):
        if told.bureau in at:
            target[row, at[told.bureau]] = 1.0
            for other in set(told.also) & at.keys() - {told.bureau}:
                target[row, at[other]] = _ALSO
            target[row] /= target[row].sum()
            weight[row] = told.trust
    for row, bureau in library.replied.items():
        if bureau in at:
            target[row, at[bureau]], weight[row] = 1.0, _REPLY
    for row, column in _clear_by_words(library):
        if not weight[row]:
            target[row, column], weight[row] = 1.0, _WORDS
    return Task(names=[f"bureau:{bureau}" for bureau in at], target=target, weight=weight, exclusive=True)


def _clear_by_words(library: Library) -> list[tuple[int, int]]:
    """Rows without a label where the office's words speak for one bureau and for no other, and which."""
    rows = np.arange(len(library.labelled), len(library.texts))
    words = library.evidence.bureaus[rows] + library.evidence.bureaus_early[rows]
    ranked = np.sort(words, axis=1)
    clear = (ranked[:, -1] >= _CLEAR) & (ranked[:, -1] - ranked[:, -2] >= _MARGIN)
    return list(zip(rows[clear].tolist(), words.argmax(axis=1)[clear].tolist(), strict=True))


def _duties(library: Library, clues: Clues) -> Task:
    target = np.zeros((len(library.texts), len(clues.duties)), np.float32)
    weight = np.zeros_like(target)
    for row, told in enumerate(library.labelled):
        if told.duties is None:
            continue
        weight[row] = told.trust
        for column, number in enumerate(clues.duties):
            if number in told.duties:
                target[row, column] = 1.0
            elif number in told.duties_any:
                target[row, column], weight[row, column] = 0.5, _ONE_OF_TWO
    return Task(names=[f"duty:{number}" for number in clues.duties], target=target, weight=weight, exclusive=False)


def _kinds(library: Library) -> Task:
    at = {kind.value: number for number, kind in enumerate(Kind)}
    target = np.zeros((len(library.texts), len(at)), np.float32)
    weight = np.zeros(len(library.texts), np.float32)
    for row, told in enumerate(library.labelled):
        for kind in told.kinds:
            target[row, at[kind]], weight[row] = 1 / len(told.kinds), told.trust
    for row in range(len(library.labelled), len(library.texts)):
        verb = _TITLE_VERBS.get(library.texts[row].lstrip()[:2])
        if verb is not None:
            target[row, at[verb.value]], weight[row] = 1.0, _VERB
    names = [f"kind:{kind}" for kind in at]
    return Task(names=names, target=target, weight=weight, exclusive=True, share=_SHARE_OF_KINDS)


def _urgency(library: Library) -> Task:
    target = np.zeros((len(library.texts), len(URGENT)), np.float32)
    weight = np.zeros_like(target)
    for row, told in enumerate(library.labelled):
        if told.urgency is not None:
            target[row], weight[row] = [told.urgency >= level for level in URGENT], told.trust
    names = [f"urgent:{level}" for level in URGENT]
    return Task(names=names, target=target, weight=weight, exclusive=False, share=_SHARE_OF_URGENCY)
