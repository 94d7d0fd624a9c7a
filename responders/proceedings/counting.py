"""Counting: the clocks of a proceeding are kept with their calculation; every new count that changes one is logged.

Outward clocks move only with a moment of the matter, a recorded event level or the calendar: an extension, a return
or a merger has no way to them.
"""

from datetime import datetime
from functools import partial

from huiying.messages import ProceedingChanged
from huiying.permission import Action, must_may
from huiying.person import SYSTEM, Signed
from huiying.proceeding import Proceeding
from huiying.proceeding_log import ClockChange
from huiying.register.register import Register, Transaction
from huiying.running_clocks import counted
from huiying.task import DueClock
from huiying.workdays import WorkdayCalendar
from responders.proceedings.clock_words import dated_words
from responders.proceedings.clocks import Circumstances, due_clocks
from responders.proceedings.proceeding import proceeding_of
from responders.rereading import reread_when_stale
from responders.tasks.following import let_tasks_follow

_AT_ONCE = 200
_CALENDAR = "工作日历变更"


def clocks_of(proceeding: Proceeding, calendar: WorkdayCalendar) -> tuple[DueClock, ...]:
    """Every clock of this proceeding whose start is known, as it stands."""
    level = proceeding.event_level
    matter = Circumstances(
        major=level.starts_major_clocks if level else None,
        alert_level=proceeding.alert_level,
        opinion_level=proceeding.opinion_level,
        interruptions=proceeding.interruptions,
    )
    clocks = due_clocks(proceeding.procedure, proceeding.moments, proceeding.regime, calendar, matter)
    return tuple(clocks)


def recounted(proceeding: Proceeding, calendar: WorkdayCalendar, *, why: str, by: Signed) -> Proceeding:
    """The proceeding with its clocks counted now."""
    return counted(proceeding, clocks_of(proceeding, calendar), calendar=calendar.digest, why=why, by=by)


def recount(tx: Transaction, proceeding: Proceeding, calendar: WorkdayCalendar, *, by: Signed) -> Proceeding:
    """Count the clocks of a proceeding now and keep them; what changed is written into the matter's log.

    The outward clocks of its open tasks follow.
    """
    why = proceeding.recount_because or _CALENDAR
    after = recounted(proceeding, calendar, why=why, by=by)
    let_tasks_follow(tx, proceeding, after, by=by)
    saved = tx.proceedings.save(after, proceeding.version)
    changes = saved.clock_changes[len(proceeding.clock_changes) :]
    if proceeding.clocks:
        moved = moved_words(changes)
        what = f"时限重算（{why}）：{moved}" if moved else f"{why}，重算后各时限不变"
        tx.outbox.add([ProceedingChanged(proceeding=saved.id, concern=saved.concern, what=what)])
        tx.concerns.add_doing(saved.concern, by.name, what)
    return saved


def count_anew(register: Register, calendar: WorkdayCalendar, now: datetime) -> None:
    """Count every open proceeding that was not counted by this calendar, or changed since."""
    by = must_may(SYSTEM, Action.CONFIGURE, now)
    while True:
        with register.reading() as asking:
            due = asking.proceedings.counted_otherwise(calendar.digest, _AT_ONCE)
        if not due:
            return
        for id in due:
            reread_when_stale(partial(_count_one, register, id, calendar, by))


def moved_words(changes: tuple[ClockChange, ...]) -> str:
    """The deadlines that a new count moved, for the matter's log; empty where it moved none."""
    return "；".join(
        f"{each.title} {dated_words(each.was)}→{dated_words(each.became)}"
        for each in changes
        if each.was != each.became
    )


def _count_one(register: Register, id: str, calendar: WorkdayCalendar, by: Signed) -> None:
    with register.transaction() as tx:
        proceeding = proceeding_of(tx, id)
        if not proceeding.closed_at and proceeding.counted_by != calendar.digest:
            recount(tx, proceeding, calendar, by=by)
