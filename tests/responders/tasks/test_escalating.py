"""Escalation climbs from rung to rung, each once; instructions that fall due are told too."""

from datetime import timedelta

import pytest

from huiying.failures import NotAllowed
from huiying.messages import TaskEscalated
from huiying.person import Role
from huiying.task import Task
from responders.tasks.instructing import Order, promise
from tests.builders import NOON, person
from tests.responders.office import SmallOffice

SHEN = person("沈敬", Role.HANDLER, bureau="水务局")
LEADER = person("赵市长", Role.LEADER)
OFFICER = person("高远")


def sent(office: SmallOffice) -> Task:
    office.burst(posts=8)
    office.alert()
    office.task()
    [task] = office.tasks()
    return task


def told(office: SmallOffice, step: str) -> list[str]:
    return [m.rung for m in office.told() if isinstance(m, TaskEscalated) and m.step == step]


def test_an_unsigned_task_climbs_from_the_handler_to_the_officer(office: SmallOffice) -> None:
    sent(office)
    for minutes, people in ((120, []), (121, ["handler"]), (131, ["handler", "bureau-head"])):
        office.timers().escalate(NOON + timedelta(minutes=minutes))
        assert told(office, "sign-in") == people
    for holder in ("one", "two"):
        office.timers(holder).escalate(NOON + timedelta(minutes=200))
    assert told(office, "sign-in") == ["handler", "bureau-head", "officer"]
    assert office.log_of()[0] == "系统：水务局的任务“签收”未签收（5月30日14:00到期），提醒舆情值班员"


def test_what_is_signed_for_and_begun_is_not_told_until_a_clock_is_near(office: SmallOffice) -> None:
    task = sent(office)
    office.desk.sign_in(task.id, by=SHEN)
    office.timers().escalate(NOON + timedelta(minutes=61))
    assert told(office, "begin") == ["handler"]
    office.desk.begin(task.id, by=SHEN)
    office.timers().escalate(NOON + timedelta(hours=8))
    assert told(office, "first-finding") == []
    office.timers().escalate(NOON + timedelta(hours=9, minutes=1))
    assert told(office, "first-finding") == ["handler"]


def test_a_late_clock_reaches_the_leader_and_an_extended_one_begins_anew(office: SmallOffice) -> None:
    task = sent(office)
    office.desk.sign_in(task.id, by=SHEN)
    office.desk.begin(task.id, by=SHEN)
    office.timers().escalate(NOON + timedelta(hours=11))
    office.clock.set(NOON + timedelta(hours=11))
    office.desk.ask_extension(task.id, step="first-finding", until=NOON + timedelta(hours=20), reason="开挖", by=SHEN)
    office.deciding.grant_extension(task.id, by=OFFICER)
    office.timers().escalate(NOON + timedelta(hours=13))
    assert told(office, "first-finding") == ["handler", "bureau-head"]
    office.timers().escalate(NOON + timedelta(hours=21, seconds=1))
    assert told(office, "first-finding")[2:] == ["handler", "bureau-head", "officer", "supervisor", "leader"]


def test_a_co_handler_is_not_told_of_the_leads_draft_and_answer(office: SmallOffice) -> None:
    office.burst(posts=8, co_handlers=("房产局",))
    office.alert()
    office.task()
    office.timers().escalate(NOON + timedelta(hours=60))
    steps = {(m.bureau, m.step) for m in office.told() if isinstance(m, TaskEscalated)}
    assert {step for bureau, step in steps if bureau == "房产局"} == {"sign-in", "first-finding"}
    assert {step for bureau, step in steps if bureau == "水务局"} == {"sign-in", "first-finding", "draft", "respond"}


def test_a_closed_or_waiting_task_is_nobodys_trouble(office: SmallOffice) -> None:
    office.assigning.withdraw_task(sent(office).id, reason="重复", by=OFFICER)
    office.burst("concern-2", posts=8, lead_certainty=0.5, number="2014-2")
    office.alert("concern-2")
    office.task()
    office.timers().escalate(NOON + timedelta(hours=60))
    assert not [message for message in office.told() if isinstance(message, TaskEscalated)]


