"""Health and memory of the sources, inside one register transaction."""

from sqlalchemy import Connection

from huiying.clock import Clock


class Sources:
    """Health and memory of the sources."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
