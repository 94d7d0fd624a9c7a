"""The working-day calendar, on dated cases from the State Council's yearly arrangements."""

from datetime import date
from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.policy.workdays import read_workdays
from huiying.workdays import DayChange, WorkdayCalendar

SHIPPED_OFFICE = Path(__file__).parents[2] / "config"

OFFICE = read_workdays(SHIPPED_OFFICE)


@pytest.mark.parametrize(
    ("day", "working", "why"),
    [
        ("2004-10-09", True, "国庆调休，周六上班"),
        ("2005-12-31", True, "元旦调休，周六上班：底本漏记，由更正表补上"),
        ("2006-01-02", False, "元旦假"),
        ("2008-04-04", False, "清明节，2008年起放假"),
        ("2008-05-04", True, "五一调休，周日上班"),
        ("2009-10-08", False, "国庆中秋连休八天的最后一天"),
        ("2012-09-29", True, "国庆调休，周六上班"),
        ("2014-01-26", True, "春节调休，周日上班"),
        ("2014-02-08", True, "春节调休，周六上班"),
        ("2014-05-30", True, "周五，通知印发之日"),
        ("2014-05-31", False, "周六"),
        ("2014-06-02", False, "端午节，周一"),
        ("2014-06-03", True, "端午节后第一天"),
        ("2014-10-11", True, "国庆调休，周六上班"),
        ("2015-09-03", False, "抗战胜利七十周年纪念日，临时放假"),
        ("2015-09-06", True, "九三调休，周日上班"),
        ("2020-01-31", False, "春节假期因疫情延长"),
        ("2023-10-07", True, "国庆调休，周六上班"),
        ("2024-02-09", True, "除夕，当年不在放假安排之内"),
        ("2025-01-26", True, "春节调休，周日上班"),
        ("2026-01-01", False, "元旦"),
        ("2026-11-22", False, "周日"),
    ],
)
def test_a_day_is_worked_or_free_as_was_arranged(day: str, working: bool, why: str) -> None:
    assert OFFICE.is_working(date.fromisoformat(day)) is working, why
    assert OFFICE.is_published(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("start", "amount", "last_day"),
    [
        ("2014-05-30", 20, "2014-06-30"),  # the notice's own date, over the Dragon Boat festival
        ("2014-06-30", 1, "2014-07-01"),
        ("2014-01-30", 5, "2014-02-12"),  # over the Spring festival; Saturday 8 February is worked
        ("2014-09-30", 3, "2014-10-10"),
        ("2014-12-31", 1, "2015-01-04"),  # a Sunday that is worked
        ("2005-12-30", 1, "2005-12-31"),  # by the office's correction
        ("2024-02-29", 20, "2024-03-28"),  # a leap day
        ("2025-09-30", 2, "2025-10-10"),  # National day and Mid-autumn in one
        ("2026-11-20", 2, "2026-11-24"),  # over an ordinary weekend
    ],
)
def test_the_first_day_of_a_term_is_not_counted(start: str, amount: int, last_day: str) -> None:
    term = OFFICE.add_working_days(date.fromisoformat(start), amount)

    assert term.last_day == date.fromisoformat(last_day)
    assert len(term.counted) == amount
    assert date.fromisoformat(start) not in term.counted
    assert not term.provisional


def test_a_term_of_days_that_ends_on_a_day_off_ends_on_the_next_working_day() -> None:
    term = OFFICE.add_calendar_days(date(2014, 5, 30), 3)

    assert term.last_day == date(2014, 6, 3)
    assert term.counted == (date(2014, 5, 31), date(2014, 6, 1), date(2014, 6, 2))


def test_a_term_into_a_year_without_a_published_arrangement_says_so() -> None:
    term = OFFICE.add_working_days(date(2026, 12, 30), 2)

    assert term.last_day == date(2027, 1, 4)  # 1 January is free by law, 2 and 3 January are a weekend
    assert term.provisional
    assert "2027年节假日安排未公布" in term.note


def test_a_year_before_the_calendar_is_provisional_too() -> None:
    assert OFFICE.add_working_days(date(2003, 3, 3), 1).provisional


def test_a_day_the_office_names_is_known_even_in_an_unpublished_year() -> None:
    calendar = WorkdayCalendar({date(2027, 1, 2): DayChange(working=True, reason="本市调休")})

    assert calendar.is_working(date(2027, 1, 2))
    assert calendar.is_published(date(2027, 1, 2))
    assert not calendar.is_published(date(2027, 1, 4))


def test_no_term_is_shorter_than_a_day() -> None:
    with pytest.raises(ValueError, match="0 working days"):
        OFFICE.add_working_days(date(2014, 5, 30), 0)


def test_a_day_written_twice_is_refused_by_its_date(tmp_path: Path) -> None:
    text = "working:\n  - {day: 2027-01-02, reason: 调休}\nfree:\n  - {day: 2027-01-02, reason: 放假}\n"
    (tmp_path / "workdays.yaml").write_text(text, "utf-8")

    with pytest.raises(Misconfigured, match="2027-01-02 写了不止一次"):
        read_workdays(tmp_path)


def test_a_day_without_a_reason_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "workdays.yaml").write_text("free:\n  - day: 2027-01-02\n", "utf-8")

    with pytest.raises(Misconfigured, match=r"第 2 行 free\.0\.reason"):
        read_workdays(tmp_path)
