"""The address of a bus on Kafka, and what its topics and groups are called there."""

import re
from dataclasses import dataclass

from huiying.failures import Misconfigured

_EXAMPLE = "kafka://主机:9092[,主机:9092][/前缀]"
_SERVER = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^:@\[\]/,]+)(:(?P<port>[0-9]{1,5}))?")
_PREFIX = re.compile(r"[A-Za-z0-9._-]{1,100}")


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
