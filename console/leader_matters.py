"""请您定: the three matters that need a leader first, each with what happened, what follows, and two ways on.

The rule of choosing is `Ground`, in its order, and stands on the page in its own words: the level first, then the
ground, then whoever waits longest. A matter appears once, under its first ground.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from console import wording
from console.clocks import ClockView, nearest_outward, view_clock
from console.gate_view import view_gate
from console.office import ConsoleOffice
from console.strips import Matter, read_matters, why
from huiying.alert import Alert, AlertState
from huiying.clarification import Clarification
from huiying.failures import NotAllowed
from huiying.gate import Gate
from huiying.level import EventLevel, Level
from huiying.permission import Action, able
from huiying.person import Person
from huiying.proceeding import Proceeding
from huiying.register.register import Transaction
from huiying.review import Standing
from responders.answers.gates import authors_of, standing_of_newest
from responders.answers.turns import refusal
from responders.rules import PROCEDURE

SHOWN = 3
_LOOKED_AT = 40
_PROCEEDINGS = 6


class Ground(StrEnum):
    """Why a matter waits for a leader; the order is the order of choosing."""

    UNCLAIMED = "unclaimed"
    SIGNATURE = "signature"
    LATE = "late"
    EVENT_LEVEL = "event-level"
    EXTENSION = "extension"
    NO_LEAD = "no-lead"

    @property
    def label(self) -> str:
        """What it is called on a card."""
        return _GROUNDS[self][0]

    @property
    def rule(self) -> str:
        """When it applies, in words."""
        return _GROUNDS[self][1]


_GROUNDS = {
    Ground.UNCLAIMED: ("无人认领", "红色提示发出后还没有人认领"),
    Ground.SIGNATURE: ("签发", "回应稿过了审核会签和公开审查，等签发"),
    Ground.LATE: ("对外时限已过", "红色、橙色事项的对外时限已过，还没有回应"),
    Ground.EVENT_LEVEL: ("事件级别", "红色提示的事件级别没有记录，5小时时限是否适用不明"),
    Ground.EXTENSION: ("申请延期", "红色、橙色事项的承办单位申请延期，等答复"),
    Ground.NO_LEAD: ("指定责任单位", "红色、橙色事项没有责任单位"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A button: where it leads. `posts` are the fields where it does something at once."""

    words: str
    href: str
    posts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionView:
    """One card. `follows` is the consequence; `also` says what else waits about this matter."""

    ground: Ground
    level: str
    level_words: str
    title: str
    note: str
    sentence: str
    follows: str
    also: str
    clock: ClockView | None
    ways: tuple[Way, Way]
    rank: tuple[int, int, float]


def view_decisions(tx: Transaction, office: ConsoleOffice, by: Person) -> tuple[DecisionView, ...]:
    """The first three."""
    now = office.clock.now()
    matters = _matters(tx, now)
    found = {matter.alert.id: list(_grounds(office, by, matter, now)) for matter in matters}
    for episode, card in _signatures(tx, office, by, now):
        found.setdefault(episode, []).append(card)
    _add_event_levels(tx, office, matters, found, now)
    cards = [_first(waiting) for waiting in found.values() if waiting]
    return tuple(sorted(cards, key=lambda card: card.rank)[:SHOWN])


def _first(waiting: Sequence[DecisionView]) -> DecisionView:
    first, *others = sorted(waiting, key=lambda card: card.rank)
    return replace(first, also=f"另：{'、'.join(card.ground.label for card in others)}" if others else "")


def _matters(tx: Transaction, now: datetime) -> list[Matter]:
    alerts: list[Alert] = []
    for level in (Level.RED, Level.ORANGE):
        alerts += tx.alerts.queue(level=level, silenced=False, about_sources=False, limit=_LOOKED_AT)
    return read_matters(tx, alerts, now)


def _grounds(office: ConsoleOffice, by: Person, matter: Matter, now: datetime) -> Iterator[DecisionView]:
    alert = matter.alert
    if alert.level is Level.RED and alert.state is AlertState.NEW:
        sent = "任务已经交办" if any(task.sent_at for task in matter.open_tasks) else "任务没有交办"
        waits = f"发出 {wording.age(alert.level_since, now)}无人认领。"
        yield _card(office, matter, Ground.UNCLAIMED, now, sentence=f"{waits}{why(alert)}。", follows=f"{sent}。")
    late = [task for task in matter.open_tasks if task.due_at and task.due_at < now]
    if late and late[0].due_at:
        whose = "、".join(office.bureau(task.bureau) for task in late)
        sentence = f"{whose}应于 {wording.when(late[0].due_at, now)} 前对外回应，还没有发布。"
        follows = "已经超过规定时限，须尽快回应并说明原因。"
        tasks = Way(words="看任务", href=f"/tasks?bureau={quote(late[0].bureau)}&late=true")
        yield _card(
            office, matter, Ground.LATE, now, sentence=sentence, follows=follows, other=tasks, since=late[0].due_at
        )
    if able(by, Action.DECIDE_EXTENSION):
        yield from _extensions(office, matter, now)
    if matter.lead_unsure:
        candidates = sorted(matter.concern.votes, key=matter.concern.votes.__getitem__) if matter.concern else []
        names = "、".join(office.bureau(short) for short in reversed(candidates[-3:]))
        sentence = f"系统没有把握，候选：{names}。" if names else "没有候选单位。"
        yield _card(
            office, matter, Ground.NO_LEAD, now, sentence=sentence, follows="没有责任单位，任务发不出去，时限照走。"
        )


