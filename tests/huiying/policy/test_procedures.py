"""The procedures of the office: what ships is whole, and what is not whole is refused in words."""

from pathlib import Path

import pytest

from huiying.failures import Misconfigured
from huiying.policy.procedures import read_procedures
from huiying.procedure import Condition, Regime

SHIPPED_OFFICE = Path(__file__).parents[3] / "config"

SHIPPED = (SHIPPED_OFFICE / "procedures" / "opinion-response.yaml").read_text("utf-8")


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
    ],
)
def test_a_procedure_that_is_not_whole_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(Misconfigured, match=complaint):
        read_changed(tmp_path, old, new)


def test_an_office_without_procedures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="没有办理程序"):
        read_procedures(tmp_path)
