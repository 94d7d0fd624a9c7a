"""One Elasticsearch node, from the distribution that `fetch.sh` has put there."""

import base64
import http.client
import secrets
import shutil
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from elasticsearch import Elasticsearch as Client
from trustme import CA

from tests.services.server import Server, fetched, java_home

_OPTIONS = "-Xms{heap}\n-Xmx{heap}\n"
_SETTINGS = """
cluster.name: huiying-test
node.name: only
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: 0
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: {secured}
xpack.security.transport.ssl.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""
_TLS = """
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: http.key
xpack.security.http.ssl.certificate: http.pem
"""


@contextmanager
def own_indices(url: str) -> Iterator[str]:
    """The address with a prefix that nobody else uses; its indices and templates are deleted afterwards."""
    prefix = f"test-{secrets.token_hex(6)}"
    yield f"{url}/{prefix}"
    with Client(url).options(ignore_status=404) as client:
        mine = list(client.indices.get(index=f"{prefix}-*"))
        if mine:
            client.indices.delete(index=mine)
        client.indices.delete_index_template(name=f"{prefix}-*")


class Elasticsearch(Server):
    """A node of its own; `settings` are added to its own.

    With a password it wants basic auth as user elastic; with an authority as well it speaks TLS.
    """

    name = "Elasticsearch"

    def __init__(
        self,
        folder: Path,
        *,
        password: str | None = None,
        authority: CA | None = None,
        settings: Mapping[str, str] | None = None,
        heap: str = "512m",
    ) -> None:
        super().__init__(folder)
        self._password = password
        self._authority = authority
        self._settings = settings or {}
        self._heap = heap

    @property
    def url(self) -> str:
        """Without a prefix for indices: who asks adds its own."""
        login = f"elastic:{self._password}@" if self._password else ""
        return f"{'https' if self._authority else 'http'}://{login}127.0.0.1:{self.port}"

    @property
    def _home(self) -> Path:
        return self.folder / "home"

    @property
    def _environment(self) -> dict[str, str]:
        java, temporary = java_home(), str(self.folder / "temporary")
        return {
            "ES_JAVA_HOME": java,
            "ES_TMPDIR": temporary,
            "ES_PATH_CONF": str(self._home / "config"),
            "HOME": temporary,
        }

    def _prepare(self) -> None:
        shutil.copytree(fetched("elasticsearch-*"), self._home)
        for tool in (self._home / "bin").iterdir():
            tool.chmod(0o755)
        for name in ("data", "logs", "temporary"):
            (self.folder / name).mkdir()
        config = self._home / "config"
        settings = _SETTINGS.format(port=self.port, folder=self.folder, secured=str(bool(self._password)).lower())
        settings += "".join(f"{name}: {value}\n" for name, value in self._settings.items())
        if self._authority:
            certificate = self._authority.issue_cert("127.0.0.1", "localhost")
            certificate.private_key_pem.write_to_path(config / "http.key")
            certificate.cert_chain_pems[0].write_to_path(config / "http.pem")
            settings += _TLS
        (config / "elasticsearch.yml").write_text(settings, "utf-8")
        (config / "jvm.options.d").mkdir(exist_ok=True)
        (config / "jvm.options.d" / "heap.options").write_text(_OPTIONS.format(heap=self._heap), "utf-8")
        if self._password:
            keystore = self._home / "bin" / "elasticsearch-keystore"
            self.run(keystore, "create", environment=self._environment)
            password = self._password.encode()
            self.run(keystore, "add", "-x", "bootstrap.password", environment=self._environment, stdin=password)

    def _command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        return [str(self._home / "bin" / "elasticsearch")], self._environment

    def _connection(self) -> http.client.HTTPConnection:
        if self._authority is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        trusting = ssl.create_default_context()
        self._authority.configure_trust(trusting)
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=5, context=trusting)

    def _answers(self) -> bool:
        connection = self._connection()
        headers = {}
        if self._password:
            headers["Authorization"] = f"Basic {base64.b64encode(f'elastic:{self._password}'.encode()).decode()}"
        try:
            connection.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s", headers=headers)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
