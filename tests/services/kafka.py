"""One Kafka broker (KRaft), from the jars that `fetch.sh` has put there."""

import secrets
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.services.server import Server, fetched, free_port, java_home

_HERE = Path(__file__).parent
_CLUSTER = "4L6g3nShT-eMCtK--X86sw"


@contextmanager
def own_topics(url: str) -> Iterator[str]:
    """The address with a prefix that nobody else uses; its topics are deleted afterwards."""
    prefix = f"test-{secrets.token_hex(6)}"
    yield f"{url}/{prefix}"
    admin = KafkaAdminClient(bootstrap_servers=url.removeprefix("kafka://").split(","))
    mine = [topic for topic in admin.list_topics() if topic.startswith(f"{prefix}.")]
    if mine:
        admin.delete_topics(mine)
    admin.close()


class Kafka(Server):
    """A broker that is its own controller. `settings` are lines added to its properties.

    Beside its plain listener it has `listeners`, each a name and a security protocol.
    """

    name = "Kafka"

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, str] | None = None,
        *,
        listeners: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(folder)
        self._controller_port = free_port()
        self._settings = settings or {}
        self._protocols = {"PLAINTEXT": "PLAINTEXT", **(listeners or {})}
        self._ports = {"PLAINTEXT": self.port, **{name: free_port() for name in listeners or {}}}

    @property
    def url(self) -> str:
        """Without a prefix for topics: who asks adds its own."""
        return self.url_of("PLAINTEXT")

    def url_of(self, listener: str) -> str:
        """The address of one listener."""
        return f"kafka://127.0.0.1:{self._ports[listener]}"

    def _prepare(self) -> None:
        properties = (_HERE / "kafka.properties").read_text("utf-8")
        properties = properties.format(
            listeners=",".join(f"{name}://127.0.0.1:{port}" for name, port in self._ports.items()),
            protocols=",".join(f"{name}:{protocol}" for name, protocol in self._protocols.items()),
            controller_port=self._controller_port,
            data=self.folder / "data",
        )
        added = "".join(f"{name}={value}\n" for name, value in self._settings.items())
        (self.folder / "server.properties").write_text(properties + added, "utf-8")
        (self.folder / "log4j2.properties").write_bytes((_HERE / "kafka-log4j2.properties").read_bytes())
        (self.folder / "jars").mkdir()
        for jar in fetched("kafka").glob("*.jar"):
            (self.folder / "jars" / jar.name).write_bytes(jar.read_bytes())
        self.run(
            *self._java("-Xmx128m"),
            "kafka.tools.StorageTool",
            *("format", "-t", _CLUSTER, "-c", str(self.folder / "server.properties")),
        )

    def _java(self, *options: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}"
        return [f"{java_home()}/bin/java", *options, logging, "-cp", f"{self.folder / 'jars'}/*"]

    def _command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        heap = ("-Xms384m", "-Xmx384m", "-XX:+UseSerialGC", "-Xss512k", "-Djava.awt.headless=true")
        return [*self._java(*heap), "kafka.Kafka", str(self.folder / "server.properties")], {}

    def _answers(self) -> bool:
        # The client waits 30 s for a port that is closed, so the port is asked first.
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            admin = KafkaAdminClient(bootstrap_servers=[f"127.0.0.1:{self.port}"], request_timeout_ms=2_000)
        except (KafkaError, OSError):
            return False
        try:
            admin.list_topics()
        except (KafkaError, OSError):
            return False
        finally:
            admin.close()
        return True
