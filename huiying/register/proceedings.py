"""Proceedings: how far each matter has come by its procedure, inside one register transaction."""

from dataclasses import replace

import msgspec
from sqlalchemy import Connection, Select, select

from huiying.proceeding import Proceeding
from huiying.register.rows import insert_new
from huiying.register.schema.proceedings import proceedings
from huiying.register.versioned import save_version


class Proceedings:
    """`save` raises `Stale` where somebody else changed the proceeding first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, proceeding_id: str) -> Proceeding | None:
        """The proceeding of this id."""
        found = self._all(select(proceedings.c.body).where(proceedings.c.id == proceeding_id))
        return found[0] if found else None

    def of_concern(self, concern: str) -> list[Proceeding]:
        """Every proceeding of a concern, by id."""
        return self._all(
            select(proceedings.c.body).where(proceedings.c.concern == concern).order_by(proceedings.c.id)
        )

    def insert(self, proceeding: Proceeding) -> bool:
        """Begin a proceeding; False, and nothing changed, where one of this id exists."""
        return insert_new(self._connection, proceedings, {"id": proceeding.id, **_columns(proceeding)})

    def save(self, proceeding: Proceeding, expected_version: int) -> Proceeding:
        """Write a changed proceeding over the version it was read at; gives it back with its new version."""
        saved = replace(proceeding, version=expected_version + 1)
        save_version(self._connection, proceedings, saved.id, _columns(saved), expected_version)
        return saved

    def _all(self, wanted: Select[tuple[object]]) -> list[Proceeding]:
        return [msgspec.convert(body, Proceeding) for body in self._connection.scalars(wanted)]


def _columns(proceeding: Proceeding) -> dict[str, object]:
    return {
        "concern": proceeding.concern,
        "closed_at": proceeding.closed_at,
        "version": proceeding.version,
        "body": proceeding,
    }
