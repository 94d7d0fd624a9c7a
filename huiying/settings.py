"""The environment, read once and checked. What the office decides stands in `config/`; this is where things run.

Every setting is one row of `huiying/environment.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from huiying.environment import KAFKA_MECHANISMS, KAFKA_SECURITY, Values
from huiying.failures import Misconfigured

_LOG_LEVELS = ("debug", "info", "warning", "error")
_NAME = re.compile(r"[\w.-]+|[0-9a-f:.]+", re.ASCII)
_SAFE = re.compile(
    r"(https://[\w.-]+|http://(127\.0\.0\.1|localhost))(:\d{1,5})?(/[\w.~:@!$&'()*+,;=%/-]*)?", re.ASCII
)
_ADDRESSES = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-fA-F:.]+\]):(?P<first>\d{1,5})(?:-(?P<last>\d{1,5}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """Where a process answers."""

    host: str
    port: int


@dataclass(frozen=True, kw_only=True, slots=True)
class KafkaSettings:
    """How Kafka is reached, and what a topic is like when it is made."""

    security: str = "plaintext"
    ca: str | None = None
    mechanism: str = "scram-sha-512"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    partitions: int = 6
    replication: int = -1
    retention_hours: int = 168


@dataclass(frozen=True, kw_only=True, slots=True)
class ElasticsearchSettings:
    """How Elasticsearch is reached, and what an index is like when it is made."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    ca: str | None = None
    shards: int = 1
    replicas: str = "0-1"
    analyzer: str = "standard"


@dataclass(frozen=True, kw_only=True, slots=True)
class AssistantSettings:
    """Where the model runs that may help with drafts, once an administrator confirmed where that is."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ProviderSettings:
    """Where the provider of single sign-on is, and as whom this office is registered there."""

    issuer: str
    client: str
    secret: str | None = field(default=None, repr=False)
    ca: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The environment as checked values."""

    data: Path
    bus: str
    archive: str
    register: str
    kafka: KafkaSettings
    elasticsearch: ElasticsearchSettings
    postgresql_password: str | None = field(repr=False)
    host: str
    names: tuple[str, ...]
    published_on: str | None
    port: int
    console_url: str
    public_port: int | None
    public_host: str
    public_names: tuple[str, ...]
    public_proxies: tuple[str, ...]
    metrics_host: str
    metrics_port: int | None
    metrics_of: tuple[Address, ...]
    api_token: str | None
    assistant: AssistantSettings | None
    provider: ProviderSettings | None
    scope: str | None
    batch: int
    lease_seconds: float
    log_level: str


def read_settings(environment: Mapping[str, str], data: Path) -> Settings:
    """The settings from an environment; `Misconfigured` names every variable that is wrong and the remedy."""
    values = Values(environment)
    settings = Settings(
        data=data,
        bus=values.url("HUIYING_BUS", data),
        archive=values.url("HUIYING_ARCHIVE", data),
        register=values.url("HUIYING_REGISTER", data),
        kafka=_kafka(values),
        elasticsearch=_elasticsearch(values),
        postgresql_password=values.text("HUIYING_POSTGRESQL_PASSWORD"),
        host=values.text("HUIYING_HOST") or "",
        names=_names(values, "HUIYING_NAMES"),
        published_on=values.text("HUIYING_PUBLISHED_ON") or None,
        port=values.number("HUIYING_PORT", 1, 65535),
        console_url=_console_url(values),
        public_port=_port(values, "HUIYING_PUBLIC_PORT", 65535),
        public_host=values.text("HUIYING_PUBLIC_HOST") or "",
        public_names=_names(values, "HUIYING_PUBLIC_NAMES"),
        public_proxies=_names(values, "HUIYING_PUBLIC_PROXIES"),
        metrics_host=values.text("HUIYING_METRICS_HOST") or "",
        # `huiying run` needs as many ports as it has processes.
        metrics_port=_port(values, "HUIYING_METRICS_PORT", 65500),
        metrics_of=_metrics_of(values),
        api_token=_api_token(values),
        assistant=_assistant(values),
        provider=_provider(values),
        scope=values.one_of("HUIYING_SCOPE", ("city", "everywhere")) if values.text("HUIYING_SCOPE") else None,
        batch=values.number("HUIYING_BATCH", 1, 5000),
        lease_seconds=values.number("HUIYING_LEASE_SECONDS", 1, 60),
        log_level=values.one_of("HUIYING_LOG_LEVEL", _LOG_LEVELS),
    )
    if values.mistakes:
        raise Misconfigured("\n".join(values.mistakes))
    return settings


def _kafka(values: Values) -> KafkaSettings:
    security = values.one_of("HUIYING_KAFKA_SECURITY", KAFKA_SECURITY)
    user, password = values.text("HUIYING_KAFKA_USER"), values.text("HUIYING_KAFKA_PASSWORD")
    if security.startswith("sasl_") and not (user and password):
        values.mistakes.append(
            f"HUIYING_KAFKA_SECURITY：{security} 要登录，请设 HUIYING_KAFKA_USER 和 HUIYING_KAFKA_PASSWORD"
        )
    return KafkaSettings(
        security=security,
        ca=values.file("HUIYING_KAFKA_CA"),
        mechanism=values.one_of("HUIYING_KAFKA_SASL_MECHANISM", KAFKA_MECHANISMS),
        user=user,
        password=password,
        partitions=values.number("HUIYING_KAFKA_PARTITIONS", 1, 100),
        replication=values.number("HUIYING_KAFKA_REPLICATION", -1, 10),
        retention_hours=values.number("HUIYING_KAFKA_RETENTION_HOURS", 1, 8760),
    )


