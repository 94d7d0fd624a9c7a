"""舆情事项: the page of one concern."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, RedirectResponse

from console import wording
from console.admitting import reads_evidence
from console.charts import Moment, Volume, volume_chart
from console.clocks import ClockView, view_task_clock
from console.concern_moves import ConcernMoves, view_moves
from console.corrections import Said, view_said
from console.danger import Danger, view_danger
from console.draft_lines import DraftLine, view_drafts
from console.excerpts import Excerpt, representative
from console.office import ConsoleOffice
from console.preview import (
    BureauChoice,
    ChainStep,
    ReasonView,
    first_post_words,
    view_chain,
    view_choices,
    view_reasons,
)
from console.proceedings import Choice, HandlingView, further_to_begin, view_further, view_handling
from console.rendering import Pages, frame, may
from console.scans import ScansView, view_scans
from console.seeing import found_concern
from console.strips import Matter, StateView, read_matters, view_state
from huiying.alert import Alert
from huiying.concern import Concern, QuarterHour, Registration
from huiying.correction import SUGGESTIONS
from huiying.register.register import Transaction
from huiying.scan import About
from huiying.task import Task, TaskState

_EXCERPTS = 6
_DOINGS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """One answer of the header: 起于, 现在多快, 在哪里 …"""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ToneShare:
    """A tone's part of the posts, as a stretch of the bar."""

    tone: str
    words: str
    x: float
    width: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskLine:
    """One task of the concern."""

    task: str
    bureau: str
    helpers: str
    asked: str
    state: StateView
    waits_because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DoingLine:
    """One line of the matter's own log."""

    when: str
    exact: str
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConcernView:
    """The whole page."""

    id: str
    number: str
    episode: int
    title: str
    level: str
    level_words: str
    heat: str
    keywords: str
    facts: tuple[Fact, ...]
    chain: tuple[ChainStep, ...]
    volume: Volume
    tones: tuple[ToneShare, ...]
    tone_words: str
    reasons: tuple[ReasonView, ...]
    reasons_since: str
    excerpts: tuple[Excerpt, ...]
    posts: int
    distinct: int
    outward: tuple[ClockView, ...]
    inward: tuple[ClockView, ...]
    tasks: tuple[TaskLine, ...]
    doings: tuple[DoingLine, ...]
    alert: str | None
    said: tuple[Said, ...]
    choices: tuple[BureauChoice, ...]
    danger: Danger | None
    registered: Registration | None
    scans: ScansView | None
    handling: HandlingView | None
    further: tuple[HandlingView, ...]
    to_begin: tuple[Choice, ...]
    drafts: tuple[DraftLine, ...]
    drafters: tuple[BureauChoice, ...]
    moves: ConcernMoves | None


