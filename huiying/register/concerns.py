"""Concerns, their quarter hours, members and doings, inside one register transaction."""

from sqlalchemy import Connection

from huiying.clock import Clock


class Concerns:
    """Concerns, their quarter hours, members and doings."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
