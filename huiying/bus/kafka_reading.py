"""One member of a group on Kafka."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from kafka import AsyncConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition, errors
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.structs import MemberState

from huiying.bus.kafka_address import group_name, topic_name
from huiying.bus.kafka_connecting import Cluster
from huiying.failures import Unavailable
from huiying.messages import Envelope

CHANGE_NUMBER = "change-number"
"""The header in which a message's change number travels, as decimal digits."""

SESSION_SECONDS = 8
"""How long a member may be silent before the others take over; a broker allows 6 to 1,800 by default."""

_LONGEST_BATCH_SECONDS = 300
"""How long the group waits in a rebalance for a member that is at work on a batch."""

_SETTINGS = {
    "enable_auto_commit": False,
    "auto_offset_reset": "earliest",
    "partition_assignment_strategy": [CooperativeStickyAssignor],
    "session_timeout_ms": SESSION_SECONDS * 1000,
    "heartbeat_interval_ms": 1_000,
    "max_poll_interval_ms": _LONGEST_BATCH_SECONDS * 1000,
    "request_timeout_ms": 5_000,
    # The broker gives at least one whole batch of records, however large, so these bound memory and not a message.
    "fetch_max_bytes": 4 * 1024 * 1024,
    "max_partition_fetch_bytes": 1024 * 1024,
    "metrics_enabled": False,
}
_LOOK_AFTER_SECONDS = 2.0
_ANSWER_SECONDS = 3.0
_SETTLE_SECONDS = 5.0
_LEAVE_SECONDS = 2.0
_JOIN_SECONDS = 0.2
_GROUP_MOVED_ON = (
    errors.CommitFailedError,
    errors.RebalanceInProgressError,
    errors.IllegalGenerationError,
    errors.UnknownMemberIdError,
)


class KafkaReader:
    """Adapter of `huiying.bus.bus.Reader`: a member of a consumer group with cooperative rebalancing.

    The library moves partitions only while it is asked for records, thus inside `read`, `hold` and `acknowledge`, and
    never while a stage is at work on a batch. A batch in hand is finished and committed even if the group rebalances
    meanwhile, unless its partitions were given up or lost during `hold`: then another member reads those again.
    """

    def __init__(self, cluster: Cluster, group: str, topics: Sequence[str]) -> None:
        self._cluster = cluster
        self._topics = {topic_name(cluster.address, topic): topic for topic in topics}
        self._probes = [TopicPartition(name, 0) for name in self._topics]
        self._consumer: Any = cluster.open(KafkaConsumer, group_id=group_name(cluster.address, group), **_SETTINGS)
        self._places = _Places(self._consumer)
        self._consumer.subscribe(list(self._topics), listener=self._places)
        self._look_after = 0.0
        # The member that shares out partitions must know them when it joins, else the group has to meet twice.
        try:
            with cluster.asking():
                self._see_that_the_broker_is_there(answered=False)
        except BaseException:
            self.close()
            raise

    def read(self, limit: int, wait_seconds: float) -> Sequence[Envelope]:
        """Up to `limit` messages, waiting for the first; a record that is none of ours comes too, to be rejected."""
        self._places.go_on()
        with self._cluster.asking():
            found = self._poll(wait_seconds, limit)
            self._see_that_the_broker_is_there(answered=bool(found))
        envelopes: list[Envelope] = []
        for partition, records in found.items():
            topic = self._topics[partition.topic]
            envelopes += [_envelope(topic, record) for record in records]
            self._places.read[partition] = records[-1].offset + 1
        return envelopes

    def acknowledge(self) -> None:
        """Commit the place after everything read so far, in all partitions that are still this member's."""
        self._places.finish()
        deadline = time.monotonic() + _SETTLE_SECONDS
        while done := self._places.done:
            try:
                with self._cluster.asking(but=_GROUP_MOVED_ON):
                    self._consumer.commit(_offsets(done), timeout_ms=_SETTLE_SECONDS * 1000)
            except _GROUP_MOVED_ON as moved:
                if time.monotonic() > deadline:
                    raise Unavailable(f"the bus is still moving its partitions between members: {moved}") from moved
                self.hold(0.1)
            else:
                done.clear()

    def hold(self, seconds: float) -> None:
        """Wait, and take part in the group meanwhile, without being given any message."""
        self._places.pause()
        with self._cluster.asking():
            self._poll(seconds, 1)

    def close(self) -> None:
        """Leave the group at once; where Kafka is away the group notices by itself."""
        self._places.leave()
        self._consumer.close(autocommit=False, timeout_ms=_LEAVE_SECONDS * 1000)

    def _poll(self, seconds: float, limit: int) -> Mapping[TopicPartition, Sequence[Any]]:
        if self._consumer.group_metadata().state != MemberState.STABLE:
            # What the group agrees on between two polls is thrown away by the next, so somebody must be there for it;
            # and where new partitions are the cause, only this brings the next one back to it (kafka-python 3.0.12).
            # Else the member would sit there for ever, with neither partitions nor heartbeats.
            self._consumer._coordinator.request_rejoin()
            seconds = max(seconds, _JOIN_SECONDS)
        return self._consumer.poll(timeout_ms=max(seconds, 0) * 1000, max_records=limit)  # type: ignore[no-any-return]

    def _see_that_the_broker_is_there(self, *, answered: bool) -> None:
        """A poll that gives nothing looks the same whether nothing is there or nobody, so now and then this asks."""
        now = time.monotonic()
        if not answered and now > self._look_after:
            self._consumer.end_offsets(self._probes, timeout_ms=_ANSWER_SECONDS * 1000)
        if answered or now > self._look_after:
            self._look_after = now + _LOOK_AFTER_SECONDS