def test_a_task_is_urged_and_supervised_and_answered(office: SmallOffice) -> None:
    task = sent(office)
    office.supervising.urge(task.id, words="", by=LEADER)
    paper = office.supervising.supervise(task.id, asked="为何未公告", by=person("郑督办", Role.SUPERVISOR))
    assert (paper.id, paper.due_at) == ("督2014-0001", NOON + timedelta(hours=24))
    assert office.log_of()[:2] == [
        "郑督办：督2014-0001督办水务局，5月31日12:00前答复：为何未公告",
        "赵市长：催办水务局：请抓紧办理并反馈",
    ]
    with pytest.raises(NotAllowed, match="不能催办、督办"):
        office.supervising.urge(task.id, words="", by=SHEN)
    with pytest.raises(NotAllowed, match="已经过去"):
        office.supervising.supervise(task.id, asked="为何", due_at=NOON, by=OFFICER)
    office.supervising.answer(paper.id, answer="已补发公告", by=SHEN)
    with pytest.raises(NotAllowed, match="督2014-0001已由沈敬"):
        office.supervising.answer(paper.id, answer="又一次", by=SHEN)
    assert office.supervising.supervise(task.id, asked="还有", by=OFFICER).id == "督2014-0002"
    office.assigning.withdraw_task(task.id, reason="重复", by=OFFICER)
    with pytest.raises(NotAllowed, match="不在办理中，不能督办"):
        office.supervising.supervise(task.id, asked="还有", by=OFFICER)


def order(**changes: object) -> Order:
    values = {"text": "查清原因", "bureau": "水务局", "what": "报告原因", "due_at": NOON + timedelta(hours=48)}
    return Order(**(values | changes))  # type: ignore[arg-type]


def test_an_instruction_is_told_when_it_is_near_and_when_it_is_late_and_then_done(office: SmallOffice) -> None:
    office.burst(posts=1)
    kept = office.instructing.instruct("concern-1", order(), by=LEADER)
    other = office.instructing.record("concern-1", order(what="改进公告"), from_whom="钱主任", by=OFFICER)
    assert (kept.id, other.id, other.from_whom) == ("批2014-0001", "批2014-0002", "钱主任")
    office.instructing.finish(other.id, outcome="已改", by=OFFICER)
    for hours in (23, 25, 26, 49, 50):
        office.timers().escalate(NOON + timedelta(hours=hours))
    assert [line for line in office.log_of() if line.startswith("系统")] == [
        "系统：领导批示批2014-0001已超过时限（6月1日12:00）：水务局报告原因",
        "系统：领导批示批2014-0001将到期（6月1日12:00）：水务局报告原因",
    ]
    assert office.instructing.finish(kept.id, outcome="阀门误关", by=SHEN).done
    with pytest.raises(NotAllowed, match="已由沈敬于5月30日12:00报告落实"):
        office.instructing.finish(kept.id, outcome="又一次", by=SHEN)


def test_who_may_not_and_what_is_missing_is_said(office: SmallOffice) -> None:
    office.burst(posts=1)
    with pytest.raises(NotAllowed, match="不能批示"):
        office.instructing.instruct("concern-1", order(), by=OFFICER)
    with pytest.raises(NotAllowed, match="须写明：要办的事、承办单位"):
        office.instructing.instruct("concern-1", order(what=" ", bureau=""), by=LEADER)
    with pytest.raises(NotAllowed, match="已经过去"):
        office.instructing.instruct("concern-1", order(due_at=NOON), by=LEADER)
    with pytest.raises(NotAllowed, match="没有舆情事项 c-9"):
        office.instructing.instruct("c-9", order(), by=LEADER)
    kept = office.instructing.instruct("concern-1", order(), by=LEADER)
    with pytest.raises(NotAllowed, match="属于水务局"):
        office.instructing.finish(kept.id, outcome="好", by=person("周明", Role.HANDLER, bureau="房产局"))


def test_a_promise_of_a_published_answer_is_tracked_with_its_sentence(office: SmallOffice) -> None:
    office.burst(posts=1)
    kept = office.instructing.instruct("concern-1", order(), by=LEADER)
    with office.register.transaction() as tx:
        made = promise(
            tx, "concern-1", order(), clarification="c-1", sentence=6, from_whom="情况通报第6句", by=kept.by
        )
    with office.register.reading() as tx:
        assert [(each.source.label, each.clarification, each.sentence) for each in tx.instructions.open()] == [
            ("领导批示", None, None),
            ("对外承诺", "c-1", 6),
        ]
    assert made.id == "批2014-0002"
