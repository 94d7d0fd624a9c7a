"""The environment variables that the program reads: one row each, and how one is read.

The command line's help and `docs/settings.md` are made from this table. A secret may also come from a file named by
`<NAME>_FILE`.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One environment variable: its default (None: none) and, in Chinese, what it is for."""

    name: str
    default: str | None
    help: str
    secret: bool = False


KAFKA_SECURITY = ("plaintext", "ssl", "sasl_plaintext", "sasl_ssl")
KAFKA_MECHANISMS = ("plain", "scram-sha-256", "scram-sha-512")

SETTINGS = (
    Setting(
        name="HUIYING_BUS",
        default="sqlite:///{data}/bus.db",
        help="总线：sqlite:///文件（{data} 为数据目录），或 kafka://主机:9092[,主机:9092][/前缀]",
    ),
    Setting(
        name="HUIYING_ARCHIVE",
        default="sqlite:///{data}/archive.db",
        help="帖文库：sqlite:///文件，或 http(s)://主机:9200[/前缀]（Elasticsearch）",
        secret=True,
    ),
    Setting(
        name="HUIYING_REGISTER",
        default="sqlite:///{data}/register.db",
        help="台账：sqlite:///文件，或 postgresql+psycopg://用户@主机/库[?sslmode=verify-full&sslrootcert=文件]",
        secret=True,
    ),
    Setting(
        name="HUIYING_KAFKA_SECURITY", default="plaintext", help=f"连接 Kafka 的方式：{'、'.join(KAFKA_SECURITY)}"
    ),
    Setting(name="HUIYING_KAFKA_CA", default=None, help="签发 Kafka 证书的 CA 文件（PEM）；缺省用系统的"),
    Setting(
        name="HUIYING_KAFKA_SASL_MECHANISM",
        default="scram-sha-512",
        help=f"Kafka 登录方式：{'、'.join(KAFKA_MECHANISMS)}",
    ),
    Setting(name="HUIYING_KAFKA_USER", default=None, help="Kafka 用户名；方式以 sasl_ 开头时必填"),
    Setting(name="HUIYING_KAFKA_PASSWORD", default=None, help="Kafka 口令", secret=True),
    Setting(name="HUIYING_KAFKA_PARTITIONS", default="6", help="新建主题的分区数，即一道工序最多几个进程分担，1—100"),
    Setting(name="HUIYING_KAFKA_REPLICATION", default="-1", help="新建主题的副本数；-1 由 Kafka 决定"),
    Setting(name="HUIYING_KAFKA_RETENTION_HOURS", default="168", help="新建主题保留消息的小时数，1—8760"),
    Setting(name="HUIYING_ELASTICSEARCH_USER", default=None, help="Elasticsearch 用户名"),
    Setting(name="HUIYING_ELASTICSEARCH_PASSWORD", default=None, help="Elasticsearch 口令", secret=True),
    Setting(
        name="HUIYING_ELASTICSEARCH_API_KEY",
        default=None,
        help="Elasticsearch 的 API key（编码后的形式），代替用户名和口令",
        secret=True,
    ),
    Setting(
        name="HUIYING_ELASTICSEARCH_CA", default=None, help="签发 Elasticsearch 证书的 CA 文件（PEM）；缺省用系统的"
    ),
    Setting(name="HUIYING_ELASTICSEARCH_SHARDS", default="1", help="新建帖文索引的分片数，1—100"),
    Setting(name="HUIYING_ELASTICSEARCH_REPLICAS", default="0-1", help="副本数，如 1；或随节点数增减的范围，如 0-1"),
    Setting(
        name="HUIYING_ELASTICSEARCH_ANALYZER",
        default="standard",
        help="新建帖文索引所用的分析器，如 standard（逐字）；建成后不能改",
    ),
    Setting(
        name="HUIYING_POSTGRESQL_PASSWORD", default=None, help="PostgreSQL 口令；地址里不写口令时用它", secret=True
    ),
    Setting(name="HUIYING_HOST", default="127.0.0.1", help="控制台监听地址；新建第一个账号以前只允许本机地址"),
    Setting(
        name="HUIYING_NAMES",
        default=None,
        help="浏览器打开控制台所用的主机名，以逗号分隔，如 huiying.example.gov.cn；本机的名字不用写",
    ),
    Setting(
        name="HUIYING_PUBLISHED_ON",
        default=None,
        help="控制台在容器里时，端口发布在本机的哪个地址；还没有账号时只能是 127.0.0.1，且设了它才能监听别的",
    ),
    Setting(name="HUIYING_PORT", default="8000", help="控制台端口，1—65535"),
    Setting(
        name="HUIYING_CONSOLE_URL",
        default="http://127.0.0.1:8000",
        help="通知里的链接以什么开头：收件人打开控制台的地址，http(s)://主机[:端口][/路径]",
    ),
    Setting(
        name="HUIYING_PUBLIC_PORT",
        default=None,
        help="公众页面（huiying public）的端口，1—65535；设了它，huiying run 也开公众页面",
    ),
    Setting(
        name="HUIYING_PUBLIC_HOST",
        default="127.0.0.1",
        help="公众页面监听的地址；对外由反向代理转来，一般不用改",
    ),
    Setting(
        name="HUIYING_PUBLIC_NAMES",
        default=None,
        help="公众打开公众页面所用的主机名，以逗号分隔，如 www.example.gov.cn；本机的名字不用写",
    ),
    Setting(
        name="HUIYING_PUBLIC_PROXIES",
        default="127.0.0.1",
        help="公众页面只信这些反向代理转来的来访者地址（X-Forwarded-For），以逗号分隔；按它限制提交次数",
    ),
    Setting(
        name="HUIYING_METRICS_PORT",
        default=None,
        help="各进程在此端口回答 /metrics 和 /healthz；不设则不开。run 与 consume 的子进程依次用它和其后的端口",
    ),
    Setting(name="HUIYING_METRICS_HOST", default="127.0.0.1", help="该端口的监听地址；没有登录，只有计数，不含帖文"),
    Setting(
        name="HUIYING_METRICS_OF",
        default=None,
        help="status 要问的其他进程：主机:端口 或 主机:端口-端口，以逗号分隔；一个主机名可以代表多个进程",
    ),
    Setting(
        name="HUIYING_API_TOKEN",
        default=None,
        help="POST /api/posts 的口令；不设则该接口关闭（至少 16 个字符）",
        secret=True,
    ),
    Setting(
        name="HUIYING_ASSISTANT_URL",
        default=None,
        help="辅助起草的大模型（OpenAI 兼容接口），如 http://主机:8000/v1；还须 config/answers/assistant.yaml 确认",
    ),
    Setting(name="HUIYING_ASSISTANT_MODEL", default=None, help="它的模型名；设了地址时必填"),
    Setting(name="HUIYING_ASSISTANT_KEY", default=None, help="它的口令；不需要口令的不设", secret=True),
    Setting(
        name="HUIYING_OIDC_ISSUER",
        default=None,
        help="单点登录（OIDC）提供方的 issuer，如 https://sso.example.gov.cn/realms/city；不设则没有单点登录",
    ),
    Setting(name="HUIYING_OIDC_CLIENT", default=None, help="在提供方登记的 client_id；设了 issuer 时必填"),
    Setting(name="HUIYING_OIDC_SECRET", default=None, help="它的 client_secret；提供方没有给的不设", secret=True),
    Setting(name="HUIYING_OIDC_CA", default=None, help="签发提供方证书的 CA 文件（PEM）；缺省用系统的"),
    Setting(name="HUIYING_SCOPE", default=None, help="city 或 everywhere；覆盖 city.yaml 的 scope"),
    Setting(name="HUIYING_BATCH", default="1000", help="每批处理的消息数，1—5000"),
    Setting(name="HUIYING_LEASE_SECONDS", default="10", help="独占租约的秒数，备机在此时间内接手，1—60"),
    Setting(name="HUIYING_LOG_LEVEL", default="info", help="日志级别：debug、info、warning、error"),
)
"""Every setting the program reads."""


