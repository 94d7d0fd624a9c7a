"""SQLite under the register: one file in the office's folder."""

import sqlite3
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from huiying import embedded
from huiying.failures import HuiyingError, Unavailable


class Sqlite:
    """One database file. The first question opens it, and makes it and its folder where they are not there.

    Where it is `scratch`, nothing waits for the disk, and what was committed may be gone after a power cut.
    """

    reading: Mapping[str, object] = {"huiying_reading": True}

    def __init__(self, url: URL, *, scratch: bool = False) -> None:
        self._file = Path(url.database or "")
        self.engine = _engine(url, self._file.parent, scratch=scratch)

    def meaning(self, error: DBAPIError) -> HuiyingError | None:
        """What an error asks for: to wait, or (None) to mend the program."""
        # On SQLite a wrong question is an `OperationalError` too.
        if embedded.is_away(error.orig):
            return Unavailable(f"the register in {self._file} did not answer: {error.orig}")
        return None

    def migrate_alone(self, connection: Connection) -> None:
        """A transaction that writes is alone by itself, and nothing here is in a hurry."""


def _engine(url: URL, folder: Path, *, scratch: bool) -> Engine:
    engine = create_engine(url, connect_args={"timeout": embedded.BUSY_SECONDS})

    @event.listens_for(engine, "do_connect")
    def make_folder(*_: object) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"the register cannot be reached: {error}") from error

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        embedded.prepare(connection)
        if scratch:
            connection.execute("PRAGMA synchronous=OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("huiying_reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine
