"""What the bus on Kafka does beyond its port: its topics, foreign records, retention, and wrong addresses."""

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from structlog.testing import capture_logs

from huiying.bus.kafka import KafkaBus
from huiying.failures import Misconfigured, Unavailable, Unusable
from huiying.loop import Loop
from huiying.messages import KINDS, Message, PostCollected, TaskChanged
from huiying.register.register import Register
from huiying.settings import KafkaSettings
from huiying.stage import Done, Outcome
from tests.builders import make_post
from tests.registers import empty_register
from tests.services.server import free_port

POSTS = PostCollected.topic
ARTICLE = "水" * 1_000_000


def collected(*ids: str) -> list[PostCollected]:
    return [PostCollected(post=make_post(id)) for id in ids]


def servers_of(address: str) -> tuple[str, str]:
    """Where to connect, and the prefix of topics."""
    servers, _, prefix = address.removeprefix("kafka://").partition("/")
    return servers, prefix


@pytest.fixture
def admin(kafka_address: str) -> Iterator[Any]:
    client = KafkaAdminClient(bootstrap_servers=servers_of(kafka_address)[0])
    yield client
    client.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("kafka://", "应如 kafka://"),
        ("kafka:///city", "应如 kafka://"),
        ("kafka://broker:port", "broker:port"),
        ("kafka://broker:70000", "broker:70000"),
        ("kafka://a:9092,,b:9092", "不是主机和端口"),
        ("kafka://a:9092/大 连", "前缀"),
        ("kafka://a:9092/one/two", "前缀"),
        ("kafka://alice:secret@a:9092", "HUIYING_KAFKA_PASSWORD"),
    ],
)
def test_a_wrong_address_is_refused_at_once_and_the_setting_named(url: str, says: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        KafkaBus(url, KafkaSettings())
    assert "HUIYING_BUS" in str(refused.value)
    assert says in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_broken_ca_file_is_refused_at_once(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("no certificate")
    with pytest.raises(Misconfigured, match="HUIYING_KAFKA_CA"):
        KafkaBus("kafka://localhost:9092", KafkaSettings(security="ssl", ca=str(ca)))


@pytest.mark.parametrize("use", ["publish", "lag", "oldest", "read"])
def test_a_closed_port_says_within_ten_seconds_what_was_tried(use: str) -> None:
    address = f"127.0.0.1:{free_port()}"
    bus = KafkaBus(f"kafka://{address}", KafkaSettings())
    uses: dict[str, Callable[[], object]] = {
        "publish": lambda: bus.publish(collected("a")),
        "lag": lambda: bus.lag("assessing", [POSTS]),
        "oldest": lambda: bus.oldest_unread("assessing", [POSTS]),
        "read": lambda: bus.reader("assessing", [POSTS]),
    }
    began = time.monotonic()
    with pytest.raises(Unavailable, match=f"HUIYING_BUS names {address}") as away:
        uses[use]()
    assert not isinstance(away.value, Unusable)
    assert time.monotonic() - began < 10
    bus.close()


def test_a_server_that_takes_connections_and_says_nothing_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        bus = KafkaBus(f"kafka://127.0.0.1:{mute.getsockname()[1]}", KafkaSettings())
        began = time.monotonic()
        with pytest.raises(Unavailable, match="HUIYING_BUS"):
            bus.publish(collected("a"))
        assert time.monotonic() - began < 10
        bus.close()


def test_a_name_without_an_address_is_for_a_person_to_mend() -> None:
    bus = KafkaBus("kafka://no-such-host.invalid:9092", KafkaSettings())
    began = time.monotonic()
    with pytest.raises(Unusable, match=r"HUIYING_BUS：解析不了主机名 no-such-host\.invalid"):
        bus.publish(collected("a"))
    assert time.monotonic() - began < 10
    bus.close()


@pytest.mark.servers
def test_one_server_that_answers_is_enough(kafka_address: str) -> None:
    servers, prefix = servers_of(kafka_address)
    bus = KafkaBus(f"kafka://127.0.0.1:{free_port()},{servers}/{prefix}", KafkaSettings(partitions=1))
    bus.publish(collected("a"))
    assert bus.lag("assessing", [POSTS]) == {POSTS: 1}
    bus.close()


@pytest.mark.servers
def test_topics_are_made_with_the_partitions_and_the_retention_of_the_settings(
    kafka_address: str, admin: Any
) -> None:
    bus = KafkaBus(kafka_address, KafkaSettings(partitions=3, replication=1, retention_hours=48))
    assert not bus.complaints()
    _, prefix = servers_of(kafka_address)
    names = {f"{prefix}.{topic}" for topic in KINDS}
    described = admin.describe_topics(sorted(names))
    assert {topic["name"]: len(topic["partitions"]) for topic in described} == dict.fromkeys(names, 3)
    values = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, f"{prefix}.{POSTS}")])["topic"]
    found = {name: value["value"] for name, value in values[f"{prefix}.{POSTS}"].items()}
    assert found["retention.ms"] == str(48 * 3_600_000)
    assert found["max.message.bytes"] == str(16 * 1024 * 1024)
    bus.close()


