"""研判: outcome, 舆情等级 and 事件级别 are three things; clocks follow what was recorded, every change is kept."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from huiying.failures import NotAllowed
from huiying.level import EventLevel, OpinionLevel
from huiying.messages import ProceedingChanged, TaskOverdue
from huiying.person import Role
from huiying.procedure import Start, Term, Unit
from huiying.workdays import DayChange, WorkdayCalendar
from responders.proceedings.appraising import Appraising
from responders.proceedings.counting import count_anew
from responders.proceedings.proceeding import reopen_steps
from tests.builders import NOON, person
from tests.responders.office import SmallOffice, small_policy
from tests.steps import write_step

GAO = person("高远")
ID = "concern-1:1:opinion-response"


@pytest.fixture
def begun(office: SmallOffice) -> SmallOffice:
    office.burst(posts=8)
    office.alert()
    office.begin()
    return office


def due(office: SmallOffice) -> dict[str, datetime | None]:
    return {clock.step: clock.due_at for clock in office.proceeding().clocks}


def record(office: SmallOffice, level: EventLevel | None, **changes: object) -> None:
    said = {"authority": "市应急管理局", "basis": "连应急〔2014〕12号", "determined_at": office.clock.now()} | changes
    office.appraising.record_event_level(ID, level, by=GAO, **said)  # type: ignore[arg-type]


def test_who_took_part_and_why_is_kept(begun: SmallOffice) -> None:
    begun.appraising.appraise(
        ID, outcome="public-answer", reasons="涉饮用水", participants=("宣传部 王敏", " ", "水务局 张工"), by=GAO
    )

    done = begun.proceeding().done_as("appraise")
    assert done
    assert (done.outcome, done.participants) == ("public-answer", ("宣传部 王敏", "水务局 张工"))
    assert begun.log_of()[0] == "高远：办完“研判（会商）”：公开回应，会商：宣传部 王敏、水务局 张工（涉饮用水）"
    assert begun.proceeding().moments[Start.CONFIRMED] == NOON


def test_a_second_appraisal_is_a_further_decision_with_reasons(begun: SmallOffice) -> None:
    begun.appraising.appraise(ID, outcome="watch", by=GAO)
    with pytest.raises(NotAllowed, match="须写明理由"):
        begun.appraising.appraise(ID, outcome="public-answer", by=GAO)
    begun.wait(minutes=5)
    begun.appraising.appraise(ID, outcome="public-answer", reasons="媒体已报道", by=GAO)

    assert [each.outcome for each in begun.proceeding().done if each.step == "appraise"] == ["watch", "public-answer"]
    assert begun.proceeding().outcomes == {"public-answer"}
    assert begun.proceeding().moments[Start.CONFIRMED] == NOON


def test_a_handler_does_not_appraise(begun: SmallOffice) -> None:
    handler = person("张工", Role.HANDLER, bureau="水务局")
    with pytest.raises(NotAllowed, match="张工（部门经办）不能研判，可以办的是：舆情值班员"):
        begun.appraising.appraise(ID, outcome="watch", by=handler)
    assert begun.proceeding().done_as("appraise") is None


def test_the_clocks_of_a_major_event_are_provisional_until_one_is_recorded(begun: SmallOffice) -> None:
    clocks = {clock.step: clock for clock in begun.proceeding().clocks}
    assert clocks["authoritative-information"].provisional
    assert "事发时刻不详" in clocks["authoritative-information"].calculation

    record(begun, EventLevel.MAJOR)
    clocks = {clock.step: clock for clock in begun.proceeding().clocks}
    assert not clocks["authoritative-information"].provisional
    assert clocks["authoritative-information"].due_at == NOON + timedelta(hours=5)
    assert clocks["press-conference"].due_at == NOON + timedelta(hours=24)
    assert clocks["respond"].due_at == NOON + timedelta(hours=48)


def test_downgrading_and_withdrawing_are_further_records(begun: SmallOffice) -> None:
    record(begun, EventLevel.EXTRAORDINARY)
    record(begun, EventLevel.CONSIDERABLE)
    assert "press-conference" not in due(begun)
    record(begun, None)
    assert begun.proceeding().event_level is None
    assert [each.level for each in begun.proceeding().event_levels] == [
        EventLevel.EXTRAORDINARY,
        EventLevel.CONSIDERABLE,
        None,
    ]
    provisional = {clock.step for clock in begun.proceeding().clocks if clock.provisional}
    assert provisional == {"authoritative-information", "press-conference"}
    gone = [each for each in begun.proceeding().clock_changes if each.clock == "press-conference"]
    assert [(each.was is None, each.became is None) for each in gone] == [
        (False, False),
        (False, True),
        (True, False),
    ]


@pytest.mark.parametrize(
    ("level", "changes", "complaint"),
    [
        (EventLevel.MAJOR, {"authority": " "}, "请写明认定机关和依据"),
        (EventLevel.MAJOR, {"basis": ""}, "请写明认定机关和依据"),
        (EventLevel.MAJOR, {"determined_at": NOON + timedelta(hours=1)}, "2014年5月30日13:00在此刻之后"),
        (None, {}, "没有记录过事件级别"),
    ],
)
def test_a_record_that_is_not_whole_is_refused(
    begun: SmallOffice, level: EventLevel | None, changes: dict[str, object], complaint: str
) -> None:
    before = begun.proceeding()
    with pytest.raises(NotAllowed, match=complaint):
        record(begun, level, **changes)
    assert begun.proceeding() == before


def test_the_moment_of_occurrence_moves_its_clocks_and_leaves_a_log(begun: SmallOffice) -> None:
    record(begun, EventLevel.MAJOR)
    begun.appraising.correct_occurred(ID, NOON - timedelta(hours=2), reasons="119 接警记录", by=GAO)
    begun.appraising.correct_occurred(ID, NOON - timedelta(hours=3), reasons="监控录像", by=GAO)

    assert due(begun)["authoritative-information"] == NOON + timedelta(hours=2)
    assert due(begun)["respond"] == NOON + timedelta(hours=48)
    assert [(each.was, each.reasons) for each in begun.proceeding().moment_changes] == [
        (None, "119 接警记录"),
        (NOON - timedelta(hours=2), "监控录像"),
    ]
    assert "时限重算：发布权威信息（重特大突发事件） 2014年5月30日15:00→2014年5月30日14:00" in begun.log_of()[0]
    with pytest.raises(NotAllowed, match="晚于发现时刻"):
        begun.appraising.correct_occurred(ID, NOON + timedelta(minutes=1), reasons="听说", by=GAO)


def test_the_opinion_level_is_a_third_thing_and_goes_before_the_level_of_the_alert(begun: SmallOffice) -> None:
    begun.appraising.set_opinion_level(ID, OpinionLevel.MAJOR, reasons="全国媒体关注", by=GAO)

    assert begun.proceeding().opinion_level is OpinionLevel.MAJOR
    assert begun.proceeding().event_level is None
    assert due(begun)["sign-in"] == NOON + timedelta(minutes=30)
    assert due(begun)["respond"] == NOON + timedelta(hours=48)


def test_a_changed_calendar_counts_open_matters_anew_with_a_log(begun: SmallOffice) -> None:
    procedure = begun.rules.procedures["opinion-response"]
    regime = begun.proceeding().regime
    term = Term(amount=2, unit=Unit.WORKING_DAYS, basis="测试", mark="P")
    respond = replace(procedure.clocks[0], terms={regime: term})
    begun.change("concern-1", episode=2)
    office = SmallOffice.__new__(SmallOffice)
    office.__dict__.update(
        begun.__dict__, rules=small_policy(procedures={procedure.id: replace(procedure, clocks=(respond,))})
    )
    office.alert()
    office.begin()
    second = "concern-1:2:opinion-response"
    before = office.proceeding(second).clocks[0].due_at
    assert before == datetime(2014, 6, 4, 15, 59, 59, tzinfo=UTC)

    free = WorkdayCalendar({date(2014, 6, 4): DayChange(working=False, reason="台风停工")})
    count_anew(office.register, replace(office.rules, calendar=free), NOON)
    count_anew(office.register, replace(office.rules, calendar=free), NOON)
    [change] = office.proceeding(second).clock_changes
    assert (change.was, change.became) == (before, datetime(2014, 6, 5, 15, 59, 59, tzinfo=UTC))
    assert change.why == "工作日历变更"
    assert office.log_of().count("系统：时限重算（工作日历变更）：对外回应 2014年6月4日23:59→2014年6月5日23:59") == 1
    assert "系统：工作日历变更，重算后各时限不变" in office.log_of()  # the first episode, which counts hours


def test_a_running_matter_keeps_the_procedure_it_began_with(begun: SmallOffice) -> None:
    shipped = begun.rules.procedures["opinion-response"]
    shorter = replace(shipped, version="99", steps=(*shipped.steps[:3], shipped.steps[-1]))
    changed = small_policy(procedures={shipped.id: shorter})
    Appraising(begun.register, changed, begun.clock).appraise(ID, outcome="public-answer", by=GAO)

    assert begun.proceeding().procedure == shipped
    assert [step.id for step in begun.proceeding().open_steps] == ["designate"]


def test_steps_that_must_be_done_again_stay_on_record(begun: SmallOffice) -> None:
    begun.task()
    begun.appraising.appraise(ID, outcome="public-answer", by=GAO)
    signed = begun.proceeding().done[-1].by
    with begun.register.transaction() as tx:
        for step in ("find", "draft", "countersign", "review"):
            write_step(tx, ID, step, by=signed)
    with begun.register.transaction() as tx:
        reopen_steps(tx, ID, ("countersign", "review", "sign"), by=signed, reasons="文稿已改")

    assert [step.id for step in begun.proceeding().open_steps] == ["countersign"]
    assert [each.step for each in begun.proceeding().done][-2:] == ["countersign", "review"]
    assert begun.log_of()[0] == "高远：须重办“审核会签、公开审查（含保密审查）”：文稿已改"
    with begun.register.transaction() as tx:
        for step in ("countersign", "review", "sign", "publish"):
            write_step(tx, ID, step, by=signed)
        reopen_steps(tx, ID, ("countersign", "review", "sign"), by=signed, reasons="第二稿已改")
    assert [step.id for step in begun.proceeding().open_steps] == ["follow-up"]


def test_a_clock_that_ran_out_is_told_once_to_its_rungs(begun: SmallOffice) -> None:
    record(begun, EventLevel.MAJOR)
    begun.appraising.appraise(ID, outcome="public-answer", by=GAO)
    for holder in ("one", "two"):
        begun.timers(holder).tick(begun.clock.now())
    begun.wait(hours=5, minutes=1)
    for holder in ("one", "two", "one"):
        begun.timers(holder).tick(begun.clock.now())

    told = [
        message.what for message in begun.told() if isinstance(message, ProceedingChanged) and "超时" in message.what
    ]
    assert told == [
        "发布权威信息（重特大突发事件）已超时：应于5月30日17:00前完成；须告知舆情值班员、分管领导、督办人员"
    ]


def test_a_clock_that_a_task_carries_is_told_as_the_tasks(begun: SmallOffice) -> None:
    begun.task()
    begun.timers().tick(begun.wait(hours=49))

    assert len([message for message in begun.told() if isinstance(message, TaskOverdue)]) == 1
    assert not [line for line in begun.log_of() if "对外回应已超时" in line]


def test_a_press_conference_is_recorded_and_stops_its_clock(begun: SmallOffice) -> None:
    record(begun, EventLevel.MAJOR)
    with pytest.raises(NotAllowed, match="在办完环节“发布”时停走"):
        begun.appraising.record_met(ID, "respond", at=NOON, note="", by=GAO)
    begun.wait(hours=3)
    begun.appraising.record_met(ID, "press-conference", at=NOON + timedelta(hours=2), note="新闻办", by=GAO)
    with pytest.raises(NotAllowed, match="已登记办完"):
        begun.appraising.record_met(ID, "press-conference", at=NOON, note="", by=GAO)
    begun.timers().tick(begun.wait(hours=30))
    assert not [line for line in begun.log_of() if "举行新闻发布会（重特大突发事件）已超时" in line]


def test_what_was_evaluated_before_an_answer_was_called_for_is_evaluated_again(begun: SmallOffice) -> None:
    begun.task()
    begun.appraising.appraise(ID, outcome="individual-answer", by=GAO)
    signed = begun.proceeding().done[-1].by
    with begun.register.transaction() as tx:
        write_step(tx, ID, "find", by=signed)
        write_step(tx, ID, "evaluate", by=signed)
    begun.appraising.appraise(ID, outcome="public-answer", reasons="媒体追问", by=GAO)

    assert [step.id for step in begun.proceeding().open_steps] == ["draft"]


def test_the_open_tasks_carry_the_outward_clocks_as_the_event_level_makes_them(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.begin()
    office.task()
    id = office.proceeding().id
    [task] = office.tasks()
    determined = office.wait(hours=1)
    for level in (EventLevel.MAJOR, None):
        office.appraising.record_event_level(
            id, level, authority="市政府", basis="来电记录", determined_at=determined, by=person("高远")
        )
        [task] = office.tasks()
        due = {clock.step: clock.due_at for clock in task.clocks if clock.outward}
        major = {"authoritative-information", "press-conference"} if level else set()
        assert set(due) == {"respond", *major}
        assert due.items() <= {clock.step: clock.due_at for clock in office.proceeding().clocks}.items()
    assert "水务局的任务时限随事项重算" in task.changes[-1].what


def test_what_was_met_in_the_matter_is_met_in_its_tasks(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.begin()
    office.task()
    id = office.proceeding().id
    held = office.wait(hours=1)
    office.appraising.record_event_level(
        id, EventLevel.MAJOR, authority="市政府", basis="来电记录", determined_at=held, by=person("高远")
    )
    office.appraising.record_met(id, "press-conference", at=held, note="", by=person("高远"))
    [task] = office.tasks()
    assert task.done["press-conference"] == held
    assert "press-conference" not in {clock.step for clock in task.running}


def test_a_task_that_is_opened_later_has_the_clocks_of_the_recorded_level(office: SmallOffice) -> None:
    office.burst(posts=8, lead=None)
    office.alert()
    office.begin()
    office.appraising.record_event_level(
        office.proceeding().id,
        EventLevel.MAJOR,
        authority="市政府",
        basis="来电记录",
        determined_at=office.clock.now(),
        by=person("高远"),
    )
    office.assigning.assign_lead("concern-1", "水务局", by=person("高远"))
    [task] = office.tasks()
    outward = {clock.step: clock.due_at for clock in task.clocks if clock.outward}
    assert outward == {clock.step: clock.due_at for clock in office.proceeding().clocks if clock.outward}
