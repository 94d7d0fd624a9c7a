"""Messages written together with the rows they tell of, inside one register transaction."""

from sqlalchemy import Connection

from huiying.clock import Clock


class Outbox:
    """Messages written together with the rows they tell of."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
