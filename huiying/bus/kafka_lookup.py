"""Asks Kafka how things stand: whether the topics are there, and what a group has not acknowledged yet."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from kafka import KafkaAdminClient, KafkaConsumer, OffsetSpec, TopicPartition, errors

from huiying.bus.kafka_address import group_name, topic_name
from huiying.bus.kafka_connecting import Cluster
from huiying.bus.kafka_topics import make_topics
from huiying.failures import Unavailable

_log = structlog.get_logger(__name__)

_ANSWER_MILLISECONDS = 3_000
_FIRST_RECORD_SECONDS = 3.0
_COORDINATOR_SECONDS = 2.0
_LITTLE = 64 * 1024
_MOST_MOMENTS = 1_000

_Moments = dict[tuple[TopicPartition, int], int]


class Lookup:
    """One client for questions, kept open, for any thread; one that failed is thrown away."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lock = threading.Lock()
        self._client: Any = None
        self._reader: Any = None
        self._moments: _Moments = {}
        self._complaints: Sequence[str] | None = None
        self._failure: tuple[float, Unavailable] | None = None

    def prepare(self) -> Sequence[str]:
        """Make the topics, once; what is not as the settings would have it, in Chinese, which is also logged."""
        complaints = self._complaints
        if complaints is not None:
            return complaints
        with self._asking() as client:
            if self._complaints is None:
                complaints = make_topics(self._cluster, client)
                for complaint in complaints:
                    _log.warning("a topic is not as the settings would have it", complaint=complaint)
                self._complaints = complaints
            return self._complaints

    def forget(self) -> None:
        """Something failed: look at the topics again before the next use, since they may be gone."""
        self._complaints = None

    def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, int]:
        """For each topic, how many messages this group has not acknowledged yet."""
        self.prepare()
        with self._asking() as client:
            unread = self._unread(client, group, topics)
        counts = dict.fromkeys(topics, 0)
        for partition, (first, end) in unread.items():
            counts[partition.topic.removeprefix(f"{self._cluster.address.prefix}.")] += end - first
        return counts

    def oldest_unread(self, group: str, topics: Sequence[str]) -> datetime | None:
        """When the oldest message that this group has not acknowledged was published."""
        self.prepare()
        with self._asking() as client:
            unread = self._unread(client, group, topics)
            places = [(partition, first) for partition, (first, _) in unread.items()]
            if len(self._moments) > _MOST_MOMENTS:
                self._moments.clear()
            self._moments |= self._published([place for place in places if place not in self._moments])
            moments = [self._moments[place] for place in places if place in self._moments]
        return datetime.fromtimestamp(min(moments) / 1000, UTC) if moments else None

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            self._drop()

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        arrived = time.monotonic()
        with self._lock:
            if self._failure and self._failure[0] > arrived:
                # Whoever waited while another found the door closed does not wait before the same door.
                raise self._failure[1]
            try:
                with self._cluster.asking():
                    if self._client is None:
                        self._client = self._cluster.open(KafkaAdminClient, request_timeout_ms=_ANSWER_MILLISECONDS)
                    yield self._client
            except BaseException as error:
                if isinstance(error, Unavailable):
                    self._failure = time.monotonic(), error
                self._drop()
                raise

    def _drop(self) -> None:
        clients = self._client, self._reader
        self._client = self._reader = None
        for client in clients:
            if client is not None:
                client.close()

    def _unread(self, client: Any, group: str, topics: Sequence[str]) -> Mapping[TopicPartition, tuple[int, int]]:
        """For each partition with unread messages: the first of them, and where they end."""
        described = client.describe_topics([topic_name(self._cluster.address, topic) for topic in topics])
        partitions = [
            TopicPartition(topic["name"], partition["partition_index"])
            for topic in described
            for partition in topic["partitions"]
        ]
        # The ends first: a group that has acknowledged more by the time it is asked is not behind.
        ends = client.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
        name = group_name(self._cluster.address, group)
        committed = _committed(client, name, partitions)
        places = {each: max(committed[each].offset, 0) if each in committed else 0 for each in partitions}
        behind = [each for each in partitions if places[each] < ends[each].offset]
        # What the retention has taken cannot be read any more.
        starts = client.list_partition_offsets(dict.fromkeys(behind, OffsetSpec.EARLIEST)) if behind else {}
        unread = {each: (max(places[each], starts[each].offset), ends[each].offset) for each in behind}
        return {each: (first, end) for each, (first, end) in unread.items() if first < end}

    def _published(self, places: Sequence[tuple[TopicPartition, int]]) -> _Moments:
        """When the messages at these places were published, in milliseconds; only they tell, so they are fetched."""
        if not places:
            return {}
        if self._reader is None:
            self._reader = self._cluster.open(
                KafkaConsumer,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                max_partition_fetch_bytes=_LITTLE,
                request_timeout_ms=_ANSWER_MILLISECONDS,
                metrics_enabled=False,
            )
        waiting = dict(places)
        moments: _Moments = {}
        deadline = time.monotonic() + _FIRST_RECORD_SECONDS
        while waiting and time.monotonic() < deadline:
            self._reader.assign(list(waiting))
            for partition, first in waiting.items():
                self._reader.seek(partition, first)
            found = self._reader.poll(timeout_ms=500, max_records=1)
            for partition, records in found.items():
                moments[partition, waiting.pop(partition)] = records[0].timestamp
        return moments


def _committed(client: Any, group: str, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, Any]:
    """Where the group stands; a cluster that was never asked before needs a moment to say who knows."""
    deadline = time.monotonic() + _COORDINATOR_SECONDS
    while True:
        try:
            return client.list_group_offsets({group: partitions})[group]  # type: ignore[no-any-return]
        except (
            errors.CoordinatorNotAvailableError,
            errors.CoordinatorLoadInProgressError,
            errors.NotCoordinatorError,
        ):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
