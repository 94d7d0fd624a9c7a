"""One parameter per adapter: a new adapter adds its name here and passes the same tests unchanged.

An opener can be pickled, because some tests open the same store in another process and kill that process.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

import pytest
from elasticsearch import Elasticsearch

from huiying.archive.archive import Archive
from huiying.archive.elastic import ElasticArchive
from huiying.archive.sqlite import SqliteArchive
from huiying.bus.bus import Bus
from huiying.bus.kafka import KafkaBus
from huiying.bus.sqlite import SqliteBus
from huiying.register.register import Register
from huiying.settings import ElasticsearchSettings, KafkaSettings
from tests.services.elasticsearch import own_indices
from tests.services.kafka import own_topics

OpenBus = Callable[[], Bus]
OpenArchive = Callable[[], Archive]
OpenRegister = Callable[[], Register]


class StartProcess(Protocol):
    """Starts `work(pipe, *args)` in another process, which is killed at the end of the test if it still lives."""

    def __call__(self, work: Callable[..., None], *args: Any) -> tuple[BaseProcess, Connection]: ...


@pytest.fixture(params=["embedded", pytest.param("kafka", marks=pytest.mark.servers)])
def open_bus(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OpenBus]:
    """Opens the test's own bus, again and again the same."""
    if request.param == "embedded":
        yield partial(SqliteBus, tmp_path / "bus.db")
        return
    with own_topics(request.getfixturevalue("kafka_url")) as url:
        yield partial(KafkaBus, url, KafkaSettings(partitions=2))


@pytest.fixture
def bus(open_bus: OpenBus) -> Iterator[Bus]:
    opened = open_bus()
    yield opened
    opened.close()


@pytest.fixture(params=["embedded", pytest.param("elasticsearch", marks=pytest.mark.servers)])
def open_archive(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[OpenArchive]:
    """Opens the test's own archive, again and again the same."""
    if request.param == "embedded":
        yield partial(SqliteArchive, tmp_path / "archive.db")
        return
    with own_indices(request.getfixturevalue("elasticsearch_url")) as url:
        opener = partial(ElasticArchive, url, ElasticsearchSettings())
        _search_sooner(opener, url)
        yield opener


@pytest.fixture
def archive(open_archive: OpenArchive) -> Iterator[Archive]:
    opened = open_archive()
    yield opened
    opened.close()


@pytest.fixture
def open_register(register_url: str) -> OpenRegister:
    """Opens the test's own register, again and again the same."""
    return partial(Register, register_url)


@pytest.fixture
def register(open_register: OpenRegister) -> Iterator[Register]:
    opened = open_register()
    yield opened
    opened.close()


@pytest.fixture
def start_process() -> Iterator[StartProcess]:
    started: list[tuple[BaseProcess, Connection]] = []
    context = get_context("spawn")

    def start(work: Callable[..., None], *args: Any) -> tuple[BaseProcess, Connection]:
        ours, theirs = context.Pipe()
        process = context.Process(target=work, args=(theirs, *args), daemon=True)
        process.start()
        theirs.close()
        started.append((process, ours))
        return process, ours

    yield start
    for process, pipe in started:
        if process.is_alive():
            process.kill()
        process.join()
        process.close()
        pipe.close()


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    """Searches may lag a moment behind; wait until this holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "did not come true in time"
        time.sleep(0.02)


def _search_sooner(open_archive: OpenArchive, url: str) -> None:
    """Searches see what was stored after some hundredths of a second instead of one, so that tests wait less."""
    archive = open_archive()
    archive.get([])
    archive.close()
    node, _, prefix = url.rpartition("/")
    with Elasticsearch(node) as client:
        client.indices.put_settings(index=f"{prefix}-posts", settings={"index.refresh_interval": "20ms"})
