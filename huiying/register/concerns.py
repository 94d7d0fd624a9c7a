"""Concerns, their quarter hours, members and doings, inside one register transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, insert, or_, select

from huiying.clock import Clock
from huiying.concern import Concern, QuarterHour
from huiying.failures import Rejected, Stale
from huiying.post import Tone
from huiying.register.members import Members
from huiying.register.rows import Insert, New, among, insert_into, insert_rows, update_rows
from huiying.register.schema.chain import concerns, counters, doings, quarter_hours

_CHANGING = ("title", "lead", "last_post_at", "posts", "merged_into", "version", "body")
_TONES = (Tone.NEGATIVE, Tone.NEUTRAL, Tone.POSITIVE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing:
    """One line of a matter's own log (最近动态): who did what, in words for people."""

    id: int
    concern: str
    at: datetime
    who: str
    what: str


class Concerns:
    """Concerns, their quarter hours, members and doings."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    @cached_property
    def members(self) -> Members:
        """The posts by which the gatherer knows a concern again."""
        return Members(self._connection)

    # One concern or some of them -----------------------------------------------------------------------------

    def get(self, ids: Iterable[str]) -> dict[str, Concern]:
        """The concerns with these ids, as they stand, merged ones included; unknown ids are left out.

        They come in the order of their ids: who writes several then locks them in the same order as others do.
        """
        query = select(concerns.c.body).where(among(self._connection, concerns.c.id, set(ids)))
        return {concern.id: concern for concern in self._read_all(query.order_by(concerns.c.id))}

    def hold(self, ids: Iterable[str]) -> dict[str, Concern]:
        """The same, and nobody else changes them until the transaction ends: for who must not come too late."""
        query = select(concerns.c.body).where(among(self._connection, concerns.c.id, set(ids)))
        query = query.order_by(concerns.c.id).with_for_update()
        return {concern.id: concern for concern in self._read_all(query)}

    def find(self, concern: str) -> Concern | None:
        """The concern as it stands, merged or not; None where there is none."""
        return self.get([concern]).get(concern)

    def resolve(self, concern: str) -> Concern | None:
        """The concern that answers for this id today: merges are followed to their end."""
        found = self.find(concern)
        while found and found.merged_into:
            found = self.find(found.merged_into)
        return found

    def numbered(self, number: str) -> Concern | None:
        """The concern with the office's running number, such as 2026-1187."""
        body = self._connection.scalar(select(concerns.c.body).where(concerns.c.number == number))
        return None if body is None else _read(body)

    def next_number(self, year: int) -> str:
        """The next running number of a year; numbers are never used twice."""
        return self.next_numbers(year, 1)[0]

    def next_numbers(self, year: int, count: int) -> list[str]:
        """So many running numbers of a year at once."""
        statement = insert_into(self._connection, counters).values(name=f"concern:{year}", value=count)
        statement = statement.on_conflict_do_update(
            index_elements=[counters.c.name], set_={"value": counters.c.value + count}
        )
        last = self._connection.scalars(statement.returning(counters.c.value)).one()
        return [f"{year}-{number}" for number in range(last - count + 1, last + 1)]

    def insert(self, concern: Concern) -> Concern:
        """Write a new concern; it comes back with version 1."""
        return self.insert_all([concern])[0]

    def insert_all(self, new: Sequence[Concern]) -> list[Concern]:
        """Write new concerns at once; they come back with version 1."""
        written = [replace(concern, version=1) for concern in new]
        if written:
            insert_rows(self._connection, concerns, [_row(concern) for concern in written])
        return written

    def save(self, concern: Concern, expected_version: int) -> Concern:
        """Write what a concern has become; it comes back one version on. `Stale` if somebody wrote it meanwhile."""
        return self._save_all([(concern, expected_version)])[0]

    def save_all(self, changed: Sequence[Concern]) -> list[Concern]:
        """Write concerns that were read with the version they bear; each comes back one version on."""
        return self._save_all([(concern, concern.version) for concern in changed])

    def _save_all(self, changed: Sequence[tuple[Concern, int]]) -> list[Concern]:
        if not changed:
            return []
        written = [replace(concern, version=expected + 1) for concern, expected in changed]
        rows = [_row(concern) for concern in written]
        if update_rows(self._connection, concerns, rows, _CHANGING, _version_before) != len(written):
            raise Stale(f"somebody else changed one of these first: {', '.join(c.id for c in written[:5])}")
        return written

    # Lists for people ----------------------------------------------------------------------------------------

    def latest(
        self, limit: int = 50, before: tuple[datetime, str] | None = None, bureau: str | None = None
    ) -> list[Concern]:
        """Concerns by their newest post, newest first. `before` is (last_post_at, id) of the last one shown."""
        query = _shown(select(concerns.c.body))
        if bureau is not None:
            query = query.where(concerns.c.lead == bureau)
        if before is not None:
            query = query.where(_earlier(*before))
        return self._read_all(query.limit(limit))

    def without_lead(self, limit: int = 50, before: tuple[datetime, str] | None = None) -> list[Concern]:
        """Concerns for which no bureau is sure (待分派), newest first."""
        query = _shown(select(concerns.c.body)).where(concerns.c.lead.is_(None))
        if before is not None:
            query = query.where(_earlier(*before))
        return self._read_all(query.limit(limit))

    def titled(self, words: str, limit: int = 50) -> list[Concern]:
        """Concerns whose title has each of these words, or whose number begins with them, newest first."""
        parts = words.split()
        if not parts:
            return []
        query = _shown(select(concerns.c.body)).where(
            or_(
                and_(*(concerns.c.title.icontains(part, autoescape=True) for part in parts)),
                concerns.c.number.startswith(words.strip(), autoescape=True),
            )
        )
        return self._read_all(query.limit(limit))

    def count(self) -> int:
        """How many concerns there are, merged ones left out."""
        return self._connection.scalar(select(func.count()).where(concerns.c.merged_into.is_(None))) or 0

    def _read_all(self, query: Select[tuple[object]]) -> list[Concern]:
        return [_read(body) for body in self._connection.scalars(query)]

    # Quarter hours -------------------------------------------------------------------------------------------

    def add_quarter_hours(self, rows: Iterable[tuple[str, QuarterHour]]) -> None:
        """Add these counts to each concern's quarter hours; one row per concern and quarter hour in a call."""
        values = [_counts(concern, quarter) for concern, quarter in rows]
        if not values:
            return
        insert_rows(self._connection, quarter_hours, values, _adding_up)

    def take_quarter_hours(self, concern: str, rows: Iterable[QuarterHour]) -> None:
        """Take these counts off a concern's quarter hours; one that has no post left is gone."""
        self.add_quarter_hours((concern, _less(quarter)) for quarter in rows)
        empty = and_(*(quarter_hours.c[tone.value] <= 0 for tone in _TONES))
        self._connection.execute(delete(quarter_hours).where(quarter_hours.c.concern == concern, empty))

    def quarter_hours(self, concern: str, since: datetime) -> list[QuarterHour]:
        """The quarter hours of a concern that have posts, from a moment on, oldest first."""
        query = (
            select(quarter_hours)
            .where(quarter_hours.c.concern == concern, quarter_hours.c.starts_at >= since)
            .order_by(quarter_hours.c.starts_at)
        )
        return [_quarter_hour(row) for row in self._connection.execute(query)]

    def quarter_hours_of_many(self, concern_ids: Iterable[str], since: datetime) -> dict[str, list[QuarterHour]]:
        """The same for several concerns at once; one that has none since then is left out."""
        query = (
            select(quarter_hours)
            .where(
                among(self._connection, quarter_hours.c.concern, set(concern_ids)), quarter_hours.c.starts_at >= since
            )
            .order_by(quarter_hours.c.concern, quarter_hours.c.starts_at)
        )
        found: dict[str, list[QuarterHour]] = {}
        for row in self._connection.execute(query):
            found.setdefault(row.concern, []).append(_quarter_hour(row))
        return found

    def move_quarter_hours(self, loser: str, winner: str) -> None:
        """Add the quarter hours of one concern to those of another and clear the first."""
        everything = self.quarter_hours(loser, datetime.fromisoformat("1970-01-01T00:00:00+00:00"))
        self.add_quarter_hours((winner, quarter) for quarter in everything)
        self._connection.execute(delete(quarter_hours).where(quarter_hours.c.concern == loser))

    # The matter's own log ------------------------------------------------------------------------------------

    def add_doing(self, concern: str, who: str, what: str) -> None:
        """Write a line into the matter's own log, dated now."""
        self._connection.execute(insert(doings).values(concern=concern, at=self._clock.now(), who=who, what=what))

    def doings(self, concern: str, limit: int = 50, before: int | None = None) -> list[Doing]:
        """The newest lines of a matter's log, newest first; `before` is the id of the last one shown."""
        query = select(doings).where(doings.c.concern == concern)
        if before is not None:
            query = query.where(doings.c.id < before)
        found = self._connection.execute(query.order_by(doings.c.id.desc()).limit(limit))
        return [Doing(id=row.id, concern=row.concern, at=row.at, who=row.who, what=row.what) for row in found]


