"""The only place that knows what time it is. Everything else is told.

All moments are aware and in UTC; Beijing time exists on screens, in papers and in what sources write.
"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it was set: for replays, which live in event time, and for tests."""

    def __init__(self, moment: datetime) -> None:
        self.set(moment)

    def set(self, moment: datetime) -> None:
        """Move the hands."""
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone")
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """The moment last set, in UTC."""
        return self._moment


def moment_words(moment: datetime) -> str:
    """A moment in Beijing time as papers say it: 11月22日02:20."""
    local = moment.astimezone(BEIJING)
    return f"{local.month}月{local.day}日{local:%H:%M}"
