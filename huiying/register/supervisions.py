"""Supervisions 督办, inside one register transaction."""

from collections.abc import Iterable
from dataclasses import replace

import msgspec
from sqlalchemy import Connection, Select, func, select

from huiying.failures import Stale
from huiying.register.rows import among, insert_new
from huiying.register.schema.desk import supervisions
from huiying.register.versioned import save_version
from huiying.supervision import Supervision


class Supervisions:
    """`save` raises `Stale` where somebody else changed the supervision first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_id(self, year: int) -> str:
        """The next number of this year; of two who take the same one the second must read again."""
        begins = f"督{year}-"
        taken = self._connection.scalar(
            select(func.count()).select_from(supervisions).where(supervisions.c.id.startswith(begins))
        )
        return f"{begins}{(taken or 0) + 1:04d}"

    def get(self, id: str) -> Supervision | None:
        """The supervision of this number."""
        return next(iter(self._all(select(supervisions.c.body).where(supervisions.c.id == id))), None)

    def of_tasks(self, ids: Iterable[str]) -> dict[str, list[Supervision]]:
        """Every supervision of each of these tasks that has one, by number."""
        chosen = among(self._connection, supervisions.c.task, set(ids))
        grouped: dict[str, list[Supervision]] = {}
        for each in self._all(select(supervisions.c.body).where(chosen).order_by(supervisions.c.id)):
            grouped.setdefault(each.task, []).append(each)
        return grouped

    def insert(self, supervision: Supervision) -> Supervision:
        """Keep a new one; `Stale` where its number was just taken."""
        if not insert_new(self._connection, supervisions, {"id": supervision.id, **_columns(supervision)}):
            raise Stale(f"the number {supervision.id} was just taken")
        return supervision

    def save(self, supervision: Supervision, expected_version: int) -> Supervision:
        """Write a changed one over the version it was read at; gives it back with its new version."""
        saved = replace(supervision, version=expected_version + 1)
        save_version(self._connection, supervisions, saved.id, _columns(saved), expected_version)
        return saved

    def _all(self, wanted: Select[tuple[object]]) -> list[Supervision]:
        return [msgspec.convert(body, Supervision) for body in self._connection.scalars(wanted)]


def _columns(supervision: Supervision) -> dict[str, object]:
    return {
        "task": supervision.task,
        "answered_at": supervision.answered.at if supervision.answered else None,
        "due_at": supervision.due_at,
        "version": supervision.version,
        "body": supervision,
    }