class _Places(AsyncConsumerRebalanceListener):  # type: ignore[misc]  # the library has no types
    """How far this member has read and finished each partition that it owns, kept right when partitions move.

    The library calls `on_…` in its own thread, but only while it keeps the reader's thread waiting in a call.
    """

    def __init__(self, consumer: Any) -> None:
        self.read: dict[TopicPartition, int] = {}
        self.done: dict[TopicPartition, int] = {}
        self._consumer = consumer
        self._paused = False
        self._leaving = False

    def finish(self) -> None:
        """Everything read so far is done; what of it is in `done` is still to be committed."""
        self.done |= self.read
        self.read.clear()

    def pause(self) -> None:
        """Let no partition give a message."""
        self._paused = True
        self._consumer.pause(*self._consumer.assignment())

    def go_on(self) -> None:
        """Let all partitions give messages again."""
        if self._paused:
            self._paused = False
            self._consumer.resume(*self._consumer.paused())

    def leave(self) -> None:
        """Acknowledge nothing any more."""
        self._leaving = True

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """What joins while a batch is in hand keeps quiet like the rest."""
        if self._paused:
            self._consumer.pause(*assigned)

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Commit what is finished before another member begins there; what is in hand, that member reads again."""
        finished = {partition: self.done[partition] for partition in revoked if partition in self.done}
        if finished and not self._leaving:
            with suppress(errors.KafkaError):  # the other member reads it again
                await self._consumer.commit_async(_offsets(finished))
        await self.on_partitions_lost(revoked)

    async def on_partitions_lost(self, lost: set[TopicPartition]) -> None:
        """Somebody else is at work there already: what was read there is no longer ours to commit."""
        for partition in lost:
            self.read.pop(partition, None)
            self.done.pop(partition, None)


def _offsets(places: Mapping[TopicPartition, int]) -> dict[TopicPartition, OffsetAndMetadata]:
    return {partition: OffsetAndMetadata(place, "", -1) for partition, place in places.items()}


def _envelope(topic: str, record: Any) -> Envelope:
    return Envelope(
        topic=topic,
        # No register can keep a NUL in a text, and a foreign record may well end among its dead letters.
        key=record.key.decode("utf-8", "replace").replace("\0", "\ufffd") if record.key else "",
        payload=record.value or b"",
        change_number=_change_number(record.headers) if record.headers else None,
    )


def _change_number(headers: Sequence[tuple[str, bytes | None]]) -> int | None:
    value = next((value for name, value in headers if name == CHANGE_NUMBER), None)
    return int(value) if value and value.isdigit() and len(value) < 19 else None
