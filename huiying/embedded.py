"""SQLite as the embedded stores use it: how a file is opened, and which of its errors mean "away, try again"."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huiying.failures import Unavailable

BUSY_SECONDS = 30.0
"""How long a writer waits for another before the store counts as away."""

_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


def open_database(path: Path) -> sqlite3.Connection:
    """A connection to this file, which is made if it is not there; usable from any one thread at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection) -> None:
    """Readers never wait for the writer, and what was committed survives a power cut."""
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "secure_delete=FAST"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """The switch to WAL does not wait where several processes open a new file at once, so it is tried again."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not is_away(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def is_away(error: BaseException | None) -> bool:
    """Whether this says that the file is busy, full or out of reach, and not that the question was wrong."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF in _AWAY


@contextmanager
def answering(store: str) -> Iterator[None]:
    """Turn errors that mean "away" into `Unavailable`; `store` names it in the message."""
    try:
        yield
    except sqlite3.Error as error:
        if is_away(error):
            raise Unavailable(f"{store} did not answer: {error}") from error
        raise
    except OSError as error:
        raise Unavailable(f"{store} cannot be reached: {error}") from error


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Cursor]:
    """One transaction that writes: all of it or nothing."""
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    try:
        yield cursor
        cursor.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            cursor.execute("ROLLBACK")
        raise
    finally:
        cursor.close()
