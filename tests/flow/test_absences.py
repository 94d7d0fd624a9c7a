"""An office whose servers are away says so within ten seconds, names the setting, waits, and goes on by itself."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.wiring import Office
from huiying.failures import Unavailable
from tests.flow.running import Place
from tests.services.elasticsearch import Elasticsearch
from tests.services.kafka import Kafka
from tests.services.postgresql import PostgreSQL
from tests.services.server import free_port, in_time

pytestmark = [pytest.mark.slow, pytest.mark.servers]

_SAID_WITHIN = 10.0
_START_SECONDS = 6.0
"""A process that is started beside others needs some seconds before it can say anything at all."""

_COMMANDS = {
    "assessing": ("consume", "--stage", "assessing"),
    "gathering": ("consume", "--stage", "gathering"),
    "respond": ("respond",),
}
_NEEDS = {
    "assessing": {"HUIYING_BUS", "HUIYING_ARCHIVE"},
    "gathering": {"HUIYING_BUS", "HUIYING_REGISTER"},
    "respond": {"HUIYING_BUS", "HUIYING_REGISTER"},
}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the servers' user can reach."""
    with tempfile.TemporaryDirectory(prefix="huiying-absences-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _begin(place: Place, role: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "console", *_COMMANDS[role], "--data", str(place.folder)]
    with (place.folder / f"{role}.log").open("wb") as log:
        return subprocess.Popen(command, env={**os.environ, **place.environment}, stdout=log, stderr=log)


def _log(place: Place, role: str) -> str:
    return (place.folder / f"{role}.log").read_text("utf-8")


def _named(place: Place, role: str) -> set[str]:
    return set(re.findall(r"HUIYING_[A-Z_]+", _log(place, role)))


def test_an_office_that_starts_before_its_servers_says_what_is_away_and_waits(folder: Path) -> None:
    kafka, elasticsearch = Kafka(folder / "kafka"), Elasticsearch(folder / "elasticsearch")
    postgresql = PostgreSQL(folder / "postgresql")
    environment = {
        "HUIYING_SCOPE": "everywhere",
        "HUIYING_BUS": kafka.url,
        "HUIYING_ARCHIVE": elasticsearch.url,
        "HUIYING_REGISTER": postgresql.url,
    }
    place = Place(folder=folder / "office", environment=environment)
    place.folder.mkdir()
    running = {role: _begin(place, role) for role in _COMMANDS}
    try:
        said = in_time(
            lambda: all(_named(place, role) & _NEEDS[role] for role in running), _SAID_WITHIN + _START_SECONDS
        )
        assert said, {role: _log(place, role) for role in running}
        time.sleep(5.0)
        assert {role: process.poll() for role, process in running.items()} == dict.fromkeys(running)
        with kafka, elasticsearch, postgresql:
            office = place.office()
            file = place.folder / "post.jsonl"
            file.write_text(json.dumps({"id": "1", "text": "泉水街道自来水发黄"}, ensure_ascii=False), "utf-8")
            assert place.finish("import", str(file)) == 0

            def gathered() -> bool:
                with office.register.reading() as tx:
                    return sum(tx.posts.count_by_fate().values()) == 1

            assert in_time(gathered, 60.0)
            office.close()
            for process in running.values():
                process.terminate()
                assert process.wait(30) == 0
    finally:
        for process in running.values():
            process.kill()
            process.wait()


def _ask(office: Office, setting: str) -> None:
    """Ask the store that a setting names for something."""
    match setting:
        case "HUIYING_BUS":
            office.bus.lag("assessing", ["post-collected"])
        case "HUIYING_ARCHIVE":
            office.archive.get(["1"])
        case _:
            with office.register.reading() as tx:
                tx.outbox.newest()


@pytest.mark.parametrize("setting", ["HUIYING_BUS", "HUIYING_ARCHIVE", "HUIYING_REGISTER"])
@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
def test_a_closed_port_or_an_unknown_host_is_told_within_ten_seconds(tmp_path: Path, setting: str, host: str) -> None:
    port = free_port()
    address = {
        "HUIYING_BUS": f"kafka://{host}:{port}",
        "HUIYING_ARCHIVE": f"http://{host}:{port}",
        "HUIYING_REGISTER": f"postgresql+psycopg://huiying:hidden-word@{host}:{port}/huiying",
    }[setting]
    office = Place(folder=tmp_path, environment={setting: address}).office()
    began = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        _ask(office, setting)
    assert time.monotonic() - began < _SAID_WITHIN
    assert setting in str(caught.value)
    assert host in str(caught.value)
    assert "hidden-word" not in str(caught.value)
    office.close()


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("HUIYING_BUS", "kafka://"),
        ("HUIYING_BUS", "kafka://host:port"),
        ("HUIYING_BUS", "rabbit://host:5672"),
        ("HUIYING_ARCHIVE", "http://"),
        ("HUIYING_ARCHIVE", "elasticsearch://host:9200"),
        ("HUIYING_REGISTER", "mysql://host/huiying"),
        ("HUIYING_REGISTER", "postgresql+psycopg://user:hidden-word@host:port/huiying"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_at_once(tmp_path: Path, setting: str, address: str) -> None:
    settings = {**os.environ, setting: address}
    command = [sys.executable, "-m", "console", "status", "--data", str(tmp_path)]
    refused = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    assert refused.returncode == 1
    assert setting in refused.stderr
    assert "hidden-word" not in refused.stderr + refused.stdout
