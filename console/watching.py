"""Which stores are away, found out in threads beside, so that no page waits to learn it."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from console.office import ConsoleOffice
from huiying.archive.archive import PostQuery
from huiying.failures import Unavailable
from huiying.messages import PostCollected

_FRESH_SECONDS = 5.0
_STALE_SECONDS = 60.0

Told = TypeVar("Told")


class StoreWatch(Generic[Told]):
    """Asks a store in a thread of its own and remembers what it told, so that who wants to know never waits long.

    A store is asked at most every five seconds and by one thread at a time, however often it is looked at.
    """

    def __init__(self, ask: Callable[[], Told]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._asking: threading.Thread | None = None
        self._told: Told | None = None
        self._told_at = float("-inf")

    def begin(self) -> None:
        """Ask again if what is known is no longer fresh; returns at once."""
        with self._lock:
            under_way = self._asking is not None and self._asking.is_alive()
            if under_way or time.monotonic() - self._told_at < _FRESH_SECONDS:
                return
            self._asking = threading.Thread(target=self._find_out, daemon=True, name="store-watch")
            self._asking.start()

    def told(self, deadline: float) -> Told | None:
        """What the store told; None while it is away, or has not answered by the deadline nor in the last minute."""
        asking = self._asking
        if asking is not None:
            asking.join(max(0.0, deadline - time.monotonic()))
        with self._lock:
            return self._told if time.monotonic() - self._told_at < _STALE_SECONDS else None

    def is_away(self) -> bool:
        """Whether it did not answer when it was asked last; False before that is known."""
        with self._lock:
            return self._told_at > float("-inf") and self._told is None

    def _find_out(self) -> None:
        told = None
        try:
            told = self._ask()
        except Unavailable:
            return  # that nothing is told says it
        finally:
            with self._lock:
                self._told, self._told_at = told, time.monotonic()


class Absences:
    """What to tell whoever reads a page while the bus or the archive is away.

    Without the register there is no page at all, and without a page nothing to add to one.
    """

    def __init__(self, office: ConsoleOffice) -> None:
        self._watches: dict[str, StoreWatch[object]] = {
            "消息总线暂时连不上：新帖文要等它恢复后才会出现，已有的预警和任务可照常处理。": StoreWatch(
                lambda: office.bus().lag("assessing", [PostCollected.topic])
            ),
            "帖文库暂时连不上：帖文正文和检索暂时看不到，预警和任务可照常处理。": StoreWatch(
                lambda: office.archive.search(PostQuery(), limit=1)
            ),
        }

    def look(self) -> None:
        """Find out again what is no longer fresh; returns at once."""
        for watch in self._watches.values():
            watch.begin()

    def notices(self) -> Sequence[str]:
        """In Chinese, what is away and what that means."""
        return [words for words, watch in self._watches.items() if watch.is_away()]
