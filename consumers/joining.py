"""Joining the tasks of two concerns that became one: the winner's lead stays, another open lead becomes a co-handler.

Outward clocks stay as they are on every task: a merge moves no deadline. What is closed goes along unchanged.
"""

from dataclasses import dataclass
from datetime import datetime

from huiying.concern import Concern
from huiying.messages import TaskChanged
from huiying.register.register import Transaction
from huiying.task import Task, TaskState
from huiying.task_parts import ClosedAs, Part


@dataclass(frozen=True, kw_only=True, slots=True)
class _Merge:
    """Into which concern, whose tasks stand there, who joins them and when."""

    won: Concern
    standing: list[Task]
    lost_number: str
    who: str
    at: datetime

    @property
    def lead(self) -> str | None:
        """The bureau that leads the winner for certain: by an open task, or because a person named it."""
        by_task = next((task.bureau for task in self.standing if task.leads and _is_open(task)), None)
        return by_task or (self.won.lead if self.won.lead_frozen else None)

    def has_task(self, bureau: str) -> bool:
        """Whether the bureau has an open task about the winner already."""
        return any(task.bureau == bureau and _is_open(task) for task in self.standing)


def join_tasks(tx: Transaction, lost: Concern, won: Concern, *, who: str, at: datetime) -> Concern:
    """Take the loser's tasks and findings along; the winner comes back, led by the loser's lead where it had none."""
    tx.findings.move(lost.id, won.id)
    for task in tx.tasks.of_concern(lost.id):
        merge = _Merge(won=won, standing=tx.tasks.of_concern(won.id), lost_number=lost.number, who=who, at=at)
        joined, what = _joined(task, merge)
        _keep(tx, joined, what, merge)
        if joined.leads and _is_open(joined) and not won.lead_frozen:
            won = tx.concerns.save(won.assigned_to(joined.bureau), won.version)
    return won


def _joined(task: Task, merge: _Merge) -> tuple[Task, str]:
    won, since = merge.won, f"事项{merge.lost_number}并入"
    if not _is_open(task):
        return task.moved_to(won.id, task.alert, task.part), f"{since}，{task.bureau}已关闭的任务随之移入"
    if merge.has_task(task.bureau) or (task.state is TaskState.WAITING and merge.lead not in (None, task.bureau)):
        reason = f"{since}，由事项{won.number}的任务一并办理"
        closed = task.closed(reason=reason, now=merge.at, how=ClosedAs.JOINED)
        return closed.moved_to(won.id, task.alert, task.part), f"{task.bureau}的任务并案：{reason}"
    if task.leads and merge.lead not in (None, task.bureau):
        helping = task.moved_to(won.id, won.episode_id, Part.CO_HANDLER)
        return helping, f"{since}，仍由{merge.lead}牵头，{task.bureau}由牵头改为协办（对外时限不变）"
    return task.moved_to(
        won.id, won.episode_id, task.part
    ), f"{since}，{task.bureau}（{task.part.label}）的任务随之移入"


def _keep(tx: Transaction, task: Task, what: str, merge: _Merge) -> None:
    saved = tx.tasks.save(task.changed(what, who=merge.who, at=merge.at), task.version)
    message = TaskChanged(
        task=saved.id, concern=saved.concern, bureau=saved.bureau, state=saved.state.value, what=what
    )
    tx.outbox.add([message])
    tx.concerns.add_doing(saved.concern, merge.who, what)


def _is_open(task: Task) -> bool:
    return task.state is not TaskState.CLOSED
