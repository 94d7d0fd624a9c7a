"""Occasions: what the present state of alerts, tasks, proceedings and answers calls for telling, and whom by role.

A message only says which record to look at: what is told follows from how the record stands now, so that a message
that comes late, twice or out of order tells nobody of what is over.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from huiying.alert import Alert
from huiying.clarification import ClarificationState
from huiying.level import Level
from huiying.messages import (
    AlertChanged,
    AlertRaised,
    ClarificationChanged,
    Message,
    ProceedingChanged,
    TaskChanged,
    TaskEscalated,
    TaskOpened,
    TaskOverdue,
)
from huiying.notice import About
from huiying.person import Role
from huiying.policy.roster import Roster
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.running_clocks import rule_of
from huiying.task import Task, TaskState

TASK_MESSAGES = (TaskOpened, TaskChanged, TaskOverdue, TaskEscalated)

_UNIT = (Role.HANDLER, Role.BUREAU_HEAD)
_TOLD_OF_TASKS: Mapping[str, tuple[Role, ...]] = {
    TaskState.WAITING: (Role.OFFICER,),
    TaskState.SENT: _UNIT,
    TaskState.CLOSED: (),
}
_TOLD_OF_OVERDUE = (*_UNIT, Role.OFFICER, Role.SUPERVISOR)
_TOLD_OF_ANSWERS: Mapping[str, tuple[Role, ...]] = {
    ClarificationState.DRAFTING: (),
    ClarificationState.SUBMITTED: (Role.CHECKER, Role.REVIEWER, Role.SIGNER),
}
_TOLD_OF_STEPS: Mapping[str, tuple[Role, ...]] = {"publish": (Role.OFFICER,), "evaluate": (Role.OFFICER,)}
_OTHERWISE = (Role.OFFICER,)
_LEVEL_WITHOUT_ALERT = Level.YELLOW


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """Something of which the people of these roles are to be told once; `bureaus` are those whose matter it is."""

    about: About
    subject: str
    name: str
    alert: str | None
    concern: str | None
    level: Level
    roles: tuple[Role, ...]
    bureaus: tuple[str, ...] = ()


def occasions_of(tx: Transaction, batch: Sequence[Message], roster: Roster) -> list[Occasion]:
    """Every occasion that the records of these messages call for and that nobody has been told of yet."""
    found = [*_of_alerts(tx, batch, roster), *_of_tasks(tx, batch, roster), *_of_proceedings(tx, batch)]
    found += _of_answers(tx, batch)
    return [occasion for occasion in _untold(tx, found) if occasion.roles]


def _untold(tx: Transaction, found: Sequence[Occasion]) -> list[Occasion]:
    told = {about: tx.notices.occasions(about, _subjects(found, about)) for about in About}
    return [one for one in found if one.name not in told[one.about].get(one.subject, set())]


def _subjects(found: Iterable[Occasion], about: About) -> set[str]:
    return {occasion.subject for occasion in found if occasion.about is about}


def _of_alerts(tx: Transaction, batch: Sequence[Message], roster: Roster) -> list[Occasion]:
    ids = {message.alert for message in batch if isinstance(message, AlertRaised | AlertChanged)}
    told = tx.notices.occasions(About.ALERT, ids)
    alerts = [
        alert
        for alert in tx.alerts.many(ids).values()
        if alert.needs_acknowledging and not _told_as_high(alert, told.get(alert.id, set()))
    ]
    concerns = tx.concerns.get(alert.concern for alert in alerts if alert.concern)
    leads = {concern.id: concern.lead for concern in concerns.values() if concern.lead}
    return [
        Occasion(
            about=About.ALERT,
            subject=alert.id,
            name=f"{alert.spell}:{alert.level}",
            alert=alert.id,
            concern=alert.concern,
            level=alert.level,
            roles=roster.alerts[alert.level],
            bureaus=(leads[alert.concern],) if alert.concern in leads else (),
        )
        for alert in alerts
    ]


def _told_as_high(alert: Alert, told: set[str]) -> bool:
    """Whether people were told of it at this level or above since it was last opened: a fall is no occasion."""
    return any(f"{alert.spell}:{level}" in told for level in Level if level.rank >= alert.level.rank)


def _of_tasks(tx: Transaction, batch: Sequence[Message], roster: Roster) -> list[Occasion]:
    messages = [message for message in batch if isinstance(message, TASK_MESSAGES)]
    tasks = tx.tasks.many(message.task for message in messages)
    levels = _levels(tx, (task.alert for task in tasks.values()))
    found = {}
    for message in messages:
        task = tasks.get(message.task)
        if task is not None and task.state is not TaskState.CLOSED:
            name, roles = _told_of(message, task, roster)
            found[task.id, name] = _of_task(task, name, roles, levels.get(task.alert, _LEVEL_WITHOUT_ALERT))
    return list(found.values())


def _told_of(
    message: TaskOpened | TaskChanged | TaskOverdue | TaskEscalated, task: Task, roster: Roster
) -> tuple[str, tuple[Role, ...]]:
    """The occasion's name, and who is told."""
    match message:
        case TaskOverdue():
            return f"overdue:{message.step}:{message.due_at.isoformat()}", _TOLD_OF_OVERDUE
        case TaskEscalated():
            due = message.due_at.isoformat() if message.due_at else ""
            return f"escalated:{message.rung}:{message.step}:{due}", roster.rung(message.rung)
        case _:
            return task.state.value, _TOLD_OF_TASKS.get(task.state, _OTHERWISE)