@pytest.mark.servers
def test_a_topic_that_exists_is_kept_and_what_differs_is_said(kafka_address: str, admin: Any) -> None:
    _, prefix = servers_of(kafka_address)
    theirs = f"{prefix}.{POSTS}"
    kept = {"retention.ms": "3600000", "cleanup.policy": "compact", "max.message.bytes": "1000000"}
    admin.create_topics({theirs: {"num_partitions": 4, "replication_factor": 1, "configs": kept}})
    with capture_logs() as logs:
        bus = KafkaBus(kafka_address, KafkaSettings(partitions=2))
        bus.publish(collected("a"))
        bus.publish(collected("b"))
    partitions, size, policy = bus.complaints()
    assert f"{theirs} 有 4 个分区，HUIYING_KAFKA_PARTITIONS 为 2" in partitions
    assert f"{theirs} 的 max.message.bytes" in size
    assert f"{theirs} 的 cleanup.policy" in policy
    assert [line["complaint"] for line in logs] == [partitions, size, policy]
    assert len(admin.describe_topics([theirs])[0]["partitions"]) == 4
    values = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, theirs)])["topic"][theirs]
    assert values["retention.ms"]["value"] == "3600000"
    assert bus.lag("assessing", [POSTS]) == {POSTS: 2}
    with pytest.raises(Unusable, match=r"max\.message\.bytes"):
        bus.publish([PostCollected(post=make_post("long", text=ARTICLE))])
    bus.close()


@pytest.mark.servers
def test_more_copies_than_servers_are_for_a_person_to_mend(kafka_address: str) -> None:
    bus = KafkaBus(kafka_address, KafkaSettings(partitions=1, replication=9))
    with pytest.raises(Unusable, match="HUIYING_KAFKA_REPLICATION"):
        bus.publish(collected("a"))
    bus.close()


@pytest.mark.servers
def test_two_offices_on_one_cluster_never_meet(kafka_address: str) -> None:
    one, other = (KafkaBus(f"{kafka_address}.{name}", KafkaSettings(partitions=1)) for name in ("one", "other"))
    one.publish(collected("a"))
    reader = other.reader("assessing", [POSTS])
    assert not reader.read(10, 1)
    assert other.lag("assessing", [POSTS]) == {POSTS: 0}
    reader.close()
    one.close()
    other.close()


class Welcoming:
    """A stage to which every post is welcome."""

    name = "welcoming"
    reads = (PostCollected,)

    def __init__(self) -> None:
        self.handled: list[str] = []

    def __call__(self, batch: Sequence[Message]) -> Sequence[Outcome]:
        self.handled += [message.key for message in batch]
        return [Done() for _ in batch]


