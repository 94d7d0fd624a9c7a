"""Sending: what is due goes out by its channel. One sender in the whole office, kept single by a lease.

Claiming is one transaction, posting follows outside of any, writing down what came of it is another. A crash in
between leaves an attempt without an end; the claim lapses and the notice is sent again (docs/decisions/0023). Every
channel has a thread of its own, so that one that hangs holds up nobody else's.
"""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol
from urllib.parse import quote

import structlog

from huiying.clock import Clock
from huiying.failures import Unavailable
from huiying.leasing import Lease
from huiying.notice import GROUP
from huiying.policy.channels import Channel
from huiying.pulse import Pulse
from huiying.register.leases import LeaseLost
from huiying.register.register import Register
from responders.notices.claiming import CLAIM_SECONDS, Parcel, Receipt, claim, settle
from responders.notifying import NoticeRules
from responders.rereading import reread_when_stale

LEASE = "notices"

IDLE_SECONDS = 0.5
_AWAY_SECONDS = 2.0
_REST_SECONDS = 60.0
_SETTLING_TRIES = 5
_SETTLING_SECONDS = 1.0

ADDRESS = "{address}"
"""Stands in a channel's URL for the address of who is told."""

_log = structlog.get_logger(__name__)


class Messenger(Protocol):
    """Carries messages to one channel."""

    def carry(self, url: str, title: str, body: str) -> Receipt:
        """Send one and say whether it was taken, in good time."""
        ...


class Sender:
    """Sends until it is told to stop (`run`), or what is due now (`send_due`)."""

    def __init__(  # noqa: PLR0913 - what it takes to reach people
        self,
        register: Register,
        rules: NoticeRules,
        lease: Lease,
        clock: Clock,
        *,
        console: str,
        url_of: Callable[[Channel], str | None],
        messenger: Callable[[], Messenger],
    ) -> None:
        """`console` is the address that links lead to; `url_of` knows the secret address of a channel."""
        self.pulse = Pulse()
        self._register = register
        self._rules = rules
        self._lease = lease
        self._clock = clock
        self._console = console
        self._url_of = url_of
        self._messengers = {channel.name: messenger() for channel in rules.channels.enabled}
        self._at_work: dict[str, Future[None]] = {}

    def run(self, stop: threading.Event) -> None:
        """Send what falls due until told to stop; what is in hand is finished first."""
        channels = self._rules.channels.enabled
        with ThreadPoolExecutor(max(len(channels), 1), thread_name_prefix="notices") as threads:
            while not stop.wait(IDLE_SECONDS):
                self.pulse.beat()
                try:
                    if channels and self._lease.held():
                        self._set_to_work(threads, channels, stop)
                except LeaseLost:
                    self._lease.lost()
                except Unavailable as away:
                    _log.warning("notices wait; none is lost", reason=str(away))
                    stop.wait(_AWAY_SECONDS)
        self._lease.release()

    def send_due(self) -> int:
        """Send what is due now; how many messages, and 0 as a stand-by. For those who run the office step by step."""
        if not self._lease.held():
            return 0
        sent = sum(self._serve(channel, threading.Event()) for channel in self._rules.channels.enabled)
        self._lease.release()
        return sent

    def _set_to_work(self, threads: ThreadPoolExecutor, channels: Sequence[Channel], stop: threading.Event) -> None:
        for channel in channels:
            before = self._at_work.get(channel.name)
            if before is None or before.done():
                self._at_work[channel.name] = threads.submit(self._serve_or_rest, channel, stop)
                if before is not None:
                    before.result()

    def _serve_or_rest(self, channel: Channel, stop: threading.Event) -> None:
        try:
            self._serve(channel, stop)
        except (Unavailable, LeaseLost):
            raise
        except Exception:  # noqa: BLE001 - a bug met by a notice must not end the alerts that this process raises
            _log.exception("a channel met a bug and rests", channel=channel.name, seconds=_REST_SECONDS)
            stop.wait(_REST_SECONDS)

    def _serve(self, channel: Channel, stop: threading.Event) -> int:
        sent = 0
        while not stop.is_set() and self._send_one(channel):
            sent += 1
        return sent

    def _send_one(self, channel: Channel) -> bool:
        """Send the next message of a channel; False where none is due."""
        began = time.monotonic()
        parcel = reread_when_stale(lambda: self._claim(channel))
        if parcel is None:
            return False
        if time.monotonic() - began > CLAIM_SECONDS / 2:
            # Held up for so long that another process may soon take the claim for dead: it is left to lapse.
            return True
        receipt = self._post(parcel)
        self._settle(parcel, receipt)
        _note(parcel, receipt)
        return True

    def _claim(self, channel: Channel) -> Parcel | None:
        tries = len(self._rules.channels.retry_seconds) + 1
        with self._register.transaction() as tx:
            tx.leases.must_hold(LEASE, self._lease.holder)
            return claim(tx, channel, tries, self._console, self._clock.now())

    def _post(self, parcel: Parcel) -> Receipt:
        channel = parcel.channel
        url = self._url_of(channel)
        if url is None:
            return Receipt(arrived=False, words=f"没有设渠道地址（{channel.url_from}），或读不到")
        if parcel.person != GROUP:
            member = self._rules.roster.member(parcel.person)
            address = member.addresses.get(channel.name, "") if member else ""
            if not address:
                return Receipt(arrived=False, words="值班表里没有收件人在这个渠道的地址")
            url = url.replace(ADDRESS, quote(address, safe=""))
        return self._messengers[channel.name].carry(url, parcel.subject, parcel.text)

    def _settle(self, parcel: Parcel, receipt: Receipt) -> None:
        """Write down what came of it, patiently: what is not written is sent again."""
        for _ in range(_SETTLING_TRIES - 1):
            try:
                return reread_when_stale(lambda: self._write_down(parcel, receipt))
            except Unavailable as away:
                _log.warning("a receipt waits for the register", channel=parcel.channel.name, reason=str(away))
                time.sleep(_SETTLING_SECONDS)
        return reread_when_stale(lambda: self._write_down(parcel, receipt))

    def _write_down(self, parcel: Parcel, receipt: Receipt) -> None:
        with self._register.transaction() as tx:
            settle(tx, parcel, receipt, self._rules.channels.retry_seconds, self._clock.now())


def _note(parcel: Parcel, receipt: Receipt) -> None:
    what = {"channel": parcel.channel.name, "person": parcel.person, "notices": len(parcel.notices)}
    if receipt.arrived:
        _log.info("notices sent", **what)
    else:
        _log.warning("notices not sent", **what, reason=receipt.words)
