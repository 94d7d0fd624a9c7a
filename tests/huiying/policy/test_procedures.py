"""The procedures of the office: what ships is whole, and what is not whole is refused in words."""

from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.policy.procedures import read_procedures
from huiying.procedure import Condition, Regime

SHIPPED_OFFICE = Path(__file__).parents[3] / "config"

SHIPPED = (SHIPPED_OFFICE / "procedures" / "opinion-response.yaml").read_text("utf-8")


_BASIS_OF_2014 = "basis: 大政办发〔2014〕46号 二（四）“及时回应社会关切”：只要求及时，没有小时数"
_GROUND = "{id: asked, title: 征求意见, effect: pauses, basis: 条例第三十三条, mark: P}"
_TWO_GROUNDS = f"    late: [officer]\n    interruptions: [{_GROUND}, {_GROUND}]\n"


def read_changed(tmp_path: Path, old: str, new: str) -> None:
    assert old in SHIPPED
    (tmp_path / "procedures").mkdir()
    (tmp_path / "procedures" / "opinion-response.yaml").write_text(SHIPPED.replace(old, new), "utf-8")
    read_procedures(tmp_path)


def test_the_shipped_procedure_goes_from_discovery_to_the_file() -> None:
    procedure = read_procedures(SHIPPED_OFFICE)["opinion-response"]

    assert [step.title for step in procedure.steps] == [
        "发现", "归并", "研判（会商）", "明确责任单位", "交办", "核查处置情况反馈", "起草回应稿", "审核会签",
        "公开审查（含保密审查）", "签发", "发布", "持续发布", "评估（含采纳公开）", "归档",
    ]  # fmt: skip


def test_every_clock_names_its_basis_and_how_sure_it_is() -> None:
    procedure = read_procedures(SHIPPED_OFFICE)["opinion-response"]

    for clock in procedure.clocks:
        for regime in Regime:
            assert clock.terms[regime].basis
            assert clock.terms[regime].mark in {"P", "O", "N", "M", "U"}


def test_no_clock_of_2014_has_a_number_of_hours() -> None:
    procedure = read_procedures(SHIPPED_OFFICE)["opinion-response"]

    assert {clock.terms[Regime.THEN].amount for clock in procedure.clocks} == {None}


def test_five_and_twenty_four_hours_hang_on_a_major_event() -> None:
    procedure = read_procedures(SHIPPED_OFFICE)["opinion-response"]
    major = {c.step: c.terms[Regime.CURRENT].amount for c in procedure.clocks if c.when is Condition.MAJOR}

    assert major == {"authoritative-information": 5, "press-conference": 24}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("id: opinion-response", "id: other", "应与文件名"),
        ("starts_from: discovered", "before: draft", "不是本程序中有起点的时限"),
        ("    before: respond\n    outward: false", "    before: respond\n    outward: true", "只能是对内的"),
        ("{number}", "{nummer}", "asked 里不认识 nummer"),
        ("{number}", "{number", "花括号没有配对"),
        ("id: gather", "id: discover", "环节 discover 写了不止一次"),
        ("{id: find, title", "{id: fnd, title", "环节 draft：after 指的“find”不是本程序的环节"),
        ("only_for: &public [public-answer]", "only_for: &public [praise]", "“praise”不是任何环节的去向"),
        ("id: watch,", "id: consult,", "去向 consult 写了不止一次"),
        ("after: [discover]", "after: [discover, evaluate]", "互为先后，谁也轮不到"),
        ("after: [sign], ", "", "环节 publish 没有写 after，轮不到它"),
        ("after: [find, follow-up]", "after: [find]", "环节 follow-up 之后没有别的环节"),
        ("who: 舆情值班员, after: [appraise, evaluate]", "who: '', after: [appraise, evaluate]", "who"),
        ("after: [gather]\n", "after: [gather]\n    only_for: [watch]\n", "去向“watch”要到它之后才决定"),
        ("step: draft", "step: sign-in", "时限 sign-in 写了不止一次"),
        ("basis: 本单位自定：对外回应时限前46小时签收", "basis: 前46小时", "应写明“本单位自定”"),
        ("amount: 48", "amount: -48", "应大于 0"),
        ("    mark: N\n", "    mark: X\n", "应为以下之一"),
        ("    ends_with: publish\n", "    ends_with: print\n", "“print”不是本程序的环节，这个时限永远停不了"),
        ("    ends_with: publish\n", "", "应当且只应写一个"),
        ("    ends_when: 牵头单位签收\n", "    ends_when: 签收\n    ends_with: find\n", "应当且只应写一个"),
        ("    late: [officer, leader, supervisor]\n", "", "对外时限须写 late"),
        ("    late: [officer, leader, supervisor]\n", "    late: [boss]\n", "应为以下之一"),
        ("    otherwise: discovered\n", "    otherwise: occurred\n", "otherwise 应是 starts_from 以外的时刻"),
        ("at_alert_level: {red: 47.5", "at_alert_level: {purple: 47.5", "应为以下之一"),
        ("        amount: 48\n", "        amount: 48\n        at_alert_level: {red: 24}\n", "只有倒排的"),
        (_BASIS_OF_2014, "basis: ' '", "依据是空的"),
        ("{id: gather, title: 归并,", "{id: gather, title: 归并, ahead: true,", "总要办的环节不能写 ahead"),
        ("after: [draft], only_for", "after: [draft], ahead: true, only_for", "之前的 draft 不能先办"),
        ("{id: thirty,", "{id: ten,", "保管期限 ten 写了不止一次"),
        ("    late: [officer, leader, supervisor]\n", _TWO_GROUNDS, "停走情形 asked 写了不止一次"),
        ("    before: respond\n", "    before: respond\n    otherwise: discovered\n", "请删去 otherwise"),
    ],
)
def test_a_procedure_that_is_not_whole_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(Misconfigured, match=complaint):
        read_changed(tmp_path, old, new)


def test_a_step_may_be_taken_ahead_of_the_decision_that_calls_for_it() -> None:
    procedure = read_procedures(SHIPPED_OFFICE)["opinion-response"]

    assert [step.id for step in procedure.steps if step.ahead] == ["designate", "assign", "find"]


def test_an_office_without_procedures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="没有办理程序"):
        read_procedures(tmp_path)
