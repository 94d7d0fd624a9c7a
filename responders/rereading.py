"""Decides again where somebody else changed a record first: whoever loses re-reads, nobody locks."""

from collections.abc import Callable
from typing import TypeVar

from huiying.failures import Stale, Unavailable

T = TypeVar("T")

_TIMES = 5


def reread_when_stale(move: Callable[[], T]) -> T:
    """The result of a move that reads, decides and saves in one transaction; tried anew while it comes too late."""
    for _ in range(_TIMES):
        try:
            return move()
        except Stale as late:
            last = late
    raise Unavailable(f"others kept changing the same records: {last}") from last
