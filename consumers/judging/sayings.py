"""What one sentence says: its matter as pairs of characters, its numbers, what it negates, the places it names.

Two sayings about the same matter can be held against each other; that they differ says nothing about who is right.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_UNITS: Mapping[str, tuple[str, float]] = {
    "个小时": ("小时", 1),
    "小时": ("小时", 1),
    "分钟": ("分钟", 1),
    "个月": ("个月", 1),
    "天": ("天", 1),
    "个工作日": ("工作日", 1),
    "日": ("日", 1),
    "号": ("日", 1),
    "月": ("月", 1),
    "年": ("年", 1),
    "点": ("点", 1),
    "时": ("点", 1),
    "亿元": ("元", 1e8),
    "万元": ("元", 1e4),
    "元": ("元", 1),
    "块": ("元", 1),
    "%": ("%", 1),
    "人": ("人", 1),
    "名": ("人", 1),
    "户": ("户", 1),
    "例": ("例", 1),
    "辆": ("辆", 1),
    "岁": ("岁", 1),
    "度": ("度", 1),
    "摄氏度": ("度", 1),
    "公里": ("公里", 1),
    "米": ("米", 1),
    "吨": ("吨", 1),
    "倍": ("倍", 1),
}
_LENGTHS_OF_TIME = frozenset({"小时", "分钟", "个月", "天", "年", "月", "日", "点"})
_NUMBER = re.compile(
    r"(?P<share>百分之)?(?P<number>\d[\d,]*(?:\.\d+)?[万亿]?|[零〇一二两三四五六七八九十百千万亿]+)(?P<unit>"
    + "|".join(sorted(_UNITS, key=len, reverse=True))
    + ")?"
)
_MEANINGLESS = re.compile(r"[^\u4e00-\u9fffa-z0-9]+")
_REACH = 6
"""How far a negation is taken to reach, in characters."""


class Difference(StrEnum):
    """In what two sayings differ."""

    NUMBER = "number"
    NEGATION = "negation"
    DENIAL = "denial"
    PLACE = "place"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """The words by which a sentence is read: negations and what only looks like one, denials, names of places."""

    negations: tuple[str, ...]
    not_negations: tuple[str, ...]
    denials: tuple[str, ...]
    places: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """A sentence, and what it says."""

    text: str
    matter: frozenset[str]
    numbers: Mapping[str, frozenset[float]]
    negated: frozenset[str]
    places: frozenset[str]
    denies: bool

    def likeness(self, other: "Saying") -> float:
        """The share of the shorter one's pairs of characters that the other has too; numbers and places left out."""
        shorter = min(len(self.matter), len(other.matter))
        return len(self.matter & other.matter) / shorter if shorter else 0.0

    def differences(self, other: "Saying") -> tuple[Difference, ...]:
        """In what they differ. Where the places do, the rest is not compared: it may be another matter."""
        if self.places and other.places and not _touch(self.places, other.places):
            return (Difference.PLACE,)
        found = []
        if any(not (self.numbers[unit] & other.numbers[unit]) for unit in self.numbers.keys() & other.numbers.keys()):
            found.append(Difference.NUMBER)
        mine, theirs = self.negated & other.matter, other.negated & self.matter
        agreed = not (mine or theirs) or bool(mine & theirs)
        if other.denies and not self.denies and agreed:
            found.append(Difference.DENIAL)
        elif not agreed and not other.denies:
            found.append(Difference.NEGATION)
        return tuple(found)


def read_saying(sentence: str, wording: Wording) -> Saying:
    """What a sentence says."""
    plain = sentence.lower()
    places = frozenset(_longest(plain, wording.places))
    numbers, rest = _numbers(plain)
    for place in sorted(places, key=len, reverse=True):
        rest = rest.replace(place, " ")
    for phrase in wording.not_negations:
        rest = rest.replace(phrase, " ")
    return Saying(
        text=sentence,
        matter=frozenset(_pairs(rest)),
        numbers=numbers,
        negated=frozenset(_negated(rest, wording.negations)),
        places=places,
        denies=any(denial in plain for denial in wording.denials),
    )


def numeral(written: str) -> float | None:
    """The value of 12,000, 3.5万 or 一百二十; None where the characters are no number."""
    digits = written.replace(",", "")
    if digits[0].isdigit():
        power = _POWERS.get(digits[-1], 1)
        return float(digits.rstrip("万亿")) * power
    return _chinese_numeral(written)


def _chinese_numeral(written: str) -> float | None:
    total, section, digit = 0, 0, 0
    for character in written:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif _POWERS[character] >= _POWERS["万"]:
            total, section, digit = (total + section + digit) * _POWERS[character], 0, 0
            if not total:
                return None
        else:
            section, digit = section + (digit or 1) * _POWERS[character], 0
    return float(total + section + digit)


def _numbers(text: str) -> tuple[dict[str, frozenset[float]], str]:
    """The numbers by what they count, and the text without them."""
    found: dict[str, set[float]] = {}
    for match in _NUMBER.finditer(text):
        unit = "%" if match["share"] else match["unit"]
        value = numeral(match["number"])
        if unit is None or value is None:
            continue
        name, times = _UNITS[unit]
        if match["number"] == "一" and name not in _LENGTHS_OF_TIME:
            continue  # 一名, 一户 name somebody and count nothing.
        found.setdefault(name, set()).add(round(value * times, 4))
    return {name: frozenset(values) for name, values in found.items()}, _NUMBER.sub(" ", text)


def _negated(text: str, negations: Sequence[str]) -> Iterator[str]:
    """The first pair of characters after each negation, and those that follow within its reach."""
    longest_first = sorted(negations, key=len, reverse=True)
    at = 0
    while at < len(text):
        negation = next((one for one in longest_first if text.startswith(one, at)), None)
        if negation is None:
            at += 1
            continue
        at += len(negation)
        clause = _MEANINGLESS.split(text[at : at + _REACH])[0]
        yield from _pairs(clause)


def _pairs(text: str) -> Iterator[str]:
    for run in _MEANINGLESS.split(text):
        for at in range(len(run) - 1):
            yield run[at : at + 2]


def _longest(text: str, names: Iterable[str]) -> list[str]:
    found = [name for name in names if name in text]
    return [name for name in found if not any(name != longer and name in longer for longer in found)]


def _touch(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two sets of places may share one: 旅顺 and 旅顺口区 do."""
    return any(one in other or other in one for one in some for other in others)
