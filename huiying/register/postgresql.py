"""PostgreSQL under the register: how it is reached, what every session is told, and what its errors ask for.

Nothing here may block for ever: a server that is away, a peer that froze in the middle of a transaction and a server
that stopped answering in the middle of a question each end in `Unavailable`, and the caller tries again.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

import psycopg
from psycopg import pq
from psycopg.abc import PQGen
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from psycopg.types.array import ListBinaryDumper
from sqlalchemy import URL, Connection, create_engine
from sqlalchemy.exc import DBAPIError

from huiying.failures import HuiyingError, Misconfigured, Unavailable, Unusable

OLDEST_VERSION = 13
"""The oldest major version with everything that is used; the tests run on 18."""

_MIGRATING = 4_655_2014
"""Any number, the same in every process: whoever holds this advisory lock migrates."""

_ANSWER_SECONDS = 40.0
_POOL_SECONDS = 8.0
_REACHED_BY = {
    "client_encoding": "utf8",
    "connect_timeout": "4",  # a name may stand for two addresses, which are tried one after the other
    "application_name": "huiying",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""What an address may say otherwise (`?connect_timeout=8`)."""

_SESSION = {
    "TimeZone": "UTC",
    "default_transaction_isolation": "read committed",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    # A process that froze in the middle of a transaction, or a machine that vanished, keeps its locks no longer.
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10s",
}

_AWAY = {
    "40001": "two transactions met",
    "40P01": "two transactions waited for each other",
    "55P03": "another transaction kept its lock too long",
    "57014": "the answer took too long",
    "53200": "the server is out of memory",
    "53300": "the server has no connection to spare",
    "57P01": "the server is shutting down",
    "57P02": "the server crashed",
    "57P03": "the server is starting",
    "57P04": "the database was dropped",
    "57P05": "the session was idle too long",
    "25P03": "the transaction was idle too long",
    "25P04": "the transaction took too long",
}
_TO_MEND = {
    "53100": "磁盘已满：请腾出空间或扩容",
    "58030": "服务器读写磁盘出错：请检查其磁盘",
    "25006": "该服务器只读（多半是备机）：HUIYING_REGISTER 应指向主库，或在地址后加 ?target_session_attrs=read-write",
    "42501": "登录的用户权限不够：请让它成为该库的所有者，或授予它对 public 模式及其中各表的权限",
}
_REFUSALS: Sequence[tuple[str, type[Unavailable], str]] = (
    (
        r"password authentication failed|no password supplied|SCRAM",
        Unusable,
        "用户名或口令不对：请核对 HUIYING_POSTGRESQL_PASSWORD 和 HUIYING_REGISTER 里的用户名",
    ),
    (r"database .* does not exist", Unusable, "没有这个库：请先建库，或核对 HUIYING_REGISTER 里的库名"),
    (
        r"role .* (does not exist|is not permitted)|permission denied for database|pg_hba\.conf",
        Unusable,
        "服务器不让这个用户从这里登录：请核对 HUIYING_REGISTER 里的用户名，以及服务器的授权和 pg_hba.conf",
    ),
    (
        r"server does not support SSL",
        Unusable,
        "服务器没有启用 TLS，而 HUIYING_REGISTER 的 sslmode 要求它：请在服务器上启用，或改 sslmode",
    ),
    (
        r"certificate",
        Unusable,
        "证书不被信任、已过期或不是发给这台主机的：请更换服务器证书，"
        "或核对 HUIYING_REGISTER 里的主机名和 sslrootcert（签发证书的 CA 文件）",
    ),
    (r"SSL error|SSL SYSCALL|sslmode", Unusable, "建立不了 TLS 连接：请核对 HUIYING_REGISTER 里以 ssl 开头的参数"),
    (
        r"invalid response|unsupported frontend protocol|authentication method .* not supported",
        Unusable,
        "那里应答的不像 PostgreSQL：请核对 HUIYING_REGISTER 里的主机和端口",
    ),
    (r"read-only|hot standby", Unavailable, "没有可写的服务器：请核对主库是否在运行"),
    (
        r"too many (clients|connections)|connection slots",
        Unavailable,
        "服务器的连接已用完：请调大它的 max_connections，或减少进程",
    ),
    (r"starting up|shutting down|not (yet )?accepting|recovery", Unavailable, "服务器正在启动或停止：稍后自行继续"),
    (
        r"resolve host|translate host name",
        Unavailable,
        "主机名解析不了：请核对 HUIYING_REGISTER 里的主机名，以及本机的 DNS",
    ),
    (
        r"refused|No such file",
        Unavailable,
        "那里没有服务：请核对 HUIYING_REGISTER 里的主机和端口，并确认服务器在运行",
    ),
    (r"timeout|timed out", Unavailable, "限时内没有应答：请核对 HUIYING_REGISTER 里的主机和端口，以及防火墙"),
)
_OTHERWISE = (Unavailable, "连不上：请核对 HUIYING_REGISTER，并确认服务器在运行")
_RV = TypeVar("_RV")


