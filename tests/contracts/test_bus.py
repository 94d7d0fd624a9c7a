"""What every bus must do."""

import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

import pytest

from huiying.bus.bus import Bus, Reader
from huiying.messages import Envelope, PostCollected, TaskChanged, enclose, open_envelope
from tests.builders import make_post
from tests.contracts.conftest import OpenBus, StartProcess

POSTS = PostCollected.topic
TASKS = TaskChanged.topic


def collected(*ids: str) -> list[PostCollected]:
    return [PostCollected(post=make_post(id)) for id in ids]


def numbered(count: int) -> list[PostCollected]:
    return collected(*(f"post-{number}" for number in range(count)))


def read_until(reader: Reader, count: int, seconds: float = 20.0) -> list[str]:
    """The keys of at least so many messages."""
    deadline = time.monotonic() + seconds
    keys: list[str] = []
    while len(keys) < count:
        assert time.monotonic() < deadline, f"only {len(keys)} of {count} messages came"
        keys += [envelope.key for envelope in reader.read(100, 0.2)]
    return keys


def rest(reader: Reader) -> Sequence[Envelope]:
    return reader.read(100, 0.3)


def test_a_published_message_reaches_every_group_whole(bus: Bus) -> None:
    message = PostCollected(post=make_post(text="水\u0001漫\u0000街 😀 é\r\n\t" + "𠀀" * 3))
    bus.publish([message])
    for group in ("assessing", "counting"):
        reader = bus.reader(group, [POSTS])
        (envelope,) = reader.read(10, 5)
        reader.close()
        assert open_envelope(envelope) == message
        assert (envelope.topic, envelope.key) == (POSTS, "post-1")


def test_a_batch_is_no_larger_than_asked_and_the_next_goes_on_after_it(bus: Bus) -> None:
    bus.publish(numbered(25))
    reader = bus.reader("assessing", [POSTS])
    batches: list[Sequence[Envelope]] = []
    while sum(map(len, batches)) < 25:
        batches.append(reader.read(10, 1))
    reader.close()
    assert max(map(len, batches)) <= 10
    assert {each.key for batch in batches for each in batch} == {f"post-{number}" for number in range(25)}


def test_a_reader_gets_the_topics_it_asked_for_and_no_others(bus: Bus) -> None:
    change = TaskChanged(task="t", concern="c", bureau="水务局", state="sent", what="已交办")
    bus.publish([*collected("post-1"), change, *collected("post-2")])
    tasks, both = bus.reader("tasks", [TASKS]), bus.reader("both", [TASKS, POSTS])
    assert read_until(tasks, 1) == ["t"]
    assert sorted(read_until(both, 3)) == ["post-1", "post-2", "t"]
    assert not rest(tasks)
    tasks.close()
    both.close()


def test_what_was_acknowledged_does_not_come_again_after_a_restart(open_bus: OpenBus) -> None:
    first = open_bus()
    first.publish(numbered(3))
    reader = first.reader("assessing", [POSTS])
    read_until(reader, 3)
    reader.acknowledge()
    reader.close()
    first.close()

    second = open_bus()
    second.publish(collected("late"))
    reader = second.reader("assessing", [POSTS])
    assert read_until(reader, 1) == ["late"]
    reader.close()
    second.close()


def test_what_was_read_but_not_acknowledged_comes_again(bus: Bus) -> None:
    bus.publish(numbered(4))
    reader = bus.reader("assessing", [POSTS])
    read_until(reader, 4)
    reader.close()
    reader = bus.reader("assessing", [POSTS])
    assert len(read_until(reader, 4)) == 4
    reader.close()


def test_acknowledging_covers_everything_read_so_far(bus: Bus) -> None:
    bus.publish(numbered(6))
    reader = bus.reader("assessing", [POSTS])
    seen = [each.key for each in (*reader.read(2, 1), *reader.read(2, 1))]
    reader.acknowledge()
    reader.close()
    reader = bus.reader("assessing", [POSTS])
    assert set(seen) | set(read_until(reader, 6 - len(seen))) == {f"post-{number}" for number in range(6)}
    assert not rest(reader)
    reader.close()


def test_a_batch_held_in_hand_for_a_while_is_still_one_readers(bus: Bus) -> None:
    bus.publish(numbered(3))
    reader = bus.reader("assessing", [POSTS])
    read_until(reader, 3)
    reader.hold(0.5)
    reader.acknowledge()
    assert not rest(reader)
    assert bus.lag("assessing", [POSTS]) == {POSTS: 0}
    reader.close()


def test_a_waiting_reader_wakes_when_a_message_comes(bus: Bus) -> None:
    reader = bus.reader("assessing", [POSTS])
    rest(reader)
    publishing = threading.Timer(0.2, bus.publish, [collected("post-1")])
    publishing.start()
    began = time.monotonic()
    assert read_until(reader, 1) == ["post-1"]
    assert time.monotonic() - began < 5
    publishing.join()
    reader.close()


def test_reading_without_waiting_returns_at_once_when_there_is_nothing(bus: Bus) -> None:
    reader = bus.reader("assessing", [POSTS])
    assert not reader.read(10, 0)
    reader.acknowledge()
    reader.close()


def test_a_new_group_begins_with_the_oldest_message(bus: Bus) -> None:
    bus.publish(numbered(2))
    reader = bus.reader("newcomer", [POSTS])
    assert sorted(read_until(reader, 2)) == ["post-0", "post-1"]
    reader.close()


