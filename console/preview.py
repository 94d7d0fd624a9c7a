"""The preview of the selected strip: times, clocks, reasons, chain, two posts, and exactly one main action."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from console import wording
from console.clocks import ClockView, nearest_outward, view_clock
from console.danger import Danger, view_danger
from console.excerpts import Excerpt, representative
from console.office import ConsoleOffice
from console.strips import Matter, Strip, view_strip
from huiying.alert import Alert, AlertState
from huiying.concern import Concern
from huiying.register.register import Transaction
from huiying.source import SourceHealth
from huiying.task import DueClock, TaskState


class MainAction(StrEnum):
    """The one thing the selected row asks of the press officer."""

    ASSIGN = "assign"
    CLAIM = "claim"
    SEND = "send"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonView:
    """One reason with the points it adds to the heat."""

    part: str
    text: str
    points: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainStep:
    """One link of the chain: done, now or waiting, with up to two lines of fact."""

    name: str
    shape: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class BureauChoice:
    """A bureau to choose from, the likelier first."""

    short: str
    name: str
    likely: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The whole panel."""

    strip: Strip
    number: str
    episode: int | None
    times: tuple[str, ...]
    clocks: tuple[ClockView, ...]
    reasons: tuple[ReasonView, ...]
    heat: str
    chain: tuple[ChainStep, ...]
    latest: str
    excerpts: tuple[Excerpt, ...]
    action: MainAction
    choices: tuple[BureauChoice, ...]
    task: str | None
    task_bureau: str
    task_waits_because: str
    urgeable: str | None
    urged_bureau: str
    closed: bool
    unclaimed: bool
    silenced: bool
    trouble: SourceHealth | None
    danger: Danger | None
    said: str = ""


def view_preview(tx: Transaction, matter: Matter, office: ConsoleOffice, now: datetime, said: str = "") -> Preview:
    """The panel for one alert; `said` is a sentence about what was just done or refused."""
    alert, concern = matter.alert, matter.concern
    task, sent = matter.waiting_task, matter.sent_task
    doings = tx.concerns.doings(concern.id, limit=1) if concern else []
    return Preview(
        strip=view_strip(matter, office, now),
        number=concern.number if concern else "",
        episode=concern.episode if concern else None,
        times=_times(alert, concern, now),
        clocks=_two_clocks(matter, now),
        reasons=view_reasons(alert),
        heat=f"{alert.heat:.0f}",
        chain=view_chain(matter, office, now),
        latest=f"{wording.when(doings[0].at, now)} {doings[0].who}：{doings[0].what}" if doings else "",
        excerpts=representative(tx, concern.id, office, now, 2) if concern else (),
        action=_main_action(matter),
        choices=view_choices(concern, office) if concern else (),
        task=task.id if task else None,
        task_bureau=office.bureau(task.bureau) if task else "",
        task_waits_because=(task.waits_because or "") if task else "",
        urgeable=sent.id if sent else None,
        urged_bureau=office.bureau(sent.bureau) if sent else "",
        closed=alert.state is AlertState.CLOSED,
        unclaimed=alert.needs_acknowledging,
        silenced=alert.is_silenced(now),
        trouble=tx.sources.health_of(alert.source) if alert.source else None,
        danger=view_danger(tx, concern, office),
        said=said,
    )


def view_reasons(alert: Alert) -> tuple[ReasonView, ...]:
    """The reasons, the weightiest first; those that add nothing say so."""
    return tuple(
        ReasonView(
            part=wording.reason_part(reason.part),
            text=reason.text.removeprefix(f"{wording.reason_part(reason.part)}："),
            points=f"＋{reason.points:.0f}" if reason.points >= 0.5 else "—",
        )
        for reason in sorted(alert.reasons, key=lambda reason: -reason.points)
    )


