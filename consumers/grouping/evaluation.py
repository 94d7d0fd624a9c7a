"""Measures the grouping on texts nobody here wrote: B³ precision over all rows, recall over the grouped ones.

All-row recall would reward doing nothing and grouped-row precision merging everything, so each is taken where it can
hurt. The groups of `hot_issues` are silver: many rows that belong to one bear the mark of none, so its precision is a
lower bound.
"""

import gzip
import random
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from consumers.grouping.lines import group_lines
from huiying.moments import read_moment

_RESAMPLES = 200
_NO_GROUP = "-"
_NOW = datetime(2100, 1, 1, tzinfo=UTC)


def evaluate_grouping(data_sets: Path) -> dict[str, Any]:
    """The figures of `hot_issues` (citizens' messages) and of the stream's posts that had a headline."""
    return {
        "hot_issues": _measure(_hot_issues(data_sets)),
        "dated_posts_headlined": _measure(_headlined(data_sets)),
    }


def b_cubed(found: Sequence[Hashable], gold: Sequence[Hashable | None]) -> dict[str, float]:
    """B³ precision over all rows, recall over the rows that have a group (None has none), and F of the two."""
    whole = [("alone", row) if group is None else ("group", group) for row, group in enumerate(gold)]
    clusters: defaultdict[Hashable, list[int]] = defaultdict(list)
    for row, cluster in enumerate(found):
        clusters[cluster].append(row)
    sizes = Counter(whole)
    precisions: list[float] = []
    recalls: list[float] = []
    for rows in clusters.values():
        within = Counter(whole[row] for row in rows)
        precisions.extend(within[whole[row]] / len(rows) for row in rows)
        recalls.extend(within[whole[row]] / sizes[whole[row]] for row in rows if gold[row] is not None)
    precision = sum(precisions) / len(precisions) if precisions else 0.0
    recall = sum(recalls) / len(recalls) if recalls else 0.0
    both = precision + recall
    return {"precision": precision, "recall": recall, "f": 2 * precision * recall / both if both else 0.0}


def _measure(rows: Sequence[tuple[Mapping[str, Any], str | None]]) -> dict[str, Any]:
    found = [each["concern"] for each in group_lines(line for line, _ in rows)]
    gold = [group for _, group in rows]
    return {
        "rows": len(rows),
        "grouped_rows": sum(group is not None for group in gold),
        "concerns": len(set(found)),
        **{name: round(figure, 4) for name, figure in b_cubed(found, gold).items()},
        "f_interval": _interval(found, gold),
    }


def _interval(found: Sequence[str], gold: Sequence[str | None]) -> list[float]:
    """The 95 % interval of F when whole found and gold groups are drawn again (bootstrap over connected rows)."""
    blocks: defaultdict[str, list[int]] = defaultdict(list)
    for row, (cluster, group) in enumerate(zip(found, gold, strict=True)):
        blocks[group or cluster].append(row)
    lots, draw = list(blocks.values()), random.Random(20140530)  # noqa: S311 (a bootstrap, not a secret)
    figures = []
    for _ in range(_RESAMPLES):
        drawn = [(copy, row) for copy, lot in enumerate(draw.choices(lots, k=len(lots))) for row in lot]
        again = [(copy, gold[row]) if gold[row] is not None else None for copy, row in drawn]
        figures.append(b_cubed([(copy, found[row]) for copy, row in drawn], again)["f"])
    figures.sort()
    return [round(figures[int(0.025 * _RESAMPLES)], 4), round(figures[int(0.975 * _RESAMPLES) - 1], 4)]


def _hot_issues(data_sets: Path) -> list[tuple[Mapping[str, Any], str | None]]:
    """By moment, since the writing of the time betrays the two largest groups."""
    rows = []
    for row in _rows(data_sets / "messages/hot_issues.jsonl.gz"):
        at = read_moment(row["time"], _NOW)
        line = {"id": row["id"], "text": row["text"], "title": row["title"], "time": at.isoformat() if at else ""}
        rows.append((at or _NOW, row["id"], line, None if row["label"] == _NO_GROUP else row["label"]))
    rows.sort(key=lambda row: row[:2])
    return [(line, group) for _, _, line, group in rows]


def _headlined(data_sets: Path) -> list[tuple[Mapping[str, Any], str | None]]:
    rows = [
        ({"id": number, "text": row["text"], "time": row["day"]}, row["event"])
        for number, row in enumerate(_rows(data_sets / "stream/dated_posts.jsonl.gz"))
        if "【" in row["text"]
    ]
    return sorted(rows, key=lambda row: (row[0]["time"], row[0]["id"]))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") as lines:
        for line in lines:
            yield msgspec.json.decode(line)
