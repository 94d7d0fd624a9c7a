"""The desk: a bureau signs for its task, works on it, hands it on, asks to return or extend it; nobody else may."""

from datetime import timedelta
from typing import Any

import pytest

from huiying.failures import NotAllowed
from huiying.messages import TaskChanged
from huiying.person import Person, Role
from huiying.task import Task, TaskState
from huiying.task_parts import ClosedAs, Part
from tests.builders import NOON, person
from tests.responders.office import SmallOffice

SHEN = person("沈敬", Role.HANDLER, bureau="水务局")
ZOU = person("邹平川", Role.HANDLER, bureau="水务局")
OTHER = person("周明", Role.HANDLER, bureau="房产局")
OFFICER = person("高远")


def sent_task(office: SmallOffice, **changes: Any) -> Task:
    """The lead's task of one burst, sent by the system at noon."""
    office.burst(posts=8, **changes)
    office.alert()
    office.task()
    return next(task for task in office.tasks() if task.leads)


def in_hand(office: SmallOffice) -> Task:
    return office.desk.sign_in(sent_task(office).id, by=SHEN)


def inward(task: Task, step: str) -> object:
    return next(clock.due_at for clock in task.clocks if clock.step == step)


def test_whoever_signs_for_a_task_is_its_handler_and_the_clock_of_signing_stands(office: SmallOffice) -> None:
    id = sent_task(office).id
    now = office.wait(minutes=20)
    task = office.desk.sign_in(id, by=SHEN)

    assert (task.handler, task.signed_in_by and task.signed_in_by.at) == ("沈敬", now)
    assert task.done == {"sign-in": now}
    assert office.log_of()[0] == "沈敬：水务局签收"
    assert [message.what for message in office.told() if isinstance(message, TaskChanged)] == ["水务局签收"]


def test_the_second_who_signs_is_told_who_was_first_and_when(office: SmallOffice) -> None:
    id = in_hand(office).id
    with pytest.raises(NotAllowed, match="沈敬已于5月30日12:00签收"):
        office.desk.sign_in(id, by=ZOU)


@pytest.mark.parametrize("stranger", [OTHER, OFFICER, person("韩立新", Role.AUDITOR)], ids=lambda one: one.name)
def test_only_the_tasks_own_bureau_signs_for_it(office: SmallOffice, stranger: Person) -> None:
    task = sent_task(office)
    with pytest.raises(NotAllowed, match="不能签收"):
        office.desk.sign_in(task.id, by=stranger)
    assert office.tasks() == [task]


def test_of_a_batch_with_one_strange_task_none_is_signed_for(office: SmallOffice) -> None:
    own = sent_task(office, co_handlers=("房产局",))
    theirs = next(task for task in office.tasks() if not task.leads)
    with pytest.raises(NotAllowed, match="属于房产局"):
        office.desk.sign_in_all([own.id, theirs.id], by=SHEN)
    assert [task.signed_in_by for task in office.tasks()] == [None, None]
    [signed] = office.desk.sign_in_all([own.id, own.id], by=SHEN)
    assert signed.signed_in_by


def test_whoever_saw_an_older_state_is_told_what_was_done_since(office: SmallOffice) -> None:
    task = in_hand(office)
    office.wait(minutes=5)
    office.desk.hand_over(task.id, to="邹平川", by=SHEN, seen=task.version)
    with pytest.raises(NotAllowed, match=r"有了变更——5月30日12:05 沈敬：水务局的经办人由沈敬移交邹平川"):
        office.desk.begin(task.id, by=ZOU, seen=task.version)
    [after] = office.tasks()
    assert (after.handler, after.begun_by) == ("邹平川", None)


def test_nothing_is_done_with_a_task_that_waits_or_is_not_signed_for_or_closed(office: SmallOffice) -> None:
    id = sent_task(office, lead_certainty=0.5).id
    with pytest.raises(NotAllowed, match="还没有交办水务局，不能签收"):
        office.desk.sign_in(id, by=SHEN)
    office.assigning.send_task(id, by=OFFICER)
    with pytest.raises(NotAllowed, match="还没有签收，请先签收再开始办理"):
        office.desk.begin(id, by=SHEN)
    office.assigning.withdraw_task(id, reason="重复交办", by=OFFICER)
    with pytest.raises(NotAllowed, match="已关闭（重复交办），不能签收"):
        office.desk.sign_in(id, by=SHEN)


