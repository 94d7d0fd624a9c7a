"""Brings a register's schema up to the newest alembic revision, in-process."""

from functools import cache
from io import StringIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from huiying.failures import Unusable
from huiying.register.database import Database
from huiying.register.schema import metadata
from huiying.register.schema.chain import fates, known_posts, outbox

_MIGRATIONS = Path(__file__).parent / "migrations"
_ALWAYS_THERE = {table.name for table in (fates, known_posts, outbox)}
"""Every revision has these; another program that uses alembic in the same database hardly does."""


def alembic_config(connection: Connection) -> Config:
    """Alembic, told to work on this connection and to leave logging alone."""
    config = Config(stdout=StringIO())
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> None:
    """Bring the database up to the newest revision; several processes and threads may do so at once."""
    with database.engine.connect() as connection:
        if is_newest(connection.execution_options(**database.reading)):
            return
    with database.engine.begin() as connection:
        database.migrate_alone(connection)
        if not is_newest(connection):
            command.upgrade(alembic_config(connection), "head")


def is_newest(connection: Connection) -> bool:
    """Whether the schema is this program's. Raises `Unusable` where it is a newer one's or another program's."""
    known, newest = _revisions()
    present = set(MigrationContext.configure(connection).get_current_heads())
    tables = set(inspect(connection).get_table_names())
    ours = tables >= _ALWAYS_THERE
    unknown = present - known
    if unknown and ours:
        raise Unusable(
            f"HUIYING_REGISTER：台账的结构（{'、'.join(sorted(unknown))}）比本程序新。"
            "什么都没有丢：请把本进程更新到同一版本，随后自行继续"
        )
    foreign = sorted(tables & set(metadata.tables)) if not present else []
    if unknown or foreign or (present and not ours):
        named = f"（{'、'.join(foreign[:5])}）" if foreign else ""
        raise Unusable(f"HUIYING_REGISTER：该库里有别的程序的表{named}，不敢动它：请改用一个空库")
    return present == newest


@cache
def _revisions() -> tuple[frozenset[str], frozenset[str]]:
    """All revisions of the schema that this program knows, and the newest."""
    scripts = ScriptDirectory(str(_MIGRATIONS))
    return frozenset(script.revision for script in scripts.walk_revisions()), frozenset(scripts.get_heads())
