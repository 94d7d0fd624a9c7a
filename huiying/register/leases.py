"""Leases keep the gatherer, the relay, the timers and each source single; a stand-by takes over when one lapses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from huiying.clock import Clock
from huiying.failures import HuiyingError
from huiying.register.rows import insert_new
from huiying.register.schema.chain import leases
from huiying.register.schema.columns import microseconds


class LeaseLost(HuiyingError):
    """Another process holds the lease now; what this one was about to write must not be written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenLease:
    """A lease that somebody has taken; it has lapsed where `expires_at` is past."""

    name: str
    holder: str
    expires_at: datetime


class Leases:
    """Questions and moves about leases, inside one register transaction."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def take(self, name: str, holder: str, seconds: float) -> bool:
        """Take or renew a lease; False while somebody else holds it."""
        now = self._now()
        expires_at = now + round(seconds * 1_000_000)
        renewed = self._connection.execute(
            update(leases)
            .where(leases.c.name == name, or_(leases.c.holder == holder, leases.c.expires_at < now))
            .values(holder=holder, expires_at=expires_at)
        )
        if renewed.rowcount:
            return True
        return insert_new(self._connection, leases, {"name": name, "holder": holder, "expires_at": expires_at})

    def must_hold(self, name: str, holder: str) -> None:
        """Raise `LeaseLost` unless this holder still has the lease; called inside the transaction that writes."""
        present = self._connection.scalar(select(leases.c.holder).where(leases.c.name == name).with_for_update())
        if present != holder:
            raise LeaseLost(f"lease {name} is held by {present or 'nobody'}, no longer by {holder}")

    def taken(self) -> Sequence[TakenLease]:
        """Every lease that was taken and not given back, by name."""
        rows = self._connection.execute(select(leases).order_by(leases.c.name))
        return [TakenLease(name=row.name, holder=row.holder, expires_at=row.expires_at) for row in rows]

    def release(self, name: str, holder: str) -> None:
        """Give a lease back at a clean stop, so that a stand-by need not wait for it to lapse."""
        self._connection.execute(leases.delete().where(leases.c.name == name, leases.c.holder == holder))

    def _now(self) -> ColumnElement[int]:
        """Microseconds since 1970, by the database's clock where several machines share it: theirs may differ."""
        if self._connection.dialect.name == "postgresql":
            return literal_column("(extract(epoch from clock_timestamp()) * 1000000)::bigint", BigInteger)
        return literal(microseconds(self._clock.now()), BigInteger)