class Values:
    """The text of every setting, read as what it should be; what is wrong gathers in `mistakes`."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.mistakes = _unknown(environment)
        self._values = {setting.name: _value(setting, environment, self.mistakes) for setting in SETTINGS}

    def text(self, name: str) -> str | None:
        """As it stands."""
        return self._values[name]

    def url(self, name: str, data: Path) -> str:
        """An address, with the office's folder in its place."""
        return (self._values[name] or "").replace("{data}", str(data.absolute()))

    def number(self, name: str, low: int, high: int) -> int:
        """A whole number between these, both included."""
        text = self._values[name] or ""
        if re.fullmatch(r"-?[0-9]{1,9}", text) and low <= int(text) <= high:
            return int(text)
        self.mistakes.append(f"{name}：“{text}”应为 {low} 到 {high} 的整数")
        return low

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of these words, in small letters."""
        text = (self._values[name] or "").lower()
        if text not in allowed:
            self.mistakes.append(f"{name}：“{text}”应为以下之一：{'、'.join(allowed)}")
        return text

    def file(self, name: str) -> str | None:
        """A file that is there."""
        text = self._values[name]
        if text is not None and not Path(text).is_file():
            self.mistakes.append(f"{name}：没有文件 {text}")
        return text


def _value(setting: Setting, environment: Mapping[str, str], mistakes: list[str]) -> str | None:
    if setting.name in environment:
        return environment[setting.name]
    file = environment.get(f"{setting.name}_FILE") if setting.secret else None
    if file is None:
        return setting.default
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(f"{setting.name}_FILE：读不到文件 {file}（{error}）")
        return setting.default


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = {setting.name for setting in SETTINGS} | {f"{s.name}_FILE" for s in SETTINGS if s.secret}
    ours = (name for name in environment if name.startswith("HUIYING_") and not name.startswith("HUIYING_TEST_"))
    return [f"{name}：没有这个设置{_perhaps(name, known)}" for name in ours if name not in known]


def _perhaps(name: str, known: set[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"，是不是 {near[0]}？" if near else "，请删去"
