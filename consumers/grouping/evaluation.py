"""Measures the grouping on texts nobody here wrote: B³ precision over all rows, recall over the grouped ones.

All-row recall would reward doing nothing and grouped-row precision merging everything, so each is taken where it can
hurt. Pairs put together wrongly are counted apart from pairs torn apart: the first is the worse, since two matters
then have one lead, one clock and one answer.
"""

import gzip
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from consumers.grouping.lines import group_lines
from consumers.training.measures import Figure, figure
from consumers.training.readings import read_groups
from huiying.moments import read_moment
from huiying.policy.gathering import GatheringRules, Nearness

_NOW = datetime(2100, 1, 1, tzinfo=UTC)
_TRIED = (0.85, 0.925, 1.0, 1.075, 1.15)
"""The threshold that ships is tried at so many times itself, when one half chooses it for the other."""

Line = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """Row by row, how much of its concern is of its group, and how much of its group is in its concern."""

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    grouped: NDArray[np.bool_]

    def f(self, weights: NDArray[np.float64]) -> float:
        """The harmonic mean of precision over all rows and recall over those whose group has others."""
        precision, recall = self.mean_precision(weights), self.mean_recall(weights)
        return 2 * precision * recall / max(precision + recall, 1e-9)

    def mean_precision(self, weights: NDArray[np.float64]) -> float:
        """Over all rows."""
        return float(weights @ self.precision / max(weights.sum(), 1e-9))

    def mean_recall(self, weights: NDArray[np.float64]) -> float:
        """Over the rows whose group has others."""
        counted = weights * self.grouped
        return float(counted @ self.recall / max(counted.sum(), 1e-9))

    def where(self, one: NDArray[np.bool_], other: "Scores") -> "Scores":
        """These scores for the rows marked, and another's for the rest."""
        return Scores(
            precision=np.where(one, self.precision, other.precision),
            recall=np.where(one, self.recall, other.recall),
            grouped=self.grouped,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairs:
    """Pairs of rows: rightly together, wrongly together, wrongly apart."""

    right: int
    merged: int
    split: int


def b_cubed(found: Sequence[Hashable], gold: Sequence[Hashable]) -> Scores:
    """The scores of each row, in their order."""
    sizes, clusters, both = Counter(gold), Counter(found), Counter(zip(found, gold, strict=True))
    rows = list(zip(found, gold, strict=True))
    return Scores(
        precision=np.array([both[row] / clusters[row[0]] for row in rows]),
        recall=np.array([both[row] / sizes[row[1]] for row in rows]),
        grouped=np.array([sizes[row[1]] > 1 for row in rows], np.bool_),
    )


def count_pairs(found: Sequence[Hashable], gold: Sequence[Hashable]) -> Pairs:
    """How many pairs are right, false merges and false splits."""
    right, together, meant = (_pairs_in(rows) for rows in (zip(found, gold, strict=True), found, gold))
    return Pairs(right=right, merged=together - right, split=meant - right)


def _pairs_in(keys: Sequence[Hashable] | Iterator[Hashable]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(keys).values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """Lines to be gathered, the group of some of them by place, and which nearness is put to the test."""

    name: str
    lines: Sequence[Line]
    gold: Mapping[int, str]
    nearness: str
    rules: GatheringRules


def grouping_figures(data_sets: Path, rules: GatheringRules) -> list[Figure]:
    """Citizens' messages, alone and among all others, and the posts of the stream that had a headline."""
    lines, reading = _messages(data_sets), read_groups()
    read = [place for place, line in enumerate(lines) if str(line["id"]) in reading]
    readers = [[reading[str(lines[place]["id"])][reader] for place in read] for reader in (0, 1)]
    alone = Task(
        name="留言",
        lines=[lines[place] for place in read],
        gold=dict(enumerate(readers[0])),
        nearness="usual",
        rules=rules,
    )
    among_all = Task(
        name="留言（混在全部留言中）",
        lines=lines,
        gold=dict(zip(read, readers[0], strict=True)),
        nearness="usual",
        rules=rules,
    )
    figures = [
        each for task in (alone, among_all, _headlined(data_sets, rules)) if task.gold for each in task_figures(task)
    ]
    if read:
        between = b_cubed(readers[1], readers[0])
        figures.insert(0, _figure("留言 两名标注者之间 F", between, readers[0], Scores.f))
    return figures


def task_figures(task: Task) -> list[Figure]:
    """B³ by the rules, then with the threshold that the other half of the groups chose, then the wrong pairs."""
    gold = list(task.gold.values())
    tried = {times: _found(task, times) for times in _TRIED}
    scores = {times: b_cubed(found, gold) for times, found in tried.items()}
    pairs = count_pairs(tried[1.0], gold)
    wrong = {"误并": pairs.merged, "误拆": pairs.split}
    return [
        _figure(f"{task.name} F", scores[1.0], gold, Scores.f),
        _figure(f"{task.name} 精确率", scores[1.0], gold, Scores.mean_precision),
        _figure(f"{task.name} 召回率", scores[1.0], gold, Scores.mean_recall),
        _figure(f"{task.name} 门槛由另一半选定 F", _chosen_by_the_other_half(scores, gold), gold, Scores.f),
        *(
            Figure(name=f"{task.name} {name}", value=count, low=None, high=None, rows=len(gold), note="对")
            for name, count in {**wrong, "并对": pairs.right}.items()
        ),
    ]


def _found(task: Task, times: float) -> list[str]:
    """The concerns of the lines that have a group, with the threshold so many times the office's."""
    rules = task.rules
    nearness: Nearness = getattr(rules.grouping, task.nearness)
    changed = nearness.model_copy(update={"threshold": nearness.threshold * times})
    near = rules.grouping.model_copy(update={task.nearness: changed})
    found = [each["concern"] for each in group_lines(task.lines, rules.model_copy(update={"grouping": near}))]
    return [found[place] for place in task.gold]


def _chosen_by_the_other_half(scores: Mapping[float, Scores], gold: Sequence[str]) -> Scores:
    """Each half of the groups is scored with the threshold that is best for the other half."""
    half = {group: number % 2 == 0 for number, group in enumerate(sorted(set(gold)))}
    mine = np.array([half[group] for group in gold], np.bool_)
    best = [
        max(scores, key=lambda times: scores[times].f(rows))
        for rows in (mine.astype(np.float64), (~mine).astype(np.float64))
    ]
    return scores[best[1]].where(mine, scores[best[0]])


def _figure(
    name: str, scores: Scores, gold: Sequence[str], measure: Callable[[Scores, NDArray[np.float64]], float]
) -> Figure:
    """With an interval over whole groups drawn again."""
    _, groups = np.unique(np.array(gold), return_inverse=True)
    return figure(name, groups, lambda weights: measure(scores, weights))


def _messages(data_sets: Path) -> list[Line]:
    """By moment, since the writing of the time betrays the two largest groups of the set's own marks."""
    rows = []
    for row in _rows(data_sets / "messages/hot_issues.jsonl.gz"):
        at = read_moment(row["time"], _NOW)
        line = {"id": row["id"], "text": row["text"], "title": row["title"], "time": at.isoformat() if at else ""}
        rows.append((at or _NOW, row["id"], line))
    return [line for _, _, line in sorted(rows, key=lambda row: row[:2])]


def _headlined(data_sets: Path, rules: GatheringRules) -> Task:
    """Silver: the event is a hashtag, and of the posts under it one in five is an advertisement or about others."""
    rows = [
        ({"id": number, "text": row["text"], "time": row["day"]}, row["event"])
        for number, row in enumerate(_rows(data_sets / "stream/dated_posts.jsonl.gz"))
        if "【" in row["text"]
    ]
    rows.sort(key=lambda row: (row[0]["time"], row[0]["id"]))
    gold = dict(enumerate(event for _, event in rows))
    return Task(name="新闻体帖文", lines=[line for line, _ in rows], gold=gold, nearness="news", rules=rules)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") as lines:
        for line in lines:
            yield msgspec.json.decode(line)
