"""Rows with a version: who saves names the version that they read, and is told when somebody else was first."""

from collections.abc import Mapping

from sqlalchemy import Connection, Table, update

from huiying.failures import Stale


def save_version(
    connection: Connection, table: Table, id: str, values: Mapping[str, object], expected_version: int
) -> None:
    """Write a row over the version it was read at, as the next one; `Stale` where that is no longer its version."""
    changed = connection.execute(
        update(table)
        .where(table.c.id == id, table.c.version == expected_version)
        .values(**{**values, "version": expected_version + 1})
    )
    if changed.rowcount != 1:
        raise Stale(f"{table.name} {id} is no longer at version {expected_version}; read it again")
