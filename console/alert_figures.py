"""Measures alerts by replaying streams of which the matters are known: the part `alerts` of `huiying evaluate`.

One replay serves all three sensitivities: a heat does not depend on them, so the concern at hand is measured after
every post, and each sensitivity has raised its alert once the heat reaches its lowest level.

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

from console.replaying import Dated, EventTime
from console.wiring import Office
from consumers.training.measures import Figure, Measure, Weights, figure
from consumers.training.report import Report
from huiying.city import Scope
from huiying.clock import BEIJING
from huiying.concern import Concern
from huiying.failures import Rejected
from huiying.messages import ConcernChanged
from huiying.moments import read_moment
from huiying.policy.heat import Sensitivity
from huiying.post import RawPost, SourceKind
from huiying.register.register import Transaction
from responders.alerting import Alerting

ALERTS = "alerts"
"""The name of this part."""

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
class Raised:
    """One alert: on which day, about which event, and how many posts of that event had come by then.

    It is about the event that most of its posts belong to, when it is raised; None where most belong to none.
    """

    day: str
    event: str | None
    until: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Caught:
    """What became of one event: on which day most of it fell, how many alerts, at which post the first came."""

    day: str
    alerts: int
    until: int | None


def measure_alerts(office: Office, data_sets: Path, note: Callable[[str], None]) -> Report:
    """The figures of every sensitivity with the office's rules; locality is switched off."""
    streams = headlined(data_sets), quiet_days(data_sets), ungrouped_messages(data_sets)
    everywhere = Office(replace(office.settings, scope=Scope.EVERYWHERE.value), office.config, office.clock)
    raised = []
    for stream in streams:
        note(f"回放 {len(stream.posts)} 条")
        raised.append(replay_stream(everywhere, stream))
    report = Report(part=ALERTS)
    for sensitivity in Sensitivity:
        name = f"灵敏度 {sensitivity.value}"
        report.figures += _of_events(name, streams[0], raised[0][sensitivity])
        report.figures += [
            _per_day(f"{name} {what} 每天的预警", stream, alerts[sensitivity])
            for what, stream, alerts in zip(("平静日", "零散来信"), streams[1:], raised[1:], strict=True)
        ]
    return report


def replay_stream(office: Office, stream: Stream) -> dict[Sensitivity, list[Raised]]:
    """The alerts of every sensitivity, in the order in which they are raised."""
    with (
        tempfile.TemporaryDirectory(prefix="huiying-alerts-") as folder,
        EventTime(office, Path(folder)) as event_time,
    ):
        watching = _Watching(event_time, stream)
        for posts in event_time.passing(stream.posts, _refuse):
            watching.measure(posts)
    return watching.raised


class _Watching:
    """Measures the concern of every post that has joined one, and notes which sensitivities now raise its alert."""

    def __init__(self, event_time: EventTime, stream: Stream) -> None:
        self.raised: dict[Sensitivity, list[Raised]] = {sensitivity: [] for sensitivity in Sensitivity}
        self._event_time = event_time
        self._stream = stream
        self._register = event_time.office.register
        heat = event_time.office.policy.heat
        self._rules = {sensitivity: heat.at(sensitivity) for sensitivity in Sensitivity}
        self._alerting = Alerting(self._register, heat, event_time.clock)
        self._known: set[tuple[Sensitivity, str]] = set()
        self._seen: Counter[str] = Counter()

    def measure(self, passed: Iterable[object]) -> None:
        """After these posts, of which the last may have moved a concern."""
        self._seen.update(self._stream.events[post] for post in passed)
        told = self._event_time.newly_told()
        changed = [message.concern for message in told if isinstance(message, ConcernChanged)]
        if not changed:
            return
        with self._register.reading() as tx:
            concerns = tx.concerns.get(changed)
            for concern, heat in self._alerting.heats(tx, concerns).items():
                self._note(tx, concerns[concern], heat.points)

    def _note(self, tx: Transaction, concern: Concern, points: float) -> None:
        for sensitivity, rules in self._rules.items():
            this = sensitivity, concern.episode_id
            if this in self._known or not rules.level_of(points):
                continue
            self._known.add(this)
            event = _mostly(self._stream, self._event_time.posts_of(tx, concern))
            day = _day(self._event_time.clock.now())
            self.raised[sensitivity].append(Raised(day=day, event=event, until=self._seen[event or ""]))


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
        (str(row["id"]), f"{row['title']}\n{row['text']}", at, str(row["id"]))
        for row in _rows(data_sets / "messages/hot_issues.jsonl.gz")
        if row["label"] == _NO_GROUP and (at := read_moment(row["time"], _LATEST))
    )


