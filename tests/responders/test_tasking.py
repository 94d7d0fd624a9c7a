"""Tasking: who gets the task, whether it is sent or waits, and that there is one lead."""

from huiying.level import Level
from huiying.messages import TaskChanged, TaskOpened
from huiying.policy.heat import Dispatch, Mode
from huiying.task import TaskState
from huiying.task_parts import Part
from tests.builders import NOON, person
from tests.responders.office import SmallOffice, small_policy


def confirming(register_url: str) -> SmallOffice:
    heat = small_policy().heat
    dispatch = {**heat.dispatch, Level.YELLOW: Dispatch(mode=Mode.CONFIRM)}
    return SmallOffice(register_url, small_policy(heat=heat.model_copy(update={"dispatch": dispatch})))


def test_a_sure_lead_gets_its_task_at_once(office: SmallOffice) -> None:
    office.burst(posts=8, co_handlers=("房产局", "水务局"))
    office.alert()
    office.task()

    task, helping = office.tasks()
    assert task.id == "concern-1:1:opinion-response:水务局"
    assert (task.bureau, task.part, task.state, task.sent_by) == ("水务局", Part.LEAD, TaskState.SENT, "系统")
    assert task.co_handlers == ("房产局",)
    assert (helping.bureau, helping.part, helping.state) == ("房产局", Part.CO_HANDLER, TaskState.SENT)
    clock, *inward = task.clocks
    assert [each.step for each in inward] == ["sign-in", "first-finding", "draft"]
    assert (clock.starts_at, clock.calculation) == (NOON, "5月30日12:00发现＋48小时＝6月1日12:00")
    assert "对外回应时限：2014年6月1日12:00" in task.asked
    assert [message for message in office.told() if isinstance(message, TaskOpened)] == [
        TaskOpened(
            task=each.id,
            concern="concern-1",
            alert="concern-1:1",
            bureau=each.bureau,
            state="sent",
            due_at=each.due_at,
        )
        for each in (task, helping)
    ]
    assert office.log_of()[:2] == ["系统：交办房产局（协办）", "系统：交办水务局"]


def test_a_doubled_message_opens_nothing_twice(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.task(times=3)
    told = office.told()
    office.task(times=2)

    assert len(office.tasks()) == 1
    assert office.told() == told


def test_opening_a_task_freezes_the_lead(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.task()
    with office.register.reading() as tx:
        concern = tx.concerns.find("concern-1")

    assert concern is not None
    assert concern.lead_frozen


def test_a_lead_that_is_not_sure_enough_waits_and_says_why(office: SmallOffice) -> None:
    office.burst(posts=8, lead_certainty=0.58)
    office.alert()
    office.task()

    [task] = office.tasks()
    assert task.state is TaskState.WAITING
    assert task.waits_because == "牵头单位水务局的把握度58%，低于黄色提示自动交办所需的60%，请确认后交办"


def test_without_a_lead_no_task_is_opened(office: SmallOffice) -> None:
    office.burst(posts=8, lead=None, lead_certainty=0.2)
    office.alert()
    office.task()

    assert office.tasks() == []
    assert len(office.queue()) == 1


def test_a_lead_that_becomes_sure_later_gets_its_task_then(office: SmallOffice) -> None:
    office.burst(posts=8, lead=None, lead_certainty=0.0)
    office.alert()
    office.task()
    office.wait(minutes=2)
    office.burst(posts=8, lead="水务局", lead_certainty=0.9)
    office.alert()
    office.task()

    assert [task.bureau for task in office.tasks()] == ["水务局"]


def test_where_the_office_wants_to_confirm_the_surest_lead_waits(register_url: str) -> None:
    office = confirming(register_url)
    office.burst(posts=8)
    office.alert()
    office.task()

    [task] = office.tasks()
    assert (task.state, task.waits_because) == (TaskState.WAITING, "黄色提示按设定须由人确认后交办")
    office.register.close()


def test_a_waiting_task_is_sent_when_its_alert_rises_to_a_level_sent_by_itself(register_url: str) -> None:
    office = confirming(register_url)
    office.burst(posts=8)
    office.alert()
    office.task()
    office.wait(minutes=2)
    office.burst(posts=40, kinds=3)
    office.alert()
    office.task()
    office.task()

    [task] = office.tasks()
    assert task.state is TaskState.SENT
    assert [message.what for message in office.told() if isinstance(message, TaskChanged)] == [
        "升为红色提示，按设定自动交办水务局"
    ]
    office.register.close()


def test_a_closed_alert_opens_no_task(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.handling.close("concern-1:1", reason="非预警", by=person("高远"))
    office.task()

    assert office.tasks() == []


def test_a_merged_concern_gets_no_task(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.change("concern-1", merged_into="concern-2")
    office.task()

    assert office.tasks() == []


def test_a_new_episode_is_a_new_task_of_the_same_bureau(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.task()
    now = office.wait(days=9)
    office.burst(posts=8, episode=2, episode_began_at=now)
    office.alert()
    office.task()

    assert [task.id for task in office.tasks()] == [
        "concern-1:1:opinion-response:水务局",
        "concern-1:2:opinion-response:水务局",
    ]
    assert office.tasks()[1].clocks[0].starts_at == now
