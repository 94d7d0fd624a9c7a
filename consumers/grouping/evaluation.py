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


def evaluate_grouping(data_sets: Path) -> dict[str, float]:
    """The figures of `hot_issues` (citizens' messages) and of the stream's posts that had a headline, by name."""
    measured = {"hot_issues": _measure(_hot_issues(data_sets)), "headlined": _measure(_headlined(data_sets))}
    return {
        f"{data_set} {name}": figure for data_set, figures in measured.items() for name, figure in figures.items()
    }


def b_cubed(found: Sequence[Hashable], gold: Sequence[Hashable | None]) -> dict[str, float]:
    """B³ precision over all rows, recall over the rows that have a group (None has none), and F of the two."""
    return _figures(_by_row(found, gold))


def _by_row(found: Sequence[Hashable], gold: Sequence[Hashable | None]) -> list[tuple[float, float | None]]:
    """Each row's precision, and its recall if it has a group."""
    whole = [("alone", row) if group is None else ("group", group) for row, group in enumerate(gold)]
    sizes, clusters, both = Counter(whole), Counter(found), Counter(zip(found, whole, strict=True))
    return [
        (
            both[cluster, group] / clusters[cluster],
            both[cluster, group] / sizes[group] if group[0] == "group" else None,
        )
        for cluster, group in zip(found, whole, strict=True)
    ]


def _figures(rows: Sequence[tuple[float, float | None]]) -> dict[str, float]:
    precisions = [precision for precision, _ in rows]
    recalls = [recall for _, recall in rows if recall is not None]
    precision = sum(precisions) / len(precisions) if precisions else 0.0
    recall = sum(recalls) / len(recalls) if recalls else 0.0
    both = precision + recall
    return {"precision": precision, "recall": recall, "f": 2 * precision * recall / both if both else 0.0}


def _measure(rows: Sequence[tuple[Mapping[str, Any], str | None]]) -> dict[str, float]:
    found = [each["concern"] for each in group_lines(line for line, _ in rows)]
    gold = [group for _, group in rows]
    low, high = _interval(found, gold)
    return {
        "rows": len(rows),
        "grouped_rows": sum(group is not None for group in gold),
        "concerns": len(set(found)),
        **{name: round(figure, 4) for name, figure in b_cubed(found, gold).items()},
        "f low": low,
        "f high": high,
    }


def _interval(found: Sequence[str], gold: Sequence[str | None]) -> tuple[float, float]:
    """The 95 % interval of F when whole groups, with their rows' figures, are drawn again (bootstrap)."""
    blocks: defaultdict[str, list[tuple[float, float | None]]] = defaultdict(list)
    for row, figures in enumerate(_by_row(found, gold)):
        blocks[gold[row] or f"alone {row}"].append(figures)
    lots, draw = list(blocks.values()), random.Random(20140530)  # noqa: S311 (a bootstrap, not a secret)
    drawn = sorted(
        _figures([row for lot in draw.choices(lots, k=len(lots)) for row in lot])["f"] for _ in range(_RESAMPLES)
    )
    return round(drawn[int(0.025 * _RESAMPLES)], 4), round(drawn[int(0.975 * _RESAMPLES) - 1], 4)


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