def _of_task(task: Task, name: str, roles: tuple[Role, ...], level: Level) -> Occasion:
    return Occasion(
        about=About.TASK,
        subject=task.id,
        name=name,
        alert=task.alert,
        concern=task.concern,
        level=level,
        roles=roles,
        bureaus=(task.bureau, *task.co_handlers),
    )


def _of_proceedings(tx: Transaction, batch: Sequence[Message]) -> list[Occasion]:
    messages = [message for message in batch if isinstance(message, ProceedingChanged)]
    proceedings = {message.proceeding: tx.proceedings.get(message.proceeding) for message in messages}
    levels = _levels(tx, (one.episode for one in proceedings.values() if one))
    return [
        Occasion(
            about=About.PROCEEDING,
            subject=one.id,
            name=name,
            alert=one.episode,
            concern=one.concern,
            level=levels.get(one.episode, _LEVEL_WITHOUT_ALERT),
            roles=roles,
        )
        for message in messages
        if (one := proceedings[message.proceeding])
        for name, roles in _told_of_proceeding(one, message.late)
    ]


def _told_of_proceeding(proceeding: Proceeding, late: str | None) -> Iterable[tuple[str, tuple[Role, ...]]]:
    """That a clock ran out, else whatever the office itself has to do next: nobody is told of every step."""
    if late is None:
        steps = ((step.id, _TOLD_OF_STEPS.get(step.id, ())) for step in proceeding.open_steps)
        return [(f"next:{step}", roles) for step, roles in steps if roles]
    rule = rule_of(proceeding, late)
    return [(f"late:{clock.step}:{clock.due_at}", rule.late) for clock in proceeding.clocks if clock.step == late]


def _of_answers(tx: Transaction, batch: Sequence[Message]) -> list[Occasion]:
    ids = dict.fromkeys(message.clarification for message in batch if isinstance(message, ClarificationChanged))
    answers = [one for one in (tx.clarifications.get(id) for id in ids) if one is not None]
    levels = _levels(tx, (one.episode for one in answers))
    return [
        Occasion(
            about=About.CLARIFICATION,
            subject=one.id,
            name=f"{one.state}:{one.texts}",
            alert=one.episode,
            concern=one.concern,
            level=levels.get(one.episode, _LEVEL_WITHOUT_ALERT),
            roles=_TOLD_OF_ANSWERS.get(one.state, _OTHERWISE),
            bureaus=(one.bureau,),
        )
        for one in answers
    ]


def _levels(tx: Transaction, alerts: Iterable[str]) -> dict[str, Level]:
    return {alert.id: alert.level for alert in tx.alerts.many(alerts).values()}
