"""The inward clocks of a task: counted back from its outward deadline, never shorter than a bureau needs to begin.

A task that is handed out late would else be late at once. What is left at the least is the office's own
(`config/tasks.yaml`); the calculation says where it was applied. No outward clock is touched here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from huiying.clock import moment_words
from huiying.policy.tasks import TaskRules
from huiying.procedure import Procedure, Regime, Start
from huiying.register.register import Transaction
from huiying.task import DueClock
from huiying.workdays import WorkdayCalendar
from responders.proceedings.clocks import due_clocks
from responders.tasks.keeping import keep_task

RETURN = "return"
"""The clock within which a bureau may ask to give a task back."""

SIGN_IN = "sign-in"
"""The clock that the bureau's signing for a task stops."""


def inward_clocks(
    procedure: Procedure, starts: Mapping[Start, datetime], regime: Regime, calendar: WorkdayCalendar
) -> tuple[DueClock, ...]:
    """The clocks of a bureau's own work, counted back from the outward one."""
    return tuple(clock for clock in due_clocks(procedure, starts, regime, calendar) if not clock.outward)


def leaving_time(clocks: Iterable[DueClock], sent_at: datetime, rules: TaskRules) -> tuple[DueClock, ...]:
    """The clocks of a task that is handed out now: inward ones leave the bureau at least the office's hours."""
    every = tuple(clocks)
    outward = min((clock.due_at for clock in every if clock.outward and clock.due_at), default=None)
    return tuple(clock if clock.outward else _leaving_time(clock, sent_at, outward, rules) for clock in every)


def return_clock(sent_at: datetime, rules: TaskRules) -> DueClock:
    """Until when a task that was handed out now may be given back."""
    due_at = sent_at + timedelta(hours=rules.return_hours)
    return DueClock(
        step=RETURN,
        title="申请退回",
        starts_at=sent_at,
        due_at=due_at,
        calculation=f"交办{moment_words(sent_at)}＋{rules.return_hours:g}小时＝{moment_words(due_at)}",
        basis="申请退回的时限",
        mark="U",
        outward=False,
    )


def step_done(tx: Transaction, episode: str, step: str, *, who: str, at: datetime) -> None:
    """Stop the clock of a step in every open task of an episode: the draft was sent in, the answer is out."""
    for task in tx.tasks.of_alerts([episode]).get(episode, []):
        clock = next((each for each in task.running if each.step == step), None)
        if clock and task.closed_at is None:
            keep_task(tx, task.step_done(step, at), f"{task.bureau}办完“{clock.title}”", who=who, at=at)


def _leaving_time(clock: DueClock, sent_at: datetime, outward: datetime | None, rules: TaskRules) -> DueClock:
    hours = rules.least_hours.get(clock.step)
    if hours is None or clock.due_at is None or outward is None:
        return clock
    least = min(sent_at + timedelta(hours=hours), outward)
    if clock.due_at >= least:
        return clock
    words = f"{clock.calculation}；交办较晚，至少留{hours:g}小时：{moment_words(least)}"
    return replace(clock, due_at=least, calculation=words)
