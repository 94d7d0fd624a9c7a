"""Whether a notice is still needed: what was acknowledged, silenced, closed or overtaken is not told any more.

Acknowledging an alert stops its notices at and below the level it was acknowledged at, for everybody and on every
channel. Notices about a task are the task's own: they stop when it moves on, not when its alert is acknowledged, or
else the bureau would never hear of the work that the officer who acknowledged has just given it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from huiying.alert import Alert, AlertState
from huiying.clarification import Clarification
from huiying.notice import About, Notice
from huiying.register.register import Transaction
from huiying.task import Task, TaskState


@dataclass(frozen=True, kw_only=True, slots=True)
class Records:
    """The records that notices are about, as they stand now."""

    alerts: Mapping[str, Alert]
    tasks: Mapping[str, Task]
    answers: Mapping[str, Clarification]

    def why_over(self, notice: Notice) -> str | None:
        """Why nobody needs to be told of it any more, in words; None where it is still needed."""
        match notice.about:
            case About.ALERT:
                return _alert_over(self.alerts.get(notice.subject), notice)
            case About.TASK:
                return _task_over(self.tasks.get(notice.subject), notice)
            case About.CLARIFICATION:
                return _answer_over(self.answers.get(notice.subject), notice)
            case _:
                return None

    def silent_until(self, notice: Notice, now: datetime) -> datetime | None:
        """Until when its alert is silenced; only notices of the alert itself wait for that."""
        alert = self.alerts.get(notice.subject) if notice.about is About.ALERT else None
        return alert.silenced_until if alert is not None and alert.is_silenced(now) else None


def records_of(tx: Transaction, notices: Sequence[Notice], *, alerts: Mapping[str, Alert]) -> Records:
    """The records of these notices; whoever sends them gives the alerts, held still for this transaction."""
    answers = {n.subject: tx.clarifications.get(n.subject) for n in notices if n.about is About.CLARIFICATION}
    return Records(
        alerts=alerts,
        tasks=tx.tasks.many(notice.subject for notice in notices if notice.about is About.TASK),
        answers={id: answer for id, answer in answers.items() if answer is not None},
    )


def _alert_over(alert: Alert | None, notice: Notice) -> str | None:
    if alert is None or alert.state is AlertState.CLOSED:
        return "预警已关闭"
    if not alert.needs_acknowledging:
        return f"{alert.owner}已知悉" if alert.owner else "已知悉"
    known = alert.acknowledged_level
    if known is not None and notice.level.rank <= known.rank:
        return f"{alert.owner}已知悉{known.label}"
    return None if notice.occasion.startswith(f"{alert.spell}:") else "预警关闭后已重新列入，另行通知"


def _task_over(task: Task | None, notice: Notice) -> str | None:
    if task is None or task.state is TaskState.CLOSED:
        return "任务已办结"
    of_a_state = ":" not in notice.occasion
    return "任务已有新进展" if of_a_state and notice.occasion != task.state.value else None


def _answer_over(answer: Clarification | None, notice: Notice) -> str | None:
    if answer is None:
        return "回应稿已不在"
    return None if notice.occasion == f"{answer.state}:{answer.texts}" else "回应稿已有新进展"
