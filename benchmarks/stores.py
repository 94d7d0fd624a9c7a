"""The stores that a benchmark runs on: one folder, or three real servers whose CPU time counts too."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.services.elasticsearch import Elasticsearch
from tests.services.kafka import Kafka
from tests.services.postgresql import PostgreSQL
from tests.services.server import Server

FAMILIES = ("embedded", "servers")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Settings of an office for these stores, and the servers behind them."""

    environment: Mapping[str, str]
    servers: Mapping[str, Server] = field(default_factory=dict)

    def for_office(self, name: str) -> dict[str, str]:
        """The settings of one of several offices that share the servers without meeting."""
        environment = dict(self.environment)
        if self.servers:
            environment["HUIYING_BUS"] += f"/{name}"
            environment["HUIYING_ARCHIVE"] += f"/{name}"
            postgresql = self.servers["PostgreSQL"]
            assert isinstance(postgresql, PostgreSQL)
            environment["HUIYING_REGISTER"] = postgresql.create_database(name)
        return environment

    def cpu_seconds(self) -> float:
        """What all servers together have used so far."""
        return sum(family_cpu_seconds(server.pid) for server in self.servers.values())

    def memory_mb(self) -> dict[str, int]:
        """What each server holds in memory now; pages that its processes share are counted once per process."""
        return {name: family_memory_mb(server.pid) for name, server in self.servers.items()}


@contextmanager
def stores_of(family: str) -> Iterator[Stores]:
    """The stores of a family, ready to be used."""
    if family == "embedded":
        yield Stores(environment={})
        return
    with tempfile.TemporaryDirectory(prefix="huiying-bench-servers-") as folder, ExitStack() as running:
        home = Path(folder)
        home.chmod(0o755)
        servers: dict[str, Server] = {
            kind.name: running.enter_context(kind(home / kind.name.lower()))
            for kind in (Kafka, Elasticsearch, PostgreSQL)
        }
        environment = {
            "HUIYING_BUS": servers["Kafka"].url,
            "HUIYING_ARCHIVE": servers["Elasticsearch"].url,
            "HUIYING_REGISTER": servers["PostgreSQL"].url,
        }
        yield Stores(environment=environment, servers=servers)


def family_cpu_seconds(parent: int) -> float:
    """CPU seconds of a process and everything it has started, those it has already buried included."""
    return sum(sum(int(part) for part in fields[11:15]) for fields in _family(parent)) / _TICKS


def family_memory_mb(parent: int) -> int:
    """Resident memory of a process and everything it has started."""
    return sum(int(fields[21]) for fields in _family(parent)) * os.sysconf("SC_PAGE_SIZE") // 1_048_576


def _family(parent: int) -> list[list[str]]:
    """What /proc says of each of them, from the state on (proc(5), field 3)."""
    processes = dict(_processes())
    family = {parent}
    while True:
        more = {pid for pid, fields in processes.items() if int(fields[1]) in family} - family
        if not more:
            return [processes[pid] for pid in family if pid in processes]
        family |= more


def _processes() -> Iterator[tuple[int, list[str]]]:
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            yield int(entry.name), (entry / "stat").read_text("utf-8").rpartition(") ")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
