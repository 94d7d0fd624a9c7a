"""The leader's page: four numbers and their lists, what needs a decision first, 批示, event level, 圈阅."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from console.app import create_app
from huiying.clock import SetClock
from huiying.gate import Gate
from huiying.level import Level
from huiying.person import Person, Role
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night
from tests.responders.answer import ANSWER, SIGNER, Answer
from tests.responders.office import SmallOffice

LEADER = person("秦昭", Role.LEADER)
WATER = "c-water:1:opinion-response"

Console = Callable[[Person], Client]


@pytest.fixture
def console(night: Night) -> Console:
    """The console as this person has it."""
    return lambda who: Client(create_app(night.console()), who)


def cards(page: str) -> list[tuple[str, str]]:
    """The ground and the title of each card, in order."""
    return re.findall(r'<article class="ld-mt.*?</span><span>([^<]+)</span>.*?<h3>([^<]+)</h3>', page, re.DOTALL)


@pytest.mark.parametrize(
    ("roles", "start"),
    [
        ((Role.OFFICER, Role.CHECKER), "/queue"),
        ((Role.LEADER, Role.SIGNER), "/leader"),
        ((Role.BUREAU_HEAD,), "/desk"),
        ((Role.REVIEWER,), "/review"),
        ((Role.SIGNER,), "/review"),
        ((Role.ADMINISTRATOR,), "/sources"),
        ((Role.AUDITOR,), "/audit"),
    ],
)
def test_the_role_decides_where_one_begins(console: Console, roles: tuple[Role, ...], start: str) -> None:
    who = person("某人", *roles, bureau="水务局" if Role.BUREAU_HEAD in roles else None)
    answer = console(who).get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, start)
    assert console(who).get(start).status_code == 200


@pytest.mark.usefixtures("busy")
def test_each_number_is_the_length_of_its_list(console: Console) -> None:
    leader = console(LEADER)
    page = leader.get("/leader").text
    numbers = dict(re.findall(r'href="/leader/list/(\w+)".*?<b class="num">(\d+)</b>', page, re.S))
    rows = {which: leader.get(f"/leader/list/{which}").text.count('<tr class="lv') for which in numbers}
    assert {which: int(number) for which, number in numbers.items()} == rows
    assert rows["open"] == 11
    assert rows["new"] == 1


@pytest.mark.usefixtures("busy")
def test_three_matters_wait_by_level_then_ground(console: Console) -> None:
    page = console(LEADER).get("/leader").text
    assert cards(page) == [
        ("无人认领", "长兴岛一化工装置区冒黑烟，居民问是否有毒"),
        ("事件级别", "泉水街道一带自来水发黄、有异味"),
    ]


def test_an_empty_night_says_so(console: Console) -> None:
    page = console(LEADER).get("/leader").text
    for words in ("现在没有等您定的事", "今天没有到期的时限", "还没有批示件", "没有待阅的快报"):
        assert words in page


@pytest.mark.usefixtures("busy")
def test_words_become_a_tracked_matter_and_come_back_answered(console: Console) -> None:
    leader = console(LEADER)
    words = "供热投诉集中的小区，请市建委今晚前逐户回访，明早报结果。"
    read = leader.get("/leader/instruct/read", params={"text": words}).text
    assert "市建委" in read
    assert "11月23日 周一 08:00 前" in read
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', read))
    kept = leader.post("/leader/instruct", data={"text": words, **fields})
    assert "已成为批示件 批2026-0001，交市建委" in kept.text
    assert "办理中" in kept.text

    handler = console(person("王工", Role.HANDLER, bureau="建委"))
    assert words in handler.get("/instructions").text
    handler.post("/instructions/finish", data={"instruction": "批2026-0001", "outcome": "回访96户，已恢复91户"})
    page = leader.get("/leader").text
    assert "已落实" in page
    assert "落实：回访96户，已恢复91户" in page


@pytest.mark.usefixtures("busy")
def test_what_the_words_do_not_name_is_asked_for_and_the_words_are_kept(night: Night, console: Console) -> None:
    leader = console(LEADER)
    asked = leader.post("/leader/instruct", data={"text": "请尽快查清原因", "read": "请尽快查清原因"})
    assert "还要填：承办单位、办理时限、关联的舆情事项" in asked.text
    assert "请尽快查清原因" in asked.text
    with night.register.reading() as tx:
        concern = tx.concerns.find("c-water")
    assert concern is not None
    fields = {"text": "请尽快查清原因", "bureau": "水务局", "number": concern.number, "whole": "1"}
    past = leader.post("/leader/instruct", data=fields | {"until": "2026-11-21T08:00"})
    assert past.status_code == 409
    shown = leader.send_form("/leader/instruct", fields | {"until": "2026-11-21T08:00"}, on="/leader/instruct").text
    assert "已经过去" in shown
    assert "请尽快查清原因" in shown
    about = leader.get("/leader", params={"about": "c-water"}).text
    assert f"关于 <b>{concern.number} 泉水街道" in about


@pytest.mark.usefixtures("busy")
def test_what_an_event_level_does_is_said_before_and_done_after(night: Night, console: Console) -> None:
    leader = console(LEADER)
    officer = console(person("高远"))
    officer.post(f"/proceedings/{WATER}/occurred", data={"at": "2026-11-21 20:35", "reasons": "119接警记录"})
    page = leader.get(f"/leader/event/{WATER}").text
    choices = re.findall(r"<b>(特别重大|重大|较大|一般)</b><span>([^<]*)</span>", page)
    assert [level for level, _ in choices] == ["特别重大", "重大", "较大", "一般"]
    assert "01:35 届满，超 0:39" in choices[1][1]
    assert "记录后立即算作超时" in choices[1][1]
    assert "不适用" in choices[2][1]

    blank = {"level": "considerable", "authority": "", "basis": "来电记录", "determined_at": "2026-11-22 02:00"}
    refused = leader.send_form(f"/leader/event/{WATER}", blank, on=f"/leader/event/{WATER}").text
    assert "请写明认定机关" in refused
    assert 'value="来电记录"' in refused
    assert re.search(r'value="considerable"[^>]* checked', refused)
    kept = leader.post(f"/leader/event/{WATER}", data=blank | {"authority": "市应急管理局"})
    assert "已记录事件级别：较大" in kept.text
    with night.register.reading() as tx:
        [proceeding] = tx.proceedings.of_concern("c-water")
    assert all(clock.step not in ("respond-major", "conference") for clock in proceeding.clocks)
    assert leader.get("/leader/event/nothing").status_code == 404


def test_a_text_is_signed_on_its_own_page_and_never_from_the_list(night: Night, tmp_path: Path) -> None:
    night.matter("concern-1", "向阳路幸福小区自来水管爆裂")
    small = SmallOffice(f"sqlite:///{tmp_path / 'unused.db'}")
    small.register.close()
    assert isinstance(night.clock, SetClock)
    small.register, small.clock = night.register, night.clock
    with night.register.reading() as tx:
        answer = Answer(small, tmp_path / "site", tx.concerns.find("concern-1"))
    answer.pass_gates((Gate.SIGNATURE, "sign"))
    app = create_app(night.console())
    only_leads = Client(app, LEADER).get("/leader").text
    assert "已过两关，等签发人签发" in only_leads
    assert "阅后签发" not in only_leads

    signer = Client(app, Person(id=SIGNER.id, name=SIGNER.name, roles=SIGNER.roles | {Role.LEADER}))
    page = signer.get("/leader").text
    assert cards(page)[0] == ("签发", "关于水管爆裂的情况通报")
    assert "/decide" not in page
    whole = signer.get(f"/leader/sign/{ANSWER}").text
    assert whole.index("深表歉意") < whole.index("/decide")
    signed = signer.post(
        f"/review/{ANSWER}/decide",
        data={"sha256": answer.text.sha256, "seat": "signature/sign", "conclusion": "agreed"},
    )
    assert signed.status_code == 303
    assert "现在没有等您定的事" in signer.get("/leader").text


def test_more_time_is_granted_on_the_spot_and_only_once(night: Night, console: Console) -> None:
    alert = night.matter("c-1", "供热首周多小区温度不达标", level=Level.ORANGE, lead="建委")
    night.handling.acknowledge(alert.id, by=person("高远"))
    task = night.assigning.assign_lead("c-1", "建委", by=person("高远"))
    head = person("王工", Role.HANDLER, bureau="建委")
    night.desk.sign_in(task.id, by=head)
    clock = next(each for each in task.owed if not each.outward and each.step != "sign-in" and each.due_at)
    asked = night.desk.ask_extension(
        task.id, step=clock.step, until=night.clock.now() + timedelta(hours=30), reason="须开挖才能查明", by=head
    )
    leader = console(LEADER)
    page = leader.get("/leader").text
    assert "市建委申请" in page
    assert "须开挖才能查明" in page
    form = {"task": task.id, "seen": str(asked.version)}
    assert "延期，对外时限不变" in leader.post("/leader/extension", data=form).text
    again = leader.post("/leader/extension", data=form)
    assert again.status_code == 409


@pytest.mark.usefixtures("busy")
def test_a_flash_is_read_once_and_a_newer_version_is_unread_again(night: Night, console: Console) -> None:
    night.readying.ask_for("c-water", by=person("高远"))
    leader = console(LEADER)
    assert "快报　泉水街道一带自来水发黄" in leader.get("/leader").text
    paper = leader.get("/concerns/c-water/papers/flash").text
    fields = dict(re.findall(r'name="(episode|number|seen)" value="([^"]*)"', paper))
    wrong = leader.post("/concerns/c-water/papers/flash/read", data=fields | {"seen": "0" * 64})
    assert wrong.status_code == 409
    assert console(person("高远")).post("/concerns/c-water/papers/flash/read", data=fields).status_code == 403
    assert leader.post("/concerns/c-water/papers/flash/read", data=fields).status_code == 303
    assert "秦昭 02:14 圈阅" in leader.get("/concerns/c-water/papers/flash").text
    assert "没有待阅的快报" in leader.get("/leader").text
    with night.register.reading() as tx:
        assert [each.by.name for each in tx.circulation.of_papers(["flash/c-water:1/1"])["flash/c-water:1/1"]] == [
            "秦昭"
        ]
        assert any("圈阅快报第 1 版" in doing.what for doing in tx.concerns.doings("c-water"))


def test_who_leads_nobody_has_no_such_page(console: Console) -> None:
    assert console(person("高远")).get("/leader").status_code == 403
    assert 'href="/leader"' not in console(person("高远")).get("/queue").text
