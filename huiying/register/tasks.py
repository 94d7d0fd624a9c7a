"""Tasks and what falls due, inside one register transaction."""

from sqlalchemy import Connection

from huiying.clock import Clock


class Tasks:
    """Tasks and what falls due."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
