"""The relay: every change of the register reaches the bus under one increasing number."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying.bus.sqlite import SqliteBus
from huiying.clock import SetClock
from huiying.failures import Unavailable
from huiying.messages import ConcernChanged, Envelope
from huiying.register.register import Register
from huiying.relay import Relay
from tests.leasing import age_leases

TOPIC = ConcernChanged.topic


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2014, 5, 30, 4, tzinfo=UTC))


@pytest.fixture
def register(register_url: str, clock: SetClock) -> Iterator[Register]:
    opened = Register(register_url, clock)
    yield opened
    opened.close()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[SqliteBus]:
    opened = SqliteBus(tmp_path / "bus.db")
    yield opened
    opened.close()


def tell(register: Register, *concerns: str) -> None:
    with register.transaction() as tx:
        tx.outbox.add([ConcernChanged(concern=each, concern_version=1) for each in concerns])


def on_the_bus(bus: SqliteBus) -> list[tuple[int | None, str]]:
    reader = bus.reader("test", [TOPIC])
    envelopes: Sequence[Envelope] = reader.read(10_000, 0)
    reader.close()
    return [(envelope.change_number, envelope.key) for envelope in envelopes]


def test_changes_reach_the_bus_in_order_numbered_from_one(register: Register, bus: SqliteBus) -> None:
    tell(register, "a", "b")
    tell(register, "c")
    relay = Relay(register, bus, holder="one")
    assert relay.drain() == 3
    assert on_the_bus(bus) == [(1, "a"), (2, "b"), (3, "c")]
    assert relay.drain() == 0
    tell(register, "d")
    assert relay.drain() == 1
    assert on_the_bus(bus)[-1] == (4, "d")


def test_what_is_rolled_back_is_never_told(register: Register, bus: SqliteBus) -> None:
    def change_and_fail() -> None:
        with register.transaction() as tx:
            tx.outbox.add([ConcernChanged(concern="a", concern_version=1)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    assert Relay(register, bus, holder="one").drain() == 0


class DiesAfterTaking(SqliteBus):
    """A bus that takes the messages, and whose publisher then dies before it can note that."""

    def forward(self, envelopes: Sequence[Envelope]) -> None:
        super().forward(envelopes)
        raise KeyboardInterrupt


def test_a_crash_between_publishing_and_marking_publishes_again_under_the_same_number(
    register: Register, bus: SqliteBus, tmp_path: Path
) -> None:
    tell(register, "a", "b")
    dying = DiesAfterTaking(tmp_path / "bus.db")
    with pytest.raises(KeyboardInterrupt):
        Relay(register, dying, holder="one").drain()
    dying.close()
    tell(register, "c")
    age_leases(register, 60)
    Relay(register, bus, holder="two").drain()
    assert on_the_bus(bus) == [(1, "a"), (2, "b"), (1, "a"), (2, "b"), (3, "c")]


def test_only_the_holder_of_the_lease_relays(register: Register, bus: SqliteBus) -> None:
    with register.transaction() as tx:
        assert tx.leases.take("relay", "one", 10)
    tell(register, "a")
    assert Relay(register, bus, holder="two").drain() == 0
    assert on_the_bus(bus) == []
    age_leases(register, 11)
    assert Relay(register, bus, holder="two").drain() == 1


def test_who_lost_the_lease_unawares_publishes_nothing(register: Register, bus: SqliteBus) -> None:
    relay = Relay(register, bus, holder="one")
    tell(register, "a")
    with register.transaction() as tx:
        assert tx.leases.take("relay", "two", 10)
    assert relay.step() == 0
    assert on_the_bus(bus) == []
    with register.reading() as tx:
        assert tx.outbox.newest() == 0


class AwayOnce(SqliteBus):
    """A bus that is away the first time it is asked to take something."""

    absent = True

    def forward(self, envelopes: Sequence[Envelope]) -> None:
        if self.absent:
            self.absent = False
            raise Unavailable("the bus is away")
        super().forward(envelopes)


def test_a_running_relay_tells_a_change_within_a_moment_and_survives_an_absence(
    register: Register, bus: SqliteBus, tmp_path: Path
) -> None:
    flaky = AwayOnce(tmp_path / "bus.db")
    relay = Relay(register, flaky, holder="one")
    running = threading.Thread(target=relay.run)
    running.start()
    reader = bus.reader("test", [TOPIC])
    tell(register, "a")
    assert [each.change_number for each in reader.read(10, 5)] == [1]
    began = time.monotonic()
    tell(register, "b")
    assert [each.change_number for each in reader.read(10, 5)] == [2]
    assert time.monotonic() - began < 1
    relay.stop()
    running.join(5)
    assert not running.is_alive()
    with register.transaction() as tx:
        assert tx.leases.take("relay", "another", 1), "a clean stop gives the lease back"
    reader.close()
    flaky.close()


def test_any_reader_of_the_stream_goes_on_where_it_was(register: Register, bus: SqliteBus) -> None:
    tell(register, *"abcde")
    with register.reading() as tx:
        assert tx.outbox.tail(0, 10) == []
        assert (tx.outbox.newest(), tx.outbox.oldest()) == (0, None)
    Relay(register, bus, holder="one").drain()
    with register.reading() as tx:
        assert [(change.number, change.envelope.key) for change in tx.outbox.tail(2, 2)] == [(3, "c"), (4, "d")]
        assert (tx.outbox.newest(), tx.outbox.oldest()) == (5, 1)


def test_forgetting_old_changes_never_gives_a_number_twice(
    register: Register, bus: SqliteBus, clock: SetClock
) -> None:
    tell(register, "a", "b")
    Relay(register, bus, holder="one").drain()
    tell(register, "unsent")
    clock.set(clock.now() + timedelta(days=3))
    with register.transaction() as tx:
        assert tx.outbox.prune(clock.now()) == 2
    Relay(register, bus, holder="one").drain()
    assert on_the_bus(bus)[-1] == (3, "unsent")


def test_a_row_that_appears_late_with_a_lower_id_is_told_too(register: Register, bus: SqliteBus) -> None:
    tell(register, "first", "second")
    with register.transaction() as tx:
        tx.leases.take("relay", "one", 10)
        numbers = [change.number for change in tx.outbox.number(10)]
        tx.outbox.mark_sent(numbers[1:])
    Relay(register, bus, holder="one").drain()
    assert on_the_bus(bus) == [(1, "first")]


def test_what_is_not_published_yet_is_counted_with_its_age(
    register: Register, bus: SqliteBus, clock: SetClock
) -> None:
    def unsent() -> tuple[int, datetime | None]:
        with register.reading() as tx:
            return tx.outbox.unsent()

    assert unsent() == (0, None)
    first = clock.now()
    tell(register, "a")
    clock.set(first + timedelta(seconds=30))
    tell(register, "b")
    assert unsent() == (2, first)
    Relay(register, bus, holder="one").drain()
    assert unsent() == (0, None)


def test_two_relays_at_once_give_every_change_one_number(register_url: str, bus: SqliteBus) -> None:
    """Their lease lapses at once, so that they take it from each other in the middle of work."""
    register = Register(register_url)
    over = threading.Event()

    def relay_again_and_again(holder: str) -> None:
        relay = Relay(register, bus, holder=holder, lease_seconds=0)
        while not over.is_set():
            relay.drain()

    with ThreadPoolExecutor(2) as threads:
        running = [threads.submit(relay_again_and_again, holder) for holder in ("one", "two")]
        for number in range(60):
            tell(register, f"{number}-a", f"{number}-b")
        deadline = time.monotonic() + 30
        while _unsent(register) and time.monotonic() < deadline:
            time.sleep(0.02)
        over.set()
        for each in running:
            each.result(30)
    told = on_the_bus(bus)
    assert sorted({number for number, _ in told if number}) == list(range(1, 121))
    assert len(set(told)) == 120, "told again perhaps, but under the same number"
    assert len({key for _, key in told}) == 120
    register.close()


def _unsent(register: Register) -> int:
    with register.reading() as tx:
        return tx.outbox.unsent()[0]
