"""How Kafka is reached: what every client is told, and what to say of one that fails."""

import logging
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from kafka import errors
from kafka.net.compat import KafkaNetClient
from kafka.net.inet import KafkaNetSocket

from huiying.bus.kafka_address import parse_address
from huiying.bus.kafka_knocking import knock, refusal
from huiying.failures import Misconfigured, Unavailable, Unusable
from huiying.settings import KafkaSettings

_T = TypeVar("_T")

# Its lines are for its developers: dozens for every second without a broker. What an operator needs is raised.
logging.getLogger("kafka").setLevel(logging.CRITICAL)


class Cluster:
    """The brokers behind one address. Making one asks nobody; any thread may use it."""

    def __init__(self, url: str, settings: KafkaSettings) -> None:
        self.address = parse_address(url)
        self.settings = settings
        self._security = _security(settings)

    def open(self, kind: Callable[..., _T], **settings: Any) -> _T:
        """A client of this kind; raises `Unavailable` or `Unusable` within seconds where none can work."""
        knock(self.address, self.settings, self._security)
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
        if refused := refusal(error, self.settings):
            return Unusable(f"Kafka（HUIYING_BUS={self.address}）{refused}")
        try:
            knock(self.address, self.settings, self._security)
        except Unavailable as met:
            return met
        return Unavailable(f"the bus did not answer in time: HUIYING_BUS={self.address}: {error}")


def _security(settings: KafkaSettings) -> Mapping[str, Any]:
    """What every connection is told: encryption, login, and how to open a socket."""
    told: dict[str, Any] = {"security_protocol": settings.security.upper(), "proxy_url": "closing://"}
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


class _ClosingSocket(KafkaNetSocket):  # type: ignore[misc]  # the library has no types
    """Closes what could not be connected; the library's own leaves a socket to the collector at every try."""

    SCHEMES = ("closing",)

    async def sock_connect(self, net: Any, sock: socket.socket, sockaddr: Any, timeout_at: Any = None) -> Any:
        try:
            return await super().sock_connect(net, sock, sockaddr, timeout_at=timeout_at)
        except BaseException:
            sock.close()
            raise
