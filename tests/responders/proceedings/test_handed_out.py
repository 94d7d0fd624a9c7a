"""The inward clocks of a matter and of its tasks are one calculation, whatever happens to them."""

from datetime import timedelta

from huiying.clock import moment_words
from huiying.level import OpinionLevel
from huiying.person import Role
from huiying.running_clocks import binding_clocks
from huiying.task import DueClock, Task, TaskState
from tests.builders import NOON, person
from tests.responders.office import SmallOffice

GAO = person("高远")
SHEN = person("沈岚", Role.HANDLER, bureau="水务局")
ID = "concern-1:1:opinion-response"


def inward(clocks: tuple[DueClock, ...]) -> dict[str, DueClock]:
    return {clock.step: clock for clock in clocks if not clock.outward}


def lead(office: SmallOffice) -> Task:
    [task] = [task for task in office.tasks() if task.leads and task.state is not TaskState.CLOSED]
    return task


def agreed(office: SmallOffice) -> dict[str, DueClock]:
    """The inward clocks, which the lead's task and the proceeding say alike, to the letter of the sum."""
    clocks = inward(lead(office).clocks)
    assert clocks == inward(office.proceeding().clocks)
    return clocks


def test_desk_and_matter_never_disagree_about_an_inward_clock(office: SmallOffice) -> None:
    office.burst(posts=8, lead_certainty=0.58, co_handlers=("房产局",))
    office.alert()
    office.task()
    waiting = inward(lead(office).clocks)
    office.begin()
    assert agreed(office) == waiting

    sent_at = office.wait(hours=40)
    office.assigning.send_task(lead(office).id, by=GAO)
    late = agreed(office)
    assert {step: clock.due_at for step, clock in late.items()} == {
        "sign-in": sent_at + timedelta(hours=0.5),
        "first-finding": sent_at + timedelta(hours=2),
        "draft": sent_at + timedelta(hours=4),
    }
    assert "交办较晚，至少留2小时" in late["first-finding"].calculation
    [helping] = [task for task in office.tasks() if not task.leads]
    assert inward(helping.clocks) == late

    until = sent_at + timedelta(hours=6)
    office.desk.sign_in(lead(office).id, by=SHEN)
    office.desk.ask_extension(lead(office).id, step="draft", until=until, reason="须开挖检查", by=SHEN)
    office.deciding.grant_extension(lead(office).id, by=person("赵市长", Role.LEADER))
    assert agreed(office)["draft"].due_at == until
    moved = office.proceeding().clock_changes[-1]
    assert (moved.clock, moved.was, moved.became) == ("draft", late["draft"].due_at, until)

    office.appraising.set_opinion_level(ID, OpinionLevel.MAJOR, reasons="广泛关注", by=GAO)
    assert agreed(office)["draft"].due_at == until
    assert "经赵市长同意延至" in agreed(office)["draft"].calculation
    assert [clock for clock in lead(office).clocks if clock.outward] == [
        clock for clock in office.proceeding().clocks if clock.step == "respond"
    ]


def test_a_task_tightens_with_the_level_of_its_matter_and_loosens_for_the_next_lead(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.begin()
    office.task()
    assert agreed(office)["sign-in"].due_at == NOON + timedelta(hours=2)
    office.burst(posts=60, kinds=4)
    office.alert()
    office.begin()
    assert agreed(office)["sign-in"].due_at == NOON + timedelta(hours=0.5)

    sent_at = office.wait(hours=1)
    office.desk.ask_return(lead(office).id, reason="不属本单位职责", by=SHEN)
    office.deciding.accept_return(lead(office).id, bureau="房产局", by=GAO)
    assert lead(office).bureau == "房产局"
    assert agreed(office)["sign-in"].due_at == sent_at + timedelta(hours=0.5)
    assert moment_words(sent_at + timedelta(hours=0.5)) in agreed(office)["sign-in"].calculation
    assert office.proceeding().clocks[0].due_at == NOON + timedelta(hours=48)


def test_a_matter_that_needs_no_public_answer_leaves_its_bureau_no_clock_for_one(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.task()
    office.appraising.appraise(ID, outcome="on-site", by=GAO)
    binding = {clock.step for clock in binding_clocks(office.proceeding())}
    assert binding == {"sign-in", "first-finding"} == {clock.step for clock in lead(office).clocks}
    office.timers().tick(office.wait(hours=49))
    assert not any("对外回应应于" in line for line in office.log_of())

    office.appraising.appraise(ID, outcome="public-answer", reasons="媒体追问", by=GAO)
    assert agreed(office).keys() == {"sign-in", "first-finding", "draft"}
    assert lead(office).due_at == NOON + timedelta(hours=48)
