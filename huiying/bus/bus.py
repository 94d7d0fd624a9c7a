"""The bus 总线: what every adapter promises, and nothing that only one of them can do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from huiying.messages import Envelope, Message


class Reader(Protocol):
    """One member of a group, reading some topics.

    Every message reaches every group at least once. Between messages there is no order: a message may come twice, may
    come late, and may come after one that was published later. What needs order carries its own number.

    A group may have many members. Members beyond what the adapter can use stand by: their `read` returns nothing
    until another member stops or dies; then they go on after what was last acknowledged.
    """

    def read(self, limit: int, wait_seconds: float) -> Sequence[Envelope]:
        """Up to `limit` messages not read yet, waiting for the first one at most so long; empty when none came."""
        ...

    def acknowledge(self) -> None:
        """Everything read so far is done. What is read but not acknowledged comes again after a crash or `close`."""
        ...

    def hold(self, seconds: float) -> None:
        """Wait so long while a batch is in hand, without losing the place in the group."""
        ...

    def close(self) -> None:
        """Leave the group at once, acknowledging nothing."""
        ...


class Publisher(Protocol):
    """Takes messages: all that a door of the office needs of a bus."""

    def publish(self, messages: Sequence[Message]) -> None:
        """Return once all messages are durably taken. After `Unavailable` some may have been taken: publish again."""
        ...


class Bus(Publisher, Protocol):
    """Carries messages between stages. Every method raises `Unavailable` while the bus is away.

    May be used from several threads; a `Reader` belongs to one thread.
    """

    def forward(self, envelopes: Sequence[Envelope]) -> None:
        """Like `publish`, for messages that were enclosed before (outbox, dead letters)."""
        ...

    def reader(self, group: str, topics: Sequence[str]) -> Reader:
        """Join a group. A group that was never here begins with the oldest message the bus still has."""
        ...

    def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, int]:
        """For each topic, how many messages this group has not acknowledged yet."""
        ...

    def oldest_unread(self, group: str, topics: Sequence[str]) -> datetime | None:
        """When the oldest message that this group has not acknowledged was published; None where it is up to date."""
        ...

    def complaints(self) -> Sequence[str]:
        """In Chinese, what whoever runs the office should know about the bus though it works."""
        ...

    def close(self) -> None:
        """Give everything back; readers must be closed by those who opened them."""
        ...
