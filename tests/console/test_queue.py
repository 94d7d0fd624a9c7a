"""The queue: order, words, and what a press officer does with a row."""

import re
from dataclasses import replace

import pytest
from httpx import Response

from console.app import create_app
from huiying.alert import AlertState, Reason
from huiying.level import Level
from huiying.task import TaskState
from tests.builders import person
from tests.console.client import Client
from tests.console.night import NOW, Night, NoFile
from tests.signing_in import give_account


def titles(page: Response) -> list[str]:
    """The titles of the rows, from the top."""
    return re.findall(r"<h3[^>]* title=\"([^\"]+)\"", page.text)


@pytest.mark.usefixtures("busy")
def test_the_highest_level_stands_first_and_the_oldest_first_within_a_level(client: Client) -> None:
    page = client.get("/queue")
    assert page.status_code == 200
    assert titles(page)[:4] == [
        "泉水街道一带自来水发黄、有异味",
        "长兴岛一化工装置区冒黑烟，居民问是否有毒",
        "供热首周多小区温度不达标、报修无人接",
        "网传“明年中考取消体育加试”",
    ]
    assert "黄河路路灯成片不亮" not in titles(page)


@pytest.mark.usefixtures("busy")
def test_a_row_says_level_reasons_bureau_count_clock_and_owner(client: Client) -> None:
    page = client.get("/queue").text
    row = page[page.index('data-concern="c-water"') : page.index('data-concern="c-smoke"')]
    for words in ("红色提示", "1小时212条，为均值9倍；6类信源；涉饮用水", "市水务局", "协办 2 个", "486", "林知夏"):
        assert words in row
    assert re.search(r"剩 43:4\d", row)
    assert "48小时" in row


def test_an_empty_queue_says_so_with_its_time(client: Client) -> None:
    page = client.get("/queue").text
    assert "现在没有在办事项" in page
    assert "最近一次更新 02:14:06" in page


@pytest.mark.usefixtures("busy")
def test_trouble_with_a_source_stands_in_the_same_queue(client: Client) -> None:
    assert "本地论坛 41 分钟无新帖" in titles(client.get("/queue"))
    assert titles(client.get("/queue?view=sources")) == ["本地论坛 41 分钟无新帖"]
    preview = client.get("/queue/preview/source:forum:1").text
    assert "HTTP 403，对方拒绝访问" in preview


@pytest.mark.usefixtures("busy")
def test_views_hold_what_they_are_called_and_count_it(client: Client) -> None:
    page = client.get("/queue?view=unassigned")
    assert titles(page) == ["一连锁培训机构闭店，家长问退费"]
    assert "待明确单位<b>1</b>" in page.text
    assert titles(client.get("/queue?view=silenced")) == ["黄河路路灯成片不亮"]


