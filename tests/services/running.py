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

from huiying.register.register import Register
from tests.services.elasticsearch import Elasticsearch
from tests.services.kafka import Kafka
from tests.services.postgresql import PostgreSQL
from tests.services.server import Server

_KINDS = ["embedded", pytest.param("postgresql", marks=pytest.mark.servers)]


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
    with new_database(postgresql_url) as url:
        yield url


@pytest.fixture(scope="session")
def empty_register_url(postgresql_url: str) -> Iterator[str]:
    """A database with the register's schema and nothing in it, from which others are copied."""
    with new_database(postgresql_url) as url:
        register = Register(url)
        register.prepare()
        register.close()
        yield url


@pytest.fixture(params=_KINDS)
def register_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where the test's own register is; whoever asks for it runs on each kind of database."""
    if request.param == "embedded":
        yield f"sqlite:///{tmp_path / 'register.db'}"
        return
    template = request.getfixturevalue("empty_register_url")
    with new_database(request.getfixturevalue("postgresql_url"), template.rpartition("/")[2]) as url:
        yield url


@pytest.fixture(params=_KINDS)
def bare_register_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same where nothing is yet: the first to open it makes the schema."""
    if request.param == "embedded":
        yield f"sqlite:///{tmp_path / 'register.db'}"
        return
    with new_database(request.getfixturevalue("postgresql_url")) as url:
        yield url


@contextmanager
def new_database(server_url: str, template: str = "template1") -> Iterator[str]:
    """A database of a server, copied from another and dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    _command(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield f"{server_url.rpartition('/')[0]}/{name}"
    _command(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _command(server_url: str, command: str) -> None:
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(command)


def _address(variable: str, kind: type[Server]) -> Iterator[str]:
    if running := os.environ.get(variable):
        yield running
        return
    with servers_folder() as folder, kind(folder / kind.name.lower()) as server:
        yield server.url
