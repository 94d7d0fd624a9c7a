"""Runs the clocks of a procedure: when each falls due, and the calculation in words, in Beijing time.

Hour clocks run nights and weekends. Day clocks leave out the first day (民法典 第二百零一条) and end with their
last day. A regime that names no number gives a clock without a deadline, never an invented one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from huiying.clock import BEIJING
from huiying.level import Level, OpinionLevel
from huiying.procedure import ClockRule, Condition, Procedure, Regime, Start, Term, Unit
from huiying.proceeding_log import Interrupted
from huiying.task import DueClock
from huiying.workdays import CountedTerm, WorkdayCalendar
from responders.proceedings.clock_words import BEFORE_MAJOR, PROMPT, day_words, moment_words
from responders.proceedings.interruptions import Standstill, standstill


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """What bears upon the clocks of one matter, beside its moments.

    `major` None: no event level is recorded, and the clocks of major events are provisional. `alert_level` and
    `opinion_level` choose the length of inward clocks.
    """

    major: bool | None = None
    alert_level: Level | None = None
    opinion_level: OpinionLevel | None = None
    interruptions: tuple[Interrupted, ...] = ()


_NOTHING = Circumstances()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """One clock with what was counted: days as dates, or the two ends of an interval of hours."""

    clock: DueClock
    counted: tuple[date, ...] | tuple[datetime, datetime] | tuple[()]


def due_clocks(
    procedure: Procedure,
    starts: Mapping[Start, datetime],
    regime: Regime,
    calendar: WorkdayCalendar,
    matter: Circumstances = _NOTHING,
) -> list[DueClock]:
    """The clocks of a procedure whose start is known, the outward ones of ordinary matters first as written.

    Those of major events are left out where the event was determined not to be one.
    """
    return [run.clock for run in _runs(procedure, starts, regime, calendar, matter)]


def counted_back(
    procedure: Procedure, ends: Mapping[str, DueClock], regime: Regime, matter: Circumstances
) -> dict[str, DueClock]:
    """The clocks that are counted back from these others, by their steps."""
    return {
        rule.step: _backward(rule, ends[rule.before], regime, matter).clock
        for rule in procedure.clocks
        if rule.before and rule.before in ends
    }


def due_lines(
    procedure: Procedure, start: datetime, regime: Regime, calendar: WorkdayCalendar
) -> list[dict[str, Any]]:
    """Every clock of a procedure as a line of `huiying due`, all of its moments taken to be `start`.

    `counted` lists the days counted, or the two ends of an interval of hours; all in Beijing time.
    """
    starts = dict.fromkeys(Start, start)
    return [_line(run) for run in _runs(procedure, starts, regime, calendar, _NOTHING)]


def _runs(
    procedure: Procedure,
    starts: Mapping[Start, datetime],
    regime: Regime,
    calendar: WorkdayCalendar,
    matter: Circumstances,
) -> list[_Run]:
    forward: dict[str, _Run] = {}
    for rule in procedure.clocks:
        begins = _start(rule, starts)
        if begins and not (rule.when is Condition.MAJOR and matter.major is False):
            forward[rule.step] = _forward(rule, begins, starts[begins], regime, calendar, matter)
    runs = []
    for rule in procedure.clocks:
        if rule.step in forward:
            runs.append(forward[rule.step])
        elif rule.before in forward:
            runs.append(_backward(rule, forward[rule.before].clock, regime, matter))
    return runs


def _start(rule: ClockRule, starts: Mapping[Start, datetime]) -> Start | None:
    return next((start for start in (rule.starts_from, rule.otherwise) if start and start in starts), None)


def _forward(
    rule: ClockRule, begins: Start, at: datetime, regime: Regime, calendar: WorkdayCalendar, matter: Circumstances
) -> _Run:
    term = rule.terms[regime]
    stands = standstill(rule, matter.interruptions)
    start, word = at, begins.label
    if begins is not rule.starts_from and rule.starts_from:
        word += f"（{rule.starts_from.label}时刻不详）"
    if stands.restarted_at and stands.restarted_by:
        start, word = stands.restarted_at, f"重新起算（{stands.restarted_by.title}）"
    run = _counted(rule, term, start, word, calendar, stands)
    before_major = rule.when is Condition.MAJOR and not matter.major and term.amount is not None
    words = f"{run.clock.calculation}（{BEFORE_MAJOR}）" if before_major else run.clock.calculation
    provisional = run.clock.provisional or before_major
    return replace(run, clock=replace(run.clock, calculation=words, provisional=provisional, started_by=begins))


def _counted(
    rule: ClockRule, term: Term, start: datetime, word: str, calendar: WorkdayCalendar, stands: Standstill
) -> _Run:
    if term.amount is None:
        return _Run(clock=_clock(rule, term, start, None, PROMPT), counted=())
    if stands.standing and stands.since:
        words = f"自{moment_words(stands.since, start)}停走（{stands.standing.title}：{stands.standing.basis}）"
        return _Run(clock=_clock(rule, term, start, None, words), counted=())
    if term.unit is Unit.HOURS:
        due_at = start + timedelta(hours=term.amount) + stands.hours
        words = (
            f"{moment_words(start, start)}{word}＋{term.amount:g}小时{stands.words}＝{moment_words(due_at, start)}"
        )
        return _Run(clock=_clock(rule, term, start, due_at, words), counted=(start, due_at))
    days = _count_days(term, start.astimezone(BEIJING).date(), calendar, stands)
    due_at = datetime.combine(days.last_day, time(23, 59, 59), BEIJING).astimezone(UTC)
    words = day_words(term, start, word, days) + stands.words
    return _Run(clock=_clock(rule, term, start, due_at, words, provisional=days.provisional), counted=days.counted)


def _backward(rule: ClockRule, end: DueClock, regime: Regime, matter: Circumstances) -> _Run:
    term = rule.terms[regime]
    amount, level = _at_level(term, matter)
    if amount is None or end.due_at is None:
        return _Run(clock=_clock(rule, term, end.starts_at, None, PROMPT), counted=())
    due_at = max(end.due_at - timedelta(hours=amount), end.starts_at)
    words = f"{end.title}时限{moment_words(end.due_at, end.starts_at)}－{amount:g}小时{level}"
    words += f"＝{moment_words(due_at, end.starts_at)}"
    clock = _clock(rule, term, end.starts_at, due_at, words, provisional=end.provisional)
    return _Run(clock=clock, counted=(end.starts_at, due_at))


def _at_level(term: Term, matter: Circumstances) -> tuple[float | None, str]:
    """The length at the levels of this matter, and the level that chose it, in words."""
    if matter.opinion_level and matter.opinion_level in term.at_opinion_level:
        return term.at_opinion_level[matter.opinion_level], f"（舆情等级{matter.opinion_level.label}）"
    if matter.alert_level and matter.alert_level in term.at_alert_level:
        return term.at_alert_level[matter.alert_level], f"（{matter.alert_level.label}）"
    return term.amount, ""


def _count_days(term: Term, start: date, calendar: WorkdayCalendar, stands: Standstill) -> CountedTerm:
    amount = int(term.amount or 0)
    if term.unit is Unit.WORKING_DAYS:
        return calendar.add_working_days(start, amount, stands.days)
    return calendar.add_calendar_days(start, amount, stands.days)


def _clock(
    rule: ClockRule, term: Term, start: datetime, due_at: datetime | None, words: str, *, provisional: bool = False
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


def _line(run: _Run) -> dict[str, Any]:
    clock = run.clock
    return {
        "step": clock.step,
        "due_at": clock.due_at.astimezone(BEIJING).isoformat() if clock.due_at else None,
        "provisional": clock.provisional,
        "counted": [
            (each.astimezone(BEIJING) if isinstance(each, datetime) else each).isoformat() for each in run.counted
        ],
        "basis": f"{clock.basis}［{clock.mark}］",
        "title": clock.title,
        "calculation": clock.calculation,
        "outward": clock.outward,
    }
