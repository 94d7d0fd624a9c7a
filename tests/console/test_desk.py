"""The desk shows a bureau its own tasks and nothing of another's, and takes its people's moves."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from console.app import create_app
from huiying.level import Level
from huiying.person import Person, Role
from huiying.task import Task
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night

SHEN = person("沈敬", Role.HANDLER, bureau="水务局")
HEAD = person("韩立新", Role.BUREAU_HEAD, bureau="水务局")
TEACHER = person("周明", Role.HANDLER, bureau="教育局")
FINDING = {
    "kind": "first",
    "facts": "管网末端水黄",
    "measures": "已开排水口14处",
    "next_steps": "4时复检",
    "responsible": "邹平川",
}

Console = Callable[[Person], Client]


@pytest.fixture
def console(night: Night) -> Console:
    """The console as this person has it."""
    return lambda who: Client(create_app(night.console()), who)


@pytest.fixture
def water(night: Night) -> Task:
    """A task of the water bureau, found 76 minutes ago and sent just now."""
    night.matter("c-water", "泉水街道一带自来水发黄", level=Level.RED, minutes=70)
    return night.assigning.assign_lead("c-water", "水务局", by=person("高远"))


def form(task: Task, **fields: str) -> dict[str, str]:
    return {"task": task.id, "seen": str(task.version), **fields}


@pytest.mark.usefixtures("water")
def test_a_bureau_sees_its_own_tasks_with_their_clocks_and_sums(night: Night, console: Console) -> None:
    night.matter("c-school", "网传取消体育加试", lead="教育局")
    night.assigning.assign_lead("c-school", "教育局", by=person("高远"))
    page = console(SHEN).get("/desk").text

    assert "待签收 1 项" in page
    assert "泉水街道一带自来水发黄" in page
    assert "网传取消体育加试" not in page
    assert "退回限 04:14 前" in page
    assert "本单位自定" in page


def test_a_task_of_another_bureau_is_refused_in_words(console: Console, water: Task) -> None:
    answer = console(TEACHER).get("/desk", params={"task": water.id}, headers={"Accept": "text/html"})
    assert answer.status_code == 403
    assert "周明只能办理本单位（教育局）的事项，这一件属于水务局" in answer.text
    assert "泉水街道" not in answer.text
    assert console(TEACHER).get(f"/tasks/{water.id}/paper").status_code == 403
    assert "泉水街道" not in console(TEACHER).get("/tasks", params={"bureau": "水务局"}).text
    refused = console(TEACHER).post("/desk/sign-in", data=form(water))
    assert refused.status_code == 409


@pytest.mark.usefixtures("water")
def test_an_officer_is_told_where_the_bureaus_tasks_are(console: Console) -> None:
    assert "你没有所属的承办单位" in console(person("高远")).get("/desk").text


def test_a_task_goes_from_signing_to_a_signed_finding(console: Console, water: Task, night: Night) -> None:
    handler, head = console(SHEN), console(HEAD)
    assert "已签收：泉水街道" in handler.post("/desk/sign-in", data=form(water)).text
    written = handler.post("/desk/finding", data=form(water, **FINDING)).text
    assert "初报已送单位负责人签字" in written
    assert "签字：初报属实" not in written
    with night.register.reading() as tx:
        [finding] = tx.findings.of_task(water.id)
    assert "签字：初报属实" in head.get("/desk").text
    signed = head.post("/desk/sign", data=form(water, finding=finding.id, finding_seen="0")).text
    assert "初报已签字" in signed
    assert "管网末端水黄" in signed
    again = head.post("/desk/sign", data=form(water, finding=finding.id, finding_seen="0"))
    assert again.status_code == 409
    assert "这份初报已由韩立新签字" in again.text


def test_a_refused_finding_keeps_what_was_typed_and_says_what_is_missing(console: Console, water: Task) -> None:
    handler = console(SHEN)
    handler.post("/desk/sign-in", data=form(water))
    written = form(water, **FINDING | {"kind": "final", "next_steps": " "})
    refused = handler.send_form("/desk/finding", written, on=f"/desk?task={water.id}")
    assert "还没有写：下一步" in refused.text
    assert re.search(r'<textarea name="measures"[^>]*>\n已开排水口14处</textarea>', refused.text)
    assert re.search(r'<input type="radio" name="kind" value="final" checked="">', refused.text)
    assert re.search(r'<textarea name="next_steps"[^>]* aria-invalid="true"', refused.text)


def test_whoever_acts_on_an_old_page_is_told_what_happened(console: Console, water: Task) -> None:
    handler = console(SHEN)
    handler.post("/desk/sign-in", data=form(water))
    late = handler.post("/desk/return", data=form(water, reason="不归我局"))
    assert late.status_code == 409
    assert "你打开之后，这件任务有了变更——11月22日02:14 沈敬：水务局签收" in late.text


def test_a_return_is_decided_where_the_officer_sees_all_tasks(console: Console, water: Task) -> None:
    console(SHEN).post("/desk/return", data=form(water, reason="二次供水归国土房屋局"))
    officer = console(person("高远"))
    page = officer.get("/tasks").text
    assert "申请退回：二次供水归国土房屋局" in page
    assert "选定单位" in page
    done = officer.post("/tasks/accept-return", data={"task": water.id, "to": "国土房屋局"})
    assert "已同意退回，改派市国土房屋局" in done.text


def test_the_batch_signs_for_all_that_were_ticked(console: Console, water: Task, night: Night) -> None:
    night.matter("c-2", "水表轮换通知时间")
    other = night.assigning.assign_lead("c-2", "水务局", by=person("高远"))
    done = console(SHEN).post("/desk/sign-in-all", data={"tick": [water.id, other.id]})
    assert "已签收 2 件" in done.text
    nothing = console(SHEN).post("/desk/sign-in-all", data={})
    assert nothing.status_code == 409
    assert "还没有选定要签收的任务" in nothing.text


def test_the_paper_has_what_the_bureau_must_know(console: Console, water: Task, night: Night) -> None:
    night.post("p1", "c-water", "泉水K1区12号楼放出来的水发黄", minutes=60)
    paper = console(SHEN).get(f"/tasks/{water.id}/paper").text
    for words in (
        "政务舆情交办单",
        "市水务局",
        "红色提示",
        "泉水K1区12号楼",
        "国办发〔2016〕61号",
        "首接负责",
        "不得填写涉密内容",
    ):
        assert words in paper
    assert "作者" not in paper


def test_a_supervision_is_sent_printed_and_answered(console: Console, water: Task) -> None:
    officer, handler = console(person("高远")), console(SHEN)
    sent = officer.post("/tasks/supervise", data={"task": water.id, "asked": "停水是否提前公告"})
    assert "已发督2026-0001督办市水务局" in sent.text
    assert "停水是否提前公告" in officer.get("/supervisions/督2026-0001/paper").text
    assert "停水是否提前公告" in handler.get("/desk").text
    answered = handler.post(
        "/desk/supervision", data=form(water, supervision="督2026-0001", answer="提前2小时短信告知")
    )
    assert "已答复督2026-0001" in answered.text


@pytest.mark.usefixtures("water")
def test_an_instruction_is_written_down_and_reported_done(console: Console, night: Night) -> None:
    officer, handler = console(person("高远")), console(SHEN)
    with night.register.reading() as tx:
        concern = tx.concerns.find("c-water")
    assert concern is not None
    until = (night.clock.now() + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M")
    blanks = {
        "number": concern.number,
        "text": "查清原因",
        "what": "报告停水预告何时上线",
        "bureau": "水务局",
        "until": until,
    }
    assert "没有编号为“2026-9”" in officer.post("/instructions", data=blanks | {"number": "2026-9"}).text
    assert "已登记批2026-0001" in officer.post("/instructions", data=blanks | {"from_whom": "赵市长"}).text
    assert "批2026-0001" not in console(TEACHER).get("/instructions").text
    done = handler.post("/instructions/finish", data={"instruction": "批2026-0001", "outcome": "12月1日上线"})
    assert "已报告批2026-0001的落实情况" in done.text


def test_the_desk_says_how_far_the_others_are_who_signs_and_finds_by_words(night: Night, console: Console) -> None:
    night.matter("c-water", "泉水街道一带自来水发黄", minutes=70, co_handlers=("卫生局",))
    task = night.assigning.assign_lead("c-water", "水务局", by=person("高远"))
    night.matter("c-2", "水表轮换通知时间")
    night.assigning.assign_lead("c-2", "水务局", by=person("高远"))
    handler = console(SHEN)
    handler.post("/desk/sign-in", data=form(task))
    page = handler.get("/desk", params={"task": task.id, "words": "泉水 发黄"}).text
    assert re.search(r"协办 市卫生局 <span class=\"st [a-z]*\">(未交办|待签收)</span>", page)
    assert "水表轮换通知时间" not in page
    assert f"/concerns/{task.concern}/record" in page
    assert "<b>沈敬</b>经办，填写中" in page
    written = handler.post("/desk/finding", data=form(task, **FINDING)).text
    signs = r'<li class="c" aria-current="step"><b>单位负责人</b>待签</li><li class="w"><b>首报</b>'
    assert re.search(signs, written)
    assert "没有含“煤气”的任务" in handler.get("/desk", params={"words": "煤气"}).text
