"""Reads the time a Chinese source wrote beside a post: 今天 08:15, 3分钟前, 2014年5月30日, an epoch, a feed's date.

A writing without a zone means Beijing time, and so does "CST", which never means Chicago here. What cannot be
read is None, never a guess; only a missing year is supplied (the latest one that does not lie in the future).
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

from huiying.clock import BEIJING

LONGEST_WRITING = 80
"""A time takes no more characters than this; a longer text is not one."""

_EARLIEST_YEAR, _LATEST_YEAR = 1, 9999
_CLOCK = (
    r"(?:(?P<half>凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|晚|AM|PM)?\s*"
    r"(?P<hour>\d{1,2})\s?[:时点]\s?(?:(?P<minute>\d{1,2})\s?(?:[:分]\s?(?:(?P<second>\d{1,2})(?:[.,]\d{1,9})?\s?秒?)?)?)?"
    r"\s*(?P<after>AM|PM)?)"
)
_ZONE = r"(?P<zone>Z|UTC|GMT(?:[+-]\d{1,2}(?::?\d\d)?)?|CST|BJT|北京时间|[+-]\d{1,2}(?::?\d\d)?)"
_WEEKDAY = r"(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_TAIL = rf"\s*{_WEEKDAY}\s*(?:T|,|北京时间)?\s*(?:{_CLOCK})?\s*{_ZONE}?"
_PREFIX = re.compile(r"^(?:发布|发表|更新|来电|受理|登记|创建|提交|采集|发文|编辑)?(?:时间|日期|于)?\s*[::]?\s*")

_DATE = re.compile(
    r"(?P<year>\d{4})\s?[-/.年]\s?(?P<month>\d{1,2})\s?[-/.月]\s?(?P<day>\d{1,2})\s?[日号]?" + _TAIL, re.IGNORECASE
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:[T ]?(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d))?(?P<half>)(?P<after>))?\s*" + _ZONE + "?",
    re.IGNORECASE,
)
_NO_YEAR = re.compile(r"(?P<month>\d{1,2})\s?[-/月.]\s?(?P<day>\d{1,2})\s?[日号]?" + _TAIL, re.IGNORECASE)
_DAY_WORD = re.compile(r"(?P<word>今天|今日|今|昨天|昨日|昨|前天|前日|大前天)" + _TAIL, re.IGNORECASE)
_CLOCK_ALONE = re.compile(_CLOCK, re.IGNORECASE)
_AGO = re.compile(
    r"(?:约|大约)?(?P<count>\d{1,5}|[一二两三四五六七八九十]{1,3}|半)\s?个?(?P<half>半)?"
    r"(?P<unit>秒钟?|分钟?|小时|钟头|天|日|周|星期|礼拜|月|年)(?:之?前|以前)"
)
_JUST_NOW = frozenset({"刚刚", "刚才", "几秒前", "几分钟前", "1分钟内", "just now"})
_FEED = re.compile(
    r"(?:[A-Za-z]{3,9}\.?,?\s*)?(?P<day>\d{1,2})[\s-]+(?P<month>[A-Za-z]{3,9})\.?,?[\s-]+(?P<year>\d{4}|\d\d)"
    r"(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?P<half>)(?P<after>))?\s*"
    + _ZONE
    + r"?(?:\s*\([A-Za-z]+\))?",
    re.IGNORECASE,
)
_UNIX = re.compile(
    r"(?:[A-Za-z]{3}\s+)(?P<month>[A-Za-z]{3})\s+(?P<day>\d{1,2})\s+"
    r"(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)(?P<half>)(?P<after>)\s*" + _ZONE + r"?\s+(?P<year>\d{4})",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{12,13}|\d{15,16}")
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS_BACK = {"今": 0, "昨": 1, "前": 2, "大": 3}
_NUMERALS = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九十")} | {"两": 2}
_UNITS = {
    "秒": timedelta(seconds=1),
    "分": timedelta(minutes=1),
    "小": timedelta(hours=1),
    "钟": timedelta(hours=1),
    "天": timedelta(days=1),
    "日": timedelta(days=1),
    "周": timedelta(weeks=1),
    "星": timedelta(weeks=1),
    "礼": timedelta(weeks=1),
    "月": timedelta(days=30),
    "年": timedelta(days=365),
}
_Reader = Callable[[re.Match[str], datetime], datetime]


def read_moment(text: str, now: datetime) -> datetime | None:
    """The moment that a source's writing names, aware and in UTC; None where it names none."""
    written = unicodedata.normalize("NFKC", text[: LONGEST_WRITING + 1]).strip() if text else ""
    if not written or len(text) > LONGEST_WRITING:
        return None
    written = _PREFIX.sub("", written).strip(" []()<>【】|")
    if written.lower() in _JUST_NOW:
        return now.astimezone(UTC)
    for pattern, reader in _WRITINGS:
        match = pattern.fullmatch(written)
        if match is None:
            continue
        try:
            return reader(match, now).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
    return None


