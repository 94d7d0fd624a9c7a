"""任务: what each bureau owes, in groups by deadline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.clocks import NO_CLOCK, ClockView, nearest_outward
from console.forms import Fields, read_fields
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.seeing import limited_to
from console.strips import StateView
from huiying.alert import Alert
from huiying.failures import NotAllowed, Stale
from huiying.permission import Action
from huiying.register.register import Transaction
from huiying.register.tasks import Workload
from huiying.task import Task, TaskState

_ROWS = 150


@dataclass(frozen=True, kw_only=True, slots=True)
class BureauLoad:
    """A bureau in the side list with what it has in hand."""

    name: str
    href: str
    open: int
    overdue: int
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskRow:
    """One task."""

    task: str
    concern: str
    title: str
    level: str
    level_words: str
    bureau: str
    helpers: str
    asked: str
    waits_because: str
    opened: str
    clock: ClockView
    state: StateView
    waiting: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskGroup:
    """Tasks with deadlines alike."""

    name: str
    hint: str
    late: bool
    rows: tuple[TaskRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TasksView:
    """The whole page."""

    bureau: str
    chosen: str | None
    closed: bool
    loads: tuple[BureauLoad, ...]
    groups: tuple[TaskGroup, ...]
    shown: int
    cut: bool
    said: str


def task_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/tasks`, and sending a task that waits."""
    routes = APIRouter(include_in_schema=False)

    def page(bureau: str | None, *, closed: bool, said: str = "", status: int = 200) -> HTMLResponse:
        with office.register.reading() as tx:
            view = view_tasks(tx, office, bureau or None, closed=closed, said=said)
            return pages.html("tasks.html", status=status, tasks=view, frame=frame(tx, office, "tasks"))

    @routes.get("/tasks", dependencies=needs(Action.VIEW_MATTERS))
    def tasks(bureau: str = "", closed: bool = False) -> HTMLResponse:
        return page(bureau, closed=closed)

    @routes.post("/tasks/send", dependencies=needs(Action.ASSIGN))
    def send(form: Annotated[Fields, Depends(read_fields)], by: Acting) -> HTMLResponse:
        try:
            task = office.assigning.send_task(form["task"], by=by)
        except NotAllowed as refusal:
            return page(form["bureau"], closed=False, said=str(refusal), status=409)
        except Stale:
            return page(form["bureau"], closed=False, said="刚才有别的变更，请再按一次", status=409)
        return page(form["bureau"], closed=False, said=f"已交办{office.bureau(task.bureau)}：{task.title}")

    return routes


def view_tasks(
    tx: Transaction, office: ConsoleOffice, bureau: str | None, *, closed: bool, said: str = ""
) -> TasksView:
    """Tasks of a bureau, or of all, in groups by deadline."""
    now = office.clock.now()
    own = limited_to()
    bureau = bureau if own is None else own
    found = _found(tx, bureau, closed=closed)
    alerts = tx.alerts.many(task.alert for task in found)
    rows = [(task, _row(task, alerts.get(task.alert), office, now)) for task in found]
    return TasksView(
        bureau=office.bureau(bureau) if bureau else "全部单位",
        chosen=bureau,
        closed=closed,
        loads=_loads(tx.tasks.counts_by_bureau(now), office, bureau) if own is None else (),
        groups=(TaskGroup(name="已办结", hint="", late=False, rows=tuple(row for _, row in rows)),)
        if closed
        else _groups(rows, now),
        shown=len(rows),
        cut=len(found) >= _ROWS,
        said=said,
    )


def _found(tx: Transaction, bureau: str | None, *, closed: bool) -> list[Task]:
    own = limited_to()

    def standing(state: TaskState) -> list[Task]:
        if own is not None:
            return tx.tasks.with_helped(own, state, limit=_ROWS)
        return tx.tasks.of_bureau(bureau, state, limit=_ROWS)

    if closed:
        return standing(TaskState.CLOSED)
    waiting, sent = standing(TaskState.WAITING), standing(TaskState.SENT)
    return [*waiting, *sent][:_ROWS]


def _groups(rows: Sequence[tuple[Task, TaskRow]], now: datetime) -> tuple[TaskGroup, ...]:
    midnight = wording.beijing(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    names = ("已超时", "待交办", "今天到期", "明天到期", "以后到期", "未定时数")
    hints = ("", "等你按一键发出", "24:00 前", f"{midnight.day}日 24:00 前", "", "2014 年的规定写“及时”，没有时数")
    groups: dict[str, list[tuple[Task, TaskRow]]] = {name: [] for name in names}
    for task, row in rows:
        groups[_group(task, now, midnight)].append((task, row))
    return tuple(
        TaskGroup(
            name=name,
            hint=hint,
            late=name == "已超时",
            rows=tuple(row for _, row in sorted(groups[name], key=lambda pair: pair[0].due_at or pair[0].opened_at)),
        )
        for name, hint in zip(names, hints, strict=True)
        if groups[name]
    )


def _group(task: Task, now: datetime, midnight: datetime) -> str:
    if task.due_at and task.due_at < now:
        return "已超时"
    if task.state is TaskState.WAITING:
        return "待交办"
    if task.due_at is None:
        return "未定时数"
    if task.due_at < midnight:
        return "今天到期"
    return "明天到期" if task.due_at < midnight + timedelta(days=1) else "以后到期"


def _row(task: Task, alert: Alert | None, office: ConsoleOffice, now: datetime) -> TaskRow:
    shape = {TaskState.WAITING: "todo", TaskState.SENT: "", TaskState.CLOSED: "ok"}[task.state]
    return TaskRow(
        task=task.id,
        concern=task.concern,
        title=alert.title if alert else task.title,
        level=alert.level.value if alert else "none",
        level_words=wording.level_in_list(alert.level) if alert else "—",
        bureau=office.bureau(task.bureau),
        helpers="、".join(office.bureau(short) for short in task.co_handlers),
        asked=task.asked,
        waits_because=task.waits_because or "",
        opened=wording.when(task.sent_at or task.opened_at, now),
        clock=nearest_outward([task], now) or NO_CLOCK,
        state=StateView(words=wording.TASK_STATES[task.state], shape=shape),
        waiting=task.state is TaskState.WAITING,
    )


def _loads(loads: dict[str, Workload], office: ConsoleOffice, chosen: str | None) -> tuple[BureauLoad, ...]:
    every = BureauLoad(
        name="全部单位",
        href="/tasks",
        open=sum(load.waiting + load.sent for load in loads.values()),
        overdue=sum(load.overdue for load in loads.values()),
        chosen=chosen is None,
    )
    busiest = sorted(loads.items(), key=lambda item: (-item[1].overdue, -(item[1].waiting + item[1].sent), item[0]))
    return (
        every,
        *(
            BureauLoad(
                name=office.bureau(short),
                href=f"/tasks?bureau={short}",
                open=load.waiting + load.sent,
                overdue=load.overdue,
                chosen=short == chosen,
            )
            for short, load in busiest
        ),
    )