class _Connection(psycopg.Connection[TupleRow]):
    """A connection that gives up on a server which no longer answers: no setting of a server can promise that."""

    answer_seconds: float | None = _ANSWER_SECONDS

    def wait(self, gen: PQGen[_RV], interval: float = 0.1, timeout: float | None = None) -> _RV:
        try:
            return super().wait(gen, interval, self.answer_seconds if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == pq.TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


class PostgreSQL:
    """One database on one server, or on several of which one may be written. The first question connects."""

    # One picture of everything for as long as somebody reads, as SQLite gives by itself.
    reading: Mapping[str, object] = {"isolation_level": "REPEATABLE READ"}

    def __init__(self, url: URL, password: str | None) -> None:
        self._conninfo = _conninfo(url, password)
        self._place = _place(url)
        # Not asked before each use whether the server is still there, which would cost a round trip per transaction:
        # the first error after a restart renews every connection at once.
        self.engine = create_engine(url.set(query={}), creator=self._connect, pool_timeout=_POOL_SECONDS)

    def meaning(self, error: DBAPIError) -> HuiyingError | None:
        """What an error asks for: to wait, to have something mended, or (None) to mend the program."""
        code = getattr(error.orig, "sqlstate", None) or ""
        if code in _TO_MEND:
            return Unusable(
                f"HUIYING_REGISTER：PostgreSQL（{self._place}）{_TO_MEND[code]}。原话：{_first_line(error)}"
            )
        if code in _AWAY or code.startswith("08") or error.connection_invalidated:
            why = _AWAY.get(code, "the connection was lost")
            return Unavailable(f"the register at {self._place} did not answer, {why}: {_first_line(error)}")
        return None

    def migrate_alone(self, connection: Connection) -> None:
        """Let only this connection migrate, for as long as that takes; it is closed afterwards."""
        driver = connection.connection.driver_connection
        assert isinstance(driver, _Connection)
        driver.answer_seconds = None
        connection.detach()
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql("SET idle_in_transaction_session_timeout = 0")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")

    def _connect(self) -> _Connection:
        try:
            connection = _Connection.connect(self._conninfo)
            try:
                _begin_session(connection)
            except BaseException:
                connection.close()
                raise
        except psycopg.Error as error:
            kind, remedy = _refusal(str(error))
            raise kind(self._said(remedy, error)) from error
        return connection

    def _said(self, remedy: str, error: Exception) -> str:
        return f"HUIYING_REGISTER：PostgreSQL（{self._place}）{remedy}。原话：{_first_line(error)}"


def _begin_session(connection: _Connection) -> None:
    check_server(connection.info.server_version, connection.info.parameter_status("server_encoding"))
    connection.adapters.register_dumper(list, ListBinaryDumper)
    values = [part for setting in _SESSION.items() for part in setting]
    connection.execute(f"SELECT {', '.join(['set_config(%s, %s, false)'] * len(_SESSION))}", values)
    connection.commit()


def check_server(version: int, encoding: str | None) -> None:
    """Raise `Unusable` for a server that cannot hold the register; `version` as libpq numbers them (180004)."""
    if version // 10_000 < OLDEST_VERSION:
        raise Unusable(
            f"HUIYING_REGISTER：PostgreSQL {version // 10_000} 太旧，"
            f"须 {OLDEST_VERSION} 以上（以 18 试过）：请升级服务器"
        )
    if encoding != "UTF8":
        raise Unusable(
            f"HUIYING_REGISTER：该库的编码是 {encoding}，须为 UTF8："
            "请另建一库（CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0）"
        )


def _conninfo(url: URL, password: str | None) -> str:
    """What libpq is told; raises `Misconfigured` for an address that it would never understand."""
    query = {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    said = {
        "host": url.host,
        "port": str(url.port) if url.port else None,
        "dbname": url.database,
        "user": url.username,
        "password": str(url.password) if url.password else password,
    }
    parameters = _REACHED_BY | {name: value for name, value in said.items() if value} | _hosts(query)
    if not parameters.get("dbname"):
        raise Misconfigured(f"HUIYING_REGISTER：地址（{_place(url)}）缺库名，应如 postgresql+psycopg://用户@主机/库")
    try:
        return make_conninfo("", **parameters)
    except psycopg.ProgrammingError as error:
        raise Misconfigured(f"HUIYING_REGISTER：地址（{_place(url)}）的参数不对：{_first_line(error)}") from error


def _hosts(query: dict[str, str]) -> dict[str, str]:
    """Several servers are written `?host=one:5432&host=two:5432`; libpq wants their ports apart."""
    if "port" in query or ":" not in query.get("host", ""):
        return query
    pairs = [part.rpartition(":") if ":" in part else (part, ":", "5432") for part in query["host"].split(",")]
    return query | {"host": ",".join(host for host, _, _ in pairs), "port": ",".join(port for _, _, port in pairs)}


def _place(url: URL) -> str:
    """The address without its password and whatever else its parameters may hide."""
    query = url.query.get("host", ())
    hosts = [query] if isinstance(query, str) else query
    where = f"{url.host or ''}{f':{url.port}' if url.port else ''}" or ",".join(hosts)
    return f"{f'{url.username}@' if url.username else ''}{where}/{url.database or ''}"


def _refusal(words: str) -> tuple[type[Unavailable], str]:
    """What the words with which a connection failed ask for; libpq gives no code there."""
    for pattern, kind, remedy in _REFUSALS:
        if re.search(pattern, words, re.IGNORECASE):
            return kind, remedy
    return _OTHERWISE


def _first_line(error: BaseException) -> str:
    said = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return str(said).partition("\n")[0].strip()
