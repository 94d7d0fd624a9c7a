"""The clocks of a procedure: hours run through nights and weekends, every result shows its sum."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from huiying.clock import BEIJING
from huiying.procedure import Procedure, Regime, Start, Term, Unit
from responders.proceedings.clocks import due_clocks, due_lines
from tests.responders.office import small_policy

RULES = small_policy()
PROCEDURE = RULES.procedures["opinion-response"]
SATURDAY_NIGHT = datetime(2026, 11, 21, 21, 58, tzinfo=BEIJING)


def with_respond_term(amount: float, unit: Unit) -> Procedure:
    respond = PROCEDURE.clocks[0]
    term = Term(amount=amount, unit=unit, basis="测试", mark="U")
    return replace(PROCEDURE, clocks=(replace(respond, terms={Regime.CURRENT: term}),))


def test_the_answer_is_due_48_hours_after_discovery_night_and_weekend_counted() -> None:
    [clock, *_] = due_clocks(PROCEDURE, {Start.DISCOVERED: SATURDAY_NIGHT}, Regime.CURRENT, RULES.calendar)

    assert clock.due_at == datetime(2026, 11, 23, 13, 58, tzinfo=UTC)
    assert clock.calculation == "11月21日21:58发现＋48小时＝11月23日21:58"
    assert (clock.step, clock.mark, clock.outward, clock.provisional) == ("respond", "N", True, False)
    assert "国办发〔2016〕61号" in clock.basis


def test_in_2014_the_answer_is_due_promptly_and_no_hours_are_invented() -> None:
    [clock, *_] = due_clocks(PROCEDURE, {Start.DISCOVERED: SATURDAY_NIGHT}, Regime.THEN, RULES.calendar)

    assert clock.due_at is None
    assert "及时" in clock.calculation
    assert "大政办发〔2014〕46号" in clock.basis


@pytest.mark.parametrize("regime", list(Regime))
def test_every_clock_of_the_procedure_has_its_line(regime: Regime) -> None:
    lines = due_lines(PROCEDURE, SATURDAY_NIGHT, regime, RULES.calendar)

    assert [line["step"] for line in lines] == [
        "respond", "authoritative-information", "press-conference", "sign-in", "first-finding", "draft",
    ]  # fmt: skip
    assert all((line["due_at"] is None) is (regime is Regime.THEN) for line in lines)


def test_a_line_shows_the_interval_counted_in_beijing_time() -> None:
    line = due_lines(PROCEDURE, SATURDAY_NIGHT, Regime.CURRENT, RULES.calendar)[0]

    assert line["due_at"] == "2026-11-23T21:58:00+08:00"
    assert line["counted"] == ["2026-11-21T21:58:00+08:00", "2026-11-23T21:58:00+08:00"]
    assert line["provisional"] is False


def test_the_clocks_of_a_major_event_are_provisional_until_one_is_recorded() -> None:
    by_step = {line["step"]: line for line in due_lines(PROCEDURE, SATURDAY_NIGHT, Regime.CURRENT, RULES.calendar)}

    assert by_step["authoritative-information"]["due_at"] == "2026-11-22T02:58:00+08:00"
    assert by_step["press-conference"]["due_at"] == "2026-11-22T21:58:00+08:00"
    assert by_step["authoritative-information"]["provisional"]
    assert by_step["press-conference"]["provisional"]


def test_inward_clocks_are_counted_back_from_the_outward_one() -> None:
    by_step = {line["step"]: line for line in due_lines(PROCEDURE, SATURDAY_NIGHT, Regime.CURRENT, RULES.calendar)}

    assert by_step["draft"]["due_at"] == "2026-11-23T09:58:00+08:00"
    assert by_step["draft"]["calculation"] == "对外回应时限11月23日21:58－12小时＝11月23日09:58"
    assert "本单位自定" in by_step["draft"]["basis"]


def test_no_inward_clock_ends_before_the_matter_was_found() -> None:
    [respond, *_] = PROCEDURE.clocks
    short = {Regime.CURRENT: Term(amount=1, unit=Unit.HOURS, basis="测试", mark="U")}
    hurried = replace(PROCEDURE, clocks=(replace(respond, terms=short), *PROCEDURE.clocks[3:]))
    clocks = due_clocks(hurried, {Start.DISCOVERED: SATURDAY_NIGHT}, Regime.CURRENT, RULES.calendar)

    assert {clock.due_at for clock in clocks if not clock.outward} == {SATURDAY_NIGHT}


def test_a_clock_whose_start_is_not_known_does_not_run() -> None:
    clocks = due_clocks(PROCEDURE, {Start.ASSIGNED: SATURDAY_NIGHT}, Regime.CURRENT, RULES.calendar)

    assert clocks == []


def test_a_clock_of_working_days_ends_with_its_last_day_and_lists_the_days() -> None:
    procedure = with_respond_term(20, Unit.WORKING_DAYS)
    start = datetime(2014, 5, 30, 9, 0, tzinfo=BEIJING)
    [line] = due_lines(procedure, start, Regime.CURRENT, RULES.calendar)

    assert line["due_at"] == "2014-06-30T23:59:59+08:00"
    assert line["counted"][0] == "2014-06-03"
    assert len(line["counted"]) == 20
    assert line["calculation"] == "5月30日发现（当日不计）＋20个工作日＝6月30日"


def test_late_in_the_evening_in_utc_is_already_the_next_day_in_beijing() -> None:
    procedure = with_respond_term(1, Unit.WORKING_DAYS)
    start = datetime(2014, 6, 2, 16, 30, tzinfo=UTC)  # 3 June 00:30 in Beijing
    [line] = due_lines(procedure, start, Regime.CURRENT, RULES.calendar)

    assert line["counted"] == ["2014-06-04"]


def test_a_clock_into_an_unpublished_year_says_that_it_is_provisional() -> None:
    procedure = with_respond_term(5, Unit.WORKING_DAYS)
    [line] = due_lines(procedure, datetime(2026, 12, 30, 9, 0, tzinfo=BEIJING), Regime.CURRENT, RULES.calendar)

    assert line["provisional"]
    assert "2027年1月7日（2027年节假日安排未公布" in line["calculation"]


def test_a_clock_over_the_turn_of_the_year_names_the_year() -> None:
    start = datetime(2026, 12, 31, 12, 0, tzinfo=BEIJING)
    [clock, *_] = due_clocks(PROCEDURE, {Start.DISCOVERED: start}, Regime.CURRENT, RULES.calendar)

    assert clock.calculation == "12月31日12:00发现＋48小时＝2027年1月2日12:00"