@pytest.mark.servers
def test_foreign_records_end_among_the_dead_letters_and_ours_go_on(
    kafka_address: str, kafka_bus: KafkaBus, tmp_path: Path
) -> None:
    servers, prefix = servers_of(kafka_address)
    kafka_bus.publish(collected("first"))
    stranger = KafkaProducer(bootstrap_servers=servers)
    topic = f"{prefix}.{POSTS}"
    stranger.send(topic, b"not json")
    stranger.send(topic, None, b"a tombstone")
    stranger.send(topic, b"\xff\xfe", b"\xff no text")
    stranger.send(topic, b"{}", b"a\0b", [("change-number", b"-7e3"), ("change-number", b"5")])
    stranger.send(topic, b'{"version":1,"body":{"post":{}}}', b"ours?", [("trace", b"\xff")])
    stranger.flush()
    stranger.close()
    kafka_bus.publish(collected("last"))

    stage = Welcoming()
    register = Register(empty_register(tmp_path))
    assert Loop(stage, kafka_bus, register).drain() == 7
    assert sorted(stage.handled) == ["first", "last"]
    with register.reading() as tx:
        dead = tx.dead_letters.list()
    assert sorted(letter.envelope.key for letter in dead) == ["", "a tombstone", "a�b", "ours?", "� no text"]
    assert all("cannot be read" in letter.reason for letter in dead)
    assert kafka_bus.lag(stage.name, [POSTS]) == {POSTS: 0}
    register.close()


@pytest.mark.servers
def test_a_change_number_that_is_none_is_no_change_number(kafka_address: str, kafka_bus: KafkaBus) -> None:
    kafka_bus.complaints()
    servers, prefix = servers_of(kafka_address)
    stranger = KafkaProducer(bootstrap_servers=servers)
    for value in (b"-7e3", b"", b"9" * 40):
        stranger.send(f"{prefix}.{POSTS}", b"{}", b"key", [("change-number", value)])
    stranger.flush()
    stranger.close()
    reader = kafka_bus.reader("assessing", [POSTS])
    seen: list[int | None] = []
    while len(seen) < 3:
        seen += [envelope.change_number for envelope in reader.read(10, 1)]
    assert seen == [None, None, None]
    reader.close()


@pytest.mark.servers
def test_what_the_retention_took_is_not_waited_for(kafka_address: str, kafka_bus: KafkaBus, admin: Any) -> None:
    _, prefix = servers_of(kafka_address)
    kafka_bus.publish(collected(*(f"old-{number}" for number in range(20))))
    gone = {TopicPartition(f"{prefix}.{POSTS}", partition): -1 for partition in range(2)}
    admin.delete_records(gone)
    assert kafka_bus.lag("assessing", [POSTS]) == {POSTS: 0}
    assert kafka_bus.oldest_unread("assessing", [POSTS]) is None
    between = datetime.now(UTC)
    kafka_bus.publish(collected("new"))
    assert kafka_bus.lag("assessing", [POSTS]) == {POSTS: 1}
    oldest = kafka_bus.oldest_unread("assessing", [POSTS])
    assert oldest is not None
    assert oldest > between - timedelta(milliseconds=1)


@pytest.mark.servers
def test_the_oldest_unread_message_is_the_first_after_the_acknowledged(kafka_bus: KafkaBus) -> None:
    kafka_bus.publish(collected(*(f"early-{number}" for number in range(20))))
    reader = kafka_bus.reader("assessing", [POSTS])
    seen = 0
    while seen < 20:
        seen += len(reader.read(100, 1))
    reader.acknowledge()
    time.sleep(0.05)
    between = datetime.now(UTC)
    time.sleep(0.05)
    kafka_bus.publish(collected(*(f"late-{number}" for number in range(20))))
    for _ in range(2):
        oldest = kafka_bus.oldest_unread("assessing", [POSTS, TaskChanged.topic])
        assert oldest is not None
        assert between < oldest <= datetime.now(UTC)
    assert kafka_bus.oldest_unread("counting", [POSTS]) < between  # type: ignore[operator]
    reader.close()


@pytest.mark.servers
def test_articles_in_every_partition_come_with_the_short_ones(kafka_bus: KafkaBus) -> None:
    long = [PostCollected(post=make_post(f"long-{number}", text=ARTICLE)) for number in range(6)]
    for message in long:
        kafka_bus.publish([*collected(*(f"{message.key}-{number}" for number in range(20))), message])
    reader = kafka_bus.reader("assessing", [POSTS])
    seen: set[str] = set()
    deadline = time.monotonic() + 30
    while len(seen) < 126 and time.monotonic() < deadline:
        seen |= {envelope.key for envelope in reader.read(500, 1)}
        reader.acknowledge()
    assert len(seen) == 126
    reader.close()
