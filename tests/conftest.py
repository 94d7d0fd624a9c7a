"""What all tests share."""

from tests.services.running import database_url, elasticsearch_url, kafka_url, postgresql_url

__all__ = ["database_url", "elasticsearch_url", "kafka_url", "postgresql_url"]
