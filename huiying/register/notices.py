"""Notices and every try to send them, inside one register transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, func, select, update

from huiying.notice import About, Attempt, Notice, NoticeState
from huiying.register.rows import among, insert_new, insert_rows
from huiying.register.schema.notices import attempts, notices
from huiying.register.versioned import save_version


class Notices:
    """`save` raises `Stale` where somebody else changed the notice first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, notice_id: str) -> Notice | None:
        """The notice of this id."""
        found = self._all(select(notices.c.body).where(notices.c.id == notice_id))
        return found[0] if found else None

    def insert(self, notice: Notice) -> bool:
        """Write a notice; False, and nothing changed, where one of this id exists."""
        return insert_new(self._connection, notices, {"id": notice.id, **_columns(notice)})

    def save(self, notice: Notice, expected_version: int) -> Notice:
        """Write a changed notice over the version it was read at; gives it back with its new version."""
        saved = replace(notice, version=expected_version + 1)
        save_version(self._connection, notices, saved.id, _columns(saved), expected_version)
        return saved

    def due(self, channel: str, now: datetime, limit: int = 200) -> list[Notice]:
        """What a channel is to send now, the highest level first; kept from others until the transaction ends.

        Also notices whose claim has lapsed: whoever sent them left no word of what came of it.
        """
        wanted = (
            select(notices.c.body)
            .where(notices.c.channel == channel, notices.c.due_at <= now)
            .order_by(notices.c.level_rank.desc(), notices.c.due_at, notices.c.id)
            .limit(limit)
        )
        return self._all(wanted.with_for_update(skip_locked=True))

    def pending(self, about: About, subjects: Iterable[str]) -> list[Notice]:
        """Notices of these records that have not gone out yet, by id."""
        these = among(self._connection, notices.c.subject, set(subjects))
        wanted = select(notices.c.body).where(
            these, notices.c.about == about.value, notices.c.state == NoticeState.WAITING.value
        )
        return self._all(wanted.order_by(notices.c.id))

    def occasions(self, about: About, subjects: Iterable[str]) -> dict[str, set[str]]:
        """For each of these records the occasions that somebody is or was to be told of."""
        these = among(self._connection, notices.c.subject, set(subjects))
        wanted = select(notices.c.subject, notices.c.occasion).where(these, notices.c.about == about.value)
        found: dict[str, set[str]] = {}
        for subject, occasion in self._connection.execute(wanted.distinct()):
            found.setdefault(subject, set()).add(occasion)
        return found

    def of_person(self, person: str, channel: str, limit: int = 100) -> list[Notice]:
        """A person's notices on a channel, the newest first."""
        wanted = select(notices.c.body).where(notices.c.person == person, notices.c.channel == channel)
        return self._all(wanted.order_by(notices.c.made_at.desc(), notices.c.id).limit(limit))

    def newest(self, channels: Sequence[str], states: Sequence[NoticeState], limit: int = 100) -> list[Notice]:
        """Notices of these channels in these states, the newest first."""
        wanted = select(notices.c.body).where(
            notices.c.channel.in_(channels), notices.c.state.in_([state.value for state in states])
        )
        return self._all(wanted.order_by(notices.c.made_at.desc(), notices.c.id).limit(limit))

    def counts(self) -> dict[str, dict[NoticeState, int]]:
        """How many notices each channel has in each state."""
        rows = self._connection.execute(
            select(notices.c.channel, notices.c.state, func.count()).group_by(notices.c.channel, notices.c.state)
        )
        found: dict[str, dict[NoticeState, int]] = {}
        for channel, state, count in rows:
            found.setdefault(channel, {})[NoticeState(state)] = count
        return found

    def last_failure(self, channel: str) -> Attempt | None:
        """The newest try of a channel that failed; None where none did."""
        failed = (
            select(attempts)
            .join(notices, notices.c.id == attempts.c.notice)
            .where(notices.c.channel == channel, attempts.c.ended_at.is_not(None), ~attempts.c.arrived)
        )
        row = self._connection.execute(failed.order_by(attempts.c.ended_at.desc()).limit(1)).mappings().first()
        return Attempt(**row) if row else None

    def longest_due(self, now: datetime) -> datetime | None:
        """Since when the notice has been due that waits longest; None where none is."""
        found: datetime | None = self._connection.scalar(
            select(func.min(notices.c.due_at)).where(notices.c.due_at <= now)
        )
        return found

    def begin_attempts(self, claimed: Sequence[Notice], now: datetime) -> None:
        """Write down that these are sent now, before they are."""
        rows = [
            {"notice": each.id, "number": each.attempts, "began_at": now, "arrived": False, "words": ""}
            for each in claimed
        ]
        if rows:
            insert_rows(self._connection, attempts, rows)

    def end_attempt(self, notice: Notice, now: datetime, *, arrived: bool, words: str) -> None:
        """Write down what came of the last try of a notice."""
        self._connection.execute(
            update(attempts)
            .where(attempts.c.notice == notice.id, attempts.c.number == notice.attempts)
            .values(ended_at=now, arrived=arrived, words=words)
        )

    def attempts(self, notice_id: str) -> list[Attempt]:
        """Every try to send a notice, the first first."""
        rows = self._connection.execute(
            select(attempts).where(attempts.c.notice == notice_id).order_by(attempts.c.number)
        )
        return [Attempt(**row) for row in rows.mappings()]

    def _all(self, wanted: Select[tuple[object]]) -> list[Notice]:
        return [msgspec.convert(body, Notice) for body in self._connection.scalars(wanted)]


def _columns(notice: Notice) -> dict[str, object]:
    due_at = {NoticeState.WAITING: notice.send_at, NoticeState.SENDING: notice.claimed_until}
    return {
        "about": notice.about.value,
        "subject": notice.subject,
        "occasion": notice.occasion,
        "person": notice.person,
        "channel": notice.channel,
        "state": notice.state.value,
        "level_rank": notice.level.rank,
        "made_at": notice.made_at,
        "due_at": due_at.get(notice.state),
        "version": notice.version,
        "body": notice,
    }
