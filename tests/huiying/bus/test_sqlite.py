"""What the embedded bus does beyond its port: one reader per group, pruning, bounded batches, honest absences."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying import embedded
from huiying.bus.sqlite import SqliteBus
from huiying.clock import SetClock
from huiying.failures import Unavailable
from huiying.messages import PostCollected, TaskChanged
from tests.builders import make_post

POSTS = PostCollected.topic


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2014, 5, 30, 4, tzinfo=UTC))


@pytest.fixture
def bus(tmp_path: Path, clock: SetClock) -> Iterator[SqliteBus]:
    opened = SqliteBus(tmp_path / "bus.db", clock=clock)
    yield opened
    opened.close()


def publish(bus: SqliteBus, *ids: str, text: str = "水管") -> None:
    bus.publish([PostCollected(post=make_post(id, text=text)) for id in ids])


def test_a_second_reader_of_a_group_stands_by_until_the_first_leaves(bus: SqliteBus) -> None:
    publish(bus, "a", "b")
    first, second = bus.reader("assessing", [POSTS]), bus.reader("assessing", [POSTS])
    assert len(first.read(1, 0)) == 1
    first.acknowledge()
    assert not second.read(10, 0.05)
    first.close()
    assert [each.key for each in second.read(10, 0)] == ["b"]
    second.close()


def test_a_group_with_any_name_has_its_lock_beside_the_log(bus: SqliteBus, tmp_path: Path) -> None:
    reader = bus.reader("../a/b 组", [POSTS])
    assert not reader.read(1, 0)
    reader.close()
    assert {path.parent for path in tmp_path.rglob("*.lock")} == {tmp_path}


def test_only_what_every_group_has_acknowledged_and_is_old_is_forgotten(bus: SqliteBus, clock: SetClock) -> None:
    publish(bus, "a", "b")
    bus.publish([TaskChanged(task="t", concern="c", bureau="水务局", state="sent", what="已交办")])
    slow, quick = bus.reader("slow", [POSTS]), bus.reader("quick", [POSTS])
    assert len(quick.read(10, 0)) == 2
    quick.acknowledge()
    later = clock.now() + timedelta(hours=1)
    assert bus.prune(later) == 1, "only the message of the topic that nobody reads"
    assert len(slow.read(1, 0)) == 1
    slow.acknowledge()
    assert bus.prune(clock.now()) == 0, "nothing is older than now"
    assert bus.prune(later) == 1
    assert [each.key for each in slow.read(10, 0)] == ["b"]
    slow.close()
    quick.close()


def test_huge_messages_come_in_small_batches(bus: SqliteBus) -> None:
    for number in range(4):
        publish(bus, f"post-{number}", text="水" * 3_000_000)
    reader = bus.reader("assessing", [POSTS])
    batches = []
    while batch := reader.read(500, 0):
        batches.append([each.key for each in batch])
    assert batches == [["post-0", "post-1"], ["post-2", "post-3"]]
    reader.close()


def test_a_file_that_is_locked_for_too_long_counts_as_away(
    bus: SqliteBus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "BUSY_SECONDS", 0.05)
    impatient = SqliteBus(tmp_path / "bus.db")
    other = sqlite3.connect(tmp_path / "bus.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="the bus did not answer"):
        publish(impatient, "a")
    other.execute("ROLLBACK")
    publish(impatient, "a")
    assert bus.lag("assessing", [POSTS]) == {POSTS: 1}
    other.close()
    impatient.close()


def test_a_full_disk_counts_as_away_and_nothing_is_half_taken(bus: SqliteBus) -> None:
    publish(bus, "a")
    pages = bus._connection.execute("PRAGMA page_count").fetchone()[0]
    bus._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable, match="full"):
        publish(bus, *(f"post-{number}" for number in range(100)))
    bus._connection.execute("PRAGMA max_page_count = 1000000")
    assert bus.lag("assessing", [POSTS]) == {POSTS: 1}
    publish(bus, "b")
    assert bus.lag("assessing", [POSTS]) == {POSTS: 2}


def test_a_place_where_no_file_can_be_made_counts_as_away(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="cannot be reached"):
        SqliteBus(tmp_path / "file" / "bus.db")
