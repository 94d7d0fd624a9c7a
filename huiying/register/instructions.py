"""Instructions 批示件, inside one register transaction."""

from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Select, func, select

from huiying.failures import Stale
from huiying.instruction import Instruction
from huiying.register.rows import insert_new
from huiying.register.schema.desk import instructions
from huiying.register.versioned import save_version


class Instructions:
    """`save` raises `Stale` where somebody else changed the instruction first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_id(self, year: int) -> str:
        """The next number of this year; of two who take the same one the second must read again."""
        begins = f"批{year}-"
        taken = self._connection.scalar(
            select(func.count()).select_from(instructions).where(instructions.c.id.startswith(begins))
        )
        return f"{begins}{(taken or 0) + 1:04d}"

    def get(self, id: str) -> Instruction | None:
        """The instruction of this number."""
        return next(iter(self._all(select(instructions.c.body).where(instructions.c.id == id))), None)

    def of_concern(self, concern: str) -> list[Instruction]:
        """Every instruction about a concern, by number."""
        return self._all(
            select(instructions.c.body).where(instructions.c.concern == concern).order_by(instructions.c.id)
        )

    def open(self, limit: int = 200) -> list[Instruction]:
        """Those nobody has reported done, the nearest deadline first."""
        wanted = select(instructions.c.body).where(instructions.c.done_at.is_(None))
        return self._all(wanted.order_by(instructions.c.due_at, instructions.c.id).limit(limit))

    def due_before(self, moment: datetime) -> list[Instruction]:
        """Open ones whose deadline falls before a moment, the nearest first."""
        wanted = select(instructions.c.body).where(instructions.c.done_at.is_(None), instructions.c.due_at < moment)
        return self._all(wanted.order_by(instructions.c.due_at, instructions.c.id))

    def finished(self, limit: int = 200) -> list[Instruction]:
        """Those reported done, the latest first."""
        wanted = select(instructions.c.body).where(instructions.c.done_at.is_not(None))
        return self._all(wanted.order_by(instructions.c.done_at.desc(), instructions.c.id).limit(limit))

    def insert(self, instruction: Instruction) -> Instruction:
        """Keep a new one; `Stale` where its number was just taken."""
        if not insert_new(self._connection, instructions, {"id": instruction.id, **_columns(instruction)}):
            raise Stale(f"the number {instruction.id} was just taken")
        return instruction

    def save(self, instruction: Instruction, expected_version: int) -> Instruction:
        """Write a changed one over the version it was read at; gives it back with its new version."""
        saved = replace(instruction, version=expected_version + 1)
        save_version(self._connection, instructions, saved.id, _columns(saved), expected_version)
        return saved

    def _all(self, wanted: Select[tuple[object]]) -> list[Instruction]:
        return [msgspec.convert(body, Instruction) for body in self._connection.scalars(wanted)]


def _columns(instruction: Instruction) -> dict[str, object]:
    return {
        "concern": instruction.concern,
        "done_at": instruction.done.at if instruction.done else None,
        "due_at": instruction.due_at,
        "version": instruction.version,
        "body": instruction,
    }
