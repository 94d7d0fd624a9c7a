"""Knocks at the door of Kafka and says, in words for operators, why it does not open.

kafka-python's clients wait long for a server that cannot be worked with and forget why; that a password was wrong
they often do not even hear, because the server hangs up as it says so. So the door is knocked at before a client is
opened, and again whenever one fails; what the knock meets is what the operator reads.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any

from kafka import errors
from kafka.net.sasl import get_sasl_mechanism
from kafka.protocol.broker_version_data import BrokerVersionData
from kafka.protocol.metadata import ApiVersionsRequest, MetadataRequest
from kafka.protocol.parser import KafkaProtocol
from kafka.protocol.sasl import SaslAuthenticateRequest, SaslHandshakeRequest

from huiying.bus.kafka_address import Address, Server
from huiying.failures import Unavailable, Unusable
from huiying.settings import KafkaSettings

_SECONDS = 3.0
"""How long all servers together may take to answer a knock; an operator has his answer within ten."""

_LARGEST_ANSWER = 16 * 1024 * 1024
_WRONG_CERTIFICATE = {10: "已过期", 9: "尚未生效", 62: "不是发给这个主机名的", 64: "不是发给这个地址的"}
"""OpenSSL's codes that ask for another remedy than a CA file."""


class _Stage(Enum):
    """How far a knock came."""

    PORT = "port"
    TLS = "tls"
    LOGIN = "login"
    BROKERS = "brokers"


class _Met(Exception):
    """What a knock met, and at which stage; at the last one perhaps at the `broker` it names."""

    def __init__(self, stage: _Stage, error: Exception, broker: Server | None = None) -> None:
        super().__init__(str(error))
        self.stage = stage
        self.error = error
        self.broker = broker


def knock(address: Address, settings: KafkaSettings, security: Mapping[str, Any]) -> None:
    """Return if one of the servers lets us in, and a broker behind it too; else raise why not.

    `security` is what every connection is told of encryption and login.
    """
    met: list[Unavailable] = []
    seconds = _SECONDS / len(address.servers)
    for server in address.servers:
        try:
            _knock_at(server, settings, security, seconds)
        except Unavailable as trouble:
            met.append(trouble)
        else:
            return
    raise next((trouble for trouble in met if isinstance(trouble, Unusable)), met[0])


