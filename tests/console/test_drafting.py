"""An answer is drafted on the screen with plain forms; a refusal says what, which one and the way out."""

from urllib.parse import quote

import pytest

from console.app import create_app
from huiying.clarification import ClarificationKind, ClarificationState, EvidenceKind, Text
from huiying.person import Role
from huiying.policy.answers import Confirmation
from huiying.procedure import Regime
from huiying.settings import AssistantSettings
from responders.proceedings.proceeding import begin
from tests.builders import make_finding, make_signed, person
from tests.console.client import Client
from tests.console.night import Night, shipped_rules
from tests.responders.answers.drafts.chat_server import chat_server, raw, says
from tests.steps import write_step

FORM = {"content-type": "application/x-www-form-urlencoded"}
ID = "c-1:1:situation:水务局:1"
HANDLER = person("沈敬", Role.HANDLER, bureau="水务局")


def path(tail: str = "") -> str:
    return f"/drafts/{quote(ID, safe='')}{tail}"


def send(client: Client, tail: str, **fields: str) -> tuple[int, str]:
    answer = client.post(tail if tail == "/drafts" else path(tail), data=fields, headers=FORM, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", "") or answer.text


@pytest.fixture
def client(night: Night) -> Client:
    """The handler of 水务局 at a matter with a signed finding and a post."""
    alert = night.matter("c-1", "泉水自来水发黄")
    night.task(alert, "水务局", wait=None)
    night.post("p-1", "c-1", "听说水源地被污染了，谁来说一句")
    with night.register.transaction() as tx:
        tx.findings.insert(
            make_finding(concern="c-1", facts="华北路管道恢复送水，导致水色发黄。", measures="冲洗14处。")
        )
        concern = tx.concerns.find("c-1")
        assert concern is not None
        procedure = shipped_rules().procedures["opinion-response"]
        proceeding = begin(tx, procedure, concern, now=night.clock.now(), regime=Regime.CURRENT)
        for step in ("appraise", "find"):
            outcome = "public-answer" if step == "appraise" else None
            write_step(tx, proceeding.id, step, by=make_signed(), outcome=outcome)
    return Client(create_app(night.console()), HANDLER)


def texts(night: Night) -> list[Text]:
    with night.register.reading() as tx:
        return tx.clarifications.texts(ID)


def test_from_the_matter_to_the_submitted_answer(night: Night, client: Client) -> None:
    assert "起草首次回应口径" in client.get("/concerns/c-1").text
    assert send(client, "/drafts", concern="c-1", kind="situation", bureau="水务局") == (303, path())
    assert "写正文" in client.get(path()).text
    body = "华北路管道恢复送水，导致水色发黄。已冲洗14处。预计尽快恢复，请勿饮用，下一步情况继续发布。"
    assert send(client, "/text", after="0", title="关于水色发黄的通报", body=body)[0] == 303
    page = client.get(path()).text
    assert "还不能送审：" in page
    assert "跳到第 1 句" in page
    assert page.count("ev none") == 3
    assert "✗ 处置" in page
    for number in ("1", "2"):
        status, to = send(client, "/tie", after=number, number=number, evidence="finding finding-1")
        assert (status, to) == (303, f"{path()}#s{number}")
    assert send(client, "/judge", after="3", number="3", words="按供水规程")[0] == 303
    page = client.get(path()).text
    assert "具名判断 沈敬" in page
    assert "未写处置，送审须写明原因" in page
    assert send(client, "/submit", after="4")[0] == 409
    assert send(client, "/submit", after="4", note="先发")[0] == 303
    with night.register.reading() as tx:
        clarification = tx.clarifications.get(ID)
        assert clarification is not None
        assert clarification.state is ClarificationState.SUBMITTED
    assert "已送审" in client.get(path()).text
    assert "第 1 稿" in client.get("/concerns/c-1").text


def test_the_first_holding_statement_is_one_press(night: Night, client: Client) -> None:
    assert send(client, "/drafts", concern="c-1", kind="situation", bureau="水务局", hold="1")[0] == 303
    page = client.get(path()).text
    assert "已交由市水务局核查处置" in page
    assert "本句有空白未填" in page
    assert len(texts(night)) == 1


def test_whoever_comes_second_sees_the_difference_and_keeps_their_words(night: Night, client: Client) -> None:
    send(client, "/drafts", concern="c-1", kind="situation", bureau="水务局")
    send(client, "/text", after="0", title="通报", body="预计6时恢复。")
    night.drafting.write(ID, "通报", "预计8时恢复。", after=1, by=person("高远"))
    page = client.send_form(path("/text"), {"after": "1", "title": "通报", "body": "预计7时恢复。"}, on=path()).text
    assert "高远刚才先存了第 2 版" in page
    assert "预计<del>6</del><ins>8</ins>时恢复。" in page
    assert "预计7时恢复。</textarea>" in page
    assert len(texts(night)) == 2
    assert "<del>6</del><ins>8</ins>" in client.get(path("/changes")).text
    assert "<del>8</del><ins>6</ins>" in client.get(path("/changes?old=2&new=1")).text
    assert client.get(path("/changes?old=9&new=-1")).status_code == 200


def test_every_way_out_of_a_sentence_works(night: Night, client: Client) -> None:
    send(client, "/drafts", concern="c-1", kind="situation", bureau="水务局")
    send(client, "/text", after="0", title="通报", body="网传水源地被污染了。甲。乙。")
    send(client, "/tie", after="1", number="1", evidence="post p-1", words="水源地被污染了")
    send(client, "/rewrite", after="2", number="2", text="根据办法，三日内答复。")
    document = {"link": "https://www.example.gov.cn/1", "title": "办法", "words": "三日内答复"}
    send(client, "/tie", after="3", number="2", evidence="document", **document)
    send(client, "/drop", after="4", number="3")
    send(client, "/parts", after="5", number="2", part="advice")
    last = texts(night)[-1]
    assert [sentence.text for sentence in last.sentences] == ["网传水源地被污染了。", "根据办法，三日内答复。"]
    assert [sentence.evidence[0].kind for sentence in last.sentences] == [EvidenceKind.POST, EvidenceKind.DOCUMENT]
    assert last.sentences[1].parts == ("advice",)
    page = client.get(path()).text
    assert 'href="https://www.example.gov.cn/1"' in page
    assert 'href="/posts/p-1/why"' in page
    assert send(client, "/untie", after="6", number="1", place="1")[0] == 303
    assert "还不能送审" in client.get(path()).text


def test_proposals_and_cleared_wording_are_taken_by_ticking(night: Night, client: Client) -> None:
    send(client, "/drafts", concern="c-1", kind="situation", bureau="水务局")
    with night.register.reading() as tx:
        clarification = tx.clarifications.get(ID)
        assert clarification is not None
        keys = {each.sentence.text: each.key for each in night.helping.proposals(tx, clarification)}
    send(client, "/text", after="0", title="通报", body="甲。")
    assert send(client, "/take", after="1", key=keys["冲洗14处。"])[0] == 303
    assert texts(night)[-1].sentences[1].evidence[0].reference == "finding-1"
    assert send(client, "/take", after="2", key="nothing")[0] == 409
    assert send(client, "/take", after="2")[0] == 409
    found = client.get(path("/cleared?words=歉意")).text
    assert "我们深表歉意" in found
    assert "没有同时含有这些词的口径：&lt;b&gt;" in client.get(path("/cleared?words=<b>")).text
    assert send(client, "/add", after="2", text="给市民生活带来的不便，我们深表歉意。")[0] == 303
    assert len(texts(night)[-1].sentences) == 3


def test_a_model_helps_only_after_both_confirmations(night: Night, client: Client) -> None:
    send(client, "/drafts", concern="c-1", kind="situation", bureau="水务局")
    assert "大模型关闭" in client.get(path()).text
    assert send(client, "/ask", confirmed="1")[0] == 409
    terms = shipped_rules().answers.assistant
    confirmed = Confirmation.model_validate(
        {"where": "市政务云", "by": "管理员郑", "on": "2026-11-01", "paper": "政信9号"}
    )
    answers = shipped_rules().answers.model_copy(
        update={"assistant": terms.model_copy(update={"confirmed": confirmed})}
    )
    with chat_server(says("冲洗14处。【E1】\n冲洗40处，<script>alert(1)</script>。【E1】")) as asked:
        model = AssistantSettings(url=asked.address, model="m-1")
        with_model = Client(create_app(night.console(assistant=model, answers=answers)), HANDLER)
        assert send(with_model, "/ask")[0] == 409
        assert send(with_model, "/ask", confirmed="1")[0] == 303
    page = with_model.get(path()).text
    assert "<del>冲洗40处，&lt;script&gt;alert(1)&lt;/script&gt;。</del>" in page
    with night.register.reading() as tx:
        [assisted] = tx.clarifications.assistances(ID)
    send(with_model, "/text", after="0", title="通报", body="甲。")
    assert send(with_model, "/take", after="1", key=f"{assisted.id}:0")[0] == 303
    assert send(with_model, "/take", after="2", key=f"{assisted.id}:1")[0] == 409
    assert [sentence.text for sentence in texts(night)[-1].sentences] == ["甲。", "冲洗14处。"]
    with chat_server(raw(b"", 500)) as asked:
        model = AssistantSettings(url=asked.address, model="m-1")
        failing = Client(create_app(night.console(assistant=model, answers=answers)), HANDLER)
        status, page = send(failing, "/ask", confirmed="1")
    assert (status, "HTTP 500，没有结果" in page) == (503, True)
    assert len(texts(night)) == 2


@pytest.mark.parametrize(
    ("tail", "fields", "words"),
    [
        ("/text", {"after": "x", "title": "通报", "body": "甲。"}, "页面不完整"),
        ("/text", {"after": "0", "title": "通报", "body": "机密★5年"}, "涉密内容不得录入本系统"),
        ("/text", {"after": "0", "title": "通报", "body": "水" * 60_000}, "超过 48000 字"),
        ("/tie", {"after": "0", "number": "1", "evidence": "judgement 韩立新"}, "请先选定依据"),
        ("/tie", {"after": "0", "number": "1", "evidence": "gossip x"}, "请先选定依据"),
        ("/drop", {"after": "0", "number": "9"}, "没有第 9 句"),
        ("/submit", {"after": "0"}, "还没有正文"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page(
    night: Night, client: Client, tail: str, fields: dict[str, str], words: str
) -> None:
    send(client, "/drafts", concern="c-1", kind="situation", bureau="水务局")
    status, page = send(client, tail, **fields)
    assert status == 409
    assert words in page
    assert texts(night) == []


def test_what_is_not_there_or_not_ones_own_is_said(night: Night, client: Client) -> None:
    assert client.get(path()).status_code == 404
    assert client.post(path("/text"), data={"body": "水" * 900_000}, headers=FORM).status_code == 413
    status, page = send(client, "/drafts", concern="c-1", kind="gossip", bureau="水务局")
    assert (status, "请选定稿种：权威发布、情况通报、澄清、解读、答复" in page) == (409, True)
    status, page = send(client, "/drafts", concern="c-1", kind="reply", bureau="教育局")
    assert (status, "这一件属于教育局" in page) == (409, True)
    night.drafting.open("c-1", ClarificationKind.SITUATION, "水务局", by=HANDLER)
    stranger = Client(create_app(night.console()), person("王宁", Role.HANDLER, bureau="教育局"))
    status, page = send(stranger, "/text", after="0", title="通报", body="甲。")
    assert (status, "王宁只能办理本单位（教育局）的事项" in page) == (409, True)
    assert texts(night) == []