def view_chain(matter: Matter, office: ConsoleOffice, now: datetime) -> tuple[ChainStep, ...]:
    """Post, concern, alert, task: how far the matter has come."""
    alert, concern = matter.alert, matter.concern
    if concern is None:
        return ()
    sent = [task for task in matter.tasks if task.state is not TaskState.WAITING]
    claimed = alert.state is not AlertState.NEW
    kinds = len([kind for kind, count in concern.sources.items() if count])
    return (
        ChainStep(
            name="帖文",
            shape="d",
            lines=(f"{concern.posts} 条，去重 {concern.distinct_posts} 条", f"{kinds} 类信源"),
        ),
        ChainStep(
            name="事项",
            shape="d",
            lines=(f"{wording.when(concern.found_at, now)} 发现", f"第 {concern.episode} 轮"),
        ),
        ChainStep(
            name="预警",
            shape="d" if claimed else "c",
            lines=(
                f"{wording.when(alert.level_since, now)} {alert.level.label}",
                f"{wording.person(alert.owner)} 已认领" if alert.owner else "待认领",
            ),
        ),
        ChainStep(
            name="交办",
            shape="d" if sent else ("c" if claimed else "w"),
            lines=_task_lines(matter, office, now),
        ),
    )


def _task_lines(matter: Matter, office: ConsoleOffice, now: datetime) -> tuple[str, ...]:
    if not matter.tasks:
        return ("待明确责任单位",) if matter.lead_unsure else ("未交办",)
    task = matter.tasks[-1]
    name = office.bureau(task.bureau)
    if task.sent_at is None:
        return (f"待交办 {name}", task.waits_because or "")
    state = wording.TASK_STATES[task.state] if task.state is TaskState.CLOSED else "已发出"
    return (f"{wording.when(task.sent_at, now)} {name}", state)


def view_choices(concern: Concern, office: ConsoleOffice) -> tuple[BureauChoice, ...]:
    """Every bureau, those the posts speak for first."""
    likely = [short for short, vote in sorted(concern.votes.items(), key=lambda vote: -vote[1]) if vote > 0]
    known = [short for short in likely if short in office.bureau_names]
    rest = [bureau.id for bureau in office.policy.bureaus if bureau.id not in set(known)]
    return tuple(
        BureauChoice(short=short, name=office.bureau(short), likely=place < len(known))
        for place, short in enumerate([*known, *rest])
    )


def _main_action(matter: Matter) -> MainAction:
    if matter.alert.state is AlertState.CLOSED:
        return MainAction.OPEN
    if matter.lead_unsure:
        return MainAction.ASSIGN
    if matter.alert.state is AlertState.NEW:
        return MainAction.CLAIM
    return MainAction.SEND if matter.waiting_task else MainAction.OPEN


def _times(alert: Alert, concern: Concern | None, now: datetime) -> tuple[str, ...]:
    if concern is None:
        return (f"发现 {wording.when(alert.raised_at, now)}",)
    return (
        first_post_words(concern, now),
        f"发现 {wording.when(concern.found_at, now)}",
        f"{alert.level.label} {wording.when(alert.level_since, now)}",
    )


def first_post_words(concern: Concern, now: datetime) -> str:
    """When its first post was said; a matter that was registered by hand may have none."""
    return f"最早帖文 {wording.when(concern.first_post_at, now)}" if concern.posts else "尚无帖文"


def _two_clocks(matter: Matter, now: datetime) -> tuple[ClockView, ...]:
    inward = _nearest([clock for task in matter.open_tasks for clock in task.owed if not clock.outward])
    both = (nearest_outward(matter.tasks, now), view_clock(inward, now) if inward else None)
    return tuple(clock for clock in both if clock)


def _nearest(clocks: Sequence[DueClock]) -> DueClock | None:
    timed = sorted((clock for clock in clocks if clock.due_at), key=lambda clock: clock.due_at or clock.starts_at)
    return timed[0] if timed else (clocks[0] if clocks else None)
