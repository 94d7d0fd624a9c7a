"""Opening a task: the paper that hands one episode of a concern to its lead bureau, with its clocks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from huiying.alert import Alert
from huiying.clock import BEIJING
from huiying.concern import Concern
from huiying.messages import TaskOpened
from huiying.policy.heat import HeatRules, Mode
from huiying.procedure import Procedure, Regime, Start
from huiying.register.register import Transaction
from huiying.task import DueClock, Task, TaskState
from huiying.workdays import WorkdayCalendar
from responders.clocks import running_clocks

PROCEDURE = "opinion-response"
"""The procedure by which the office answers public concerns."""

SYSTEM = "系统"
"""Who did it, in a matter's log, where no person did."""


class OfficeRules(Protocol):
    """The part of the office's policy that opening a task needs."""

    @property
    def heat(self) -> HeatRules:
        """Levels and dispatch."""
        ...

    @property
    def procedures(self) -> Mapping[str, Procedure]:
        """Procedures by id."""
        ...

    @property
    def calendar(self) -> WorkdayCalendar:
        """Working days."""
        ...


def task_id(concern: Concern, bureau: str) -> str:
    """The key of a task: episode, procedure and bureau."""
    return f"{concern.episode_id}:{PROCEDURE}:{bureau}"


def waits_because(alert: Alert, concern: Concern, rules: HeatRules) -> str | None:
    """Why a task waits for a person instead of being sent by itself, in words; None where it does not."""
    dispatch = rules.dispatch[alert.level]
    if dispatch.mode is Mode.CONFIRM:
        return f"{alert.level.label}按设定须由人确认后交办"
    if concern.lead_certainty < dispatch.certainty:
        return (
            f"牵头单位{concern.lead}的把握度{concern.lead_certainty:.0%}，"
            f"低于{alert.level.label}自动交办所需的{dispatch.certainty:.0%}，请确认后交办"
        )
    return None


def make_task(  # noqa: PLR0913 - a paper has this many blanks
    rules: OfficeRules, concern: Concern, bureau: str, *, by: str, waits: str | None, now: datetime, regime: Regime
) -> Task:
    """The task for a bureau: sent in the name of `by`, or waiting where `waits` says why."""
    procedure = rules.procedures[PROCEDURE]
    starts = {Start.DISCOVERED: _discovered_at(concern)}
    clocks = running_clocks(procedure, starts, regime, rules.calendar)
    return Task(
        id=task_id(concern, bureau),
        concern=concern.id,
        alert=concern.episode_id,
        procedure=procedure.id,
        procedure_version=procedure.version,
        bureau=bureau,
        co_handlers=tuple(each for each in concern.co_handlers if each != bureau),
        title=concern.title,
        asked=_asked(procedure, concern, clocks),
        clocks=clocks,
        state=TaskState.WAITING if waits else TaskState.SENT,
        waits_because=waits,
        opened_at=now,
        sent_at=None if waits else now,
        sent_by=None if waits else by,
    )


def open_task(tx: Transaction, task: Task, *, by: str) -> bool:
    """Write a task with its message and its line in the matter's log; False where it exists."""
    if not tx.tasks.insert(task):
        return False
    tx.outbox.add([_opened(task)])
    what = f"拟好交办{task.bureau}，待确认：{task.waits_because}" if task.waits_because else f"交办{task.bureau}"
    tx.concerns.add_doing(task.concern, by, what)
    return True


def _discovered_at(concern: Concern) -> datetime:
    # A new episode is found anew; else its clock would have run out long before it began.
    return concern.found_at if concern.episode == 1 else max(concern.found_at, concern.episode_began_at)


def _opened(task: Task) -> TaskOpened:
    return TaskOpened(
        task=task.id,
        concern=task.concern,
        alert=task.alert,
        bureau=task.bureau,
        state=task.state.value,
        due_at=task.due_at,
    )


def _asked(procedure: Procedure, concern: Concern, clocks: tuple[DueClock, ...]) -> str:
    due_at = min((clock.due_at for clock in clocks if clock.due_at), default=None)
    if due_at is None:
        deadline = "及时（无法定小时数）"
    else:
        local = due_at.astimezone(BEIJING)
        deadline = f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
    return procedure.asked.format(
        number=concern.number,
        title=concern.title,
        posts=concern.posts,
        sources=len(concern.sources),
        deadline=deadline,
    )