def in_beijing(moment: datetime) -> datetime:
    """A moment in UTC; one without a zone (a spreadsheet's cell) is taken as Beijing time."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).astimezone(UTC)


def _read_epoch(match: re.Match[str], _now: datetime) -> datetime:
    digits = match.group()
    whole = len(digits.partition(".")[0])
    divisor = 1 if whole <= 10 else 1_000 if whole <= 13 else 1_000_000
    return datetime.fromtimestamp(float(digits) / divisor, UTC)


def _read_date(match: re.Match[str], _now: datetime) -> datetime:
    return _moment(match, int(match["year"]), int(match["month"]), int(match["day"]))


def _read_without_year(match: re.Match[str], now: datetime) -> datetime:
    """The latest year in which this day exists and does not lie more than a day ahead."""
    latest = now + timedelta(days=1)
    this_year = now.astimezone(BEIJING).year
    for year in range(this_year + 1, this_year - 5, -1):
        try:
            moment = _moment(match, year, int(match["month"]), int(match["day"]))
        except ValueError:
            continue
        if moment <= latest:
            return moment
    raise ValueError("this day of the year does not exist")


def _read_day_word(match: re.Match[str], now: datetime) -> datetime:
    day = now.astimezone(BEIJING) - timedelta(days=_DAYS_BACK[match["word"][0]])
    return _moment(match, day.year, day.month, day.day)


def _read_clock(match: re.Match[str], now: datetime) -> datetime:
    today = now.astimezone(BEIJING)
    moment = _at_clock(match, today.year, today.month, today.day, BEIJING)
    return moment if moment <= now + timedelta(minutes=10) else moment - timedelta(days=1)


def _read_ago(match: re.Match[str], now: datetime) -> datetime:
    unit = _UNITS[match["unit"][0]]
    back = unit / 2 if match["count"] == "半" else unit * _count(match["count"])
    return now - (back + unit / 2 if match["half"] else back)


def _read_english(match: re.Match[str], _now: datetime) -> datetime:
    year = int(match["year"])
    month = _ENGLISH_MONTHS.index(match["month"][:3].lower()) + 1
    return _moment(match, year + 2000 if year < 100 else year, month, int(match["day"]))


def _count(written: str) -> int:
    if written.isdigit():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + (_NUMERALS[ones] if ones else 0)


def _moment(match: re.Match[str], year: int, month: int, day: int) -> datetime:
    return _at_clock(match, year, month, day, _zone(match["zone"]))


def _at_clock(match: re.Match[str], year: int, month: int, day: int, zone: timezone) -> datetime:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or match["after"] or "").upper()
    if (half in ("下午", "傍晚", "晚上", "晚", "PM") and hour < 12) or (half == "中午" and hour < 6):
        hour += 12
    elif half in ("AM", "凌晨") and hour == 12:
        hour = 0
    next_day = hour == 24 and minute == second == 0
    moment = datetime(year, month, day, 0 if next_day else hour, minute, min(second, 59), tzinfo=zone)
    return moment + timedelta(days=1) if next_day else moment


def _zone(written: str | None) -> timezone:
    if not written or written.upper() in ("CST", "BJT", "北京时间"):
        return BEIJING
    offset = written.upper().removeprefix("GMT").removeprefix("UTC").removeprefix("Z").replace(":", "")
    if not offset:
        return UTC
    hours, minutes = (int(offset[1:-2]), int(offset[-2:])) if len(offset) > 3 else (int(offset[1:]), 0)
    away = timedelta(hours=hours, minutes=minutes)
    return timezone(-away if offset[0] == "-" else away)


_WRITINGS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_DATE, _read_date),
    (_AGO, _read_ago),
    (_DAY_WORD, _read_day_word),
    (_COMPACT, _read_date),
    (_EPOCH, _read_epoch),
    (_NO_YEAR, _read_without_year),
    (_CLOCK_ALONE, _read_clock),
    (_FEED, _read_english),
    (_UNIX, _read_english),
)
