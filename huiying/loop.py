"""The only loop: read → handle → save → publish → acknowledge. Every stage of the pipeline runs in one of these.

What may go wrong, and what then happens:

* a store is away (`Unavailable`): the batch is kept and tried again, ever less often, and what was handled already is
  not handled again;
* a message that can never work (`Refused`, `Rejected`, unreadable): to the dead letters, with the reason;
* a bug (anything else raised): the batch is halved until the offender stands alone; it goes to the dead letters with
  its traceback and the rest goes on. Too many of them in a row of messages stop the loop (`TooManyBugs`);
* a message from a newer version of the program: nothing can be said of it, so the loop waits and says so;
* another process is at work at a stage of which there is one (`SingleStage`), or the lease was lost in the middle of
  a batch (`LeaseLost`): what is in hand is dropped and this one stands by, outside the group.
"""

import threading
import time
import traceback
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from huiying.bus.bus import Bus, Reader
from huiying.failures import HuiyingError, Rejected, Unavailable
from huiying.messages import Envelope, Message, NewerVersion, enclose, open_envelope
from huiying.pulse import Pulse
from huiying.register.leases import LeaseLost
from huiying.register.register import Register
from huiying.stage import Done, Outcome, Refused, SingleStage, Stage

__all__ = [
    "BATCH_SECONDS",
    "BatchTimes",
    "Done",
    "Loop",
    "LoopCounts",
    "LoopSettings",
    "Outcome",
    "Refused",
    "Stage",
    "TooManyBugs",
]

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


class TooManyBugs(HuiyingError):
    """So many messages meet a bug that it is the program that is broken and not a message."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LoopSettings:
    """How much at once, and how patient."""

    batch_size: int = 1000
    wait_seconds: float = 0.5
    first_pause_seconds: float = 0.1
    longest_pause_seconds: float = 5.0
    bugs_allowed: int = 20
    bugs_counted_over: int = 500


BATCH_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""The steps by which batch times are counted."""


