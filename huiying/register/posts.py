"""Known posts, fates and rejections, inside one register transaction."""

from sqlalchemy import Connection

from huiying.clock import Clock


class Posts:
    """Known posts, fates and rejections."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
