"""成批: one move on many ticked rows."""

import re
from collections.abc import Iterable

from httpx import Response

from console.app import create_app
from huiying.alert import Alert, AlertState
from huiying.audit import Outcome
from huiying.person import Role
from huiying.task import TaskState
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night


def ticked(alerts: Iterable[Alert]) -> dict[str, str]:
    """The fields of these rows, ticked as they stand."""
    return {f"row:{alert.id}": str(alert.stand) for alert in alerts}


def refused(answer: Response) -> list[str]:
    """The titles of the rows that were not done."""
    return re.findall(r'<li class="no".*?<b>(.*?)</b>', answer.text)


def stands(night: Night, alert: Alert) -> Alert:
    """The alert as it stands now."""
    with night.register.reading() as tx:
        found = tx.alerts.get(alert.id)
    assert found is not None
    return found


def test_each_row_answers_for_itself_and_stands_in_the_audit_by_itself(night: Night, client: Client) -> None:
    alerts = [night.matter(f"c-{n}", f"事项{n}") for n in range(3)]
    form = ticked(alerts)
    night.handling.acknowledge(alerts[1].id, by=person("高远"))
    answer = client.post("/queue/several/claim", data=form)
    assert "认领：办成 2 项，没有办成 1 项" in answer.text
    assert refused(answer) == ["事项1"]
    assert "已由高远知悉" in answer.text
    assert answer.text.count('hx-swap-oob="true"') == 3
    assert [stands(night, alert).owner for alert in alerts] == ["值班员", "高远", "值班员"]
    with night.register.reading() as tx:
        deeds = [entry.deed for entry in tx.audit.entries() if entry.deed.subject.startswith("/queue/claim/")]
    assert [(deed.subject.rsplit("/", 1)[1], deed.outcome) for deed in deeds] == [
        (alerts[0].id, Outcome.ADMITTED),
        (alerts[1].id, Outcome.ADMITTED),
        (alerts[2].id, Outcome.ADMITTED),
        (alerts[1].id, Outcome.REFUSED),
    ]


def test_whoever_comes_second_is_told_what_changed_and_may_press_again(night: Night, client: Client) -> None:
    first, second = night.matter("c-1", "路面塌陷"), night.matter("c-2", "路灯不亮")
    form = {"until": "4h", "reason": "等会商"}
    night.handling.acknowledge(second.id, by=person("高远"))
    answer = client.post("/queue/several/silence", data=form | ticked([first, second]))
    assert refused(answer) == ["路灯不亮"]
    assert "您看过以后有变化：已由高远认领" in answer.text
    assert stands(night, first).silence_reason == "等会商"
    again = client.post("/queue/several/silence", data=form | ticked([stands(night, second)]))
    assert refused(again) == []


def test_what_was_no_alert_needs_one_reason_for_all(night: Night, client: Client) -> None:
    alerts = [night.matter(f"c-{n}", f"事项{n}") for n in range(2)]
    without = client.post("/queue/several/dismiss", data={"reason": " "} | ticked(alerts))
    assert without.status_code == 409
    assert "请写明理由" in without.text
    client.post("/queue/several/dismiss", data={"reason": "旧闻重发"} | ticked(alerts))
    assert {stands(night, alert).state for alert in alerts} == {AlertState.CLOSED}
    assert client.post("/queue/several/claim", data={}).status_code == 409


def test_only_what_has_a_sure_lead_is_sent(night: Night, client: Client) -> None:
    sure, unsure = night.matter("c-1", "路面塌陷"), night.matter("c-2", "培训机构闭店", lead=None)
    night.task(sure, "水务局")
    answer = client.post("/queue/several/send", data=ticked([sure, unsure]))
    assert refused(answer) == ["培训机构闭店"]
    assert "还没有明确责任单位" in answer.text
    with night.register.reading() as tx:
        tasks = tx.tasks.of_concern("c-1")
    assert [task.state for task in tasks] == [TaskState.SENT]
    assert stands(night, sure).owner == "值班员"


def test_who_may_not_handle_alerts_is_offered_no_ticks_and_refused(night: Night) -> None:
    alert = night.matter("c-1", "路面塌陷")
    leader = Client(create_app(night.console()), person("孟岩", Role.LEADER))
    assert 'id="several"' not in leader.get("/queue").text
    assert leader.post("/queue/several/claim", data=ticked([alert])).status_code == 403
