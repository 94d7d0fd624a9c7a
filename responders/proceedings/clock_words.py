"""The words of a clock's calculation, in Beijing time: start + length = due."""

from datetime import datetime

from huiying.clock import BEIJING
from huiying.procedure import Term, Unit
from huiying.workdays import CountedTerm

PROMPT = "及时（无法定小时数）"
BEFORE_MAJOR = "须由有权机关认定为特别重大、重大突发事件，认定前为暂定"

_UNIT_WORDS = {Unit.HOURS: "小时", Unit.WORKING_DAYS: "个工作日", Unit.CALENDAR_DAYS: "日"}


def moment_words(at: datetime, beside: datetime) -> str:
    """A moment in Beijing time; the year only where it differs from that of the moment beside it."""
    local = at.astimezone(BEIJING)
    year = f"{local.year}年" if local.year != beside.astimezone(BEIJING).year else ""
    return f"{year}{local.month}月{local.day}日{local:%H:%M}"


def day_words(term: Term, start: datetime, word: str, days: CountedTerm) -> str:
    """The sum of a clock that counts days."""
    begun = start.astimezone(BEIJING)
    last = f"{days.last_day.month}月{days.last_day.day}日"
    if days.last_day.year != begun.year:
        last = f"{days.last_day.year}年{last}"
    unit = _UNIT_WORDS[term.unit]
    words = f"{begun.month}月{begun.day}日{word}（当日不计）＋{term.amount:g}{unit}＝{last}"
    return f"{words}（{days.note}）" if days.note else words


def dated_words(at: datetime | None) -> str:
    """A moment with its year, as the log of a matter writes it; 未起算 where there is none."""
    if at is None:
        return "未起算"
    local = at.astimezone(BEIJING)
    return f"{local.year}年{local.month}月{local.day}日{local:%H:%M}"
