"""INSERT … ON CONFLICT for both databases: they spell it alike, SQLAlchemy keeps two classes for it."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert


def insert_into(connection: Connection, table: Table) -> PostgresInsert | SqliteInsert:
    """An insert of this connection's dialect, which knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return postgres_insert(table) if connection.dialect.name == "postgresql" else sqlite_insert(table)