def _shown(query: Select[tuple[object]]) -> Select[tuple[object]]:
    return query.where(concerns.c.merged_into.is_(None)).order_by(
        concerns.c.last_post_at.desc(), concerns.c.id.desc()
    )


def _earlier(at: datetime, concern: str) -> ColumnElement[bool]:
    return and_(
        concerns.c.last_post_at <= at,
        or_(concerns.c.last_post_at < at, concerns.c.id < concern),
    )


def _read(body: object) -> Concern:
    try:
        return msgspec.convert(body, Concern, strict=False, str_keys=True)
    except msgspec.ValidationError as error:
        raise Rejected(f"a concern in the register cannot be read: {error}") from error


def _row(concern: Concern) -> dict[str, object]:
    return {
        "id": concern.id,
        "number": concern.number,
        "title": concern.title,
        "lead": concern.lead,
        "last_post_at": concern.last_post_at,
        "found_at": concern.found_at,
        "posts": concern.posts,
        "merged_into": concern.merged_into,
        "version": concern.version,
        "body": concern,
    }


def _version_before(new: New) -> ColumnElement[bool]:
    return and_(concerns.c.id == new["id"], concerns.c.version == new["version"] - 1)


def _adding_up(insert: Insert) -> Insert:
    grown = {tone.value: quarter_hours.c[tone.value] + insert.excluded[tone.value] for tone in _TONES}
    return insert.on_conflict_do_update(
        index_elements=[quarter_hours.c.concern, quarter_hours.c.starts_at], set_=grown
    )


def _quarter_hour(row: Row[Any]) -> QuarterHour:
    tones = {tone: getattr(row, tone.value) for tone in _TONES}
    return QuarterHour(starts_at=row.starts_at, posts=sum(tones.values()), tones=tones)


def _less(quarter: QuarterHour) -> QuarterHour:
    tones = {tone: -count for tone, count in quarter.tones.items()}
    return replace(quarter, posts=-quarter.posts, tones=tones)


def _counts(concern: str, quarter: QuarterHour) -> dict[str, object]:
    counts: dict[str, object] = {tone.value: quarter.tones.get(tone, 0) for tone in _TONES}
    return {"concern": concern, "starts_at": quarter.starts_at} | counts
