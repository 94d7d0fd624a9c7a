"""Escalating 逐级提醒: a task not signed for, not begun, nearly late or late is told from rung to rung, each once.

Which role is told how long after what is the office's own (`config/tasks.yaml`). People are told by the notices; here
only the message and the line in the matter's log are written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from huiying.clock import moment_words
from huiying.messages import TaskEscalated
from huiying.person import SYSTEM
from huiying.policy.tasks import Occasion, Rung, TaskRules
from huiying.register.register import Register, Transaction
from huiying.task import DueClock, Task
from responders.tasks.clocks import SIGN_IN

BEGIN = "begin"
"""Named as the step of a task that was signed for and not begun: no clock of the procedure."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Why somebody is to be told of a task, since when, and what falls due."""

    occasion: Occasion
    step: str
    title: str
    since: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Call:
    task: Task
    trouble: Trouble
    rung: Rung

    @property
    def key(self) -> tuple[str, str, datetime]:
        """Under which it is kept that this was told; a clock that was extended is told of anew."""
        kind = f"task-{self.trouble.occasion.value}:{self.rung.to.value}"
        return kind, f"{self.task.id}:{self.trouble.step}", self.trouble.due_at


def escalate(register: Register, rules: TaskRules, now: datetime) -> None:
    """Tell every rung that is reached and was not told."""
    with register.reading() as asking:
        calls = [call for call in _calls(asking, rules, now) if not asking.tasks.has_fired(*call.key)]
    if not calls:
        return
    with register.transaction() as tx:
        told = [call for call in calls if tx.tasks.fire_once(*call.key)]
        tx.outbox.add([_message(call) for call in told])
        for _, together in groupby(told, key=lambda call: (call.task.id, call.trouble)):
            _write_down(tx, list(together))


def troubles(task: Task, rules: TaskRules, now: datetime) -> Iterator[Trouble]:
    """What is wrong with a task in a bureau's hands at this moment."""
    if task.signed_in_by and task.begun_by is None:
        due_at = task.signed_in_by.at + timedelta(hours=rules.begin_hours)
        if now > due_at:
            yield Trouble(occasion=Occasion.NOT_BEGUN, step=BEGIN, title="开始办理", since=due_at, due_at=due_at)
    for clock in task.owed:
        trouble = _clock_trouble(clock, rules, now)
        if trouble:
            yield trouble


def _clock_trouble(clock: DueClock, rules: TaskRules, now: datetime) -> Trouble | None:
    if clock.due_at is None:
        return None
    if now > clock.due_at:
        occasion = Occasion.NOT_SIGNED_IN if clock.step == SIGN_IN else Occasion.LATE
        return Trouble(occasion=occasion, step=clock.step, title=clock.title, since=clock.due_at, due_at=clock.due_at)
    near = max((clock.due_at - clock.starts_at) * rules.near_share, timedelta(minutes=rules.near_minutes))
    if clock.due_at - now > near or clock.step == SIGN_IN:
        return None
    return Trouble(
        occasion=Occasion.NEARLY_LATE,
        step=clock.step,
        title=clock.title,
        since=clock.due_at - near,
        due_at=clock.due_at,
    )


def _calls(tx: Transaction, rules: TaskRules, now: datetime) -> Iterator[_Call]:
    for task in tx.tasks.sent():
        for trouble in troubles(task, rules, now):
            for rung in rules.rungs[trouble.occasion]:
                if trouble.since + timedelta(minutes=rung.after_minutes) <= now:
                    yield _Call(task=task, trouble=trouble, rung=rung)


def _message(call: _Call) -> TaskEscalated:
    return TaskEscalated(
        task=call.task.id,
        concern=call.task.concern,
        bureau=call.task.bureau,
        step=call.trouble.step,
        rung=call.rung.to.value,
        due_at=call.trouble.due_at,
    )


def _write_down(tx: Transaction, calls: list[_Call]) -> None:
    """One line for everybody who is told of the same trouble at the same time."""
    task, trouble = calls[0].task, calls[0].trouble
    people = "、".join(call.rung.to.label for call in calls)
    state = f"{trouble.occasion.label}（{moment_words(trouble.due_at)}到期）"
    tx.concerns.add_doing(task.concern, SYSTEM.name, f"{task.bureau}的任务“{trouble.title}”{state}，提醒{people}")
