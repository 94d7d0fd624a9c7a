"""Reads `config/workdays.yaml`: the days on which the office departs from the published calendar."""

from collections import Counter
from datetime import date
from pathlib import Path

from pydantic import Field

from huiying.failures import Misconfigured
from huiying.policy.reading import OfficeModel, read_office_file
from huiying.workdays import DayChange, WorkdayCalendar


class _Day(OfficeModel):
    day: date
    reason: str = Field(min_length=1)


class _WorkdaysFile(OfficeModel):
    working: tuple[_Day, ...] = ()
    free: tuple[_Day, ...] = ()


def read_workdays(config_dir: Path) -> WorkdayCalendar:
    """The office's calendar; `Misconfigured` where a day is written twice."""
    path = config_dir / "workdays.yaml"
    file = read_office_file(path, _WorkdaysFile)
    times = Counter(entry.day for entry in (*file.working, *file.free))
    if twice := sorted(day.isoformat() for day, count in times.items() if count > 1):
        raise Misconfigured(f"{path}：{'、'.join(twice)} 写了不止一次，请只留一处")
    overlay = {entry.day: DayChange(working=True, reason=entry.reason) for entry in file.working}
    overlay |= {entry.day: DayChange(working=False, reason=entry.reason) for entry in file.free}
    return WorkdayCalendar(overlay)
