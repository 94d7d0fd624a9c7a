"""Tasks and what falls due, inside one register transaction."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import Column, Connection, Row, Select, Text, and_, case, exists, func, or_, select, type_coerce
from sqlalchemy.exc import IntegrityError

from huiying.clock import Clock
from huiying.failures import Stale
from huiying.register.rows import among, insert_new
from huiying.register.schema.chain import fired_timers, tasks
from huiying.register.versioned import save_version
from huiying.task import Task, TaskState

OVERDUE = "task-overdue"
"""Kind of the timer that tells, once, that a task's outward deadline has passed."""

_OPEN = tasks.c.state.in_((TaskState.WAITING.value, TaskState.SENT.value))
_BY_DEADLINE = (tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.opened_at, tasks.c.id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Workload:
    """How many tasks a bureau has, by where they stand; `overdue` counts open ones past their deadline."""

    waiting: int
    sent: int
    closed: int
    overdue: int


class Tasks:
    """Questions and moves about tasks. `save` raises `Stale` where somebody else changed the task first."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def get(self, task_id: str) -> Task | None:
        """The task of this id."""
        return self.many([task_id]).get(task_id)

    def many(self, ids: Iterable[str]) -> dict[str, Task]:
        """The tasks of these ids, those that exist, by id."""
        return {task.id: task for task in self._among(tasks.c.id, ids)}

    def insert(self, task: Task) -> bool:
        """Open a task; False, and nothing changed, where one of this id exists.

        Raises `Stale` where another bureau leads this episode, since just now.
        """
        with _one_lead(task):
            return insert_new(self._connection, tasks, {"id": task.id, **_columns(task)})

    def save(self, task: Task, expected_version: int) -> Task:
        """Write a changed task over the version it was read at; gives it back with its new version."""
        saved = replace(task, version=expected_version + 1)
        with _one_lead(task):
            save_version(self._connection, tasks, saved.id, _columns(saved), expected_version)
        return saved

    def sent(self) -> list[Task]:
        """Every task in the hands of a bureau, the nearest deadline first."""
        return self._all(select(tasks.c.body).where(tasks.c.state == TaskState.SENT.value).order_by(*_BY_DEADLINE))

    def of_bureau(self, bureau: str | None, state: TaskState | None = None, limit: int = 200) -> list[Task]:
        """Tasks of a bureau (of all bureaus where None), the nearest deadline first, those without one last."""
        wanted = select(tasks.c.body)
        if bureau is not None:
            wanted = wanted.where(tasks.c.bureau == bureau)
        if state is not None:
            wanted = wanted.where(tasks.c.state == state.value)
        return self._all(wanted.order_by(*_BY_DEADLINE).limit(limit))

    def with_helped(self, bureau: str, state: TaskState | None = None, limit: int = 200) -> list[Task]:
        """The same of one bureau, and with them the tasks in which it is a co-handler."""
        named = type_coerce(tasks.c.body, Text).contains(msgspec.json.encode(bureau).decode(), autoescape=True)
        wanted = select(tasks.c.body).where(or_(tasks.c.bureau == bureau, named))
        if state is not None:
            wanted = wanted.where(tasks.c.state == state.value)
        found = self._all(wanted.order_by(*_BY_DEADLINE))
        return [task for task in found if bureau in (task.bureau, *task.co_handlers)][:limit]

    def of_concern(self, concern: str) -> list[Task]:
        """Every task about a concern, the oldest first, the lead before those who help."""
        return self.of_concerns([concern]).get(concern, [])

    def of_concerns(self, ids: Iterable[str]) -> dict[str, list[Task]]:
        """Every task about each of these concerns that has one, the oldest first."""
        return _grouped(self._among(tasks.c.concern, ids), lambda task: task.concern)

    def of_alerts(self, ids: Iterable[str]) -> dict[str, list[Task]]:
        """Every task opened by each of these alerts that has one, the oldest first."""
        return _grouped(self._among(tasks.c.alert, ids), lambda task: task.alert)

    def due_between(self, since: datetime, until: datetime, limit: int = 200) -> list[Task]:
        """Open tasks whose deadline falls in a span of time, the nearest first."""
        wanted = select(tasks.c.body).where(_OPEN, tasks.c.due_at >= since, tasks.c.due_at < until)
        return self._all(wanted.order_by(tasks.c.due_at, tasks.c.id).limit(limit))

    def count_due(self, since: datetime, until: datetime) -> int:
        """How many there are of them."""
        wanted = select(func.count()).where(_OPEN, tasks.c.due_at >= since, tasks.c.due_at < until)
        return self._connection.scalar(wanted) or 0

    def overdue(self, now: datetime, limit: int = 200, offset: int = 0) -> list[Task]:
        """Open tasks whose deadline has passed, the longest overdue first."""
        wanted = _past_deadline(now).order_by(tasks.c.due_at, tasks.c.id)
        return self._all(wanted.limit(limit).offset(offset))

    def overdue_untold(self, now: datetime, limit: int = 200) -> list[Task]:
        """Open tasks whose deadline has passed and of which nobody has been told yet."""
        told = exists().where(
            fired_timers.c.kind == OVERDUE,
            fired_timers.c.subject == tasks.c.id,
            fired_timers.c.due_at == tasks.c.due_at,
        )
        return self._all(_past_deadline(now).where(~told).order_by(tasks.c.due_at, tasks.c.id).limit(limit))

    def counts_by_bureau(self, now: datetime) -> dict[str, Workload]:
        """The workload of every bureau that ever had a task."""
        late = and_(tasks.c.state != TaskState.CLOSED.value, tasks.c.due_at < now)
        rows = self._connection.execute(
            select(tasks.c.bureau, tasks.c.state, func.count(), func.sum(case((late, 1), else_=0))).group_by(
                tasks.c.bureau, tasks.c.state
            )
        )
        found: dict[str, dict[TaskState, tuple[int, int]]] = {}
        for bureau, state, count, overdue in rows:
            found.setdefault(bureau, {})[TaskState(state)] = (int(count), int(overdue))
        return {bureau: _workload(by_state) for bureau, by_state in found.items()}

    def counts_by_state(self) -> dict[TaskState, int]:
        """How many tasks stand in each state."""
        rows = self._connection.execute(select(tasks.c.state, func.count()).group_by(tasks.c.state))
        return {TaskState(state): count for state, count in rows}

    def fire_once(self, kind: str, subject: str, due_at: datetime) -> bool:
        """Mark a timer as fired; False where it was fired before, by this process or another."""
        row = {"kind": kind, "subject": subject, "due_at": due_at, "fired_at": self._clock.now()}
        return insert_new(self._connection, fired_timers, row)

    def has_fired(self, kind: str, subject: str, due_at: datetime) -> bool:
        """Whether this timer was marked as fired."""
        key = (fired_timers.c.kind == kind, fired_timers.c.subject == subject, fired_timers.c.due_at == due_at)
        return self._connection.execute(select(fired_timers.c.kind).where(*key)).first() is not None

    def _among(self, column: Column[str], values: Iterable[str]) -> list[Task]:
        wanted = select(tasks.c.body).where(among(self._connection, column, set(values)))
        return self._all(wanted.order_by(tasks.c.opened_at, tasks.c.part.desc(), tasks.c.id))

    def _all(self, wanted: Select[tuple[object]]) -> list[Task]:
        return [_read(row) for row in self._connection.execute(wanted)]


@contextmanager
def _one_lead(task: Task) -> Iterator[None]:
    try:
        yield
    except IntegrityError as double:
        raise Stale(f"episode {task.alert} has another lead than {task.bureau} by now; read it again") from double


def _past_deadline(now: datetime) -> Select[tuple[object]]:
    return select(tasks.c.body).where(_OPEN, tasks.c.due_at < now)


def _workload(by_state: dict[TaskState, tuple[int, int]]) -> Workload:
    numbers = {state: by_state.get(state, (0, 0)) for state in TaskState}
    return Workload(
        waiting=numbers[TaskState.WAITING][0],
        sent=numbers[TaskState.SENT][0],
        closed=numbers[TaskState.CLOSED][0],
        overdue=sum(overdue for _, overdue in numbers.values()),
    )


def _grouped(found: Iterable[Task], key: Callable[[Task], str]) -> dict[str, list[Task]]:
    grouped: dict[str, list[Task]] = {}
    for task in found:
        grouped.setdefault(key(task), []).append(task)
    return grouped


def _read(row: Row[tuple[object]]) -> Task:
    return msgspec.convert(row[0], Task)


def _columns(task: Task) -> dict[str, object]:
    return {
        "concern": task.concern,
        "alert": task.alert,
        "bureau": task.bureau,
        "part": task.part.value,
        "state": task.state.value,
        "due_at": task.due_at,
        "opened_at": task.opened_at,
        "version": task.version,
        "body": task,
    }
