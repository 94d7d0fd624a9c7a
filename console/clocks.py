"""A running clock as a screen shows it: words, length, bar, and the sum and basis that justify it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from console import wording
from huiying.task import DueClock, Task, TaskState

_NEAR = timedelta(minutes=30)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockView:
    """One clock. `shape` is the class that draws it: "", near, late, prov, done or na; `left` is 0..100."""

    title: str
    words: str
    length: str
    left: int
    shape: str
    outward: bool
    until: str
    calculation: str
    basis: str
    starts: float | None = None
    due: float | None = None


NO_CLOCK = ClockView(
    title="",
    words="不计时",
    length="",
    left=0,
    shape="na",
    outward=True,
    until="",
    calculation="",
    basis="",
)
"""Shown where no number of hours runs; the words beside it say why."""


def view_clock(clock: DueClock, now: datetime, done_at: datetime | None = None) -> ClockView:
    """The clock at this moment, or as it stood when its step was done."""
    if clock.due_at is None:
        return ClockView(
            title=clock.title,
            words="及时",
            length="未定时数",
            left=0,
            shape="na",
            outward=clock.outward,
            until="",
            calculation=clock.calculation,
            basis=_basis(clock),
        )
    span = max(clock.due_at - clock.starts_at, timedelta(minutes=1))
    moment = done_at or now
    left = max(0, min(100, round(100 * (clock.due_at - moment) / span)))
    return ClockView(
        title=clock.title,
        words=_words(clock, clock.due_at, now, done_at),
        length=wording.hours(span) + ("暂定" if clock.provisional else ""),
        left=left,
        shape=_shape(clock, clock.due_at, now, done_at),
        outward=clock.outward,
        until=wording.when(clock.due_at, now),
        calculation=clock.calculation,
        basis=_basis(clock),
        starts=None if done_at else clock.starts_at.timestamp(),
        due=None if done_at else clock.due_at.timestamp(),
    )


def view_task_clock(task: Task, clock: DueClock, now: datetime) -> ClockView:
    """A clock of a task: running, done, or of no account where the task was taken from its bureau before that."""
    done_at = task.done.get(clock.step)
    if done_at or task.state is not TaskState.CLOSED:
        return view_clock(clock, now, done_at)
    ended = f"任务已{task.closed_as.label if task.closed_as else '关闭'}"
    return replace(NO_CLOCK, title=clock.title, outward=clock.outward, calculation=ended, basis=_basis(clock))


def nearest_outward(tasks: Iterable[Task], now: datetime) -> ClockView | None:
    """The outward clock that ends first among the open tasks, else the first that was met; None without either."""
    outward = [(task, clock) for task in tasks for clock in task.clocks if clock.outward]
    met = [each for each in outward if each[1].step in each[0].done]
    running = [each for each in outward if each not in met and each[0].state is not TaskState.CLOSED]
    if not running and not met:
        return None
    task, clock = min(running or met, key=lambda each: each[1].due_at or _NEVER)
    return view_task_clock(task, clock, now)


def worst_overrun(tasks: Iterable[Task], now: datetime) -> DueClock | None:
    """The inward clock that ran out first among the open tasks; a row says it as its state."""
    late = [
        clock
        for task in tasks
        if task.state is not TaskState.CLOSED
        for clock in task.owed
        if not clock.outward and clock.due_at and clock.due_at < now
    ]
    return min(late, key=lambda clock: clock.due_at or now, default=None)


def _words(clock: DueClock, due_at: datetime, now: datetime, done_at: datetime | None) -> str:
    if done_at:
        return f"用时 {wording.hours_minutes(done_at - clock.starts_at)}"
    return wording.remaining(due_at, now)


def _shape(clock: DueClock, due_at: datetime, now: datetime, done_at: datetime | None) -> str:
    if done_at:
        return "done"
    if due_at < now:
        return "late"
    if clock.provisional:
        return "prov"
    left = due_at - now
    return "near" if left < _NEAR or left * 4 < due_at - clock.starts_at else ""


def _basis(clock: DueClock) -> str:
    return f"{clock.basis}（本单位自定）" if clock.mark == "U" else clock.basis
