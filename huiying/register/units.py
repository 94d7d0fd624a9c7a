"""Which matters are a unit's: as lead, as co-handler, or by a task. Inside one register transaction.

Co-handlers stand in the bodies of the records. A body that names the unit anywhere is read to see where.
"""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, Table, Text, or_, select, type_coerce

from huiying.register.rows import among
from huiying.register.schema.chain import concerns, tasks


class _Helped(msgspec.Struct):
    co_handlers: tuple[str, ...] = ()


class Units:
    """Questions about a unit's matters."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def matters(self, bureau: str) -> set[str]:
        """Every matter of a unit, by the ids of their concerns."""
        return self._by_concern(bureau) | self._by_task(bureau)

    def among(self, bureau: str, ids: Iterable[str]) -> set[str]:
        """Those of these concerns that are the unit's."""
        wanted = set(ids)
        if not wanted:
            return set()
        return self._by_concern(bureau, among(self._connection, concerns.c.id, wanted)) | self._by_task(
            bureau, among(self._connection, tasks.c.concern, wanted)
        )

    def _by_concern(self, bureau: str, which: ColumnElement[bool] | None = None) -> set[str]:
        return self._found(concerns, concerns.c.id, concerns.c.lead, bureau, which)

    def _by_task(self, bureau: str, which: ColumnElement[bool] | None = None) -> set[str]:
        return self._found(tasks, tasks.c.concern, tasks.c.bureau, bureau, which)

    def _found(
        self, table: Table, concern: Column[str], lead: Column[str], bureau: str, which: ColumnElement[bool] | None
    ) -> set[str]:
        body = type_coerce(table.c.body, Text)
        named = body.contains(msgspec.json.encode(bureau).decode(), autoescape=True)
        query = select(concern, lead, body).where(or_(lead == bureau, named))
        rows = self._connection.execute(query if which is None else query.where(which))
        return {row[0] for row in rows if row[1] == bureau or bureau in _helpers(row[2])}


def _helpers(body: str) -> tuple[str, ...]:
    return msgspec.json.decode(body, type=_Helped).co_handlers