@dataclass(slots=True)
class BatchTimes:
    """How long batches took: how many up to each of `BATCH_SECONDS` and beyond, the last one, and all together."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BATCH_SECONDS) + 1))
    last: float = 0.0
    together: float = 0.0

    def add(self, seconds: float) -> None:
        """One more batch took so long."""
        self.counts[bisect_left(BATCH_SECONDS, seconds)] += 1
        self.last = seconds
        self.together += seconds


@dataclass(slots=True)
class LoopCounts:
    """What this loop has done since it started; read by `/metrics` and `huiying status`."""

    handled: int = 0
    published: int = 0
    dead: int = 0
    bugs: int = 0
    retries: int = 0
    batches: BatchTimes = field(default_factory=BatchTimes)
    standing_by: bool = False
    waits_for: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Handled:
    """The message was handled; this is still to be published."""

    publish: tuple[Envelope, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Dead:
    """The message can never be handled."""

    reason: str
    traceback: str | None = None


_Fate = _Handled | _Dead


class _Stopped(Exception):
    """Asked to stop while a batch is in hand; it comes again, since it is not acknowledged."""


class Loop:
    """Runs one stage until it is told to stop (`run`), or until nothing is unread (`drain`)."""

    def __init__(
        self,
        stage: Stage,
        bus: Bus,
        register: Register,
        *,
        settings: LoopSettings | None = None,
    ) -> None:
        self.counts = LoopCounts()
        self.pulse = Pulse()
        self.name = stage.name
        self._stage = stage
        self._single = stage if isinstance(stage, SingleStage) else None
        self._bus = bus
        self._register = register
        self._settings = settings or LoopSettings()
        self._topics = [kind.topic for kind in stage.reads]
        self._stopping = threading.Event()
        self._reader: Reader | None = None
        self._buggy: deque[bool] = deque(maxlen=self._settings.bugs_counted_over)
        self._log = _log.bind(stage=stage.name)

    def stop(self) -> None:
        """Finish the batch in hand, then return from `run` or `drain`. May be called from a signal handler."""
        self._stopping.set()

    def run(self) -> None:
        """Handle messages until `stop`. Raises `TooManyBugs` where going on would only fill the dead letters."""
        try:
            while not self._stopping.is_set():
                self._step(self._settings.wait_seconds)
        except _Stopped:
            pass
        finally:
            self._close_reader()

    def drain(self) -> int:
        """Handle messages until nothing is unread; how many were handled."""
        before = self.counts.handled
        try:
            while not self._stopping.is_set():
                if not self._step(0) and not self._unread():
                    break
        except _Stopped:
            pass
        finally:
            self._close_reader()
        return self.counts.handled - before

    def _unread(self) -> int:
        unread = sum(self._patiently(lambda: self._bus.lag(self._stage.name, self._topics)).values())
        if unread:
            self._pause(self._settings.first_pause_seconds)
        return unread

    def _step(self, wait_seconds: float) -> int:
        """One batch; how many messages it had."""
        if self._single is not None:
            if not self._patiently(self._single.works_here):
                self._stand_by()
                return 0
            self.counts.standing_by = False
        batch = self._patiently(lambda: self._read(wait_seconds))
        if not batch:
            return 0
        began = time.perf_counter()
        try:
            fates = self._fates(batch)
        except LeaseLost:
            self._stand_by()
            return 0
        self.counts.standing_by = False
        self._finish(batch, fates)
        took = time.perf_counter() - began
        self.counts.batches.add(took)
        self.counts.handled += len(batch)
        self._log.debug("handled a batch", messages=len(batch), seconds=round(took, 3))
        return len(batch)

    def _read(self, wait_seconds: float) -> Sequence[Envelope]:
        if self._reader is None:
            self._reader = self._bus.reader(self._stage.name, self._topics)
        return self._reader.read(self._settings.batch_size, wait_seconds)

    def _fates(self, batch: Sequence[Envelope]) -> list[_Fate]:
        """One per message, in order; those that cannot be read are dead without being handled."""
        opened = [self._open(envelope) for envelope in batch]
        messages = [each for each in opened if not isinstance(each, _Dead)]
        handled = iter(self._handle(messages) if messages else [])
        return [each if isinstance(each, _Dead) else next(handled) for each in opened]

    def _open(self, envelope: Envelope) -> Message | _Dead:
        def opened() -> Message | _Dead:
            try:
                return open_envelope(envelope)
            except Rejected as error:
                return _Dead(reason=str(error))

        return self._patiently(opened)

    def _handle(self, messages: Sequence[Message]) -> list[_Fate]:
        try:
            fates = self._ask_stage(messages)
        except (LeaseLost, _Stopped):
            raise
        except Rejected as error:
            return self._halved(messages) if len(messages) > 1 else [_Dead(reason=str(error))]
        except Exception as error:  # noqa: BLE001 (whatever a stage raises must not stop the others' messages)
            return self._halved(messages) if len(messages) > 1 else [self._bug(messages[0], error)]
        self._buggy.extend([False] * len(messages))
        return fates

    def _ask_stage(self, messages: Sequence[Message]) -> list[_Fate]:
        """Outcomes become bytes here already, so that one that cannot is laid at the door of its message."""
        outcomes = self._patiently(lambda: self._stage(messages))
        if len(outcomes) != len(messages):
            raise RuntimeError(f"{self._stage.name} gave {len(outcomes)} outcomes for {len(messages)} messages")
        return [
            _Dead(reason=outcome.reason)
            if isinstance(outcome, Refused)
            else _Handled(publish=tuple(enclose(message) for message in outcome.publish))
            for outcome in outcomes
        ]

    def _halved(self, messages: Sequence[Message]) -> list[_Fate]:
        middle = len(messages) // 2
        return self._handle(messages[:middle]) + self._handle(messages[middle:])

    def _bug(self, message: Message, error: Exception) -> _Dead:
        trace = "".join(traceback.format_exception(error))
        self._log.error("a message met a bug", topic=message.topic, key=message.key, traceback=trace)
        self.counts.bugs += 1
        self._buggy.append(True)
        if sum(self._buggy) > self._settings.bugs_allowed:
            self._log.error("too many messages meet a bug; stopping", last=len(self._buggy), bugs=sum(self._buggy))
            raise TooManyBugs(
                f"{sum(self._buggy)} of the last {len(self._buggy)} messages of stage {self._stage.name} met a bug; "
                f"the last: {type(error).__name__}: {error}. Nothing is lost: mend the program and start it again"
            ) from error
        return _Dead(reason=f"{type(error).__name__}: {error}", traceback=trace)

    def _finish(self, batch: Sequence[Envelope], fates: Sequence[_Fate]) -> None:
        """Publish, put the dead aside, acknowledge: each on its own until it succeeds."""
        publish = [envelope for fate in fates if isinstance(fate, _Handled) for envelope in fate.publish]
        if publish:
            self._patiently(lambda: self._bus.forward(publish))
            self.counts.published += len(publish)
        dead = [(envelope, fate) for envelope, fate in zip(batch, fates, strict=True) if isinstance(fate, _Dead)]
        if dead:
            self._patiently(lambda: self._bury(dead))
        self._patiently(self._acknowledge)

    def _bury(self, dead: Sequence[tuple[Envelope, _Dead]]) -> None:
        with self._register.transaction() as tx:
            for envelope, death in dead:
                tx.dead_letters.add(self._stage.name, envelope, death.reason, death.traceback)
        for envelope, death in dead:
            self._log.warning("put a message aside", topic=envelope.topic, key=envelope.key, reason=death.reason)
        self.counts.dead += len(dead)

    def _acknowledge(self) -> None:
        if self._reader is not None:
            self._reader.acknowledge()

    def _stand_by(self) -> None:
        if not self.counts.standing_by:
            self._log.info("another process holds the lease; standing by")
        self.counts.standing_by = True
        self._close_reader()
        self._pause(self._settings.longest_pause_seconds / 5)

    def _patiently(self, move: Callable[[], _T]) -> _T:
        """Do it; where something is away, keep the batch in hand and try again, ever less often."""
        pause = self._settings.first_pause_seconds
        while True:
            self.pulse.beat()
            try:
                result = move()
            except (Unavailable, NewerVersion) as error:
                self._note_absence(error)
                self._pause(pause)
                pause = min(pause * 2, self._settings.longest_pause_seconds)
            else:
                self._note_return()
                return result

    def _note_absence(self, error: HuiyingError) -> None:
        self.counts.retries += 1
        if self.counts.waits_for is None:
            self._log.warning("waiting; nothing is lost", reason=str(error))
        self.counts.waits_for = str(error)

    def _note_return(self) -> None:
        if self.counts.waits_for is not None:
            self._log.info("going on", retries=self.counts.retries)
            self.counts.waits_for = None

    def _pause(self, seconds: float) -> None:
        """Wait, waking often enough to stop quickly, and keeping the place in the group."""
        while seconds > 0:
            if self._stopping.is_set():
                raise _Stopped
            self.pulse.beat()
            nap = min(seconds, 0.1)
            if self._reader is None or not self._held(self._reader, nap):
                self._stopping.wait(nap)
            seconds -= nap

    def _held(self, reader: Reader, seconds: float) -> bool:
        try:
            reader.hold(seconds)
        except Unavailable:
            return False
        return True

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
