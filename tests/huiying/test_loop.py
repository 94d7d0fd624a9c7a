"""The loop: what happens to messages when all goes well, and when a store, a message or the program does not."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from huiying.bus.bus import Reader
from huiying.bus.sqlite import SqliteBus
from huiying.failures import Rejected, Unavailable
from huiying.loop import Loop, LoopSettings, TooManyBugs
from huiying.messages import ConcernChanged, Envelope, Message, PostCollected, enclose
from huiying.register.deadletters import DeadLetter
from huiying.register.leases import LeaseLost
from huiying.register.register import Register
from huiying.retrying import retry_dead_letters
from huiying.stage import Done, Outcome, Refused
from tests.builders import make_post
from tests.registers import empty_register

QUICK = LoopSettings(batch_size=50, wait_seconds=0.05, first_pause_seconds=0.01, longest_pause_seconds=0.05)


class Counting:
    """A stage that announces a change for each post, and does to each what the test asks."""

    name = "counting"
    reads = (PostCollected,)

    def __init__(self, treat: Callable[[str], Outcome | None] = lambda _: None) -> None:
        self.batches: list[list[str]] = []
        self._treat = treat

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        self.batches.append([message.key for message in batch])
        return [
            self._treat(message.key) or Done(publish=(ConcernChanged(concern=message.key, concern_version=1),))
            for message in batch
        ]

    @property
    def handled(self) -> list[str]:
        return [key for batch in self.batches for key in batch]


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = Register(empty_register(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[SqliteBus]:
    opened = SqliteBus(tmp_path / "bus.db")
    yield opened
    opened.close()


def publish(bus: SqliteBus, count: int, prefix: str = "post") -> list[str]:
    keys = [f"{prefix}-{number}" for number in range(count)]
    bus.publish([PostCollected(post=make_post(key)) for key in keys])
    return keys


def announced(bus: SqliteBus, group: str = "test") -> list[str]:
    reader = bus.reader(group, [ConcernChanged.topic])
    keys = [envelope.key for envelope in reader.read(10_000, 0)]
    reader.close()
    return keys


def dead(register: Register) -> Sequence[DeadLetter]:
    with register.reading() as tx:
        return tx.dead_letters.list()


def unread(bus: SqliteBus) -> int:
    return bus.lag("counting", [PostCollected.topic])[PostCollected.topic]


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_every_message_is_handled_published_and_acknowledged_once(bus: SqliteBus, register: Register) -> None:
    keys = publish(bus, 120)
    stage = Counting()
    loop = Loop(stage, bus, register, settings=QUICK)
    assert loop.drain() == 120
    assert stage.handled == keys
    assert announced(bus) == keys
    assert unread(bus) == 0
    assert (loop.counts.handled, loop.counts.published, loop.counts.dead) == (120, 120, 0)
    assert sum(loop.counts.batches.counts) == 3
    assert loop.counts.batches.together >= loop.counts.batches.last > 0
    assert loop.drain() == 0


def test_a_running_loop_handles_what_comes_and_stops_when_told(bus: SqliteBus, register: Register) -> None:
    stage = Counting()
    loop = Loop(stage, bus, register, settings=QUICK)
    running = threading.Thread(target=loop.run)
    running.start()
    publish(bus, 3)
    until(lambda: unread(bus) == 0)
    publish(bus, 3, "later")
    until(lambda: len(stage.handled) == 6)
    loop.stop()
    running.join(5)
    assert not running.is_alive()
    assert len(announced(bus)) == 6


def test_a_refused_message_goes_to_the_dead_letters_with_its_reason(bus: SqliteBus, register: Register) -> None:
    publish(bus, 3)
    loop = Loop(Counting(lambda key: Refused(reason="没有正文") if key == "post-1" else None), bus, register)
    loop.drain()
    (letter,) = dead(register)
    assert (letter.stage, letter.envelope.key, letter.reason, letter.traceback) == (
        "counting",
        "post-1",
        "没有正文",
        None,
    )
    assert announced(bus) == ["post-0", "post-2"]


def test_a_message_that_cannot_be_read_goes_to_the_dead_letters(bus: SqliteBus, register: Register) -> None:
    publish(bus, 1)
    bus.forward([Envelope(topic=PostCollected.topic, key="broken", payload=b'{"version": 1, "body": {"po')])
    publish(bus, 1, "after")
    stage = Counting()
    Loop(stage, bus, register).drain()
    assert stage.handled == ["post-0", "after-0"]
    (letter,) = dead(register)
    assert letter.envelope.payload == b'{"version": 1, "body": {"po'
    assert "cannot be read" in letter.reason


def rejecting(*bad: str) -> Callable[[str], Outcome | None]:
    def treat(key: str) -> None:
        if key in bad:
            raise Rejected(f"{key} will never work")

    return treat


def stumbling(*bad: str) -> Callable[[str], Outcome | None]:
    def treat(key: str) -> None:
        if key in bad:
            raise ZeroDivisionError(f"over {key}")

    return treat


def test_a_rejection_is_pinned_to_the_message_that_causes_it(bus: SqliteBus, register: Register) -> None:
    keys = publish(bus, 20)
    Loop(Counting(rejecting("post-7")), bus, register).drain()
    assert [letter.reason for letter in dead(register)] == ["post-7 will never work"]
    assert announced(bus) == [key for key in keys if key != "post-7"]


def test_a_bug_is_pinned_to_its_messages_by_halving_and_the_rest_goes_on(bus: SqliteBus, register: Register) -> None:
    keys = publish(bus, 100)
    stage = Counting(stumbling("post-3", "post-64"))
    with capture_logs() as logs:
        loop = Loop(stage, bus, register)
        loop.drain()
    letters = dead(register)
    assert {letter.envelope.key for letter in letters} == {"post-3", "post-64"}
    assert all("ZeroDivisionError" in letter.reason and "def treat" not in letter.reason for letter in letters)
    assert all(letter.traceback and "in treat" in letter.traceback for letter in letters)
    assert announced(bus) == [key for key in keys if key not in {"post-3", "post-64"}]
    assert len(stage.batches) < 40
    assert [entry["key"] for entry in logs if entry["log_level"] == "error"] == ["post-3", "post-64"]
    assert loop.counts.bugs == 2


def test_too_many_bugs_stop_the_loop_and_lose_nothing(bus: SqliteBus, register: Register) -> None:
    keys = publish(bus, 60)
    loop = Loop(Counting(stumbling(*keys)), bus, register)
    with pytest.raises(TooManyBugs, match="21 of the last 21"):
        loop.run()
    assert unread(bus) == 60
    assert Loop(Counting(), bus, register).drain() == 60


def test_a_stage_that_forgets_an_outcome_is_a_bug(bus: SqliteBus, register: Register) -> None:
    publish(bus, 1)

    class Forgetful(Counting):
        def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
            return super().__call__(batch)[1:]

    Loop(Forgetful(), bus, register).drain()
    (letter,) = dead(register)
    assert "0 outcomes for 1 messages" in letter.reason


def test_an_announcement_that_is_no_unicode_is_a_bug_of_its_message(bus: SqliteBus, register: Register) -> None:
    publish(bus, 3)
    broken = Done(publish=(ConcernChanged(concern="\ud800", concern_version=1),))
    Loop(Counting(lambda key: broken if key == "post-1" else None), bus, register).drain()
    assert [letter.envelope.key for letter in dead(register)] == ["post-1"]
    assert announced(bus) == ["post-0", "post-2"]


def test_while_a_store_is_away_the_batch_is_kept_and_tried_again(bus: SqliteBus, register: Register) -> None:
    keys = publish(bus, 5)
    absences = iter(range(4))

    def away(_: str) -> None:
        if next(absences, None) is not None:
            raise Unavailable("the archive is away")

    stage = Counting(away)
    loop = Loop(stage, bus, register, settings=QUICK)
    with capture_logs() as logs:
        loop.drain()
    assert stage.batches == [keys] * 5
    assert announced(bus) == keys
    assert not dead(register)
    told = [entry["event"] for entry in logs if entry["log_level"] in {"warning", "info"}]
    assert told == ["waiting; nothing is lost", "going on"]
    assert (loop.counts.retries, loop.counts.waits_for) == (4, None)


class AwayAtTimes:
    """A bus whose publishing, or whose reader's acknowledging, is away the first few times."""

    def __init__(self, bus: SqliteBus, *, publishing: int = 0) -> None:
        self._bus = bus
        self._publishing = publishing

    def publish(self, messages: Sequence[Message]) -> None:
        self.forward([enclose(message) for message in messages])

    def forward(self, envelopes: Sequence[Envelope]) -> None:
        if self._publishing:
            self._publishing -= 1
            raise Unavailable("the bus is away")
        self._bus.forward(envelopes)

    def reader(self, group: str, topics: Sequence[str]) -> Reader:
        return self._bus.reader(group, topics)

    def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, int]:
        return self._bus.lag(group, topics)

    def oldest_unread(self, group: str, topics: Sequence[str]) -> datetime | None:
        return self._bus.oldest_unread(group, topics)

    def complaints(self) -> Sequence[str]:
        return self._bus.complaints()

    def close(self) -> None:
        self._bus.close()


