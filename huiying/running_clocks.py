"""The clocks of a proceeding: which of them bind somebody still, when each was met, what a new count changes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from huiying.failures import NotAllowed
from huiying.person import Signed
from huiying.procedure import ClockRule, Condition
from huiying.proceeding import Proceeding
from huiying.proceeding_log import ClockChange, ClockMet
from huiying.task import DueClock


def rule_of(proceeding: Proceeding, clock: str) -> ClockRule:
    """The rule of a clock; `NotAllowed` where the procedure has none."""
    found = next((rule for rule in proceeding.procedure.clocks if rule.step == clock), None)
    if found is None:
        raise NotAllowed(f"{proceeding.procedure.title}没有时限“{clock}”")
    return found


def met_at(proceeding: Proceeding, clock: str) -> datetime | None:
    """When what a clock asks for was done; None where it was not."""
    rule = rule_of(proceeding, clock)
    if rule.ends_with:
        done = proceeding.done_as(rule.ends_with)
        return done.by.at if done else None
    return next((met.at for met in proceeding.clocks_met if met.clock == clock), None)


def why_not_binding(proceeding: Proceeding, clock: str) -> str | None:
    """Why nobody has to meet this clock any more, or yet, in words; None where somebody has.

    A merger moves no outward clock: those of a matter that went up in another bind that one.
    """
    rule = rule_of(proceeding, clock)
    if proceeding.joined and not rule.outward:
        return f"事项已并入{proceeding.joined}"
    if proceeding.closed_at and not proceeding.joined:
        return "事项已归档"
    if met_at(proceeding, clock):
        return "已办"
    if rule.when is Condition.MAJOR and not (proceeding.event_level and proceeding.event_level.starts_major_clocks):
        return "事件级别未认定为特别重大、重大"
    if rule.ends_with and not is_called_for(proceeding, clock):
        return f"按研判的去向，不需要办“{proceeding.step(rule.ends_with).title}”"
    # The office's own clock binds a bureau although no public answer is called for from which it was counted back.
    bound = rule.before and is_called_for(proceeding, rule.before)
    return why_not_binding(proceeding, rule.before) if rule.before and bound else None


def binding_clocks(proceeding: Proceeding) -> tuple[DueClock, ...]:
    """The clocks that somebody has to meet still, as last counted."""
    return tuple(clock for clock in proceeding.clocks if why_not_binding(proceeding, clock.step) is None)


def outward_clocks(proceeding: Proceeding) -> tuple[DueClock, ...]:
    """The outward clocks that bind this matter, whether met or not; those of major events once there is a level."""
    major = proceeding.event_level is not None and proceeding.event_level.starts_major_clocks
    return tuple(
        clock
        for clock in proceeding.clocks
        if clock.outward
        and is_called_for(proceeding, clock.step)
        and (major or rule_of(proceeding, clock.step).when is not Condition.MAJOR)
    )


def is_called_for(proceeding: Proceeding, clock: str) -> bool:
    """Whether what a clock asks for is to be done, by what was decided so far."""
    ends_with = rule_of(proceeding, clock).ends_with
    return ends_with is None or not proceeding.rules_out(proceeding.step(ends_with))


def meet(proceeding: Proceeding, clock: str, *, at: datetime, note: str, by: Signed) -> Proceeding:
    """Record that what a clock asks for was done, where no step of the procedure tells so."""
    rule = rule_of(proceeding, clock)
    proceeding.must_be_open(rule.title)
    if rule.ends_with:
        title = proceeding.step(rule.ends_with).title
        raise NotAllowed(f"时限“{rule.title}”在办完环节“{title}”时停走，不能另行登记")
    if met := met_at(proceeding, clock):
        raise NotAllowed(f"时限“{rule.title}”已登记办完（{met:%Y-%m-%d %H:%M} UTC）")
    if at > by.at:
        raise NotAllowed(f"“{rule.ends_when}”的时刻不能在此刻之后")
    record = ClockMet(clock=clock, at=at, note=note.strip(), by=by)
    return replace(proceeding, clocks_met=(*proceeding.clocks_met, record))


def counted(proceeding: Proceeding, clocks: Sequence[DueClock], *, calendar: str, why: str, by: Signed) -> Proceeding:
    """The proceeding with its clocks as newly counted; what that changes is written down, unless it is the first."""
    proceeding.must_be_open("重算时限")
    changes = () if not proceeding.clocks else tuple(_changes(proceeding.clocks, clocks, why, by))
    return replace(
        proceeding,
        clocks=tuple(clocks),
        clock_changes=(*proceeding.clock_changes, *changes),
        counted_by=calendar,
        recount_because="",
    )


def _changes(old: Sequence[DueClock], new: Sequence[DueClock], why: str, by: Signed) -> Iterable[ClockChange]:
    before, after = {each.step: each for each in old}, {each.step: each for each in new}
    for step, clock in {**before, **after}.items():
        was, became = before.get(step), after.get(step)
        if was == became:
            continue
        yield ClockChange(
            clock=step,
            title=clock.title,
            was=was.due_at if was else None,
            became=became.due_at if became else None,
            why=why,
            by=by,
        )
