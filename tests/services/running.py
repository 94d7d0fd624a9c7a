"""The servers that tests share: started when first asked for, or named by an environment variable where they run.

`HUIYING_TEST_KAFKA`, `HUIYING_TEST_ELASTICSEARCH` and `HUIYING_TEST_POSTGRESQL` are addresses as the settings of
Huiying spell them. Nothing of such a server is deleted except what the tests made.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from huiying.register.register import Register
from huiying.register.schema import metadata
from tests.registers import empty_register
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
    # Nobody pulls the plug on it, and tests write little at a time.
    yield from _address("HUIYING_TEST_POSTGRESQL", partial(PostgreSQL, settings={"fsync": "off"}))


@pytest.fixture
def database_url(postgresql_url: str) -> Iterator[str]:
    """A new empty database, dropped afterwards."""
    with new_database(postgresql_url) as url:
        yield url


@pytest.fixture(scope="session")
def shared_register_url(postgresql_url: str) -> Iterator[str]:
    """A database with the register's schema, which `register_url` empties for each test: a new one costs far more."""
    with new_database(postgresql_url) as url:
        register = Register(url)
        register.prepare()
        register.close()
        yield url


@pytest.fixture(params=_KINDS)
def register_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the test's own register is, with nothing in it; whoever asks for it runs on each kind of database."""
    if request.param == "embedded":
        return empty_register(tmp_path)
    url: str = request.getfixturevalue("shared_register_url")
    tables = ", ".join(f'"{table}"' for table in metadata.tables)
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    past_triggers = "SET session_replication_role = replica"
    _run(url, f"{others} AND pid <> pg_backend_pid()", past_triggers, f"TRUNCATE {tables} RESTART IDENTITY")
    return url


@pytest.fixture(params=_KINDS)
def bare_register_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The same where nothing is yet: the first to open it makes the schema."""
    if request.param == "embedded":
        yield f"sqlite:///{tmp_path / 'register.db'}"
        return
    with new_database(request.getfixturevalue("postgresql_url")) as url:
        yield url


@contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """A new empty database of a server, dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    _run(server_url, f'CREATE DATABASE "{name}"')
    yield f"{server_url.rpartition('/')[0]}/{name}"
    _run(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(url: str, *commands: str) -> None:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        for command in commands:
            connection.execute(command.encode())


def _address(variable: str, make: Callable[[Path], Server]) -> Iterator[str]:
    if running := os.environ.get(variable):
        yield running
        return
    with servers_folder() as folder, make(folder / "server") as server:
        yield server.url
