"""A matter's proceeding begins by itself with its alert, and a task may be sent ahead of the appraisal."""

import pytest

from huiying.failures import NotAllowed
from huiying.level import Level
from huiying.messages import ProceedingChanged
from huiying.procedure import Regime, Start
from huiying.task import TaskState
from responders.beginning import begun_by_alert
from tests.builders import NOON, person
from tests.responders.office import SmallOffice

GAO = person("高远")


def done(office: SmallOffice) -> list[str]:
    return [each.step for each in office.proceeding().done]


def test_an_alert_begins_its_proceeding_once_with_its_clocks(office: SmallOffice) -> None:
    office.burst(posts=8, lead=None, lead_certainty=0.0)
    office.alert()
    office.begin(times=3)
    proceeding = office.proceeding()

    assert done(office) == ["discover", "gather"]
    assert {each.by.name for each in proceeding.done} == {"系统"}
    assert proceeding.alert_level is Level.YELLOW
    assert [clock.step for clock in proceeding.clocks][:3] == [
        "respond",
        "authoritative-information",
        "press-conference",
    ]
    assert proceeding.clocks[0].started_by is Start.DISCOVERED
    assert proceeding.clock_changes == ()
    office.begin()
    assert office.proceeding() == proceeding


def test_a_task_sent_by_itself_is_ahead_of_the_appraisal(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.task()

    assert done(office) == ["discover", "gather", "designate", "assign"]
    assert Start.ASSIGNED in office.proceeding().moments
    assert [step.id for step in office.proceeding().open_steps] == ["appraise", "find"]


def test_a_task_that_waits_does_no_step_until_a_person_sends_it(office: SmallOffice) -> None:
    office.burst(posts=8, lead_certainty=0.3)
    office.alert()
    office.begin()
    office.task()
    assert done(office) == ["discover", "gather"]

    [task] = office.tasks()
    office.assigning.send_task(task.id, by=GAO)
    assert done(office) == ["discover", "gather", "designate", "assign"]
    assert office.proceeding().done[-1].by.name == "高远"


def test_naming_the_lead_after_the_appraisal_does_both_steps(office: SmallOffice) -> None:
    office.burst(posts=8, lead=None, lead_certainty=0.0)
    office.alert()
    office.begin()
    office.appraising.appraise(office.proceeding().id, outcome="public-answer", by=GAO)
    office.assigning.assign_lead("concern-1", "水务局", by=GAO)

    assert done(office) == ["discover", "gather", "appraise", "designate", "assign"]


def test_what_was_appraised_as_needing_no_work_is_not_assigned(office: SmallOffice) -> None:
    office.burst(posts=8, lead=None, lead_certainty=0.0)
    office.alert()
    office.begin()
    office.appraising.appraise(office.proceeding().id, outcome="watch", by=GAO)
    with pytest.raises(NotAllowed, match="不需要办“明确责任单位”"):
        office.assigning.assign_lead("concern-1", "水务局", by=GAO)
    assert office.tasks() == []
    office.change("concern-1", lead="水务局", lead_certainty=0.95)
    office.alert()
    office.task()
    assert office.tasks() == []


def test_an_outcome_that_needs_no_work_closes_what_was_sent_ahead(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.task()
    office.appraising.appraise(office.proceeding().id, outcome="no-answer", reasons="与本市无关", by=GAO)

    [task] = office.tasks()
    assert task.state is TaskState.CLOSED
    assert task.close_reason == "研判去向为“不回应”，不需要交办"
    assert "高远：水务局的任务撤回：研判去向为“不回应”，不需要交办" in office.log_of()
    assert [step.id for step in office.proceeding().open_steps] == ["file"]


def test_the_inward_clocks_tighten_when_the_alert_rises(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.begin()
    before = {clock.step: clock for clock in office.proceeding().clocks}
    office.burst(posts=60, kinds=4)
    office.alert()
    office.begin()
    proceeding = office.proceeding()
    after = {clock.step: clock for clock in proceeding.clocks}

    assert proceeding.alert_level is Level.RED
    assert (before["sign-in"].due_at, after["sign-in"].due_at) == (
        NOON.replace(hour=6),
        NOON.replace(hour=4, minute=30),
    )
    assert after["respond"] == before["respond"]
    [change] = proceeding.clock_changes
    assert (change.clock, change.why) == ("sign-in", "升为红色提示")
    assert "系统：时限重算（升为红色提示）：签收 2014年5月30日14:00→2014年5月30日12:30" in office.log_of()
    assert [message.what for message in office.told() if isinstance(message, ProceedingChanged)][-1].startswith(
        "时限重算"
    )


def test_the_stage_and_the_desk_meet_over_one_proceeding(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    with office.register.transaction() as tx:
        concern = tx.concerns.find("concern-1")
        assert concern
        begun_by_alert(tx, office.rules, concern, now=NOON, regime=Regime.CURRENT)
    office.begin()
    office.task()
    assert done(office) == ["discover", "gather", "designate", "assign"]
