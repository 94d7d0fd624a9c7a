"""Fits the head that tells a public matter from chatter, wherever it may be, and the few numbers that go with it.

Few posts were read for it, so weaker teachers join: sets that were collected about public matters against sets of
chatter; posts written by hand; and the stream itself, as a first head judges it. Names of places stand in public
matters and in chatter alike, so they are put into some of both, that they may not decide.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consumers.judging.calibration import Floats, sigmoid
from consumers.judging.evidence import Evidence
from consumers.judging.heads import Heads
from consumers.judging.relevance import public_parts
from consumers.training.calibrating import fit_log_odds
from consumers.training.corpora import read_rows
from consumers.training.fitting import (
    Column,
    Matrix,
    Vocabulary,
    build_heads,
    choose_vocabulary,
    count_grams,
    fit_yes_no,
    weigh,
)
from consumers.training.folds import near_duplicates, spread
from consumers.training.readings import read_place_posts, read_relevance, read_written_posts
from huiying.city import City

Weights = NDArray[np.float64]

PUBLIC = "public"
"""The name of the column."""

MOST_ROWS = 60_000
"""Rows of weights that are shipped."""

_STRENGTH = 8.0
_READ, _WEAK, _TITLE, _WRITTEN, _PLACE_POST, _STREAM = 4.0, 0.05, 0.02, 0.3, 0.5, 0.2
_SEEN = 5
"""Grams in fewer lessons teach nothing."""

_TITLE_LENGTH = 40
_STREAM_EVERY = 3
_PLACES_INTO = 2100
_CITY_SHARE = 0.4
_PLACE_WITHIN = 60
_SEED = 20140530
_CLAUSE_END = re.compile("[，。！？, ]")
_PUBLIC_TRAPS = frozenset({"other_city", "same_name"})
_UNCLEAR_TRAPS = frozenset({"road", "both"})
_SETS = {
    "stream/dated_posts": (None, _STREAM_EVERY),
    "sentiment/smp2020_virus": (True, 3),
    "sentiment/covid_weibo_3k": (True, 1),
    "sentiment/osm2022": (True, 3),
    "sentiment/smp2020_usual": (False, 2),
    "sentiment/nlpcc2014_emotion": (False, 2),
    "sentiment/weibo2018": (False, 3),
}
"""What each set teaches (None: nothing of itself), and every how manieth of its rows is used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """A text, whether it is public (None: to be judged first), and how much that counts; nothing where only asked.

    `id` (`set:row`) where somebody read or wrote it.
    """

    text: str
    public: bool | None
    weight: float
    id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicLibrary:
    """The lessons end to end with their grams; near-duplicates share a number in `group`.

    `asked` are the rows that have an id, in order; `read` are those of them that were read for this question.
    """

    lessons: list[Lesson]
    group: NDArray[np.int64]
    matrix: Matrix
    vocabulary: Vocabulary
    asked: NDArray[np.int64]
    read: NDArray[np.bool_]

    @property
    def ids(self) -> list[str]:
        """The ids of the rows in `asked`."""
        return [self.lessons[row].id for row in self.asked]

    @property
    def texts(self) -> list[str]:
        """The texts of the rows in `asked`."""
        return [self.lessons[row].text for row in self.asked]

    @property
    def told(self) -> NDArray[np.bool_]:
        """What is said of the rows in `asked`; it counts for those that were read."""
        return np.array([bool(self.lessons[row].public) for row in self.asked], np.bool_)


def gather_public(data_sets: Path, city: City) -> PublicLibrary:
    """The lessons of all teachers."""
    lessons = [*_of_sets(data_sets), *_titles(data_sets), *_written()]
    lessons += _with_places(lessons, city)
    texts = [lesson.text for lesson in lessons]
    counts = count_grams(texts)
    teaches = np.flatnonzero([lesson.weight > 0 for lesson in lessons])
    vocabulary = choose_vocabulary(counts[teaches], _SEEN)
    asked = np.flatnonzero([bool(lesson.id) for lesson in lessons])
    read = read_relevance()
    return PublicLibrary(
        lessons=lessons,
        group=near_duplicates(texts),
        matrix=weigh(counts, vocabulary),
        vocabulary=vocabulary,
        asked=asked,
        read=np.array([lessons[row].id in read for row in asked], np.bool_),
    )


