"""Messages that could not be handled, kept as they were on the bus (already masked), with the reason."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, select, update

from huiying.clock import Clock
from huiying.messages import Envelope
from huiying.register.rows import among, insert_into
from huiying.register.schema.chain import dead_letters

_LONGEST_REASON = 4_000
_LONGEST_TRACEBACK = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class DeadLetter:
    """One message that a stage could not handle; `traceback` is set where it met a bug.

    `retried_at` is when it ceased to wait: it was put on the bus again, or somebody dropped it, with their reason.
    """

    id: int
    stage: str
    envelope: Envelope
    reason: str
    traceback: str | None
    died_at: datetime
    retried_at: datetime | None
    dropped_by: str | None = None
    dropped_because: str | None = None


class DeadLetters:
    """Messages that could not be handled, inside one register transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def add(self, stage: str, envelope: Envelope, reason: str, traceback: str | None = None) -> None:
        """Put a message aside. The same message of the same stage that still waits is only told anew."""
        letter = {
            "stage": stage,
            "topic": envelope.topic,
            "key": envelope.key,
            "payload": envelope.payload,
            "digest": digest_of(stage, envelope.topic, envelope.key, envelope.payload),
            "reason": reason[:_LONGEST_REASON],
            "traceback": None if traceback is None else traceback[-_LONGEST_TRACEBACK:],
            "died_at": self._clock.now(),
        }
        statement = insert_into(self._connection, dead_letters).values(**letter)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=[dead_letters.c.digest],
                index_where=dead_letters.c.retried_at.is_(None),
                set_={name: statement.excluded[name] for name in ("reason", "traceback", "died_at")},
            )
        )

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
        these = among(self._connection, dead_letters.c.id, ids)
        self._connection.execute(update(dead_letters).where(these).values(retried_at=self._clock.now()))

    def drop(self, id: int, by: str, because: str) -> bool:
        """Let this one wait no longer; False where it does not wait."""
        waits = dead_letters.c.id == id, dead_letters.c.retried_at.is_(None)
        gone = {"retried_at": self._clock.now(), "dropped_by": by, "dropped_because": because}
        return self._connection.execute(update(dead_letters).where(*waits).values(**gone)).rowcount == 1

    def waiting(self) -> Mapping[str, int]:
        """How many wait, per stage."""
        counted = (
            select(dead_letters.c.stage, func.count().label("letters"))
            .where(dead_letters.c.retried_at.is_(None))
            .group_by(dead_letters.c.stage)
        )
        return {row.stage: row.letters for row in self._connection.execute(counted)}


def digest_of(stage: str, topic: str, key: str, payload: bytes) -> str:
    """By this two dead letters are the same."""
    place = "\0".join((stage, topic, key, "")).encode("utf-8", "surrogatepass")
    return hashlib.sha256(place + payload).hexdigest()


def _dead_letter(row: Row[tuple[object, ...]]) -> DeadLetter:
    return DeadLetter(
        id=row.id,
        stage=row.stage,
        envelope=Envelope(topic=row.topic, key=row.key, payload=row.payload),
        reason=row.reason,
        traceback=row.traceback,
        died_at=row.died_at,
        retried_at=row.retried_at,
        dropped_by=row.dropped_by,
        dropped_because=row.dropped_because,
    )
