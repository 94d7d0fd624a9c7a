"""A broker that goes away and comes back: what is said meanwhile, and that the same bus and reader go on."""

import os
import secrets
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from huiying.bus.bus import Reader
from huiying.bus.kafka import KafkaBus
from huiying.failures import Unavailable
from huiying.messages import PostCollected
from huiying.settings import KafkaSettings
from tests.builders import make_post
from tests.services.kafka import Kafka
from tests.services.running import servers_folder

pytestmark = [pytest.mark.servers, pytest.mark.slow]

POSTS = PostCollected.topic
GROUP = "assessing"


@pytest.fixture(scope="module")
def kafka() -> Iterator[Kafka]:
    """A broker for these tests alone; each of them leaves it running."""
    with servers_folder() as folder, Kafka(folder / "kafka") as server:
        yield server


@pytest.fixture
def bus(kafka: Kafka) -> Iterator[KafkaBus]:
    opened = KafkaBus(f"{kafka.url}/{secrets.token_hex(6)}", KafkaSettings(partitions=2))
    yield opened
    opened.close()


def publish(bus: KafkaBus, *ids: str) -> None:
    bus.publish([PostCollected(post=make_post(id)) for id in ids])


@contextmanager
def frozen(kafka: Kafka) -> Iterator[None]:
    """Its process sleeps: connections stand and new ones are taken, but nothing is answered."""
    os.kill(kafka.pid, signal.SIGSTOP)
    yield
    os.kill(kafka.pid, signal.SIGCONT)


def says_that_it_is_away(use: Callable[[], object]) -> None:
    """Within ten seconds, however often it has to be asked."""
    began = time.monotonic()
    said = ""
    while not said:
        try:
            use()
        except Unavailable as away:
            said = str(away)
        assert time.monotonic() - began < 10
    assert "HUIYING_BUS" in said


def goes_on(use: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            use()
        except Unavailable:
            assert time.monotonic() < deadline
        else:
            return


def read_until(reader: Reader, wanted: set[str]) -> set[str]:
    seen: set[str] = set()
    deadline = time.monotonic() + 30
    while not wanted <= seen:
        assert time.monotonic() < deadline, f"{wanted - seen} did not come"
        try:
            seen |= {envelope.key for envelope in reader.read(100, 0.5)}
        except Unavailable:
            reader.hold(0.2)
    return seen


def everything_else_is_read(reader: Reader, bus: KafkaBus) -> None:
    """What was said to be lost may have been taken, even more than once."""
    deadline = time.monotonic() + 30
    while bus.lag(GROUP, [POSTS])[POSTS]:
        assert time.monotonic() < deadline
        reader.read(100, 0.5)
        goes_on(reader.acknowledge)


@pytest.mark.parametrize("end", [Kafka.stop, Kafka.kill])
def test_bus_and_reader_outlive_a_broker_that_was_ended(
    kafka: Kafka, bus: KafkaBus, end: Callable[[Kafka], None]
) -> None:
    publish(bus, "done", "in-hand")
    reader = bus.reader(GROUP, [POSTS])
    read_until(reader, {"done", "in-hand"})
    end(kafka)
    says_that_it_is_away(lambda: publish(bus, "lost?"))
    says_that_it_is_away(lambda: bus.lag(GROUP, [POSTS]))
    says_that_it_is_away(lambda: bus.oldest_unread(GROUP, [POSTS]))
    says_that_it_is_away(lambda: bus.reader(GROUP, [POSTS]))
    says_that_it_is_away(reader.acknowledge)
    says_that_it_is_away(lambda: reader.read(100, 0.5))
    reader.hold(1)

    kafka.start()
    goes_on(lambda: publish(bus, "after"))
    goes_on(reader.acknowledge)
    read_until(reader, {"after"})
    everything_else_is_read(reader, bus)
    reader.close()


def test_a_broker_that_does_not_answer_is_away_until_it_does(kafka: Kafka, bus: KafkaBus) -> None:
    publish(bus, "first")
    reader = bus.reader(GROUP, [POSTS])
    read_until(reader, {"first"})
    with frozen(kafka):
        says_that_it_is_away(lambda: publish(bus, "lost?"))
        says_that_it_is_away(lambda: bus.lag(GROUP, [POSTS]))
        says_that_it_is_away(reader.acknowledge)
    goes_on(lambda: publish(bus, "after"))
    read_until(reader, {"after"})
    everything_else_is_read(reader, bus)
    reader.close()


def test_a_bus_that_was_opened_before_its_broker_works_once_that_is_there(kafka: Kafka, bus: KafkaBus) -> None:
    kafka.kill()
    says_that_it_is_away(lambda: publish(bus, "early"))
    kafka.start()
    goes_on(lambda: publish(bus, "early"))
    goes_on(lambda: bus.lag(GROUP, [POSTS]))
    assert bus.lag(GROUP, [POSTS])[POSTS] >= 1


def test_topics_that_were_taken_away_are_made_again(kafka: Kafka, bus: KafkaBus) -> None:
    publish(bus, "first")
    kafka.kill()
    says_that_it_is_away(lambda: publish(bus, "second"))
    shutil.rmtree(kafka.folder)
    kafka.start()
    goes_on(lambda: publish(bus, "third"))
    assert bus.lag(GROUP, [POSTS]) == {POSTS: 1}


def test_closing_while_the_broker_is_away_does_not_take_long(kafka: Kafka, bus: KafkaBus) -> None:
    publish(bus, "first")
    reader = bus.reader(GROUP, [POSTS])
    read_until(reader, {"first"})
    kafka.kill()
    began = time.monotonic()
    reader.close()
    bus.close()
    assert time.monotonic() - began < 5
    kafka.start()
