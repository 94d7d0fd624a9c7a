"""The bus on Kafka: a topic for each kind of message, a consumer group for each stage, partitions by message key."""

import threading
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from kafka import KafkaProducer, errors

from huiying.bus.kafka_address import topic_name
from huiying.bus.kafka_connecting import Cluster
from huiying.bus.kafka_lookup import Lookup
from huiying.bus.kafka_reading import CHANGE_NUMBER, KafkaReader
from huiying.bus.kafka_topics import LARGEST_MESSAGE
from huiying.failures import Unavailable, Unusable
from huiying.messages import Envelope, Message, enclose
from huiying.settings import KafkaSettings

_DELIVERY_SECONDS = 5.0
_CLOSE_SECONDS = 1.0
_SETTINGS = {
    "acks": "all",
    # Off on purpose: docs/decisions/0008.
    "enable_idempotence": False,
    # Long enough to fill batches while one call hands its messages over; the call's flush ends the wait.
    "linger_ms": 50,
    "batch_size": 256 * 1024,
    "max_request_size": LARGEST_MESSAGE,
    "request_timeout_ms": 4_500,
    "delivery_timeout_ms": int(_DELIVERY_SECONDS * 1000),
    "max_block_ms": 3_000,
    "metrics_enabled": False,
}


class KafkaBus:
    """Adapter of `huiying.bus.bus.Bus` on Kafka. The topics are made at the first use.

    Messages of one key share a partition while the number of partitions stays; nobody relies on their order.
    """

    def __init__(self, url: str, settings: KafkaSettings) -> None:
        self._cluster = Cluster(url, settings)
        self._lookup = Lookup(self._cluster)
        self._lock = threading.Lock()
        self._opened: Any = None

    def publish(self, messages: Sequence[Message]) -> None:
        """Return once every message stands on all replicas in sync."""
        self.forward([enclose(message) for message in messages])

    def forward(self, envelopes: Sequence[Envelope]) -> None:
        """Return once every message stands on all replicas in sync."""
        if not envelopes:
            return
        records = [
            (topic_name(self._cluster.address, each.topic), each.key.encode(), each.payload, _headers(each))
            for each in envelopes
        ]
        self._lookup.prepare()
        producer = self._producer()
        try:
            with self._cluster.asking():
                _send(producer, records)
        except Unusable:
            raise
        except Unavailable:
            self._lookup.forget()
            self._give_up(producer)
            raise

    def reader(self, group: str, topics: Sequence[str]) -> KafkaReader:
        """Join a group; its members share the partitions."""
        self._lookup.prepare()
        return KafkaReader(self._cluster, group, topics)

    def lag(self, group: str, topics: Sequence[str]) -> Mapping[str, int]:
        """For each topic, how many messages this group has not acknowledged yet."""
        return self._lookup.lag(group, topics)

    def oldest_unread(self, group: str, topics: Sequence[str]) -> datetime | None:
        """When the oldest message that this group has not acknowledged was published."""
        return self._lookup.oldest_unread(group, topics)

    def complaints(self) -> Sequence[str]:
        """In Chinese, which topics are not as the settings would have them, though they work."""
        return self._lookup.prepare()

    def close(self) -> None:
        """Give the connections back."""
        with self._lock:
            producer, self._opened = self._opened, None
        if producer is not None:
            producer.close()
        self._lookup.close()

    def _producer(self) -> Any:
        with self._lock:
            if self._opened is None:
                self._opened = self._cluster.open(KafkaProducer, **_SETTINGS)
            return self._opened

    def _give_up(self, producer: Any) -> None:
        """Ask it no more: a new one begins without whatever state this one is in."""
        with self._lock:
            if self._opened is producer:
                self._opened = None
        with suppress(errors.KafkaError):  # others still wait for theirs; whoever of them fails closes it
            producer.close(timeout=_CLOSE_SECONDS)


_Record = tuple[str, bytes, bytes, list[tuple[str, bytes]]]


def _send(producer: Any, records: Sequence[_Record]) -> None:
    """Hand all of them over, then wait until each is taken; the library's own hash of keys is slow, CRC-32 is not."""
    partitions = {topic: len(producer.partitions_for(topic)) for topic in {record[0] for record in records}}
    sent = [
        producer.send(topic, payload, key, headers, zlib.crc32(key) % partitions[topic])
        for topic, key, payload, headers in records
    ]
    producer.flush(_DELIVERY_SECONDS + 1)
    for each in sent:
        if each.exception is not None:
            raise each.exception


def _headers(envelope: Envelope) -> list[tuple[str, bytes]]:
    if envelope.change_number is None:
        return []
    return [(CHANGE_NUMBER, str(envelope.change_number).encode())]
