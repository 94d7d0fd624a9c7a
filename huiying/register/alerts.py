"""Alerts: the queue, inside one register transaction."""

from sqlalchemy import Connection

from huiying.clock import Clock


class Alerts:
    """Alerts: the queue."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
