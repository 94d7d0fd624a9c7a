"""The office's clocks on dated cases: festivals, 调休, ends of months and years, nights and weekends.

Each expected date was counted by hand from the State Council's arrangement of that year and names the notice it
rests on; the numbers of the notices were not read at their source. `chinesecalendar` stands where the days are that
library's.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from huiying.clock import BEIJING
from huiying.procedure import Regime, Term, Unit
from responders.proceedings.clocks import due_lines
from tests.responders.office import small_policy

FOR_2012 = "国办发明电〔2011〕45号"
FOR_2014 = "国办发明电〔2013〕28号"
FOR_2015 = "国办发明电〔2014〕28号"
VICTORY_DAY_2015 = "国发明电〔2015〕1号"
FOR_2016 = "国办发明电〔2015〕18号"
FOR_2017 = "国办发明电〔2016〕17号"
FOR_2018 = "国办发明电〔2017〕12号"
FOR_2019 = "国办发明电〔2018〕15号"
LABOUR_DAY_2019 = "国办发明电〔2019〕3号"
FOR_2020 = "国办发明电〔2019〕16号"
SPRING_2020 = "国办发明电〔2020〕1号"
FOR_2021 = "国办发明电〔2020〕27号"
FOR_2022 = "国办发明电〔2021〕11号"
FOR_2023 = "国办发明电〔2022〕16号"
FOR_2024 = "国办发明电〔2023〕7号"
FOR_2025 = "国办发明电〔2024〕12号"
FOR_2026 = "国办发明电〔2025〕7号"
LIBRARY = "chinesecalendar"
OVERLAY = "config/workdays.yaml，更正 chinesecalendar"
UNPUBLISHED = "未公布，按《全国年节及纪念日放假办法》的固定假日"

OF_MAJOR_EVENTS = {"authoritative-information", "press-conference"}

RULES = small_policy()
PROCEDURE = RULES.procedures["opinion-response"]


def due_line(start: datetime, step: str) -> tuple[str | None, bool]:
    """When a step of the shipped procedure is due today, in Beijing time, and whether that is provisional."""
    lines = {line["step"]: line for line in due_lines(PROCEDURE, start, Regime.CURRENT, RULES.calendar)}
    return lines[step]["due_at"], lines[step]["provisional"]


@pytest.mark.parametrize(
    ("start", "amount", "last_day", "notice", "why"),
    [
        # 元旦
        ("2013-12-31", 1, "2014-01-02", FOR_2014, "周三元旦只放一天"),
        ("2014-12-31", 1, "2015-01-04", FOR_2015, "1至3日放假，4日周日上班"),
        ("2014-12-31", 2, "2015-01-05", FOR_2015, "4日周日、5日周一两个工作日"),
        ("2016-12-30", 1, "2017-01-03", FOR_2017, "12月31日周六，1月1日周日放假，2日周一补休"),
        ("2018-12-28", 1, "2018-12-29", FOR_2019, "12月29日周六上班"),
        ("2018-12-29", 1, "2019-01-02", FOR_2019, "自调休上班的周六起算，30日至1日放假"),
        ("2019-12-31", 1, "2020-01-02", FOR_2020, "周三元旦只放一天"),
        ("2022-12-30", 1, "2023-01-03", FOR_2023, "12月31日至1月2日放假"),
        ("2025-12-31", 1, "2026-01-04", FOR_2026, "1至3日放假，4日周日上班"),
        ("2026-01-01", 2, "2026-01-05", FOR_2026, "元旦当天起算，4日周日、5日周一"),
        ("2011-12-30", 2, "2012-01-04", FOR_2012, "12月31日周六上班，1至3日放假"),
        # 春节
        ("2014-01-24", 1, "2014-01-26", FOR_2014, "26日周日上班"),
        ("2014-01-30", 1, "2014-02-07", FOR_2014, "除夕上班，31日至6日放假"),
        ("2014-01-30", 2, "2014-02-08", FOR_2014, "8日周六上班"),
        ("2015-02-13", 3, "2015-02-17", FOR_2015, "15日周日上班，18日起放假"),
        ("2015-02-17", 4, "2015-02-28", FOR_2015, "18至24日放假，28日周六上班"),
        ("2016-02-05", 2, "2016-02-14", FOR_2016, "6日周六、14日周日上班，其间放假"),
        ("2018-02-14", 3, "2018-02-24", FOR_2018, "15至21日放假，24日周六上班"),
        ("2019-02-01", 3, "2019-02-11", FOR_2019, "2日、3日周末上班，4至10日放假"),
        ("2020-01-23", 1, "2020-02-03", SPRING_2020, "假期延长至2月2日，原定1日周六上班取消"),
        ("2021-02-10", 3, "2021-02-20", FOR_2021, "11至17日放假，20日周六上班"),
        ("2022-01-28", 3, "2022-02-07", FOR_2022, "29日、30日周末上班，31日至6日放假"),
        ("2023-01-20", 2, "2023-01-29", FOR_2023, "21至27日放假，28日、29日周末上班"),
        ("2024-02-08", 1, "2024-02-09", FOR_2024, "除夕不在放假安排之内"),
        ("2024-02-09", 1, "2024-02-18", FOR_2024, "10至17日放假，18日周日上班"),
        ("2025-01-27", 5, "2025-02-10", FOR_2025, "28日至4日放假，8日周六上班，9日周日休息"),
        ("2026-02-13", 2, "2026-02-24", FOR_2026, "14日周六上班，15至23日放假九天"),
        ("2026-02-17", 5, "2026-02-28", FOR_2026, "正月初一起算，24至27日与28日周六"),
        # 清明节
        ("2008-04-03", 1, "2008-04-07", LIBRARY, "4日周五起放假，首年清明假"),
        ("2014-04-04", 1, "2014-04-08", FOR_2014, "5日周六清明，7日周一补休"),
        ("2017-03-31", 2, "2017-04-05", FOR_2017, "1日周六上班，2至4日放假"),
        ("2018-04-04", 2, "2018-04-09", FOR_2018, "5至7日放假，8日周日上班"),
        ("2022-04-01", 2, "2022-04-06", FOR_2022, "2日周六上班，3至5日放假"),
        ("2023-04-04", 1, "2023-04-06", FOR_2023, "周三清明只放一天"),
        ("2024-04-03", 1, "2024-04-07", FOR_2024, "4至6日放假，7日周日上班"),
        ("2026-04-03", 1, "2026-04-07", FOR_2026, "4至6日放假"),
        # 劳动节
        ("2008-04-30", 1, "2008-05-04", LIBRARY, "1至3日放假，4日周日上班"),
        ("2014-04-30", 1, "2014-05-04", FOR_2014, "1至3日放假，4日周日上班"),
        ("2019-04-30", 2, "2019-05-06", LABOUR_DAY_2019, "改为1至4日放假，5日周日上班"),
        ("2024-04-30", 6, "2024-05-11", FOR_2024, "1至5日放假，11日周六上班"),
        ("2026-04-30", 4, "2026-05-09", FOR_2026, "1至5日放假，9日周六上班"),
        # 端午节
        ("2014-05-30", 1, "2014-06-03", FOR_2014, "5月31日至6月2日放假"),
        ("2014-05-30", 20, "2014-06-30", FOR_2014, "通知印发之日起二十个工作日，遇端午"),
        ("2016-06-08", 2, "2016-06-13", FOR_2016, "9至11日放假，12日周日上班"),
        ("2017-05-26", 2, "2017-05-31", FOR_2017, "27日周六上班，28至30日放假"),
        ("2020-06-24", 1, "2020-06-28", FOR_2020, "25至27日放假，28日周日上班"),
        ("2023-06-21", 2, "2023-06-26", FOR_2023, "22至24日放假，25日周日上班"),
        ("2024-06-07", 1, "2024-06-11", FOR_2024, "10日周一放假"),
        ("2026-06-18", 1, "2026-06-22", FOR_2026, "19至21日放假"),
        # 中秋节，抗战胜利纪念日
        ("2014-09-05", 1, "2014-09-09", FOR_2014, "6至8日放假"),
        ("2015-09-02", 2, "2015-09-07", VICTORY_DAY_2015, "3至5日放假，6日周日上班"),
        ("2015-09-25", 1, "2015-09-28", FOR_2015, "27日周日中秋，不补休"),
        ("2016-09-14", 2, "2016-09-19", FOR_2016, "15至17日放假，18日周日上班"),
        ("2021-09-17", 2, "2021-09-22", FOR_2021, "18日周六上班，19至21日放假"),
        ("2024-09-13", 2, "2024-09-18", FOR_2024, "14日周六上班，15至17日放假"),
        ("2026-09-24", 1, "2026-09-28", FOR_2026, "25至27日放假"),
        # 国庆节
        ("2012-09-28", 2, "2012-10-08", FOR_2012, "29日周六上班，中秋国庆连休八天"),
        ("2014-09-26", 1, "2014-09-28", FOR_2014, "28日周日上班"),
        ("2014-09-30", 4, "2014-10-11", FOR_2014, "1至7日放假，11日周六上班"),
        ("2016-09-30", 2, "2016-10-09", FOR_2016, "8日、9日周末上班"),
        ("2017-09-29", 2, "2017-10-09", FOR_2017, "30日周六上班，国庆中秋1至8日放假"),
        ("2018-09-28", 3, "2018-10-08", FOR_2018, "29日、30日周末上班"),
        ("2019-10-01", 5, "2019-10-12", FOR_2019, "国庆当天起算，12日周六上班"),
        ("2020-09-30", 2, "2020-10-10", FOR_2020, "国庆中秋1至8日放假，10日周六上班"),
        ("2021-09-24", 1, "2021-09-26", FOR_2021, "26日周日上班"),
        ("2022-09-30", 3, "2022-10-10", FOR_2022, "8日、9日周末上班"),
        ("2023-09-28", 2, "2023-10-08", FOR_2023, "29日至6日放假，7日、8日周末上班"),
        ("2024-09-27", 2, "2024-09-30", FOR_2024, "29日周日上班"),
        ("2025-09-30", 3, "2025-10-11", FOR_2025, "国庆中秋1至8日放假，11日周六上班"),
        ("2026-09-18", 1, "2026-09-20", FOR_2026, "20日周日上班"),
        ("2026-09-30", 3, "2026-10-10", FOR_2026, "1至7日放假，10日周六上班"),
        # 闰日，月末，年末，平常周末
        ("2016-02-29", 20, "2016-03-28", FOR_2016, "闰日起算，三月无假"),
        ("2020-02-28", 1, "2020-03-02", FOR_2020, "闰日是周六"),
        ("2023-02-28", 1, "2023-03-01", FOR_2023, "平年没有29日"),
        ("2024-02-28", 1, "2024-02-29", FOR_2024, "闰日是工作日"),
        ("2024-02-29", 1, "2024-03-01", FOR_2024, "闰日起算"),
        ("2026-02-28", 1, "2026-03-02", FOR_2026, "月末，自调休上班的周六起算"),
        ("2026-07-31", 1, "2026-08-03", FOR_2026, "月末，周五"),
        ("2026-11-20", 20, "2026-12-18", FOR_2026, "四个平常周末"),
        ("2013-12-25", 15, "2014-01-16", FOR_2014, "十五个工作日跨年，只少元旦一天"),
        ("2025-12-25", 20, "2026-01-23", FOR_2026, "二十个工作日跨年，1月4日周日上班"),
        ("2026-12-25", 4, "2026-12-31", FOR_2026, "恰在已公布的最后一天到期"),
        # 2005年12月31日
        ("2005-12-30", 1, "2005-12-31", OVERLAY, "周六，为2006年元旦调休上班"),
        ("2005-12-29", 3, "2006-01-04", OVERLAY, "30日、31日上班，1至3日放假"),
        ("2005-12-31", 1, "2006-01-04", LIBRARY, "自调休上班的周六起算，1至3日放假"),
    ],
)
def test_so_many_working_days_end_on_this_day(start: str, amount: int, last_day: str, notice: str, why: str) -> None:
    term = RULES.calendar.add_working_days(date.fromisoformat(start), amount)

    assert term.last_day == date.fromisoformat(last_day), f"{why}（{notice}）"
    assert len(term.counted) == amount
    assert not term.provisional


@pytest.mark.parametrize(
    ("start", "amount", "last_day", "year", "why"),
    [
        ("2026-12-31", 1, "2027-01-04", "2027年", "1日周五元旦，其后周末"),
        ("2026-12-25", 5, "2027-01-04", "2027年", "四天在2026年，第五天在2027年"),
        ("2026-12-30", 5, "2027-01-07", "2027年", "31日，其后1月4日至7日"),
        ("2027-04-30", 1, "2027-05-03", "2027年", "1日周六劳动节，其后周日"),
        ("2027-09-30", 1, "2027-10-04", "2027年", "国庆只减法定的1至3日"),
        ("2003-12-30", 1, "2003-12-31", "2003年", "日历自2004年起"),
    ],
)
def test_a_year_without_a_published_calendar_is_provisional(
    start: str, amount: int, last_day: str, year: str, why: str
) -> None:
    term = RULES.calendar.add_working_days(date.fromisoformat(start), amount)

    assert term.last_day == date.fromisoformat(last_day), f"{why}（{UNPUBLISHED}）"
    assert term.provisional
    assert term.note.startswith(f"{year}节假日安排未公布")


@pytest.mark.parametrize(
    ("start", "amount", "last_day", "notice", "why"),
    [
        ("2014-05-30", 60, "2014-07-29", FOR_2014, "末日周二，不顺延"),
        ("2014-09-21", 10, "2014-10-08", FOR_2014, "末日10月1日，1至7日放假"),
        ("2023-09-14", 15, "2023-10-07", FOR_2023, "末日9月29日，假后第一天是上班的周六"),
        ("2024-01-27", 15, "2024-02-18", FOR_2024, "末日2月11日，假后第一天是上班的周日"),
        ("2024-01-30", 30, "2024-02-29", FOR_2024, "末日是闰日"),
        ("2024-04-26", 15, "2024-05-11", FOR_2024, "末日是上班的周六，不顺延"),
        ("2026-01-31", 15, "2026-02-24", FOR_2026, "末日2月15日，15至23日放假"),
        ("2026-09-20", 15, "2026-10-08", FOR_2026, "末日10月5日，1至7日放假"),
        ("2026-11-06", 15, "2026-11-23", FOR_2026, "末日周六，顺延到周一"),
    ],
)
def test_so_many_days_end_on_this_day_or_the_next_that_is_worked(
    start: str, amount: int, last_day: str, notice: str, why: str
) -> None:
    term = RULES.calendar.add_calendar_days(date.fromisoformat(start), amount)

    assert term.last_day == date.fromisoformat(last_day), f"{why}（{notice}）"
    assert not term.provisional


@pytest.mark.parametrize(
    ("start", "amount", "due_at", "notice", "why"),
    [
        (datetime(2014, 5, 30, 23, 59, tzinfo=BEIJING), 20, "2014-06-30", FOR_2014, "深夜起算仍是5月30日"),
        (datetime(2005, 12, 30, 19, 0, tzinfo=BEIJING), 1, "2005-12-31", OVERLAY, "晚间起算，次日周六上班"),
        (datetime(2026, 2, 13, 22, 0, tzinfo=BEIJING), 1, "2026-02-14", FOR_2026, "晚间起算，次日周六上班"),
        (datetime(2026, 2, 14, 22, 0, tzinfo=BEIJING), 1, "2026-02-24", FOR_2026, "晚间起算，次日起放假九天"),
        (datetime(2026, 9, 23, 15, 59, tzinfo=UTC), 1, "2026-09-24", FOR_2026, "北京时间23日23:59"),
        (datetime(2026, 9, 23, 16, 0, tzinfo=UTC), 1, "2026-09-28", FOR_2026, "北京时间24日零时，25至27日中秋放假"),
    ],
)
def test_a_clock_of_working_days_ends_at_the_close_of_its_last_day_in_beijing(
    start: datetime, amount: int, due_at: str, notice: str, why: str
) -> None:
    respond = PROCEDURE.clocks[0]
    term = Term(amount=amount, unit=Unit.WORKING_DAYS, basis=notice, mark="P")
    procedure = replace(PROCEDURE, clocks=(replace(respond, terms={Regime.CURRENT: term}),))
    [line] = due_lines(procedure, start, Regime.CURRENT, RULES.calendar)

    assert line["due_at"] == f"{due_at}T23:59:59+08:00", f"{why}（{notice}）"
    assert line["provisional"] is False


@pytest.mark.parametrize(
    ("start", "step", "due_at", "notice", "why"),
    [
        ("2023-02-28T10:00", "respond", "2023-03-02T10:00", FOR_2023, "平年二月末"),
        ("2024-02-28T10:00", "respond", "2024-03-01T10:00", FOR_2024, "闰日也走"),
        ("2024-02-09T18:00", "respond", "2024-02-11T18:00", FOR_2024, "除夕傍晚到正月初二"),
        ("2025-10-08T23:59", "respond", "2025-10-10T23:59", FOR_2025, "长假最后一分钟"),
        ("2026-06-19T08:00", "respond", "2026-06-21T08:00", FOR_2026, "端午三天里走完"),
        ("2026-10-01T00:00", "respond", "2026-10-03T00:00", FOR_2026, "国庆零时起"),
        ("2026-11-20T18:00", "respond", "2026-11-22T18:00", FOR_2026, "周五下班到周日"),
        ("2026-12-30T18:00", "respond", "2027-01-01T18:00", UNPUBLISHED, "小时不问日历，不因此暂定"),
        ("2026-02-16T20:30", "sign-in", "2026-02-16T22:30", FOR_2026, "除夕夜签收"),
        ("2026-11-22T03:15", "sign-in", "2026-11-22T05:15", FOR_2026, "周日凌晨签收"),
        ("2026-02-16T20:30", "first-finding", "2026-02-17T08:30", FOR_2026, "除夕夜到正月初一早晨"),
        ("2026-07-31T22:00", "first-finding", "2026-08-01T10:00", FOR_2026, "跨月的一夜，次日周六"),
        ("2024-09-14T16:00", "draft", "2024-09-16T04:00", FOR_2024, "上班的周六到中秋假期凌晨"),
        ("2025-12-31T20:00", "draft", "2026-01-02T08:00", FOR_2026, "跨年，元旦假期不停"),
        # Only after a person has recorded a major event; provisional until then.
        ("2024-12-31T22:00", "authoritative-information", "2025-01-01T03:00", FOR_2025, "年末之夜"),
        ("2026-02-16T23:30", "authoritative-information", "2026-02-17T04:30", FOR_2026, "除夕夜"),
        ("2020-01-31T12:00", "press-conference", "2020-02-01T12:00", SPRING_2020, "延长的春节假期"),
        ("2024-02-28T21:00", "press-conference", "2024-02-29T21:00", FOR_2024, "闰日到期"),
        ("2026-04-30T17:31", "press-conference", "2026-05-01T17:31", FOR_2026, "节前下班后到劳动节"),
    ],
)
def test_hours_run_through_nights_weekends_and_festivals(
    start: str, step: str, due_at: str, notice: str, why: str
) -> None:
    begun = datetime.fromisoformat(f"{start}:00+08:00")

    assert due_line(begun, step) == (f"{due_at}:00+08:00", step in OF_MAJOR_EVENTS), f"{why}（{notice}）"
