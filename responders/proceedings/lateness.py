"""Lateness: a clock that ran out before what it asks for was done is told once, to the rungs that its rule names."""

from datetime import datetime

from huiying.clock import BEIJING
from huiying.messages import ProceedingChanged
from huiying.person import SYSTEM
from huiying.proceeding import Proceeding
from huiying.register.proceedings import LATE, LateClock
from huiying.register.register import Register, Transaction
from huiying.running_clocks import met_at, rule_of
from huiying.task import Task, TaskState
from responders.proceedings.proceeding import proceeding_id

_AT_ONCE = 500


def tell_late(register: Register, now: datetime) -> None:
    """Tell of every clock of an open proceeding that ran out, once; a task that carries the same one tells itself."""
    while True:
        with register.reading() as asking:
            if not asking.proceedings.late_untold(now, limit=1):
                return
        with register.transaction() as tx:
            for late in tx.proceedings.late_untold(now, limit=_AT_ONCE):
                _tell(tx, late)


def is_met(tx: Transaction, task: Task, clock: str) -> bool:
    """Whether what a clock of this task asks for was done in its proceeding, although the task is open still."""
    proceeding = tx.proceedings.get(proceeding_id(task.alert, task.procedure))
    if proceeding is None or all(rule.step != clock for rule in proceeding.procedure.clocks):
        return False
    return met_at(proceeding, clock) is not None


def _tell(tx: Transaction, late: LateClock) -> None:
    if not tx.tasks.fire_once(LATE, late.subject, late.due_at):
        return
    proceeding = tx.proceedings.get(late.proceeding)
    if proceeding is None or _is_carried(tx, proceeding, late) or _is_answered_elsewhere(tx, proceeding, late.clock):
        return
    rule = rule_of(proceeding, late.clock)
    local = late.due_at.astimezone(BEIJING)
    rungs = "、".join(role.label for role in rule.late)
    what = f"{rule.title}已超时：应于{local.month}月{local.day}日{local:%H:%M}前完成；须告知{rungs}"
    tx.outbox.add(
        [ProceedingChanged(proceeding=proceeding.id, concern=proceeding.concern, what=what, late=late.clock)]
    )
    tx.concerns.add_doing(proceeding.concern, SYSTEM.name, what)


def _is_carried(tx: Transaction, proceeding: Proceeding, late: LateClock) -> bool:
    return any(
        (clock.step, clock.due_at) == (late.clock, late.due_at)
        for task in tx.tasks.of_concern(proceeding.concern)
        if task.state is not TaskState.CLOSED and task.alert == proceeding.episode
        for clock in task.clocks
    )


def _is_answered_elsewhere(tx: Transaction, proceeding: Proceeding, clock: str) -> bool:
    """Whether the matter into which this one was merged has done it."""
    winner = tx.concerns.resolve(proceeding.concern)
    if winner is None or winner.id == proceeding.concern:
        return False
    there = tx.proceedings.get(proceeding_id(winner.episode_id, proceeding.procedure.id))
    return there is not None and met_at(there, clock) is not None