def catch(stream: Stream, alerts: Iterable[Raised]) -> tuple[list[Caught], int]:
    """What became of each event that is large enough; and how many alerts are about none of them."""
    days: dict[str, Counter[str]] = {}
    for post in stream.posts:
        days.setdefault(stream.events[post.id], Counter())[_day(post.at)] += 1
    about: dict[str, list[Raised]] = {event: [] for event, posts in days.items() if posts.total() >= LEAST}
    others = 0
    for alert in alerts:
        if alert.event in about:
            about[alert.event].append(alert)
        else:
            others += 1
    caught = [
        Caught(day=days[event].most_common(1)[0][0], alerts=len(own), until=own[0].until if own else None)
        for event, own in about.items()
    ]
    return caught, others


def _of_events(name: str, stream: Stream, alerts: Sequence[Raised]) -> list[Figure]:
    """All events, then those of every second day and those of the other days."""
    caught, others = catch(stream, alerts)
    odd = set(stream.days[1::2])
    figures = _event_figures(name, caught)
    share = others / max(len(alerts), 1)
    note = f"{others} 个不属于任何 {LEAST} 帖以上的事件"
    figures.append(
        Figure(name=f"{name} 其他预警占比", value=round(share, 4), low=None, high=None, rows=len(alerts), note=note)
    )
    for half, days in (("单数日", set(stream.days) - odd), ("双数日", odd)):
        figures += _event_figures(f"{name} {half}", [event for event in caught if event.day in days])
    return figures


def _event_figures(name: str, events: Sequence[Caught]) -> list[Figure]:
    """Over events drawn with replacement; none where there is none."""
    if not events:
        return []
    group = np.arange(len(events))
    alerts = np.array([event.alerts for event in events], np.float64)
    until = np.array([event.until or 0 for event in events], np.float64)
    told = alerts > 0
    return [
        figure(f"{name} 发现的事件", group, lambda weights: float((weights * told).sum() / weights.sum())),
        figure(
            f"{name} 每个发现的事件的预警",
            group,
            lambda weights: float((weights * alerts).sum() / max((weights * told).sum(), 1.0)),
        ),
        figure(f"{name} 第几条时预警（中位）", group, _median(until, told)),
    ]


def _median(values: Weights, counted: Any) -> Measure:
    order = np.argsort(values, kind="stable")

    def median(weights: Weights) -> float:
        sums = np.cumsum((weights * counted)[order])
        return float(values[order][np.searchsorted(sums, sums[-1] / 2)]) if sums[-1] else 0.0

    return median


def _per_day(name: str, stream: Stream, alerts: Sequence[Raised]) -> Figure:
    """Over days drawn with replacement."""
    raised = Counter(alert.day for alert in alerts)
    counts = np.array([raised[day] for day in stream.days], np.float64)
    note = f"{len(stream.posts)} 条，{len(alerts)} 个预警"
    return figure(name, np.arange(len(counts)), lambda weights: float((weights * counts).sum() / weights.sum()), note)


def _mostly(stream: Stream, posts: Sequence[object]) -> str | None:
    event, count = Counter(stream.events[post] for post in posts).most_common(1)[0]
    return event if 2 * count > len(posts) else None


def _refuse(where: str, reason: str) -> None:
    raise Rejected(f"{where}: {reason}")


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
