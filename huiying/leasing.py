"""Keeps a lease for as long as somebody works under it; renewed when due, cheap to ask in between."""

import time

from huiying.failures import Unavailable
from huiying.register.register import Register

RENEWALS_PER_TERM = 3
"""A lease is renewed this many times within its term, so that one slow write does not lose it."""

_TRY_AGAIN_SECONDS = 1.0
"""A stand-by asks at least this often, so that it takes over within a second or two of the lapse."""


class Lease:
    """One lease, as its would-be holder sees it. For one thread.

    Knowing that one holds it is knowledge of the past. What must never be written twice says
    `tx.leases.must_hold(lease.name, lease.holder)` in the transaction that writes it.
    """

    def __init__(self, register: Register, name: str, holder: str, seconds: float = 10.0) -> None:
        self.name = name
        self.holder = holder
        self._register = register
        self._seconds = seconds
        self._held = False
        self._ask_after = 0.0

    def held(self) -> bool:
        """Whether this holder has the lease; asks the register when a renewal, or another try, is due.

        Raises `Unavailable` while the register is away; whoever held it then no longer counts on it.
        """
        now = time.monotonic()
        if now < self._ask_after:
            return self._held
        self._held = False
        with self._register.transaction() as tx:
            taken = tx.leases.take(self.name, self.holder, self._seconds)
        self._held = taken
        renewal = self._seconds / RENEWALS_PER_TERM
        self._ask_after = now + (renewal if taken else min(renewal, _TRY_AGAIN_SECONDS))
        return taken

    def lost(self) -> None:
        """Somebody else was seen to hold it; stand by, and try again when a renewal would have been due."""
        self._held = False
        self._ask_after = time.monotonic() + self._seconds / RENEWALS_PER_TERM

    def release(self) -> None:
        """Give it back at a clean stop; where the register is away it lapses by itself."""
        was_held, self._held, self._ask_after = self._held, False, 0.0
        if not was_held:
            return
        try:
            with self._register.transaction() as tx:
                tx.leases.release(self.name, self.holder)
        except Unavailable:
            return
