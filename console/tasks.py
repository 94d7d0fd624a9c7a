"""任务: what each bureau owes, in groups by deadline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.acting import Acting
from console.admitting import needs
from console.clocks import NO_CLOCK, ClockView, nearest_outward
from console.forms import Fields, read_fields
from console.keeping import done
from console.office import ConsoleOffice
from console.rendering import Pages, frame
from console.saved_views import view_bar
from console.strips import StateView
from console.task_decisions import Decide, DecisionsView, decisions, view_decisions
from huiying.alert import Alert
from huiying.permission import Action, sees_all
from huiying.person import Person
from huiying.register.overview import of_them
from huiying.register.register import Transaction
from huiying.register.tasks import Workload
from huiying.saved_view import ListPage
from huiying.task import Task, TaskState

_ROWS = 150


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """Which tasks were asked for: a bureau's or all, open or closed, one of them opened."""

    bureau: str | None = None
    closed: bool = False
    task: str = ""
    duty: int | None = None
    late: bool = False

    @property
    def narrowed(self) -> str:
        """What of the open tasks is left out, in words; empty where nothing is."""
        duty = f"第{self.duty}项职责事项的" if self.duty is not None else ""
        return f"只列{duty}{'超时' if self.late else ''}任务" if duty or self.late else ""


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
    decisions: DecisionsView
    chosen: bool


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
    narrowed: str
    bureaus: tuple[tuple[str, str], ...]


def task_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/tasks`, sending a task that waits, and everything the office decides about one."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/tasks", dependencies=needs(Action.VIEW_MATTERS))
    def tasks(
        by: Acting,
        bureau: str = "",
        closed: bool = False,
        task: str = "",
        duty: int | None = None,
        late: bool = False,
    ) -> HTMLResponse:
        whose = (by.bureau if _only_own(by) else bureau) or None
        shown = Shown(bureau=whose, closed=closed, task=task, duty=duty, late=late)
        with office.register.reading() as tx:
            view = view_tasks(tx, office, shown, only_own=_only_own(by))
            views = view_bar(tx, office, ListPage.TASKS, _filters(shown))
            return pages.html("tasks.html", tasks=view, views=views, frame=frame(tx, office, "tasks"))

    def acts(path: str, action: Action, act: Decide) -> None:
        @routes.post(f"/tasks/{path}", dependencies=needs(action))
        def acted(form: Annotated[Fields, Depends(read_fields)], by: Acting) -> RedirectResponse:
            chosen = {name: form[name] for name in ("bureau", "task") if form[name]}
            return done(office, by, f"/tasks?{urlencode(chosen)}", act(form, by))

    def send(form: Fields, by: Person) -> str:
        task = office.assigning.send_task(form["task"], by=by)
        return f"已交办{office.bureau(task.bureau)}：{task.title}"

    for path, (action, act) in {"send": (Action.ASSIGN, send), **decisions(office)}.items():
        acts(path, action, act)
    return routes


def view_tasks(tx: Transaction, office: ConsoleOffice, shown: Shown, *, only_own: bool = False) -> TasksView:
    """Tasks of a bureau, or of all, in groups by deadline; people of a bureau see no other."""
    now = office.clock.now()
    found = _found(tx, shown, now)
    alerts = tx.alerts.many(task.alert for task in found)
    asked = tx.supervisions.of_tasks(task.id for task in found)
    rows = [
        (task, _row(task, alerts.get(task.alert), office, view_decisions(task, asked.get(task.id, []), now), shown))
        for task in found
    ]
    loads = tx.tasks.counts_by_bureau(now)
    own = {short: load for short, load in loads.items() if short == shown.bureau} if only_own else loads
    return TasksView(
        bureau=office.bureau(shown.bureau) if shown.bureau else "全部单位",
        chosen=shown.bureau,
        closed=shown.closed,
        loads=_loads(own, office, shown.bureau),
        groups=(TaskGroup(name="已办结", hint="", late=False, rows=tuple(row for _, row in rows)),)
        if shown.closed
        else _groups(rows, now),
        shown=len(rows),
        cut=len(found) >= _ROWS,
        narrowed=shown.narrowed,
        bureaus=tuple((bureau.id, bureau.name) for bureau in office.policy.bureaus),
    )


def _filters(shown: Shown) -> str:
    """The filters of the list, without the task that is opened in it."""
    given = {
        "bureau": shown.bureau or "",
        "closed": "true" if shown.closed else "",
        "duty": "" if shown.duty is None else str(shown.duty),
        "late": "true" if shown.late else "",
    }
    return urlencode({name: value for name, value in given.items() if value})


def _only_own(by: Person) -> bool:
    return not sees_all(by)


def _found(tx: Transaction, shown: Shown, now: datetime) -> list[Task]:
    if shown.closed:
        return tx.tasks.of_bureau(shown.bureau, TaskState.CLOSED, limit=_ROWS)
    if shown.narrowed:
        ids = of_them(tx.overview.tasks(now), bureau=shown.bureau, duty=shown.duty, late=shown.late)
        return list(tx.tasks.many(ids[:_ROWS]).values())
    waiting = tx.tasks.of_bureau(shown.bureau, TaskState.WAITING, limit=_ROWS)
    sent = tx.tasks.of_bureau(shown.bureau, TaskState.SENT, limit=_ROWS)
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


def _row(task: Task, alert: Alert | None, office: ConsoleOffice, decided: DecisionsView, shown: Shown) -> TaskRow:
    now = office.clock.now()
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
        decisions=decided,
        chosen=task.id == shown.task,
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
