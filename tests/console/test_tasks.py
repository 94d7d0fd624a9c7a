"""Tasks stand by bureau and deadline, and one that waits is sent from here."""

import pytest

from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night


def test_overdue_tasks_stand_before_those_that_wait_and_those_due_later(night: Night, client: Client) -> None:
    late, later, waits = night.matter("c-1", "旧事"), night.matter("c-2", "新事"), night.matter("c-3", "待发的事")
    night.task(late, "水务局", hours_gone=50, wait=None)
    night.task(later, "水务局", hours_gone=10, wait=None)
    night.task(waits, "教育局")
    page = client.get("/tasks").text
    assert page.index("已超时 1 项") < page.index("待交办 1 项") < page.index("明天到期 1 项")
    assert "超 2:00" in page


@pytest.mark.usefixtures("busy")
def test_a_bureau_sees_only_its_own_tasks(client: Client) -> None:
    page = client.get("/tasks", params={"bureau": "安监局"}).text
    assert "长兴岛一化工装置区冒黑烟" in page
    assert "泉水街道" not in page


def test_a_waiting_task_is_sent_once_and_the_second_time_refused_in_words(night: Night, client: Client) -> None:
    task = night.task(night.matter("c-1", "路面塌陷"), "水务局")
    assert "已交办市水务局" in client.post("/tasks/send", data={"task": task.id}).text
    second = client.post("/tasks/send", data={"task": task.id})
    assert second.status_code == 409
    assert "已由值班员交办" in second.text


def test_without_tasks_the_page_says_so(client: Client) -> None:
    assert "全部单位没有在办的任务" in client.get("/tasks").text


def test_closed_tasks_have_their_own_view(night: Night, client: Client) -> None:
    task = night.task(night.matter("c-1", "路面塌陷"), "水务局", wait=None)
    night.assigning.withdraw_task(task.id, reason="已公开答复", by=person("高远"))
    assert "路面塌陷" not in client.get("/tasks").text
    assert "路面塌陷" in client.get("/tasks", params={"closed": "true"}).text
