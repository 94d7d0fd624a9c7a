"""What all tests share."""

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
