"""How many posts touched a duty in each hour, inside one register transaction: a duty's own past."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from huiying.register.rows import Insert, insert_rows
from huiying.register.schema.chain import duty_hours


class DutyHours:
    """Posts by duty and hour; near-duplicates count, since a flood of copies is a flood."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, counts: Mapping[tuple[int, datetime], int]) -> None:
        """Add these posts, by the number of the duty and the hour in which they were said."""
        rows = [{"duty": duty, "starts_at": hour, "posts": posts} for (duty, hour), posts in sorted(counts.items())]
        if rows:
            insert_rows(self._connection, duty_hours, rows, _adding_up)

    def posts(self, duties: Iterable[int], since: datetime, before: datetime) -> dict[int, int]:
        """How many posts touched each of these duties in the hours that begin in this time; none: left out."""
        counted = (
            select(duty_hours.c.duty, func.sum(duty_hours.c.posts))
            .where(
                duty_hours.c.duty.in_(sorted(set(duties))),
                duty_hours.c.starts_at >= since,
                duty_hours.c.starts_at < before,
            )
            .group_by(duty_hours.c.duty)
        )
        return {duty: int(posts) for duty, posts in self._connection.execute(counted)}

    def earliest(self) -> datetime | None:
        """The first hour that was counted at all; before it nothing is known."""
        first: datetime | None = self._connection.scalar(select(func.min(duty_hours.c.starts_at)))
        return first


def _adding_up(insert: Insert) -> Insert:
    return insert.on_conflict_do_update(
        index_elements=[duty_hours.c.duty, duty_hours.c.starts_at],
        set_={"posts": duty_hours.c.posts + insert.excluded.posts},
    )
