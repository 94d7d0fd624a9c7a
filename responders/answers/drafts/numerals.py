"""Reads the numbers, moments and days of a Chinese sentence, however they are written, so that they compare."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_YEAR_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]")
_ISO_DAY = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DAY = re.compile(r"(?<!\d)(\d{1,2})日")
_TIME = re.compile(r"(?<!\d)(\d{1,2})(?:时|点(?!建议|要求|意见)|:(?=\d\d))(?:(\d{1,2})分?)?(?:(?<=\d):\d\d)?")
_UNITS = (
    "百分点|小时|分钟|公里|千米|平方米|立方米|公斤|千克|毫米|厘米|人次|"
    "个月|[个人名处次起件条户家天日年月周秒米吨克升元台辆座间所例批项种类栋层号路度轮份部岁倍%‰℃]"
)
_NUMBER = re.compile(rf"(\d+(?:,\d{{3}})*(?:\.\d+)?)(万|亿)?[余多]?(?:个(?=小时|百分点))?({_UNITS})?")
_PERCENT = re.compile(r"百分之([零〇一二两三四五六七八九十百点\d.]+)")
_CHINESE = re.compile(
    rf"([一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*)[余多]?(?:个(?=小时))?({_UNITS})"
)
_SAME_UNIT = {"天": "日", "名": "人", "千米": "公里", "千克": "公斤"}
_SCALES = {"": 1, "万": 10_000, "亿": 100_000_000}
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, a moment of the day or a day. `unit` is what is counted, empty where the text does not say.

    A day has its month and year where they are said: `month` and `year` are 0 where not.
    """

    kind: str
    value: float
    unit: str = ""
    month: int = 0
    year: int = 0
    shown: str = ""

    def agrees_with(self, other: "Figure") -> bool:
        """Whether both may be the same figure; what one of them leaves open does not stand against it."""
        if (self.kind, self.value) != (other.kind, other.value):
            return False
        pairs = ((self.unit, other.unit), (self.month, other.month), (self.year, other.year))
        return all(one == another or not one or not another for one, another in pairs)


def figures(text: str) -> tuple[Figure, ...]:
    """Every figure of a text, in no promised order."""
    return tuple(_figures(unicodedata.normalize("NFKC", text)))


def _figures(text: str) -> Iterator[Figure]:
    rest = text
    for pattern, read in _READERS:
        for match in pattern.finditer(rest):
            if (figure := read(match)) is not None:
                yield figure
        rest = pattern.sub(lambda match: " " * len(match.group()), rest)


def _day(match: re.Match[str]) -> Figure:
    year, month, day = match.groups()
    return Figure("day", int(day), month=int(month), year=int(year or 0), shown=match.group())


def _bare_day(match: re.Match[str]) -> Figure | None:
    day = int(match[1])
    return Figure("day", day, shown=match.group()) if 1 <= day <= 31 else None


def _time(match: re.Match[str]) -> Figure | None:
    return Figure("time", int(match[1]) * 60 + int(match[2] or 0), shown=match.group())


def _number(match: re.Match[str]) -> Figure:
    value = float(match[1].replace(",", "")) * _SCALES[match[2] or ""]
    return Figure("number", value, unit=_unit(match[3]), shown=match.group())


def _percent(match: re.Match[str]) -> Figure | None:
    value = _value(match[1])
    return None if value is None else Figure("number", value, unit="%", shown=match.group())


def _chinese(match: re.Match[str]) -> Figure | None:
    """One of something (一次, 一家) is how people talk and no figure."""
    value = _value(match[1])
    if value is None or value <= 1:
        return None
    return Figure("number", value, unit=_unit(match[2]), shown=match.group())


def _unit(unit: str | None) -> str:
    return _SAME_UNIT.get(unit or "", unit or "")


def _value(written: str) -> float | None:
    try:
        return float(written)
    except ValueError:
        pass
    if "点" in written:
        whole, _, part = written.partition("点")
        digits = "".join(str(_DIGITS[each]) for each in part if each in _DIGITS)
        return float(f"{_whole(whole)}.{digits or 0}")
    return _whole(written)


def _whole(written: str) -> float:
    total = section = digit = 0
    for character in written:
        if character in _DIGITS:
            digit = digit * 10 + _DIGITS[character] if digit else _DIGITS[character]
        elif character in _STEPS:
            section, digit = section + (digit or 1) * _STEPS[character], 0
        else:
            total, section, digit = (total + section + digit) * _SCALES.get(character, 1), 0, 0
    return total + section + digit


_READERS = (
    (_YEAR_DAY, _day),
    (_ISO_DAY, _day),
    (_DAY, _bare_day),
    (_PERCENT, _percent),
    (_TIME, _time),
    (_NUMBER, _number),
    (_CHINESE, _chinese),
)
