"""The four numbers of the day, and the list behind each: a number is the length of its list, by the same question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console import wording
from console.clocks import NO_CLOCK, ClockView, nearest_outward
from console.office import ConsoleOffice
from console.strips import Matter, StateView, read_matters, view_state
from huiying.alert import Alert
from huiying.level import Level
from huiying.publication import Published
from huiying.register.register import Transaction
from huiying.task import Task

PAGE = 200
"""How many rows of a list are shown at once."""


class Figure(StrEnum):
    """Which number."""

    NEW = "new"
    OPEN = "open"
    LATE = "late"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        """What it is called."""
        return _LABELS[self][0]

    @property
    def meaning(self) -> str:
        """What is counted, in words."""
        return _LABELS[self][1]


_LABELS = {
    Figure.NEW: ("新增", "今天发出预警的舆情事项，不论现在是否关闭"),
    Figure.OPEN: ("在办", "预警没有关闭的舆情事项，静默的也在内"),
    Figure.LATE: ("超时", "对外时限已过、没有办结的交办任务"),
    Figure.PUBLISHED: ("已发布", "今天发布的回应，一稿发在几处算一件"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureView:
    """One number with a note that tells it apart."""

    figure: Figure
    count: int
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListRow:
    """One row behind a number."""

    level: str
    level_words: str
    title: str
    href: str
    bureau: str
    clock: ClockView
    state: StateView
    when: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListView:
    """The list behind a number; `more` is the address of the next page."""

    figure: Figure
    count: int
    rows: tuple[ListRow, ...]
    page: int
    more: str


def view_figures(tx: Transaction, office: ConsoleOffice, now: datetime) -> tuple[FigureView, ...]:
    """All four."""
    morning = wording.beginning_of_day(now)
    new, open_ones = tx.alerts.count_matters(since=morning), tx.alerts.count_matters()
    late = tx.tasks.overdue(now, limit=1)
    published = _published(tx, morning)
    due_today = tx.tasks.count_due(morning, wording.end_of_day(now))
    return (
        FigureView(figure=Figure.NEW, count=sum(new.values()), note=_reds(new)),
        FigureView(figure=Figure.OPEN, count=sum(open_ones.values()), note=_reds(open_ones)),
        FigureView(
            figure=Figure.LATE, count=_late(tx, now), note=f"{office.bureau(late[0].bureau)}最久" if late else "没有"
        ),
        FigureView(figure=Figure.PUBLISHED, count=len(published), note=f"今天还须回应 {due_today}"),
    )


def view_list(tx: Transaction, office: ConsoleOffice, figure: Figure, page: int) -> ListView:
    """A page of the list behind a number."""
    now, first = office.clock.now(), (page - 1) * PAGE
    morning = wording.beginning_of_day(now)
    if figure is Figure.LATE:
        count = _late(tx, now)
        rows = _task_rows(tx, office, tx.tasks.overdue(now, limit=PAGE, offset=first), now)
    elif figure is Figure.PUBLISHED:
        published = _published(tx, morning)
        count, rows = len(published), _published_rows(tx, office, list(published.values())[first : first + PAGE], now)
    else:
        since = morning if figure is Figure.NEW else None
        count = sum(tx.alerts.count_matters(since=since).values())
        rows = _alert_rows(tx, office, tx.alerts.matters(since=since, limit=PAGE, offset=first), now)
    more = f"/leader/list/{figure.value}?page={page + 1}" if first + len(rows) < count else ""
    return ListView(figure=figure, count=count, rows=tuple(rows), page=page, more=more)


def _late(tx: Transaction, now: datetime) -> int:
    return sum(load.overdue for load in tx.tasks.counts_by_bureau(now).values())


def _published(tx: Transaction, morning: datetime) -> Mapping[str, list[Published]]:
    """What was released today and not taken back, by answer."""
    found: dict[str, list[Published]] = {}
    for each in tx.publications.since(morning):
        if each.withdrawal is None:
            found.setdefault(each.publication.clarification, []).append(each)
    return found


def _reds(counts: Mapping[Level, int]) -> str:
    return f"{Level.RED.label} {counts[Level.RED]}"


def _alert_rows(tx: Transaction, office: ConsoleOffice, alerts: Sequence[Alert], now: datetime) -> list[ListRow]:
    return [_alert_row(matter, office, now) for matter in read_matters(tx, alerts, now)]


def _alert_row(matter: Matter, office: ConsoleOffice, now: datetime) -> ListRow:
    alert = matter.alert
    return ListRow(
        level=alert.level.value,
        level_words=wording.level_in_list(alert.level),
        title=alert.title,
        href=f"/concerns/{alert.concern}",
        bureau=office.bureau(matter.concern.lead if matter.concern else None),
        clock=nearest_outward(matter.tasks, now) or NO_CLOCK,
        state=view_state(matter, now),
        when=f"{wording.when(alert.raised_at, now)} 发出预警",
    )


def _task_rows(tx: Transaction, office: ConsoleOffice, tasks: Sequence[Task], now: datetime) -> list[ListRow]:
    alerts = tx.alerts.many(task.alert for task in tasks)
    rows = []
    for task in tasks:
        alert = alerts.get(task.alert)
        rows.append(
            ListRow(
                level=alert.level.value if alert else "none",
                level_words=wording.level_in_list(alert.level) if alert else "",
                title=task.title,
                href=f"/concerns/{task.concern}",
                bureau=office.bureau(task.bureau),
                clock=nearest_outward([task], now) or NO_CLOCK,
                state=StateView(words=wording.TASK_STATES[task.state]),
                when=f"{wording.when(task.due_at, now)} 到期" if task.due_at else "",
            )
        )
    return rows


def _published_rows(
    tx: Transaction, office: ConsoleOffice, answers: Sequence[Sequence[Published]], now: datetime
) -> list[ListRow]:
    rows = []
    for places in answers:
        first = places[0].publication
        clarification = tx.clarifications.get(first.clarification)
        texts = tx.clarifications.texts(first.clarification)
        alert = tx.alerts.get(clarification.episode) if clarification else None
        rows.append(
            ListRow(
                level=alert.level.value if alert else "none",
                level_words=wording.level_in_list(alert.level) if alert else "",
                title=texts[first.text - 1].title,
                href=f"/publish/{first.clarification}",
                bureau=office.bureau(clarification.bureau if clarification else None),
                clock=NO_CLOCK,
                state=StateView(words=f"发在 {len(places)} 处", shape="ok"),
                when=f"{wording.when(first.by.at, now)} 发布",
            )
        )
    return rows
