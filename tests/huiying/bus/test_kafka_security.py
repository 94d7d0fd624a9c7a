"""Kafka behind TLS and login: what works, and what an operator is told of settings that do not fit."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from kafka import KafkaAdminClient
from kafka.admin import UserScramCredentialUpsertion

from huiying.bus.kafka import KafkaBus
from huiying.failures import Unusable
from huiying.messages import PostCollected
from huiying.settings import KafkaSettings
from tests.builders import make_post
from tests.services.kafka import Kafka
from tests.services.running import servers_folder

pytestmark = [pytest.mark.servers, pytest.mark.slow]

POSTS = PostCollected.topic
PASSWORD = "p4ssw0rd-of-alice"
LISTENERS = {
    "TLS": "SSL",
    "EXPIRED": "SSL",
    "ELSEWHERE": "SSL",
    "LOGIN": "SASL_PLAINTEXT",
    "BOTH": "SASL_SSL",
}
MODULES = "org.apache.kafka.common.security"


class Certificates:
    """An authority, the keys of the listeners, and another authority that signed none of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = trustme.CA()
        self.ca = folder / "ca.pem"
        self.other_ca = folder / "other-ca.pem"
        self._authority.cert_pem.write_to_path(self.ca)
        trustme.CA().cert_pem.write_to_path(self.other_ca)

    def keystore(self, name: str, host: str, not_after: datetime | None = None) -> Path:
        """Key and certificate of a listener, as a broker reads them."""
        issued = self._authority.issue_cert(host, not_after=not_after)
        key = load_pem_private_key(issued.private_key_pem.bytes(), None)
        path = self._folder / f"{name}.pem"
        chain = [each.bytes() for each in issued.cert_chain_pems]
        path.write_bytes(b"".join([key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), *chain]))
        path.chmod(0o644)
        return path


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with servers_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def certificates(folder: Path) -> Certificates:
    return Certificates(folder)


@pytest.fixture(scope="module")
def kafka(folder: Path, certificates: Certificates) -> Iterator[Kafka]:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    keystores = {
        "tls": certificates.keystore("tls", "127.0.0.1"),
        "both": certificates.keystore("both", "127.0.0.1"),
        "expired": certificates.keystore("expired", "127.0.0.1", yesterday),
        "elsewhere": certificates.keystore("elsewhere", "kafka.example"),
    }
    settings = {f"listener.name.{name}.ssl.keystore.type": "PEM" for name in keystores}
    settings |= {f"listener.name.{name}.ssl.keystore.location": str(path) for name, path in keystores.items()}
    plain = f'{MODULES}.plain.PlainLoginModule required user_alice="{PASSWORD}";'
    for name in ("login", "both"):
        settings |= {
            f"listener.name.{name}.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
            f"listener.name.{name}.plain.sasl.jaas.config": plain,
            f"listener.name.{name}.scram-sha-512.sasl.jaas.config": f"{MODULES}.scram.ScramLoginModule required;",
        }
    with Kafka(folder / "kafka", settings, listeners=LISTENERS) as server:
        add_user(server, "alice")
        yield server


def add_user(kafka: Kafka, name: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=kafka.url.removeprefix("kafka://"))
    admin.alter_user_scram_credentials([UserScramCredentialUpsertion(name, "SCRAM-SHA-512", PASSWORD)])
    admin.close()


@pytest.fixture
def good(certificates: Certificates) -> KafkaSettings:
    """What fits the listener BOTH."""
    return KafkaSettings(
        security="sasl_ssl",
        ca=str(certificates.ca),
        mechanism="scram-sha-512",
        user="alice",
        password=PASSWORD,
        partitions=1,
    )


