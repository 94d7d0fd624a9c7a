"""Ordering: what can be read off the words of a 批示, so that whoever wrote it only has to look and confirm.

Only what the words name is read: a bureau by its name, a deadline by a day or a number of hours. Nothing is guessed;
what is not there is asked for. The hours of a part of the day are the office's own (本单位自定).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from huiying.bureau import Bureau
from huiying.clock import BEIJING

_NUMERALS = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九十")} | {"两": 2}
_NUMBER = r"(\d{1,3}|[一二两三四五六七八九十]{1,2})"
_DAYS = {"今": 0, "当": 0, "明": 1, "后": 2}
_HALVES = {"早": 8, "晨": 8, "上午": 12, "中午": 12, "下午": 18, "晚": 24}
_HALF = r"(早上?|凌?晨|上午|中午|下午|晚上?)?"
_HOUR = rf"(?:{_NUMBER}(?:[:：](\d\d)|[点时](半)?))?"
_BY_DAY = re.compile(rf"(今|当|明|后)(?:天|日)?{_HALF}{_HOUR}")
_BY_WEEKDAY = re.compile(rf"(本周|这周|周|下周|星期)([一二三四五六日天]){_HALF}{_HOUR}")
_BY_DATE = re.compile(rf"(?:(\d{{1,2}})月)?(\d{{1,2}})[日号](?!内){_HALF}{_HOUR}")
_WITHIN = re.compile(rf"{_NUMBER}个?(小时|天|日|工作日)(?:之|以)?内")
_CONCERN = re.compile(r"20\d\d-\d{1,6}")
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """What the words name; empty or None where they do not."""

    bureau: str
    due_at: datetime | None
    number: str


def read_order(text: str, bureaus: Sequence[Bureau], now: datetime) -> Read:
    """The bureau with the longest name that occurs, the latest moment named that is to come, a matter's number."""
    number = _CONCERN.search(text)
    return Read(
        bureau=_bureau(text, bureaus),
        due_at=max((moment for moment in _moments(text, now.astimezone(BEIJING)) if moment > now), default=None),
        number=number.group() if number else "",
    )


def _bureau(text: str, bureaus: Sequence[Bureau]) -> str:
    named = [
        (text.index(name), -len(name), bureau.id)
        for bureau in bureaus
        for name in (bureau.name, bureau.name_today or "", bureau.id)
        if name and name in text
    ]
    return min(named)[2] if named else ""


def _moments(text: str, here: datetime) -> Iterator[datetime]:
    for match in _BY_DAY.finditer(text):
        # 今后、当前 and the like name no day: what follows the word has to be a day or a part of it.
        if match.group() in _DAYS:
            continue
        yield from _at(here, _DAYS[match[1]], *match.groups()[1:])
    for match in _BY_WEEKDAY.finditer(text):
        ahead = _WEEKDAYS.index(match[2].replace("天", "日")) - here.weekday()
        ahead += 7 if match[1] == "下周" else 0
        yield from _at(here, ahead if ahead >= 0 else ahead + 7, *match.groups()[2:])
    for match in _BY_DATE.finditer(text):
        day = _date(here, match[1], int(match[2]))
        if day is not None:
            yield from _at(here, (day.date() - here.date()).days, *match.groups()[2:])
    for match in _WITHIN.finditer(text):
        amount = _count(match[1])
        hours = match[2] == "小时"
        yield here + timedelta(hours=amount) if hours else _end_of_day(here + timedelta(days=amount))


def _at(
    here: datetime, ahead: int, half: str | None, hour: str | None, minute: str | None, half_past: str | None
) -> Iterator[datetime]:
    day = here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=ahead)
    part = next((key for key in _HALVES if half and key in half), "")
    if hour is None:
        yield (day + timedelta(hours=_HALVES[part] if part else 24)).astimezone(UTC)
        return
    counted = _count(hour)
    if part in ("下午", "晚") and counted < 12:
        counted += 12
    if counted <= 24:
        minutes = int(minute or (30 if half_past else 0))
        yield (day + timedelta(hours=counted, minutes=minutes)).astimezone(UTC)


def _end_of_day(moment: datetime) -> datetime:
    return (moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)).astimezone(UTC)


def _date(here: datetime, month: str | None, day: int) -> datetime | None:
    for ahead in range(13):
        index = here.month - 1 + ahead
        try:
            found = here.replace(year=here.year + index // 12, month=index % 12 + 1, day=day)
        except ValueError:
            continue
        if found.date() >= here.date() and (month is None or found.month == int(month)):
            return found
    return None


def _count(written: str) -> int:
    if written.isdigit():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + (_NUMERALS[ones] if ones else 0)
