"""Messages written together with the rows they tell of; the relay numbers and publishes them (`huiying/relay.py`).

The *change number* of a row is given by the relay alone, in increasing order, and never changes. So whoever has
seen a number has seen every change up to it, which ids written by several transactions at once cannot promise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, select, true, update

from huiying.clock import Clock
from huiying.messages import Envelope, Message, enclose
from huiying.register.rows import among, insert_into, insert_rows, update_rows
from huiying.register.schema.chain import counters, outbox

_COUNTER = "change_number"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change of the register, numbered, as a message."""

    number: int
    envelope: Envelope
    written_at: datetime


class Outbox:
    """What the register has to tell, inside one register transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def add(self, messages: Sequence[Message]) -> None:
        """Tell this when, and only if, the transaction commits."""
        if not messages:
            return
        now = self._clock.now()
        envelopes = [enclose(message) for message in messages]
        insert_rows(
            self._connection,
            outbox,
            [
                {"topic": each.topic, "key": each.key, "payload": each.payload, "written_at": now, "sent": False}
                for each in envelopes
            ],
        )

    def anything_unsent(self) -> bool:
        """Whether the relay has work; cheap enough to ask many times a second."""
        return self._connection.scalar(select(outbox.c.id).where(~outbox.c.sent).limit(1)) is not None

    def unsent(self) -> tuple[int, datetime | None]:
        """How many changes the relay has yet to publish, and when the oldest of them was written."""
        counted = select(func.count(), func.min(outbox.c.written_at)).where(~outbox.c.sent)
        count, oldest = self._connection.execute(counted).one()
        return count, oldest

    def number(self, limit: int) -> Sequence[Change]:
        """Give unsent rows their numbers and return them in that order; a row that has one keeps it.

        Until this transaction ends nobody else gives numbers. So a higher number is never seen before a lower one,
        and the rows are asked for only after whoever gave numbers before has committed.
        """
        last = self._last_number()
        unsent = self._connection.execute(
            select(outbox).where(~outbox.c.sent).order_by(outbox.c.id).limit(limit)
        ).all()
        fresh = [row.id for row in unsent if row.change_number is None]
        given = {row: number for number, row in enumerate(fresh, start=last + 1)}
        if given:
            self._give(given)
        changes = [_change(row, given.get(row.id, row.change_number)) for row in unsent]
        return sorted(changes, key=lambda change: change.number)

    def mark_sent(self, numbers: Sequence[int]) -> None:
        """The bus has taken these."""
        if numbers:
            these = among(self._connection, outbox.c.change_number, numbers)
            self._connection.execute(update(outbox).where(these).values(sent=True))

    def tail(self, after: int, limit: int) -> Sequence[Change]:
        """The changes with a number above this, oldest first: the live stream."""
        rows = self._connection.execute(
            select(outbox).where(outbox.c.change_number > after).order_by(outbox.c.change_number).limit(limit)
        )
        return [_change(row, row.change_number) for row in rows]

    def newest(self) -> int:
        """The highest change number given so far; 0 before the first."""
        return self._connection.scalar(select(counters.c.value).where(counters.c.name == _COUNTER)) or 0

    def oldest(self) -> int | None:
        """The lowest change number still here, None where none is; who stands further back reads everything anew."""
        lowest: int | None = self._connection.scalar(select(func.min(outbox.c.change_number)))
        return lowest

    def prune(self, before: datetime) -> int:
        """Forget sent rows written before this; how many."""
        gone = self._connection.execute(outbox.delete().where(outbox.c.sent == true(), outbox.c.written_at < before))
        return gone.rowcount

    def _last_number(self) -> int:
        """The last number given, locked; the write that changes nothing is the lock."""
        statement = insert_into(self._connection, counters).values(name=_COUNTER, value=0)
        statement = statement.on_conflict_do_update(
            index_elements=[counters.c.name], set_={"value": counters.c.value}
        )
        return int(self._connection.scalars(statement.returning(counters.c.value)).one())

    def _give(self, numbers: Mapping[int, int]) -> None:
        rows = [{"id": row, "change_number": number} for row, number in numbers.items()]
        update_rows(self._connection, outbox, rows, ["change_number"], lambda new: outbox.c.id == new["id"])
        last = max(numbers.values())
        self._connection.execute(update(counters).where(counters.c.name == _COUNTER).values(value=last))


def _change(row: Row[tuple[object, ...]], number: int) -> Change:
    envelope = Envelope(topic=row.topic, key=row.key, payload=row.payload, change_number=number)
    return Change(number=number, envelope=envelope, written_at=row.written_at)
