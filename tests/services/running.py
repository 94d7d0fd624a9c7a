"""The servers that tests share: started when first asked for, or named by an environment variable where they run.

`HUIYING_TEST_KAFKA`, `HUIYING_TEST_ELASTICSEARCH` and `HUIYING_TEST_POSTGRESQL` are addresses as the settings of
Huiying spell them. Nothing of such a server is deleted except what the tests made.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.services.elasticsearch import Elasticsearch
from tests.services.kafka import Kafka
from tests.services.postgresql import PostgreSQL
from tests.services.server import Server


@contextmanager
def servers_folder() -> Iterator[Path]:
    """A folder that the servers' own user can reach, which pytest's are not; it stays where something fails."""
    folder = Path(tempfile.mkdtemp(prefix="huiying-servers-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def kafka_url() -> Iterator[str]:
    """A broker, without a prefix for topics."""
    yield from _address("HUIYING_TEST_KAFKA", Kafka)


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """A node, without a prefix for indices."""
    yield from _address("HUIYING_TEST_ELASTICSEARCH", Elasticsearch)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A server's own database, in which other databases can be made."""
    yield from _address("HUIYING_TEST_POSTGRESQL", PostgreSQL)


@pytest.fixture
def database_url(postgresql_url: str) -> Iterator[str]:
    """A new empty database, dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    server = postgresql_url.replace("+psycopg", "")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield f"{postgresql_url.rpartition('/')[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _address(variable: str, kind: type[Server]) -> Iterator[str]:
    if running := os.environ.get(variable):
        yield running
        return
    with servers_folder() as folder, kind(folder / kind.name.lower()) as server:
        yield server.url
