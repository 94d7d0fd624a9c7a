"""Kafka for the tests of its adapter: an address with topics of its own, and a bus on it."""

from collections.abc import Iterator

import pytest

from huiying.bus.kafka import KafkaBus
from huiying.settings import KafkaSettings
from tests.services.kafka import own_topics


@pytest.fixture
def kafka_address(kafka_url: str) -> Iterator[str]:
    with own_topics(kafka_url) as address:
        yield address


@pytest.fixture
def kafka_bus(kafka_address: str) -> Iterator[KafkaBus]:
    opened = KafkaBus(kafka_address, KafkaSettings(partitions=2))
    yield opened
    opened.close()
