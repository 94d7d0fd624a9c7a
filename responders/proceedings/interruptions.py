"""Interruptions of a clock: the time that does not count, and the moment from which it begins anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from huiying.clock import BEIJING
from huiying.procedure import ClockRule, Effect, Interruption
from huiying.proceeding_log import Interrupted


@dataclass(frozen=True, kw_only=True, slots=True)
class Standstill:
    """What the interruptions of one clock come to.

    `standing` is the ground on which it stands still now; `restarted_at` the moment from which it began anew;
    `paused` the spells since then that do not count, each with its ground.
    """

    standing: Interruption | None = None
    since: datetime | None = None
    restarted_at: datetime | None = None
    restarted_by: Interruption | None = None
    paused: tuple[tuple[datetime, datetime, Interruption], ...] = ()

    @property
    def hours(self) -> timedelta:
        """The whole time that does not count."""
        return sum((until - since for since, until, _ in self.paused), timedelta())

    @property
    def days(self) -> frozenset[date]:
        """The days that do not count: from the one after it stood still to the one on which it went on."""
        found: set[date] = set()
        for since, until, _ in self.paused:
            first, last = since.astimezone(BEIJING).date(), until.astimezone(BEIJING).date()
            found |= {first + timedelta(days=n) for n in range(1, (last - first).days + 1)}
        return frozenset(found)

    @property
    def words(self) -> str:
        """The grounds, as the calculation names them."""
        grounds = dict.fromkeys(ground.title for _, _, ground in self.paused)
        return f"（扣除{'、'.join(grounds)}）" if grounds else ""


def standstill(rule: ClockRule, interruptions: Sequence[Interrupted]) -> Standstill:
    """What the recorded interruptions of this clock come to."""
    grounds = {ground.id: ground for ground in rule.interruptions}
    found = Standstill()
    for each in interruptions:
        if each.clock != rule.step:
            continue
        ground = grounds[each.ground]
        if each.ended is None:
            return Standstill(standing=ground, since=each.by.at, paused=found.paused)
        if ground.effect is Effect.RESTARTS:
            found = Standstill(restarted_at=each.ended.at, restarted_by=ground)
        else:
            spell = (each.by.at, each.ended.at, ground)
            found = Standstill(
                restarted_at=found.restarted_at, restarted_by=found.restarted_by, paused=(*found.paused, spell)
            )
    return found
