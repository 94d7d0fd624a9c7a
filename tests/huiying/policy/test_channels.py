"""Channels: when what is sent, and what is refused in words."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.level import Level
from huiying.policy.channels import ChannelRules, channel_url, read_channels
from huiying.policy.roster import read_roster

SHIPPED_OFFICE = Path(__file__).parents[3] / "config"
CHANNELS = (SHIPPED_OFFICE / "channels.yaml").read_text("utf-8")
ROSTER = (SHIPPED_OFFICE / "roster.yaml").read_text("utf-8")
EVENING = datetime(2026, 11, 22, 13, 50, tzinfo=UTC)
"""21:50 in Beijing."""


def changed(tmp_path: Path, old: str, new: str) -> ChannelRules:
    assert old in CHANNELS
    (tmp_path / "channels.yaml").write_text(CHANNELS.replace(old, new, 1), "utf-8")
    return read_channels(tmp_path)


def test_the_shipped_channels_are_all_off_and_hold_no_secret() -> None:
    rules = read_channels(SHIPPED_OFFICE)
    assert rules.enabled == ()
    assert {channel.name for channel in rules.channels} == {"wecom", "dingtalk", "feishu", "mail", "sms", "webhook"}


@pytest.mark.parametrize(
    ("level", "at", "sent"),
    [
        (Level.RED, 0, 0),
        (Level.RED, 3, 3),
        (Level.ORANGE, 0, 0),
        (Level.ORANGE, 1, 550),
        (Level.YELLOW, -60, -50),
        (Level.YELLOW, -20, 550),
        (Level.YELLOW, 549, 550 + 20),
    ],
    ids=[
        "red at once",
        "red in quiet hours",
        "orange at once",
        "orange held by quiet hours",
        "yellow with the digest",
        "a digest that falls into quiet hours",
        "quiet hours begin and end with the minute",
    ],
)
def test_when_a_notice_goes_out(tmp_path: Path, level: Level, at: int, sent: int) -> None:
    quiet = '{begin: "22:00", end: "07:00"}'
    rules = changed(tmp_path, f"quiet: {quiet}", f"quiet: {quiet}\n    enabled: true\n    digest_minutes: 40")
    ten = EVENING + timedelta(minutes=10)
    wecom = rules.channel("wecom")
    assert wecom is not None
    assert wecom.send_at(level, ten + timedelta(minutes=at - 10)) == ten + timedelta(minutes=sent - 10)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        (
            "url_from: NOTICE_WECOM_URL",
            "url_from: https://qyapi.weixin.qq.com/send?key=a",
            "地址含口令，不要写在这里",
        ),
        ("url_from: NOTICE_WECOM_URL", "url_from: HUIYING_WECOM", "不能以 HUIYING_ 开头"),
        ("url_from: NOTICE_WECOM_URL", "", "缺少这一项"),
        ("name: dingtalk", "name: wecom", "wecom 写了不止一次"),
        ("name: dingtalk", "name: console", "console 是控制台自己的通知"),
        ("name: dingtalk", "name: 钉钉", "name"),
        ("to: {roles: [officer]}", "to: {}", "至少写 roles"),
        ("to: {roles: [officer]}", "to: {roles: [boss]}", "应为以下之一"),
        ('begin: "22:00"', 'begin: "25:00"', '时刻应写成带引号的 "22:00"'),
        ('begin: "22:00"', 'begin: "07:00"', "begin 与 end 不能相同"),
        ("levels: [red, orange]", "levels: [purple]", "应为以下之一"),
        ("digest_minutes: 60", "digest_minutes: -1", "应不小于 0"),
        ("retry_seconds: [30, 120", "retry_seconds: [300, 120", "一次比一次长"),
        ("    group: true", "    groop: true", "不认识这一项"),
    ],
)
def test_what_is_not_sensible_is_refused_with_its_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(Misconfigured) as refusal:
        changed(tmp_path, old, new)
    assert complaint in str(refusal.value)
    assert "channels.yaml 第" in str(refusal.value)


def test_the_secret_comes_from_a_variable_or_from_a_file(tmp_path: Path) -> None:
    rules = read_channels(SHIPPED_OFFICE)
    wecom = rules.channels[0]
    assert channel_url(wecom, {"NOTICE_WECOM_URL": " wecomrobots://x \n"}) == "wecomrobots://x"
    assert channel_url(wecom, {}) is None
    file = tmp_path / "wecom"
    from_file = wecom.model_copy(update={"url_from": str(file)})
    assert channel_url(from_file, {}) is None
    file.write_text("wecomrobots://y\n", "utf-8")
    assert channel_url(from_file, {}) == "wecomrobots://y"


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("    roles: [officer]", "    roles: []", "roles"),
        ("    roles: [officer]", "    roles: [officer]\n    stand_in: nobody", "persons 里没有 nobody"),
        ("    roles: [officer]", "    roles: [officer]\n    stand_in: officer", "B角 是本人"),
        ("    roles: [officer]", "    roles: [officer]\n  - {id: officer, roles: [leader]}", "officer 写了不止一次"),
        (
            "    roles: [officer]",
            "    roles: [officer]\n    away: [{first: 2026-10-08, last: 2026-10-01}]",
            "2026-10-01 早于 first",
        ),
        (
            "shifts: []",
            'shifts: [{name: 夜班, hours: {begin: "20:00", end: "08:00"}, persons: [ghost]}]',
            "persons 里没有 ghost",
        ),
        ("  blue: [officer]\n", "", "alerts 缺少级别 blue"),
        ("  - id: officer", "  - id: 'a b'", "id"),
    ],
)
def test_a_roster_with_strangers_or_gaps_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in ROSTER
    (tmp_path / "roster.yaml").write_text(ROSTER.replace(old, new, 1), "utf-8")
    with pytest.raises(Misconfigured) as refusal:
        read_roster(tmp_path)
    assert complaint in str(refusal.value)


def test_a_night_shift_belongs_to_the_day_on_which_it_begins(tmp_path: Path) -> None:
    friday_night = 'shifts: [{name: 夜班, days: [fri], hours: {begin: "20:00", end: "08:00"}, persons: [officer]}]'
    (tmp_path / "roster.yaml").write_text(ROSTER.replace("shifts: []", friday_night), "utf-8")
    [shift] = read_roster(tmp_path).shifts
    friday = datetime(2026, 11, 27, tzinfo=UTC)
    hours = [11, 12, 23, 24, 31, 36]
    assert [shift.holds(friday - timedelta(hours=8) + timedelta(hours=8 + h)) for h in hours] == [
        False,
        True,
        True,
        False,
        False,
        False,
    ]
