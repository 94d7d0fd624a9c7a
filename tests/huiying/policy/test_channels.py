"""Channels: when what is sent, and what is refused in words."""

from datetime import datetime
from pathlib import Path

import pytest

from huiying.clock import BEIJING
from huiying.failures import Misconfigured
from huiying.level import Level
from huiying.policy.channels import ChannelRules, channel_url, read_channels
from huiying.policy.roster import read_roster

SHIPPED_OFFICE = Path(__file__).parents[3] / "config"
CHANNELS = (SHIPPED_OFFICE / "channels.yaml").read_text("utf-8")
ROSTER = (SHIPPED_OFFICE / "roster.yaml").read_text("utf-8")


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
        (Level.RED, "22 12:10", "22 12:10"),
        (Level.RED, "22 23:10", "22 23:10"),
        (Level.ORANGE, "22 21:59", "22 21:59"),
        (Level.ORANGE, "22 22:00", "23 07:00"),
        (Level.ORANGE, "23 03:00", "23 07:00"),
        (Level.ORANGE, "23 07:00", "23 07:00"),
        (Level.YELLOW, "22 12:10", "22 12:30"),
        (Level.YELLOW, "22 12:30", "22 13:00"),
        (Level.YELLOW, "22 21:40", "23 07:00"),
        (Level.YELLOW, "22 23:50", "23 07:00"),
        (Level.BLUE, "23 07:01", "23 07:30"),
    ],
)
def test_when_a_notice_goes_out(level: Level, at: str, sent: str) -> None:
    wecom = read_channels(SHIPPED_OFFICE).channels[0]
    assert wecom.send_at(level, _november(at)) == _november(sent)


def _november(at: str) -> datetime:
    """A moment in Beijing."""
    return datetime.strptime(f"2026-11-{at}", "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)


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
        ('quiet: {begin: "22:00"', 'quiet: {begin: "25:00"', '时刻应写成带引号的 "22:00"'),
        ('quiet: {begin: "22:00"', 'quiet: {begin: "07:00"', "begin 与 end 不能相同"),
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
    times = ["27 19:59", "27 20:00", "28 07:59", "28 08:00", "28 20:00", "27 07:00"]
    assert [shift.holds(_november(at)) for at in times] == [False, True, True, False, False, False]
