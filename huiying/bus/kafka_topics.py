"""The topics of one office in Kafka: made where they are missing, kept as they are where they exist."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from kafka import KafkaAdminClient, errors
from kafka.admin import ConfigResource, ConfigResourceType

from huiying.bus.kafka_address import topic_name
from huiying.bus.kafka_connecting import Cluster
from huiying.messages import KINDS

LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes; a whole article with a million characters has three million."""

_LARGEST_ARTICLE = 4 * 1024 * 1024
_APPEAR_MILLISECONDS = 2_000
_THERE = (errors.NoError, errors.TopicAlreadyExistsError)


def make_topics(cluster: Cluster, admin: KafkaAdminClient) -> Sequence[str]:
    """See that every topic is there; complaints, in Chinese, about those that differ from the settings.

    Such a topic carries every message all the same, so nothing has to wait for it: with fewer partitions fewer
    processes can share a stage, with more some are read by fewer. Whoever runs the office is told and decides.
    """
    names = [topic_name(cluster.address, topic) for topic in KINDS]
    answer = admin.create_topics(
        dict.fromkeys(names, _as_set(cluster)), timeout_ms=_APPEAR_MILLISECONDS, raise_errors=False
    )
    for topic in answer["topics"]:
        met = errors.for_code(topic["error_code"])
        # A user who may not make topics can work with those that an administrator has made.
        if met not in _THERE and not (issubclass(met, errors.AuthorizationError) and _is_there(admin, topic["name"])):
            raise met(topic["error_message"] or topic["name"])
    admin.wait_for_topics(names, timeout_ms=_APPEAR_MILLISECONDS)
    return [*_partition_complaints(cluster, admin, names), *_configuration_complaints(admin, names)]


def _as_set(cluster: Cluster) -> Mapping[str, Any]:
    kept = timedelta(hours=cluster.settings.retention_hours)
    return {
        "num_partitions": cluster.settings.partitions,
        "replication_factor": cluster.settings.replication,
        "configs": {
            "cleanup.policy": "delete",
            "max.message.bytes": str(LARGEST_MESSAGE),
            "retention.ms": str(kept // timedelta(milliseconds=1)),
        },
    }


def _is_there(admin: KafkaAdminClient, name: str) -> bool:
    (topic,) = admin.describe_topics([name])
    return errors.for_code(topic["error_code"]) is errors.NoError


def _partition_complaints(cluster: Cluster, admin: KafkaAdminClient, names: Sequence[str]) -> Sequence[str]:
    wanted = cluster.settings.partitions
    found: dict[int, list[str]] = {}
    for topic in admin.describe_topics(names):
        found.setdefault(len(topic["partitions"]), []).append(topic["name"])
    return [
        f"Kafka 主题 {'、'.join(sorted(others))} 有 {count} 个分区，HUIYING_KAFKA_PARTITIONS 为 {wanted}。"
        f"照常收发，但一道工序最多 {count} 个进程分担；要改请用 kafka-topics --alter --partitions（只能增加），"
        "或改这个设置"
        for count, others in found.items()
        if count != wanted
    ]


def _configuration_complaints(admin: KafkaAdminClient, names: Sequence[str]) -> Sequence[str]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    try:
        answer = admin.describe_configs(asked, config_filter="all")
    except errors.AuthorizationError:
        return []
    complaints = []
    for name, values in answer["topic"].items():
        if int(values["max.message.bytes"]["value"]) < _LARGEST_ARTICLE:
            complaints.append(f"Kafka 主题 {name} 的 max.message.bytes 太小，收不下长文章；请改为 {LARGEST_MESSAGE}")
        if "compact" in values["cleanup.policy"]["value"]:
            complaints.append(f"Kafka 主题 {name} 的 cleanup.policy 含 compact，会丢掉还没有读的消息；请改为 delete")
    return complaints
