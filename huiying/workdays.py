"""Working days 工作日: the published calendar 2004–2026, corrected by the office's overlay.

A year whose arrangement has not been published is counted Monday to Friday, less the fixed holidays, and marked
provisional, never silently.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import chinese_calendar
from chinese_calendar import constants

_ONE_DAY = timedelta(days=1)
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})
# 元旦、劳动节、国庆节 by 《全国年节及纪念日放假办法》: free in every year, whatever the arrangement will be.
_LONGEST_TERM = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class DayChange:
    """One day on which the office departs from the published calendar, and why."""

    working: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CountedTerm:
    """A counted term: its last day, the days that counted, and whether an unpublished year makes it provisional.

    `note` is empty, or says in Chinese which year's arrangement is missing.
    """

    last_day: date
    counted: tuple[date, ...]
    provisional: bool
    note: str


class WorkdayCalendar:
    """Says which days are worked and counts terms by 民法典 第二百零一条 and 第二百零三条."""

    def __init__(self, overlay: Mapping[date, DayChange] | None = None) -> None:
        self._overlay = dict(overlay or {})

    @cached_property
    def digest(self) -> str:
        """Of everything that decides which days are worked: another one means that terms are to be counted anew."""
        known = (constants.holidays, constants.workdays, constants.in_lieu_days, self._overlay)
        days = [sorted((day.isoformat(), str(what)) for day, what in part.items()) for part in known]
        return hashlib.sha256(repr(days).encode()).hexdigest()

    def is_working(self, day: date) -> bool:
        """Whether the city's bureaus work on this day, 调休 considered."""
        if change := self._overlay.get(day):
            return change.working
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS

    def is_published(self, day: date) -> bool:
        """Whether an arrangement is known for this day: its year is published, or the overlay names it."""
        if day in self._overlay:
            return True
        try:
            chinese_calendar.is_workday(day)
        except NotImplementedError:
            return False
        return True

    def add_working_days(self, start: date, amount: int, paused: Collection[date] = ()) -> CountedTerm:
        """The term of so many working days; the first day (民法典 第二百零一条) and `paused` ones are not counted."""
        if not 0 < amount <= _LONGEST_TERM:
            raise ValueError(f"{amount} working days is outside 1..{_LONGEST_TERM}")
        counted: list[date] = []
        day = start
        while len(counted) < amount:
            day += _ONE_DAY
            if self.is_working(day) and day not in paused:
                counted.append(day)
        return self._term(start, day, tuple(counted))

    def add_calendar_days(self, start: date, amount: int, paused: Collection[date] = ()) -> CountedTerm:
        """The term of so many days; ending on a day off it ends on the next working day (民法典 第二百零三条)."""
        if not 0 < amount <= _LONGEST_TERM:
            raise ValueError(f"{amount} days is outside 1..{_LONGEST_TERM}")
        counted: list[date] = []
        day = start
        while len(counted) < amount:
            day += _ONE_DAY
            if day not in paused:
                counted.append(day)
        while not self.is_working(day):
            day += _ONE_DAY
        return self._term(start, day, tuple(counted))

    def _term(self, start: date, last_day: date, counted: tuple[date, ...]) -> CountedTerm:
        days = ((start + n * _ONE_DAY) for n in range(1, (last_day - start).days + 1))
        years = sorted({day.year for day in days if not self.is_published(day)})
        note = ""
        if years:
            named = "、".join(f"{year}年" for year in years)
            note = f"{named}节假日安排未公布或不在日历内，暂按周一至周五（元旦、劳动节、国庆节除外）计算"
        return CountedTerm(last_day=last_day, counted=counted, provisional=bool(years), note=note)
