"""What is in hand by bureau and duty, inside one register transaction: what a table of counts and its lists rest on.

A matter may touch many duties; it stands under the one that its posts speak of most, so that it is counted once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Connection, Text, select, type_coerce

from huiying.register.alerts import OPEN
from huiying.register.schema.chain import alerts, concerns, tasks
from huiying.task import TaskState

_OPEN_TASKS = (TaskState.WAITING.value, TaskState.SENT.value)


@dataclass(frozen=True, kw_only=True, slots=True)
class InHand:
    """One open task of a bureau, or one matter with an open alert and its lead, empty where there is none yet.

    Only a task is `late`.
    """

    id: str
    bureau: str
    duty: int | None
    late: bool = False


class _Touched(msgspec.Struct):
    duties: dict[int, float] = {}


class Overview:
    """Everything open at this moment, a line each: one question however much there is."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tasks(self, now: datetime) -> list[InHand]:
        """Every open task, by id, with the duty of its matter."""
        rows = self._connection.execute(
            select(tasks.c.id, tasks.c.bureau, tasks.c.due_at, type_coerce(concerns.c.body, Text).label("body"))
            .join(concerns, concerns.c.id == tasks.c.concern)
            .where(tasks.c.state.in_(_OPEN_TASKS))
            .order_by(tasks.c.id)
        )
        return [
            InHand(id=row.id, bureau=row.bureau, duty=_main(row.body), late=bool(row.due_at and row.due_at < now))
            for row in rows
        ]

    def matters(self) -> list[InHand]:
        """Every matter with an open alert, by id."""
        rows = self._connection.execute(
            select(concerns.c.id, concerns.c.lead, type_coerce(concerns.c.body, Text).label("body"))
            .where(concerns.c.id.in_(select(alerts.c.concern).where(_IS_OPEN, alerts.c.concern.is_not(None))))
            .order_by(concerns.c.id)
        )
        return [InHand(id=row.id, bureau=row.lead or "", duty=_main(row.body)) for row in rows]


_IS_OPEN = alerts.c.state.in_([state.value for state in OPEN])


def of_them(
    found: Collection[InHand], *, bureau: str | None = None, duty: int | None = None, late: bool = False
) -> list[str]:
    """The ids of those that a cell counts; without a filter, of all."""
    return [
        each.id
        for each in found
        if (bureau is None or each.bureau == bureau)
        and (duty is None or each.duty == duty)
        and (each.late or not late)
    ]


def _main(body: str) -> int | None:
    duties = msgspec.json.decode(body, type=_Touched).duties
    return max(duties, key=lambda number: (duties[number], -number), default=None)
