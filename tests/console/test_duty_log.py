"""The page of a shift, the address book, the papers and what was kept, without a browser."""

import re

from huiying.duty_log import Handover
from huiying.level import Level
from huiying.paper import PaperKind
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night
from tests.registered import written

LI = person("李静")


def handover(night: Night) -> Handover:
    with night.register.reading() as tx:
        [found] = tx.duty_log.last_handovers()
    return found


def test_a_line_about_a_matter_is_written_by_its_number(client: Client, night: Night) -> None:
    night.matter("c-1", "路面塌陷")
    answer = client.post("/log/entries", data={"what": "报告带班领导", "at": "2026-11-22T02:10", "concern": "2026-1"})
    assert answer.status_code == 303
    assert "值班员：报告带班领导" in client.get("/log").text
    assert "值班日志：报告带班领导" in client.get("/concerns/c-1").text


def test_a_line_about_no_known_matter_is_refused_and_kept_nowhere(client: Client) -> None:
    answer = client.post("/log/entries", data={"what": "报告", "at": "2026-11-22T02:10", "concern": "2026-99"})
    assert answer.status_code == 409
    assert "没有编号为“2026-99”的事项" in answer.text
    assert "近三天没有日志" in client.get("/log").text


def test_a_call_from_the_call_list_is_ticked_there(client: Client, night: Night) -> None:
    night.matter("c-1", "居民楼冒黑烟", level=Level.RED)
    night.readying.ask_for("c-1", by=LI)
    page = client.get("/concerns/c-1/papers/calls").text
    assert page.count("☐") == 6
    assert "/log?concern=c-1&amp;unit=%E5%B8%82%E6%94%BF%E5%BA%9C%E6%80%BB%E5%80%BC%E7%8F%AD%E5%AE%A4" in page
    call = {"concern": "c-1", "unit": "市政府总值班室值班员", "whom": "王", "number": "0411-1", "said": "已知悉"}
    assert client.post("/log/calls", data=call | {"answered": "yes"}).status_code == 303
    page = client.get("/concerns/c-1/papers/calls").text
    assert (page.count("☐"), page.count("☑")) == (5, 1)
    assert "值班员打给王：已知悉" in page


def test_a_refused_call_keeps_what_was_written(client: Client) -> None:
    call = {"unit": "市水务局", "number": "0411-1", "said": "", "answered": "yes"}
    page = client.send_form("/log/calls", call, on="/log").text
    assert "接通的电话请写明说了什么" in page
    assert 'value="市水务局"' in page


def test_the_hand_over_stands_over_the_queue_until_and_after_it_is_confirmed(client: Client, night: Night) -> None:
    night.matter("c-1", "路面塌陷")
    assert "shift" not in client.get("/queue").text
    assert client.post("/log/handovers", data={"incoming": "高远", "watch": "盯住塌陷"}).status_code == 303
    assert "交高远（待接班人确认），在办 1 项。留意：盯住塌陷" in client.get("/queue").text
    own = client.post(f"/log/handovers/{handover(night).id}/confirm")
    assert (own.status_code, "交班人不能自己确认" in own.text) == (409, True)
    night.duty_logging.confirm(handover(night).id, by=person("高远"))
    assert "高远已接班" in client.get("/queue").text
    assert "高远 02:14 已接班" in client.get("/log").text


def test_where_life_is_in_danger_the_numbers_stand_first_and_a_call_is_one_click(
    client: Client, night: Night
) -> None:
    concern = night.registering.register(
        written(title="楼房着火有人被困", what="楼里着火，有人被困在楼上", level=Level.RED), by=LI
    )
    for path in ("/queue", f"/concerns/{concern.id}"):
        assert "提到人身危险：先打电话" in client.get(path).text
    answer = client.post(f"/concerns/{concern.id}/called", data={"number": "119"})
    assert answer.status_code == 200
    assert "值班员已打消防119" in answer.text
    assert "紧急" in client.get("/log").text
    assert client.post(f"/concerns/{concern.id}/called", data={"number": "114"}).status_code == 409
    assert client.post("/concerns/nobody/called", data={"number": "119"}).status_code == 404


def test_an_ordinary_matter_has_no_such_line(client: Client, night: Night) -> None:
    night.matter("c-1", "路灯不亮")
    assert "提到人身危险" not in client.get("/queue").text


def test_the_address_book_shows_every_post_and_its_levels(client: Client) -> None:
    page = client.get("/contacts").text
    assert "分管副市长" in page
    assert "消防 119" in page


def test_papers_are_made_on_request_and_every_version_can_be_read(client: Client, night: Night) -> None:
    night.matter("c-1", "路面塌陷")
    assert client.get("/concerns/c-1/papers").text.count("未备") == 4
    assert client.get("/concerns/c-1/papers/flash").status_code == 404
    assert client.get("/concerns/c-1/papers/poem").status_code == 422
    assert client.post("/concerns/c-1/papers").status_code == 303
    assert client.post("/concerns/c-1/papers").status_code == 409
    for kind in PaperKind:
        assert client.get(f"/concerns/c-1/papers/{kind.value}").status_code == 200
    night.assigning.correct_lead("c-1", "城管局", reason="职责如此", by=LI)
    assert client.post("/concerns/c-1/papers").status_code == 303
    newest, first = (client.get(f"/concerns/c-1/papers/flash?number={number}").text for number in (2, 1))
    assert "市城市建设管理局" in newest or "城管" in newest
    assert "市水务局" in first
    [sent] = re.findall(r'<a href="(/tasks/[^"]+/paper)">已交办的交办单</a>', client.get("/concerns/c-1/papers").text)
    assert "路面塌陷" in client.get(sent).text


def test_what_was_kept_is_shown_with_its_hashes_and_whether_it_stands(client: Client, night: Night) -> None:
    night.matter("c-1", "路面塌陷")
    night.post("p-1", "c-1", "向阳路塌了一个大坑", url="https://forum.example/1", original_sha256="ab" * 32)
    assert "还没有留存" in client.get("/concerns/c-1/evidence").text
    night.readying.ask_for("c-1", by=LI)
    page = client.get("/concerns/c-1/evidence").text
    assert "1 条全部与留存时的校验值相符" in page
    assert "原文 abababababab" in page
    assert "随卷宗保管 30年" in page
    night.archive.delete(["p-1"])
    assert "向阳路塌了一个大坑" in client.get("/concerns/c-1/evidence").text
