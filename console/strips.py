"""A strip of the queue: one alert as one row with fixed places (the strip board, screens' principle 1)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.acting import who_asks
from console.charts import SIX_HOURS, Bar, six_hour_bars
from console.clocks import NO_CLOCK, ClockView, nearest_outward, worst_overrun
from console.office import ConsoleOffice
from huiying.alert import Alert, AlertState
from huiying.concern import Concern, QuarterHour
from huiying.correction import Answer, Correction, Judgement, standing_answers
from huiying.register.register import Transaction
from huiying.task import Task, TaskState

_WHY_PARTS = 3
_TITLE_WIDTH = 38
_SOURCE_TAG, _FIRST_TAG = 6, 12
_BUREAU_WIDTH = 14


@dataclass(frozen=True, kw_only=True, slots=True)
class StateView:
    """Where an alert stands: words first, then a shape ("", todo, warn, bad, ok, ghost)."""

    words: str
    shape: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Strip:
    """One row of the queue, ready to be printed."""

    alert: str
    concern: str | None
    source: str | None
    level: str
    level_words: str
    age: str
    since: float
    title: str
    why: str
    bureau: str
    bureau_note: str
    posts: int | None
    bars: tuple[Bar, ...]
    clock: ClockView
    clock_note: str
    state: StateView
    owner: str
    held: bool
    """Whether a colleague has it in hand."""
    unread: bool
    answer_first: bool
    wordy_title: bool
    wordy_bureau: bool
    stand: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """An alert with what its row needs of other records, read for the whole page at once."""

    alert: Alert
    concern: Concern | None
    quarters: Sequence[QuarterHour]
    tasks: Sequence[Task]
    answer_first: bool
    """Whether a person confirmed that it is of a kind that must be answered first."""

    @property
    def open_tasks(self) -> list[Task]:
        """Tasks that still bind somebody."""
        return [task for task in self.tasks if task.state is not TaskState.CLOSED]

    @property
    def waiting_task(self) -> Task | None:
        """The task that waits for one key, if there is one."""
        return next((task for task in self.tasks if task.state is TaskState.WAITING), None)

    @property
    def sent_task(self) -> Task | None:
        """The task that can be urged: the lead's, where it was sent one."""
        sent = [task for task in self.tasks if task.state is TaskState.SENT]
        return next((task for task in sent if task.leads), next(iter(sent), None))

    @property
    def lead_unsure(self) -> bool:
        """Whether a person has to say which bureau answers."""
        return self.concern is not None and self.concern.lead is None


def read_matters(tx: Transaction, alerts: Sequence[Alert], now: datetime) -> list[Matter]:
    """The alerts with their concerns, counts, tasks and confirmed kinds: four questions, however many rows."""
    ids = [alert.concern for alert in alerts if alert.concern]
    concerns = tx.concerns.get(ids)
    quarters = tx.concerns.quarter_hours_of_many(ids, now - SIX_HOURS)
    tasks = tx.tasks.of_alerts([alert.id for alert in alerts])
    confirmed = _confirmed(tx.corrections.said_of_concerns(ids, Judgement.FIRST_ANSWER))
    return [_matter(alert, concerns, quarters, tasks, confirmed) for alert in alerts]


def _confirmed(said: Mapping[str, Sequence[Correction]]) -> set[str]:
    """The concerns of which somebody's confirmation stands."""
    return {
        concern
        for concern, corrections in said.items()
        if any(one.said[0] == Answer.CONFIRMED for one in standing_answers(corrections).values())
    }


def _matter(
    alert: Alert,
    concerns: Mapping[str, Concern],
    quarters: Mapping[str, Sequence[QuarterHour]],
    tasks: Mapping[str, Sequence[Task]],
    confirmed: Collection[str],
) -> Matter:
    about = alert.concern or ""
    return Matter(
        alert=alert,
        concern=concerns.get(about),
        quarters=quarters.get(about, ()),
        tasks=tasks.get(alert.id, ()),
        answer_first=about in confirmed,
    )


