"""Officers correct on the screen; what they said counts at once and the judgement stays to be seen."""

import pytest

from console.app import create_app
from consumers.grouping.likeness import likeness
from consumers.judging.grounds import grounds_of
from consumers.judging.judge import Judge
from huiying.alert import AlertState
from huiying.correction import Judgement
from huiying.post import Kind
from tests.console.client import Client
from tests.console.night import Night
from tests.consumers.judging.conftest import judge

__all__ = ["judge"]

FORM = {"content-type": "application/x-www-form-urlencoded"}


def send(client: Client, path: str, **fields: str) -> tuple[int, str, str]:
    answer = client.post(path, data=fields, headers=FORM, follow_redirects=False)
    return answer.status_code, answer.text, answer.headers.get("location", "")


def with_two_posts(night: Night) -> None:
    night.matter("c-1", "路灯不亮", posts=2)
    night.post("p-1", "c-1", "向阳路路灯半个月不亮，自来水也停了")
    night.post("p-2", "c-1", "学校门口的路灯也不亮", kind=Kind.ENQUIRY)


def test_a_correction_of_a_post_stands_in_search_in_the_concern_and_on_its_own_page(
    night: Night, client: Client
) -> None:
    with_two_posts(night)
    status, fragment, _ = send(client, "/posts/p-1/correct", judgement="lead", said="城管局", note="路灯归城管")
    assert status == 200
    assert "已记：牵头单位更正为 市城管局" in fragment
    assert 'hx-swap-oob="true"' in fragment
    for path in ("/posts", "/concerns/c-1"):
        page = client.get(path).text
        assert "<del>市水务局</del> <ins>市城管局</ins>" in page
        assert "值班员 02:14" in page
    page = client.get("/posts/p-1/why").text
    assert "<b>市城管局</b>" in page
    assert "值班员 02:14 更正，原判 <del>市水务局</del>：路灯归城管" in page
    assert "<b>市水务局</b>" not in page


def test_the_correction_is_stored_with_what_the_model_said(night: Night, client: Client) -> None:
    with_two_posts(night)
    send(client, "/posts/p-1/correct", judgement="tone", said="neutral")
    with night.register.reading() as tx:
        [stored] = tx.corrections.said_of_post("p-1")
    assert (stored.judged, stored.said, stored.model) == (("negative",), ("neutral",), "test")
    assert (stored.who, stored.at) == ("值班员", night.clock.now())


def test_duties_are_ticked_and_none_at_all_can_be_said(night: Night, client: Client) -> None:
    with_two_posts(night)
    body = "judgement=duties&said=16&said=11"
    client.post("/posts/p-1/correct", content=body, headers=FORM)
    send(client, "/posts/p-2/correct", judgement="duties")
    with night.register.reading() as tx:
        said = tx.corrections.of_posts(["p-1", "p-2"])
    assert said["p-1"][Judgement.DUTIES].said == ("11", "16")
    assert said["p-2"][Judgement.DUTIES].said == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"judgement": "lead", "said": "无此单位"},
        {"judgement": "lead"},
        {"judgement": "tone", "said": "angry"},
        {"judgement": "merged", "said": "c-2"},
        {"judgement": "", "said": "x"},
        {"judgement": "duties", "said": "99"},
    ],
)
def test_what_cannot_be_chosen_is_refused_and_not_stored(
    night: Night, client: Client, fields: dict[str, str]
) -> None:
    with_two_posts(night)
    status, _, _ = send(client, "/posts/p-1/correct", **fields)
    assert status == 409
    with night.register.reading() as tx:
        assert tx.corrections.said_of_post("p-1") == []


def test_saying_the_same_twice_says_so(night: Night, client: Client) -> None:
    with_two_posts(night)
    send(client, "/posts/p-1/correct", judgement="kind", said="求助")
    assert "没有重复登记" in send(client, "/posts/p-1/correct", judgement="kind", said="求助")[1]


def test_to_say_what_was_judged_confirms_it(night: Night, client: Client) -> None:
    with_two_posts(night)
    assert "牵头单位确认为 市水务局" in send(client, "/posts/p-1/correct", judgement="lead", said="水务局")[1]
    assert "牵头单位 确认 市水务局" in client.get("/posts").text


def test_a_post_that_is_not_kept_cannot_be_corrected(client: Client) -> None:
    assert send(client, "/posts/gone/correct", judgement="kind", said="求助")[0] == 404


def test_the_lead_of_a_concern_is_corrected_with_its_task(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "路灯不亮")
    night.task(alert, "水务局", wait=None, hours_gone=1)
    status, _, where = send(client, "/concerns/c-1/lead", bureau="城管局", note="路灯归城管")
    assert (status, where) == (303, "/concerns/c-1")
    page = client.get("/concerns/c-1").text
    assert "市城管局 牵头（已明确）" in page
    assert "牵头单位 市水务局→市城管局（路灯归城管）" in page


