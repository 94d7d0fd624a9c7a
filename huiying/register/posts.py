"""Known posts, fates and rejections, inside one register transaction."""

from sqlalchemy import Connection

from huiying.clock import Clock
from huiying.register.fates import Fates


class Posts(Fates):
    """Known posts, fates and rejections."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        super().__init__(connection)
        self._clock = clock
