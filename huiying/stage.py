"""A stage 处理工序: one step of the pipeline, from a batch of messages to one outcome per message."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from huiying.messages import Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """The message was handled and its results are saved; these go on the bus before it is acknowledged."""

    publish: tuple[Message, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """The message can never be handled, for this reason; it goes to the dead letters."""

    reason: str


Outcome = Done | Refused
"""What became of one message."""


class Stage(Protocol):
    """One step of the pipeline.

    It saves before it returns, and handling a message twice changes nothing. It may raise `Unavailable` (the same
    batch comes again), `Rejected` or anything else (the batch is halved until the offender stands alone), and
    `LeaseLost` where it turns out to be only a stand-by.
    """

    @property
    def name(self) -> str:
        """Its name in logs, dead letters and status; also its group on the bus."""
        ...

    @property
    def reads(self) -> tuple[type[Message], ...]:
        """The kinds of message it reads."""
        ...

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        """Handle a batch: exactly one outcome per message, in order."""
        ...


@runtime_checkable
class SingleStage(Protocol):
    """A stage at which one process works and the others stand by. These read nothing, so that who works reads all."""

    def works_here(self) -> bool:
        """Whether this process is the one. Raises `Unavailable` while nobody can tell."""
        ...
