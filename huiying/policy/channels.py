"""Reads `config/channels.yaml`: by which channels people are told, who by which, and when not.

No rule says how an office is to be woken: every number here is the office's own (本单位自定).
"""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from huiying.clock import BEIJING
from huiying.level import Level
from huiying.notice import CONSOLE, About
from huiying.person import Role
from huiying.policy.reading import OfficeModel, read_office_file

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_URGENT_RANK = Level.ORANGE.rank


def _time_of_day(value: object) -> time:
    match = _TIME.fullmatch(str(value))
    if match is None:
        raise ValueError('时刻应写成带引号的 "22:00"')
    return time(int(match[1]), int(match[2]))


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
"""A time of day in Beijing, written "22:00"."""


def _where_a_secret_is(value: str) -> str:
    if value.startswith("HUIYING_"):
        raise ValueError("变量名不能以 HUIYING_ 开头：那些是系统自己的设置，请改如 NOTICE_WECOM_URL")
    if not (_VARIABLE.fullmatch(value) or Path(value).is_absolute()):
        raise ValueError("应为环境变量名（如 NOTICE_WECOM_URL）或文件的绝对路径；地址含口令，不要写在这里")
    return value


class Hours(OfficeModel):
    """A part of the day in Beijing time; it may pass midnight."""

    begin: TimeOfDay
    end: TimeOfDay

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.begin == self.end:
            raise ValueError("begin 与 end 不能相同")
        return self

    def hold(self, moment: datetime) -> bool:
        """Whether this moment lies in these hours."""
        now = moment.astimezone(BEIJING).time()
        if self.begin < self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end

    def end_after(self, moment: datetime) -> datetime:
        """When these hours are over, for a moment within them."""
        local = moment.astimezone(BEIJING)
        end = datetime.combine(local.date(), self.end, BEIJING)
        return end if end > local else end + timedelta(days=1)


class Audience(OfficeModel):
    """Who listens on a channel: persons, and those of these roles; where bureaus are named, only theirs."""

    roles: tuple[Role, ...] = ()
    bureaus: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.roles or self.persons):
            raise ValueError("至少写 roles（角色）或 persons（账号）中的一项")
        return self


class Channel(OfficeModel):
    """One way to reach people outside the console.

    `url_from` names where its address is kept (an environment variable or a file): it holds a secret. A channel to a
    `group` gets each occasion once; any other gets it for each person who has an address on it (`roster.yaml`).
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    title: Annotated[str, Field(min_length=1, max_length=30)]
    enabled: bool = False
    url_from: Annotated[str, AfterValidator(_where_a_secret_is)]
    group: bool = False
    to: Audience
    about: tuple[About, ...] = (About.ALERT, About.TASK)
    levels: Annotated[tuple[Level, ...], Field(min_length=1)] = (Level.RED, Level.ORANGE, Level.YELLOW)
    quiet: Hours | None = None
    digest_minutes: Annotated[int, Field(ge=0, le=24 * 60)] = 30

    @model_validator(mode="after")
    def _not_the_console(self) -> Self:
        if self.name == CONSOLE:
            raise ValueError(f"{CONSOLE} 是控制台自己的通知，总是有，不用写")
        return self

    def carries(self, about: About, level: Level) -> bool:
        """Whether it is for this kind of notice."""
        return about is About.TRIAL or (about in self.about and level in self.levels)

    def send_at(self, level: Level, now: datetime) -> datetime:
        """When a notice of this level goes out: at once from orange up, else with the next digest, never in the
        quiet hours unless it is red.
        """
        return self.not_before(level, now if level.rank >= _URGENT_RANK else self._next_digest(now))

    def not_before(self, level: Level, moment: datetime) -> datetime:
        """This moment, or the end of the quiet hours it lies in; red is never held."""
        if level is Level.RED or self.quiet is None or not self.quiet.hold(moment):
            return moment
        return self.quiet.end_after(moment)

    def _next_digest(self, now: datetime) -> datetime:
        if not self.digest_minutes:
            return now
        midnight = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        step = timedelta(minutes=self.digest_minutes)
        return midnight + ((now - midnight) // step + 1) * step


class ChannelRules(OfficeModel):
    """Every channel, and how often a try is repeated: after so many seconds each time."""

    channels: tuple[Channel, ...] = ()
    retry_seconds: Annotated[tuple[Annotated[int, Field(ge=1, le=24 * 3600)], ...], Field(max_length=12)] = (
        30,
        120,
        480,
        1800,
    )

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        names = [channel.name for channel in self.channels]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"渠道 {'、'.join(doubled)} 写了不止一次")
        if list(self.retry_seconds) != sorted(self.retry_seconds):
            raise ValueError("retry_seconds 应一次比一次长")
        return self

    @property
    def enabled(self) -> tuple[Channel, ...]:
        """The channels in use."""
        return tuple(channel for channel in self.channels if channel.enabled)

    def channel(self, name: str) -> Channel | None:
        """The channel of this name, where it is in use."""
        return next((channel for channel in self.enabled if channel.name == name), None)


def read_channels(config_dir: Path) -> ChannelRules:
    """The office's channels."""
    return read_office_file(config_dir / "channels.yaml", ChannelRules)


def channel_url(channel: Channel, environment: Mapping[str, str]) -> str | None:
    """The secret address of a channel; None where its variable is not set or its file cannot be read."""
    if not Path(channel.url_from).is_absolute():
        return environment.get(channel.url_from, "").strip() or None
    try:
        return Path(channel.url_from).read_text("utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None
