"""How Kafka is reached: its address, what every client is told, and in words for operators why it is not reached.

kafka-python's clients wait long for a server that cannot be worked with and forget why. So the door is knocked at
before a client is opened, and again whenever one fails; what the knock meets is what the operator reads.
"""

import logging
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from kafka import errors
from kafka.net.compat import KafkaNetClient
from kafka.net.manager import KafkaConnectionManager
from kafka.net.selector import NetworkSelector

from huiying.failures import Misconfigured, Unavailable, Unusable
from huiying.settings import KafkaSettings

KNOCK_SECONDS = 3.0
"""How long all servers together may take to answer a knock; an operator has his answer within ten."""

_EXAMPLE = "kafka://主机:9092[,主机:9092][/前缀]"
_SERVER = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^:@\[\]/,]+)(:(?P<port>[0-9]{1,5}))?")
_PREFIX = re.compile(r"[A-Za-z0-9._-]{1,100}")
_WRONG_CERTIFICATE = {10: "已过期", 9: "尚未生效", 62: "不是发给这个主机名的", 64: "不是发给这个地址的"}
"""OpenSSL's codes that ask for another remedy than a CA file."""

_T = TypeVar("_T")

# Its lines are for its developers: dozens for every second without a broker. What an operator needs is raised.
logging.getLogger("kafka").setLevel(logging.CRITICAL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """One host and port of the address."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """What `HUIYING_BUS` says: where to begin, and the prefix of topics and groups."""

    servers: tuple[Server, ...]
    prefix: str

    def __str__(self) -> str:
        return f"kafka://{','.join(map(str, self.servers))}/{self.prefix}"


def parse_address(url: str) -> Address:
    """The address in `kafka://host[:9092][,host[:9092]][/prefix]`; `Misconfigured` if it is none."""
    scheme, _, rest = url.partition("://")
    places, _, prefix = rest.partition("/")
    if scheme != "kafka" or not places:
        raise Misconfigured(f"HUIYING_BUS：不认识这个地址，应如 {_EXAMPLE}")
    if "@" in places:
        raise Misconfigured("HUIYING_BUS：地址里不写用户名和口令，请用 HUIYING_KAFKA_USER 和 HUIYING_KAFKA_PASSWORD")
    if prefix and not _PREFIX.fullmatch(prefix):
        raise Misconfigured(f"HUIYING_BUS：前缀“{prefix}”只能有字母、数字、点、横线和下划线，至多 100 个")
    return Address(servers=tuple(map(_server, places.split(","))), prefix=prefix or "huiying")


def _server(place: str) -> Server:
    found = _SERVER.fullmatch(place)
    port = int(found["port"] or 9092) if found else 0
    if not found or not 1 <= port <= 65535:
        raise Misconfigured(f"HUIYING_BUS：“{place}”不是主机和端口，地址应如 {_EXAMPLE}")
    return Server(host=found["host"].strip("[]"), port=port)


def topic_name(address: Address, topic: str) -> str:
    """What a topic is called in Kafka."""
    return f"{address.prefix}.{topic}"


def group_name(address: Address, group: str) -> str:
    """What a group is called in Kafka."""
    return f"{address.prefix}.{group}"


class Cluster:
    """The brokers behind one address. Making one asks nobody; any thread may use it."""

    def __init__(self, url: str, settings: KafkaSettings) -> None:
        self.address = parse_address(url)
        self.settings = settings
        self._security = _security(settings)

    def open(self, kind: Callable[..., _T], **settings: Any) -> _T:
        """A client of this kind; raises `Unavailable` or `Unusable` within seconds where none can work."""
        self.knock()
        opened: list[Any] = []

        def connect(**configuration: Any) -> Any:
            opened.append(KafkaNetClient(**configuration | {"socket_connection_setup_timeout_ms": 2_000}))
            return opened[-1]

        with self.asking():
            try:
                return kind(
                    bootstrap_servers=list(map(str, self.address.servers)),
                    client_id="huiying",
                    kafka_client=connect,
                    bootstrap_timeout_ms=3_000,
                    reconnect_backoff_max_ms=1_000,
                    metadata_max_age_ms=30_000,
                    **self._security,
                    **settings,
                )
            except BaseException:
                for client in opened:
                    client.close()
                raise

    @contextmanager
    def asking(self, *, but: tuple[type[BaseException], ...] = ()) -> Iterator[None]:
        """Turn what goes wrong between us and Kafka into words; `but` for these, which the caller can cure."""
        try:
            yield
        except but:
            raise
        except (errors.KafkaError, OSError) as error:
            raise self.trouble(error) from error

    def trouble(self, error: BaseException) -> Unavailable:
        """What to tell of an error of a client: what it says itself, else what a knock at the door meets."""
        if refused := _refused(error, self.settings):
            return Unusable(f"Kafka（HUIYING_BUS={self.address}）{refused}")
        try:
            self.knock()
        except Unavailable as met:
            return met
        return Unavailable(f"the bus did not answer in time: HUIYING_BUS={self.address}: {error}")

    def knock(self) -> None:
        """Return if one of the servers lets us in and a broker behind it too; else raise why not."""
        met: list[Unavailable] = []
        seconds = KNOCK_SECONDS / len(self.address.servers)
        for server in self.address.servers:
            try:
                self._knock_at(server, seconds)
            except Unavailable as trouble:
                met.append(trouble)
            else:
                return
        raise next((trouble for trouble in met if isinstance(trouble, Unusable)), met[0])

    def _knock_at(self, server: Server, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        _resolve(server, seconds)
        milliseconds = max(deadline - time.monotonic(), 0.1) * 1000
        net = NetworkSelector()
        manager = KafkaConnectionManager(
            net,
            bootstrap_servers=[str(server)],
            receive_message_max_bytes=16 * 1024 * 1024,
            socket_connection_setup_timeout_ms=milliseconds,
            request_timeout_ms=milliseconds,
            **self._security,
        )
        net.start()
        try:
            manager.run(_greet, manager)
        except _Met as met:
            raise self._explained(server, met) from met
        finally:
            manager.close()
            net.close()

    def _explained(self, server: Server, met: "_Met") -> Unavailable:
        """The one who mends it needs: which setting, what was tried, what to do."""
        if refused := _refused(met.error, self.settings):
            return Unusable(f"Kafka（HUIYING_BUS 中的 {server}）{refused}")
        if met.broker is not None:
            return Unusable(
                f"Kafka（HUIYING_BUS 中的 {server}）说它的服务器在 {met.broker}，那里连不上（{met.error}）。"
                "请核对 Kafka 的 advertised.listeners"
            )
        if wrong := self._wrong_security(server, met):
            return Unusable(f"Kafka（HUIYING_BUS 中的 {server}）{wrong}")
        return Unavailable(f"the bus cannot be reached: HUIYING_BUS names {server}: {met.error}")

    def _wrong_security(self, server: Server, met: "_Met") -> str | None:
        security = self.settings.security
        if any(isinstance(cause, ssl.SSLError) for cause in _causes(met.error)):
            return f"的 TLS 握手失败（{met.error}）。HUIYING_KAFKA_SECURITY 现为 {security}，请核对这个端口是否用 TLS"
        if met.connected:
            if security.startswith("sasl_"):
                return None
            return f"接了又断，多半要登录。HUIYING_KAFKA_SECURITY 现为 {security}，请核对是否应以 sasl_ 开头"
        if not security.endswith("ssl") and _speaks_tls(server):
            return f"这个端口用 TLS。HUIYING_KAFKA_SECURITY 现为 {security}，请改为 ssl 或 sasl_ssl"
        return None


class _Met(Exception):
    """What a knock met: before a connection stood, after it (`connected`), or only at the `broker` it names."""

    def __init__(self, error: Exception, *, connected: bool = False, broker: str | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.connected = connected
        self.broker = broker


async def _greet(manager: Any) -> None:
    """Connect, log in, ask for the brokers, and connect to one of them."""
    (door,) = manager.cluster.bootstrap_brokers()
    try:
        await manager.get_connection(door.node_id)
    except Exception as error:
        raise _Met(error) from error
    try:
        await manager.cluster.refresh_metadata(door.node_id)
    except Exception as error:
        raise _Met(error, connected=True) from error
    met = None
    for broker in manager.cluster.brokers():
        try:
            await manager.get_connection(broker.node_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next broker may do
            met = _Met(error, broker=str(Server(host=broker.host, port=broker.port)))
        else:
            return
    raise met or _Met(errors.MetadataEmptyBrokerList(), connected=True)


def _security(settings: KafkaSettings) -> Mapping[str, Any]:
    """What every client is told of encryption and login."""
    told: dict[str, Any] = {"security_protocol": settings.security.upper()}
    if settings.security.endswith("ssl"):
        try:
            told["ssl_context"] = ssl.create_default_context(cafile=settings.ca)
        except (OSError, ssl.SSLError) as error:
            raise Misconfigured(f"HUIYING_KAFKA_CA：{settings.ca} 不是可用的 PEM 证书文件（{error}）") from error
    if settings.security.startswith("sasl_"):
        told |= {
            "sasl_mechanism": settings.mechanism.upper(),
            "sasl_plain_username": settings.user,
            "sasl_plain_password": settings.password,
        }
    return told


def _resolve(server: Server, seconds: float) -> None:
    """See that the name has an address. In a thread, because a name server that is away holds one up for longer."""
    met: list[OSError] = []

    def ask() -> None:
        try:
            socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            met.append(OSError(str(error)))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if met or asking.is_alive():
        reason = met[0] if met else "域名服务器没有回答"
        raise Unusable(f"HUIYING_BUS：解析不了主机名 {server.host}（{reason}）。请核对地址，或这台机器的域名解析")


def _refused(error: BaseException, settings: KafkaSettings) -> str | None:
    """For an error that says itself what a person has to mend: that, in Chinese."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            wrong = _WRONG_CERTIFICATE.get(cause.verify_code)
            if wrong:
                return f"的证书{wrong}（{cause.verify_message}）。请更换证书，或核对 HUIYING_BUS 里的主机名"
            ca = settings.ca or "未设，用系统的"
            return f"的证书不被信任（{cause.verify_message}）。请核对 HUIYING_KAFKA_CA（现为 {ca}）是否是签发它的 CA"
        for kinds, words in _REFUSALS:
            if isinstance(cause, kinds):
                return words.format(settings=settings, error=cause)
    return None


_REFUSALS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    (
        (errors.SaslAuthenticationFailedError,),
        "不接受登录。请核对 HUIYING_KAFKA_USER（现为 {settings.user}）和 HUIYING_KAFKA_PASSWORD",
    ),
    (
        (errors.UnsupportedSaslMechanismError,),
        "没有启用登录方式 {settings.mechanism}。请核对 HUIYING_KAFKA_SASL_MECHANISM",
    ),
    (
        (errors.IllegalSaslStateError,),
        "这个端口不用登录。HUIYING_KAFKA_SECURITY 现为 {settings.security}，请改为 plaintext 或 ssl",
    ),
    (
        (errors.AuthorizationError,),
        "拒绝了用户（HUIYING_KAFKA_USER：{settings.user}）的操作：{error}。请给它以前缀开头的主题和消费组的读、写、"
        "查看权限，以及创建主题的权限",
    ),
    (
        (errors.InvalidReplicationFactorError, errors.InvalidReplicationAssignmentError),
        "不能为新主题建 {settings.replication} 个副本（{error}）。请核对 HUIYING_KAFKA_REPLICATION 和服务器的数目",
    ),
    (
        (errors.InvalidPartitionsError, errors.InvalidConfigurationError, errors.PolicyViolationError),
        "不准这样建主题（{error}）。请核对 HUIYING_KAFKA_PARTITIONS、HUIYING_KAFKA_RETENTION_HOURS 和服务器的规定，"
        "或由管理员先建好主题",
    ),
    (
        (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError),
        "不收这么大的消息（{error}）。请把主题的 max.message.bytes 改为 16777216",
    ),
    (
        (errors.InconsistentGroupProtocolError,),
        "的同名消费组里有别的程序在读（{error}）。请在 HUIYING_BUS 末尾写一个别处没有用的前缀",
    ),
    (
        (errors.InvalidSessionTimeoutError,),
        "不准 8 秒的会话时限。请核对服务器的 group.min.session.timeout.ms 和 group.max.session.timeout.ms",
    ),
    (
        (errors.UnsupportedCodecError, errors.CorruptRecordError),
        "的主题里有读不了的记录（{error}）。请查明是谁写入的，并用 kafka-delete-records 删到它之后",
    ),
    (
        (errors.KafkaStorageError,),
        "的数据盘出错（{error}）。请看服务器的日志，腾出空间或更换磁盘",
    ),
    (
        (errors.UnsupportedVersionError,),
        "的版本太旧（{error}）。需要 2.4 或更新的 Kafka",
    ),
)  # fmt: skip
"""What only a person can mend: the kinds of error, and what to say after naming the server."""


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__


def _speaks_tls(server: Server) -> bool:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with socket.create_connection((server.host, server.port), timeout=1) as plain, context.wrap_socket(plain):
            return True
    except OSError:
        return False
