"""Recording the event level: what each level would do to the clocks stands beside it before anybody records it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.clocks import ClockView, view_clock
from console.office import ConsoleOffice
from huiying.level import EventLevel
from huiying.proceeding import Proceeding
from huiying.task import DueClock


@dataclass(frozen=True, kw_only=True, slots=True)
class LevelChoice:
    """One level with the outward clocks it leaves running; `difference` is the consequence in one sentence."""

    level: EventLevel
    clocks: tuple[ClockView, ...]
    difference: str
    late: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class EventView:
    """The page of one proceeding."""

    proceeding: str
    concern: str
    title: str
    occurred: str
    present: str
    choices: tuple[LevelChoice, ...]


def view_event(office: ConsoleOffice, proceeding: Proceeding, title: str) -> EventView:
    """All four levels, the gravest first."""
    now = office.clock.now()
    foreseen = office.appraising.foresee(proceeding)
    usual = {clock.step for clock in foreseen[-1].clocks}
    occurred = next((at for start, at in proceeding.moments.items() if start.value == "occurred"), None)
    return EventView(
        proceeding=proceeding.id,
        concern=proceeding.concern,
        title=title,
        occurred=f"事发 {wording.when(occurred, now)}" if occurred else "事发时刻没有登记，自发现起算",
        present=proceeding.event_level.label if proceeding.event_level else "没有记录",
        choices=tuple(_choice(each.level, each.clocks, usual, now) for each in foreseen),
    )


def _choice(level: EventLevel, clocks: Sequence[DueClock], usual: set[str], now: datetime) -> LevelChoice:
    added = [clock for clock in clocks if clock.step not in usual]
    late = [clock for clock in added if clock.due_at and clock.due_at < now]
    return LevelChoice(
        level=level,
        clocks=tuple(view_clock(clock, now) for clock in clocks),
        difference=_difference(added, late, now),
        late=bool(late),
    )


def _difference(added: Sequence[DueClock], late: Sequence[DueClock], now: datetime) -> str:
    if not added:
        return "重大以上事件的时限不适用，其余时限照走。"
    words = "；".join(
        f"“{clock.title}”{wording.when(clock.due_at, now)} 届满，{wording.remaining(clock.due_at, now)}"
        for clock in added
        if clock.due_at
    )
    told = "记录后立即算作超时，须告知有关领导并写明原因。" if late else ""
    return f"另计：{words}。{told}"
