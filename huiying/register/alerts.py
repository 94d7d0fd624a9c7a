"""Alerts: the queue, inside one register transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, literal, select

from huiying.alert import Alert, AlertState
from huiying.clock import Clock
from huiying.level import Level
from huiying.register.queue_filter import QueueFilter, is_silenced, lacks_lead, owned_by
from huiying.register.rows import among, insert_new
from huiying.register.schema.chain import alerts, concerns
from huiying.register.versioned import save_version

OPEN = (AlertState.NEW, AlertState.ACKNOWLEDGED)
"""States of an alert that still needs somebody."""

EVERYTHING = QueueFilter()
"""Every open alert."""

_WITH_CONCERNS = alerts.outerjoin(concerns, concerns.c.id == alerts.c.concern)
_LEVEL_OF_RANK = {level.rank: level for level in Level}


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueCounts:
    """How many alerts each view of the queue holds; silenced ones are counted only as silenced."""

    open: int
    unclaimed: int
    without_lead: int
    about_sources: int
    silenced: int
    owned: int
    """Those that the person asked about took."""


class Alerts:
    """Questions and moves about alerts. `save` raises `Stale` where somebody else changed the alert first."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def get(self, alert_id: str) -> Alert | None:
        """The alert of this id."""
        return self.many([alert_id]).get(alert_id)

    def many(self, ids: Iterable[str]) -> dict[str, Alert]:
        """The alerts of these ids, those that exist, by id and in the order of their ids."""
        these = among(self._connection, alerts.c.id, set(ids))
        return {alert.id: alert for alert in self._all(select(alerts.c.body).where(these).order_by(alerts.c.id))}

    def held(self, ids: Iterable[str]) -> dict[str, Alert]:
        """The alerts of these ids, which nobody else changes until this transaction ends."""
        these = among(self._connection, alerts.c.id, set(ids))
        wanted = select(alerts.c.body).where(these).order_by(alerts.c.id).with_for_update(read=True)
        return {alert.id: alert for alert in self._all(wanted)}

    def insert(self, alert: Alert) -> bool:
        """Raise an alert; False, and nothing changed, where one of this id exists."""
        return insert_new(self._connection, alerts, {"id": alert.id, **_columns(alert)})

    def save(self, alert: Alert, expected_version: int) -> Alert:
        """Write a changed alert over the version it was read at; gives it back with its new version."""
        saved = replace(alert, version=expected_version + 1)
        save_version(self._connection, alerts, saved.id, _columns(saved), expected_version)
        return saved

    def queue(
        self,
        *,
        states: Sequence[AlertState] = OPEN,
        level: Level | None = None,
        silenced: bool | None = None,
        bureau: str | None = None,
        about_sources: bool | None = None,
        limit: int = 200,
    ) -> list[Alert]:
        """The queue: highest level first, then the oldest. Filters left at None do not filter.

        `silenced` is judged at this moment; `bureau` keeps the alerts whose concern has it as lead.
        """
        wanted = select(alerts.c.body).where(alerts.c.state.in_([state.value for state in states]))
        if level is not None:
            wanted = wanted.where(alerts.c.level_rank == level.rank)
        if silenced is not None:
            now = self._clock.now()
            wanted = wanted.where(is_silenced(now) if silenced else ~is_silenced(now))
        if bureau is not None:
            wanted = wanted.join(concerns, concerns.c.id == alerts.c.concern).where(concerns.c.lead == bureau)
        if about_sources is not None:
            wanted = wanted.where(alerts.c.source.is_not(None) if about_sources else alerts.c.source.is_(None))
        return self._all(wanted.order_by(alerts.c.level_rank.desc(), alerts.c.raised_at, alerts.c.id).limit(limit))

    def for_concern(self, concern: str) -> list[Alert]:
        """Every alert of a concern, the newest episode first."""
        return self.for_concerns([concern]).get(concern, [])

    def for_concerns(self, ids: Iterable[str]) -> dict[str, list[Alert]]:
        """Every alert of each of these concerns that has one, the newest episode first."""
        about = among(self._connection, alerts.c.concern, set(ids))
        found: dict[str, list[Alert]] = {}
        for alert in self._all(select(alerts.c.body).where(about).order_by(alerts.c.raised_at.desc(), alerts.c.id)):
            found.setdefault(alert.concern or "", []).append(alert)
        return found

    def open_alerts(self, limit: int = 10_000) -> list[Alert]:
        """Every alert that is not closed, the oldest first."""
        wanted = select(alerts.c.body).where(alerts.c.state.in_([state.value for state in OPEN]))
        return self._all(wanted.order_by(alerts.c.raised_at, alerts.c.id).limit(limit))

    def counts(self) -> dict[Level, int]:
        """How many open alerts stand in the queue at each level, silenced ones left out."""
        rows = self._connection.execute(
            select(alerts.c.level_rank, func.count())
            .where(alerts.c.state.in_([state.value for state in OPEN]), ~is_silenced(self._clock.now()))
            .group_by(alerts.c.level_rank)
        )
        present = {_LEVEL_OF_RANK[rank]: count for rank, count in rows}
        return {level: present.get(level, 0) for level in Level}

    def narrowed(self, *to: QueueFilter, among_these: Iterable[str] | None = None, limit: int = 200) -> list[Alert]:
        """The open alerts that every one of these filters lets through, in the order of the queue."""
        now = self._clock.now()
        wanted = (
            select(alerts.c.body)
            .select_from(_WITH_CONCERNS)
            .where(alerts.c.state.in_([state.value for state in OPEN]))
            .where(*(condition for each in to for condition in each.conditions(now)))
        )
        if among_these is not None:
            wanted = wanted.where(among(self._connection, alerts.c.id, set(among_these)))
        return self._all(wanted.order_by(alerts.c.level_rank.desc(), alerts.c.raised_at, alerts.c.id).limit(limit))

    def queue_counts(self, to: QueueFilter = EVERYTHING, *, owner: str = "") -> QueueCounts:
        """How many of the alerts that a filter lets through each view of the queue holds; `owner` is who asks."""

        def number(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
            return func.coalesce(func.sum(case((and_(*conditions), 1), else_=0)), 0)

        silent = is_silenced(self._clock.now())
        row = self._connection.execute(
            select(
                number(~silent),
                number(~silent, alerts.c.state == AlertState.NEW.value),
                number(~silent, lacks_lead()),
                number(~silent, alerts.c.source.is_not(None)),
                number(silent),
                number(~silent, owned_by(owner)) if owner else literal(0),
            )
            .select_from(_WITH_CONCERNS)
            .where(alerts.c.state.in_([state.value for state in OPEN]), *to.conditions(self._clock.now()))
        ).one()
        found = [int(value) for value in row]
        return QueueCounts(
            open=found[0],
            unclaimed=found[1],
            without_lead=found[2],
            about_sources=found[3],
            silenced=found[4],
            owned=found[5],
        )

    def matters(self, *, since: datetime | None = None, limit: int = 200, offset: int = 0) -> list[Alert]:
        """Alerts about concerns: those that are open, or those raised since a moment, whatever became of them.

        Silenced ones are among them: somebody who is not told of a matter has it all the same.
        """
        wanted = _about_concerns(select(alerts.c.body), since)
        order = (alerts.c.level_rank.desc(), alerts.c.raised_at, alerts.c.id)
        return self._all(wanted.order_by(*order).limit(limit).offset(offset))

    def count_matters(self, *, since: datetime | None = None) -> dict[Level, int]:
        """How many of them there are at each level."""
        wanted = _about_concerns(select(alerts.c.level_rank, func.count()), since)
        present = {
            _LEVEL_OF_RANK[rank]: count
            for rank, count in self._connection.execute(wanted.group_by(alerts.c.level_rank))
        }
        return {level: present.get(level, 0) for level in Level}

    def counts_by_state(self) -> dict[AlertState, int]:
        """How many alerts stand in each state."""
        rows = self._connection.execute(select(alerts.c.state, func.count()).group_by(alerts.c.state))
        present = {AlertState(state): count for state, count in rows}
        return {state: present.get(state, 0) for state in AlertState}

    def closed_since(self, moment: datetime, limit: int = 200) -> list[Alert]:
        """Alerts raised since a moment and closed by now, the newest first."""
        wanted = select(alerts.c.body).where(alerts.c.state == AlertState.CLOSED.value, alerts.c.raised_at >= moment)
        return self._all(wanted.order_by(alerts.c.raised_at.desc()).limit(limit))

    def _all(self, wanted: Select[tuple[object]]) -> list[Alert]:
        return [_read(row) for row in self._connection.execute(wanted)]


def _about_concerns(query: Select[tuple[Any, ...]], since: datetime | None) -> Select[tuple[Any, ...]]:
    chosen = alerts.c.state.in_([state.value for state in OPEN]) if since is None else alerts.c.raised_at >= since
    return query.where(chosen, alerts.c.concern.is_not(None))


def _read(row: Row[tuple[object]]) -> Alert:
    return msgspec.convert(row[0], Alert)


def _columns(alert: Alert) -> dict[str, object]:
    return {
        "concern": alert.concern,
        "source": alert.source,
        "level_rank": alert.level.rank,
        "state": alert.state.value,
        "raised_at": alert.raised_at,
        "silenced_until": alert.silenced_until,
        "version": alert.version,
        "body": alert,
    }