def _elasticsearch(values: Values) -> ElasticsearchSettings:
    replicas = values.text("HUIYING_ELASTICSEARCH_REPLICAS") or ""
    if not re.fullmatch(r"\d{1,2}|\d{1,2}-(\d{1,2}|all)", replicas):
        values.mistakes.append(f"HUIYING_ELASTICSEARCH_REPLICAS：“{replicas}”应如 1 或 0-1")
    return ElasticsearchSettings(
        user=values.text("HUIYING_ELASTICSEARCH_USER"),
        password=values.text("HUIYING_ELASTICSEARCH_PASSWORD"),
        api_key=values.text("HUIYING_ELASTICSEARCH_API_KEY"),
        ca=values.file("HUIYING_ELASTICSEARCH_CA"),
        shards=values.number("HUIYING_ELASTICSEARCH_SHARDS", 1, 100),
        replicas=replicas,
        analyzer=values.text("HUIYING_ELASTICSEARCH_ANALYZER") or "standard",
    )


def _console_url(values: Values) -> str:
    url = (values.text("HUIYING_CONSOLE_URL") or "").rstrip("/")
    if not re.fullmatch(r"https?://[^/@?#\s]+(/[^?#\s]*)?", url):
        values.mistakes.append(f"HUIYING_CONSOLE_URL：“{url}”应如 https://huiying.example.gov.cn，不带口令和参数")
    return url


def _port(values: Values, name: str, highest: int) -> int | None:
    """A port that need not be opened."""
    return values.number(name, 1, highest) if values.text(name) else None


def _metrics_of(values: Values) -> tuple[Address, ...]:
    text = values.text("HUIYING_METRICS_OF")
    found: list[Address] = []
    for part in text.split(",") if text else ():
        match = _ADDRESSES.fullmatch(part.strip())
        ports = range(int(match["first"]), int(match["last"] or match["first"]) + 1) if match else range(0)
        if match is None or not 1 <= len(ports) <= 100 or ports[-1] > 65535:
            values.mistakes.append(f"HUIYING_METRICS_OF：“{part.strip()}”应如 127.0.0.1:9100 或 127.0.0.1:9100-9104")
            continue
        found += [Address(host=match["host"].strip("[]"), port=port) for port in ports]
    return tuple(found)


def _assistant(values: Values) -> AssistantSettings | None:
    url, model = values.text("HUIYING_ASSISTANT_URL"), values.text("HUIYING_ASSISTANT_MODEL")
    if not url:
        return None
    if not re.fullmatch(r"https?://[\w.-]+(:\d{1,5})?(/[\w./-]*)?", url, re.ASCII):
        values.mistakes.append("HUIYING_ASSISTANT_URL：应如 http://主机:8000/v1，不带口令和参数")
    if not model:
        values.mistakes.append("HUIYING_ASSISTANT_MODEL：设了 HUIYING_ASSISTANT_URL，就要写明模型名")
    return AssistantSettings(url=url, model=model or "", key=values.text("HUIYING_ASSISTANT_KEY"))


def _provider(values: Values) -> ProviderSettings | None:
    issuer, client = values.text("HUIYING_OIDC_ISSUER"), values.text("HUIYING_OIDC_CLIENT")
    if not issuer:
        return None
    if not may_be_trusted(issuer):
        values.mistakes.append(
            f"HUIYING_OIDC_ISSUER：“{issuer}”应如 https://sso.example.gov.cn/realms/city，不带口令和参数；"
            "http:// 只能是本机"
        )
    if not client:
        values.mistakes.append("HUIYING_OIDC_CLIENT：设了 HUIYING_OIDC_ISSUER，就要写明 client_id")
    return ProviderSettings(
        issuer=issuer,
        client=client or "",
        secret=values.text("HUIYING_OIDC_SECRET"),
        ca=values.file("HUIYING_OIDC_CA"),
    )


def may_be_trusted(url: str) -> bool:
    """Whether secrets may travel to this address of a provider: encrypted, or not beyond this machine."""
    return _SAFE.fullmatch(url) is not None


def _names(values: Values, setting: str) -> tuple[str, ...]:
    names = [name.strip().lower() for name in (values.text(setting) or "").split(",") if name.strip()]
    values.mistakes += [f"{setting}：“{name}”应为主机名，不带端口" for name in names if not _NAME.fullmatch(name)]
    return tuple(names)


def _api_token(values: Values) -> str | None:
    token = values.text("HUIYING_API_TOKEN")
    if token is not None and len(token) < 16:
        values.mistakes.append("HUIYING_API_TOKEN：口令太短，至少 16 个字符")
    return token
