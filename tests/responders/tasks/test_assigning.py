"""Assigning: a person names the lead or sends what waits; whoever comes second is told."""

import pytest

from huiying.failures import NotAllowed
from huiying.messages import AlertChanged, ProceedingChanged, TaskChanged, TaskOpened
from huiying.task import TaskState
from tests.builders import person
from tests.responders.office import SmallOffice


def with_waiting_task(office: SmallOffice) -> str:
    office.burst(posts=8, lead_certainty=0.5)
    office.alert()
    office.task()
    [task] = office.tasks()
    return task.id


def test_naming_the_lead_opens_and_sends_the_task(office: SmallOffice) -> None:
    office.burst(posts=8, lead=None, lead_certainty=0.0)
    office.alert()
    task = office.assigning.assign_lead("concern-1", "房产局", by=person("高远"))

    assert (task.bureau, task.state, task.sent_by) == ("房产局", TaskState.SENT, "高远")
    assert office.tasks() == [task]
    told = [type(message) for message in office.told()[1:]]
    assert [kind for kind in told if kind is not ProceedingChanged] == [AlertChanged, TaskOpened]
    assert office.log_of()[:2] == ["高远：交办房产局", "高远：明确责任单位：房产局"]
    office.task()
    assert office.tasks() == [task]


def test_naming_another_lead_closes_the_task_that_waited(office: SmallOffice) -> None:
    with_waiting_task(office)
    office.assigning.assign_lead("concern-1", "房产局", by=person("高远"))

    assert {task.bureau: task.state for task in office.tasks()} == {
        "水务局": TaskState.CLOSED,
        "房产局": TaskState.SENT,
    }
    with office.register.reading() as tx:
        concern = tx.concerns.find("concern-1")
    assert concern is not None
    assert (concern.lead, concern.lead_frozen) == ("房产局", True)


def test_naming_the_lead_that_waits_sends_its_task(office: SmallOffice) -> None:
    id = with_waiting_task(office)
    task = office.assigning.assign_lead("concern-1", "水务局", by=person("高远"))

    assert (task.id, task.state, task.sent_by) == (id, TaskState.SENT, "高远")


def test_a_second_lead_is_refused_while_the_first_has_its_task(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.task()

    with pytest.raises(NotAllowed, match="本事项已由系统交办水务局"):
        office.assigning.assign_lead("concern-1", "房产局", by=person("高远"))
    assert [task.bureau for task in office.tasks()] == ["水务局"]


def test_a_concern_without_an_alert_can_be_assigned_too(office: SmallOffice) -> None:
    office.burst(posts=1)
    task = office.assigning.assign_lead("concern-1", "水务局", by=person("高远"))

    assert task.alert == "concern-1:1"
    assert office.queue() == []


def test_a_merged_concern_points_to_the_one_it_was_merged_into(office: SmallOffice) -> None:
    office.burst("concern-2", posts=1, number="2014-2")
    office.burst("concern-1", posts=1, merged_into="concern-2")

    with pytest.raises(NotAllowed, match="事项 2014-1 已并入 2014-2"):
        office.assigning.assign_lead("concern-1", "水务局", by=person("高远"))


def test_of_two_people_who_send_one_task_the_second_is_told_who_did(office: SmallOffice) -> None:
    id = with_waiting_task(office)
    office.assigning.send_task(id, by=person("高远"))

    with pytest.raises(NotAllowed, match="已由高远交办水务局"):
        office.assigning.send_task(id, by=person("林秋"))
    assert [message.what for message in office.told() if isinstance(message, TaskChanged)] == ["交办水务局"]


def test_a_closed_task_keeps_its_reason_and_is_closed_once(office: SmallOffice) -> None:
    id = with_waiting_task(office)
    office.assigning.withdraw_task(id, reason="并案办理", by=person("高远"))

    with pytest.raises(NotAllowed, match="已关闭（并案办理）"):
        office.assigning.withdraw_task(id, reason="又一次", by=person("林秋"))
    with pytest.raises(NotAllowed, match="已关闭（并案办理）"):
        office.assigning.send_task(id, by=person("林秋"))


def test_a_task_is_not_closed_without_a_reason(office: SmallOffice) -> None:
    id = with_waiting_task(office)

    with pytest.raises(NotAllowed, match="须写明原因"):
        office.assigning.withdraw_task(id, reason=" ", by=person("高远"))


def test_what_does_not_exist_is_said_by_its_name(office: SmallOffice) -> None:
    with pytest.raises(NotAllowed, match="没有任务 t-9"):
        office.assigning.send_task("t-9", by=person("高远"))
    with pytest.raises(NotAllowed, match="没有舆情事项 c-9"):
        office.assigning.assign_lead("c-9", "水务局", by=person("高远"))


def test_a_corrected_lead_takes_the_task_from_one_bureau_to_the_other(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.task()
    saved = office.assigning.correct_lead("concern-1", "房产局", reason="二次供水由房产局管", by=person("高远"))

    assert (saved.lead, saved.lead_frozen) == ("房产局", True)
    assert {task.bureau: (task.state, task.close_reason) for task in office.tasks()} == {
        "水务局": (TaskState.CLOSED, "牵头单位更正为房产局：二次供水由房产局管"),
        "房产局": (TaskState.SENT, None),
    }
    with office.register.reading() as tx:
        [correction] = tx.corrections.said_of_concern("concern-1")
    assert (correction.judged, correction.said, correction.who) == (("水务局",), ("房产局",), "高远")
    assert correction.note == "二次供水由房产局管"


def test_a_lead_corrected_before_any_alert_opens_no_task_until_there_is_one(office: SmallOffice) -> None:
    office.burst(posts=1)
    office.assigning.correct_lead("concern-1", "房产局", reason="二次供水", by=person("高远"))
    assert office.tasks() == []
    office.burst(posts=8)
    office.alert()
    office.task()
    assert [task.bureau for task in office.tasks()] == ["房产局"]


def test_a_lead_is_not_corrected_without_a_reason_or_to_what_it_is(office: SmallOffice) -> None:
    office.burst(posts=8)
    with pytest.raises(NotAllowed, match="写明原因"):
        office.assigning.correct_lead("concern-1", "房产局", reason=" ", by=person("高远"))
    office.assigning.correct_lead("concern-1", "房产局", reason="二次供水", by=person("高远"))
    with pytest.raises(NotAllowed, match="已经是房产局"):
        office.assigning.correct_lead("concern-1", "房产局", reason="二次供水", by=person("高远"))
    with office.register.reading() as tx:
        assert len(tx.corrections.said_of_concern("concern-1")) == 1


def test_corrected_twice_the_first_judgement_stays_what_was_judged(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.assigning.correct_lead("concern-1", "房产局", reason="二次供水", by=person("高远"))
    office.assigning.correct_lead("concern-1", "建委", reason="施工挖断", by=person("高远"))
    with office.register.reading() as tx:
        assert [one.judged for one in tx.corrections.said_of_concern("concern-1")] == [("水务局",)] * 2


def test_a_lead_named_where_the_posts_had_none_is_a_label_too(office: SmallOffice) -> None:
    office.burst(posts=8, lead=None, lead_certainty=0.0)
    office.alert()
    office.assigning.assign_lead("concern-1", "房产局", by=person("高远"))
    with office.register.reading() as tx:
        [correction] = tx.corrections.said_of_concern("concern-1")
    assert (correction.judged, correction.said) == ((), ("房产局",))
