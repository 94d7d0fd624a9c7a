"""Brings a register's schema up to the newest alembic revision, in-process."""

from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

_MIGRATIONS = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 4_655_2014
"""Any number, the same in every process: only one of them migrates."""


def alembic_config(connection: Connection) -> Config:
    """Alembic, told to work on this connection and to leave logging alone."""
    config = Config(stdout=StringIO())
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine) -> None:
    """Bring the database up to the newest revision; several processes may do so at once.

    A transaction that writes is alone on SQLite by itself; on PostgreSQL an advisory lock makes it so.
    """
    with engine.connect().execution_options(huiying_reading=True) as connection:
        if _is_newest(connection):
            return
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        if not _is_newest(connection):
            command.upgrade(alembic_config(connection), "head")


def _is_newest(connection: Connection) -> bool:
    present = MigrationContext.configure(connection).get_current_heads()
    newest = ScriptDirectory.from_config(alembic_config(connection)).get_heads()
    return set(present) == set(newest)
