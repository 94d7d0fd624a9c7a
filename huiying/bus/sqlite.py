"""The embedded bus: one SQLite file as a log, a place in it per group and topic, one reader per group.

The reader of a group holds a lock on a file beside the log. The operating system frees it the moment its process
ends, however it ends, so a stand-by goes on at once.
"""

import fcntl
import heapq
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from huiying import embedded
from huiying.clock import Clock, SystemClock
from huiying.messages import Envelope, Message, enclose

POLL_SECONDS = 0.01
"""How often a waiting reader looks whether another connection has written; looking costs microseconds."""

_LARGEST_BATCH = 16 * 1024 * 1024
_PRUNED_AT_ONCE = 5_000
_PRUNE_EVERY_SECONDS = 60.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS topic (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    topic INTEGER NOT NULL,
    key TEXT NOT NULL,
    payload BLOB NOT NULL,
    change_number INTEGER,
    published_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS message_topic ON message (topic);
CREATE TABLE IF NOT EXISTS place (
    "group" TEXT NOT NULL, topic INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY ("group", topic)
);
"""

_ADD_TOPIC = "INSERT OR IGNORE INTO topic (name) VALUES (?)"
_ADD_MESSAGE = "INSERT INTO message (topic, key, payload, change_number, published_at) VALUES (?, ?, ?, ?, ?)"
_ADD_PLACE = 'INSERT OR IGNORE INTO place ("group", topic, position) VALUES (?, ?, 0)'
_MOVE_PLACE = 'UPDATE place SET position = ? WHERE "group" = ? AND topic = ?'
_UNREAD = "SELECT id, topic, key, payload, change_number FROM message WHERE topic = ? AND id > ? ORDER BY id LIMIT ?"
_PLACES = """
SELECT topic.name, topic.id, coalesce(place.position, 0) FROM topic
LEFT JOIN place ON place.topic = topic.id AND place."group" = ?
"""

_Row = tuple[int, int, str, bytes, int | None]


class SqliteBus:
    """Adapter of `huiying.bus.bus.Bus` on one file."""

    def __init__(self, path: Path, *, clock: Clock | None = None, retention: timedelta = timedelta(hours=6)) -> None:
        self._path = path
        self._clock = clock or SystemClock()
        self._retention = retention
        self._lock = threading.Lock()
        self._prune_after = time.monotonic() + _PRUNE_EVERY_SECONDS
        self._topics: dict[str, int] = {}
        with embedded.answering("the bus"):
            self._connection = embedded.open_database(path)
            self._connection.executescript(f"BEGIN IMMEDIATE;{_SCHEMA}COMMIT;")

    def publish(self, messages: Sequence[Message]) -> None:
        """Take all of them in one transaction, or none."""
        self.forward([enclose(message) for message in messages])

    def forward(self, envelopes: Sequence[Envelope]) -> None:
        """Take all of them in one transaction, or none."""
        if not envelopes:
            return
        now = self._clock.now().timestamp()
        with self._asking() as connection:
            topics = self._topic_ids(connection, {each.topic for each in envelopes})
            rows = [(topics[each.topic], each.key, each.payload, each.change_number, now) for each in envelopes]
            with embedded.writing(connection) as cursor:
                cursor.executemany(_ADD_MESSAGE, rows)
            self._prune_now_and_then(connection)

    def reader(self, group: str, topics: Sequence[str]) -> "SqliteReader":
        """Join a group; the first of its readers reads, the others stand by."""
        with self._asking() as connection:
            ids = self._topic_ids(connection, set(topics))
            with embedded.writing(connection) as cursor:
                cursor.executemany(_ADD_PLACE, [(group, topic) for topic in ids.values()])
        with embedded.answering("the bus"):
            return SqliteReader(self._path, group, {topic: name for name, topic in ids.items()})

    def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, int]:
        """For each topic, how many messages this group has not acknowledged yet."""
        with self._asking() as connection:
            places = {name: (topic, position) for name, topic, position in connection.execute(_PLACES, (group,))}
            count = "SELECT count(*) FROM message WHERE topic = ? AND id > ?"
            return {
                name: connection.execute(count, places[name]).fetchone()[0] if name in places else 0
                for name in topics
            }

    def oldest_unread(self, group: str, topics: Sequence[str]) -> datetime | None:
        """When the oldest message that this group has not acknowledged was published."""
        first = "SELECT published_at FROM message WHERE topic = ? AND id > ? ORDER BY id LIMIT 1"
        with self._asking() as connection:
            found = [
                connection.execute(first, (topic, position)).fetchone()
                for name, topic, position in connection.execute(_PLACES, (group,)).fetchall()
                if name in topics
            ]
        moments = [row[0] for row in found if row is not None]
        return datetime.fromtimestamp(min(moments), UTC) if moments else None

    def complaints(self) -> Sequence[str]:
        """A file has nothing that could be set up differently."""
        return ()

    def prune(self, before: datetime) -> int:
        """Forget what was published before this and acknowledged by every group that reads it; how many."""
        gone = 0
        with self._asking() as connection:
            while pruned := _prune(connection, before.timestamp()):
                gone += pruned
        return gone

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _asking(self) -> Iterator[sqlite3.Connection]:
        with self._lock, embedded.answering("the bus"):
            yield self._connection

    def _topic_ids(self, connection: sqlite3.Connection, names: set[str]) -> Mapping[str, int]:
        if not names <= self._topics.keys():
            with embedded.writing(connection) as cursor:
                cursor.executemany(_ADD_TOPIC, [(name,) for name in sorted(names)])
            self._topics = dict(connection.execute("SELECT name, id FROM topic").fetchall())
        return {name: self._topics[name] for name in names}

    def _prune_now_and_then(self, connection: sqlite3.Connection) -> None:
        if time.monotonic() < self._prune_after:
            return
        more = _prune(connection, (self._clock.now() - self._retention).timestamp())
        self._prune_after = time.monotonic() + (0 if more else _PRUNE_EVERY_SECONDS)


def _prune(connection: sqlite3.Connection, before: float) -> int:
    """One bite per topic, so that nobody waits long for the file."""
    gone = 0
    floors = connection.execute(
        "SELECT topic.id, (SELECT min(position) FROM place WHERE place.topic = topic.id) FROM topic"
    ).fetchall()
    for topic, floor in floors:
        oldest = connection.execute(
            "SELECT id FROM message WHERE topic = ? AND id <= coalesce(?, id) AND published_at < ? "
            "ORDER BY id LIMIT ?",
            (topic, floor, before, _PRUNED_AT_ONCE),
        ).fetchall()
        if oldest:
            with embedded.writing(connection) as cursor:
                cursor.execute("DELETE FROM message WHERE topic = ? AND id <= ?", (topic, oldest[-1][0]))
            gone += len(oldest)
    return gone


class SqliteReader:
    """Adapter of `huiying.bus.bus.Reader`: reads only while it holds the lock of its group."""

    def __init__(self, path: Path, group: str, topics: Mapping[int, str]) -> None:
        self._group = group
        self._topics = topics
        self._connection = embedded.open_database(path)
        lock = path.with_name(f"{path.name}.{quote(group, safe='')}.lock")
        self._lock_file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._leads = False
        self._acknowledged: dict[int, int] = {}
        self._position: dict[int, int] = {}

    def read(self, limit: int, wait_seconds: float) -> Sequence[Envelope]:
        """Up to `limit` messages, and at most some 16 MB of them, waiting for the first."""
        deadline = time.monotonic() + wait_seconds
        with embedded.answering("the bus"):
            seen: int | None = None
            while True:
                if self._leads or self._take_lead():
                    version = self._connection.execute("PRAGMA data_version").fetchone()[0]
                    if version != seen:
                        seen = version
                        if found := self._fetch(limit):
                            return found
                left = deadline - time.monotonic()
                if left <= 0:
                    return ()
                time.sleep(min(POLL_SECONDS, left))

    def acknowledge(self) -> None:
        """Everything read so far is done."""
        moved = [
            (position, self._group, topic)
            for topic, position in self._position.items()
            if position != self._acknowledged[topic]
        ]
        if not moved:
            return
        with embedded.answering("the bus"), embedded.writing(self._connection) as cursor:
            cursor.executemany(_MOVE_PLACE, moved)
        self._acknowledged = dict(self._position)

    def hold(self, seconds: float) -> None:
        """Wait; a lock on a file needs no sign of life."""
        time.sleep(seconds)

    def close(self) -> None:
        """Leave the group: the lock is free for a stand-by."""
        if self._lock_file >= 0:
            os.close(self._lock_file)
            self._lock_file = -1
            self._connection.close()

    def _take_lead(self) -> bool:
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        asked = 'SELECT topic, position FROM place WHERE "group" = ?'
        places = dict(self._connection.execute(asked, (self._group,)).fetchall())
        self._acknowledged = {topic: places.get(topic, 0) for topic in self._topics}
        self._position = dict(self._acknowledged)
        self._leads = True
        return True

    def _fetch(self, limit: int) -> Sequence[Envelope]:
        found: list[Envelope] = []
        size = 0
        for number, topic, key, payload, change_number in self._unread(limit):
            found.append(Envelope(topic=self._topics[topic], key=key, payload=payload, change_number=change_number))
            self._position[topic] = number
            size += len(payload)
            if len(found) == limit or size > _LARGEST_BATCH:
                break
        return found

    def _unread(self, limit: int) -> Iterator[_Row]:
        rows = [
            self._connection.execute(_UNREAD, (topic, position, limit)) for topic, position in self._position.items()
        ]
        return iter(rows[0]) if len(rows) == 1 else heapq.merge(*rows)
