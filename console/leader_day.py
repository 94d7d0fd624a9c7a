"""今天的时限: the day as a line with what was published and what falls due, drawn by the server."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.leader_matters import DecisionView, Ground
from huiying.instruction import Instruction
from huiying.level import Level
from huiying.register.register import Transaction

_LEFT, _WIDTH = 4.0, 792.0
_CHARACTER, _GAP = 6.4, 14.0
_ROWS = (11, 24, 37)
_NOW_WIDE = 28.0
_MOST = 6
_TITLE = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class DayMark:
    """One moment with its words; `before` where they stand left of it, not `shown` where they have no room."""

    x: float
    y: int
    words: str
    before: bool
    shown: bool
    shape: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """The line: where now is, the hours below it, the marks above it; `spoken` is all of it in words."""

    now: float
    hours: tuple[tuple[float, str], ...]
    marks: tuple[DayMark, ...]
    spoken: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Moment:
    at: datetime
    words: str
    shape: str


def view_day(tx: Transaction, decisions: Sequence[DecisionView], own: Sequence[Instruction], now: datetime) -> Day:
    """What falls into this day in Beijing, six moments at most: those that wait first, then what is done."""
    morning, evening = wording.beginning_of_day(now), wording.end_of_day(now)
    chosen = sorted(_moments(tx, decisions, own, morning, evening, now)[:_MOST], key=lambda moment: moment.at)
    return Day(
        now=_place(now, morning),
        hours=tuple(_hours(_place(now, morning))),
        marks=_laid_out(chosen, morning),
        spoken="；".join(moment.words for moment in chosen) or "今天没有到期的时限",
    )


def _moments(
    tx: Transaction,
    decisions: Sequence[DecisionView],
    own: Sequence[Instruction],
    morning: datetime,
    evening: datetime,
    now: datetime,
) -> list[_Moment]:
    found = [
        _Moment(
            at=datetime.fromtimestamp(card.clock.due, now.tzinfo), words=f"签发 {_short(card.title)}", shape="red"
        )
        for card in decisions
        if card.ground is Ground.SIGNATURE and card.clock and card.clock.due
    ]
    tasks = tx.tasks.due_between(morning, evening, limit=_MOST)
    alerts = tx.alerts.many(task.alert for task in tasks)
    for task in tasks:
        level = alerts[task.alert].level if task.alert in alerts else Level.BLUE
        if task.due_at:
            found.append(
                _Moment(
                    at=task.due_at,
                    words=f"{_short(task.title)}（对外{'，已过' if task.due_at < now else ''}）",
                    shape=level.value,
                )
            )
    found += [
        _Moment(at=each.due_at, words=f"批示 {_short(each.what)}", shape="own") for each in own if each.done is None
    ]
    found += _published(tx, morning)
    return [
        _Moment(at=each.at, words=f"{wording.time_of_day(each.at)} {each.words}", shape=each.shape)
        for each in found
        if morning <= each.at < evening
    ]


def _published(tx: Transaction, morning: datetime) -> Iterable[_Moment]:
    first = {each.publication.clarification: each.publication for each in reversed(tx.publications.since(morning))}
    for publication in first.values():
        title = tx.clarifications.texts(publication.clarification)[publication.text - 1].title
        yield _Moment(at=publication.by.at, words=f"已发布 {_short(title)}", shape="ok")


def _hours(here: float) -> Iterable[tuple[float, str]]:
    """Every third hour; its words make room for 现在."""
    for hour in range(0, 25, 3):
        at = _LEFT + _WIDTH * hour / 24
        yield at, "" if abs(at - here) < _NOW_WIDE else f"{hour}时"


def _laid_out(moments: Sequence[_Moment], morning: datetime) -> tuple[DayMark, ...]:
    """Words to the right of their moment where there is room, else to the left; on the first row that is free.

    Where none is, the mark stands alone: its words are in the spoken line and on the hover.
    """
    ends = [-_GAP] * len(_ROWS)
    marks = []
    for moment in moments:
        x = _place(moment.at, morning)
        wide = wording.width(moment.words) * _CHARACTER
        before = x + wide > _LEFT + _WIDTH
        begins = x - wide if before else x
        row = next((row for row, end in enumerate(ends) if end + _GAP <= begins), None)
        if row is not None:
            ends[row] = x if before else x + wide
        y = _ROWS[-1 if row is None else row]
        marks.append(DayMark(x=x, y=y, words=moment.words, before=before, shown=row is not None, shape=moment.shape))
    return tuple(marks)


def _place(at: datetime, morning: datetime) -> float:
    return round(_LEFT + _WIDTH * (at - morning).total_seconds() / 86_400, 1)


def _short(title: str) -> str:
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1]}…"
