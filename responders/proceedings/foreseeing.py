"""Foreseeing: what each event level would do to the outward clocks of a matter, before anybody records it."""

from dataclasses import dataclass, replace
from datetime import datetime

from huiying.determination import EventLevelRecord
from huiying.level import EventLevel
from huiying.person import SYSTEM, Signed
from huiying.proceeding import Proceeding
from huiying.running_clocks import why_not_binding
from huiying.task import DueClock
from responders.proceedings.counting import as_led
from responders.rules import ClockRules


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreseen:
    """The outward clocks that would bind somebody, by this level."""

    level: EventLevel
    clocks: tuple[DueClock, ...]


def foresee(proceeding: Proceeding, rules: ClockRules, now: datetime) -> tuple[Foreseen, ...]:
    """Every level with its clocks, the gravest first; what stands in the register is not touched.

    Who leads bears upon inward clocks only, so nobody is asked.
    """
    return tuple(Foreseen(level=level, clocks=_clocks(_as_if(proceeding, level, now), rules)) for level in EventLevel)


def _as_if(proceeding: Proceeding, level: EventLevel, now: datetime) -> Proceeding:
    nobody = Signed(person=SYSTEM.id, name=SYSTEM.name, role=None, at=now)
    record = EventLevelRecord(level=level, authority="", basis="", determined_at=now, by=nobody)
    return replace(proceeding, event_levels=(*proceeding.event_levels, record))


def _clocks(proceeding: Proceeding, rules: ClockRules) -> tuple[DueClock, ...]:
    return tuple(
        clock
        for clock in as_led(proceeding, None, rules).clocks
        if clock.outward and why_not_binding(proceeding, clock.step) is None
    )
