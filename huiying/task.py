"""A task 交办任务: one bureau's obligation, with clocks."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from huiying.failures import NotAllowed
from huiying.procedure import Start


class TaskState(StrEnum):
    """Where a task stands."""

    WAITING = "waiting"
    SENT = "sent"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class DueClock:
    """One clock of a procedure, running: start + length = due, with its legal basis.

    `due_at` is None where the regime sets no number (2014: “及时”). `outward` clocks (对外) bind the
    publication and are never moved; inward ones (对内) are the office's own. `mark` is the certainty of
    the basis (P/O/N/M/U, see `docs/glossary.md`); U is shown as 本单位自定. `started_by` is the moment of the
    matter that started it; None where it is counted back from another clock.
    """

    step: str
    title: str
    starts_at: datetime
    due_at: datetime | None
    calculation: str
    basis: str
    mark: str
    outward: bool
    provisional: bool = False
    started_by: Start | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What one lead bureau must do about one episode of a concern, under one procedure."""

    id: str
    concern: str
    alert: str
    procedure: str
    procedure_version: str
    bureau: str
    co_handlers: tuple[str, ...]
    title: str
    asked: str
    clocks: tuple[DueClock, ...]
    state: TaskState
    waits_because: str | None = None
    opened_at: datetime
    sent_at: datetime | None = None
    sent_by: str | None = None
    closed_at: datetime | None = None
    close_reason: str | None = None
    version: int = 0

    @property
    def due_at(self) -> datetime | None:
        """The nearest outward deadline, None where no clock has a number."""
        return min((c.due_at for c in self.clocks if c.outward and c.due_at), default=None)

    def sent(self, *, by: str, now: datetime) -> Self:
        """交办: hand it to the bureau."""
        if self.state is not TaskState.WAITING:
            raise NotAllowed(f"task {self.id} is {self.state}; only a waiting task can be sent")
        return replace(self, state=TaskState.SENT, sent_at=now, sent_by=by, waits_because=None)

    def closed(self, *, reason: str, now: datetime) -> Self:
        """Close it for a stated reason."""
        if self.state is TaskState.CLOSED:
            raise NotAllowed(f"task {self.id} is closed already")
        if not reason.strip():
            raise NotAllowed(f"task {self.id} can only be closed with a reason")
        return replace(self, state=TaskState.CLOSED, closed_at=now, close_reason=reason.strip())