def view_strip(matter: Matter, office: ConsoleOffice, now: datetime) -> Strip:
    """The row of one alert."""
    alert, concern = matter.alert, matter.concern
    bureau, bureau_note = _bureau(matter, office)
    return Strip(
        alert=alert.id,
        concern=alert.concern,
        source=alert.source,
        level=alert.level.value,
        level_words=wording.level_in_list(alert.level),
        age=wording.age(alert.raised_at, now),
        since=alert.raised_at.timestamp(),
        title=alert.title,
        why=why(alert),
        bureau=bureau,
        bureau_note=bureau_note,
        posts=concern.posts if concern else None,
        bars=six_hour_bars(matter.quarters, now) if concern else (),
        clock=nearest_outward(matter.tasks, now) or NO_CLOCK,
        clock_note=_clock_note(matter),
        state=view_state(matter, now),
        owner=wording.person(alert.owner),
        held=alert.owner is not None and alert.owner != who_asks(),
        unread=alert.state is AlertState.NEW,
        answer_first=matter.answer_first,
        wordy_title=_title_width(matter) > _TITLE_WIDTH,
        wordy_bureau=wording.width(bureau) > _BUREAU_WIDTH,
        stand=str(alert.stand),
    )


def _title_width(matter: Matter) -> int:
    tags = (_SOURCE_TAG if matter.alert.source else 0) + (_FIRST_TAG if matter.answer_first else 0)
    return wording.width(matter.alert.title) + tags


def why(alert: Alert) -> str:
    """The strongest reasons on one line; those that do not count stand only in the preview, unless none counts."""
    counted = sorted((reason for reason in alert.reasons if reason.points > 0), key=lambda reason: -reason.points)
    counted = counted or list(alert.reasons)
    return "；".join(reason.text for reason in counted[:_WHY_PARTS])


def view_state(matter: Matter, now: datetime) -> StateView:
    """The one word that says what is to happen next; what waits for the press officer is `todo`."""
    alert = matter.alert
    if alert.state is AlertState.CLOSED:
        return StateView(words="已关闭", shape="ok")
    if alert.is_silenced(now) and alert.silenced_until:
        return StateView(words=f"静默至 {wording.when(alert.silenced_until, now)}", shape="ghost")
    if matter.lead_unsure:
        return StateView(words="待明确", shape="todo")
    if alert.state is AlertState.NEW:
        return StateView(words="待认领", shape="todo")
    return _handled_state(matter, now)


def _handled_state(matter: Matter, now: datetime) -> StateView:
    if matter.alert.source:
        return StateView(words="排查中")
    overrun = _overrun(matter, now)
    if overrun:
        return overrun
    if any(task.due_at and task.due_at < now for task in matter.open_tasks):
        return StateView(words="已超时", shape="bad")
    if matter.waiting_task:
        return StateView(words="待交办", shape="todo")
    if matter.open_tasks:
        return StateView(words="已交办")
    return StateView(words="任务已办结", shape="ok") if matter.tasks else StateView(words="已知悉")


def _overrun(matter: Matter, now: datetime) -> StateView | None:
    clock = worst_overrun(matter.tasks, now)
    if clock is None or clock.due_at is None:
        return None
    return StateView(words=wording.remaining(clock.due_at, now), shape="bad", note=clock.title)


def _bureau(matter: Matter, office: ConsoleOffice) -> tuple[str, str]:
    concern = matter.concern
    if concern is None:
        return "系统管理员", "信源故障"
    if concern.lead is None:
        choices = sum(1 for vote in concern.votes.values() if vote > 0)
        return "待明确", f"{choices} 个单位待选" if choices else "无候选单位"
    task = matter.waiting_task
    if task and task.waits_because and not concern.lead_frozen:
        return office.bureau(concern.lead), "牵头待你确认"
    helpers = len(concern.co_handlers)
    return office.bureau(concern.lead), f"协办 {helpers} 个" if helpers else ""


def _clock_note(matter: Matter) -> str:
    if matter.alert.source:
        return "恢复后补采"
    return "" if matter.tasks else "未交办"
