"""Measures alerts by replaying streams of which the matters are known: the part `alerts` of `huiying evaluate`.

The stream of `dated_posts` names its matter by a hashtag that was cut out of the texts; its posts with a headline say
themselves what they are about. It has days, no hours: all posts of a day come at its midnight, one after the other.
What is quiet is measured on two streams in which nothing should alert: the same days with two posts of each matter,
and citizens' messages that belong to no group (their silver mark misses some groups, so this one is an upper bound).
"""

import gzip
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from console.replaying import Dated, Replaying
from console.wiring import Office
from consumers.training.measures import Figure, Measure, Weights, figure
from consumers.training.report import Report
from huiying.city import Scope
from huiying.clock import BEIJING
from huiying.moments import read_moment
from huiying.policy.heat import Sensitivity
from huiying.post import RawPost, SourceKind

LEAST = 10
"""An event of fewer posts need not be caught."""

_QUIET_POSTS = 2
_NO_GROUP = "-"
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """Posts in the order of their moments, and the event of each, by its id."""

    posts: Sequence[Dated]
    events: Mapping[object, str]

    @property
    def days(self) -> list[str]:
        """The days that have posts."""
        return sorted({_day(post.at) for post in self.posts})


@dataclass(frozen=True, kw_only=True, slots=True)
class Caught:
    """What became of one event: how many posts, on which day most of them, how many alerts, when the first came."""

    posts: int
    day: str
    alerts: int
    until: int | None


def measure_alerts(office: Office, data_sets: Path, note: Callable[[str], None]) -> Report:
    """The figures of every sensitivity, the office's own rules otherwise; locality is switched off."""
    streams = headlined(data_sets), quiet_days(data_sets), ungrouped_messages(data_sets)
    report = Report(part="alerts")
    for sensitivity in Sensitivity:
        note(f"灵敏度 {sensitivity.value}：回放 {sum(len(stream.posts) for stream in streams)} 条")
        asked = with_sensitivity(office, sensitivity)
        report.figures += _figures(asked, sensitivity.value, *streams)
    return report


def with_sensitivity(office: Office, sensitivity: Sensitivity) -> Office:
    """The same office at another sensitivity, for which every place is its own."""
    everywhere = Office(replace(office.settings, scope=Scope.EVERYWHERE.value), office.config, office.clock)
    heat = everywhere.policy.heat.model_copy(update={"sensitivity": sensitivity})
    everywhere.policy = replace(everywhere.policy, heat=heat)
    return everywhere


def headlined(data_sets: Path) -> Stream:
    """The part of the stream that names its matter."""
    return _stream(
        (str(number), row["text"], datetime.fromisoformat(row["day"]).replace(tzinfo=BEIJING), row["event"])
        for number, row in enumerate(_rows(data_sets / "stream/dated_posts.jsonl.gz"))
        if "【" in row["text"]
    )


def quiet_days(data_sets: Path) -> Stream:
    """The same days as if nothing had happened: no more than two posts of any event."""
    whole = headlined(data_sets)
    seen: Counter[str] = Counter()
    few = []
    for post in whole.posts:
        seen[whole.events[post.id]] += 1
        if seen[whole.events[post.id]] <= _QUIET_POSTS:
            few.append(post)
    return Stream(posts=few, events=whole.events)


def ungrouped_messages(data_sets: Path) -> Stream:
    """Messages to a city that nobody grouped, each an event of its own."""
    return _stream(
        (row["id"], f"{row['title']}\n{row['text']}", at, row["id"])
        for row in _rows(data_sets / "messages/hot_issues.jsonl.gz")
        if row["label"] == _NO_GROUP and (at := read_moment(row["time"], _LATEST))
    )


def catch(
    stream: Stream, lines: Iterable[Mapping[str, Any]], order: Iterable[object]
) -> tuple[dict[str, Caught], int]:
    """What became of each event that is large enough; and how many alerts are about none of them.

    An alert is about the event that most of its posts belong to, at the moment at which it is raised.
    """
    sizes = Counter(stream.events[post.id] for post in stream.posts)
    days: dict[str, Counter[str]] = {}
    for post in stream.posts:
        days.setdefault(stream.events[post.id], Counter())[_day(post.at)] += 1
    nth = _nth_of_event(stream, order)
    alerts: dict[str, list[int]] = {event: [] for event, posts in sizes.items() if posts >= LEAST}
    others = 0
    for line in lines:
        if line["kind"] != "alert":
            continue
        event, posts = Counter(stream.events[post] for post in line["posts"]).most_common(1)[0]
        if event in alerts and 2 * posts > len(line["posts"]):
            alerts[event].append(max(nth[post] for post in line["posts"] if stream.events[post] == event))
        else:
            others += 1
    caught = {
        event: Caught(
            posts=sizes[event],
            day=days[event].most_common(1)[0][0],
            alerts=len(places),
            until=min(places, default=None),
        )
        for event, places in alerts.items()
    }
    return caught, others


