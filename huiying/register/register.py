"""The register 台账: the office's transactional records, on SQLite or PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as OutOfConnections

from huiying import embedded
from huiying.clock import Clock, SystemClock
from huiying.failures import Unavailable
from huiying.register.alerts import Alerts
from huiying.register.concerns import Concerns
from huiying.register.deadletters import DeadLetters
from huiying.register.leases import Leases
from huiying.register.migrating import migrate
from huiying.register.outbox import Outbox
from huiying.register.posts import Posts
from huiying.register.sources import Sources
from huiying.register.tasks import Tasks


class Transaction:
    """Everything one transaction may ask or write. It commits as a whole or not at all."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    @cached_property
    def posts(self) -> Posts:
        """Known posts, fates, rejections."""
        return Posts(self._connection, self._clock)

    @cached_property
    def concerns(self) -> Concerns:
        """Concerns, their quarter hours, members and doings."""
        return Concerns(self._connection, self._clock)

    @cached_property
    def alerts(self) -> Alerts:
        """Alerts: the queue."""
        return Alerts(self._connection, self._clock)

    @cached_property
    def tasks(self) -> Tasks:
        """Tasks and what falls due."""
        return Tasks(self._connection, self._clock)

    @cached_property
    def sources(self) -> Sources:
        """Health and memory of the sources."""
        return Sources(self._connection, self._clock)

    @cached_property
    def outbox(self) -> Outbox:
        """Messages written together with the rows they tell of."""
        return Outbox(self._connection, self._clock)

    @cached_property
    def dead_letters(self) -> DeadLetters:
        """Messages that could not be handled."""
        return DeadLetters(self._connection, self._clock)

    @cached_property
    def leases(self) -> Leases:
        """Who may do what only one may do."""
        return Leases(self._connection, self._clock)


class Register:
    """Opens transactions on the register's database and keeps its schema up to date.

    Writing transactions are serialised on SQLite by the database itself (`BEGIN IMMEDIATE`); readers never wait.
    Raises `Unavailable` where the database is away, locked for longer than 30 s or full.
    """

    def __init__(self, url: str, clock: Clock | None = None, *, password: str | None = None) -> None:
        self._clock = clock or SystemClock()
        self._engine = _open_engine(_with_password(make_url(url), password))
        with _database_errors():
            migrate(self._engine)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that may write; it commits at the end, or rolls back if anything is raised."""
        with _database_errors(), self._engine.begin() as connection:
            yield Transaction(connection, self._clock)

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """A transaction that only asks; on SQLite it waits for no writer."""
        with _database_errors(), self._engine.connect().execution_options(huiying_reading=True) as connection:
            yield Transaction(connection, self._clock)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def _with_password(url: URL, password: str | None) -> URL:
    return (
        url if password is None or url.password or url.get_backend_name() == "sqlite" else url.set(password=password)
    )


@contextmanager
def _database_errors() -> Iterator[None]:
    try:
        yield
    except OutOfConnections as error:
        raise Unavailable(f"the register has no connection to spare: {error}") from error
    except DBAPIError as error:
        if error.connection_invalidated or _is_away(error):
            raise Unavailable(f"the register did not answer: {error.orig}") from error
        raise


def _is_away(error: DBAPIError) -> bool:
    """On SQLite a wrong question is an `OperationalError` too; that is a bug and no reason to wait."""
    if isinstance(error.orig, sqlite3.Error):
        return embedded.is_away(error.orig)
    return isinstance(error, OperationalError)


def _open_engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": embedded.BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        embedded.prepare(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("huiying_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
