"""What one sentence says: its matter as pairs of characters, its numbers, what it negates, the places it names.

Two sayings about the same matter can be held against each other; that they differ says nothing about who is right.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from re import Pattern
from typing import Self

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
_NAMED = re.compile(
    r"([\u4e00-\u9fff]{2})(?:小区|社区|街道|花园|家园|公寓|大厦|广场|市场|学校|小学|中学|大学|幼儿园|医院|公司|酒店|路|街|村|镇|乡|苑|城)"
)
_REACH = 3
"""How far a negation is taken to reach, in characters."""


class Difference(StrEnum):
    """In what two sayings differ."""

    NUMBER = "number"
    NEGATION = "negation"
    DENIAL = "denial"
    PLACE = "place"


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """The words by which a sentence is read: negations and what only looks like one, denials, names of places.

    Each is a pattern; where one word lies inside another, the longer one is found.
    """

    negations: Pattern[str]
    not_negations: Pattern[str]
    denials: Pattern[str]
    places: Pattern[str]

    @classmethod
    def of(
        cls, *, negations: Iterable[str], not_negations: Iterable[str], denials: Iterable[str], places: Iterable[str]
    ) -> Self:
        """From lists of words."""
        return cls(
            negations=_any_of(negations),
            not_negations=_any_of(not_negations),
            denials=_any_of(denials),
            places=_any_of(places),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Saying:
    """A sentence, and what it says."""

    text: str
    matter: frozenset[str]
    numbers: Mapping[str, frozenset[float]]
    negated: frozenset[str]
    places: frozenset[str]
    named: frozenset[str]
    denies: bool

    def likeness(self, other: "Saying") -> float:
        """The share of the shorter one's pairs of characters that the other has too; numbers and places left out."""
        shorter = min(len(self.matter), len(other.matter))
        return len(self.matter & other.matter) / shorter if shorter else 0.0

    def differences(self, other: "Saying") -> tuple[Difference, ...]:
        """In what they differ. Where the places do, the rest is not compared: it may be another matter.

        Where both name a street, a school or a company and none is the same, it surely is.
        """
        if self.places and other.places and not _touch(self.places, other.places):
            return (Difference.PLACE,)
        if self.named and other.named and not self.named & other.named:
            return ()
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


def longest_shared(one: str, other: str) -> int:
    """How many characters in a row two sentences share at most."""
    match = SequenceMatcher(None, one, other, autojunk=False).find_longest_match()
    return match.size


def read_saying(sentence: str, wording: Wording) -> Saying:
    """What a sentence says."""
    plain = sentence.lower()
    places = frozenset(wording.places.findall(plain))
    numbers, rest = _numbers(plain)
    rest = wording.not_negations.sub(" ", wording.places.sub(" ", rest))
    return Saying(
        text=sentence,
        matter=frozenset(_pairs(rest)),
        numbers=numbers,
        negated=frozenset(_negated(rest, wording.negations)),
        places=places,
        named=frozenset(_NAMED.findall(rest)),
        denies=wording.denials.search(plain) is not None,
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


def _negated(text: str, negations: Pattern[str]) -> Iterator[str]:
    """The pairs of characters right after each negation."""
    for match in negations.finditer(text):
        yield from _pairs(_MEANINGLESS.split(text[match.end() : match.end() + _REACH])[0])


def _pairs(text: str) -> Iterator[str]:
    for run in _MEANINGLESS.split(text):
        for at in range(len(run) - 1):
            yield run[at : at + 2]


def _any_of(words: Iterable[str]) -> Pattern[str]:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)) if longest_first else "(?!)")


def _touch(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two sets of places may share one: 旅顺 and 旅顺口区 do."""
    return any(one in other or other in one for one in some for other in others)
