"""Ticking: what is done again and again, by one of several processes: whichever holds the lease."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from huiying.clock import Clock
from huiying.failures import Unavailable
from huiying.leasing import Lease
from huiying.pulse import Pulse

_log = structlog.get_logger(__name__)

Tick = tuple[Callable[[datetime], None], float]
"""What is done again and again, and how many seconds apart."""

_RENEWAL_SECONDS = 2
"""However seldom its ticks are, a ticker keeps its lease and shows that it lives."""


class Ticker:
    """Does its ticks in one thread, one after the other; what may wait for others' servers has its own ticker.

    Two leaders at once are harmless: each tick is written so that what was done is not done again.
    """

    def __init__(self, ticks: Sequence[Tick], lease: Lease, clock: Clock) -> None:
        self.pulse = Pulse()
        self._ticks = tuple(ticks)
        self._lease = lease
        self._clock = clock

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop; does nothing while another process holds the lease."""
        # One worker: a lease is for one thread, and ticks need not overtake each other.
        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        for tick, seconds in ((_nothing, _RENEWAL_SECONDS), *self._ticks):
            scheduler.add_job(
                self._tick_as_leader,
                "interval",
                args=(tick,),
                seconds=seconds,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        try:
            stop.wait()
        finally:
            scheduler.shutdown(wait=True)
            self._lease.release()

    def tick(self, now: datetime) -> None:
        """Everything once, for those who run the office step by step."""
        for tick, _ in self._ticks:
            tick(now)

    def _tick_as_leader(self, tick: Callable[[datetime], None]) -> None:
        self.pulse.beat()
        try:
            if self._lease.held():
                tick(self._clock.now())
        except Unavailable as away:
            _log.warning("what ticks waits; what is due stays due", lease=self._lease.name, reason=str(away))


def _nothing(_now: datetime) -> None:
    """For the lease alone."""
