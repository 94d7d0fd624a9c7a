"""Times as Chinese sources write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from huiying.clock import BEIJING
from huiying.moments import in_beijing, read_moment

NOW = datetime(2014, 6, 3, 10, 20, 30, tzinfo=BEIJING)


def beijing(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BEIJING)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("今天 08:15", beijing(2014, 6, 3, 8, 15)),
        ("今日8点", beijing(2014, 6, 3, 8)),
        ("今天", beijing(2014, 6, 3)),
        ("昨天 12:00", beijing(2014, 6, 2, 12)),
        ("昨天12:00:07", beijing(2014, 6, 2, 12, 0, 7)),
        ("昨日 下午3点05分", beijing(2014, 6, 2, 15, 5)),
        ("前天 23:59", beijing(2014, 6, 1, 23, 59)),
        ("昨天 晚上9:30", beijing(2014, 6, 2, 21, 30)),
        ("3分钟前", NOW - timedelta(minutes=3)),
        ("3 分钟前", NOW - timedelta(minutes=3)),
        ("30秒前", NOW - timedelta(seconds=30)),
        ("2小时前", NOW - timedelta(hours=2)),
        ("2个小时之前", NOW - timedelta(hours=2)),
        ("半小时前", NOW - timedelta(minutes=30)),
        ("两个半小时前", NOW - timedelta(minutes=150)),
        ("十二分钟前", NOW - timedelta(minutes=12)),
        ("3天前", NOW - timedelta(days=3)),
        ("一周前", NOW - timedelta(days=7)),
        ("刚刚", NOW),
        ("2014年5月30日 8时5分", beijing(2014, 5, 30, 8, 5)),
        ("2014年5月30日8时5分6秒", beijing(2014, 5, 30, 8, 5, 6)),
        ("2014年05月30日 星期五 08:05", beijing(2014, 5, 30, 8, 5)),
        ("2014年5月30日", beijing(2014, 5, 30)),
        ("2014 年 5 月 30 日", beijing(2014, 5, 30)),
        ("2014-05-30 08:15", beijing(2014, 5, 30, 8, 15)),
        ("2014-05-30 08:15:30", beijing(2014, 5, 30, 8, 15, 30)),
        ("2014-05-30  08:15:30.123", beijing(2014, 5, 30, 8, 15, 30)),
        ("2014/5/30", beijing(2014, 5, 30)),
        ("2014/5/30 8:15:00", beijing(2014, 5, 30, 8, 15)),
        ("2014.05.30 08:15", beijing(2014, 5, 30, 8, 15)),
        ("2014-05-30 下午 2:15", beijing(2014, 5, 30, 14, 15)),
        ("2014-05-30 12:15 AM", beijing(2014, 5, 30, 0, 15)),
        ("2014-05-30 24:00", beijing(2014, 5, 31)),
        ("２０１４－０５－３０　０８：１５", beijing(2014, 5, 30, 8, 15)),
        ("发布时间：2014-05-30 08:15", beijing(2014, 5, 30, 8, 15)),
        ("[2014-05-30 08:15]", beijing(2014, 5, 30, 8, 15)),
        ("20140530", beijing(2014, 5, 30)),
        ("20140530081530", beijing(2014, 5, 30, 8, 15, 30)),
        ("2014-05-30T08:15:30", beijing(2014, 5, 30, 8, 15, 30)),
        ("2014-05-30T08:15:30+08:00", beijing(2014, 5, 30, 8, 15, 30)),
        ("2014-05-30T08:15:30+0800", beijing(2014, 5, 30, 8, 15, 30)),
        ("2014-05-30T00:15:30Z", beijing(2014, 5, 30, 8, 15, 30)),
        ("2014-05-30T00:15:30.250Z", beijing(2014, 5, 30, 8, 15, 30)),
        ("2014-05-29T19:15:30-05:00", beijing(2014, 5, 30, 8, 15, 30)),
        ("Fri, 30 May 2014 08:15:30 +0800", beijing(2014, 5, 30, 8, 15, 30)),
        ("Fri, 30 May 2014 00:15:30 GMT", beijing(2014, 5, 30, 8, 15, 30)),
        ("30 May 2014 08:15:30 CST", beijing(2014, 5, 30, 8, 15, 30)),
        ("Fri May 30 08:15:30 +0800 2014", beijing(2014, 5, 30, 8, 15, 30)),
        ("Fri May 30 08:15:30 CST 2014", beijing(2014, 5, 30, 8, 15, 30)),
        ("2014-05-30 08:15:30 CST", beijing(2014, 5, 30, 8, 15, 30)),
        ("1401408930", beijing(2014, 5, 30, 8, 15, 30)),
        ("1401408930000", beijing(2014, 5, 30, 8, 15, 30)),
        ("1401408930.5", beijing(2014, 5, 30, 8, 15, 30) + timedelta(seconds=0.5)),
        ("05-30 08:15", beijing(2014, 5, 30, 8, 15)),
        ("5月30日 08:15", beijing(2014, 5, 30, 8, 15)),
        ("5月30日", beijing(2014, 5, 30)),
        ("12-31 23:00", beijing(2013, 12, 31, 23)),
        ("02-29 10:00", beijing(2012, 2, 29, 10)),
        ("08:15", beijing(2014, 6, 3, 8, 15)),
        ("23:15", beijing(2014, 6, 2, 23, 15)),
        ("1970-01-01 00:00:00", beijing(1970, 1, 1)),
        ("2099-12-31 23:59", beijing(2099, 12, 31, 23, 59)),
    ],
)
def test_a_time_is_read_as_the_source_meant_it(written: str, moment: datetime) -> None:
    assert read_moment(written, NOW) == moment


@pytest.mark.parametrize(
    "nonsense",
    [
        "", "  ", "不详", "2014-13-01", "2014-02-30", "2014-05-30 25:00", "13-45 08:00", "99:99", "12345", "0",
        "0000-00-00 00:00:00", "9999999999999999999", "2014", "三月", "abc", "2014-05-30 08:15 +99:99", "大连",
        "5年前的事情", "30 Foo 2014", "9999年12月31日 24:00", "今天天气",
        "0001-01-01", "1" * 2000, "2014-05-30 08:15\n好",
    ],
)  # fmt: skip
def test_nonsense_is_no_time(nonsense: str) -> None:
    assert read_moment(nonsense, NOW) is None


def test_a_year_is_guessed_so_that_the_post_does_not_lie_in_the_future() -> None:
    on_new_years_day = datetime(2015, 1, 1, 0, 5, tzinfo=BEIJING)
    assert read_moment("12-31 23:58", on_new_years_day) == beijing(2014, 12, 31, 23, 58)
    assert read_moment("01-01 00:02", on_new_years_day) == beijing(2015, 1, 1, 0, 2)


def test_today_is_today_in_beijing_even_when_utc_still_has_yesterday() -> None:
    early = datetime(2014, 6, 2, 17, 0, tzinfo=UTC)
    assert read_moment("今天 00:30", early) == beijing(2014, 6, 3, 0, 30)


def test_every_moment_is_in_utc() -> None:
    moment = read_moment("2014-05-30 08:15", NOW)
    assert moment is not None
    assert moment.tzinfo is UTC


def test_a_cell_without_a_zone_is_beijing_time() -> None:
    assert in_beijing(datetime(2014, 5, 30, 8, 15)) == beijing(2014, 5, 30, 8, 15)  # noqa: DTZ001
    assert in_beijing(datetime(2014, 5, 30, 0, 15, tzinfo=UTC)) == beijing(2014, 5, 30, 8, 15)


@given(some.text(max_size=60) | some.text(alphabet="0123456789-/年月日时分秒前今昨天 :.TZ+CSTGM半两", max_size=30))
def test_no_text_whatever_raises(text: str) -> None:
    moment = read_moment(text, NOW)
    assert moment is None or moment.tzinfo is UTC