def test_a_returned_task_is_closed_and_another_bureau_has_the_same_outward_clock(office: SmallOffice) -> None:
    first = sent_task(office)
    office.wait(hours=1)
    office.desk.ask_return(first.id, reason="二次供水由房产局管", by=SHEN)
    office.wait(hours=1)
    second = office.deciding.accept_return(first.id, bureau="房产局", by=OFFICER)

    old = next(task for task in office.tasks() if task.id == first.id)
    assert (old.state, old.closed_as, old.close_reason) == (
        TaskState.CLOSED,
        ClosedAs.RETURNED,
        "退回改派房产局：二次供水由房产局管",
    )
    assert (second.bureau, second.state, second.part) == ("房产局", TaskState.SENT, Part.LEAD)
    assert second.due_at == first.due_at == NOON + timedelta(hours=48)
    assert inward(second, "sign-in") == NOON + timedelta(hours=2.5)
    with office.register.reading() as tx:
        concern = tx.concerns.find("concern-1")
    assert concern
    assert (concern.lead, concern.lead_frozen) == ("房产局", True)


def test_a_return_is_asked_in_its_own_time_with_a_reason_and_once(office: SmallOffice) -> None:
    id = sent_task(office).id
    with pytest.raises(NotAllowed, match="须写明理由"):
        office.desk.ask_return(id, reason=" ", by=SHEN)
    office.desk.ask_return(id, reason="不归我局", by=SHEN)
    with pytest.raises(NotAllowed, match="沈敬已申请退回"):
        office.desk.ask_return(id, reason="不归我局", by=ZOU)
    office.deciding.refuse_return(id, reason="三定方案写明归水务局", by=OFFICER)
    with pytest.raises(NotAllowed, match="已由高远于5月30日12:00答复：不同意"):
        office.deciding.accept_return(id, bureau="房产局", by=OFFICER)
    office.wait(hours=2, seconds=1)
    with pytest.raises(NotAllowed, match="申请退回的时限是5月30日14:00，已过"):
        office.desk.ask_return(id, reason="不归我局", by=SHEN)


def test_a_designated_task_cannot_be_returned(office: SmallOffice) -> None:
    id = sent_task(office).id
    office.deciding.designate(id, by=OFFICER)
    with pytest.raises(NotAllowed, match="指定水务局承办的，不能退回"):
        office.desk.ask_return(id, reason="不归我局", by=SHEN)
    with pytest.raises(NotAllowed, match="已指定水务局承办"):
        office.deciding.designate(id, by=OFFICER)


@pytest.mark.parametrize(("bureau", "words"), [("国土局", "不再存在，现为市自然资源局"), ("天文局", "没有“天文局”")])
def test_a_bureau_that_is_no_more_gets_no_task(office: SmallOffice, bureau: str, words: str) -> None:
    task = sent_task(office)
    office.desk.ask_return(task.id, reason="不归我局", by=SHEN)
    with pytest.raises(NotAllowed, match=words):
        office.deciding.accept_return(task.id, bureau=bureau, by=OFFICER)
    [after] = office.tasks()
    assert after.asked_to_return
    with pytest.raises(NotAllowed, match=words):
        office.assigning.correct_lead("concern-1", bureau, reason="应由其办理", by=OFFICER)


def test_a_co_handler_that_takes_over_leads_and_a_co_handlers_return_needs_nobody_else(office: SmallOffice) -> None:
    lead = sent_task(office, co_handlers=("房产局", "卫生局"))
    helper = next(task for task in office.tasks() if task.bureau == "卫生局")
    office.desk.ask_return(helper.id, reason="与卫生无关", by=person("吴医生", Role.HANDLER, bureau="卫生局"))
    office.deciding.accept_return(helper.id, bureau="", by=OFFICER)
    office.desk.ask_return(lead.id, reason="不归我局", by=SHEN)
    with pytest.raises(NotAllowed, match="请选定改派给哪个单位"):
        office.deciding.accept_return(lead.id, bureau="水务局", by=OFFICER)
    new = office.deciding.accept_return(lead.id, bureau="房产局", by=OFFICER)

    assert {task.bureau: (task.part.label, task.state.value) for task in office.tasks()} == {
        "水务局": ("牵头", "closed"),
        "房产局": ("牵头", "sent"),
        "卫生局": ("协办", "closed"),
    }
    assert (new.part, "房产局由协办改为牵头" in office.log_of()[0]) == (Part.LEAD, True)