@pytest.mark.parametrize(
    ("listener", "security", "mechanism"),
    [
        ("TLS", "ssl", "plain"),
        ("LOGIN", "sasl_plaintext", "plain"),
        ("LOGIN", "sasl_plaintext", "scram-sha-512"),
        ("BOTH", "sasl_ssl", "plain"),
        ("BOTH", "sasl_ssl", "scram-sha-512"),
    ],
)
def test_messages_pass_through_every_kind_of_door(
    kafka: Kafka, good: KafkaSettings, listener: str, security: str, mechanism: str
) -> None:
    prefix = f"door-{security}-{mechanism}"
    bus = KafkaBus(f"{kafka.url_of(listener)}/{prefix}", replace(good, security=security, mechanism=mechanism))
    bus.publish([PostCollected(post=make_post("a", text="水" * 1_000_000))])
    reader = bus.reader("assessing", [POSTS])
    (envelope,) = reader.read(10, 10)
    assert envelope.key == "a"
    assert bus.oldest_unread("assessing", [POSTS])
    reader.acknowledge()
    assert bus.lag("assessing", [POSTS]) == {POSTS: 0}
    reader.close()
    bus.close()


@pytest.mark.parametrize(
    ("listener", "changes", "says"),
    [
        ("BOTH", {"password": "wrong-secret"}, ("HUIYING_KAFKA_PASSWORD", "不接受登录")),
        ("BOTH", {"password": "wrong-secret", "mechanism": "plain"}, ("HUIYING_KAFKA_PASSWORD", "不接受登录")),
        ("LOGIN", {"user": "mallory", "security": "sasl_plaintext"}, ("HUIYING_KAFKA_USER", "mallory")),
        ("BOTH", {"mechanism": "scram-sha-256"}, ("HUIYING_KAFKA_SASL_MECHANISM", "scram-sha-256")),
        ("EXPIRED", {"security": "ssl"}, ("证书", "已过期")),
        ("ELSEWHERE", {"security": "ssl"}, ("HUIYING_BUS", "不是发给")),
        ("TLS", {"security": "ssl", "ca": "other"}, ("HUIYING_KAFKA_CA", "不被信任")),
        ("TLS", {"security": "ssl", "ca": None}, ("HUIYING_KAFKA_CA", "不被信任")),
        ("TLS", {"security": "plaintext"}, ("HUIYING_KAFKA_SECURITY", "用 TLS")),
        ("BOTH", {"security": "sasl_plaintext"}, ("HUIYING_KAFKA_SECURITY", "用 TLS")),
        ("PLAINTEXT", {"security": "ssl"}, ("HUIYING_KAFKA_SECURITY", "TLS 握手失败")),
        ("PLAINTEXT", {"security": "sasl_plaintext"}, ("HUIYING_KAFKA_SECURITY", "不用登录")),
        ("TLS", {"security": "sasl_ssl"}, ("HUIYING_KAFKA_SECURITY", "不用登录")),
        ("LOGIN", {"security": "plaintext"}, ("HUIYING_KAFKA_SECURITY", "登录")),
        ("BOTH", {"security": "ssl"}, ("HUIYING_KAFKA_SECURITY", "登录")),
    ],
)
def test_a_setting_that_does_not_fit_is_named_within_ten_seconds(
    kafka: Kafka,
    certificates: Certificates,
    good: KafkaSettings,
    listener: str,
    changes: dict[str, str | None],
    says: tuple[str, ...],
) -> None:
    if changes.get("ca") == "other":
        changes = {**changes, "ca": str(certificates.other_ca)}
    address = kafka.url_of(listener)
    bus = KafkaBus(address, replace(good, **changes))  # type: ignore[arg-type]
    began = time.monotonic()
    with pytest.raises(Unusable) as told:
        bus.publish([PostCollected(post=make_post())])
    assert time.monotonic() - began < 10
    message = str(told.value)
    for words in (*says, address.removeprefix("kafka://")):
        assert words in message
    assert PASSWORD not in message
    assert "wrong-secret" not in message
    bus.close()


def test_once_the_setting_is_mended_at_the_server_the_same_bus_works(kafka: Kafka, good: KafkaSettings) -> None:
    """What is unusable is waited for: a bus that was refused asks again and finds the door open."""
    bus = KafkaBus(f"{kafka.url_of('LOGIN')}/mended", replace(good, security="sasl_plaintext", user="bob"))
    with pytest.raises(Unusable):
        bus.publish([PostCollected(post=make_post())])
    add_user(kafka, "bob")
    bus.publish([PostCollected(post=make_post())])
    bus.close()
