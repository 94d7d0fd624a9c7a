"""Members of a group on Kafka: how they share, what a batch in hand is worth when partitions move, who is dropped."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, Protocol

import pytest
from kafka import KafkaAdminClient, KafkaProducer

from huiying.bus.bus import Reader
from huiying.bus.kafka import KafkaBus
from huiying.bus.kafka_reading import SESSION_SECONDS
from huiying.messages import PostCollected
from huiying.settings import KafkaSettings
from tests.builders import make_post

pytestmark = pytest.mark.servers

POSTS = PostCollected.topic
GROUP = "assessing"


def publish(bus: KafkaBus, *ids: str) -> None:
    bus.publish([PostCollected(post=make_post(id)) for id in ids])


def numbered(name: str, count: int) -> list[str]:
    return [f"{name}-{number}" for number in range(count)]


def in_time(holds: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "did not come true in time"


def read_all(reader: Reader, count: int) -> list[str]:
    """The keys of at least so many messages."""
    keys: list[str] = []

    def read() -> bool:
        keys.extend(envelope.key for envelope in reader.read(500, 0.3))
        return len(keys) >= count

    in_time(read)
    return keys


class Member:
    """Reads in a thread of its own until it is told to stop; what it handles it tells before it acknowledges."""

    def __init__(self, bus: KafkaBus, finish: Callable[[Reader], None]) -> None:
        self.handled: Counter[str] = Counter()
        self._finish = finish
        self._bus = bus
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def leave(self) -> None:
        """Stop, with a batch in hand if there is one."""
        self._stopping.set()
        self._thread.join()

    def _work(self) -> None:
        reader = self._bus.reader(GROUP, [POSTS])
        while not self._stopping.is_set():
            batch = reader.read(100, 0.2)
            self.handled.update(envelope.key for envelope in batch)
            if not self._stopping.is_set():
                self._finish(reader)
        reader.close()


def acknowledge(reader: Reader) -> None:
    reader.acknowledge()


def keep(_: Reader) -> None:
    """Acknowledge nothing."""


class Join(Protocol):
    """Lets one more member join."""

    def __call__(self, finish: Callable[[Reader], None] = acknowledge) -> Member: ...


@pytest.fixture
def join(kafka_bus: KafkaBus) -> Iterator[Join]:
    """All have left when the test is over."""
    members: list[Member] = []

    def one_more(finish: Callable[[Reader], None] = acknowledge) -> Member:
        members.append(Member(kafka_bus, finish))
        return members[-1]

    yield one_more
    for member in members:
        member.leave()


@contextmanager
def load(bus: KafkaBus) -> Iterator[list[str]]:
    """Publishes all the while, some 500 a second; what was published."""
    published: list[str] = []
    stopping = threading.Event()

    def work() -> None:
        number = 0
        while not stopping.wait(0.04):
            ids = numbered(f"batch-{number}", 20)
            publish(bus, *ids)
            published.extend(ids)
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    yield published
    stopping.set()
    thread.join()


def everything_is_acknowledged(bus: KafkaBus) -> bool:
    return bus.lag(GROUP, [POSTS]) == {POSTS: 0}


@pytest.mark.slow
def test_members_join_and_leave_under_load_and_every_message_is_handled_and_acknowledged(
    kafka_bus: KafkaBus, join: Join
) -> None:
    members = [join()]
    with load(kafka_bus) as published:
        for _ in range(2):
            members.append(join())
            in_time(lambda: members[-1].handled.total() > 200)
            members[-1].leave()
    in_time(lambda: everything_is_acknowledged(kafka_bus))
    handled = sum((member.handled for member in members), Counter[str]())
    assert set(handled) == set(published)


def test_what_is_in_hand_when_its_partition_is_given_up_is_the_other_members(kafka_bus: KafkaBus, join: Join) -> None:
    publish(kafka_bus, *numbered("post", 40))
    reader = kafka_bus.reader(GROUP, [POSTS])
    read_all(reader, 40)
    other = join(finish=keep)

    def the_other_has_some() -> bool:
        reader.hold(0.1)
        return bool(other.handled)

    in_time(the_other_has_some)
    reader.acknowledge()
    assert 0 < len(other.handled) < 40, "one of two partitions has moved"
    in_time(lambda: kafka_bus.lag(GROUP, [POSTS]) == {POSTS: len(other.handled)})
    reader.close()


def test_a_batch_that_is_finished_is_committed_though_the_group_is_about_to_move(
    kafka_bus: KafkaBus, join: Join
) -> None:
    publish(kafka_bus, *numbered("post", 40))
    reader = kafka_bus.reader(GROUP, [POSTS])
    read_all(reader, 40)
    other = join()
    time.sleep(2)
    reader.acknowledge()
    assert everything_is_acknowledged(kafka_bus)
    publish(kafka_bus, *numbered("late", 40))

    def shared() -> bool:
        reader.read(100, 0.2)
        reader.acknowledge()
        return bool(other.handled) and everything_is_acknowledged(kafka_bus)

    in_time(shared)
    assert not any(key.startswith("post") for key in other.handled), "nothing comes again"
    reader.close()


def test_what_a_reader_leaves_without_acknowledging_is_read_by_the_rest(kafka_bus: KafkaBus, join: Join) -> None:
    publish(kafka_bus, *numbered("post", 10))
    leaving = kafka_bus.reader(GROUP, [POSTS])
    read_all(leaving, 10)
    stays = join()
    leaving.close()
    in_time(lambda: len(stays.handled) == 10, SESSION_SECONDS - 1)


def read_and_be_paused(pipe: Connection, address: str) -> None:
    """Reads ten messages and stops dead; awake again, acknowledges them, and tells what it reads from then on."""
    reader = KafkaBus(address, KafkaSettings(partitions=2)).reader(GROUP, [POSTS])
    pipe.send(read_all(reader, 10))
    os.kill(os.getpid(), signal.SIGSTOP)
    reader.acknowledge()
    pipe.send("acknowledged")
    while True:
        if batch := reader.read(100, 0.5):
            reader.acknowledge()
            pipe.send([envelope.key for envelope in batch])


@pytest.fixture
def paused(kafka_address: str) -> Iterator[tuple[Any, Connection]]:
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=read_and_be_paused, args=(theirs, kafka_address), daemon=True)
    process.start()
    yield process, ours
    process.kill()
    process.join()


@pytest.mark.slow
def test_a_member_that_was_taken_for_dead_commits_nothing_and_joins_again(
    paused: tuple[Any, Connection], kafka_bus: KafkaBus
) -> None:
    process, pipe = paused

    def told() -> Any:
        assert pipe.poll(30), "the other process says nothing"
        return pipe.recv()

    publish(kafka_bus, *numbered("early", 10))
    assert len(told()) == 10
    heir = kafka_bus.reader(GROUP, [POSTS])
    began = time.monotonic()
    assert len(set(read_all(heir, 10))) == 10
    assert time.monotonic() - began < 15
    heir.acknowledge()
    publish(kafka_bus, *numbered("later", 10))
    read_all(heir, 10)
    heir.acknowledge()
    os.kill(process.pid, signal.SIGCONT)
    assert told() == "acknowledged"
    assert kafka_bus.lag(GROUP, [POSTS]) == {POSTS: 0}

    mine: list[str] = []

    def shared() -> bool:
        publish(kafka_bus, *numbered("new", 10))
        mine.extend(envelope.key for envelope in heir.read(100, 0.3))
        heir.acknowledge()
        return pipe.poll()

    in_time(shared)
    assert all(key.startswith("new") for key in [*mine, *told()])
    heir.close()


@pytest.mark.slow
def test_partitions_that_are_added_later_are_read_by_a_member_that_never_waits(
    kafka_address: str, kafka_bus: KafkaBus
) -> None:
    """It learns of them within half a minute, and does not get lost over it though each of its polls ends at once."""
    servers, _, prefix = kafka_address.removeprefix("kafka://").partition("/")
    topic = f"{prefix}.{POSTS}"
    reader = kafka_bus.reader(GROUP, [POSTS])
    publish(kafka_bus, "first")
    assert read_all(reader, 1) == ["first"]
    admin = KafkaAdminClient(bootstrap_servers=servers)
    admin.create_partitions({topic: 4})
    producer = KafkaProducer(bootstrap_servers=servers)
    for partition in range(4):
        producer.send(topic, b"{}", b"key", partition=partition).get(10)
    producer.close()
    seen: list[str] = []

    def all_are_read() -> bool:
        seen.extend(envelope.key for envelope in reader.read(100, 0))
        reader.acknowledge()
        time.sleep(0.05)
        return len(seen) == 4

    in_time(all_are_read, 60)
    admin.close()
    reader.close()