def _knock_at(server: Server, settings: KafkaSettings, security: Mapping[str, Any], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    _resolve(server, seconds)
    try:
        with _connected(server, security.get("ssl_context"), deadline) as connection:
            brokers = _brokers(_Door(connection, deadline), security)
        _find_one(brokers, security.get("ssl_context"), deadline)
    except _Met as met:
        raise _explained(server, settings, met) from met


class _Door:
    """A connection on which one question after another is asked in Kafka's protocol."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self.versions: Any = None
        self._connection = connection
        self._deadline = deadline
        self._protocol = KafkaProtocol(client_id="huiying", receive_message_max_bytes=_LARGEST_ANSWER)

    def ask(self, request: Any) -> Any:
        """The answer; raises the error that it may bear."""
        if self.versions is not None:
            request.API_VERSION = self.versions.api_version(request)
        self._protocol.send_request(request)
        self._connection.settimeout(max(self._deadline - time.monotonic(), 0.1))
        self._connection.sendall(self._protocol.send_bytes())
        while True:
            received = self._connection.recv(65536)
            if not received:
                raise ConnectionResetError("the server hung up")
            for _, answer in self._protocol.receive_bytes(received):
                refused = errors.for_code(getattr(answer, "error_code", 0))
                if refused is not errors.NoError:
                    raise refused(getattr(answer, "error_message", None) or refused.description)
                return answer


def _brokers(door: _Door, security: Mapping[str, Any]) -> Sequence[Server]:
    """Log in and ask who the brokers are, as the clients will."""
    try:
        known = door.ask(ApiVersionsRequest(version=0)).api_keys
        door.versions = BrokerVersionData(api_versions={k.api_key: (k.min_version, k.max_version) for k in known})
        if "sasl_mechanism" in security:
            door.ask(SaslHandshakeRequest(mechanism=security["sasl_mechanism"], min_version=1, max_version=1))
            login = get_sasl_mechanism(security["sasl_mechanism"])(**security)
            while not login.is_done():
                login.receive(door.ask(SaslAuthenticateRequest(login.auth_bytes())).auth_bytes)
    except (OSError, ValueError, errors.KafkaError) as error:
        raise _Met(_Stage.LOGIN, error) from error
    try:
        found = door.ask(MetadataRequest(topics=[], min_version=1)).brokers
    except (OSError, errors.KafkaError) as error:
        raise _Met(_Stage.BROKERS, error) from error
    return [Server(host=broker.host, port=broker.port) for broker in found]


def _find_one(brokers: Sequence[Server], context: ssl.SSLContext | None, deadline: float) -> None:
    met = _Met(_Stage.BROKERS, errors.MetadataEmptyBrokerList())
    for broker in brokers:
        try:
            with _connected(broker, context, deadline):
                return
        except _Met as refused:
            met = _Met(_Stage.BROKERS, refused.error, broker)
    raise met


@contextmanager
def _connected(server: Server, context: ssl.SSLContext | None, deadline: float) -> Iterator[socket.socket]:
    """A connection: the port must be open and, where TLS is wanted, the certificate good."""
    try:
        plain = socket.create_connection((server.host, server.port), timeout=max(deadline - time.monotonic(), 0.1))
    except OSError as error:
        raise _Met(_Stage.PORT, error) from error
    with plain:
        if context is None:
            yield plain
            return
        try:
            secure = context.wrap_socket(plain, server_hostname=server.host)
        except OSError as error:
            raise _Met(_Stage.TLS, error) from error
        with secure:
            yield secure


def _explained(server: Server, settings: KafkaSettings, met: "_Met") -> Unavailable:
    """Whoever mends it needs: which setting, what was tried, what to do."""
    if refused := refusal(met.error, settings):
        return Unusable(f"Kafka（HUIYING_BUS 中的 {server}）{refused}")
    if met.broker is not None:
        return Unusable(
            f"Kafka（HUIYING_BUS 中的 {server}）说它的服务器在 {met.broker}，那里连不上（{met.error}）。"
            "请核对 Kafka 的 advertised.listeners"
        )
    if wrong := _wrong_security(server, settings.security, met):
        return Unusable(f"Kafka（HUIYING_BUS 中的 {server}）{wrong}")
    return Unavailable(f"the bus cannot be reached: HUIYING_BUS names {server}: {met.error}")


def _wrong_security(server: Server, security: str, met: "_Met") -> str | None:
    if isinstance(met.error, TimeoutError):
        return None
    if met.stage is _Stage.TLS:
        return f"的 TLS 握手失败（{met.error}）。HUIYING_KAFKA_SECURITY 现为 {security}，请核对这个端口是否用 TLS"
    dropped = isinstance(met.error, ConnectionError)
    if met.stage is _Stage.BROKERS and dropped and not security.startswith("sasl_"):
        return f"接了又断，多半要登录。HUIYING_KAFKA_SECURITY 现为 {security}，请核对是否应以 sasl_ 开头"
    if met.stage is _Stage.LOGIN and not security.endswith("ssl") and _speaks_tls(server):
        return f"这个端口用 TLS。HUIYING_KAFKA_SECURITY 现为 {security}，请改为 ssl 或 sasl_ssl"
    return None


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


def _speaks_tls(server: Server) -> bool:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with _connected(server, context, time.monotonic() + 1):
            return True
    except _Met:
        return False


def refusal(error: BaseException, settings: KafkaSettings) -> str | None:
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
)
"""What only a person can mend: the kinds of error, and what to say after naming the server."""


def _causes(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    while current is not None:
        yield current
        current = current.__cause__ or current.__context__