def test_an_extension_moves_one_inward_clock_and_no_outward_one(office: SmallOffice) -> None:
    task = in_hand(office)
    until = NOON + timedelta(hours=20)
    office.desk.ask_extension(task.id, step="first-finding", until=until, reason="须开挖检查", by=SHEN)
    after = office.deciding.grant_extension(task.id, by=person("赵市长", Role.LEADER))

    assert inward(after, "first-finding") == until
    assert [clock for clock in after.clocks if clock.step != "first-finding"] == [
        clock for clock in task.clocks if clock.step != "first-finding"
    ]
    moved = next(clock for clock in after.clocks if clock.step == "first-finding")
    assert moved.calculation.endswith("；经赵市长同意延至5月31日08:00")
    assert office.log_of()[0] == "赵市长：同意水务局“初步核实反馈”延至5月31日08:00（对外时限不变）"


@pytest.mark.parametrize(
    ("step", "hours", "words"),
    [
        ("respond", 60, "是对外时限，不能延期"),
        ("draft", 49, "不能晚于对外时限6月1日12:00"),
        ("draft", 30, "延期须晚于它"),
        ("sign-in", 20, "已于5月30日12:00办完，无须延期"),
        ("dig", 20, "没有“dig”这个时限"),
    ],
)
def test_what_cannot_be_extended_is_said(office: SmallOffice, step: str, hours: int, words: str) -> None:
    task = in_hand(office)
    with pytest.raises(NotAllowed, match=words):
        office.desk.ask_extension(task.id, step=step, until=NOON + timedelta(hours=hours), reason="雨天", by=SHEN)
    assert office.tasks() == [task]


def test_an_extension_is_asked_before_the_clock_has_run_out(office: SmallOffice) -> None:
    task = in_hand(office)
    office.wait(hours=12, seconds=1)
    with pytest.raises(NotAllowed, match="已于5月31日00:00到期，延期须在到期前申请"):
        office.desk.ask_extension(
            task.id, step="first-finding", until=NOON + timedelta(hours=20), reason="雨天", by=SHEN
        )


def test_work_is_handed_down_within_the_own_deadline_and_its_answer_is_kept(office: SmallOffice) -> None:
    task = in_hand(office)
    hand_down: dict[str, Any] = {"unit": "泉水街道办事处", "contact": "孙主任", "what": "逐楼核实水色", "by": SHEN}
    with pytest.raises(NotAllowed, match="不能晚于本单位的时限6月1日12:00"):
        office.desk.hand_down(task.id, due_at=NOON + timedelta(hours=49), **hand_down)
    with pytest.raises(NotAllowed, match="已经过去"):
        office.desk.hand_down(task.id, due_at=NOON, **hand_down)
    office.desk.hand_down(task.id, due_at=NOON + timedelta(hours=6), **hand_down)
    office.desk.record_answer(task.id, 1, answer="12栋中3栋发黄", by=ZOU)
    with pytest.raises(NotAllowed, match="答复已由邹平川"):
        office.desk.record_answer(task.id, 1, answer="又一次", by=SHEN)
    [after] = office.tasks()
    assert [(part.unit, part.answer) for part in after.handed_down] == [("泉水街道办事处", "12栋中3栋发黄")]


def test_a_task_that_is_sent_late_leaves_the_bureau_time_and_counts_anew(office: SmallOffice) -> None:
    id = sent_task(office, lead_certainty=0.5).id
    office.wait(hours=40)
    office.burst(posts=4)
    task = office.assigning.send_task(id, by=OFFICER)

    assert inward(task, "sign-in") == NOON + timedelta(hours=40.5)
    assert inward(task, "draft") == NOON + timedelta(hours=44)
    assert task.due_at == NOON + timedelta(hours=48)
    assert "12条帖文" in task.asked
    assert task.asked_at == NOON + timedelta(hours=40)
    assert task.return_clock
    assert task.return_clock.due_at == NOON + timedelta(hours=42)