def fit_public(library: PublicLibrary, allowed: NDArray[np.bool_]) -> Column:
    """The column, learnt from the allowed rows: first from what is known, then from the stream as that judges it."""
    known = np.array([lesson.public is not None for lesson in library.lessons])
    public = np.array([bool(lesson.public) for lesson in library.lessons])
    weight = np.array([lesson.weight for lesson in library.lessons])
    allowed = allowed & (weight > 0)
    first = _fit(library, np.flatnonzero(known & allowed), public, weight)
    stream = np.flatnonzero(~known & allowed)
    chance = sigmoid(library.matrix[stream] @ first.weights + first.bias)
    public[stream] = chance > 0.5
    # Nothing is learnt from what the first head is not sure of.
    weight[stream] *= 2 * np.abs(chance - 0.5)
    return _fit(library, np.flatnonzero(allowed), public, weight)


def public_heads(library: PublicLibrary, allowed: NDArray[np.bool_]) -> Heads:
    """The column as it is shipped."""
    return build_heads(library.vocabulary, [fit_public(library, allowed)], MOST_ROWS)


def cross_public(library: PublicLibrary, folds: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Scores of the rows in `asked` by heads that had not seen them, and the fold of each."""
    fold = spread(library.group, folds, seed)
    scores = np.zeros(len(library.asked), np.float32)
    for number in range(folds):
        heads = public_heads(library, fold != number)
        mine = np.flatnonzero(fold[library.asked] == number)
        part = library.matrix[library.asked[mine]]
        owner = np.repeat(np.arange(len(mine)), np.diff(part.indptr))
        bucket = library.vocabulary.buckets[part.indices].astype(np.int64)
        scores[mine] = heads.scores(owner, bucket, len(mine))[:, 0]
    return scores, fold[library.asked]


def calibrate_public(linear: Floats, evidence: Evidence, told: NDArray[np.bool_]) -> tuple[float, ...]:
    """The weights of head and words, from the scores of read rows by heads that had not seen them."""
    return fit_log_odds(public_parts(linear, evidence), told)


def _fit(library: PublicLibrary, rows: NDArray[np.int64], public: NDArray[np.bool_], weight: Weights) -> Column:
    return fit_yes_no(library.matrix[rows], public[rows], name=PUBLIC, strength=_STRENGTH, weight=weight[rows])


def _of_sets(data_sets: Path) -> Iterator[Lesson]:
    read = read_relevance()
    for name, (public, every) in _SETS.items():
        short = name.partition("/")[2]
        for number, row in enumerate(read_rows(data_sets / f"{name}.jsonl.gz")):
            id = f"{short}:{number}"
            if id in read:
                yield Lesson(text=row["text"], public=read[id], weight=_READ, id=id)
            elif number % every == 0:
                yield Lesson(text=row["text"], public=public, weight=_STREAM if public is None else _WEAK)


def _titles(data_sets: Path) -> Iterator[Lesson]:
    for row in read_rows(data_sets / "messages/hot_issues.jsonl.gz"):
        title = row["text"].lstrip().partition("\n")[0][:_TITLE_LENGTH]
        yield Lesson(text=title, public=True, weight=_TITLE)


def _written() -> Iterator[Lesson]:
    for post in read_written_posts():
        yield Lesson(text=post.text, public=True, weight=_WRITTEN, id=f"written:{post.id}")
    for placed in read_place_posts():
        teaches = placed.taught and placed.trap not in _UNCLEAR_TRAPS
        yield Lesson(
            text=placed.text,
            public=placed.relevant or placed.trap in _PUBLIC_TRAPS,
            weight=_PLACE_POST if teaches else 0,
            id=f"placed:{placed.id}",
        )


def _with_places(lessons: Sequence[Lesson], city: City) -> list[Lesson]:
    """Some of the weakly taught texts once more, a place of the city put in at the end of a clause."""
    generator = np.random.default_rng(_SEED)
    names = [*(name for name, _ in city.places), *city.districts]
    told = []
    for public in (True, False):
        weak = [lesson for lesson in lessons if lesson.public is public and 0 < lesson.weight <= _WEAK]
        for at in generator.permutation(len(weak))[:_PLACES_INTO].tolist():
            text = weak[at].text
            name = city.name if generator.random() < _CITY_SHARE else names[generator.integers(len(names))]
            ends = [0, *(match.end() for match in _CLAUSE_END.finditer(text[:_PLACE_WITHIN]))]
            end = ends[generator.integers(len(ends))]
            told.append(replace(weak[at], text=f"{text[:end]}{name}{text[end:]}", weight=_WEAK))
    return told
