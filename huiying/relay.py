"""The relay: tells the bus what the register's outbox holds. One in the whole office, kept single by a lease.

Numbering is one transaction, publishing follows, marking as sent is another. A crash in between publishes the same
change again under the same number.
"""

import threading
from collections.abc import Sequence
from datetime import timedelta

import structlog

from huiying.bus.bus import Bus
from huiying.clock import Clock, SystemClock
from huiying.failures import Unavailable
from huiying.leasing import Lease
from huiying.pulse import Pulse
from huiying.register.leases import LeaseLost
from huiying.register.outbox import Change
from huiying.register.register import Register

LEASE = "relay"

IDLE_SECONDS = 0.03
_STANDING_BY_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 5.0
_AT_ONCE = 500
_PRUNE_EVERY = timedelta(minutes=10)

_log = structlog.get_logger(__name__)


class Relay:
    """Publishes the outbox until it is told to stop (`run`), or until it is empty (`drain`)."""

    def __init__(
        self,
        register: Register,
        bus: Bus,
        *,
        holder: str,
        clock: Clock | None = None,
        retention: timedelta = timedelta(days=2),
        lease_seconds: float = 10.0,
    ) -> None:
        self.pulse = Pulse()
        self._register = register
        self._bus = bus
        self._lease = Lease(register, LEASE, holder, lease_seconds)
        self._clock = clock or SystemClock()
        self._retention = retention
        self._prune_after = self._clock.now() + _PRUNE_EVERY
        self._stopping = threading.Event()
        self._away = False

    def stop(self) -> None:
        """Finish what is in hand, then return. May be called from a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Publish every change as it comes, until `stop`."""
        pause = IDLE_SECONDS
        try:
            while not self._stopping.is_set():
                self.pulse.beat()
                try:
                    rest = self._turn()
                except Unavailable as error:
                    self._note_absence(error)
                    rest = pause = min(max(pause * 2, 0.1), _LONGEST_PAUSE_SECONDS)
                else:
                    self._note_return()
                    pause = IDLE_SECONDS
                self._stopping.wait(rest)
        finally:
            self._lease.release()

    def drain(self) -> int:
        """Publish until nothing is unsent; how many changes. Raises `Unavailable`, and 0 as a stand-by."""
        sent = 0
        while self._lease.held() and (step := self.step()):
            sent += step
        self._lease.release()
        return sent

    def step(self) -> int:
        """Publish some of the unsent changes, oldest first; how many. Only for the holder of the lease."""
        with self._register.reading() as tx:
            if not tx.outbox.anything_unsent():
                return 0
        try:
            changes = self._number()
            self._bus.forward([change.envelope for change in changes])
            self._mark_sent(changes)
        except LeaseLost:
            self._lease.lost()
            _log.warning("lost the lease of the relay; standing by")
            return 0
        return len(changes)

    def _turn(self) -> float:
        """One step; how long to rest after it."""
        if not self._lease.held():
            return _STANDING_BY_SECONDS
        if self.step():
            return 0.0
        self._prune_now_and_then()
        return IDLE_SECONDS

    def _number(self) -> Sequence[Change]:
        with self._register.transaction() as tx:
            tx.leases.must_hold(LEASE, self._lease.holder)
            return tx.outbox.number(_AT_ONCE)

    def _mark_sent(self, changes: Sequence[Change]) -> None:
        with self._register.transaction() as tx:
            tx.leases.must_hold(LEASE, self._lease.holder)
            tx.outbox.mark_sent([change.number for change in changes])

    def _prune_now_and_then(self) -> None:
        now = self._clock.now()
        if now < self._prune_after:
            return
        self._prune_after = now + _PRUNE_EVERY
        with self._register.transaction() as tx:
            tx.outbox.prune(now - self._retention)

    def _note_absence(self, error: Unavailable) -> None:
        if not self._away:
            _log.warning("the relay waits; nothing is lost", reason=str(error))
        self._away = True

    def _note_return(self) -> None:
        if self._away:
            _log.info("the relay goes on")
        self._away = False
