"""Keeping a changed task: with every change goes a line in its own log, one in the matter's, and a message."""

from collections.abc import Collection
from datetime import datetime

from huiying.bureau import Bureau
from huiying.clock import BEIJING
from huiying.failures import NotAllowed
from huiying.messages import TaskChanged
from huiying.register.register import Transaction
from huiying.task import Task


def task_of(tx: Transaction, task_id: str) -> Task:
    """The task of this id; `NotAllowed` where there is none."""
    task = tx.tasks.get(task_id)
    if task is None:
        raise NotAllowed(f"没有任务 {task_id}")
    return task


def task_as_seen(tx: Transaction, task_id: str, seen: int | None) -> Task:
    """The task, where nobody changed it since the person saw this version; else `NotAllowed` tells what was done."""
    task = task_of(tx, task_id)
    if seen is not None and seen < task.version:
        done = "；".join(change.words for change in task.changes_since(seen)) or "别处有变更"
        raise NotAllowed(f"你打开之后，这件任务有了变更——{done}。请看过现在的情况再办")
    return task


def keep_task(tx: Transaction, task: Task, what: str, *, who: str, at: datetime) -> Task:
    """Save a changed task over the version it was read at, and say so everywhere."""
    saved = tx.tasks.save(task.changed(what, who=who, at=at), task.version)
    message = TaskChanged(
        task=saved.id, concern=saved.concern, bureau=saved.bureau, state=saved.state.value, what=what
    )
    tx.outbox.add([message])
    tx.concerns.add_doing(saved.concern, who, what)
    return saved


def must_exist(bureaus: Collection[Bureau], short: str, at: datetime) -> None:
    """`NotAllowed` where the office's directory has no such bureau, or has it no longer."""
    bureau = next((each for each in bureaus if each.id == short), None)
    if bureau is None:
        raise NotAllowed(f"没有“{short}”这个单位（见 bureaus.yaml）；请从责任单位名单里选定")
    today = at.astimezone(BEIJING).date()
    if bureau.valid_to and bureau.valid_to < today:
        now_called = f"，现为{bureau.name_today}" if bureau.name_today else ""
        raise NotAllowed(f"{bureau.name}已于{bureau.valid_to}不再存在{now_called}；请从责任单位名单里另选")
