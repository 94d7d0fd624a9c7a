"""The left of the desk: a bureau's tasks in groups by what is nearest: 已超时 → 今夜到期 → 待签收 → 今天 → 本周."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from console import wording
from console.office import ConsoleOffice
from console.strips import StateView
from huiying.alert import Alert
from huiying.person import Person, Role
from huiying.register.register import Transaction
from huiying.task import DueClock, Task, TaskState

_MOST = 200
_DAWN, _DUSK = time(6), time(18)
_STEPS = {"sign-in": "待签收", "first-finding": "初报", "draft": "回应稿", "respond": "对外回应"}

SCOPES: Mapping[str, tuple[str, Callable[[Task, Person], bool]]] = {
    "": ("本局全部", lambda _task, _: True),
    "mine": ("我的", lambda task, person: task.handler == person.name),
    "helping": ("协办", lambda task, _: not task.leads),
    "down": ("已转下属", lambda task, _: bool(task.handed_down)),
}
"""The views of the desk: the key in the address, its words, and which tasks belong there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskAsked:
    """What an address of the desk asks for: the task in hand, the view, and words that the tasks must have."""

    task: str = ""
    scope: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ScopeChip:
    """One view with how many tasks it has."""

    key: str
    words: str
    count: int
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskRow:
    """One task in the list. `due` is said of the clock that runs out first."""

    task: str
    version: int
    title: str
    level: str
    level_words: str
    part: str
    step: str
    due: str
    due_shape: str
    sent: str
    badges: tuple[StateView, ...]
    unsigned: bool
    returnable: str
    chosen: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskGroup:
    """Rows with deadlines alike."""

    name: str
    hint: str
    late: bool
    signing: bool
    rows: tuple[DeskRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskLists:
    """Whose desk it is, its views and its tasks in groups; `first` is the task shown where none was chosen;
    `opened` where one was."""

    bureau: str
    who: str
    scope: str
    words: str
    chips: tuple[ScopeChip, ...]
    groups: tuple[DeskGroup, ...]
    first: str
    opened: bool


def view_lists(tx: Transaction, office: ConsoleOffice, by: Person, asked: DeskAsked) -> DeskLists:
    """The open tasks of the person's bureau; nothing of another's."""
    now = office.clock.now()
    tasks = tx.tasks.of_bureau(by.bureau, TaskState.SENT, limit=_MOST) if by.bureau else []
    scope = asked.scope if asked.scope in SCOPES else ""
    named = [task for task in tasks if _is_about(task, asked.words)]
    shown = [task for task in named if SCOPES[scope][1](task, by)]
    alerts = tx.alerts.many(task.alert for task in shown)
    groups = _groups(shown, alerts, now, asked.task)
    return DeskLists(
        bureau=office.bureau(by.bureau) if by.bureau else "",
        who=f"{_role(by)} {by.name}",
        scope=scope,
        words=asked.words,
        chips=tuple(
            ScopeChip(key=key, words=words, count=sum(belongs(task, by) for task in named), chosen=key == scope)
            for key, (words, belongs) in SCOPES.items()
        ),
        groups=groups,
        first=next((row.task for group in groups for row in group.rows), ""),
        opened=bool(asked.task),
    )


def _is_about(task: Task, words: str) -> bool:
    """Whether every word stands in what the task is called or asks, or is who has it."""
    text = f"{task.title} {task.asked} {task.handler or ''}".lower()
    return all(word in text for word in words.lower().split())


def nearest(task: Task) -> DueClock | None:
    """The clock of a task that runs out first."""
    clocks = [clock for clock in task.owed if clock.due_at]
    return min(clocks, key=lambda clock: clock.due_at or clock.starts_at, default=None)


def _role(by: Person) -> str:
    return "单位负责人" if Role.BUREAU_HEAD in by.roles else "经办"


def _groups(tasks: Sequence[Task], alerts: Mapping[str, Alert], now: datetime, chosen: str) -> tuple[DeskGroup, ...]:
    here = wording.beijing(now)
    midnight = datetime.combine(here.date() + timedelta(days=1), time(), here.tzinfo)
    hints = {
        "已超时": "",
        "今夜到期": "06:00 前",
        "待签收": "",
        "今天": "24:00 前",
        "本周": "周日 24:00 前",
        "以后": "",
    }
    grouped: dict[str, list[Task]] = {name: [] for name in hints}
    for task in tasks:
        grouped[_group(task, here, midnight)].append(task)
    return tuple(
        DeskGroup(
            name=name,
            hint=hints[name],
            late=name == "已超时",
            signing=name == "待签收",
            rows=tuple(
                _row(task, alerts.get(task.alert), now, chosen) for task in sorted(grouped[name], key=_by_deadline)
            ),
        )
        for name in hints
        if grouped[name]
    )


def _by_deadline(task: Task) -> tuple[datetime, str]:
    clock = nearest(task)
    return (clock.due_at if clock and clock.due_at else datetime.max.replace(tzinfo=task.opened_at.tzinfo), task.id)


def _group(task: Task, here: datetime, midnight: datetime) -> str:
    clock = nearest(task)
    due = wording.beijing(clock.due_at) if clock and clock.due_at else None
    if due and due < here:
        return "已超时"
    if task.signed_in_by is None:
        return "待签收"
    if due is None:
        return "以后"
    if due < _end_of_night(here, midnight):
        return "今夜到期"
    if due < midnight:
        return "今天"
    return "本周" if due < midnight + timedelta(days=6 - here.weekday()) else "以后"


def _end_of_night(here: datetime, midnight: datetime) -> datetime:
    """06:00 of this night; by day there is no night to speak of."""
    if here.time() < _DAWN:
        return midnight - timedelta(hours=18)
    return midnight + timedelta(hours=6) if here.time() >= _DUSK else here


def _row(task: Task, alert: Alert | None, now: datetime, chosen: str) -> DeskRow:
    clock = nearest(task)
    due_at = clock.due_at if clock else None
    near = due_at is not None and clock is not None and (due_at - now) * 4 < due_at - clock.starts_at
    until = task.return_clock.due_at if task.return_clock else None
    returnable = until is not None and now <= until and not task.designated and not task.asked_to_return
    return DeskRow(
        task=task.id,
        version=task.version,
        title=task.title,
        level=alert.level.value if alert else "none",
        level_words=wording.level_in_list(alert.level) if alert else "",
        part=task.part.label,
        step=_STEPS.get(clock.step, clock.title) if clock else "",
        due=_due_words(due_at, now),
        due_shape="late" if due_at and due_at < now else "near" if near else "",
        sent=f"{wording.when(task.sent_at, now)} 发来" if task.sent_at else "",
        badges=_badges(task),
        unsigned=task.signed_in_by is None,
        returnable=f"退回限 {wording.when(until, now)} 前" if returnable and until else "",
        chosen=task.id == chosen,
    )


def _due_words(due_at: datetime | None, now: datetime) -> str:
    if due_at is None:
        return "及时"
    if due_at - now < timedelta(hours=10):
        return wording.remaining(due_at, now)
    return wording.when(due_at, now)


def _badges(task: Task) -> tuple[StateView, ...]:
    down = [part.unit for part in task.handed_down if not part.answered]
    found = (
        (task.asked_to_return is not None, StateView(words="退回待批", shape="warn")),
        (task.asked_to_extend is not None, StateView(words="延期待批", shape="warn")),
        (bool(task.urgings), StateView(words=f"催办 {len(task.urgings)}", shape="bad")),
        (task.designated, StateView(words="指定承办")),
        (bool(down), StateView(words=f"已转{'、'.join(down)}")),
    )
    return tuple(badge for stands, badge in found if stands)
