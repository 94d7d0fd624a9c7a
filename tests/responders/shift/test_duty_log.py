"""The duty log: lines and calls are kept once and never changed; a hand-over needs two people."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from huiying.failures import NotAllowed
from huiying.level import Level
from huiying.person import Role
from responders.shift.duty_log import Call, DutyLogging
from tests.builders import NOON, person
from tests.registered import written
from tests.responders.office import SmallOffice

LI, GAO = person("李静"), person("高远")
CALL = Call(unit="市水务局", whom="王科长", number="0411-1", said="已派人到场", answered=True, at=NOON)


def logging(office: SmallOffice) -> DutyLogging:
    return DutyLogging(office.register, office.clock)


def test_a_line_is_kept_once_and_stands_in_the_matters_own_log(office: SmallOffice) -> None:
    office.burst(posts=8)
    for _ in range(2):
        logging(office).note("市领导来电询问，手机13912345678", at=NOON, by=LI, concern="concern-1")

    with office.register.reading() as tx:
        [entry] = tx.duty_log.entries(NOON - timedelta(hours=1))
    assert (entry.what, entry.by.name) == ("市领导来电询问，手机〔电话〕", "李静")
    assert office.log_of() == ["李静：值班日志：市领导来电询问，手机〔电话〕"]


def test_a_call_is_kept_with_whom_when_and_what_was_said(office: SmallOffice) -> None:
    office.burst(posts=8)
    call = replace(CALL, concern="concern-1")
    for _ in range(2):
        logging(office).record_call(call, by=LI)
    logging(office).record_call(
        replace(call, unit="消防", number="119", answered=False, said="", emergency=True), by=LI
    )

    with office.register.reading() as tx:
        notices = tx.duty_log.notices_of("concern-1")
    assert sorted((each.unit, each.said, each.answered, each.emergency) for each in notices) == [
        ("市水务局", "已派人到场", True, False),
        ("消防", "未接通", False, True),
    ]
    assert office.log_of() == [
        "李静：电话通知消防王科长（119），未接通",
        "李静：电话通知市水务局王科长（0411-1）：已派人到场",
    ]


def test_a_hand_over_lists_what_is_open_and_is_confirmed_by_who_comes(office: SmallOffice) -> None:
    office.registering.register(written(level=Level.RED, lead="水务局"), by=LI)
    office.registering.register(written(title="另一件事"), by=LI)
    handover = logging(office).hand_over("高远", "盯住向阳路的水", by=LI)
    assert [(each.level, each.title, each.state) for each in handover.matters] == [
        ("red", "向阳路幸福小区自来水管爆裂", "待认领，水务局"),
        ("orange", "另一件事", "待认领，牵头待明确"),
    ]

    office.wait(minutes=10)
    confirmed = logging(office).confirm(handover.id, by=GAO)
    assert confirmed.confirmed is not None
    assert (confirmed.confirmed.name, confirmed.confirmed.at) == ("高远", NOON + timedelta(minutes=10))
    with office.register.reading() as tx:
        assert tx.duty_log.last_handovers() == [confirmed]


def test_nobody_takes_over_from_themselves_or_twice(office: SmallOffice) -> None:
    log = logging(office)
    with pytest.raises(NotAllowed, match="不能是同一人"):
        log.hand_over("李静", "无", by=LI)
    handover = log.hand_over("高远", "无", by=LI)
    with pytest.raises(NotAllowed, match="交班人不能自己确认"):
        log.confirm(handover.id, by=LI)
    log.confirm(handover.id, by=GAO)
    with pytest.raises(NotAllowed, match="已由高远确认"):
        log.confirm(handover.id, by=person("周明"))


REFUSED: dict[str, tuple[Callable[[DutyLogging], object], str]] = {
    "an empty line": (lambda log: log.note(" ", at=NOON, by=LI), "请写明做了什么"),
    "tomorrow's line": (lambda log: log.note("开会", at=NOON + timedelta(days=1), by=LI), "只记已经发生的"),
    "a secrecy mark": (lambda log: log.note("机密★10年 关于某事", at=NOON, by=LI), "线下按保密规定"),
    "of no matter": (lambda log: log.note("开会", at=NOON, by=LI, concern="nobody"), "没有舆情事项"),
    "a call to nobody": (lambda log: log.record_call(replace(CALL, unit=""), by=LI), "哪个单位、哪个号码"),
    "a call without words": (lambda log: log.record_call(replace(CALL, said=""), by=LI), "接通的电话请写明"),
    "to nobody": (lambda log: log.hand_over("", "无", by=LI), "交给谁"),
    "nothing to watch": (lambda log: log.hand_over("高远", "", by=LI), "没有的写“无”"),
    "no such hand-over": (lambda log: log.confirm("nobody", by=GAO), "没有交接记录"),
    "a handler": (
        lambda log: log.note("开会", at=NOON, by=person("王", Role.HANDLER, bureau="水务局")),
        "可以办的是：舆情值班员",
    ),
}


@pytest.mark.parametrize(("move", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    office: SmallOffice, move: Callable[[DutyLogging], object], words: str
) -> None:
    with pytest.raises(NotAllowed, match=words):
        move(logging(office))
    with office.register.reading() as tx:
        assert tx.duty_log.entries(NOON - timedelta(days=1)) == []
        assert tx.duty_log.notices(NOON - timedelta(days=1)) == []
        assert tx.duty_log.last_handovers() == []