def test_publishing_again_does_not_handle_again(bus: SqliteBus, register: Register) -> None:
    keys = publish(bus, 5)
    stage = Counting()
    Loop(stage, AwayAtTimes(bus, publishing=3), register, settings=QUICK).drain()
    assert stage.batches == [keys]
    assert announced(bus) == keys


def test_a_loop_that_waits_stops_when_told_and_the_batch_comes_again(bus: SqliteBus, register: Register) -> None:
    publish(bus, 5)

    def away(_: str) -> None:
        raise Unavailable("the archive is away")

    loop = Loop(Counting(away), bus, register, settings=LoopSettings(first_pause_seconds=30))
    running = threading.Thread(target=loop.run)
    running.start()
    until(lambda: loop.counts.waits_for is not None)
    loop.stop()
    running.join(5)
    assert not running.is_alive()
    assert unread(bus) == 5
    assert Loop(Counting(), bus, register).drain() == 5


def test_a_message_from_the_future_makes_the_loop_wait_and_say_so(bus: SqliteBus, register: Register) -> None:
    bus.forward([Envelope(topic=PostCollected.topic, key="future", payload=b'{"version": 99, "body": {}}')])
    loop = Loop(Counting(), bus, register, settings=QUICK)
    running = threading.Thread(target=loop.run)
    with capture_logs() as logs:
        running.start()
        until(lambda: loop.counts.retries > 3)
        loop.stop()
        running.join(5)
    assert "version 99" in (loop.counts.waits_for or "")
    assert sum("version 99" in entry.get("reason", "") for entry in logs) == 1
    assert not dead(register)
    assert unread(bus) == 1


