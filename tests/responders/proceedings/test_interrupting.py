"""A clock stands still only on a ground that its own rule names, and says by how much that moved it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from huiying.failures import NotAllowed
from huiying.procedure import Effect, Interruption, Procedure, Term, Unit
from responders.proceedings.interrupting import Interrupting
from tests.builders import NOON, person
from tests.responders.office import SmallOffice, small_policy

GAO = person("高远")
ID = "concern-1:1:opinion-response"
ASKED = Interruption(id="asked", title="征求第三方意见", effect=Effect.PAUSES, basis="条例第三十三条第三款", mark="P")
MENDED = Interruption(id="mended", title="补正申请", effect=Effect.RESTARTS, basis="条例第三十条", mark="P")
SHIPPED = small_policy().procedures["opinion-response"]


def with_grounds(unit: Unit, amount: float) -> Procedure:
    respond = SHIPPED.clocks[0]
    terms = {regime: Term(amount=amount, unit=unit, basis="测试", mark="P") for regime in respond.terms}
    clock = replace(respond, terms=terms, interruptions=(ASKED, MENDED))
    return replace(SHIPPED, clocks=(clock, *SHIPPED.clocks[1:]))


def running(register_url: str, procedure: Procedure) -> SmallOffice:
    office = SmallOffice(register_url, small_policy(procedures={SHIPPED.id: procedure}))
    office.burst(posts=8)
    office.alert()
    office.begin()
    return office


def interrupting(office: SmallOffice) -> Interrupting:
    return Interrupting(office.register, office.rules, office.clock)


def test_the_time_between_does_not_count(register_url: str) -> None:
    office = running(register_url, with_grounds(Unit.HOURS, 48))
    office.wait(hours=10)
    interrupting(office).interrupt(ID, "respond", "asked", reasons="涉第三方", by=GAO)
    standing = office.proceeding().clocks[0]
    assert standing.due_at is None
    assert standing.calculation == "自5月30日22:00停走（征求第三方意见：条例第三十三条第三款）"
    office.timers().tick(office.wait(hours=50))
    assert not [line for line in office.log_of() if "超时" in line]

    interrupting(office).resume(ID, "respond", by=GAO)
    respond = office.proceeding().clocks[0]
    assert respond.due_at == NOON + timedelta(hours=98)
    assert respond.calculation == "5月30日12:00发现＋48小时（扣除征求第三方意见）＝6月3日14:00"
    assert [each.became for each in office.proceeding().clock_changes if each.clock == "respond"] == [
        None,
        NOON + timedelta(hours=98),
    ]
    office.register.close()


def test_days_on_which_it_stood_still_are_left_out(register_url: str) -> None:
    office = running(register_url, with_grounds(Unit.WORKING_DAYS, 5))
    assert office.proceeding().clocks[0].due_at == datetime(2014, 6, 9, 15, 59, 59, tzinfo=UTC)
    office.wait(days=4)  # 3 June, the first working day after 端午
    interrupting(office).interrupt(ID, "respond", "asked", reasons="涉第三方", by=GAO)
    office.wait(days=2)
    interrupting(office).resume(ID, "respond", by=GAO)
    assert office.proceeding().clocks[0].due_at == datetime(2014, 6, 11, 15, 59, 59, tzinfo=UTC)
    office.register.close()


def test_a_restart_begins_anew(register_url: str) -> None:
    office = running(register_url, with_grounds(Unit.HOURS, 48))
    interrupting(office).interrupt(ID, "respond", "mended", reasons="材料不全", by=GAO)
    office.wait(hours=30)
    interrupting(office).resume(ID, "respond", by=GAO)
    respond = office.proceeding().clocks[0]
    assert respond.due_at == NOON + timedelta(hours=78)
    assert "重新起算（补正申请）＋48小时" in respond.calculation
    office.register.close()


def test_no_ground_stops_the_clock_of_a_public_answer(office: SmallOffice) -> None:
    office.burst(posts=8)
    office.alert()
    office.begin()
    before = office.proceeding()
    with pytest.raises(NotAllowed, match="“对外回应”不能因“extension”停走，任何情形都不停"):
        interrupting(office).interrupt(ID, "respond", "extension", reasons="忙", by=GAO)
    with pytest.raises(NotAllowed, match="没有停走"):
        interrupting(office).resume(ID, "respond", by=GAO)
    assert office.proceeding() == before
