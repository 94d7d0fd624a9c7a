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
        return sum(session_cpu_seconds(server.pid) for server in self.servers.values())

    def memory_mb(self) -> dict[str, int]:
        """What each server holds in memory now; pages that its processes share are counted once per process."""
        return {name: session_memory_mb(server.pid) for name, server in self.servers.items()}


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


def session_cpu_seconds(leader: int) -> float:
    """CPU seconds of every process of a session, with those that its leader has already buried."""
    return sum(sum(int(part) for part in fields[11:15]) for fields in _session(leader).values()) / _TICKS


def session_memory_mb(leader: int) -> int:
    """Resident memory of every process of a session."""
    return sum(int(fields[21]) for fields in _session(leader).values()) * os.sysconf("SC_PAGE_SIZE") // 1_048_576


def _session(leader: int) -> dict[int, list[str]]:
    """What /proc says of each process of a session, from the state on (proc(5), field 3)."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text("utf-8").rpartition(") ")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == leader:
            found[int(entry.name)] = fields
    return found
