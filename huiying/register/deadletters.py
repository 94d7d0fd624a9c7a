"""Messages that could not be handled, inside one register transaction."""

from sqlalchemy import Connection

from huiying.clock import Clock


class DeadLetters:
    """Messages that could not be handled."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
