"""Many rows in one statement, alike on SQLite and PostgreSQL.

PostgreSQL is given each column's values as one array: five hundred rows are then one statement and one round trip, at
a tenth of the driver's work for a parameter per value. SQLite, in the same process, runs its statement once per row.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    CursorResult,
    Table,
    TableValuedAlias,
    Update,
    any_,
    bindparam,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import ReturningInsert

from huiying.register.schema.columns import Body, storable

Insert = PostgresInsert | SqliteInsert
Row = Mapping[str, object]
New = Mapping[str, ColumnElement[Any]]
"""The new values of the row at hand, by name."""


def insert_into(connection: Connection, table: Table) -> Insert:
    """An insert of this connection's dialect, which knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return postgres_insert(table) if _on_postgresql(connection) else sqlite_insert(table)


def insert_new(connection: Connection, table: Table, row: Row) -> bool:
    """Insert a row; False, and nothing changed, where one with its key is there, or just being written by others."""
    key = list(table.primary_key)
    statement = insert_into(connection, table).values(**row).on_conflict_do_nothing(index_elements=key)
    return connection.execute(statement.returning(*key)).first() is not None


def insert_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    but: Callable[[Insert], Insert | ReturningInsert[Any]] = lambda insert: insert,
) -> CursorResult[Any]:
    """Insert rows, all with the same columns and at least one, in their order; `but` says what else about it."""
    if not _on_postgresql(connection):
        return connection.execute(but(sqlite_insert(table)), list(rows))
    names = list(rows[0])
    incoming = _as_table(table, names, rows)
    return connection.execute(but(postgres_insert(table).from_select(names, select(*incoming.c))))


def update_rows(
    connection: Connection,
    table: Table,
    rows: Sequence[Row],
    changed: Sequence[str],
    which: Callable[[New], ColumnElement[bool]],
) -> int:
    """Write the `changed` columns of these rows into `which` ones of the table; how many were written."""
    if not rows:
        return 0
    names = list(rows[0])
    if _on_postgresql(connection):
        incoming = _as_table(table, names, rows)
        new: New = {name: incoming.c[name] for name in names}
        return connection.execute(_updated(table, new, changed, which)).rowcount
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    statement = _updated(table, new, changed, which)
    return connection.execute(statement, [{f"new_{name}": row[name] for name in names} for row in rows]).rowcount


def among(
    connection: Connection, wanted: ColumnElement[Any], values: Collection[str] | Collection[int]
) -> ColumnElement[bool]:
    """Whether a column of text or numbers is one of these values, however many there are."""
    if _on_postgresql(connection):
        return wanted == any_(bindparam(None, list(values), type_=ARRAY(wanted.type)))
    plain = [storable(value) if isinstance(value, str) else value for value in values]
    if len(plain) == 1:
        # One post at a time is how a replay and a quiet night go, and this is the cheaper question.
        return wanted == plain[0]
    listed = func.json_each(bindparam(None, plain, type_=Body)).table_valued("value")
    return wanted.in_(select(listed.c.value))


def _updated(table: Table, new: New, changed: Sequence[str], which: Callable[[New], ColumnElement[bool]]) -> Update:
    return update(table).where(which(new)).values({name: new[name] for name in changed})


def _as_table(table: Table, names: Sequence[str], rows: Sequence[Row]) -> TableValuedAlias:
    arrays = [
        bindparam(f"all_{name}", [row[name] for row in rows], type_=ARRAY(table.c[name].type)) for name in names
    ]
    return (
        func.unnest(*arrays)
        .table_valued(*(column(name, table.c[name].type) for name in names))
        .render_derived(name="incoming")
    )


def _on_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
