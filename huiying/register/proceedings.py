"""Proceedings: how far each matter has come by its procedure, inside one register transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, delete, exists, select

from huiying.proceeding import Proceeding
from huiying.register.rows import among, insert_new, insert_rows
from huiying.register.schema.chain import fired_timers
from huiying.register.schema.proceedings import proceeding_clocks, proceedings
from huiying.register.versioned import save_version
from huiying.running_clocks import binding_clocks, rule_of

LATE = "proceeding-late"
"""Kind of the timer that tells, once, that a clock of a proceeding ran out."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LateClock:
    """A clock of an open proceeding that ran out and of which nobody has been told."""

    proceeding: str
    clock: str
    due_at: datetime

    @property
    def subject(self) -> str:
        """What the timer is about."""
        return f"{self.proceeding}:{self.clock}"


class Proceedings:
    """`save` raises `Stale` where somebody else changed the proceeding first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, proceeding_id: str) -> Proceeding | None:
        """The proceeding of this id."""
        found = self._all(select(proceedings.c.body).where(proceedings.c.id == proceeding_id))
        return found[0] if found else None

    def of_concern(self, concern: str) -> list[Proceeding]:
        """Every proceeding of a concern, by id."""
        return self._all(
            select(proceedings.c.body).where(proceedings.c.concern == concern).order_by(proceedings.c.id)
        )

    def of_concerns(self, concerns: Iterable[str]) -> list[Proceeding]:
        """Every proceeding of these concerns, by id."""
        wanted = among(self._connection, proceedings.c.concern, set(concerns))
        return self._all(select(proceedings.c.body).where(wanted).order_by(proceedings.c.id))

    def listed(self, *, is_open: bool | None = None, limit: int = 200) -> list[Proceeding]:
        """Proceedings (open ones, closed ones, or all), by id."""
        wanted = select(proceedings.c.body)
        if is_open is not None:
            closed_at = proceedings.c.closed_at
            wanted = wanted.where(closed_at.is_(None) if is_open else closed_at.is_not(None))
        return self._all(wanted.order_by(proceedings.c.id).limit(limit))

    def counted_otherwise(self, calendar: str, limit: int) -> list[str]:
        """Open proceedings whose clocks were not counted by the calendar of this digest."""
        wanted = proceedings.c.closed_at.is_(None) & proceedings.c.counted_by.is_distinct_from(calendar)
        return list(self._connection.scalars(select(proceedings.c.id).where(wanted).limit(limit)))

    def late_untold(self, now: datetime, limit: int) -> list[LateClock]:
        """Clocks that ran out unmet and of which nobody has been told, the longest overdue first."""
        subject = proceeding_clocks.c.proceeding + ":" + proceeding_clocks.c.clock
        told = exists().where(
            fired_timers.c.kind == LATE,
            fired_timers.c.subject == subject,
            fired_timers.c.due_at == proceeding_clocks.c.due_at,
        )
        wanted = select(proceeding_clocks).where(proceeding_clocks.c.due_at < now, ~told)
        rows = self._connection.execute(wanted.order_by(proceeding_clocks.c.due_at, subject).limit(limit))
        return [LateClock(proceeding=row.proceeding, clock=row.clock, due_at=row.due_at) for row in rows]

    def insert(self, proceeding: Proceeding) -> bool:
        """Begin a proceeding; False, and nothing changed, where one of this id exists."""
        if not insert_new(self._connection, proceedings, {"id": proceeding.id, **_columns(proceeding)}):
            return False
        self._write_clocks(proceeding)
        return True

    def save(self, proceeding: Proceeding, expected_version: int) -> Proceeding:
        """Write a changed proceeding over the version it was read at; gives it back with its new version."""
        saved = replace(proceeding, version=expected_version + 1)
        save_version(self._connection, proceedings, saved.id, _columns(saved), expected_version)
        self._write_clocks(saved)
        return saved

    def _write_clocks(self, proceeding: Proceeding) -> None:
        ours = proceeding_clocks.c.proceeding == proceeding.id
        self._connection.execute(delete(proceeding_clocks).where(ours))
        rows = [
            {"proceeding": proceeding.id, "clock": clock.step, "due_at": clock.due_at}
            for clock in binding_clocks(proceeding)
            if clock.due_at and rule_of(proceeding, clock.step).late
        ]
        if rows:
            insert_rows(self._connection, proceeding_clocks, rows)

    def _all(self, wanted: Select[tuple[object]]) -> list[Proceeding]:
        return [msgspec.convert(body, Proceeding) for body in self._connection.scalars(wanted)]


def _columns(proceeding: Proceeding) -> dict[str, object]:
    return {
        "concern": proceeding.concern,
        "closed_at": proceeding.closed_at,
        "counted_by": proceeding.counted_by,
        "version": proceeding.version,
        "body": proceeding,
    }