def test_two_members_of_a_group_get_every_message_between_them(bus: Bus) -> None:
    bus.publish(numbered(50))
    members = [bus.reader("assessing", [POSTS]) for _ in range(2)]
    keys: set[str] = set()
    deadline = time.monotonic() + 20
    while len(keys) < 50 and time.monotonic() < deadline:
        for member in members:
            keys |= {each.key for each in member.read(10, 0.1)}
            member.acknowledge()
    for member in members:
        member.close()
    assert len(keys) == 50


def test_lag_counts_what_is_not_acknowledged(bus: Bus) -> None:
    bus.publish(numbered(5))
    assert bus.lag("assessing", [POSTS, TASKS]) == {POSTS: 5, TASKS: 0}
    reader = bus.reader("assessing", [POSTS])
    read_until(reader, 5)
    assert bus.lag("assessing", [POSTS]) == {POSTS: 5}
    reader.acknowledge()
    assert bus.lag("assessing", [POSTS]) == {POSTS: 0}
    reader.close()


def test_the_oldest_unread_message_tells_since_when_a_group_is_behind(bus: Bus) -> None:
    assert bus.oldest_unread("assessing", [POSTS]) is None
    bus.publish(numbered(1))
    oldest = bus.oldest_unread("assessing", [POSTS, TASKS])
    assert oldest is not None
    assert abs(oldest - datetime.now(UTC)) < timedelta(minutes=1)
    reader = bus.reader("assessing", [POSTS])
    read_until(reader, 1)
    reader.acknowledge()
    assert bus.oldest_unread("assessing", [POSTS]) is None
    reader.close()


def test_a_change_number_travels_with_its_message(bus: Bus) -> None:
    (message,) = collected("post-1")
    plain = enclose(message)
    bus.forward([Envelope(topic=plain.topic, key=plain.key, payload=plain.payload, change_number=2**40)])
    reader = bus.reader("assessing", [POSTS])
    (envelope,) = reader.read(10, 5)
    reader.close()
    assert envelope.change_number == 2**40
    assert open_envelope(envelope) == message


def test_a_message_of_a_whole_article_with_a_million_characters_passes(bus: Bus) -> None:
    message = PostCollected(post=make_post(text="水" * 1_000_000))
    bus.publish([message])
    reader = bus.reader("assessing", [POSTS])
    (envelope,) = reader.read(10, 10)
    reader.close()
    assert open_envelope(envelope) == message


def test_text_that_is_no_unicode_is_refused_with_its_whole_batch(bus: Bus) -> None:
    with pytest.raises(UnicodeEncodeError):
        bus.publish([*collected("good"), PostCollected(post=make_post("bad", text="\ud83d"))])
    assert bus.lag("assessing", [POSTS]) == {POSTS: 0}


def test_an_empty_batch_is_published_without_a_trace(bus: Bus) -> None:
    bus.publish([])
    assert bus.lag("assessing", [POSTS]) == {POSTS: 0}


def test_several_threads_publish_at_once(bus: Bus) -> None:
    def publish(name: str) -> None:
        for number in range(20):
            bus.publish(collected(f"{name}-{number}"))

    threads = [threading.Thread(target=publish, args=(name,)) for name in "甲乙丙丁"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader = bus.reader("assessing", [POSTS])
    assert len(set(read_until(reader, 80))) == 80
    reader.close()


def read_and_keep(pipe: Connection, open_bus: OpenBus) -> None:
    """Reads two messages, acknowledges them, reads two more and sits on them."""
    reader = open_bus().reader("assessing", [POSTS])
    done: list[str] = []
    while len(done) < 2:
        done += [each.key for each in reader.read(2 - len(done), 0.5)]
    reader.acknowledge()
    kept: list[str] = []
    while len(kept) < 2:
        kept += [each.key for each in reader.read(2 - len(kept), 0.5)]
    pipe.send((done, kept))
    reader.hold(600)


def test_a_stand_by_takes_over_from_a_killed_reader(bus: Bus, open_bus: OpenBus, start_process: StartProcess) -> None:
    bus.publish(numbered(6))
    process, pipe = start_process(read_and_keep, open_bus)
    done, kept = pipe.recv()
    stand_by = bus.reader("assessing", [POSTS])
    process.kill()
    process.join()
    seen = set(read_until(stand_by, 4, seconds=60))
    stand_by.acknowledge()
    stand_by.close()
    assert set(kept) <= seen
    assert seen | set(done) == {f"post-{number}" for number in range(6)}


def publish_for_ever(pipe: Connection, open_bus: OpenBus) -> None:
    """Publishes small batches and tells of each that was taken."""
    bus = open_bus()
    for batch in range(1_000_000):
        bus.publish(collected(*(f"{batch}-{number}" for number in range(5))))
        pipe.send(batch)


def test_what_was_taken_is_there_after_the_publisher_was_killed(
    bus: Bus, open_bus: OpenBus, start_process: StartProcess
) -> None:
    process, pipe = start_process(publish_for_ever, open_bus)
    taken = [pipe.recv() for _ in range(20)]
    process.kill()
    process.join()
    reader = bus.reader("assessing", [POSTS])
    missing = {f"{batch}-{number}" for batch in taken for number in range(5)}
    while missing:
        missing -= set(read_until(reader, 1))
    reader.close()


def test_a_bus_as_the_settings_would_have_it_gives_no_complaint(bus: Bus) -> None:
    bus.publish(collected("post-1"))
    assert not bus.complaints()
