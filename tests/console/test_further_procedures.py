"""A second procedure, written here, runs from its first step to the file through the pages; nothing else knows it."""

from pathlib import Path

import pytest

from console.app import create_app
from huiying.failures import Misconfigured
from huiying.person import Person, Role
from huiying.policy.procedures import read_procedures
from tests.builders import person
from tests.console.client import Client
from tests.console.night import Night

SITE_CHECK = """
id: site-check
title: 现场核查
version: "1"
asked: 请核查 {number}
steps:
  - id: order
    title: 派出核查
    who: 舆情值班员
    form:
      - {id: to, title: 核查单位, kind: unit, required: true}
      - {id: by-day, title: 到场日期, kind: date, required: true}
  - id: look
    title: 到场查看
    who: 责任单位
    after: [order]
    roles: [handler, bureau-head]
    form:
      - {id: seen, title: 现场情况, kind: text, required: true, longest: 20, help: 看到什么写什么}
      - {id: turbidity, title: 浊度, kind: number, least: 0, most: 1000}
      - id: sampled
        title: 取水样
        kind: choice
        required: true
        options: [{id: tap, title: 龙头水}, {id: none, title: 没有取}]
      - {id: chief, title: 带队人, kind: person, required: true}
      - {id: told, title: 已告知居民先放水, kind: tick, required: true}
  - id: judge
    title: 认定
    who: 舆情值班员
    after: [look]
    told_as: decided
    outcomes: [{id: true-so, title: 属实}, {id: not-so, title: 不属实, reasoned: true}]
  - {id: close, title: 存档, who: 舆情值班员, after: [judge]}
clocks: []
archive_terms: [{id: ten, title: 10年, years: 10}]
"""
SHEN = person("沈敬", Role.HANDLER, bureau="水务局")
TEACHER = person("周明", Role.HANDLER, bureau="教育局")
RUN = "/proceedings/c-water:1:site-check"
SEEN = {
    "step": "look",
    "field-seen": "末端水黄",
    "field-turbidity": "3.5",
    "field-sampled": "tap",
    "field-chief": "邹平川",
    "field-told": "1",
    "field-unasked": "没有这一栏",
}


def read(folder: Path, words: str) -> None:
    (folder / "procedures").mkdir(exist_ok=True)
    (folder / "procedures" / "site-check.yaml").write_text(words, "utf-8")
    read_procedures(folder)


def test_it_goes_from_the_first_step_to_the_file_through_the_pages(night: Night, tmp_path: Path) -> None:
    read(tmp_path, SITE_CHECK)
    procedures = {**night.policy.procedures, **read_procedures(tmp_path)}
    app = create_app(night.console(procedures=procedures))
    alert = night.matter("c-water", "泉水街道一带自来水发黄")
    task = night.task(alert, "水务局", wait=None)

    def client(who: Person) -> Client:
        return Client(app, who)

    officer, handler = client(person("高远")), client(SHEN)
    assert "另行启动办理程序" in officer.get("/concerns/c-water").text
    page = officer.post("/concerns/c-water/proceedings", data={"procedure": "site-check"}).text
    assert "已启动办理程序“现场核查”" in page
    assert 'name="field-by-day" required' in page
    sent = {"step": "order", "field-to": "水务局", "field-by-day": "明天"}
    refused = officer.send_form(f"{RUN}/step", sent, on="/concerns/c-water").text
    assert "“到场日期”应为日期，如 2026-11-22" in refused
    assert 'value="水务局" selected=""' in refused
    assert "“核查单位”应为通讯录里的一个单位" in officer.post(f"{RUN}/step", data=sent | {"field-to": "天上"}).text
    officer.post(f"{RUN}/step", data=sent | {"field-by-day": "2026-11-23"})

    desk = f"/desk?task={task.id}"
    shown = handler.get(desk).text
    assert "本单位要办的环节" in shown
    assert 'name="field-turbidity" step="any" min="0" max="1000"' in shown
    assert 'name="field-seen" maxlength="20" autocomplete="off" required' in shown
    assert "“到场查看”由部门经办、单位负责人办，高远不能办" in officer.post(f"{RUN}/step", data=SEEN).text
    assert "这一件属于水务局" in client(TEACHER).post(f"{RUN}/step", data=SEEN).text
    for wrong, why in (
        ({"field-seen": "黄" * 21}, "“现场情况”最多 20 字，现有 21 字"),
        ({"field-turbidity": "1e9"}, "“浊度”应为数字"),
        ({"field-turbidity": "-1"}, "“浊度”不小于 0"),
        ({"field-sampled": "river"}, "“取水样”应为以下之一：龙头水、没有取"),
        ({"field-chief": " "}, "还没有填写：带队人"),
        ({"field-told": ""}, "还没有勾选：已告知居民先放水"),
        ({"field-seen": "机密★5年"}, "含有密级标志"),
    ):
        assert why in handler.send_form(f"{RUN}/step", SEEN | wrong, on=desk).text
    assert "已办完“到场查看”" in handler.send_form(f"{RUN}/step", SEEN, on=desk).text

    assert "去向“不属实”须写明理由" in officer.post(f"{RUN}/step", data={"step": "judge", "outcome": "not-so"}).text
    officer.post(f"{RUN}/step", data={"step": "judge", "outcome": "true-so"})
    assert "“存档”有自己的页面，请在那里办理" in officer.post(f"{RUN}/step", data={"step": "close"}).text
    officer.post(f"{RUN}/file", data={"archive_term": "ten"})
    record = officer.get("/concerns/c-water/record").text
    for words in (
        "现场核查（第 1 版）",
        "核查单位：水务局；到场日期：2026-11-23",
        "现场情况：末端水黄；浊度：3.5；取水样：龙头水；带队人：邹平川；已告知居民先放水：是",
        "办完“认定”：属实",
        "保管期限10年",
    ):
        assert words in record
    assert "没有这一栏" not in record


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("kind: date", "kind: day", r"第 12 行 steps\.0\.form\.1\.kind"),
        ("id: by-day", "id: to", r"第 10 行 steps\.0\.form：.*to 写了不止一次"),
        ("id: by-day", "id: 日期", r"第 12 行 steps\.0\.form\.1\.id"),
        ("least: 0", "least: 2000", r"第 20 行 steps\.1\.form\.1：.*least 大于 most"),
        ("kind: person", "kind: person, most: 3", r"第 26 行 .*least、most 只用于 kind: number"),
        (", {id: none, title: 没有取}", "", r"第 21 行 .*choice 须有两个以上的 options"),
        ("longest: 20", "longest: 999999", r"第 19 行 .*longest.*应不大于 2000"),
        ("bureau-head", "auditor", r"第 17 行 .*roles.*审计人员不办环节"),
        ("id: look", "id: find", r"第 18 行 .*form.*环节 find 有自己的页面"),
        ("after: [judge]}", "after: [judge], form: [{id: a, title: 甲, kind: text}]}", "最后一个环节 close"),
    ],
)
def test_a_wrong_form_is_refused_with_its_line(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert old in SITE_CHECK
    with pytest.raises(Misconfigured, match=complaint):
        read(tmp_path, SITE_CHECK.replace(old, new))