def test_claiming_a_row_writes_down_who_and_changes_the_row_in_place(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路面塌陷")
    answer = client.post(f"/queue/claim/{alert.id}")
    assert answer.status_code == 200
    assert 'hx-swap-oob="true"' in answer.text
    with night.register.reading() as tx:
        claimed = tx.alerts.get(alert.id)
    assert claimed is not None
    assert (claimed.state, claimed.owner) == (AlertState.ACKNOWLEDGED, "值班员")


def test_whoever_claims_second_is_told_who_was_first(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路面塌陷")
    night.handling.acknowledge(alert.id, by=person("高远"))
    answer = client.post(f"/queue/claim/{alert.id}")
    assert answer.status_code == 409
    assert "已由高远知悉" in answer.text


def test_silence_needs_a_reason_and_an_end_and_leaves_the_queue(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路面塌陷")
    refused = client.post(f"/queue/silence/{alert.id}", data={"until": "1h", "reason": " "})
    assert refused.status_code == 409
    assert "静默须写明原因" in refused.text
    client.post(f"/queue/silence/{alert.id}", data={"until": "morning", "reason": "抢修已排期"})
    with night.register.reading() as tx:
        silenced = tx.alerts.get(alert.id)
    assert silenced is not None
    assert silenced.silenced_until is not None
    assert silenced.silenced_until.isoformat() == "2026-11-22T00:00:00+00:00"
    assert titles(client.get("/queue")) == []


def test_silence_until_a_stated_moment_is_beijing_time(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路面塌陷")
    form = {"until": "moment", "moment": "2026-11-22T09:30", "reason": "等会商"}
    assert "静默至 09:30" in client.post(f"/queue/silence/{alert.id}", data=form).text


def test_without_the_archive_the_queue_and_its_concern_can_be_worked_with(night: Night) -> None:
    night.matter("c-1", "泉水街道自来水发黄")
    night.post("p-1", "c-1", "家里自来水是黄的")
    client = Client(create_app(night.console(archive=NoFile())))
    queue = client.get("/queue")
    assert queue.status_code == 200
    assert "data-preview-of" in queue.text
    assert client.get("/concerns/c-1").status_code == 200


def test_closing_needs_a_reason(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路面塌陷")
    assert client.post(f"/queue/close/{alert.id}", data={"reason": ""}).status_code == 409
    assert client.post(f"/queue/close/{alert.id}", data={"reason": "旧闻重发"}).status_code == 200
    with night.register.reading() as tx:
        closed = tx.alerts.get(alert.id)
    assert closed is not None
    assert closed.close_reason == "旧闻重发"


def test_an_unsure_lead_offers_likely_bureaus_first_and_assigning_opens_the_task(
    night: Night, client: Client
) -> None:
    alert = night.matter("c-1", "培训机构闭店", lead=None)
    preview = client.get(f"/queue/preview/{alert.id}").text
    assert "指定责任单位" in preview
    assert preview.index("帖文指向") < preview.index('value="教育局"') < preview.index("全部单位")
    assert client.post(f"/queue/assign/{alert.id}", data={"bureau": "教育局"}).status_code == 200
    with night.register.reading() as tx:
        tasks, claimed = tx.tasks.of_concern("c-1"), tx.alerts.get(alert.id)
    assert [(task.bureau, task.state) for task in tasks] == [("教育局", TaskState.SENT)]
    assert claimed is not None
    assert claimed.state is AlertState.ACKNOWLEDGED


def test_a_bureau_that_does_not_exist_is_refused(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "培训机构闭店", lead=None)
    assert client.post(f"/queue/assign/{alert.id}", data={"bureau": "不存在局"}).status_code == 409


def test_one_key_sends_the_waiting_task(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路面塌陷", level=Level.RED)
    task = night.task(alert, "水务局")
    assert "牵头待你确认" in client.get("/queue").text
    assert client.post(f"/queue/send/{alert.id}", data={"task": task.id}).status_code == 200
    with night.register.reading() as tx:
        sent = tx.tasks.get(task.id)
    assert sent is not None
    assert (sent.state, sent.sent_by, sent.sent_at) == (TaskState.SENT, "值班员", NOW)


def test_the_preview_has_exactly_one_main_action(busy: Night, client: Client) -> None:
    with busy.register.reading() as tx:
        alerts = tx.alerts.queue()
    for alert in alerts:
        assert client.get(f"/queue/preview/{alert.id}").text.count('class="btn go"') == 1, alert.title


def test_what_a_post_says_is_never_taken_for_markup(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "<script>alert(1)</script>")
    night.post("p-1", "c-1", "<img src=x onerror=alert(1)> 水管〔电话〕")
    for page in (
        client.get("/queue").text,
        client.get(f"/queue/preview/{alert.id}").text,
        client.get("/concerns/c-1").text,
    ):
        assert "<script>alert" not in page
        assert "<img" not in page
    assert '<span class="mask">电话</span>' in client.get(f"/queue/preview/{alert.id}").text


def test_an_alert_of_another_office_is_not_found(client: Client) -> None:
    assert client.get("/queue/preview/nowhere").status_code == 404
    assert client.post("/queue/claim/nowhere").status_code == 404


def test_the_queue_asks_the_register_as_often_for_many_rows_as_for_few(night: Night, client: Client) -> None:
    client.get("/queue/list")
    few, many = _questions(night, client, rows=3), _questions(night, client, rows=40)
    assert few == many


def _questions(night: Night, client: Client, *, rows: int) -> int:
    from sqlalchemy import event  # noqa: PLC0415 - only this test counts

    for number in range(rows):
        night.matter(f"c-{rows}-{number}", f"事项 {number}")
    asked: list[str] = []
    engine = night.register._database.engine

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    client.get("/queue/list")
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def test_reasons_that_do_not_count_leave_the_row_to_those_that_do(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路面塌陷", why=("近1小时12条",))
    tone = Reason(part="tone", text="负面9条，只列出，不计分", value=0.9, points=0.0)
    with night.register.transaction() as tx:
        tx.alerts.save(replace(alert, reasons=(tone, *alert.reasons)), alert.version)
    row = client.get("/queue/list").text
    assert "近1小时12条" in row
    assert "负面9条" not in row
    assert "负面9条" in client.get(f"/queue/preview/{alert.id}").text


def test_filters_stand_in_the_address_and_narrow_the_rows_and_the_counts(busy: Night, client: Client) -> None:
    give_account(busy.register, person("林知夏"), busy.clock)
    page = client.get("/queue?level=red&level=orange&owner=nobody")
    assert titles(page) == [
        "长兴岛一化工装置区冒黑烟，居民问是否有毒",
        "网传“明年中考取消体育加试”",
        "本地论坛 41 分钟无新帖",
    ]
    assert "在办<b>3</b>" in page.text
    assert 'href="/queue?view=sources&amp;level=red&amp;level=orange&amp;owner=nobody"' in page.text
    hers = client.get(f"/queue?owner={person('林知夏').id}&title=药店")
    assert titles(hers) == ["社区药店医保码刷不上"]
    assert "林知夏，标题含“药店”" in hers.text
    nobody = client.get("/queue?owner=p-unknown")
    assert titles(nobody) == []
    assert "不是在岗的值班人员" in nobody.text


def test_what_is_new_is_told_apart_by_the_filter_of_the_list(night: Night, client: Client) -> None:
    red, blue = night.matter("c-1", "路面塌陷", level=Level.RED), night.matter("c-2", "路灯不亮", level=Level.BLUE)
    asked = client.get(f"/queue/among?view=open&level=red&alert={red.id}&alert={blue.id}")
    assert asked.json() == [red.id]


def test_a_long_list_is_shown_in_parts_and_more_of_it_when_asked(night: Night, client: Client) -> None:
    for number in range(103):
        night.matter(f"c-{number}", f"事项{number}")
    first = client.get("/queue/list")
    assert len(titles(first)) == 100
    assert "先列 100 项，共 103 项" in first.text
    assert 'data-more="200"' in first.text
    whole = client.get("/queue/list?rows=200")
    assert len(titles(whole)) == 103
    assert "data-more" not in whole.text


def test_whoever_silences_what_has_changed_is_told_what(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路面塌陷")
    night.handling.acknowledge(alert.id, by=person("高远"))
    form = {"until": "1h", "reason": "抢修已排期", "seen": str(alert.stand)}
    refused = client.post(f"/queue/silence/{alert.id}", data=form)
    assert refused.status_code == 409
    assert "已由高远认领" in refused.text


def test_the_matters_own_page_claims_sends_and_urges(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路面塌陷")
    task = night.task(alert, "水务局")
    page = client.get("/concerns/c-1").text
    assert 'data-key="A C"' in page
    assert 'data-key="D"' in page
    assert "已认领" in client.send_form("/concerns/c-1/claim", {}, on="/concerns/c-1").text
    assert "已交办市水务局" in client.send_form("/concerns/c-1/send", {"task": task.id}, on="/concerns/c-1").text
    form = {"task": task.id, "words": "请先报情况"}
    assert "已催办市水务局" in client.send_form("/concerns/c-1/urge", form, on="/concerns/c-1").text
    other = client.send_form("/concerns/c-1/urge", {"task": "t-other"}, on="/concerns/c-1")
    assert "没有这件任务" in other.text
