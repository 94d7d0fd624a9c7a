"""Lets leases lapse without waiting, by whichever clock their database goes."""

from datetime import timedelta

from sqlalchemy import update

from huiying.register.register import Register
from huiying.register.schema.chain import leases


def age_leases(register: Register, seconds: float) -> None:
    """Every lease becomes as old as it will be in so many seconds."""
    with register.transaction() as tx:
        rows = tx.leases.taken()
        for row in rows:
            earlier = row.expires_at - timedelta(seconds=seconds)
            tx._connection.execute(update(leases).where(leases.c.name == row.name).values(expires_at=earlier))
