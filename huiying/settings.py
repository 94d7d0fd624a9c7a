"""The environment, read once and checked. What the office decides stands in `config/`; this is where things run.

Every setting is one row of `SETTINGS`; the command line's help and `docs/settings.md` are made from the same table.
A secret may also come from a file named by `<NAME>_FILE`.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from huiying.failures import Misconfigured


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One environment variable: its default (None: none) and, in Chinese, what it is for."""

    name: str
    default: str | None
    help: str
    secret: bool = False


SETTINGS = (
    Setting(
        name="HUIYING_BUS",
        default="sqlite:///{data}/bus.db",
        help="总线：sqlite:///文件（{data} 为数据目录）",
        secret=True,
    ),
    Setting(
        name="HUIYING_ARCHIVE", default="sqlite:///{data}/archive.db", help="帖文库：sqlite:///文件", secret=True
    ),
    Setting(
        name="HUIYING_REGISTER",
        default="sqlite:///{data}/register.db",
        help="台账：sqlite:///文件",
        secret=True,
    ),
    Setting(name="HUIYING_HOST", default="127.0.0.1", help="控制台监听地址；登录功能启用前只允许本机地址"),
    Setting(name="HUIYING_PORT", default="8000", help="控制台端口，1—65535"),
    Setting(
        name="HUIYING_API_TOKEN",
        default=None,
        help="POST /api/posts 的口令；不设则该接口关闭（至少 16 个字符）",
        secret=True,
    ),
    Setting(name="HUIYING_SCOPE", default=None, help="city 或 everywhere；覆盖 city.yaml 的 scope"),
    Setting(name="HUIYING_BATCH", default="500", help="每批处理的消息数，1—5000"),
    Setting(name="HUIYING_LEASE_SECONDS", default="10", help="独占租约的秒数，备机在此时间内接手，1—60"),
    Setting(name="HUIYING_LOG_LEVEL", default="info", help="日志级别：debug、info、warning、error"),
)
"""Every setting the program reads."""

_LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The environment as checked values."""

    data: Path
    bus: str
    archive: str
    register: str
    host: str
    port: int
    api_token: str | None
    scope: str | None
    batch: int
    lease_seconds: float
    log_level: str


def read_settings(environment: Mapping[str, str], data: Path) -> Settings:
    """The settings from an environment; `Misconfigured` names every variable that is wrong and the remedy."""
    mistakes = _unknown(environment)
    values = {setting.name: _value(setting, environment, mistakes) for setting in SETTINGS}

    def number(name: str, low: int, high: int) -> int:
        text = values[name] or ""
        if text.isdecimal() and low <= int(text) <= high:
            return int(text)
        mistakes.append(f"{name}：“{text}”应为 {low} 到 {high} 的整数")
        return low

    def one_of(name: str, allowed: tuple[str, ...]) -> str:
        text = (values[name] or "").lower()
        if text not in allowed:
            mistakes.append(f"{name}：“{text}”应为以下之一：{'、'.join(allowed)}")
        return text

    def url(name: str) -> str:
        return (values[name] or "").replace("{data}", str(data.absolute()))

    token = values["HUIYING_API_TOKEN"]
    if token is not None and len(token) < 16:
        mistakes.append("HUIYING_API_TOKEN：口令太短，至少 16 个字符")
    settings = Settings(
        data=data,
        bus=url("HUIYING_BUS"),
        archive=url("HUIYING_ARCHIVE"),
        register=url("HUIYING_REGISTER"),
        host=values["HUIYING_HOST"] or "",
        port=number("HUIYING_PORT", 1, 65535),
        api_token=token,
        scope=one_of("HUIYING_SCOPE", ("city", "everywhere")) if values["HUIYING_SCOPE"] else None,
        batch=number("HUIYING_BATCH", 1, 5000),
        lease_seconds=number("HUIYING_LEASE_SECONDS", 1, 60),
        log_level=one_of("HUIYING_LOG_LEVEL", _LOG_LEVELS),
    )
    if mistakes:
        raise Misconfigured("\n".join(mistakes))
    return settings


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
