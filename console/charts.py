"""Counts as geometry: the six-hour bars of a row and the chart of a concern, drawn as SVG by the server."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from console import wording
from huiying.concern import QuarterHour

QUARTER = timedelta(minutes=15)
SIX_HOURS = timedelta(hours=6)
_SHORTEST = timedelta(hours=2)

_LEFT, _RIGHT, _TOP, _FLOOR = 34.0, 826.0, 60.0, 182.0
_LABEL_ROWS = (14, 31, 48)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar, in the units of its own drawing."""

    x: float
    y: float
    width: float
    height: float
    label: str = ""
    now: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A place on an axis with its words."""

    at: float
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A moment marked on the chart: solid and coloured for a change of level, dashed for the rest."""

    x: float
    words: str
    y: int
    before: bool
    shape: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A moment to be marked, before it has a place."""

    at: datetime
    words: str
    shape: str = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """The whole chart."""

    bars: tuple[Bar, ...]
    heights: tuple[Tick, ...]
    hours: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    range: str
    step: str


def six_hour_bars(quarters: Iterable[QuarterHour], now: datetime) -> tuple[Bar, ...]:
    """Twelve half hours up to now on 48 × 18; the last two are marked as the present hour."""
    counts = [0] * 12
    for quarter in quarters:
        place = 11 - int((now - quarter.starts_at - QUARTER / 2) / timedelta(minutes=30))
        if 0 <= place < 12:
            counts[place] += quarter.posts
    highest = max(counts) or 1
    return tuple(
        Bar(x=4.0 * place, y=18 - height, width=3, height=height, now=place >= 10)
        for place, count in enumerate(counts)
        for height in [round(max(1.5, 18 * count / highest), 1)]
    )


def volume_chart(quarters: Sequence[QuarterHour], moments: Sequence[Moment], now: datetime) -> Volume:
    """Posts per quarter hour, or per hour or day where the concern is older, on 830 × 210 with its marks."""
    first = min([quarter.starts_at for quarter in quarters] + [moment.at for moment in moments] + [now - _SHORTEST])
    step, step_words = _step(now - first)
    begin = _floor(first, step)
    columns = int((now - begin) / step) + 1
    counts = [0] * columns
    for quarter in quarters:
        place = int((quarter.starts_at - begin) / step)
        if 0 <= place < columns:
            counts[place] += quarter.posts
    top = _round_up(max(counts, default=0))
    width = (_RIGHT - _LEFT) / columns
    span = step * columns
    return Volume(
        bars=_columns(counts, begin, step, top, width, now),
        heights=tuple(
            Tick(at=round(_FLOOR - (_FLOOR - _TOP) * part / 4, 1), words=f"{top * part / 4:g}") for part in range(5)
        ),
        hours=_hours(begin, span),
        marks=_marks(moments, begin, span),
        range=f"{wording.day(begin)[:-3]} {wording.time_of_day(begin)} — {wording.when(now, begin)}",
        step=step_words,
    )


def _step(span: timedelta) -> tuple[timedelta, str]:
    if span <= timedelta(hours=16):
        return QUARTER, "每 15 分钟"
    return (timedelta(hours=1), "每小时") if span <= timedelta(hours=96) else (timedelta(days=1), "每日")


def _floor(moment: datetime, step: timedelta) -> datetime:
    local = wording.beijing(moment)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (local - midnight) // step * step


def _round_up(highest: int) -> int:
    for top in (4, 8, 20, 40, 60, 80, 100, 200, 400, 600, 800, 1000, 2000, 4000, 8000):
        if highest <= top:
            return top
    return -(-highest // 4000) * 4000


def _columns(
    counts: Sequence[int], begin: datetime, step: timedelta, top: int, width: float, now: datetime
) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            x=round(_LEFT + place * width + width * 0.09, 1),
            y=round(_FLOOR - height, 1),
            width=round(width * 0.82, 1),
            height=round(height, 1),
            label=f"{wording.when(begin + place * step, now)} 起 {count} 条",
        )
        for place, count in enumerate(counts)
        if count
        for height in [(_FLOOR - _TOP) * count / top]
    )


def _hours(begin: datetime, span: timedelta) -> tuple[Tick, ...]:
    every = next(
        (timedelta(hours=hours) for hours in (1, 2, 3, 6, 12, 24, 48, 168) if span <= timedelta(hours=hours) * 9),
        timedelta(days=28),
    )
    ticks = []
    moment = _floor(begin, min(every, timedelta(days=1)))
    while moment < begin + span:
        if moment >= begin:
            local = wording.beijing(moment)
            words = f"{local.day}日" if local.hour == 0 else f"{local.hour}:00"
            if span > timedelta(days=25) and local.hour == 0:
                words = f"{local.month}月{local.day}日"
            ticks.append(Tick(at=_place(moment, begin, span), words=words))
        moment += every
    return tuple(tick for tick in ticks if tick.at < _RIGHT - 8)


def _place(moment: datetime, begin: datetime, span: timedelta) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * max(0.0, min(1.0, (moment - begin) / span)), 1)


def _marks(moments: Sequence[Moment], begin: datetime, span: timedelta) -> tuple[Mark, ...]:
    ordered = sorted(moments, key=lambda moment: moment.at)
    places = [_place(moment.at, begin, span) for moment in ordered]
    marks: list[Mark] = []
    taken: list[tuple[int, float, float]] = []
    for moment, x in zip(ordered, places, strict=True):
        room = 6.3 * wording.width(moment.words) + 6
        spot = _free_spot(x, room, places, taken)
        if spot is None:
            marks.append(Mark(x=x, words="", y=_LABEL_ROWS[0], before=True, shape=moment.shape))
            continue
        y, left, _ = spot
        taken.append(spot)
        marks.append(Mark(x=x, words=moment.words, y=y, before=left < x - 1, shape=moment.shape))
    return tuple(marks)


def _free_spot(
    x: float, room: float, places: Sequence[float], taken: Sequence[tuple[int, float, float]]
) -> tuple[int, float, float] | None:
    """Where a label fits without lying on another and crossing as few lines of other marks as may be."""
    spots = [(y, left, left + room) for y in _LABEL_ROWS for left in (x - room, x)]
    free = [
        (y, left, right)
        for y, left, right in spots
        if left >= 0
        and right <= _RIGHT + 4
        and all(row != y or right <= low or left >= high for row, low, high in taken)
    ]

    def crossed(spot: tuple[int, float, float]) -> int:
        return sum(1 for place in places if spot[1] + 1 < place < spot[2] - 1)

    return min(free, key=lambda spot: (crossed(spot), spot[0]), default=None)