def _figures(office: Office, name: str, stream: Stream, quiet: Stream, messages: Stream) -> list[Figure]:
    lines, order = _replayed(office, stream)
    caught, others = catch(stream, lines, order)
    figures = _event_figures(name, list(caught.values()), others)
    odd = {day for number, day in enumerate(stream.days) if number % 2}
    for half, days in (("单日", odd), ("双日", set(stream.days) - odd)):
        figures += _event_figures(f"{name} {half}", [event for event in caught.values() if event.day in days], None)
    for what, calm in (("平静日", quiet), ("零散来信", messages)):
        figures.append(_per_day(f"{name} {what} 每天的预警", calm, _replayed(office, calm)[0]))
    return figures


def _replayed(office: Office, stream: Stream) -> tuple[list[dict[str, Any]], list[object]]:
    with tempfile.TemporaryDirectory(prefix="huiying-alerts-") as folder:
        replaying = Replaying(office, Path(folder))
        try:
            return replaying.run(stream.posts, lambda *_: None, lambda _: None), replaying.order
        finally:
            replaying.close()


def _event_figures(name: str, events: Sequence[Caught], others: int | None) -> list[Figure]:
    """Over events drawn with replacement. `others` are alerts about no event, where all alerts are counted."""
    group = np.arange(len(events))
    alerts = np.array([event.alerts for event in events], np.float64)
    until = np.array([event.until or 0 for event in events], np.float64)
    told = alerts > 0
    figures = [
        figure(f"{name} 发现的事件", group, lambda weights: float((weights * told).sum() / weights.sum())),
        figure(
            f"{name} 每个发现的事件的预警",
            group,
            lambda weights: float((weights * alerts).sum() / max((weights * told).sum(), 1.0)),
        ),
        figure(f"{name} 预警时事件已有几条（中位）", group, _median(until, told)),
    ]
    if others is None:
        return figures
    share = others / max(others + alerts.sum(), 1)
    note = f"{others} 条不属于任何 {LEAST} 帖以上的事件"
    return [
        *figures,
        Figure(
            name=f"{name} 其他预警占比", value=round(float(share), 4), low=None, high=None, rows=others, note=note
        ),
    ]


def _median(values: Weights, counted: Any) -> Measure:
    order = np.argsort(values, kind="stable")

    def median(weights: Weights) -> float:
        sums = np.cumsum((weights * counted)[order])
        return float(values[order][np.searchsorted(sums, sums[-1] / 2)]) if sums[-1] else 0.0

    return median


def _per_day(name: str, stream: Stream, lines: Iterable[Mapping[str, Any]]) -> Figure:
    """Over days drawn with replacement."""
    days = stream.days
    raised = Counter(line["at"][:10] for line in lines if line["kind"] == "alert")
    alerts = np.array([raised[day] for day in days], np.float64)
    note = f"{len(stream.posts)} 条，{int(alerts.sum())} 个预警"
    return figure(name, np.arange(len(days)), lambda weights: float((weights * alerts).sum() / weights.sum()), note)


def _nth_of_event(stream: Stream, order: Iterable[object]) -> dict[object, int]:
    """How many posts of its event had come when this one came, itself included."""
    seen: Counter[str] = Counter()
    nth = {}
    for post in order:
        seen[stream.events[post]] += 1
        nth[post] = seen[stream.events[post]]
    return nth


def _stream(rows: Iterable[tuple[str, str, datetime, str]]) -> Stream:
    posts: list[Dated] = []
    events: dict[object, str] = {}
    for key, text, at, event in rows:
        raw = RawPost(source="stream", source_kind=SourceKind.SOCIAL, key=key, text=text, published=at)
        posts.append(Dated(where=key, id=key, raw=raw, at=at))
        events[key] = event
    posts.sort(key=lambda post: (post.at, str(post.id)))
    return Stream(posts=posts, events=events)


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d}"


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") as lines:
        for line in lines:
            yield msgspec.json.decode(line)
