"""What all tests share."""

from collections.abc import Sequence

import pytest

from tests.services.running import (
    bare_register_url,
    database_url,
    elasticsearch_url,
    kafka_url,
    postgresql_url,
    register_url,
    shared_register_url,
)

__all__ = [
    "bare_register_url",
    "database_url",
    "elasticsearch_url",
    "kafka_url",
    "postgresql_url",
    "register_url",
    "shared_register_url",
]


_DROPPED = "ignore:unclosed <socket.socket:ResourceWarning"


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """kafka-python (3.0) may drop a connection that it has just made, and which test is told of it is chance.

    Elsewhere a socket that is not closed fails its test.
    """
    for item in items:
        if item.get_closest_marker("servers"):
            item.add_marker(pytest.mark.filterwarnings(_DROPPED))
