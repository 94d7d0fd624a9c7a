"""Counting: the clocks of a proceeding are kept with their calculation; every new count that changes one is logged.

Outward clocks move only with a moment of the matter, a recorded event level or the calendar: an extension, a return
or a merger has no way to them.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial

from huiying.messages import ProceedingChanged
from huiying.permission import Action, must_may
from huiying.person import SYSTEM, Signed
from huiying.proceeding import Proceeding
from huiying.proceeding_log import ClockChange
from huiying.register.register import Register, Transaction
from huiying.running_clocks import counted
from huiying.task import Task
from responders.proceedings.clock_words import dated_words
from responders.proceedings.clocks import due_clocks
from responders.proceedings.following import let_tasks_follow
from responders.proceedings.handed_out import circumstances, lead_of, led_by
from responders.proceedings.proceeding import proceeding_of
from responders.rereading import reread_when_stale
from responders.rules import ClockRules

_AT_ONCE = 200
_CALENDAR = "工作日历变更"


def as_counted(tx: Transaction, proceeding: Proceeding, rules: ClockRules) -> Proceeding:
    """The proceeding with every clock whose start is known as it stands now; nothing is written down."""
    return as_led(proceeding, lead_of(tx, proceeding), rules)


def as_led(proceeding: Proceeding, lead: Task | None, rules: ClockRules) -> Proceeding:
    """The same where this is the task that leads."""
    clocks = due_clocks(
        proceeding.procedure, proceeding.moments, proceeding.regime, rules.calendar, circumstances(proceeding)
    )
    return led_by(replace(proceeding, clocks=tuple(clocks)), lead, rules.tasks)


def recounted(tx: Transaction, proceeding: Proceeding, rules: ClockRules, *, why: str, by: Signed) -> Proceeding:
    """The proceeding with its clocks counted now."""
    clocks = as_counted(tx, proceeding, rules).clocks
    return counted(proceeding, clocks, calendar=rules.calendar.digest, why=why, by=by)


def recount(tx: Transaction, proceeding: Proceeding, rules: ClockRules, *, by: Signed) -> Proceeding:
    """Count the clocks of a proceeding now and keep them; what changed is written into the matter's log.

    The clocks of its open tasks follow.
    """
    why = proceeding.recount_because or _CALENDAR
    saved = _counted_and_kept(tx, proceeding, rules, why, by)
    changes = saved.clock_changes[len(proceeding.clock_changes) :]
    if proceeding.clocks:
        moved = moved_words(changes)
        what = f"时限重算（{why}）：{moved}" if moved else f"{why}，重算后各时限不变"
        tx.outbox.add([ProceedingChanged(proceeding=saved.id, concern=saved.concern, what=what)])
        tx.concerns.add_doing(saved.concern, by.name, what)
    return saved


def recount_for_lead(tx: Transaction, id: str, rules: ClockRules, *, why: str, by: Signed) -> None:
    """Count anew because the lead was handed out, or given more time; the matter's log tells of that already."""
    present = tx.proceedings.get(id)
    if present is None or present.closed_at or as_counted(tx, present, rules).clocks == present.clocks:
        return
    saved = _counted_and_kept(tx, present, rules, why, by)
    tx.outbox.add([ProceedingChanged(proceeding=saved.id, concern=saved.concern, what=why)])


def count_anew(register: Register, rules: ClockRules, now: datetime) -> None:
    """Count every open proceeding that was not counted by this calendar, or changed since."""
    by = must_may(SYSTEM, Action.CONFIGURE, now)
    while True:
        with register.reading() as asking:
            due = asking.proceedings.counted_otherwise(rules.calendar.digest, _AT_ONCE)
        if not due:
            return
        for id in due:
            reread_when_stale(partial(_count_one, register, id, rules, by))


def moved_words(changes: tuple[ClockChange, ...]) -> str:
    """The deadlines that a new count moved, for the matter's log; empty where it moved none."""
    return "；".join(
        f"{each.title} {dated_words(each.was)}→{dated_words(each.became)}"
        for each in changes
        if each.was != each.became
    )


def _counted_and_kept(tx: Transaction, proceeding: Proceeding, rules: ClockRules, why: str, by: Signed) -> Proceeding:
    after = recounted(tx, proceeding, rules, why=why, by=by)
    let_tasks_follow(tx, proceeding, after, rules.tasks, by=by)
    return tx.proceedings.save(after, proceeding.version)


def _count_one(register: Register, id: str, rules: ClockRules, by: Signed) -> None:
    with register.transaction() as tx:
        proceeding = proceeding_of(tx, id)
        if not proceeding.closed_at and proceeding.counted_by != rules.calendar.digest:
            recount(tx, proceeding, rules, by=by)