def _extensions(office: ConsoleOffice, matter: Matter, now: datetime) -> Iterator[DecisionView]:
    for task in matter.open_tasks:
        asked = task.asked_to_extend
        if asked is None:
            continue
        grant = Way(
            words="同意延期", href="/leader/extension", posts=(("task", task.id), ("seen", str(task.version)))
        )
        refuse = Way(words="另作答复", href=f"/tasks?bureau={quote(task.bureau)}&task={quote(task.id)}")
        until = wording.when(asked.until, now)
        sentence = f"{office.bureau(task.bureau)}申请“{asked.title}”延至 {until}：{asked.reason}。"
        card = _card(
            office, matter, Ground.EXTENSION, now, sentence=sentence, follows="同意后只动这一内部时限，对外时限不变。"
        )
        yield replace(card, ways=(grant, refuse))


def _signatures(
    tx: Transaction, office: ConsoleOffice, by: Person, now: datetime
) -> Iterator[tuple[str, DecisionView]]:
    """Texts that passed two gates, by their episodes."""
    for clarification in tx.clarifications.submitted():
        try:
            standing = standing_of_newest(tx, office.reviewing.rules, clarification)
        except NotAllowed:
            continue
        if all(standing.passed(gate, now) for gate in Gate.SIGNATURE.before) and not standing.passed(
            Gate.SIGNATURE, now
        ):
            yield clarification.episode, _signature(tx, clarification, standing, by, now)


def _signature(
    tx: Transaction, clarification: Clarification, standing: Standing, by: Person, now: datetime
) -> DecisionView:
    alert = tx.alerts.get(clarification.episode)
    text = tx.clarifications.texts(clarification.id)[standing.review.text - 1]
    wrote = authors_of(tx, clarification.id)
    mine = any(refusal(standing, seat, by, wrote, now) is None for seat in standing.open_seats(Gate.SIGNATURE, now))
    page = f"/leader/sign/{quote(clarification.id, safe='')}"
    level = alert.level if alert else Level.BLUE
    gate = view_gate(standing, Gate.SIGNATURE, now)
    ways = (
        (Way(words="阅后签发", href=page), Way(words="退回修改", href=f"{page}#return"))
        if mine
        else (Way(words="看全文", href=page), Way(words="看事项", href=f"/concerns/{clarification.concern}"))
    )
    return DecisionView(
        ground=Ground.SIGNATURE,
        level=level.value,
        level_words=wording.level_in_list(level),
        title=text.title,
        note=f"第 {text.number} 稿",
        sentence=text.sentences[0].text if text.sentences else "",
        follows="已过两关，等您签发。" if mine else "已过两关，等签发人签发。",
        also="",
        clock=gate.clock,
        ways=ways,
        rank=_rank(level, Ground.SIGNATURE, standing.review.opened_at),
    )


def _add_event_levels(
    tx: Transaction,
    office: ConsoleOffice,
    matters: Sequence[Matter],
    found: dict[str, list[DecisionView]],
    now: datetime,
) -> None:
    """Those of the first few red matters that nothing else brought here; a proceeding is long to read."""
    reds = [matter for matter in matters if matter.alert.level is Level.RED][:_PROCEEDINGS]
    every = tx.proceedings.of_concerns(matter.alert.concern or "" for matter in reds)
    proceedings = {each.episode: each for each in every if each.procedure.id == PROCEDURE}
    for matter in reds:
        proceeding = proceedings.get(matter.alert.id)
        if proceeding and proceeding.closed_at is None and not proceeding.event_levels:
            found[matter.alert.id].append(_event_level(office, matter, proceeding, now))


def _event_level(office: ConsoleOffice, matter: Matter, proceeding: Proceeding, now: datetime) -> DecisionView:
    foreseen = {each.level: each for each in office.appraising.foresee(proceeding)}
    usual = {clock.step for clock in foreseen[EventLevel.CONSIDERABLE].clocks}
    major = [clock for clock in foreseen[EventLevel.MAJOR].clocks if clock.step not in usual and clock.due_at]
    first = min(major, key=lambda clock: clock.due_at or now, default=None)
    follows = "记为重大以上的另有时限。"
    if first and first.due_at:
        length = wording.hours(first.due_at - first.starts_at)
        left = wording.remaining(first.due_at, now)
        follows = f"若为重大，{length}至 {wording.when(first.due_at, now)}，{left}；若为较大、一般，不适用。"
    record = Way(words="记录事件级别", href=f"/leader/event/{quote(proceeding.id, safe='')}")
    card = _card(
        office,
        matter,
        Ground.EVENT_LEVEL,
        now,
        sentence="事件级别由主管机关认定，还没有记录。",
        follows=follows,
        other=Way(words="看事项", href=f"/concerns/{proceeding.concern}"),
    )
    clock = view_clock(replace(first, provisional=True), now) if first else card.clock
    return replace(card, ways=(record, card.ways[1]), clock=clock)


def _card(  # noqa: PLR0913 - what differs from ground to ground
    office: ConsoleOffice,
    matter: Matter,
    ground: Ground,
    now: datetime,
    *,
    sentence: str,
    follows: str,
    other: Way | None = None,
    since: datetime | None = None,
) -> DecisionView:
    alert, concern = matter.alert, quote(matter.alert.concern or "", safe="")
    return DecisionView(
        ground=ground,
        level=alert.level.value,
        level_words=wording.level_in_list(alert.level),
        title=alert.title,
        note=office.bureau(matter.concern.lead if matter.concern else None),
        sentence=sentence,
        follows=follows,
        also="",
        clock=nearest_outward(matter.tasks, now),
        ways=(
            Way(words="写批示", href=f"/leader?about={concern}#instruct"),
            other or Way(words="看事项", href=f"/concerns/{concern}"),
        ),
        rank=_rank(alert.level, ground, since or alert.raised_at),
    )


def _rank(level: Level, ground: Ground, since: datetime) -> tuple[int, int, float]:
    return -level.rank, tuple(Ground).index(ground), since.timestamp()
