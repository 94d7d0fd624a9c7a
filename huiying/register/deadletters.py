"""Messages that could not be handled, kept as they were on the bus (already masked), with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from huiying.clock import Clock
from huiying.messages import Envelope
from huiying.register.schema import dead_letters

_LONGEST_REASON = 4_000
_LONGEST_TRACEBACK = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """One message that a stage could not handle; `traceback` is set where it met a bug."""

    id: int
    stage: str
    envelope: Envelope
    reason: str
    traceback: str | None
    died_at: datetime
    retried_at: datetime | None


class DeadLetters:
    """Messages that could not be handled, inside one register transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def add(self, stage: str, envelope: Envelope, reason: str, traceback: str | None = None) -> None:
        """Put a message aside. The same message of the same stage that still waits is only told anew."""
        words = {
            "reason": _storable(reason)[:_LONGEST_REASON],
            "traceback": None if traceback is None else _storable(traceback)[-_LONGEST_TRACEBACK:],
            "died_at": self._clock.now(),
        }
        same = (
            dead_letters.c.stage == stage,
            dead_letters.c.topic == envelope.topic,
            dead_letters.c.key == envelope.key,
            dead_letters.c.payload == envelope.payload,
            dead_letters.c.retried_at.is_(None),
        )
        if self._connection.execute(update(dead_letters).where(*same).values(**words)).rowcount:
            return
        place = {"stage": stage, "topic": envelope.topic, "key": envelope.key, "payload": envelope.payload}
        self._connection.execute(insert(dead_letters).values(**place, **words))

    def list(self, stage: str | None = None, *, limit: int = 100, waiting: bool = True) -> Sequence[DeadLetter]:
        """The newest first; `waiting` leaves out those that were retried."""
        asked = select(dead_letters).order_by(dead_letters.c.id.desc()).limit(limit)
        if stage is not None:
            asked = asked.where(dead_letters.c.stage == stage)
        if waiting:
            asked = asked.where(dead_letters.c.retried_at.is_(None))
        return [_dead_letter(row) for row in self._connection.execute(asked)]

    def get(self, id: int) -> DeadLetter | None:
        """This one."""
        row = self._connection.execute(select(dead_letters).where(dead_letters.c.id == id)).first()
        return None if row is None else _dead_letter(row)

    def mark_retried(self, ids: Sequence[int]) -> None:
        """These are on the bus again."""
        self._connection.execute(
            update(dead_letters).where(dead_letters.c.id.in_(ids)).values(retried_at=self._clock.now())
        )

    def waiting(self) -> Mapping[str, int]:
        """How many wait, per stage."""
        counted = (
            select(dead_letters.c.stage, func.count().label("letters"))
            .where(dead_letters.c.retried_at.is_(None))
            .group_by(dead_letters.c.stage)
        )
        return {row.stage: row.letters for row in self._connection.execute(counted)}


def _storable(text: str) -> str:
    """No database takes lone surrogates, and PostgreSQL no NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def _dead_letter(row: Row[tuple[object, ...]]) -> DeadLetter:
    return DeadLetter(
        id=row.id,
        stage=row.stage,
        envelope=Envelope(topic=row.topic, key=row.key, payload=row.payload),
        reason=row.reason,
        traceback=row.traceback,
        died_at=row.died_at,
        retried_at=row.retried_at,
    )