def test_a_refused_correction_of_a_concern_says_why_on_its_page(night: Night, client: Client) -> None:
    night.matter("c-1", "路灯不亮")
    for path, fields, why in (
        ("/concerns/c-1/lead", {"bureau": "城管局", "note": " "}, "写明原因"),
        ("/concerns/c-1/lead", {"bureau": "无此单位", "note": "x"}, "请选定牵头单位"),
        ("/concerns/c-1/merge", {"number": "2026-99", "note": "x"}, "没有编号为“2026-99”的事项"),
        ("/concerns/c-1/merge", {"number": "2026-1", "note": "x"}, "就是本事项的编号"),
        ("/concerns/c-1/merge", {"number": "2026-1", "note": ""}, "写明理由"),
    ):
        status, page, _ = send(client, path, **fields)
        assert status == 409
        assert why in page


def test_two_concerns_about_one_matter_become_one(night: Night, client: Client) -> None:
    night.matter("c-1", "路灯不亮")
    night.matter("c-2", "路灯又不亮")
    _, _, where = send(client, "/concerns/c-1/merge", number="2026-2", note="同一条街")
    assert where == "/concerns/c-2"
    assert client.get("/concerns/c-1", follow_redirects=False).headers["location"] == "/concerns/c-2"
    with night.register.reading() as tx:
        assert [one.said for one in tx.corrections.said_of_concern("c-1")] == [("c-2",)]


def test_posts_that_belong_elsewhere_are_split_off(night: Night, client: Client) -> None:
    with_two_posts(night)
    assert "学校门口的路灯也不亮" in client.get("/concerns/c-1/split").text
    status, _, where = send(client, "/concerns/c-1/split", post="p-2", note="学校门口是另一处")
    assert status == 303
    assert where not in ("", "/concerns/c-1")
    assert "学校门口的路灯也不亮" in client.get(where).text
    assert "学校门口的路灯也不亮" not in client.get("/posts", params={"concern": "c-1"}).text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("note=x", "先勾选"),
        ("post=p-2&note=", "写明理由"),
        ("post=p-1&post=p-2&note=x", "至少要留下一条"),
    ],
)
def test_a_refused_split_keeps_the_ticks_and_says_why(night: Night, client: Client, body: str, why: str) -> None:
    with_two_posts(night)
    sent = f"{body}&stands=/concerns/c-1/split"
    answer = client.post("/concerns/c-1/split", content=sent, headers=FORM | {"accept": "text/html"})
    assert why in answer.text
    assert answer.text.count(" checked") == body.count("post=")


def test_an_alert_can_be_closed_as_false(night: Night, client: Client) -> None:
    alert = night.matter("c-1", "旧闻")
    send(client, f"/queue/close/{alert.id}", false="1", reason="三年前的帖子")
    with night.register.reading() as tx:
        closed = tx.alerts.get(alert.id)
        assert closed is not None
        assert (closed.state, closed.close_reason) == (AlertState.CLOSED, "误报：三年前的帖子")
    assert "预警 黄色提示→误报（三年前的帖子）" in client.get("/concerns/c-1").text


def test_the_why_page_shows_words_rules_lines_and_the_model(night: Night, judge: Judge) -> None:
    with_two_posts(night)
    office = night.console(grounds=lambda archived: grounds_of(judge, archived.post.whole_text))
    page = Client(create_app(office)).get("/posts/p-1/why").text
    [(word, _), *_] = grounds_of(judge, "向阳路路灯半个月不亮，自来水也停了").because.lead
    assert page.count(f"<mark>{word}</mark>") >= 2, "in the text and in the row"
    assert f"把握达到 {judge.calibration.lead_sure:.2f} 才指定" in page
    assert f"结果由 test 判定；起作用的词按现在装用的 {judge.version} 重新找出" in page
    assert "12345 热线与信箱来帖" in page


@pytest.mark.usefixtures("busy")
def test_without_a_judge_the_why_page_says_so(client: Client) -> None:
    assert "没有装载模型" in client.get("/posts/p1/why").text


def test_the_why_page_of_a_concern_tells_likeness_votes_and_heat(night: Night) -> None:
    night.matter("c-1", "路灯不亮", posts=3, why=("近1小时12条",), title_post="p-1")
    night.post("p-1", "c-1", "向阳路的路灯半个月不亮，没人修")
    night.post("p-2", "c-1", "向阳路的路灯坏了半个月不亮")
    page = Client(create_app(night.console(likeness=likeness))).get("/concerns/c-1/why").text
    assert "标题取自本帖" in page
    assert "与标题帖相似" in page
    assert "<mark>半个月不亮</mark>" in page
    assert "市水务局" in page
    assert "近1小时12条" in page


def test_the_pages_that_say_why_know_what_is_not_there(client: Client) -> None:
    for path in ("/posts/nothing/why", "/concerns/nothing/why", "/concerns/nothing/split"):
        assert client.get(path).status_code == 404