def concern_routes(office: ConsoleOffice, pages: Pages) -> APIRouter:
    """`/concerns/{id}`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/concerns/{concern_id}", response_model=None, dependencies=reads_evidence())
    def concern(concern_id: str) -> HTMLResponse | RedirectResponse:
        with office.register.reading() as tx:
            found = found_concern(tx, concern_id)
            if found.id != concern_id:
                return RedirectResponse(f"/concerns/{found.id}", status_code=303)
            view = view_concern(tx, found, office)
            return pages.html("concern.html", concern=view, frame=frame(tx, office, "concerns"))

    return routes


def view_concern(
    tx: Transaction,
    concern: Concern,
    office: ConsoleOffice,
) -> ConcernView:
    """The page of one concern, as it stands."""
    now = office.clock.now()
    alerts = tx.alerts.for_concern(concern.id)
    alert = alerts[0] if alerts else None
    quarters = tx.concerns.quarter_hours(concern.id, concern.first_post_at - timedelta(hours=1))
    tasks = tx.tasks.of_concern(concern.id)
    matter = read_matters(tx, [alert], now)[0] if alert else None
    handling = view_handling(tx, concern.episode_id, office, concern.id)
    outward, inward = _clocks(tasks, now)
    return ConcernView(
        id=concern.id,
        number=concern.number,
        episode=concern.episode,
        title=concern.title,
        level=alert.level.value if alert else "none",
        level_words=alert.level.label if alert else "未预警",
        heat=f"{alert.heat:.0f}" if alert else "—",
        keywords="、".join(concern.keywords[:6]),
        facts=_facts(concern, alert, quarters, office, now, handling),
        chain=_chain(view_chain(matter, office, now) if matter else _chain_before_alert(concern, now), handling),
        volume=volume_chart(quarters, _moments(concern, alerts, tasks, now), now),
        tones=_tones(concern),
        tone_words=_tone_words(concern),
        reasons=view_reasons(alert) if alert else (),
        reasons_since=f"{wording.when(alert.level_since, now)} 起，理由更新到 {wording.when(alert.changed_at, now)}"
        if alert
        else "",
        excerpts=representative(tx, concern.id, office, now, _EXCERPTS),
        posts=concern.posts,
        distinct=concern.distinct_posts,
        outward=handling.outward if handling else outward,
        inward=handling.inward if handling else inward,
        tasks=tuple(_task_line(task, matter, office, now) for task in tasks),
        doings=tuple(
            DoingLine(
                when=wording.when(doing.at, now), exact=wording.exact(doing.at), words=f"{doing.who}：{doing.what}"
            )
            for doing in tx.concerns.doings(concern.id, limit=_DOINGS)
        ),
        alert=alert.id if alert else None,
        said=tuple(
            view_said(one, office, now)
            for one in tx.corrections.said_of_concern(concern.id)
            if one.judgement not in SUGGESTIONS
        ),
        choices=view_choices(concern, office),
        danger=view_danger(tx, concern, office),
        registered=concern.registered,
        scans=view_scans(tx, office, About.MATTER, {concern.id: may("register-concern")})[concern.id]
        if concern.registered
        else None,
        handling=handling,
        further=view_further(tx, concern, office),
        to_begin=further_to_begin(tx, concern, office),
        drafts=view_drafts(tx, concern, office),
        drafters=tuple(
            BureauChoice(short=short, name=office.bureau(short), likely=short == concern.lead)
            for short in dict.fromkeys((concern.lead, *concern.co_handlers))
            if short
        ),
        moves=view_moves(matter, office) if matter else None,
    )


def _facts(
    concern: Concern,
    alert: Alert | None,
    quarters: Sequence[QuarterHour],
    office: ConsoleOffice,
    now: datetime,
    handling: HandlingView | None,
) -> tuple[Fact, ...]:
    last_hour = sum(quarter.posts for quarter in quarters if quarter.starts_at > now - timedelta(minutes=75))
    peak = max(quarters, key=lambda quarter: quarter.posts, default=None)
    peak_words = f"峰值 15 分钟 {peak.posts} 条（{wording.when(peak.starts_at, now)}）" if peak else "没有计数"
    kinds = [
        f"{wording.SOURCE_KINDS[kind]} {count}"
        for kind, count in sorted(concern.sources.items(), key=lambda source: -source[1])
        if count
    ]
    return (
        Fact(
            name="起于",
            lines=(
                first_post_words(concern, now) + (f"，{handling.occurred}" if handling and handling.occurred else ""),
                f"发现 {wording.when(concern.found_at, now)}",
            ),
        ),
        Fact(name="现在多快", lines=(f"近1小时 {last_hour} 条，累计 {concern.posts} 条", peak_words)),
        Fact(name="来自哪里", lines=("　".join(kinds[:3]) or "—", "　".join(kinds[3:6]))),
        Fact(name="谁来答", lines=_who_answers(concern, office)),
        Fact(name="热度", lines=(f"{alert.heat:.0f}（{alert.level.label}）" if alert else "未达预警线",)),
        Fact(name="事件级别", lines=(handling.event if handling else "未认定",)),
    )


def _who_answers(concern: Concern, office: ConsoleOffice) -> tuple[str, ...]:
    if concern.lead is None:
        return ("待明确", "帖文没有指向可靠的责任单位")
    sure = "已明确" if concern.lead_frozen else f"把握 {concern.lead_certainty:.2f}"
    helpers = "、".join(office.bureau(short) for short in concern.co_handlers)
    duties = "、".join(f"{number}" for number in sorted(concern.duties, key=lambda n: -concern.duties[n])[:2])
    return (
        f"{office.bureau(concern.lead)} 牵头（{sure}）",
        f"{helpers} 协办" if helpers else (f"通知所列职责第 {duties} 项" if duties else "无协办单位"),
    )


def _chain(steps: tuple[ChainStep, ...], handling: HandlingView | None) -> tuple[ChainStep, ...]:
    """The whole chain: from the posts to the task, and with a proceeding on to the publication."""
    if handling is None:
        return steps
    matter = replace(steps[1], lines=(steps[1].lines[0], handling.appraised or "待研判"))
    return (steps[0], matter, *steps[2:], *handling.chain)


def _chain_before_alert(concern: Concern, now: datetime) -> tuple[ChainStep, ...]:
    return (
        ChainStep(name="帖文", shape="d", lines=(f"{concern.posts} 条，去重 {concern.distinct_posts} 条",)),
        ChainStep(name="事项", shape="c", lines=(f"{wording.when(concern.found_at, now)} 发现",)),
        ChainStep(name="预警", shape="w", lines=("未达预警线",)),
        ChainStep(name="交办", shape="w", lines=("未交办",)),
    )


def _moments(concern: Concern, alerts: Sequence[Alert], tasks: Sequence[Task], now: datetime) -> list[Moment]:
    moments = [
        Moment(at=concern.found_at, words=f"发现 {wording.time_of_day(concern.found_at)}"),
        Moment(at=now, words=f"现在 {wording.time_of_day(now)}", shape="now"),
    ]
    if concern.posts:
        first = f"最早帖文 {wording.time_of_day(concern.first_post_at)}"
        moments.insert(0, Moment(at=concern.first_post_at, words=first))
    moments += [
        Moment(
            at=alert.level_since,
            words=f"{alert.level.label} {wording.time_of_day(alert.level_since)}",
            shape=alert.level.value,
        )
        for alert in alerts
    ]
    moments += [
        Moment(at=task.sent_at, words=f"交办 {wording.time_of_day(task.sent_at)}") for task in tasks if task.sent_at
    ]
    return moments


def _tones(concern: Concern) -> tuple[ToneShare, ...]:
    total = sum(concern.tones.values())
    shares, x = [], 68.0
    for tone, words in wording.TONES.items():
        width = 300 * concern.tones.get(tone, 0) / total if total else 0
        shares.append(ToneShare(tone=tone.value, words=words, x=round(x, 1), width=round(max(0, width - 1), 1)))
        x += width
    return tuple(shares)


def _tone_words(concern: Concern) -> str:
    total = sum(concern.tones.values())
    if not total:
        return "没有语气计数"
    parts = (f"{words} {100 * concern.tones.get(tone, 0) / total:.0f}%" for tone, words in wording.TONES.items())
    return "　".join(parts) + "（只作参考，不参与定级）"


def _clocks(tasks: Sequence[Task], now: datetime) -> tuple[tuple[ClockView, ...], tuple[ClockView, ...]]:
    views = [view_task_clock(task, clock, now) for task in tasks if task.leads for clock in task.clocks]
    return (
        tuple(view for view in views if view.outward),
        tuple(view for view in views if not view.outward),
    )


def _task_line(task: Task, matter: Matter | None, office: ConsoleOffice, now: datetime) -> TaskLine:
    late = task.state is not TaskState.CLOSED and task.due_at is not None and task.due_at < now
    shape = {TaskState.WAITING: "todo", TaskState.SENT: "", TaskState.CLOSED: "ok"}[task.state]
    overrun = view_state(matter, now) if matter and late else None
    return TaskLine(
        task=task.id,
        bureau=office.bureau(task.bureau),
        helpers="、".join(office.bureau(short) for short in task.co_handlers),
        asked=task.asked,
        state=overrun
        if overrun and overrun.shape == "bad"
        else StateView(words=wording.TASK_STATES[task.state], shape=shape),
        waits_because=task.waits_because or "",
    )