def test_who_lost_the_lease_drops_the_batch_and_stands_by(bus: SqliteBus, register: Register) -> None:
    keys = publish(bus, 3)
    refusals = iter(range(3))

    def without_lease(_: str) -> None:
        if next(refusals, None) is not None:
            raise LeaseLost("lease gatherer is held by another")

    stage = Counting(without_lease)
    with capture_logs() as logs:
        loop = Loop(stage, bus, register, settings=QUICK)
        assert loop.drain() == 3
    assert stage.batches == [keys] * 4
    assert announced(bus) == keys
    assert not dead(register)
    assert [entry["event"] for entry in logs].count("another process holds the lease; standing by") == 1
    assert not loop.counts.standing_by


def test_a_dead_letter_is_tried_again_once_the_program_is_mended(bus: SqliteBus, register: Register) -> None:
    publish(bus, 3)
    Loop(Counting(stumbling("post-1")), bus, register).drain()
    (letter,) = dead(register)
    assert retry_dead_letters(register, bus, [letter.id, 999]) == [999]
    assert not dead(register)
    mended = Counting()
    Loop(mended, bus, register).drain()
    assert mended.handled == ["post-1"]


def test_the_same_dead_letter_is_kept_once_until_it_is_tried_again(bus: SqliteBus, register: Register) -> None:
    publish(bus, 1)
    publish(bus, 1)
    Loop(Counting(stumbling("post-0")), bus, register).drain()
    (letter,) = dead(register)
    retry_dead_letters(register, bus, [letter.id])
    Loop(Counting(stumbling("post-0")), bus, register).drain()
    (again,) = dead(register)
    assert again.id != letter.id
    with register.reading() as tx:
        assert tx.dead_letters.waiting() == {"counting": 1}
        assert len(tx.dead_letters.list(waiting=False)) == 2
        assert tx.dead_letters.list("another stage") == []


def test_a_waiting_loop_has_a_pulse_and_a_stuck_one_has_none(bus: SqliteBus, register: Register) -> None:
    release, entered = threading.Event(), threading.Event()

    def hang(_: str) -> None:
        entered.set()
        release.wait(20)

    loop = Loop(Counting(hang), bus, register, settings=QUICK)
    running = threading.Thread(target=loop.run)
    running.start()
    try:
        before = loop.pulse.last
        until(lambda: loop.pulse.last > before)
        publish(bus, 1)
        assert entered.wait(10)
        stuck = loop.pulse.last
        until(lambda: loop.pulse.silent_seconds() > 5 * QUICK.wait_seconds)
        assert loop.pulse.last == stuck
    finally:
        release.set()
        loop.stop()
        running.join(timeout=10)
    assert loop.pulse.last > stuck


class Single(Counting):
    """A stage of which there is one; whether it is this one, the test says."""

    here = False

    def works_here(self) -> bool:
        return self.here


def test_who_stands_by_leaves_everything_to_the_one_that_works(bus: SqliteBus, register: Register) -> None:
    keys = publish(bus, 3)
    stage = Single()
    loop = Loop(stage, bus, register, settings=QUICK)
    running = threading.Thread(target=loop.run)
    running.start()
    try:
        until(lambda: loop.counts.standing_by)
        working = bus.reader("counting", [PostCollected.topic])
        assert [envelope.key for envelope in working.read(10, 0)] == keys
        working.close()
        assert stage.batches == []
        stage.here = True
        until(lambda: loop.counts.handled == 3)
        assert not loop.counts.standing_by
    finally:
        loop.stop()
        running.join(timeout=10)
    assert stage.handled == keys
