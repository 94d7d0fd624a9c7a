"""Runs the clocks of a procedure: when each falls due, and the calculation in words, in Beijing time.

Hour clocks run nights and weekends. Day clocks leave out the first day (民法典 第二百零一条) and end with their
last day. A regime that names no number gives a clock without a deadline, never an invented one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from huiying.clock import BEIJING
from huiying.procedure import ClockRule, Condition, Procedure, Regime, Start, Term, Unit
from huiying.task import DueClock
from huiying.workdays import CountedTerm, WorkdayCalendar

_UNIT_WORDS = {Unit.HOURS: "小时", Unit.WORKING_DAYS: "个工作日", Unit.CALENDAR_DAYS: "日"}
_PROMPT = "及时（无法定小时数）"
_BEFORE_MAJOR = "须由有权机关认定为特别重大、重大突发事件，认定前为暂定"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """One clock with what was counted: days as dates, or the two ends of an interval of hours."""

    clock: DueClock
    counted: tuple[date, ...] | tuple[datetime, datetime] | tuple[()]


def due_clocks(
    procedure: Procedure, starts: Mapping[Start, datetime], regime: Regime, calendar: WorkdayCalendar
) -> list[DueClock]:
    """The clocks of a procedure whose start is known, the outward ones of ordinary matters first as written.

    Clocks that need a major event level are given as provisional; the caller leaves them out where none is recorded.
    """
    return [run.clock for run in _runs(procedure, starts, regime, calendar)]


def running_clocks(
    procedure: Procedure, starts: Mapping[Start, datetime], regime: Regime, calendar: WorkdayCalendar
) -> tuple[DueClock, ...]:
    """The clocks that bind a matter without a recorded event level: outward ones that apply always."""
    binding = {rule.step for rule in procedure.clocks if rule.outward and rule.when is Condition.ALWAYS}
    return tuple(clock for clock in due_clocks(procedure, starts, regime, calendar) if clock.step in binding)


def due_lines(
    procedure: Procedure, start: datetime, regime: Regime, calendar: WorkdayCalendar
) -> list[dict[str, Any]]:
    """Every clock of a procedure as a line of `huiying due`, all of its moments taken to be `start`.

    `counted` lists the days counted, or the two ends of an interval of hours; all in Beijing time.
    """
    starts = dict.fromkeys(Start, start)
    return [_line(run) for run in _runs(procedure, starts, regime, calendar)]


def _runs(
    procedure: Procedure, starts: Mapping[Start, datetime], regime: Regime, calendar: WorkdayCalendar
) -> list[_Run]:
    forward = {
        rule.step: _forward(rule, starts[rule.starts_from], regime, calendar)
        for rule in procedure.clocks
        if rule.starts_from is not None and rule.starts_from in starts
    }
    runs = []
    for rule in procedure.clocks:
        if rule.step in forward:
            runs.append(forward[rule.step])
        elif rule.before in forward:
            runs.append(_backward(rule, forward[rule.before].clock, regime))
    return runs


def _forward(rule: ClockRule, start: datetime, regime: Regime, calendar: WorkdayCalendar) -> _Run:
    term = rule.terms[regime]
    word = rule.starts_from.label if rule.starts_from else ""
    if term.amount is None:
        return _Run(clock=_clock(rule, term, start, None, _PROMPT, provisional=False), counted=())
    major = rule.when is Condition.MAJOR
    if term.unit is Unit.HOURS:
        due_at = start + timedelta(hours=term.amount)
        words = f"{_moment(start, start)}{word}＋{term.amount:g}小时＝{_moment(due_at, start)}"
        words += f"（{_BEFORE_MAJOR}）" if major else ""
        clock = _clock(rule, term, start, due_at, words, provisional=major)
        return _Run(clock=clock, counted=(start, due_at))
    days = _count_days(term, start.astimezone(BEIJING).date(), calendar)
    due_at = datetime.combine(days.last_day, time(23, 59, 59), BEIJING).astimezone(UTC)
    words = _day_words(term, start, word, days)
    words += f"（{_BEFORE_MAJOR}）" if major else ""
    clock = _clock(rule, term, start, due_at, words, provisional=days.provisional or major)
    return _Run(clock=clock, counted=days.counted)


def _backward(rule: ClockRule, end: DueClock, regime: Regime) -> _Run:
    term = rule.terms[regime]
    if term.amount is None or end.due_at is None:
        return _Run(clock=_clock(rule, term, end.starts_at, None, _PROMPT, provisional=False), counted=())
    due_at = max(end.due_at - timedelta(hours=term.amount), end.starts_at)
    words = (
        f"{end.title}时限{_moment(end.due_at, end.starts_at)}－{term.amount:g}小时＝{_moment(due_at, end.starts_at)}"
    )
    clock = _clock(rule, term, end.starts_at, due_at, words, provisional=end.provisional)
    return _Run(clock=clock, counted=(end.starts_at, due_at))


def _count_days(term: Term, start: date, calendar: WorkdayCalendar) -> CountedTerm:
    amount = int(term.amount or 0)
    if term.unit is Unit.WORKING_DAYS:
        return calendar.add_working_days(start, amount)
    return calendar.add_calendar_days(start, amount)


def _clock(
    rule: ClockRule, term: Term, start: datetime, due_at: datetime | None, words: str, *, provisional: bool
) -> DueClock:
    return DueClock(
        step=rule.step,
        title=rule.title,
        starts_at=start,
        due_at=due_at,
        calculation=words,
        basis=term.basis,
        mark=term.mark,
        outward=rule.outward,
        provisional=provisional,
    )


def _day_words(term: Term, start: datetime, word: str, days: CountedTerm) -> str:
    begun = start.astimezone(BEIJING)
    last = f"{days.last_day.month}月{days.last_day.day}日"
    if days.last_day.year != begun.year:
        last = f"{days.last_day.year}年{last}"
    unit = _UNIT_WORDS[term.unit]
    words = f"{begun.month}月{begun.day}日{word}（当日不计）＋{term.amount:g}{unit}＝{last}"
    return f"{words}（{days.note}）" if days.note else words


def _moment(at: datetime, beside: datetime) -> str:
    """A moment in Beijing time; the year only where it differs from that of the moment beside it."""
    local = at.astimezone(BEIJING)
    year = f"{local.year}年" if local.year != beside.astimezone(BEIJING).year else ""
    return f"{year}{local.month}月{local.day}日{local:%H:%M}"


def _line(run: _Run) -> dict[str, Any]:
    clock = run.clock
    return {
        "step": clock.step,
        "due_at": clock.due_at.astimezone(BEIJING).isoformat() if clock.due_at else None,
        "provisional": clock.provisional,
        "counted": [_counted(each) for each in run.counted],
        "basis": f"{clock.basis}［{clock.mark}］",
        "title": clock.title,
        "calculation": clock.calculation,
        "outward": clock.outward,
    }


def _counted(each: date | datetime) -> str:
    return each.astimezone(BEIJING).isoformat() if isinstance(each, datetime) else each.isoformat()
